//! Answers a list of values: the calls that each value of a label has, under the matchers of all other labels.

use super::Context;
use super::filter::{CompiledFilter, Key, Verdict};
use super::groups;
use super::prefix_sums::count;
use super::scope::Piece;
use super::shared::Shared;
use crate::ask::{Column, Derived, Frame, Group, Label, Matcher, Values, ValuesAsk};
use crate::base::build::FULL;
use crate::base::fold;
use crate::base::sort::sort_by;
use crate::model::{Dim, ServiceType};
use crate::stats::percentile::at_rank;
use crate::store::RowSelection;
use std::borrow::Cow;

/// The text of a code.
type TextOf<'a, 'b> = &'b dyn Fn(u32) -> Cow<'a, str>;

/// Answers it at once.
pub fn answer(ask: &ValuesAsk, context: &Context<'_>, shared: &mut Shared) -> Frame {
    let store = context.store;
    match &ask.label {
        Label::Dim(Dim::Service) => {
            let name = |code: u32| Cow::Borrowed(store.service_name(code as usize));
            list(ask, met(&by_service(ask, context, shared)), &name)
        }
        Label::Dim(Dim::ServiceType) => {
            let mut counts = [0; 2];
            for (service, calls) in by_service(ask, context, shared).into_iter().enumerate() {
                counts[store.service_kind(service) as usize] += calls;
            }
            let kind = |code| if code == 0 { ServiceType::My } else { ServiceType::Commercial };
            list(ask, met(&counts), &|code| Cow::Borrowed(kind(code).as_str()))
        }
        label @ (Label::Dim(_) | Label::Status) => match Key::of(label, store) {
            Some(key) => {
                let counts = by_code(ask, key, context, shared);
                list(ask, met(&counts), &|code| key.text(context, label, code))
            }
            None => Frame::default(),
        },
        label @ Label::Named(name) => {
            let Some(place) = store.labels().find(*name) else { return by_text(ask, label, context, shared) };
            let column = store.labels().column(place);
            // Several sets may have the same value.
            let mut counts = vec![0; column.values().len()];
            for (set, calls) in (0..).zip(by_code(ask, Key::Label(place), context, shared)) {
                counts[column.code(set) as usize] += calls;
            }
            list(ask, met(&counts), &|code| Cow::Borrowed(column.values().get(code)))
        }
        label => by_text(ask, label, context, shared),
    }
}

/// By the rows of each value.
fn by_text(ask: &ValuesAsk, label: &Label, context: &Context<'_>, shared: &mut Shared) -> Frame {
    let selection = &ask.selection;
    let scope = shared.scopes.get(context, selection.range, &matchers(ask), &selection.zone);
    let found = groups::by_label(context, &scope.pieces(), label, &selection.zone);
    let (names, calls): (Vec<String>, Vec<u64>) = found.into_iter().map(|(value, rows)| (value, rows.calls())).unzip();
    list(ask, met(&calls), &|code| Cow::Borrowed(names[code as usize].as_str()))
}

/// Codes that have calls, with how many.
fn met(counts: &[u64]) -> Vec<(u32, u64)> {
    (0..).zip(counts.iter().copied()).filter(|&(_, calls)| calls > 0).collect()
}

/// The question's matchers, without those on its own label unless they count.
fn matchers(ask: &ValuesAsk) -> Vec<Matcher> {
    let others = ask.selection.matchers.iter().filter(|matcher| ask.own_matchers || matcher.label() != Some(&ask.label));
    others.cloned().collect()
}

/// Calls of each service.
fn by_service(ask: &ValuesAsk, context: &Context<'_>, shared: &mut Shared) -> Vec<u64> {
    let store = context.store;
    let selection = &ask.selection;
    let filter = CompiledFilter::new(&matchers(ask), &selection.zone, context);
    let known = shared.scopes.known(selection.range, &selection.matchers);
    let mut counts = Vec::new();
    let calls = |service| {
        let within = filter.within(store, service);
        if within.verdict() != Verdict::Pass {
            return 0;
        }
        let part = known.as_ref().and_then(|known| known.parts().iter().find(|(of, _)| *of == service));
        if let Some((_, rows)) = part {
            return rows.passing().len() as u64;
        }
        let rows = store.rows(service, selection.range);
        let Some((dim, table)) = within.single() else { return within.filter(context, rows).passing().len() as u64 };
        counts.clear();
        counts.resize(table.len(), 0);
        context.store_index.prefix_sums().count(store, dim, service, rows, &mut counts, &mut Vec::new());
        counts.iter().zip(table).map(|(&count, &passes)| count * u64::from(passes)).sum()
    };
    (0..store.services()).map(calls).collect()
}

