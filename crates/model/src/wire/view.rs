//! What pages derive from a reply before they show it: sums, shares of bars, what is unfinished.

use super::{
    Buckets, CallRow, CallsReply, Chart, DetailsReply, ErrorChoice, ErrorCode, ErrorMessage, FailedReply, FigureQuality, Figures,
    Inspect, ListReply, Piece, Series, Summary,
};
use crate::model::{Column, Exactness, Line, Metric, Quality};

/// A key with its calls.
pub type KeyCalls = (String, u64);

/// A part of a whole, 0 to 1; 0 of nothing.
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Length of a percentage's bar, 0 to 1.
pub fn percent_share(percent: f64) -> f64 {
    (percent / 100.0).clamp(0.0, 1.0)
}

impl Figures {
    /// A column's value in the column's unit (docs/spec.md, section 4; tokens in thousands); `None` where the metric is not involved.
    pub fn value(&self, column: Column) -> Option<f64> {
        let thousands = |n: Option<u64>| n.map(|n| n as f64 / 1e3);
        match column {
            Column::Calls => self.quality.0[0].1.is_none().then_some(self.calls as f64),
            Column::Failed => self.failed.map(|n| n as f64),
            Column::FailureRate => self.failure_rate,
            Column::TotalTokens => thousands(self.total_tokens),
            Column::InputTokens => thousands(self.input_tokens),
            Column::OutputTokens => thousands(self.output_tokens),
            Column::Latency => self.latency_ms,
            Column::Ttft => self.ttft_ms,
            Column::Tpot => self.tpot_ms,
            Column::Generation => self.generation_s,
            Column::Cost => None,
        }
    }

    /// How exact a column's value is.
    pub fn exactness(&self, column: Column) -> Exactness {
        self.quality.at(column).0
    }

    /// Whether there are no calls. Where the source does not count them, there may be.
    pub const fn has_no_calls(&self) -> bool {
        self.calls == 0 && self.quality.0[0].1.is_none()
    }

    /// Sums of several figures. Averages stay `None`: a mean across services would mislead.
    pub fn sum<'a>(of: impl IntoIterator<Item = &'a Figures>) -> Figures {
        let add = |a: Option<u64>, b: Option<u64>| if a.is_none() { b } else { a.map(|a| a.saturating_add(b.unwrap_or(0))) };
        let mut all = Figures::default();
        let mut quality: Option<FigureQuality> = None;
        for one in of {
            quality = Some(quality.map_or(one.quality, |all| all.and(&one.quality)));
            all.calls += one.calls;
            all.stated += one.stated;
            all.failed = add(all.failed, one.failed);
            all.total_tokens = add(all.total_tokens, one.total_tokens);
            all.input_tokens = add(all.input_tokens, one.input_tokens);
            all.output_tokens = add(all.output_tokens, one.output_tokens);
        }
        all.quality = quality.unwrap_or_default();
        all.failure_rate = all.failed.filter(|_| all.stated > 0).map(|failed| share(failed, all.stated) * 100.0);
        all
    }
}

/// What the calls of some buckets sum up to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BrushTotals {
    /// `None` where the source does not count calls.
    pub calls: Option<u64>,
    /// `None` where the service's calls have no status.
    pub failed: Option<u64>,
    /// In the unit of the chart of tokens; `None` where the service has none.
    pub tokens: Option<f64>,
    /// Of calls, failed calls and tokens.
    pub exactness: [Exactness; 3],
}

impl DetailsReply {
    /// The sums of buckets, first and last included, out of what is on the page: exact, because sums of sums are.
    pub fn brushed(&self, first: usize, last: usize) -> BrushTotals {
        let series = |metric: Metric, line: Line| {
            let chart = self.charts.iter().find(|chart| chart.metric == metric)?;
            chart.lines.iter().find(|series| series.line == line)
        };
        // A bucket that the source did not observe counts for nothing, and the sum is a lower bound.
        let sum = |metric: Metric, line: Line| {
            let series = series(metric, line)?;
            let values = series.values.get(first..=last)?;
            let sum = values.iter().copied().filter(|value| !value.is_nan()).sum::<f64>();
            let observed = if values.iter().any(|value| value.is_nan()) { Exactness::AtLeast } else { Exactness::Exact };
            let each = series.quality.iter().flat_map(|quality| (first..=last).map(|at| quality.exactness_at(at)));
            Some((sum, each.fold(observed, Exactness::and)))
        };
        let calls = sum(Metric::Calls, Line::Total);
        let failed = sum(Metric::Calls, Line::Failures);
        let tokens = sum(Metric::Tokens, Line::Total);
        BrushTotals {
            calls: self.bucket_calls.get(first..=last).map(|calls| calls.iter().sum()),
            failed: failed.map(|(failed, _)| failed as u64),
            tokens: tokens.map(|(tokens, _)| tokens),
            exactness: [calls, failed, tokens].map(|sum| sum.map_or(Exactness::Exact, |(_, exactness)| exactness)),
        }
    }

