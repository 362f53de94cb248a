//! One service's calls: tokens from the traces, times that follow from tokens, load and version.

use super::arrivals::{Arrival, DAY_MS, DAYS, MINUTE_MS, Pattern, START_MS, arrivals};
use super::dice::Dice;
use super::failures::{Failure, fails, forced_key, load_test_arrivals};
use super::services::{KEYS, Kind, MIDNIGHT_SERVICE, REGRESSION, Service, Version};
use super::traces::{AzureRow, Mooncake};

/// From here on the version named by [`REGRESSION`] takes 1.8 times as long to its first token: the tenth day, 09:30.
const REGRESSION_FROM_MS: i64 = START_MS + 9 * DAY_MS + 570 * MINUTE_MS;
const REGRESSION_FACTOR: f64 = 1.8;
/// Providers cache whole blocks of a prompt.
const CACHE_BLOCK_TOKENS: u64 = 128;
/// Tokens that a tool call adds to the total alone.
const TOOL_TOKENS: u64 = 64;
const TOOL_SHARE: f64 = 0.03;

/// A call as the feed writes it. Durations are in microseconds; `None` and empty strings are left out.
#[derive(Clone, Default)]
pub struct Call {
    pub time_ms: i64,
    pub service: &'static str,
    pub commercial: bool,
    pub version: &'static str,
    pub model: &'static str,
    pub api_key: &'static str,
    pub forwarded_for: &'static str,
    pub region: &'static str,
    pub service_tier: &'static str,
    pub replica: String,
    pub batch: bool,
    pub status: u16,
    pub error_code: &'static str,
    pub error_message: &'static str,
    pub stream: Option<bool>,
    pub input_tokens: Option<u64>,
    pub cached_tokens: Option<u64>,
    pub audio_input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    pub reasoning_tokens: Option<u64>,
    pub total_tokens: Option<u64>,
    pub queue_us: Option<u64>,
    pub ttft_us: Option<u64>,
    pub tpot_us: Option<u64>,
    pub latency_us: Option<u64>,
    pub generation_us: Option<u64>,
    pub media: &'static str,
}

/// Tokens of one request.
struct Tokens {
    input: u64,
    output: u64,
    cached: u64,
}

/// All calls of a service, sorted by time.
pub fn calls(service: &Service, dice: &mut Dice, azure: &[AzureRow], mooncake: &Mooncake) -> Vec<Call> {
    let pattern = if draws_on_azure(service) { Pattern::Azure(azure) } else { Pattern::Mooncake(mooncake) };
    let mut all: Vec<(Arrival, bool)> =
        arrivals(dice, service.calls, &service.load, &pattern).into_iter().map(|arrival| (arrival, false)).collect();
    all.extend(load_test_arrivals(dice, service.name).into_iter().map(|arrival| (arrival, true)));
    if service.name == MIDNIGHT_SERVICE {
        all.extend(midnight_jobs(dice).map(|arrival| (arrival, false)));
    }
    all.sort_by_key(|(arrival, _)| arrival.time_ms);
    all.iter().map(|(arrival, test)| call(service, dice, azure, mooncake, arrival, *test)).collect()
}

/// Jobs that a scheduler starts in the first minutes of every day. The first comes within four seconds, so that a feed
/// shown right after midnight has a call of its day.
fn midnight_jobs(dice: &mut Dice) -> impl Iterator<Item = Arrival> {
    (0..DAYS as i64).flat_map(move |day| (0..12).map(move |job| (day, job))).map(|(day, job)| {
        let within = 900 + job * 21_000 + (dice.unit() * 3000.0) as i64;
        Arrival { time_ms: START_MS + day * DAY_MS + within, load: 0.4, row: 0 }
    })
}

fn call(service: &Service, dice: &mut Dice, azure: &[AzureRow], mooncake: &Mooncake, at: &Arrival, test: bool) -> Call {
    let version = version(service, dice, at.time_ms);
    let key = forced_key(test).unwrap_or_else(|| dice.weighted(service.keys));
    let (api_key, addresses) = KEYS[key];
    let media = super::media(service.kind);
    let mut out = Call {
        time_ms: at.time_ms,
        service: service.name,
        commercial: version.is_some(),
        version: version.map_or("", |v| v.name),
        model: version.map_or(service.model, |v| v.model),
        api_key,
        forwarded_for: addresses[dice.below(addresses.len())],
        region: dice.weighted(service.regions),
        service_tier: if service.tiers.is_empty() { "" } else { dice.weighted(service.tiers) },
        batch: dice.chance(service.batch),
        status: 200,
        media,
        ..Call::default()
    };
    if service.replicas > 0 {
        out.replica = format!("{}-{}", service.name, dice.below(service.replicas));
    }
    let takes_tokens = media.is_empty();
    if takes_tokens && service.kind != Kind::Vectors {
        out.stream = Some(!out.batch && dice.chance(service.stream));
    }
    let tokens = tokens(service, dice, azure, mooncake, at);
    match fails(dice, service.name, at.time_ms, service.failing, test) {
        Some(failure) => fail(&mut out, service, dice, &failure, &tokens),
        None if takes_tokens => {
            let slowness = slowness(service, version, at);
            succeed(&mut out, service, dice, &tokens, slowness);
        }
        None => generate(&mut out, service, dice, version.map_or(1.0, |v| v.slowness)),
    }
    out
}

