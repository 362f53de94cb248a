//! Answers that come in parts: what stays of an older one until a newer one is there.

use super::{CallsReply, DetailsReply, Missing, Piece};
use crate::model::Metric;

/// Whether a piece is still missing.
fn asked(missing: &[(Piece, Missing)], piece: Piece) -> bool {
    missing.iter().any(|(of, why)| *of == piece && *why == Missing::Asked)
}

impl CallsReply {
    /// Why a piece has no answer; `None` where it has one.
    pub fn missing(&self, piece: Piece) -> Option<&Missing> {
        self.missing.iter().find(|(of, _)| *of == piece).map(|(_, why)| why)
    }

    /// Older figures stay while newer ones are computed.
    pub fn keep(&mut self, older: &Self) {
        if asked(&self.missing, Piece::Totals) {
            (self.tiles, self.buckets) = (older.tiles.clone(), older.buckets.clone());
        }
        if asked(&self.missing, Piece::Services) {
            (self.rows, self.all) = (older.rows.clone(), older.all);
        }
        if asked(&self.missing, Piece::Lists) {
            (self.facets, self.without) = (older.facets.clone(), older.without.clone());
            self.unfiltered_calls = older.unfiltered_calls;
        }
    }
}

impl DetailsReply {
    /// Why a piece has no answer; `None` where it has one.
    pub fn missing(&self, piece: Piece) -> Option<&Missing> {
        self.missing.iter().find(|(of, _)| *of == piece).map(|(_, why)| why)
    }

    /// Older figures of the same service stay while newer ones are computed. Charts share their buckets: over others they would lie.
    pub fn keep(&mut self, older: &Self) {
        if older.service != self.service {
            return;
        }
        if asked(&self.missing, Piece::Figures) {
            self.head.figures = older.head.figures;
        }
        if asked(&self.missing, Piece::Lists) {
            (self.head.services, self.head.versions) = (older.head.services.clone(), older.head.versions.clone());
            (self.head.facets, self.head.without) = (older.head.facets.clone(), older.head.without.clone());
            self.head.unfiltered_calls = older.head.unfiltered_calls;
        }
        if self.charts.is_empty() && asked(&self.missing, Piece::Chart(Metric::Calls)) {
            (self.buckets, self.bucket_calls) = (older.buckets.clone(), older.bucket_calls.clone());
        }
        if self.buckets == older.buckets {
            let kept = older.charts.iter().filter(|chart| asked(&self.missing, Piece::Chart(chart.metric)));
            self.charts.extend(kept.cloned().collect::<Vec<_>>());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Buckets, Chart, Figures, Head, Summary};

    fn details(starts_ms: &[i64], charts: &[(Metric, f64)], missing: Vec<(Piece, Missing)>) -> DetailsReply {
        let chart = |&(metric, average): &(Metric, f64)| {
            let summary = Summary { average: Some(average), ..Summary::default() };
            Chart { metric, lines: Vec::new(), before: None, before_quality: None, summary }
        };
        DetailsReply {
            service: "a".into(),
            buckets: Buckets { starts_ms: starts_ms.to_vec(), ..Buckets::default() },
            bucket_calls: vec![1; starts_ms.len()],
            charts: charts.iter().map(chart).collect(),
            head: Head { figures: Figures { calls: charts.len() as u64, ..Figures::default() }, ..Head::default() },
            missing,
            ..DetailsReply::default()
        }
    }

    fn shown(reply: &DetailsReply) -> Vec<(Metric, Option<f64>)> {
        reply.charts.iter().map(|chart| (chart.metric, chart.summary.average)).collect()
    }

    #[test]
    fn an_older_chart_stays_where_it_is_asked_for_and_stands_over_the_same_buckets() {
        let asked = |metric| (Piece::Chart(metric), Missing::Asked);
        let failed = (Piece::Chart(Metric::Ttft), Missing::Failed("no".into()));
        let older = details(&[0, 60], &[(Metric::Calls, 1.0), (Metric::Ttft, 2.0), (Metric::Rpm, 3.0)], Vec::new());
        let missing = vec![asked(Metric::Rpm), failed.clone(), (Piece::Figures, Missing::Asked)];
        let mut newer = details(&[0, 60], &[(Metric::Calls, 9.0)], missing.clone());
        newer.keep(&older);
        assert_eq!(shown(&newer), [(Metric::Calls, Some(9.0)), (Metric::Rpm, Some(3.0))]);
        assert_eq!(newer.head.figures.calls, 3);
        let mut elsewhere = details(&[30, 90], &[(Metric::Calls, 9.0)], missing);
        elsewhere.keep(&older);
        assert_eq!(shown(&elsewhere), [(Metric::Calls, Some(9.0))]);
        // Before any chart has come, the page stays as it was.
        let mut nothing = details(&[], &[], vec![asked(Metric::Calls), asked(Metric::Rpm), failed]);
        nothing.keep(&older);
        assert_eq!(shown(&nothing), [(Metric::Calls, Some(1.0)), (Metric::Rpm, Some(3.0))]);
        assert_eq!(nothing.buckets, older.buckets);
        let mut other = DetailsReply { service: "b".into(), ..details(&[], &[], vec![asked(Metric::Calls)]) };
        other.keep(&older);
        assert_eq!(shown(&other), []);
    }

    #[test]
    fn a_services_table_that_is_not_there_is_not_empty() {
        assert!(CallsReply::default().is_empty());
        for why in [Missing::Asked, Missing::Failed("no".into())] {
            assert!(!CallsReply { missing: vec![(Piece::Services, why)], ..CallsReply::default() }.is_empty());
        }
    }
}
