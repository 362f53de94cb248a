//! Half a day of a fleet of two models, as calls and as what their servers expose: vLLM's counters and histograms, counted when a call ends.
//!
//! The first model's samples lie on the minute, the second's 13 seconds behind it. Nothing is stored before 02:00; from 08:10 to 09:20 no one
//! scrapes; at 10:20:30 the servers start anew and their counters with them.

use super::feed::Dice;
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub const MODELS: [&str; 2] = ["llama-70b", "qwen-7b"];
/// 2026-03-26T00:00:00Z.
pub const MIDNIGHT_MS: i64 = 1_774_483_200_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const END_MS: i64 = MIDNIGHT_MS + 14 * HOUR_MS;
const KEPT_FROM_MS: i64 = MIDNIGHT_MS + 2 * HOUR_MS;
const HOLE_MS: [i64; 2] = [MIDNIGHT_MS + 8 * HOUR_MS + 10 * MINUTE_MS, MIDNIGHT_MS + 9 * HOUR_MS + 20 * MINUTE_MS];
const RESTART_MS: i64 = MIDNIGHT_MS + 10 * HOUR_MS + 20 * MINUTE_MS + 30_000;

const E2E: [f64; 21] = [
    0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0,
];
/// Cut short, so that some calls lie beyond the last edge.
const TTFT: [f64; 14] = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0];
const TPOT: [f64; 19] =
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0];
const TOKENS: [f64; 14] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 20000.0];

pub struct Call {
    model: usize,
    start_ms: i64,
    end_ms: i64,
    status: u16,
    input: u64,
    output: u64,
    latency_ms: u64,
    ttft_ms: u64,
}

impl Call {
    /// As vLLM's `request_time_per_output_token_seconds`, in the console's nanoseconds.
    fn tpot_ns(&self) -> u64 {
        ((self.latency_ms - self.ttft_ms) * 1_000_000 + (self.output - 1) / 2) / (self.output - 1)
    }
}

pub fn calls() -> Vec<Call> {
    let mut dice = Dice(19);
    let mut spread = |low: u64, high: u64| {
        let exponent = (low * 2 + dice.below(high - low) + dice.below(high - low)) / 2;
        (1 << exponent) + dice.below(1 << exponent)
    };
    let mut all = Vec::new();
    for number in 0..6_000 {
        let (output, ttft_ms, tpot_ms) = (1 + spread(2, 9), 20 + spread(4, 14), 5 + spread(1, 6));
        let latency_ms = ttft_ms + (output - 1) * tpot_ms + spread(0, 4);
        let start_ms = MIDNIGHT_MS + number * (END_MS - MIDNIGHT_MS) / 6_000 + spread(0, 15) as i64;
        let status = if number % 41 == 7 { 500 } else { 200 };
        let input = spread(3, 13);
        let end_ms = start_ms + latency_ms as i64;
        all.push(Call { model: (number % 3 == 0).into(), start_ms, end_ms, status, input, output, latency_ms, ttft_ms });
    }
    all
}

