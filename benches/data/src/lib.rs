//! Seeded call records for benchmarks, about 345 bytes a call: the same bytes on every machine, whatever the number of calls before them.
//!
//! Whole numbers alone are drawn, so that no machine's mathematics library has a say. What the calls are like: 24 services of unequal use,
//! each with a model and three versions, 400 keys, 2,000 addresses; three quarters stream; one in forty fails and has no tokens; inputs
//! reach 128k tokens; one call in a hundred is up to half a minute late in the order of times, as in logs that are written at the end of a call.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;
use std::io::{self, Write};

/// The first call's time, epoch milliseconds: 2026-03-01T00:00:00Z, a Sunday.
pub const START_MS: i64 = 1_772_323_200_000;
/// The calls lie evenly in so many days.
pub const DAYS: u64 = 15;
/// Most distinct services.
pub const SERVICES: usize = 24;
/// Lines are passed on in pieces of about this size, bytes.
const PIECE: usize = 1 << 20;

const FIRST: [&str; 6] = ["harbour", "aster", "birch", "ember", "ticket", "lumen"];
const SECOND: [&str; 4] = ["chat", "coder", "digest", "search"];
const MODELS: [&str; 5] = ["aster-70b-instruct", "birch-32b-coder", "cedar-8b-instruct", "ember-405b", "fern-moe-a22b"];
const REGIONS: [&str; 3] = ["eu-central-1", "eu-west-2", "ap-southeast-3"];
const FAILURES: [(u16, &str, &str); 4] = [
    (429, "rate_limit_exceeded", "Limit of requests reached; try again later."),
    (400, "context_length_exceeded", "The input is longer than the model's context."),
    (503, "overloaded", "No replica was free to take the request."),
    (504, "timeout", "The model did not answer in time."),
];

/// Writes calls line by line (NDJSON). The same seed and number give the same bytes.
///
/// # Errors
/// Those of `out`.
pub fn ndjson(seed: u64, calls: u64, out: &mut impl Write) -> io::Result<()> {
    let mut maker = Maker::new(seed, calls);
    let mut piece = Vec::with_capacity(PIECE + 1024);
    for _ in 0..calls {
        maker.call(&mut piece)?;
        piece.push(b'\n');
        if piece.len() >= PIECE {
            out.write_all(&piece)?;
            piece.clear();
        }
    }
    out.write_all(&piece)
}

/// Makes one call after the other.
struct Maker {
    dice: Pcg64Mcg,
    number: u64,
    calls: u64,
}

impl Maker {
    fn new(seed: u64, calls: u64) -> Self {
        Self { dice: Pcg64Mcg::new(u128::from(seed) << 64 | 0x9e37_79b9_7f4a_7c15), number: 0, calls }
    }

    /// Uniform in `0..n`.
    fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.dice.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Mostly about the middle of 2^`low` to 2^`high`, by orders of magnitude: the mean of two uniform exponents.
    fn spread(&mut self, low: u64, high: u64) -> u64 {
        let exponent = (low * 2 + self.below(high - low) + self.below(high - low)) / 2;
        (1 << exponent) + self.below(1 << exponent)
    }

    fn call(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let span_ms = DAYS * 86_400_000;
        let even = u128::from(self.number) * u128::from(span_ms) / u128::from(self.calls.max(1));
        self.number += 1;
        let late = if self.below(100) == 0 { self.below(30_000) } else { 0 };
        let time_ms = (even as u64).saturating_sub(late);
        // The lesser of two: the first service has a twelfth of the calls, the last next to none.
        let service = self.below(SERVICES as u64).min(self.below(SERVICES as u64)) as usize;
        let version = 1 + self.below(3).min(self.below(3));
        let (key, address) = (self.below(400).min(self.below(400)), self.below(2000).min(self.below(2000)));
        let failure = if self.below(40) == 0 { Some(FAILURES[self.below(4) as usize]) } else { None };
        let stream = self.below(4) != 0;

        out.extend_from_slice(b"{\"time\":\"");
        write_time(time_ms, out)?;
        write!(
            out,
            "\",\"service\":\"{}-{}\",\"version\":\"{version}.{}\",\"model\":\"{}\",\"region\":\"{}\",\"api_key\":\"key-{}-{key:03}\",\
             \"ip\":\"198.51.{}.{}\",\"status\":{},\"stream\":{stream}",
            FIRST[service % FIRST.len()],
            SECOND[service / FIRST.len() % SECOND.len()],
            service % 4,
            MODELS[service % MODELS.len()],
            REGIONS[key as usize % REGIONS.len()],
            ["web", "batch", "app"][key as usize % 3],
            address / 250,
            1 + address % 250,
            failure.map_or(200, |(status, ..)| status),
        )?;
        if let Some((_, code, message)) = failure {
            let us = self.spread(10, 20);
            write!(
                out,
                ",\"error_code\":\"{code}\",\"error_message\":\"{message}\",\"latency_ms\":{}.{:03}",
                us / 1000,
                us % 1000
            )?;
        } else {
            let (input, output) = (self.spread(5, 17), self.spread(3, 12));
            let cached = if self.below(3) == 0 { 0 } else { self.below(input) / 128 * 128 };
            let ttft_us = 20_000 + input * 12 + self.spread(12, 20);
            let latency_us = ttft_us + output * (4_000 + self.spread(10, 15));
            write!(out, ",\"input_tokens\":{input},\"output_tokens\":{output},\"cached_tokens\":{cached}")?;
            write!(out, ",\"latency_ms\":{}.{:03}", latency_us / 1000, latency_us % 1000)?;
            if stream {
                write!(out, ",\"ttft_ms\":{}.{:03}", ttft_us / 1000, ttft_us % 1000)?;
            }
        }
        let (a, b) = (self.dice.next_u64(), self.dice.next_u64());
        let (high, low) = (a >> 32, a as u32);
        write!(out, ",\"request_id\":\"{high:08x}-{:04x}-4{:03x}-", low >> 16, low & 0xfff)?;
        write!(out, "{:04x}-{:012x}\"}}", 0x8000 | (b >> 48) & 0x3fff, b & 0xffff_ffff_ffff)
    }
}

/// RFC 3339 with milliseconds. The days are all of March 2026.
fn write_time(ms: u64, out: &mut Vec<u8>) -> io::Result<()> {
    let (second, minute) = (ms / 1000 % 60, ms / 60_000 % 60);
    let (hour, day) = (ms / 3_600_000 % 24, 1 + ms / 86_400_000);
    write!(out, "2026-03-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u64, calls: u64) -> String {
        let mut out = Vec::new();
        ndjson(seed, calls, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_call_has_about_345_bytes() {
        let text = made(1, 20_000);
        assert_eq!(text.lines().count(), 20_000);
        let bytes = text.len() as f64 / 20_000.0;
        assert!((340.0..350.0).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_gives_others() {
        assert_eq!(made(3, 100), made(3, 100));
        assert_ne!(made(3, 100), made(4, 100));
    }
}
