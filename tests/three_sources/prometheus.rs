//! A Prometheus server that watches vLLM, as a throw-away: asks as PromQL, answers as frames.
//!
//! Percentiles are made of the increases of a histogram's buckets: one request gives all of them, with bounds. A value at `t` is of the
//! calls that ended in `(t - W, t]`, so bucket `[a, b)` is the value at `b`.

use super::runs;
use callscope::ask::{
    Agg, Ask, Batch, Bounds, Buckets, Clock, Column, Exactness, Frame, Gap, Group, Label, Matcher, Measure, Note, Quantity,
    TableAsk, Unanswered, Values, ValuesAsk,
};
use callscope::model::{Dim, Range};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How far apart scrapes are; a catalogue would find it.
const SCRAPE_MS: f64 = 60_000.0;

/// A request to the server; its text is its name in a recording.
pub struct Request {
    pub query: String,
    pub start_ms: i64,
    pub end_ms: i64,
    pub step_ms: i64,
}

impl Request {
    pub fn key(&self) -> String {
        format!("{} from {} to {} by {}", self.query, self.start_ms, self.end_ms, self.step_ms)
    }
}

/// One evaluation: the value at the end of each of some windows of one width that tile a span.
struct Span {
    first: usize,
    start_ms: i64,
    width_ms: i64,
    count: usize,
}

/// The spans of buckets; the last bucket ends with the range.
fn spans(buckets: &Buckets, range: Range) -> Vec<Span> {
    let mut spans: Vec<Span> = runs(buckets)
        .into_iter()
        .map(|run| Span { first: run.first, start_ms: run.start_ms, width_ms: run.width_ms, count: run.count })
        .collect();
    if buckets.last_unfinished
        && let Some(last) = spans.last_mut()
    {
        last.count -= 1;
        let start_ms = last.start_ms + last.width_ms * last.count as i64;
        let rest = Span { first: last.first + last.count, start_ms, width_ms: range.to_ms - start_ms, count: 1 };
        spans.push(rest);
        spans.retain(|span| span.count > 0);
    }
    spans
}

/// The groups of an answer, each with the matchers that select it.
type Groups = Result<Vec<(Group, Vec<Matcher>)>, Unanswered>;

/// What a counter gained in each bucket, by the value of a label.
type Gains = Vec<BTreeMap<String, f64>>;

pub struct Server<'a> {
    pub get: &'a mut dyn FnMut(&Request) -> Value,
    pub asked: BTreeSet<String>,
    pub warnings: Vec<Note>,
}

