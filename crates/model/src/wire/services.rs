//! What the services table shows of a reply: which rows in which order, the busiest, which are open.

use super::{CallsReply, CostReply, Figures, ServiceRow};
use crate::base::sorted::Set;
use crate::model::Column;
use std::cmp::Ordering;

/// By which column a services table is ordered.
#[derive(Clone, Copy, Debug)]
pub struct ServiceOrder<'a> {
    /// `None`: by name.
    pub column: Option<Column>,
    pub descending: bool,
    /// What the calls cost, where it is known.
    pub costs: Option<&'a CostReply>,
}

impl ServiceRow {
    /// The versions in the table's order.
    pub fn versions_by(&self, order: ServiceOrder<'_>) -> Vec<&(String, Figures)> {
        self.versions_at(order).into_iter().map(|at| &self.versions[at as usize]).collect()
    }

    /// The same by their places in [`Self::versions`].
    pub fn versions_at(&self, order: ServiceOrder<'_>) -> Vec<u32> {
        let name = |at: &u32| self.versions[*at as usize].0.as_str();
        let mut versions: Vec<u32> = (0..self.versions.len() as u32).collect();
        let Some(column) = order.column else {
            versions.sort_by(|a, b| turned(by_name(name(a), name(b)), order.descending));
            return versions;
        };
        let values: Vec<_> = self.versions.iter().map(|version| self.value(Some(version), column, order.costs)).collect();
        versions.sort_by(|a, b| {
            by_value(values[*a as usize], values[*b as usize], order.descending).then_with(|| by_name(name(a), name(b)))
        });
        versions
    }

    /// A column's value, of the service or of one of its versions.
    fn value(&self, version: Option<&(String, Figures)>, column: Column, costs: Option<&CostReply>) -> Option<f64> {
        if column == Column::Cost {
            return costs?.of(&self.name, version.map(|(name, _)| name.as_str())).amount();
        }
        version.map_or(&self.figures, |(_, figures)| figures).value(column)
    }
}

impl CallsReply {
    /// Calls of the busiest service, to which bars are relative.
    pub fn busiest(&self) -> u64 {
        self.rows.iter().map(|r| r.figures.calls).max().unwrap_or(0)
    }

    /// Rows whose name or title holds the search, without regard to case, in the table's order (without a column: by title).
    pub fn shown(&self, search: &str, order: ServiceOrder<'_>) -> Vec<&ServiceRow> {
        self.shown_at(search, order).into_iter().map(|at| &self.rows[at as usize]).collect()
    }

    /// How many rows a search leaves.
    pub fn found(&self, search: &str) -> usize {
        self.found_at(search).len()
    }

    fn found_at(&self, search: &str) -> Vec<u32> {
        let search = search.trim().to_lowercase();
        let matches = |text: &str| text.to_lowercase().contains(&search);
        let found = |r: &ServiceRow| search.is_empty() || matches(&r.name) || matches(&r.title);
        (0..self.rows.len() as u32).filter(|at| found(&self.rows[*at as usize])).collect()
    }

    /// The same rows by their places in [`Self::rows`].
    pub fn shown_at(&self, search: &str, order: ServiceOrder<'_>) -> Vec<u32> {
        let row = |at: &u32| &self.rows[*at as usize];
        let mut rows = self.found_at(search);
        match order.column {
            Some(column) => {
                let values: Vec<_> = self.rows.iter().map(|row| row.value(None, column, order.costs)).collect();
                rows.sort_by(|a, b| {
                    by_value(values[*a as usize], values[*b as usize], order.descending)
                        .then_with(|| by_name(&row(a).title, &row(b).title))
                        .then_with(|| row(a).name.cmp(&row(b).name))
                });
            }
            None => {
                rows.sort_by_cached_key(|at| {
                    let r = row(at);
                    (r.title.to_lowercase(), r.title.clone(), r.name.clone())
                });
                if order.descending {
                    rows.reverse();
                }
            }
        }
        rows
    }
}

