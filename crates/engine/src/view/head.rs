//! What the pages share: the lists of the filter controls, and the head of a service's page.

use super::{Services, figures, frame, of_service, selection};
use crate::ask::{self, Ask, Frame, Label, Measure, Split, TableAsk, ValuesAsk};
use crate::base::sort::sort_by;
use crate::model::limits::FACET_VALUES_MAX;
use crate::model::{Dim, Filter};
use crate::wire::{Facet, Head, Selection, ValuesQuery};

/// The labels whose lists a page offers: the first three dimensions always, others where the calls carry them or a user filters by them.
pub fn offered(filter: &Filter, services: Services<'_>) -> Vec<Label> {
    let offered = |dim: &Dim| {
        let label = Label::Dim(*dim);
        Dim::FILTERS[..3].contains(dim) || services.labels.contains(&label) || filter.get(label).is_some()
    };
    let mut labels: Vec<Label> = Dim::FILTERS.into_iter().filter(offered).map(Label::Dim).collect();
    let named = services.labels.iter().copied().chain(filter.0.keys().copied());
    for label in named.filter(|label| matches!(label, Label::Named(_))) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// Requests the values of a label under the matchers of all others.
fn values(selection: ask::Selection, label: Label, limit: u32, also: Vec<String>) -> Ask {
    Ask::Values(ValuesAsk { selection, label, own_matchers: false, search: String::new(), limit, also })
}

/// The filter lists of a selection, then a list without values for each other label that is filtered by: what it leaves out is reported too.
pub fn facets(selection: &ask::Selection, filter: &Filter, offered: &[Label]) -> Vec<Ask> {
    let listed = offered.iter().map(|&label| {
        let also = filter.get(label).unwrap_or_default().to_vec();
        values(selection.clone(), label, FACET_VALUES_MAX as u32, also)
    });
    let unlisted = unlisted(filter, offered).into_iter().map(|label| values(selection.clone(), label, 0, Vec::new()));
    listed.chain(unlisted).collect()
}

/// Labels that are filtered by and have no list.
fn unlisted(filter: &Filter, offered: &[Label]) -> Vec<Label> {
    filter.labels().into_iter().filter(|label| !offered.contains(label)).collect()
}

/// The lists, and the calls that there would be without each label's filter.
pub fn facets_reply(frames: &[Frame], filter: &Filter, offered: &[Label]) -> (Vec<Facet>, Vec<(Label, u64)>) {
    let facets = offered.iter().enumerate().map(|(at, &label)| facet(label, frame(frames, at))).collect();
    let all: Vec<Label> = offered.iter().copied().chain(unlisted(filter, offered)).collect();
    let without = |label: Label| {
        let frame = frame(frames, all.iter().position(|&of| of == label).unwrap_or(usize::MAX));
        (label, (0..frame.groups.len()).map(|group| calls(frame, group)).sum())
    };
    (facets, filter.labels().into_iter().map(without).collect())
}

/// Calls of a group of a frame of values.
fn calls(frame: &Frame, group: usize) -> u64 {
    frame.column(0, 0, 0).and_then(|column| column.values.whole(group)).unwrap_or(0)
}

/// The values of a label.
pub fn facet(label: Label, frame: &Frame) -> Facet {
    let values = frame.groups.iter().enumerate().filter(|(_, group)| !group.others);
    Facet {
        label,
        values: values.map(|(place, group)| (group.values.concat(), calls(frame, place))).collect(),
        distinct: frame.total as u32,
        uncounted: uncounted(frame),
    }
}

/// Requests the values of a label that hold a text.
pub fn search(query: &ValuesQuery) -> Ask {
    let selection = match &query.service {
        Some(service) => of_service(&query.selection, service),
        None => selection(&query.selection, &[]),
    };
    let (search, limit) = (query.search.clone(), FACET_VALUES_MAX as u32);
    Ask::Values(ValuesAsk { selection, label: query.label, own_matchers: false, search, limit, also: Vec::new() })
}

/// Whether a list of values does not say how many calls each has.
fn uncounted(frame: &Frame) -> bool {
    frame.column(0, 0, 0).is_none() && !frame.groups.is_empty()
}

/// The calls of a selection without any filter, now and in compared periods.
pub fn unfiltered(range: &Selection, service: Option<&str>) -> Ask {
    let mut selection = ask::Selection { range: range.range, matchers: Vec::new(), zone: range.zone.clone() };
    if let Some(service) = service {
        selection.matchers.push(ask::Matcher::OneOf(Label::Dim(Dim::Service), vec![service.to_owned()]));
    }
    let compare = range.before.into_iter().collect();
    Ask::Table(TableAsk { selection, measures: vec![Measure::calls()], split: Split::default(), subtotals: false, compare })
}

/// The calls of an answer to [`unfiltered`].
pub fn unfiltered_reply(frame: &Frame, period: usize) -> u64 {
    frame.column(0, 0, period).and_then(|column| column.values.whole(0)).unwrap_or(0)
}

/// Asks of the head: figures, versions, services, calls without a filter, filter lists.
/// `more`: measures behind those of the figures.
pub fn asks(service: &str, of: &Selection, services: Services<'_>, more: Vec<Measure>) -> Vec<Ask> {
    let own = of_service(of, service);
    let filter = filter_of(of);
    let table = TableAsk {
        selection: own.clone(),
        measures: figures::measures().into_iter().chain(more).collect(),
        split: Split::default(),
        subtotals: false,
        compare: Vec::new(),
    };
    let mut asks = vec![
        Ask::Table(table),
        values(own.clone(), Label::Dim(Dim::Version), u32::MAX, Vec::new()),
        values(selection(of, &[Dim::Service, Dim::Version]), Label::Dim(Dim::Service), u32::MAX, Vec::new()),
        unfiltered(of, Some(service)),
    ];
    asks.extend(facets(&own, &filter, &offered(&filter, services)));
    asks
}

/// The page names its service, so a filter on services does not apply.
fn filter_of(of: &Selection) -> Filter {
    of.filter.clone().with(Dim::Service, Vec::new())
}

/// The head, and how many frames it is of.
pub fn reply(service: &str, of: &Selection, frames: &[Frame], services: Services<'_>) -> (Head, usize) {
    let filter = filter_of(of);
    let offered = offered(&filter, services);
    let used = 4 + offered.len() + unlisted(&filter, &offered).len();
    let listed = |frame: &Frame| -> Vec<(String, u64)> {
        let calls = |place| frame.column(0, 0, 0).and_then(|column| column.values.whole(place)).unwrap_or(0);
        let groups = frame.groups.iter().enumerate().filter(|(_, group)| !group.others);
        groups.map(|(place, group)| (group.values.concat(), calls(place))).collect()
    };
    let mut head =
        Head { services: listed(frame(frames, 2)), uncounted: [2, 1].map(|at| uncounted(frame(frames, at))), ..Head::default() };
    // A service without calls in the selection can be chosen too.
    let mut names: Vec<&str> = frame(frames, 2).groups.iter().flat_map(|group| group.values.iter().map(String::as_str)).collect();
    sort_by(&mut names, |a, b| a.cmp(b));
    let known = services.known.iter().map(|known| known.name.as_str());
    let mut absent: Vec<&str> = known.filter(|name| names.binary_search(name).is_err()).collect();
    sort_by(&mut absent, |a, b| a.cmp(b));
    head.services.extend(absent.into_iter().map(|name| (name.to_owned(), 0)));
    let Some(info) = services.get(service).filter(|info| info.calls > 0) else { return (head, used) };
    head.known = true;
    head.kind = info.kind;
    head.figures = figures::of(frame(frames, 0), 0);
    if services.has_versions(service) {
        head.versions = listed(frame(frames, 1));
        // A version without calls in the selection can be chosen too.
        for version in &info.versions {
            if !head.versions.iter().any(|(listed, _)| listed == version) {
                head.versions.push((version.clone(), 0));
            }
        }
        sort_by(&mut head.versions, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    head.unfiltered_calls = unfiltered_reply(frame(frames, 3), 0);
    (head.facets, head.without) = facets_reply(frames.get(4..used).unwrap_or_default(), &filter, &offered);
    (head, used)
}