impl Server<'_> {
    fn evaluate(&mut self, query: &dyn Fn(&str) -> String, by: &str, spans: &[Span]) -> Result<Gains, Unanswered> {
        let mut gains: Gains = vec![BTreeMap::new(); spans.iter().map(|span| span.count).sum()];
        for span in spans {
            let start_ms = span.start_ms + span.width_ms;
            let end_ms = span.start_ms + span.width_ms * span.count as i64;
            let request = Request { query: query(&format!("{}ms", span.width_ms)), start_ms, end_ms, step_ms: span.width_ms };
            self.asked.insert(request.key());
            let answer = (self.get)(&request);
            if answer["status"] != "success" {
                return Err(Unanswered::Failed(answer["error"].as_str().unwrap_or("no answer").into()));
            }
            let warnings = answer["warnings"].as_array().into_iter().flatten();
            self.warnings.extend(warnings.filter_map(|text| Some(Note::Warning(text.as_str()?.into()))));
            for series in answer["data"]["result"].as_array().into_iter().flatten() {
                let label = series["metric"][by].as_str().unwrap_or_default();
                for point in series["values"].as_array().into_iter().flatten() {
                    let at_ms = (point[0].as_f64().unwrap_or(0.0) * 1e3).round() as i64;
                    let value = point[1].as_str().and_then(|text| text.parse::<f64>().ok()).filter(|value| value.is_finite());
                    let place = (at_ms - start_ms) / span.width_ms;
                    if let (Some(value), 0..) = (value, place)
                        && (place as usize) < span.count
                    {
                        gains[span.first + place as usize].insert(label.into(), value);
                    }
                }
            }
        }
        Ok(gains)
    }

    fn gains(&mut self, counter: &str, by: &str, matchers: &str, spans: &[Span]) -> Result<Gains, Unanswered> {
        let query = |window: &str| format!("sum by ({by}) (increase({counter}{{{matchers}}}[{window}]))");
        self.evaluate(&query, by, spans)
    }

    /// Share of each bucket that was scraped; `None` where nothing is kept of it.
    fn covered(&mut self, spans: &[Span]) -> Vec<Option<f64>> {
        let query = |window: &str| format!("min(sum_over_time(up{{job=\"vllm\"}}[{window}]))");
        let Ok(ups) = self.evaluate(&query, "", spans) else { return Vec::new() };
        let widths = spans.iter().flat_map(|span| core::iter::repeat_n(span.width_ms as f64, span.count));
        ups.iter().zip(widths).map(|(up, width)| up.get("").map(|&up| (up * SCRAPE_MS / width).min(1.0))).collect()
    }

    pub fn answer(&mut self, batch: &Batch) -> Vec<Frame> {
        let frame = |ask: &Ask| {
            let mut frame = match ask {
                Ask::Series(ask) => {
                    let (own, precision) = Buckets::of(ask.selection.range, ask.width, &ask.selection.zone);
                    let ranges = core::iter::once(ask.selection.range).chain(ask.compare.iter().copied());
                    let periods = ranges.map(|range| {
                        let buckets = Buckets::of(range, precision, &ask.selection.zone).0;
                        (spans(&buckets, range), buckets.minutes)
                    });
                    let groups = match ask.split.by.first() {
                        Some(label) => Err(Unanswered::NoSplit(*label)),
                        None => Ok(vec![(Group::default(), Vec::new())]),
                    };
                    let periods: Vec<_> = periods.collect();
                    let frame = self.measures(&periods, &ask.measures, &ask.selection.matchers, groups);
                    Frame { buckets: Some(own.into()), ..frame }
                }
                Ask::Table(ask) => {
                    let ranges = core::iter::once(ask.selection.range).chain(ask.compare.iter().copied());
                    let periods: Vec<_> =
                        ranges.map(|range| (vec![whole(range)], vec![range.span_ms() as f64 / 60_000.0])).collect();
                    let groups = self.groups(ask);
                    let frame = self.measures(&periods, &ask.measures, &ask.selection.matchers, groups);
                    Frame { total: frame.groups.len() as u64, ..frame }
                }
                Ask::Values(ask) => self.list(ask).unwrap_or_else(|why| Frame { unanswered: vec![(0, why)], ..Frame::default() }),
                Ask::Calls(_) => Frame { unanswered: vec![(0, Unanswered::NotMeasured)], ..Frame::default() },
            };
            frame.notes.append(&mut self.warnings);
            frame.clock = Clock::End;
            frame
        };
        batch.asks.iter().map(frame).collect()
    }

    /// A table has a value for each group, a series without groups one for each bucket.
    fn measures(
        &mut self,
        periods: &[(Vec<Span>, Vec<f64>)],
        measures: &[Measure],
        matchers: &[Matcher],
        groups: Groups,
    ) -> Frame {
        let mut frame = Frame::default();
        let groups =
            groups.map_err(|why| frame.unanswered = (0..measures.len()).map(|place| (place as u16, why.clone())).collect());
        let Ok(groups) = groups else { return frame };
        for (period, (spans, minutes)) in periods.iter().enumerate() {
            let covered = self.covered(spans).repeat(groups.len());
            for (place, measure) in measures.iter().enumerate() {
                let of_group =
                    |(_, own): &(Group, Vec<Matcher>)| self.measure(measure, &[matchers, own].concat(), spans, minutes);
                match groups.iter().map(of_group).collect::<Result<Vec<_>, _>>() {
                    Ok(cells) => frame.columns.push(column(measure, place, period, &cells.concat(), &covered)),
                    Err(why) if period == 0 => frame.unanswered.push((place as u16, why)),
                    Err(_) => {}
                }
            }
        }
        frame.groups = groups.into_iter().map(|(group, _)| group).collect();
        frame
    }

    /// The groups of a table by one label, each with the matcher that selects it: one request a group and measure, where `by` would do.
    fn groups(&mut self, ask: &TableAsk) -> Groups {
        let whole = (Group::default(), Vec::new());
        if let Some(unknown) = ask.split.by.iter().find(|label| name_of(label).is_none()) {
            return Err(Unanswered::NoSplit(*unknown));
        }
        let [label] = ask.split.by.as_slice() else { return Ok(vec![whole]) };
        let (selection, label) = (ask.selection.clone(), *label);
        let list = ValuesAsk { selection, label, own_matchers: true, search: String::new(), limit: u32::MAX, also: Vec::new() };
        let named = self.list(&list)?.groups.into_iter().filter(|group| !group.others);
        let groups = named.map(|group| (group.clone(), vec![Matcher::OneOf(list.label, group.values)]));
        Ok(ask.subtotals.then_some(whole).into_iter().chain(groups).collect())
    }

    fn measure(
        &mut self,
        measure: &Measure,
        matchers: &[Matcher],
        spans: &[Span],
        minutes: &[f64],
    ) -> Result<Vec<Cell>, Unanswered> {
        let outcome = |matcher: &&Matcher| matches!(matcher.label(), Some(Label::Status | Label::Derived(_)));
        let all: Vec<&Matcher> = matchers.iter().chain(&measure.only).collect();
        let selected = selector(all.iter().copied().filter(|matcher| !outcome(matcher)))?;
        let (family, scale) = match &measure.of {
            Quantity::Calls => {
                let reasons = self.gains("vllm:request_success_total", "finished_reason", &selected, spans)?;
                let sum = |gains: &BTreeMap<String, f64>, only: &[Matcher]| -> f64 {
                    let counts = |reason: &str| only.iter().all(|matcher| matcher.holds(status(reason)));
                    gains.iter().filter(|(reason, _)| counts(reason)).map(|(_, gain)| gain).sum()
                };
                let cell = |(gains, &minutes): (&BTreeMap<String, f64>, &f64)| {
                    let matching: Vec<Matcher> = matchers.iter().filter(|m| outcome(m)).cloned().collect();
                    let part = [matching.as_slice(), &measure.only].concat();
                    let (part, whole) = (sum(gains, &part), sum(gains, &matching));
                    Some(match measure.agg {
                        Agg::Count | Agg::Sum => Cell::of(part, whole),
                        Agg::PerMinute => Cell::of(part / minutes, whole),
                        Agg::Share => Cell::of(part * 100.0 / whole, whole),
                        _ => return None,
                    })
                };
                return reasons.iter().zip(minutes).map(cell).collect::<Option<_>>().ok_or(Unanswered::NotMeasured);
            }
            _ if all.iter().any(outcome) => {
                return Err(Unanswered::NoMatch(all.into_iter().find(outcome).expect("one is").clone()));
            }
            Quantity::InputTokens | Quantity::OutputTokens | Quantity::TotalTokens | Quantity::MovedTokens => {
                let counters: &[&str] = match measure.of {
                    Quantity::InputTokens => &["vllm:prompt_tokens_total"],
                    Quantity::OutputTokens => &["vllm:generation_tokens_total"],
                    _ => &["vllm:prompt_tokens_total", "vllm:generation_tokens_total"],
                };
                let mut sums = vec![0.0; minutes.len()];
                for counter in counters {
                    let gains = self.gains(counter, "", &selected, spans)?;
                    sums.iter_mut().zip(gains).for_each(|(sum, gains)| *sum += gains.get("").copied().unwrap_or(f64::NAN));
                }
                let cell = |(&sum, &minutes): (&f64, &f64)| {
                    Some(match measure.agg {
                        Agg::Sum => Cell::of(sum, f64::NAN),
                        Agg::PerMinute => Cell::of(sum / measure.of.unit() / minutes, f64::NAN),
                        _ => return None,
                    })
                };
                return sums.iter().zip(minutes).map(cell).collect::<Option<_>>().ok_or(Unanswered::NotMeasured);
            }
            Quantity::Ttft => ("vllm:time_to_first_token_seconds", 1e3),
            Quantity::Tpot => ("vllm:request_time_per_output_token_seconds", 1e3),
            Quantity::Latency => ("vllm:e2e_request_latency_seconds", 1e3),
            Quantity::InputLength => ("vllm:request_prompt_tokens", 1e-3),
            Quantity::OutputLength => ("vllm:request_generation_tokens", 1e-3),
            Quantity::Generation | Quantity::Cost | Quantity::Named(_) => return Err(Unanswered::NotMeasured),
        };
        if measure.agg == Agg::Average {
            let sums = self.gains(&format!("{family}_sum"), "", &selected, spans)?;
            let counts = self.gains(&format!("{family}_count"), "", &selected, spans)?;
            let of = |gains: &BTreeMap<String, f64>| gains.get("").copied().unwrap_or(f64::NAN);
            return Ok(sums.iter().zip(&counts).map(|(sum, n)| Cell::of(of(sum) / of(n) * scale, of(n))).collect());
        }
        let gains = self.gains(&format!("{family}_bucket"), "le", &selected, spans)?;
        let histogram = |gains: &BTreeMap<String, f64>| Histogram::new(gains, scale);
        match measure.agg {
            Agg::Quantile(millionths) => {
                Ok(gains.iter().map(|gains| histogram(gains).quantile(f64::from(millionths) / 1e6)).collect())
            }
            Agg::Maximum => Ok(gains.iter().map(|gains| histogram(gains).maximum()).collect()),
            Agg::Count => Ok(gains.iter().map(|gains| Cell::of(histogram(gains).calls(), histogram(gains).calls())).collect()),
            _ => Err(Unanswered::NotMeasured),
        }
    }

    fn list(&mut self, ask: &ValuesAsk) -> Result<Frame, Unanswered> {
        let name = name_of(&ask.label).ok_or(Unanswered::NoSplit(ask.label))?;
        let own = |matcher: &&Matcher| ask.own_matchers || matcher.label() != Some(&ask.label);
        let selected = selector(ask.selection.matchers.iter().filter(own))?;
        let gains = self.gains("vllm:request_success_total", name, &selected, &[whole(ask.selection.range)])?;
        let mut values: Vec<(String, u64)> = gains[0].iter().map(|(value, gain)| (value.clone(), gain.round() as u64)).collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let total = values.len() as u64;
        let rest = values.split_off(values.len().min(ask.limit as usize)).iter().map(|(_, calls)| calls).sum();
        let calls = values.iter().map(|(_, calls)| Some(*calls)).chain([Some(rest)]).collect();
        let groups = values.into_iter().map(|(value, _)| Group { values: vec![value], others: false });
        let groups = groups.chain([Group { values: Vec::new(), others: true }]).collect();
        let column = Column { exactness: Exactness::Estimated, ..Column::exact(0, 0, 0, Values::Whole(calls)) };
        Ok(Frame { groups, total, columns: vec![column], ..Frame::default() })
    }
}

