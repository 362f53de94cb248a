//! Matchers compiled for a store: lookup tables by dictionary code, tests of numbers, and what the service itself decides.

use super::Context;
use super::derived::{self, CODES_MAX};
use super::number::number;
use crate::ask::{Comparison, Derived, Label, Matcher, NumberField};
use crate::base::build::FULL;
use crate::base::zone::Zone;
use crate::model::{Dim, NO_STATUS, ServiceType};
use crate::store::{Codes, RowSelection, Store};
use core::ops::Range as Rows;
use std::borrow::Cow;

/// What a call is to the matchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// Left out by this dimension of the service alone: the dimension's list of values still counts the call.
    Only(Dim),
    Fail,
}

/// A column of codes that tables are by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Dim(Dim),
    Status,
    /// Pairs of own error code and message.
    Error,
    /// Sets of labels, for the label at this place among those of the store.
    Label(usize),
}

impl Key {
    /// The column of a label; `None` for labels that are no column of rows.
    pub fn of(label: &Label, store: &Store) -> Option<Self> {
        match label {
            Label::Dim(Dim::Service | Dim::ServiceType) => None,
            Label::Named(name) => store.labels().find(*name).map(Self::Label),
            Label::Dim(dim) => Some(Self::Dim(*dim)),
            Label::Status | Label::Derived(Derived::StatusClass) => Some(Self::Status),
            Label::ErrorCode | Label::ErrorMessage | Label::ErrorTemplate => Some(Self::Error),
            Label::Derived(_) => None,
        }
    }

    pub fn codes(self, store: &Store) -> &Codes {
        match self {
            Self::Dim(dim) => store.codes(dim),
            Self::Status => store.statuses().1,
            Self::Error => store.error_codes(),
            Self::Label(_) => store.labels().rows(),
        }
    }

    /// Number of codes.
    pub fn len(self, store: &Store) -> usize {
        match self {
            Self::Dim(dim) => store.dict(dim).len(),
            Self::Status => store.statuses().0.len(),
            Self::Error => store.error_pairs(),
            Self::Label(_) => store.labels().sets(),
        }
    }

    /// The value of a code under a label of this column.
    pub fn text<'a>(self, context: &Context<'a>, label: &Label, code: u32) -> Cow<'a, str> {
        let store = context.store;
        match self {
            Self::Dim(dim) => Cow::Borrowed(store.dict(dim).get(code)),
            Self::Status => {
                let status = store.statuses().0[code as usize];
                if status == NO_STATUS {
                    return Cow::Borrowed("");
                }
                Cow::Owned(if *label == Label::Status { status.to_string() } else { format!("{}xx", status / 100) })
            }
            Self::Label(at) => Cow::Borrowed(store.labels().column(at).value(code)),
            Self::Error => {
                let (own, message) = store.error_pair(code);
                Cow::Borrowed(match label {
                    Label::ErrorCode => own,
                    Label::ErrorTemplate => {
                        let templates = context.store_index.templates(store);
                        templates.group(templates.of_pair(code), store).1
                    }
                    _ => message,
                })
            }
        }
    }
}

/// Matchers over one store.
#[derive(Debug)]
pub struct CompiledFilter {
    /// By service code; `None` where all are allowed.
    services: Option<Vec<bool>>,
    kinds: Option<[bool; 2]>,
    tables: Vec<(Key, Vec<bool>)>,
    tests: Vec<Test>,
    /// The one table is that of failed calls.
    is_failed: bool,
    /// No call can match.
    nothing: bool,
}

/// What is looked at call by call.
#[derive(Debug)]
enum Test {
    Number(NumberField, Comparison, u64),
    Derived(Derived, Zone, Box<[bool; CODES_MAX]>),
}

impl Test {
    fn holds(&self, store: &Store, row: usize) -> bool {
        match self {
            Self::Number(field, comparison, bound) => {
                number(store, *field, row).is_some_and(|value| comparison.holds(value, *bound))
            }
            Self::Derived(label, zone, table) => table[derived::code(store, *label, zone, row)],
        }
    }
}

/// Rows of a service looked at in one go.
const PIECE: usize = 2048;

/// Rows of a service by what the tables say of them.
#[derive(Debug)]
pub struct FilteredRows {
    rows: Rows<usize>,
    /// Whether all of them pass; else `some` do.
    all: bool,
    some: Vec<u32>,
    /// Where there are several tables, the rows that each of them alone leaves out; else all that do not pass are.
    only: Vec<Vec<u32>>,
}

impl FilteredRows {
    fn all(rows: Rows<usize>) -> Self {
        Self { rows, all: true, some: Vec::new(), only: Vec::new() }
    }