/// Code and the texts that are turned into vectors are short prompts in bursts, as in the Azure trace; conversations are long.
fn draws_on_azure(service: &Service) -> bool {
    matches!(service.kind, Kind::Code | Kind::Vectors)
}

fn version<'a>(service: &'a Service, dice: &mut Dice, time_ms: i64) -> Option<&'a Version> {
    let share = (time_ms - START_MS) as f64 / (DAYS as i64 * DAY_MS) as f64;
    let weighted: Vec<(&Version, f64)> =
        service.versions.iter().map(|v| (v, v.share.0 + (v.share.1 - v.share.0) * share)).collect();
    (!weighted.is_empty()).then(|| dice.weighted(&weighted))
}

fn tokens(service: &Service, dice: &mut Dice, azure: &[AzureRow], mooncake: &Mooncake, at: &Arrival) -> Tokens {
    if draws_on_azure(service) {
        let row = &azure[at.row];
        return Tokens { input: row.input_tokens, output: row.output_tokens, cached: 0 };
    }
    let (input, output, reused) = mooncake.request(dice);
    Tokens { input, output: output.max(1), cached: reused / CACHE_BLOCK_TOKENS * CACHE_BLOCK_TOKENS }
}

/// How much longer than usual things take: version, load, and the regression.
fn slowness(service: &Service, version: Option<&Version>, at: &Arrival) -> (f64, f64) {
    let of_version = version.map_or(1.0, |v| v.slowness);
    let of_load = 1.0 + 0.45 * at.load * at.load;
    let regressed = (service.name, version.map_or("", |v| v.name)) == REGRESSION && at.time_ms >= REGRESSION_FROM_MS;
    let first = of_version * of_load * if regressed { REGRESSION_FACTOR } else { 1.0 };
    (first, of_version * (1.0 + 0.2 * at.load))
}

fn succeed(out: &mut Call, service: &Service, dice: &mut Dice, tokens: &Tokens, (first, each): (f64, f64)) {
    let step = |ms: f64| ((ms * 1000.0 / service.step_us + 0.5).floor() * service.step_us) as u64;
    out.input_tokens = Some(tokens.input);
    let has_output = service.kind != Kind::Vectors;
    if service.kind == Kind::Chat && !service.audio {
        out.cached_tokens = Some(tokens.cached);
    }
    if service.audio {
        out.audio_input_tokens = Some(tokens.input * (55 + dice.below(40) as u64) / 100);
    }
    let queue_ms = if service.writes_queue { dice.log_normal(3.0 * first * first, 0.9) } else { 0.0 };
    let prompt_ms = service.prompt_ms * (tokens.input - tokens.cached) as f64 / 1000.0;
    let first_ms = queue_ms + first * (dice.log_normal(service.first_ms, 0.28) + prompt_ms);
    if service.writes_queue {
        out.queue_us = Some(step(queue_ms));
    }
    if !has_output {
        out.latency_us = Some(step(first_ms).max(1));
        return;
    }
    let mut output = tokens.output;
    if service.reasoning {
        let thinking = dice.log_normal(620.0, 0.8) as u64;
        out.reasoning_tokens = Some(thinking);
        output += thinking;
    }
    out.output_tokens = Some(output);
    if service.writes_total {
        let tools = if dice.chance(TOOL_SHARE) { TOOL_TOKENS } else { 0 };
        out.total_tokens = Some(tokens.input + output + tools);
    }
    let token_us = step(each * dice.log_normal(service.token_ms, 0.16)).max(1);
    let first_us = step(first_ms).max(1);
    if out.stream == Some(true) {
        out.ttft_us = Some(first_us);
        if service.writes_tpot && output > 1 {
            out.tpot_us = Some(token_us);
        }
    }
    out.latency_us = Some(first_us + token_us * (output - 1) + step(dice.log_normal(0.8, 0.5)));
}

/// An image or a video; videos are made in a queue, so that their calls have no latency of their own.
fn generate(out: &mut Call, service: &Service, dice: &mut Dice, slowness: f64) {
    let generation_ms = slowness * dice.log_normal(service.first_ms, 0.22);
    out.generation_us = Some((generation_ms / 10.0).floor() as u64 * 10_000);
    if service.kind == Kind::Image {
        let latency_ms = generation_ms + dice.log_normal(240.0, 0.5);
        out.latency_us = Some((latency_ms * 10.0).ceil() as u64 * 100);
    }
}

fn fail(out: &mut Call, service: &Service, dice: &mut Dice, failure: &Failure, tokens: &Tokens) {
    out.status = failure.status;
    out.error_code = failure.code;
    out.error_message = failure.message;
    out.latency_us = Some((dice.log_normal(failure.latency_ms * 10.0, 0.05) + 0.5).floor() as u64 * 100);
    if failure.counts_input && out.media.is_empty() {
        out.input_tokens = Some(tokens.input);
        // A model that ends while it answers has already sent a part.
        if failure.status == 500 && service.kind != Kind::Vectors && dice.chance(0.5) {
            out.output_tokens = Some(dice.below(tokens.output as usize) as u64 + 1);
        }
        if service.writes_total {
            out.total_tokens = Some(tokens.input + out.output_tokens.unwrap_or(0));
        }
    }
}