const fn whole(range: Range) -> Span {
    Span { first: 0, start_ms: range.from_ms, width_ms: range.to_ms - range.from_ms, count: 1 }
}

/// The status that an engine's reason means.
fn status(reason: &str) -> &'static str {
    match reason {
        "error" => "500",
        "abort" => "499",
        _ => "200",
    }
}

fn name_of(label: &Label) -> Option<&'static str> {
    match label {
        Label::Dim(Dim::Service) => Some("model_name"),
        Label::Dim(Dim::Replica) => Some("instance"),
        _ => None,
    }
}

/// Label matchers; refused rather than left out where the server lacks the label.
fn selector<'a>(matchers: impl Iterator<Item = &'a Matcher>) -> Result<String, Unanswered> {
    let one = |matcher: &Matcher| {
        let refused = || Unanswered::NoMatch(matcher.clone());
        let (Matcher::OneOf(label, values) | Matcher::NoneOf(label, values)) = matcher else { return Err(refused()) };
        let name = name_of(label).ok_or_else(refused)?;
        let escape = |c: char| if c.is_alphanumeric() || c == '-' { c.to_string() } else { format!("\\{c}") };
        let pattern = values.iter().map(|value| value.chars().map(escape).collect::<String>()).collect::<Vec<_>>().join("|");
        let sign = if matches!(matcher, Matcher::OneOf(..)) { "=~" } else { "!~" };
        Ok(format!("{name}{sign}{}", serde_json::to_string(&pattern).expect("a text is JSON")))
    };
    Ok(matchers.map(one).collect::<Result<Vec<_>, _>>()?.join(","))
}

