//! Calls that are the same on every machine.

use std::fmt::Write as _;

/// 2024-03-26T00:00:00Z: Europe's clocks change in the night to the 31st.
pub const FROM_MS: i64 = 1_711_411_200_000;

/// Random numbers that are the same everywhere (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// Ten days of calls of four services; a service may lack a metric altogether, any call any field. NDJSON.
pub fn mixed() -> String {
    let mut dice = Dice(7);
    let mut out = String::new();
    for _ in 0..6_000 {
        let on = [1, 60_000, 3_600_000][dice.below(3) as usize];
        let time = (FROM_MS + dice.below(10 * 86_400_000) as i64) / on * on;
        let which = dice.below(4);
        let _ = write!(out, r#"{{"time":{time},"service":"{}""#, ["alpha", "beta", "gamma", "名前"][which as usize]);
        let mut add = |dice: &mut Dice, key: &str, values: &[&str]| {
            let value = dice.pick(values);
            if !value.is_empty() {
                let _ = write!(out, ",\"{key}\":{value}");
            }
        };
        add(&mut dice, "status", &["200", "200", "200", "204", "302", "399", "400", "429", "429", "499", "500", "503", "599"]);
        add(&mut dice, "error_code", &["", "\"limit\"", "\"b\""]);
        add(&mut dice, "error_message", &["", "\"too many\"", "\"slow\\nvery\""]);
        add(&mut dice, "version", &["", "\"1\"", "\"2\"", "\"10\""]);
        add(&mut dice, "api_key", &["", "\"key-a\"", "\"key 'b'\\\\\"", "\"<img src=x onerror=alert(1)>\""]);
        add(&mut dice, "ip", &["", "\"192.0.2.1\"", "\"192.0.2.2\"", "\"2001:db8::1\""]);
        add(&mut dice, "model", &["", "\"large\"", "\"small\""]);
        add(&mut dice, "stream", &["", "true", "true", "false"]);
        let long = dice.below(9_000_000_000).to_string();
        let (tokens, length, us) = (dice.below(90_000).to_string(), dice.below(900).to_string(), dice.below(10_000_000));
        if which != 1 {
            add(&mut dice, "input_tokens", &["", "0", "7", &tokens, &long]);
            add(&mut dice, "cached_tokens", &["", "", "1"]);
        }
        if which != 2 {
            add(&mut dice, "output_tokens", &["", "0", "1", "2", &length, &length]);
            add(&mut dice, "total_tokens", &["", "", "", "5000"]);
        }
        if which != 3 {
            let (latency, ttft) = (format!("{}.{:03}", us / 1000, us % 1000), format!("{}.{:03}", us / 7000, us % 997));
            add(&mut dice, "latency_ms", &["", "10", &latency, &latency, "9999999.999"]);
            add(&mut dice, "ttft_ms", &["", "5", &ttft, &ttft, "12.345"]);
        }
        if which == 0 {
            add(&mut dice, "tpot_ms", &["", "", "20", "33.333333"]);
            add(&mut dice, "generation_s", &["", "1", "1.5", "2.718281"]);
            add(&mut dice, "service_type", &["\"commercial\""]);
        }
        out.push_str("}\n");
    }
    out
}