    /// Whether some bucket was not observed by the source.
    pub fn has_unobserved(&self) -> bool {
        let calls = self.charts.iter().find(|chart| chart.metric == Metric::Calls).and_then(|chart| chart.lines.first());
        calls.and_then(|line| line.quality.as_ref()).is_some_and(|quality| !quality.gaps.is_empty())
    }
}

impl Series {
    /// A line whose values are exact.
    pub const fn exact(line: Line, values: Vec<f64>) -> Self {
        Self { line, values, quality: None }
    }
}

impl Chart {
    /// A chart with no period before.
    pub const fn of(metric: Metric, lines: Vec<Series>, summary: Summary) -> Self {
        Self { metric, lines, before: None, before_quality: None, summary }
    }

    /// Whether one of its values is an estimate.
    pub fn is_estimated(&self) -> bool {
        self.has(Exactness::Estimated)
    }

    /// Whether one of its values is a lower bound.
    pub fn is_bounded_below(&self) -> bool {
        self.has(Exactness::AtLeast)
    }

    fn has(&self, exactness: Exactness) -> bool {
        let of = self.lines.iter().map(|series| &series.quality).chain([&self.before_quality]);
        of.flatten().any(|quality| quality.exactness == exactness || quality.others.iter().any(|(_, of)| *of == exactness))
    }

    /// What is known of a line's value beside it.
    pub fn quality(&self, line: Line, bucket: usize) -> Quality {
        let own = || self.lines.iter().find(|series| series.line == line).and_then(|series| series.quality.as_ref());
        let of = if line == Line::Before { self.before_quality.as_ref() } else { own() };
        of.map_or_else(Quality::default, |quality| quality.at(bucket))
    }
}

impl CallsReply {
    /// Whether the selection holds no calls, as far as the source counts them.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.all.has_no_calls() && self.missing(Piece::Services).is_none()
    }

    /// Whether anything of the period before is beside the present one.
    pub fn is_compared(&self) -> bool {
        self.tiles.iter().any(|tile| !tile.spark_before.is_empty())
    }
}

/// A bucket of which a part is still to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnfinishedBucket {
    pub start_ms: i64,
    /// Minutes of it that lie in the range.
    pub minutes: f64,
    /// Minutes it has by the calendar.
    pub minutes_full: f64,
}

impl Buckets {
    /// The last bucket, where the range does not cover it to its end.
    pub fn unfinished(&self) -> Option<UnfinishedBucket> {
        let (start_ms, end_ms) = (*self.starts_ms.last()?, *self.ends_ms.last()?);
        let minutes = *self.minutes.last()?;
        self.last_unfinished.then_some(UnfinishedBucket {
            start_ms,
            minutes,
            minutes_full: (end_ms - start_ms) as f64 / 60_000.0,
        })
    }

    /// Start of a bucket by its number.
    pub fn start_of(&self, bucket: u32) -> Option<i64> {
        self.starts_ms.get(bucket as usize).copied()
    }
}

impl ErrorCode {
    /// The service's own code, where all its messages carry the same one.
    pub fn own_code(&self) -> Option<&str> {
        let first = self.messages.first().map(|m| m.error_code.as_str())?;
        let is_one = self.beyond().is_none() && self.messages.iter().all(|m| m.error_code == first);
        is_one.then_some(first).filter(|c| !c.is_empty())
    }
}

impl ErrorCode {
    /// Templates beyond those listed, with their calls.
    pub fn beyond(&self) -> Option<(u64, u64)> {
        let listed: u64 = self.messages.iter().map(|m| m.count).sum();
        let more = self.templates.saturating_sub(self.messages.len() as u64);
        (more > 0).then_some((more, self.count.saturating_sub(listed)))
    }

    /// Whether there is more than one message to choose from.
    pub const fn has_several(&self) -> bool {
        self.texts > 1
    }
}

