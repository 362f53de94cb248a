//! Divides rows of a selection by the values of labels.

use super::Context;
use super::derived;
use super::filter::{CompiledFilter, Key, Verdict};
use super::scope::Piece;
use crate::ask::{Group, Label, Matcher, Split};
use crate::base::sort::{sort_by, sort_indices_by};
use crate::base::zone::Zone;
use crate::model::Dim;
use crate::store::{Dict, RowSelection};

/// Rows of one group: a piece for each service that has some.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub pieces: Vec<OwnedPiece>,
}

/// Rows of one service, in order of time.
#[derive(Clone, Debug)]
pub struct OwnedPiece {
    pub service: usize,
    pub rows: OwnedRows,
}

/// All rows from one to another, or some.
#[derive(Clone, Debug)]
pub enum OwnedRows {
    Run(core::ops::Range<usize>),
    Some(Vec<u32>),
}

impl From<RowSelection<'_>> for OwnedRows {
    fn from(rows: RowSelection<'_>) -> Self {
        match rows {
            RowSelection::Run(rows) => Self::Run(rows),
            RowSelection::Some(rows) => Self::Some(rows.to_vec()),
        }
    }
}

impl OwnedPiece {
    pub fn piece(&self) -> Piece<'_> {
        let rows = match &self.rows {
            OwnedRows::Run(rows) => RowSelection::Run(rows.clone()),
            OwnedRows::Some(rows) => RowSelection::Some(rows),
        };
        Piece { service: self.service, rows }
    }
}

impl Rows {
    pub fn of(pieces: &[Piece<'_>]) -> Self {
        let owned = |piece: &Piece<'_>| OwnedPiece { service: piece.service, rows: piece.rows.clone().into() };
        Self { pieces: pieces.iter().filter(|piece| !piece.rows.is_empty()).map(owned).collect() }
    }

    pub fn pieces(&self) -> Vec<Piece<'_>> {
        self.pieces.iter().map(OwnedPiece::piece).collect()
    }

    /// Number of calls.
    pub fn calls(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.piece().rows.len() as u64).sum()
    }
}

/// The groups of a split with their rows, most calls first, then by their values.
pub fn split(context: &Context<'_>, pieces: &[Piece<'_>], split: &Split, zone: &Zone) -> (Vec<(Group, Rows)>, u64) {
    let mut groups = vec![(Group::default(), Rows::of(pieces))];
    for label in &split.by {
        groups = groups
            .into_iter()
            .flat_map(|(group, rows)| {
                let extend = move |(value, rows)| {
                    let mut values = group.values.clone();
                    values.push(value);
                    (Group { values, others: false }, rows)
                };
                by_label(context, &rows.pieces(), label, zone).into_iter().map(extend)
            })
            .collect();
    }
    limited(groups, split, Rows::calls, together)
}

/// The groups that a split's limits leave, most calls first, then by their values, and how many there were. `together` makes one of the rest.
pub fn limited<T>(
    mut groups: Vec<(Group, T)>,
    split: &Split,
    calls: impl Fn(&T) -> u64,
    together: impl FnOnce(Vec<(Group, T)>) -> T,
) -> (Vec<(Group, T)>, u64) {
    let total = groups.len() as u64;
    if split.by.is_empty() {
        return (groups, total);
    }
    sort_by(&mut groups, |a, b| calls(&b.1).cmp(&calls(&a.1)).then_with(|| a.0.cmp(&b.0)));
    if split.each > 0 {
        // Most calls first, so that what comes beyond the limit is the least of its kind.
        let (mut prefixes, mut met) = (Dict::default(), Vec::new());
        groups.retain(|(group, _)| {
            let prefix = prefixes.intern(&group.values[..group.values.len() - 1].join("\0")) as usize;
            met.resize(prefixes.len(), 0);
            met[prefix] += 1;
            met[prefix] <= split.each
        });
    }
    if split.top > 0 && groups.len() > split.top as usize {
        let rest = groups.split_off(split.top as usize);
        if split.others {
            groups.push((Group { values: Vec::new(), others: true }, together(rest)));
        }
    }
    (groups, total)
}

/// The rows that pass the matchers.
pub fn matching(context: &Context<'_>, pieces: &[Piece<'_>], matchers: &[Matcher], zone: &Zone) -> Rows {
    let filter = CompiledFilter::new(matchers, zone, context);
    let pieces = pieces.iter().filter_map(|piece| {
        let within = filter.within(context.store, piece.service);
        let rows = within.among(context.store, &piece.rows.to_vec());
        (within.verdict() == Verdict::Pass && !rows.is_empty())
            .then_some(OwnedPiece { service: piece.service, rows: OwnedRows::Some(rows) })
    });
    Rows { pieces: pieces.collect() }
}