/// The calls as a feed, each at its start (as a feed should) or at its end (as servers count).
pub fn feed(calls: &[Call], at_end: bool) -> String {
    let mut out = String::new();
    for call in calls {
        let time = if at_end { call.end_ms } else { call.start_ms };
        let _ = write!(out, r#"{{"time":{time},"service":"{}","status":{},"stream":true"#, MODELS[call.model], call.status);
        let _ = write!(out, r#","input_tokens":{},"output_tokens":{}"#, call.input, call.output);
        let _ = writeln!(out, r#","latency_ms":{},"ttft_ms":{}}}"#, call.latency_ms, call.ttft_ms);
    }
    out
}

/// A sample of a counter at each scrape, from what is added to it when.
fn counter(name: &str, labels: &str, shift_ms: i64, added: &[(i64, f64)], out: &mut String) {
    let mut added = added.to_vec();
    added.sort_by_key(|(time, _)| *time);
    let (mut next, mut value, mut restarted) = (0, 0.0, false);
    let mut at = MIDNIGHT_MS + shift_ms;
    while at <= END_MS {
        if at >= RESTART_MS && !restarted {
            (restarted, value) = (true, 0.0);
            next = added.partition_point(|(time, _)| *time < RESTART_MS);
        }
        // A bucket [a, b) of calls is what a counter gains up to a sample at b.
        while next < added.len() && added[next].0 < at {
            value += added[next].1;
            next += 1;
        }
        if at >= KEPT_FROM_MS && !(HOLE_MS[0]..HOLE_MS[1]).contains(&at) {
            let _ = writeln!(out, "{name}{{{labels}}} {value} {}.{:03}", at / 1000, at % 1000);
        }
        at += MINUTE_MS;
    }
}

/// What was scraped, as OpenMetrics with times.
pub fn openmetrics(calls: &[Call]) -> String {
    let mut families: BTreeMap<&str, (&str, String)> = BTreeMap::new();
    for (model, name) in MODELS.into_iter().enumerate() {
        let shift_ms = if model == 0 { 0 } else { 13_000 };
        let labels = format!(r#"model_name="{name}",engine="0",instance="vllm-{model}:8000",job="vllm""#);
        let own: Vec<&Call> = calls.iter().filter(|call| call.model == model).collect();
        let of = |keep: &dyn Fn(&Call) -> bool, value: &dyn Fn(&Call) -> f64| -> Vec<(i64, f64)> {
            own.iter().filter(|call| keep(call)).map(|call| (call.end_ms, value(call))).collect()
        };
        let mut counts = |family: &'static str, labels: &str, added: &[(i64, f64)]| {
            let out = &mut families.entry(family).or_insert(("counter", String::new())).1;
            counter(&format!("{family}_total"), labels, shift_ms, added, out);
        };
        for (reason, status) in [("stop", 200), ("length", 0), ("abort", 0), ("error", 500)] {
            let labels = format!(r#"{labels},finished_reason="{reason}""#);
            counts("vllm:request_success", &labels, &of(&|call| call.status == status, &|_| 1.0));
        }
        counts("vllm:prompt_tokens", &labels, &of(&|_| true, &|call| call.input as f64));
        counts("vllm:generation_tokens", &labels, &of(&|_| true, &|call| call.output as f64));
        type Value<'a> = &'a dyn Fn(&Call) -> f64;
        let histograms: [(&'static str, &[f64], Value<'_>); 5] = [
            ("vllm:time_to_first_token_seconds", &TTFT, &|call| call.ttft_ms as f64 / 1e3),
            ("vllm:request_time_per_output_token_seconds", &TPOT, &|call| call.tpot_ns() as f64 / 1e9),
            ("vllm:e2e_request_latency_seconds", &E2E, &|call| call.latency_ms as f64 / 1e3),
            ("vllm:request_prompt_tokens", &TOKENS, &|call| call.input as f64),
            ("vllm:request_generation_tokens", &TOKENS, &|call| call.output as f64),
        ];
        for (family, edges, value) in histograms {
            let out = &mut families.entry(family).or_insert(("histogram", String::new())).1;
            for edge in edges.iter().copied().chain([f64::INFINITY]) {
                let le = if edge.is_finite() { format!("{edge:?}") } else { "+Inf".into() };
                let within = of(&|call| call.status == 200 && value(call) <= edge, &|_| 1.0);
                counter(&format!("{family}_bucket"), &format!(r#"{labels},le="{le}""#), shift_ms, &within, out);
            }
            let observed = of(&|call| call.status == 200, value);
            counter(&format!("{family}_sum"), &labels, shift_ms, &observed, out);
            let ones: Vec<(i64, f64)> = observed.iter().map(|(time, _)| (*time, 1.0)).collect();
            counter(&format!("{family}_count"), &labels, shift_ms, &ones, out);
        }
        let up = &mut families.entry("up").or_insert(("gauge", String::new())).1;
        let mut at = KEPT_FROM_MS + shift_ms;
        while at <= END_MS {
            let is_up = u8::from(!(HOLE_MS[0]..HOLE_MS[1]).contains(&at));
            let _ = writeln!(up, r#"up{{instance="vllm-{model}:8000",job="vllm"}} {is_up} {}.{:03}"#, at / 1000, at % 1000);
            at += MINUTE_MS;
        }
    }
    let of = |(family, (kind, samples)): (&&str, &(&str, String))| format!("# TYPE {family} {kind}\n{samples}");
    families.iter().map(of).collect::<String>() + "# EOF\n"
}