/// Orders two values of a column; what is not involved always comes last.
fn by_value(a: Option<f64>, b: Option<f64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Orders names as people look them up: without regard to case, and always the same.
fn by_name(a: &str, b: &str) -> Ordering {
    let lower = |s: &str| s.to_lowercase();
    lower(a).cmp(&lower(b)).then_with(|| a.cmp(b))
}

fn turned(order: Ordering, turn: bool) -> Ordering {
    if turn { order.reverse() } else { order }
}

/// Means every service in the set of open ones, so that a link to "all open" stays short with any number of services.
pub const ALL_OPEN: &str = "*";

/// Whether a service's versions are open.
pub fn is_open(open: &Set<String>, service: &str) -> bool {
    open.contains(ALL_OPEN) || open.contains(service)
}

/// Opens or closes one service. Closing one of all leaves the others open.
pub fn toggle_open(open: &mut Set<String>, service: &str, all: impl IntoIterator<Item = String>) {
    if open.remove(ALL_OPEN) {
        open.extend(all);
    }
    if !open.remove(service) {
        open.insert(service.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServiceType;
    use crate::wire::{Cost, ServiceCost, share};

    fn row(title: &str, calls: u64, failed: u64, tokens: Option<u64>, ttft_ms: Option<f64>) -> ServiceRow {
        let failure_rate = Some(share(failed, calls) * 100.0);
        ServiceRow {
            name: format!("svc-{title}"),
            title: title.into(),
            kind: ServiceType::My,
            figures: Figures {
                calls,
                stated: calls,
                failed: Some(failed),
                failure_rate,
                total_tokens: tokens,
                ttft_ms,
                ..Figures::default()
            },
            versions: Vec::new(),
        }
    }

    fn reply() -> CallsReply {
        let rows = vec![
            row("beta", 10, 1, Some(5_000_000), None),
            row("Alpha", 30, 0, None, Some(20.0)),
            row("gamma", 20, 2, Some(1), Some(7.0)),
        ];
        CallsReply { rows, ..CallsReply::default() }
    }

    fn titles(reply: &CallsReply, search: &str, column: Option<Column>, descending: bool) -> Vec<String> {
        reply.shown(search, ServiceOrder { column, descending, costs: None }).iter().map(|r| r.title.clone()).collect()
    }

    #[test]
    fn what_is_not_involved_comes_last_both_ways() {
        let reply = reply();
        assert_eq!(titles(&reply, "", Some(Column::Ttft), true), ["Alpha", "gamma", "beta"]);
        assert_eq!(titles(&reply, "", Some(Column::Ttft), false), ["gamma", "Alpha", "beta"]);
        assert_eq!(titles(&reply, "", None, false), ["Alpha", "beta", "gamma"]);
        assert_eq!(titles(&reply, "", None, true), ["gamma", "beta", "Alpha"]);
    }

    #[test]
    fn the_footer_sums_the_rows_shown() {
        let reply = reply();
        assert_eq!(titles(&reply, " ALPH ", Some(Column::Calls), true), ["Alpha"]);
        assert_eq!(titles(&reply, "svc-", Some(Column::Calls), true), ["Alpha", "gamma", "beta"]);
        let shown = reply.shown("am", ServiceOrder { column: Some(Column::Calls), descending: true, costs: None });
        assert_eq!((reply.found("am"), reply.found(" "), reply.found("nowhere")), (shown.len(), reply.rows.len(), 0));
        let sum = Figures::sum(shown.iter().map(|r| &r.figures));
        assert_eq!((sum.calls, sum.failed, sum.total_tokens, sum.ttft_ms), (20, Some(2), Some(1), None));
        let all = Figures::sum(reply.rows.iter().map(|r| &r.figures));
        assert_eq!((all.calls, all.failed, all.total_tokens, all.failure_rate), (60, Some(3), Some(5_000_001), Some(5.0)));
        assert_eq!(Figures::sum([]), Figures::default());
        assert_eq!(reply.busiest(), 30);
    }

    #[test]
    fn versions_follow_the_tables_order() {
        let mut one = row("a", 3, 0, None, None);
        let of = |calls, ttft_ms| Figures { calls, ttft_ms, ..Figures::default() };
        one.versions = vec![("v1".into(), of(2, None)), ("V0".into(), of(1, Some(3.0)))];
        let order = |column, descending| ServiceOrder { column, descending, costs: None };
        let names = |c, d| one.versions_by(order(c, d)).into_iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        assert_eq!(names(Some(Column::Calls), true), ["v1", "V0"]);
        assert_eq!(names(Some(Column::Ttft), true), ["V0", "v1"]);
        assert_eq!(names(None, true), ["v1", "V0"]);
    }

    #[test]
    fn costs_order_the_table_and_what_has_none_comes_last() {
        let cost = |parts| Cost { parts, priced: 1, unpriced: 0 };
        let versions = vec![("1".to_owned(), cost(5)), ("2".to_owned(), cost(7))];
        let of = |name: &str, cost| ServiceCost { name: format!("svc-{name}"), cost, versions: versions.clone() };
        let nothing = Cost { unpriced: 9, ..Cost::default() };
        let rows = vec![of("Alpha", cost(12)), of("beta", nothing), of("gamma", cost(90))];
        let costs = CostReply { rows, ..CostReply::default() };
        let order = |descending, costs| ServiceOrder { column: Some(Column::Cost), descending, costs };
        let mut reply = reply();
        reply.rows[1].versions = ["2", "3", "1"].map(|name| (name.to_owned(), Figures::default())).into();
        let titles = |descending, costs| {
            let rows = reply.shown("", order(descending, costs));
            rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(titles(true, Some(&costs)), ["gamma", "Alpha", "beta"]);
        assert_eq!(titles(false, Some(&costs)), ["Alpha", "gamma", "beta"]);
        assert_eq!(titles(true, None), ["Alpha", "beta", "gamma"]);
        let names = |descending| {
            let versions = reply.rows[1].versions_by(order(descending, Some(&costs)));
            versions.into_iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!((names(true), names(false)), (vec!["2", "1", "3"], vec!["1", "2", "3"]));
    }

    #[test]
    fn one_of_all_closes() {
        let mut open: Set<String> = [ALL_OPEN.to_owned()].into();
        assert!(is_open(&open, "a"));
        toggle_open(&mut open, "a", ["a".to_owned(), "b".to_owned()]);
        assert_eq!((is_open(&open, "a"), is_open(&open, "b"), is_open(&open, "c")), (false, true, false));
        toggle_open(&mut open, "a", []);
        assert!(is_open(&open, "a"));
    }
}