impl Inspect {
    /// The first keys with their calls, and how many others there are with how many calls.
    pub fn keys_listed(&self, most: usize) -> (&[KeyCalls], Option<(u64, u64)>) {
        // A single other key is listed as itself.
        let most = if self.by_key.len() == most + 1 { most + 1 } else { most.min(self.by_key.len()) };
        let (listed, others) = self.by_key.split_at(most);
        let calls = others.iter().map(|k| k.1).sum();
        (listed, (!others.is_empty()).then_some((others.len() as u64, calls)))
    }
}

impl ListReply {
    /// A row by its number in the whole list, where this window holds it.
    pub fn row(&self, row: u64) -> Option<&CallRow> {
        let at = row.checked_sub(self.offset.into())?;
        self.rows.get(usize::try_from(at).ok()?)
    }
}

impl FailedReply {
    /// A code that occurs in the selection.
    pub fn code(&self, status: u16) -> Option<&ErrorCode> {
        self.classes.iter().flat_map(|c| &c.codes).find(|c| c.status == status)
    }

    /// Calls that are looked into, as far as this answer is about them; else those of the code.
    pub fn looked_into(&self, status: u16, choice: Option<&ErrorChoice>) -> u64 {
        let inspect = self.inspect.as_ref().filter(|i| i.status == status && i.message.as_ref() == choice);
        inspect.map(|i| i.count).or_else(|| self.code(status).map(|code| code.count)).unwrap_or(0)
    }
}

/// Bytes that messages begin with alike, up to the beginning of a word; 0 where that is little.
pub fn shared_beginning(messages: &[ErrorMessage]) -> usize {
    const WORTH: usize = 16;
    let [first, others @ ..] = messages else { return 0 };
    let text = first.message.as_str();
    let same = |other: &ErrorMessage| text.bytes().zip(other.message.bytes()).take_while(|(a, b)| a == b).count();
    let shared = others.iter().map(same).min().unwrap_or(0);
    // The first byte that differs may be within a character or a word.
    let word = text.as_bytes()[..shared].iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
    if word < WORTH { 0 } else { word }
}

