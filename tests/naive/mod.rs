//! What the console must show, computed the slow and obvious way: vectors of calls, sorted floats, chrono's time zones.
//!
//! Shares no code with the engine; only the plain types of questions and answers are the same. Answers are compared by [`compare`].

pub mod calls;
pub mod compare;
pub mod details;
pub mod failed;

use callscope::model::{Dim, Filter, Label, Precision, Range, ServiceType};
use callscope::wire::{Buckets, Facet, FigureQuality, Figures};
use chrono::{Offset, TimeZone, Timelike};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// A call as a feed gives it. Empty texts are absent.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    pub time_ms: i64,
    pub service: String,
    pub commercial: bool,
    pub version: String,
    pub model: String,
    pub api_key: String,
    pub ip: String,
    pub inference: String,
    pub region: String,
    pub status: u16,
    pub error_code: String,
    pub error_message: String,
    pub stream: Option<bool>,
    pub input: Option<u64>,
    pub output: Option<u64>,
    pub total: Option<u64>,
    pub latency_us: Option<u64>,
    pub ttft_us: Option<u64>,
    pub tpot_ns: Option<u64>,
    pub generation_us: Option<u64>,
    pub request_id: String,
}

impl Plain {
    /// A status of 0 is none.
    pub fn has_status(&self) -> bool {
        self.status != 0
    }

    pub fn failed(&self) -> bool {
        (400..=599).contains(&self.status)
    }

    pub fn succeeded(&self) -> bool {
        !self.failed()
    }

    pub fn streamed(&self) -> bool {
        self.stream == Some(true)
    }

    pub fn tokens(&self) -> Option<u64> {
        match (self.total, self.input, self.output) {
            (Some(total), _, _) => Some(total),
            (None, None, None) => None,
            (None, input, output) => Some(input.unwrap_or(0) + output.unwrap_or(0)),
        }
    }

    pub fn latency_ms(&self) -> Option<f64> {
        self.latency_us.map(|us| us as f64 / 1e3)
    }

    pub fn ttft_ms(&self) -> Option<f64> {
        self.ttft_us.map(|us| us as f64 / 1e3)
    }

    /// As given, else derived and rounded to a nanosecond.
    pub fn tpot_ms(&self) -> Option<f64> {
        if let Some(ns) = self.tpot_ns {
            return Some(ns as f64 / 1e6);
        }
        match (self.latency_us, self.ttft_us, self.output) {
            (Some(latency), Some(ttft), Some(output)) if output >= 2 && latency >= ttft => {
                Some(((latency - ttft) as f64 * 1e3 / (output - 1) as f64).round() / 1e6)
            }
            _ => None,
        }
    }

    pub fn generation_s(&self) -> Option<f64> {
        self.generation_us.map(|us| us as f64 / 1e6)
    }
}

/// A feed, in the order of its source.
#[derive(Clone, Debug)]
pub struct Feed {
    pub calls: Vec<Plain>,
    pub tz: Tz,
}

impl Feed {
    pub fn kind(&self, service: &str) -> ServiceType {
        let commercial = self.calls.iter().any(|c| c.service == service && c.commercial);
        if commercial { ServiceType::Commercial } else { ServiceType::My }
    }

    pub fn text(&self, call: &Plain, dim: Dim) -> String {
        match dim {
            Dim::ServiceType => if self.kind(&call.service) == ServiceType::My { "my" } else { "commercial" }.into(),
            Dim::ApiKey => call.api_key.clone(),
            Dim::Ip => call.ip.clone(),
            Dim::InferenceType => {
                if call.inference.is_empty() {
                    "realtime".into()
                } else {
                    call.inference.clone()
                }
            }
            Dim::Model => call.model.clone(),
            Dim::Region => call.region.clone(),
            Dim::Version => call.version.clone(),
            Dim::Service => call.service.clone(),
            Dim::Workspace | Dim::ServiceTier | Dim::Replica => String::new(),
        }
    }

    pub fn passes(&self, call: &Plain, filter: &Filter, except: &[Dim]) -> bool {
        filter.0.iter().all(|(label, values)| {
            let Label::Dim(dim) = *label else { return values.is_empty() };
            values.is_empty() || except.contains(&dim) || values.contains(&self.text(call, dim))
        })
    }

    pub fn within(range: Range, call: &Plain) -> bool {
        call.time_ms >= range.from_ms && call.time_ms < range.to_ms
    }

