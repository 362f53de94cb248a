//! The data sets of the recordings: both bundled feeds and four that are generated, the same bytes on every machine.

use super::selection::zone;
use crate::feed::writer::Writer;
use callscope::engine::Engine;
use callscope::view::{self, Known};
use callscope::wire::{DataSet, FromEngine, Query, Rebase, Reply};
use std::fmt::Write as _;

pub const NAMES: [&str; 6] = ["azure", "crowd", "demo", "odd", "seeded", "ties"];
/// What is prepared between two answers, as a worker does while it is idle, in steps.
const PREPARED_BETWEEN: usize = 2;

/// Random numbers that are the same everywhere (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.draw() % n.max(1) as u64) as usize
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of them, the first ones more often.
    pub fn early<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len()).min(self.below(of.len()))]
    }
}

/// A data set in an engine.
pub struct Data {
    engine: Engine,
    pub set: DataSet,
    asked: u32,
}

impl Data {
    pub fn open(name: &str) -> Self {
        let (bytes, rebase) = match name {
            "azure" => (bundled("azure-code-2023"), None),
            "crowd" => (crowd(), None),
            // Moved to a present in which Europe's clocks have just changed.
            "demo" => {
                let now_ms = 1_774_951_200_000;
                (bundled("demo"), Some(Rebase { now_ms, zone: zone("Europe/Berlin", now_ms, now_ms) }))
            }
            "odd" => (odd(), None),
            "seeded" => (seeded(), None),
            "ties" => (ties(), None),
            _ => panic!("there is no data set {name}"),
        };
        let mut engine = Engine::new();
        engine.begin(1, name, false, rebase);
        for chunk in bytes.chunks(1 << 20) {
            assert_eq!(engine.push(1, chunk), None, "{name}");
        }
        match engine.finish(1) {
            Some(FromEngine::Loaded { data, .. }) => Self { engine, set: data, asked: 0 },
            other => panic!("{name}: {other:?}"),
        }
    }

    /// Asks as a worker does that has nothing else to do.
    pub fn ask(&mut self, query: Query) -> Reply {
        for _ in 0..PREPARED_BETWEEN {
            self.engine.prepare();
        }
        self.asked += 1;
        let known = Known::of(&self.set);
        self.engine.ask(self.asked, view::batch(&query, known.services()), false);
        while self.engine.has_work() {
            if let Some(FromEngine::Answer { seq, frames, last: true, .. }) = self.engine.step() {
                assert_eq!(seq, self.asked);
                return view::reply(&query, &frames.in_order(), known.services());
            }
        }
        panic!("no answer to question {}", self.asked);
    }
}

fn bundled(name: &str) -> Vec<u8> {
    let path = format!("{}/public/feeds/{name}.json.gz", env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    if callscope::base::build::FULL {
        return packed;
    }
    // The browser unpacks what the engine of the first view reads.
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut text)
        .unwrap_or_else(|e| panic!("{path}: {e}"));
    text
}

/// Calls of 24 services over 15 days, with every field that charts show.
fn seeded() -> Vec<u8> {
    let mut out = Vec::new();
    callscope_bench_data::ndjson(11, 40_000, &mut out).expect("memory takes everything");
    out
}

/// Calls with any fields missing, in every writing that JSON allows, over years; some are rejected.
fn odd() -> Vec<u8> {
    let mut writer = Writer::new(23).without_labels();
    let calls: Vec<String> = (0..4_000).map(|number| writer.call(number, true)).collect();
    let head =
        r#"{"format":"callscope/1","services":[{"name":"code","display_name":"Code Review","type":"commercial"}],"calls":["#;
    format!("{head}{}]}}", calls.join(",")).into_bytes()
}