/// One value with what is known of it.
#[derive(Clone, Copy)]
struct Cell {
    value: f64,
    calls: f64,
    bounds: Option<Bounds>,
    exactness: Exactness,
}

impl Cell {
    const fn of(value: f64, calls: f64) -> Self {
        Self { value, calls, bounds: None, exactness: Exactness::Estimated }
    }
}

/// Edges in the unit of the chart, each with the calls at or below it.
struct Histogram(Vec<(f64, f64)>);

impl Histogram {
    fn new(gains: &BTreeMap<String, f64>, scale: f64) -> Self {
        // `le` is a number, however it is spelled; the running maximum mends scrapes that caught a histogram half written.
        let mut edges: Vec<(f64, f64)> =
            gains.iter().filter_map(|(le, gain)| Some((le.parse::<f64>().ok()? * scale, *gain))).collect();
        edges.sort_by(|a, b| a.0.total_cmp(&b.0));
        edges.iter_mut().fold(0.0_f64, |most, (_, gain)| {
            *gain = gain.max(most);
            *gain
        });
        Self(edges)
    }

    fn calls(&self) -> f64 {
        self.0.last().map_or(0.0, |(_, calls)| *calls)
    }

    /// Edges of the first bucket that fits.
    fn bucket(&self, fits: impl Fn(f64) -> bool) -> Option<(Bounds, f64, f64)> {
        let at = self.0.iter().position(|(_, calls)| fits(*calls))?;
        let (low, below) = at.checked_sub(1).map_or((0.0, 0.0), |before| self.0[before]);
        let (high, within) = self.0[at];
        Some((Bounds { low, high }, below, within))
    }