    /// Rows that pass.
    pub fn some(some: Vec<u32>) -> Self {
        Self { rows: 0..0, all: false, some, only: Vec::new() }
    }

    /// The rows that pass.
    pub fn passing(&self) -> RowSelection<'_> {
        if self.all { RowSelection::Run(self.rows.clone()) } else { RowSelection::Some(&self.some) }
    }

    /// The rows that the table at a place leaves out alone, where they were kept.
    pub fn only(&self, place: usize) -> Option<RowSelection<'_>> {
        self.only.get(place).filter(|_| self.only.len() > 1).map(|rows| RowSelection::Some(rows))
    }

    /// All rows that were looked at.
    pub fn rows(&self) -> Rows<usize> {
        self.rows.clone()
    }
}

impl CompiledFilter {
    /// `zone`: determines hours and weekdays.
    pub fn new(matchers: &[Matcher], zone: &Zone, context: &Context<'_>) -> Self {
        let mut filter =
            Self { services: None, kinds: None, tables: Vec::new(), tests: Vec::new(), is_failed: false, nothing: false };
        for matcher in matchers {
            filter.add(matcher, zone, context);
        }
        filter
    }

    fn add(&mut self, matcher: &Matcher, zone: &Zone, context: &Context<'_>) {
        let store = context.store;
        let Some(label) = matcher.label() else {
            if let Matcher::Number(field, comparison, bound) = *matcher {
                self.tests.push(Test::Number(field, comparison, bound));
            }
            return;
        };
        match label {
            Label::Dim(Dim::Service) => {
                let holds = |service: usize| matcher.holds(store.service_name(service));
                let table = (0..store.services()).map(holds);
                match &mut self.services {
                    Some(old) => old.iter_mut().zip(table).for_each(|(old, new)| *old &= new),
                    None => self.services = Some(table.collect()),
                }
            }
            Label::Dim(Dim::ServiceType) => {
                let old = self.kinds.unwrap_or([true; 2]);
                let holds = [ServiceType::My, ServiceType::Commercial].map(|kind| matcher.holds(kind.as_str()));
                self.kinds = Some([old[0] && holds[0], old[1] && holds[1]]);
            }
            Label::Derived(label @ (Derived::Hour | Derived::Weekday | Derived::Octave(_))) => {
                let table = core::array::from_fn(|code| matcher.holds(&derived::text(*label, code)));
                self.tests.push(Test::Derived(*label, zone.clone(), Box::new(table)));
            }
            _ => {
                let Some(key) = Key::of(label, store) else {
                    // A label that no call carries.
                    self.nothing |= !matcher.holds("");
                    return;
                };
                self.is_failed = self.tables.is_empty() && *matcher == Matcher::failed();
                let table = table(matcher, key, label, context);
                match self.tables.iter_mut().find(|(old, _)| *old == key) {
                    Some((_, old)) => old.iter_mut().zip(table).for_each(|(old, new)| *old &= new),
                    None => self.tables.push((key, table)),
                }
            }
        }
    }

    /// The filter within a service.
    pub fn within(&self, store: &Store, service: usize) -> ServiceFilter<'_> {
        let kind = store.service_kind(service) as usize;
        let wrong_kind = self.kinds.is_some_and(|kinds| !kinds[kind]);
        let wrong_service = self.services.as_ref().is_some_and(|table| !table.get(service).copied().unwrap_or(false));
        let verdict = match (wrong_kind, wrong_service) {
            _ if self.nothing => Verdict::Fail,
            (false, false) => Verdict::Pass,
            (true, false) => Verdict::Only(Dim::ServiceType),
            (false, true) => Verdict::Only(Dim::Service),
            (true, true) => Verdict::Fail,
        };
        ServiceFilter { service, verdict, tables: &self.tables, tests: &self.tests, is_failed: self.is_failed }
    }

    /// The place of a column's table.
    pub fn place(&self, key: Key) -> Option<usize> {
        self.tables.iter().position(|(filtered, _)| *filtered == key)
    }

    /// Whether one table alone decides over rows.
    pub fn is_single(&self) -> bool {
        self.tables.len() == 1 && self.tests.is_empty()
    }

    /// Whether every call matches.
    pub fn is_empty(&self) -> bool {
        self.services.is_none() && self.kinds.is_none() && self.tables.is_empty() && self.tests.is_empty() && !self.nothing
    }
}