    pub fn services(&self) -> Vec<String> {
        let mut names: Vec<String> = self.calls.iter().map(|c| c.service.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    pub fn any(&self, service: Option<&str>, test: impl Fn(&Plain) -> bool) -> bool {
        self.calls.iter().any(|c| service.is_none_or(|s| c.service == s) && test(c))
    }

    /// Figures of some calls; whether a sum is involved is decided over the service, or over all where none is named.
    pub fn figures(&self, calls: &[&Plain], service: Option<&str>) -> Figures {
        let sum = |of: fn(&Plain) -> Option<u64>| {
            self.any(service, |c| of(c).is_some()).then(|| calls.iter().filter_map(|c| of(c)).sum::<u64>())
        };
        let failed = calls.iter().filter(|c| c.failed()).count();
        let stated = calls.iter().filter(|c| c.has_status()).count();
        let good = |of: fn(&Plain) -> Option<f64>| mean(calls.iter().filter(|c| c.succeeded()).filter_map(|c| of(c)).collect());
        let streamed = |of: fn(&Plain) -> Option<f64>| {
            mean(calls.iter().filter(|c| c.succeeded() && c.streamed()).filter_map(|c| of(c)).collect())
        };
        Figures {
            calls: calls.len() as u64,
            stated: stated as u64,
            failed: self.any(service, Plain::has_status).then_some(failed as u64),
            failure_rate: (stated > 0).then(|| failed as f64 / stated as f64 * 100.0),
            total_tokens: sum(Plain::tokens),
            input_tokens: sum(|c| c.input),
            output_tokens: sum(|c| c.output),
            latency_ms: good(Plain::latency_ms),
            ttft_ms: streamed(Plain::ttft_ms),
            tpot_ms: streamed(Plain::tpot_ms),
            generation_s: good(Plain::generation_s),
            quality: FigureQuality::default(),
        }
    }

    /// Filter lists over the calls of a range (and service), and the calls without each filter.
    pub fn lists(&self, filter: &Filter, calls: &[&Plain], except: &[Dim]) -> (Vec<Facet>, Vec<(Label, u64)>) {
        const OFFERED: [Dim; 9] = [
            Dim::ServiceType,
            Dim::ApiKey,
            Dim::Ip,
            Dim::InferenceType,
            Dim::Model,
            Dim::Region,
            Dim::Workspace,
            Dim::ServiceTier,
            Dim::Replica,
        ];
        let chosen = |dim: Dim| filter.0.get(&dim.into()).cloned().unwrap_or_default();
        let mut facets = Vec::new();
        for dim in OFFERED {
            let plain = if dim == Dim::InferenceType { "realtime" } else { "" };
            let carried = self.calls.iter().any(|c| self.text(c, dim) != plain);
            let always = [Dim::ServiceType, Dim::ApiKey, Dim::Ip].contains(&dim);
            if !always && !carried && chosen(dim).is_empty() {
                continue;
            }
            let mut skip = except.to_vec();
            skip.push(dim);
            let mut values = counted(calls.iter().filter(|c| self.passes(c, filter, &skip)).map(|c| self.text(c, dim)));
            let distinct = values.len() as u32;
            for value in chosen(dim) {
                if !values.iter().any(|(v, _)| *v == value) {
                    values.push((value, 0));
                }
            }
            facets.push(Facet { label: dim.into(), values, distinct, uncounted: false });
        }
        let mut without = Vec::new();
        let dims = filter.labels().into_iter().filter_map(|label| if let Label::Dim(dim) = label { Some(dim) } else { None });
        for dim in dims.filter(|dim| !except.contains(dim)) {
            let mut skip = except.to_vec();
            skip.push(dim);
            without.push((dim.into(), calls.iter().filter(|c| self.passes(c, filter, &skip)).count() as u64));
        }
        (facets, without)
    }

    /// Start of the wall clock's hour of the first call, and that call.
    pub fn begin(&self) -> (i64, i64) {
        let Some(oldest) = self.calls.iter().map(|c| c.time_ms).min() else { return (i64::MIN, i64::MIN) };
        let mut begin = oldest - oldest.rem_euclid(60_000);
        while self.buckets(Range { from_ms: begin, to_ms: oldest + 1 }, Precision::Hour).first_clipped {
            begin -= 60_000;
        }
        (begin, oldest)
    }

    /// The period before, where there is something to compare with, and the place in it of what is beside each present bucket: what
    /// the wall clock said then is what it says now, whole days apart; what it says for the second time is beside a second time. What
    /// lies before the hour of the first call is a gap, not nothing.
    pub fn beside(&self, range: Range, before: Option<Range>, precision: Precision) -> Option<(Range, Vec<Option<usize>>)> {
        let before = before.filter(|&r| self.calls.iter().any(|c| Self::within(r, c)))?;
        let wall = |at: i64| {
            let local = self.tz.timestamp_millis_opt(at).unwrap();
            let naive = local.naive_local();
            let begins = match precision {
                Precision::Minute => naive.with_second(0).unwrap(),
                Precision::Hour => naive.with_minute(0).unwrap().with_second(0).unwrap(),
                Precision::Day => naive.date().into(),
            };
            let second = precision != Precision::Day
                && self.tz.from_local_datetime(&naive).earliest().is_some_and(|first| first.timestamp_millis() < at);
            (begins.with_nanosecond(0).unwrap(), second)
        };
        let apart = wall(range.from_ms).0 - wall(before.from_ms).0;
        let (begin, oldest) = self.begin();
        let Buckets { starts_ms, ends_ms, .. } = self.buckets(before, precision);
        let then: BTreeMap<_, usize> = (0..starts_ms.len())
            .filter(|&bucket| starts_ms[bucket] >= begin && ends_ms[bucket] > oldest)
            .map(|bucket| (wall(starts_ms[bucket]), bucket))
            .collect();
        let now = self.buckets(range, precision).starts_ms.into_iter().map(wall);
        let places: Vec<_> = now.map(|(begins, second)| then.get(&(begins - apart, second)).copied()).collect();
        places.iter().any(Option::is_some).then_some((before, places))
    }

    /// Buckets found by walking the wall clock minute by minute.
    pub fn buckets(&self, range: Range, precision: Precision) -> Buckets {
        const MINUTE: i64 = 60_000;
        let key = |at: i64| {
            let local = self.tz.timestamp_millis_opt(at).unwrap();
            let wall = local.naive_local().with_second(0).unwrap();
            match precision {
                Precision::Minute => (wall, local.offset().fix().local_minus_utc()),
                Precision::Hour => (wall.with_minute(0).unwrap(), local.offset().fix().local_minus_utc()),
                Precision::Day => (wall.date().into(), 0),
            }
        };
        let mut out = Buckets::default();
        if range.from_ms >= range.to_ms {
            return out;
        }
        let first = range.from_ms.div_euclid(MINUTE) * MINUTE;
        let mut minute = first;
        let mut last = None;
        loop {
            let this = key(minute);
            if last != Some(this) {
                if last.is_some() {
                    out.ends_ms.push(minute);
                }
                if minute >= range.to_ms {
                    break;
                }
                out.starts_ms.push(minute.max(range.from_ms));
                last = Some(this);
            }
            minute += MINUTE;
        }
        for (start, end) in out.starts_ms.iter().zip(&out.ends_ms) {
            out.minutes.push(((*end).min(range.to_ms) - start) as f64 / MINUTE as f64);
        }
        out.last_unfinished = range.to_ms < *out.ends_ms.last().unwrap();
        out.first_clipped = first < range.from_ms || key(first - MINUTE) == key(first);
        out
    }
}

/// The calls of each bucket.
pub fn split<'a>(buckets: &Buckets, range: Range, calls: &[&'a Plain]) -> Vec<Vec<&'a Plain>> {
    let n = buckets.starts_ms.len();
    (0..n)
        .map(|b| {
            let end = if b + 1 < n { buckets.starts_ms[b + 1] } else { range.to_ms };
            calls.iter().copied().filter(|c| c.time_ms >= buckets.starts_ms[b] && c.time_ms < end).collect()
        })
        .collect()
}

pub fn mean(values: Vec<f64>) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Hyndman-Fan type 7 on sorted values.
pub fn percentile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let rank = q * last as f64;
    let (below, above) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
    below + (above - below) * rank.fract()
}

/// Distinct texts with how often they occur, most first, then by text.
pub fn counted(texts: impl Iterator<Item = String>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut out: Vec<_> = counts.into_iter().collect();
    out.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    out
}

/// Values at some places.
pub fn at_places(places: &[Option<usize>], values: &[f64]) -> Vec<f64> {
    places.iter().map(|place| place.map_or(f64::NAN, |place| values[place])).collect()
}