/// Whether a column's sum over services means something: counts, tokens and their rate do, averages do not.
pub const fn is_summed(column: Column) -> bool {
    !matches!(column, Column::Latency | Column::Ttft | Column::Tpot | Column::Generation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Gap, Qualities};
    use crate::wire::ErrorClass;

    #[test]
    fn buckets_that_are_brushed_are_summed() {
        let series = |line, values: &[f64]| Series::exact(line, values.to_vec());
        let chart = |metric, lines| Chart::of(metric, lines, Summary::default());
        let mut reply = DetailsReply {
            bucket_calls: vec![4, 0, 6, 1],
            charts: vec![
                chart(
                    Metric::Calls,
                    vec![series(Line::Total, &[4.0, 0.0, 6.0, 1.0]), series(Line::Failures, &[1.0, 0.0, 2.0, 0.0])],
                ),
                chart(Metric::Tokens, vec![series(Line::Total, &[0.5, 0.0, 0.25, 9.0])]),
            ],
            ..DetailsReply::default()
        };
        let exact = |calls, failed, tokens| BrushTotals { calls, failed, tokens, ..BrushTotals::default() };
        assert_eq!(reply.brushed(0, 2), exact(Some(10), Some(3), Some(0.75)));
        assert_eq!(reply.brushed(3, 3), exact(Some(1), Some(0), Some(9.0)));
        assert_eq!(reply.brushed(2, 9), BrushTotals::default());
        let gaps = vec![(1, Gap::NotScraped)];
        reply.charts[0].lines[0].values[1] = f64::NAN;
        reply.charts[0].lines[0].quality =
            Some(Box::new(Qualities { exactness: Exactness::Estimated, gaps, ..Qualities::default() }));
        assert!(reply.has_unobserved());
        assert_eq!(reply.brushed(0, 0).exactness, [Exactness::Estimated, Exactness::Exact, Exactness::Exact]);
        assert_eq!(reply.brushed(0, 2).exactness, [Exactness::AtLeast, Exactness::Exact, Exactness::Exact]);
        reply.charts.clear();
        assert_eq!(reply.brushed(0, 3), exact(Some(11), None, None));
    }

    #[test]
    fn shares_of_nothing_are_nothing() {
        assert_eq!((share(1, 4), share(0, 0)), (0.25, 0.0));
    }

    #[test]
    fn the_unfinished_bucket_knows_its_length() {
        let mut buckets = Buckets {
            starts_ms: vec![0, 3_600_000],
            ends_ms: vec![3_600_000, 7_200_000],
            minutes: vec![60.0, 37.0],
            last_unfinished: true,
            first_clipped: false,
        };
        let expected = UnfinishedBucket { start_ms: 3_600_000, minutes: 37.0, minutes_full: 60.0 };
        assert_eq!(buckets.unfinished(), Some(expected));
        buckets.last_unfinished = false;
        assert_eq!((buckets.unfinished(), buckets.start_of(1), buckets.start_of(2)), (None, Some(3_600_000), None));
    }

    #[test]
    fn a_code_is_named_where_its_messages_agree() {
        let message = |code: &str| ErrorMessage {
            error_code: code.into(),
            message: String::new(),
            count: 1,
            exactness: Default::default(),
            percent: 0.0,
            texts: 1,
        };
        let code = |codes: &[&str]| {
            let messages: Vec<ErrorMessage> = codes.iter().map(|c| message(c)).collect();
            let texts = messages.len() as u64;
            ErrorCode {
                status: 429,
                count: 9,
                exactness: Default::default(),
                percent: 0.0,
                spark: Vec::new(),
                messages,
                templates: texts,
                texts,
            }
        };
        assert_eq!(code(&["limit", "limit"]).own_code(), Some("limit"));
        assert_eq!(code(&["limit", "quota"]).own_code(), None);
        assert_eq!((code(&[""]).own_code(), code(&[]).own_code()), (None, None));
        let class = ErrorClass {
            class: 4,
            count: 1,
            exactness: Default::default(),
            percent: 100.0,
            spark: Vec::new(),
            codes: vec![code(&["limit"])],
        };
        let reply = FailedReply { classes: vec![class], ..FailedReply::default() };
        assert_eq!((reply.code(429).map(|c| c.count), reply.code(500).is_none()), (Some(9), true));
    }

    #[test]
    fn templates_that_are_not_listed_are_told_together() {
        let message = ErrorMessage {
            error_code: "limit".into(),
            message: String::new(),
            count: 3,
            exactness: Default::default(),
            percent: 0.0,
            texts: 2,
        };
        let mut code = ErrorCode {
            status: 429,
            count: 9,
            exactness: Default::default(),
            percent: 0.0,
            spark: Vec::new(),
            messages: vec![message],
            templates: 1,
            texts: 2,
        };
        assert_eq!((code.beyond(), code.own_code()), (None, Some("limit")));
        code.templates = 4;
        assert_eq!((code.beyond(), code.own_code()), (Some((3, 6)), None), "those may have another own code");
    }

    #[test]
    fn messages_are_told_from_where_they_differ() {
        let shared = |messages: &[&str]| {
            let message = |text: &&str| ErrorMessage { message: (*text).to_owned(), ..ErrorMessage::default() };
            shared_beginning(&messages.iter().map(message).collect::<Vec<_>>())
        };
        let (a, b) = ("Limit of requests reached at 10:15", "Limit of requests reached at 10:17");
        assert_eq!(&a[shared(&[a, b])..], "10:15");
        assert_eq!(shared(&["Limit of requests é", "Limit of requests è"]), "Limit of requests ".len());
        assert_eq!([shared(&[a]), shared(&[a, "Lost"]), shared(&["a 1", "a 2"]), shared(&[])], [0, 0, 0, 0]);
    }

    #[test]
    fn keys_beyond_the_list_are_told_together() {
        let of = |n: u64| Inspect { by_key: (0..n).map(|i| (i.to_string(), 1)).collect(), ..inspect() };
        assert_eq!(of(2).keys_listed(6).0.len(), 2);
        assert_eq!((of(7).keys_listed(6).0.len(), of(7).keys_listed(6).1), (7, None));
        assert_eq!((of(9).keys_listed(6).0.len(), of(9).keys_listed(6).1), (6, Some((3, 3))));
    }

    fn inspect() -> Inspect {
        Inspect { status: 429, ..Inspect::default() }
    }

    #[test]
    fn a_window_knows_its_rows() {
        let rows = vec![CallRow { time_ms: 7, ..CallRow::default() }];
        let reply = ListReply { offset: 5, total: 9, rows };
        assert_eq!((reply.row(5).map(|r| r.time_ms), reply.row(4).is_none(), reply.row(6).is_none()), (Some(7), true, true));
    }
}