    fn quantile(&self, q: f64) -> Cell {
        let calls = self.calls();
        let none = Cell::of(f64::NAN, calls);
        let (Some((own, below, within)), true) = (self.bucket(|n| n >= q * calls), calls > 0.0) else { return none };
        // Bounds are those of the two calls that the console's percentile lies between, which may be in two buckets.
        let h = (calls.round() - 1.0).max(0.0) * q;
        let of_rank = |rank: f64| self.bucket(|n| n.round() > rank).map(|(bounds, ..)| bounds);
        let (Some(first), Some(second)) = (of_rank(h.floor()), of_rank(h.ceil())) else { return none };
        let bounds = Bounds { low: first.low, high: second.high };
        if own.high.is_infinite() || bounds.high.is_infinite() {
            return Cell { value: bounds.low, calls, bounds: Some(bounds), exactness: Exactness::AtLeast };
        }
        let value = own.low + (own.high - own.low) * (q * calls - below) / (within - below);
        Cell { value: value.clamp(bounds.low, bounds.high), bounds: Some(bounds), ..none }
    }

    fn maximum(&self) -> Cell {
        let calls = self.calls();
        let Some((bounds, ..)) = self.bucket(|n| calls > 0.0 && n >= calls) else { return Cell::of(f64::NAN, calls) };
        let (value, exactness) =
            if bounds.high.is_finite() { (bounds.high, Exactness::AtMost) } else { (bounds.low, Exactness::AtLeast) };
        Cell { value, calls, bounds: Some(bounds), exactness }
    }
}

fn column(measure: &Measure, place: usize, period: usize, cells: &[Cell], covered: &[Option<f64>]) -> Column {
    let known = |at: usize| covered.get(at).copied().flatten().is_some_and(|share| share > 0.0);
    let whole = matches!((&measure.of, &measure.agg), (_, Agg::Count | Agg::Sum));
    // Kept as whole numbers, which is what counts are to every reader; how far from whole they were is said by the exactness.
    let values = if whole {
        Values::Whole(cells.iter().enumerate().map(|(at, cell)| known(at).then_some(cell.value.round() as u64)).collect())
    } else {
        Values::Real(cells.iter().enumerate().map(|(at, cell)| if known(at) { cell.value } else { f64::NAN }).collect())
    };
    let mut column = Column { exactness: Exactness::Estimated, ..Column::exact(0, place as u16, period as u16, values) };
    for (at, cell) in cells.iter().enumerate() {
        match covered.get(at).copied().flatten() {
            None => column.gaps.push((at as u32, Gap::BeforeData)),
            Some(0.0) => column.gaps.push((at as u32, Gap::NotScraped)),
            Some(share) if share < 0.99 && whole => column.less_exact.push((at as u32, Exactness::AtLeast)),
            Some(_) if cell.exactness != Exactness::Estimated => column.less_exact.push((at as u32, cell.exactness)),
            Some(_) => {}
        }
    }
    if cells.iter().any(|cell| cell.bounds.is_some()) {
        let unknown = Bounds { low: f64::NAN, high: f64::NAN };
        column.bounds = cells.iter().map(|cell| cell.bounds.unwrap_or(unknown)).collect();
    }
    if cells.iter().all(|cell| !cell.calls.is_nan()) {
        column.calls = cells.iter().map(|cell| cell.calls.round() as u64).collect();
    }
    column
}