fn table(matcher: &Matcher, key: Key, label: &Label, context: &Context<'_>) -> Vec<bool> {
    let store = context.store;
    // Values are looked up, not compared one by one: a dimension may have millions.
    if let (Matcher::OneOf(_, values) | Matcher::NoneOf(_, values), Key::Dim(dim)) = (matcher, key) {
        let (dict, named) = (store.dict(dim), matches!(matcher, Matcher::OneOf(..)));
        let mut table = vec![!named; dict.len()];
        for code in values.iter().filter_map(|value| dict.find(value)) {
            table[code as usize] = named;
        }
        return table;
    }
    if let Matcher::StatusClass { classes, within } = matcher {
        let of = |status: &u16| *status != NO_STATUS && classes.iter().any(|&class| u16::from(class) == status / 100) == *within;
        return store.statuses().0.iter().map(of).collect();
    }
    if let Matcher::Error(text) = matcher {
        let templates = context.store_index.templates(store);
        let chosen = templates.chosen(text, store);
        return (0..key.len(store) as u32).map(|pair| templates.has(chosen, pair, store)).collect();
    }
    (0..key.len(store) as u32).map(|code| matcher.holds(&key.text(context, label, code))).collect()
}

/// A filter within one service: what the service itself decides is settled.
#[derive(Debug)]
pub struct ServiceFilter<'a> {
    service: usize,
    verdict: Verdict,
    tables: &'a [(Key, Vec<bool>)],
    tests: &'a [Test],
    is_failed: bool,
}

impl ServiceFilter<'_> {
    /// What the service itself is to the filter.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The table of a dimension that decides alone.
    pub fn single(&self) -> Option<(Dim, &[bool])> {
        match self.tables {
            [(Key::Dim(dim), table)] if self.tests.is_empty() => Some((*dim, table)),
            _ => None,
        }
    }

    /// Divides rows of the service by its tables and tests alone.
    pub fn filter(&self, context: &Context<'_>, rows: Rows<usize>) -> FilteredRows {
        let mut out = FilteredRows::all(rows);
        if self.tables.is_empty() && self.tests.is_empty() {
            return out;
        }
        out.only = self.tables.iter().map(|_| Vec::new()).collect();
        out.all = false;
        self.by_tables(context, &mut out);
        for test in self.tests {
            let holds = |row: &u32| test.holds(context.store, *row as usize);
            out.some.retain(holds);
            out.only.iter_mut().for_each(|rows| rows.retain(holds));
        }
        out
    }

    /// Those of some rows of the service that pass its tables and tests.
    pub fn among(&self, store: &Store, rows: &[u32]) -> Vec<u32> {
        let mut out = rows.to_vec();
        for (key, table) in self.tables {
            let codes = key.codes(store);
            out.retain(|&row| table[codes.get(row as usize) as usize]);
        }
        for test in self.tests {
            out.retain(|&row| test.holds(store, row as usize));
        }
        out
    }

    fn by_tables(&self, context: &Context<'_>, out: &mut FilteredRows) {
        let store = context.store;
        if self.tables.is_empty() {
            out.some = out.rows.clone().map(|row| row as u32).collect();
            return;
        }
        if FULL && self.is_failed {
            out.some = context.store_index.failed(store, self.service, &out.rows).to_vec();
            return;
        }
        if FULL
            && let [(key, table)] = self.tables
            && let Some(code) = single(table)
        {
            key.codes(store).find(code, out.rows.clone(), &mut out.some);
            return;
        }
        let (mut codes, mut fails) = (Vec::new(), Vec::new());
        let mut from = out.rows.start;
        while from < out.rows.end {
            let to = out.rows.end.min(from + PIECE);
            if let [(key, table)] = self.tables {
                key.codes(store).read(&RowSelection::Run(from..to), &mut codes);
                let passing = (from..).zip(&codes).filter(|&(_, &code)| table[code as usize]);
                out.some.extend(passing.map(|(row, _)| row as u32));
                from = to;
                continue;
            }
            fails.clear();
            fails.resize(to - from, 0_u16);
            // The low half counts the tables that leave a row out, the high half sums up their places.
            for (place, (key, table)) in self.tables.iter().enumerate() {
                key.codes(store).read(&RowSelection::Run(from..to), &mut codes);
                let fail = 1 + ((place as u16) << 8);
                for (fails, &code) in fails.iter_mut().zip(&codes) {
                    *fails += fail * u16::from(!table[code as usize]);
                }
            }
            for (row, &fails) in (from..).zip(&fails) {
                if fails == 0 {
                    out.some.push(row as u32);
                } else if fails & 0xff == 1 {
                    out.only[usize::from(fails >> 8)].push(row as u32);
                }
            }
            from = to;
        }
    }
}

/// The only code that passes a table; `None` if several or none do.
fn single(table: &[bool]) -> Option<u32> {
    let mut codes = (0..).zip(table).filter(|&(_, &passes)| passes).map(|(code, _)| code);
    codes.next().filter(|_| codes.next().is_none())
}