/// Calls of each code of a column.
fn by_code(ask: &ValuesAsk, key: Key, context: &Context<'_>, shared: &mut Shared) -> Vec<u64> {
    let (store, index, selection) = (context.store, context.store_index.prefix_sums(), &ask.selection);
    // The same pass finds what a matcher on the label alone leaves out, unless matchers on other labels look at the same column.
    let others = |matcher: &Matcher| matcher.label().is_some_and(|of| *of != ask.label && Key::of(of, store) == Some(key));
    // Nor does it where calls are tested one by one besides.
    let tested = |matcher: &Matcher| {
        matcher.label().is_none_or(|label| matches!(label, Label::Derived(label) if *label != Derived::StatusClass))
    };
    let mixed = !ask.own_matchers && selection.matchers.iter().any(|matcher| others(matcher) || tested(matcher));
    let by = if mixed { matchers(ask) } else { selection.matchers.clone() };
    let scope = shared.scopes.get(context, selection.range, &by, &selection.zone);
    let own = scope.filter.place(key).filter(|_| !ask.own_matchers && !mixed);
    let mut counts = vec![0_u64; key.len(store)];
    let mut scratch = Vec::new();
    for (service, rows) in scope.parts() {
        let passing = rows.passing();
        match (key, own, &passing) {
            // Nothing but this column leaves calls out.
            (_, Some(_), _) if scope.filter.is_single() => match key {
                Key::Dim(dim) => index.count(store, dim, *service, rows.rows(), &mut counts, &mut scratch),
                _ => count(key.codes(store), &RowSelection::Run(rows.rows()), &mut counts, 1, &mut scratch),
            },
            (Key::Dim(dim), None, RowSelection::Run(run)) => {
                index.count(store, dim, *service, run.clone(), &mut counts, &mut scratch)
            }
            (_, own, passing) => {
                count(key.codes(store), passing, &mut counts, 1, &mut scratch);
                if let Some(only) = own.and_then(|place| rows.only(place)) {
                    count(key.codes(store), &only, &mut counts, 1, &mut scratch);
                }
            }
        }
    }
    counts
}

/// The values with the most calls, those that are named in any case, and what the others hold together.
fn list(ask: &ValuesAsk, mut counted: Vec<(u32, u64)>, text: TextOf<'_, '_>) -> Frame {
    let all: u64 = counted.iter().map(|&(_, calls)| calls).sum();
    let total = counted.len() as u64;
    let also: Vec<u64> = ask
        .also
        .iter()
        .map(|value| counted.iter().find(|&&(code, _)| text(code) == value.as_str()).map_or(0, |&(_, calls)| calls))
        .collect();
    if !ask.search.is_empty() {
        counted.retain(|&(code, _)| fold::contains(&text(code), &ask.search));
    }
    let limit = ask.limit as usize;
    if counted.len() > limit {
        // Only those that may be listed are sorted.
        let mut ascending: Vec<u64> = counted.iter().map(|&(_, n)| n).collect();
        let least = if limit == 0 { u64::MAX } else { at_rank(&mut ascending, counted.len() - limit) };
        counted.retain(|&(_, n)| n >= least);
    }
    if FULL {
        counted.sort_unstable_by_key(|&(code, calls)| (core::cmp::Reverse(calls), code));
    } else {
        // Slower and lighter.
        sort_by(&mut counted, |a, b| b.1.cmp(&a.1));
    }
    let mut values: Vec<(Cow<'_, str>, u64)> = counted.into_iter().map(|(code, calls)| (text(code), calls)).collect();
    // Texts of equal numbers alone are compared.
    for equal in values.chunk_by_mut(|a, b| a.1 == b.1).filter(|equal| equal.len() > 1) {
        sort_by(equal, |a, b| a.0.cmp(&b.0));
    }
    values.truncate(limit);
    let mut values: Vec<(String, u64)> = values.into_iter().map(|(value, calls)| (value.into_owned(), calls)).collect();
    for (value, calls) in ask.also.iter().zip(also) {
        if !values.iter().any(|(listed, _)| listed == value) {
            values.push((value.clone(), calls));
        }
    }
    let rest = all - values.iter().map(|&(_, calls)| calls).sum::<u64>();
    let (mut groups, mut calls) = (Vec::with_capacity(values.len() + 1), Vec::with_capacity(values.len() + 1));
    for (value, n) in values {
        groups.push(Group { values: vec![value], others: false });
        calls.push(Some(n));
    }
    groups.push(Group { values: Vec::new(), others: true });
    calls.push(Some(rest));
    Frame { groups, total, columns: vec![Column::exact(0, 0, 0, Values::Whole(calls))], ..Frame::default() }
}

/// Number of distinct values of a label; calls that do not carry it are none.
pub fn distinct(context: &Context<'_>, pieces: &[Piece<'_>], label: &Label) -> u64 {
    let store = context.store;
    match (label, Key::of(label, store)) {
        (Label::Dim(_) | Label::Status, Some(key)) => {
            let (mut met, mut codes) = (vec![false; key.len(store)], Vec::new());
            for piece in pieces {
                key.codes(store).read(&piece.rows, &mut codes);
                codes.iter().for_each(|&code| met[code as usize] = true);
            }
            let carried = usize::from(matches!(key, Key::Dim(_)));
            met.iter().skip(carried).filter(|&&met| met).count() as u64
        }
        (Label::ErrorMessage | Label::ErrorTemplate, _) => {
            let templates = (*label == Label::ErrorTemplate).then(|| context.store_index.templates(store));
            let (mut met, mut codes) = (vec![false; store.error_pairs()], Vec::new());
            for piece in pieces {
                store.error_codes().read(&piece.rows, &mut codes);
                for &code in &codes {
                    let code = templates.map_or(code, |templates| templates.of_pair(code));
                    met[code as usize] = true;
                }
            }
            met.iter().filter(|&&met| met).count() as u64
        }
        _ => {
            let zone = crate::base::zone::Zone::utc();
            groups::by_label(context, pieces, label, &zone).iter().filter(|(value, _)| !value.is_empty()).count() as u64
        }
    }
}