/// Many calls within a day, so that whole hours and minutes of a service are known beforehand.
fn crowd() -> Vec<u8> {
    let mut dice = Dice(41);
    let mut out = String::new();
    for i in 0..60_000_i64 {
        let service = *dice.pick(&["busy", "busy", "busy", "commercial", "commercial", "seldom"]);
        let (time_ms, drawn) = (1_772_323_200_000 + i * 1_200 + dice.below(977) as i64, dice.draw());
        let _ = write!(out, r#"{{"time":{time_ms},"service":"{service}","request_id":"r-{i}","api_key":"k{}""#, drawn % 3);
        if service == "commercial" {
            let _ = write!(out, r#","service_type":"commercial","version":"{}""#, ["1.0", "1.1", "2.0"][drawn as usize % 3]);
        }
        if drawn.is_multiple_of(37) {
            let _ = write!(out, r#","status":{}"#, [429, 503][(drawn >> 5) as usize % 2]);
        } else {
            let _ = write!(out, r#","status":200,"input_tokens":{}"#, drawn % 9_973);
        }
        // Beyond 32 bits.
        let _ = write!(out, r#","output_tokens":{},"stream":{}"#, drawn % 90_000_000_011, drawn.is_multiple_of(4));
        let _ = write!(out, r#","latency_ms":{}.{:03}"#, drawn % 10_007, drawn % 1_000);
        if !drawn.is_multiple_of(3) {
            let _ = write!(out, r#","ttft_ms":{}.5"#, drawn % 1_009);
        }
        out.push_str("}\n");
    }
    out.into_bytes()
}

/// Few values, many of them equal, on and beside the edges of minutes, hours and days, around both changes of Europe's and America's clocks.
fn ties() -> Vec<u8> {
    const SPANS: [(i64, usize); 3] = [(1_711_584_000_000, 11 * 24), (1_709_942_400_000, 3 * 24), (1_729_900_800_000, 9 * 24)];
    let mut dice = Dice(5);
    let mut out = String::new();
    for i in 0..9_000_u32 {
        let (start, hours) = *dice.pick(&SPANS);
        let edge = start + dice.below(hours) as i64 * 3_600_000 + *dice.pick(&[0, 0, 60_000, 1_800_000, 3_540_000]);
        let time_ms = edge + *dice.pick(&[-1, 0, 0, 1]);
        let which = dice.below(5);
        let service = ["alpha", "beta", "gamma", "名前", "<b>delta"][which];
        let _ = write!(out, r#"{{"time":{time_ms},"service":"{service}","request_id":"r{}""#, i / 2);
        let mut add = |dice: &mut Dice, key: &str, values: &[&str]| {
            let value = *dice.pick(values);
            if !value.is_empty() {
                let _ = write!(out, ",\"{key}\":{value}");
            }
        };
        add(&mut dice, "status", &["200", "200", "200", "204", "302", "399", "400", "429", "429", "499", "500", "503", "599"]);
        add(&mut dice, "error_code", &["", "\"limit\"", "\"b\""]);
        add(&mut dice, "error_message", &["", "\"too many\"", "\"slow\\nvery\""]);
        add(&mut dice, "version", &["", "\"1\"", "\"2\"", "\"10\""]);
        add(&mut dice, "api_key", &["", "\"key-a\"", "\"key-b\"", "\"<img src=x onerror=alert(1)>\""]);
        add(&mut dice, "ip", &["", "\"192.0.2.1\"", "\"192.0.2.2\"", "\"2001:db8::1\""]);
        add(&mut dice, "model", &["", "\"large\"", "\"small\"", "\"beta\""]);
        add(&mut dice, "inference_type", &["", "\"batch\""]);
        add(&mut dice, "region", &["", "", "\"eu\""]);
        add(&mut dice, "stream", &["", "true", "true", "false"]);
        // A metric that a service lacks is not involved there.
        if which != 1 {
            add(&mut dice, "input_tokens", &["", "0", "1", "7", "4096"]);
            add(&mut dice, "cached_tokens", &["", "", "1", "5"]);
        }
        if which != 2 {
            add(&mut dice, "output_tokens", &["", "0", "1", "2", "2", "17"]);
            add(&mut dice, "total_tokens", &["", "", "", "5000"]);
        }
        if which != 3 {
            add(&mut dice, "latency_ms", &["", "10", "10", "2500.5", "9999999.999"]);
            add(&mut dice, "ttft_ms", &["", "5", "5", "12.345"]);
        }
        if which == 0 {
            add(&mut dice, "tpot_ms", &["", "20", "33.333333"]);
            add(&mut dice, "generation_s", &["", "1", "1.5"]);
            add(&mut dice, "service_type", &["\"commercial\""]);
        }
        out.push_str("}\n");
    }
    out.into_bytes()
}