/// All rows of some groups, each service's in order of time.
fn together(groups: Vec<(Group, Rows)>) -> Rows {
    let mut by_service: Vec<(usize, Vec<u32>)> = Vec::new();
    for piece in groups.iter().flat_map(|(_, rows)| &rows.pieces) {
        let rows = piece.piece().rows.to_vec();
        match by_service.iter_mut().find(|(service, _)| *service == piece.service) {
            Some((_, all)) => all.extend(rows),
            None => by_service.push((piece.service, rows)),
        }
    }
    let pieces = by_service.into_iter().map(|(service, mut rows)| {
        sort_indices_by(&mut rows, &mut |a, b| a.cmp(&b));
        OwnedPiece { service, rows: OwnedRows::Some(rows) }
    });
    Rows { pieces: pieces.collect() }
}

/// Rows by the values of a label.
#[derive(Default)]
struct Partition {
    values: Dict,
    /// By the value's code.
    rows: Vec<Rows>,
}

impl Partition {
    /// The code of a value.
    fn code(&mut self, value: &str) -> usize {
        let code = self.values.intern(value) as usize;
        if code == self.rows.len() {
            self.rows.push(Rows::default());
        }
        code
    }

    fn add(&mut self, value: &str, service: usize, rows: OwnedRows) {
        let code = self.code(value);
        self.rows[code].pieces.push(OwnedPiece { service, rows });
    }

    /// Adds the rows of a piece, each by a code of its own; `value` gives the text of such a code.
    fn add_each(&mut self, piece: &Piece<'_>, codes: &[u32], known: &mut [u32], value: &dyn Fn(u32) -> String) {
        let mut rows: Vec<Vec<u32>> = Vec::new();
        for (place, &code) in codes.iter().enumerate() {
            // Several codes may have the same value: statuses of one class, messages of several error codes.
            if known[code as usize] == UNKNOWN {
                known[code as usize] = self.code(&value(code)) as u32;
            }
            let at = known[code as usize] as usize;
            if rows.len() <= at {
                rows.resize(at + 1, Vec::new());
            }
            rows[at].push(piece.rows.row(place) as u32);
        }
        for (at, rows) in rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            self.rows[at].pieces.push(OwnedPiece { service: piece.service, rows: OwnedRows::Some(rows) });
        }
    }
}

/// Means a code whose value has not been looked up.
const UNKNOWN: u32 = u32::MAX;

/// The values of a label with their rows, in no order.
pub fn by_label(context: &Context<'_>, pieces: &[Piece<'_>], label: &Label, zone: &Zone) -> Vec<(String, Rows)> {
    let store = context.store;
    let mut out = Partition::default();
    let mut codes: Vec<u32> = Vec::new();
    let key = Key::of(label, store);
    let derived = if let Label::Derived(derived) = label { Some(*derived) } else { None };
    let mut known = vec![UNKNOWN; key.map_or(derived::CODES_MAX, |key| key.len(store))];
    for piece in pieces.iter().filter(|piece| !piece.rows.is_empty()) {
        let unversioned = *label == Label::Dim(Dim::Version) && !context.store_index.service(piece.service).versions;
        match (key, derived) {
            (Some(key), _) if unversioned || key.len(store) < 2 => {
                out.add(&key.text(context, label, 0), piece.service, piece.rows.clone().into());
            }
            (Some(key), _) => {
                key.codes(store).read(&piece.rows, &mut codes);
                out.add_each(piece, &codes, &mut known, &|code| key.text(context, label, code).into_owned());
            }
            (None, Some(label)) => {
                codes.clear();
                codes.extend((0..piece.rows.len()).map(|place| derived::code(store, label, zone, piece.rows.row(place)) as u32));
                out.add_each(piece, &codes, &mut known, &|code| derived::text(label, code as usize));
            }
            (None, None) => {
                let value = match label {
                    Label::Dim(Dim::Service) => store.service_name(piece.service),
                    Label::Dim(Dim::ServiceType) => store.service_kind(piece.service).as_str(),
                    _ => "",
                };
                out.add(value, piece.service, piece.rows.clone().into());
            }
        }
    }
    let Partition { values, rows } = out;
    (0..).zip(rows).map(|(code, rows)| (values.get(code).to_owned(), rows)).collect()
}
