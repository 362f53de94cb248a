//! Feeds that are made up for tests and screenshots: small good ones, and every way in which a feed can be wrong.

use crate::server::{Reply, Server, gzip};
use serde_json::{Value, json};
use std::time::Duration;

/// The instant that tests and screenshots pin the clock to (`now=`): 12 March 2026, 14:37 in Shanghai.
pub const NOW_MS: i64 = 1_773_297_420_000;
/// A service name that would run a script if a page took it for HTML.
pub const HOSTILE_NAME: &str = "<img src=x onerror=alert(1)>";

const MINUTE_MS: i64 = 60_000;

/// Good calls, one a minute up to [`NOW_MS`], of three services; every seventh fails with 429, every eleventh with 503.
pub fn calls(count: usize) -> Vec<Value> {
    let services = ["alpha-chat", "beta-embed", HOSTILE_NAME];
    (0..count)
        .map(|i| {
            let back = i64::try_from(count - i).unwrap_or_default();
            let status = match i {
                _ if i % 7 == 3 => 429,
                _ if i % 11 == 5 => 503,
                _ => 200,
            };
            let mut call = json!({
                "time": NOW_MS - back * MINUTE_MS,
                "service": services[i % services.len()],
                "status": status,
                "api_key": format!("key-{}", i % 2),
                "ip": format!("192.0.2.{}", i % 5),
                "stream": i % services.len() == 0,
                "input_tokens": 100 + i % 50,
                "output_tokens": 10 + i % 20,
                "latency_ms": 200.0 + (i % 40) as f64,
                "ttft_ms": 50.0 + (i % 10) as f64,
                "request_id": format!("req-{i:05}"),
            });
            if status != 200 {
                call["error_code"] = json!(format!("code-{status}"));
                call["error_message"] = json!("It was too much.");
            }
            call
        })
        .collect()
}

/// A document of these calls.
pub fn document(calls: Vec<Value>) -> Vec<u8> {
    json!({
        "format": "callscope/1",
        "services": [
            { "name": "alpha-chat", "display_name": "Alpha Chat", "type": "my" },
            { "name": "beta-embed", "display_name": "Beta Embed", "type": "commercial" },
        ],
        "calls": calls,
    })
    .to_string()
    .into_bytes()
}

/// [`calls`] with twelve wrong ones among them: a wrong type, negative tokens and a year out of bounds.
pub fn partly_wrong() -> Vec<u8> {
    let mut calls = calls(600);
    for (i, call) in calls.iter_mut().enumerate().filter(|(i, _)| i % 50 == 7) {
        match i % 3 {
            0 => call["status"] = json!("two hundred"),
            1 => call["input_tokens"] = json!(-5),
            _ => call["time"] = json!("9999-01-01T00:00:00Z"),
        }
    }
    document(calls)
}

/// Puts everything below `/fixture/` of the server.
pub fn install(server: &Server) {
    const JSON: &str = "application/json";
    let good = document(calls(600));
    let packed = gzip(&good);
    let fixed = [
        ("good.json", Reply::ok(JSON, good.clone())),
        ("good.json.gz", Reply::ok("application/gzip", packed.clone())),
        ("good.ndjson", Reply::ok("application/x-ndjson", lines(&calls(600)))),
        ("no-calls.json", Reply::ok(JSON, document(vec![]))),
        ("partly-wrong.json", Reply::ok(JSON, partly_wrong())),
        ("empty.json", Reply::ok(JSON, Vec::new())),
        ("truncated.json", Reply::ok(JSON, good[..good.len() / 2].to_vec())),
        ("truncated.json.gz", Reply::ok("application/gzip", packed[..packed.len() / 2].to_vec())),
        ("page.json", Reply::ok("text/html; charset=utf-8", "<!doctype html><title>Sign in</title><p>Please sign in.")),
        ("missing.json", Reply::status(404)),
        ("forbidden.json", Reply::status(403)),
        ("unavailable.json", Reply::status(503)),
        ("slow.json", Reply::ok(JSON, good.clone()).slowly(good.len() / 400, Duration::from_millis(100))),
    ];
    for (name, reply) in fixed {
        // A page of another origin may read these; a server without this header is one that refuses.
        let reply = reply.header("Access-Control-Allow-Origin", "*");
        server.route(&format!("/fixture/{name}"), move |_| reply.clone());
    }
    server.route("/fixture/refused.json", move |_| Reply::ok(JSON, document(vec![])));
}

fn lines(calls: &[Value]) -> Vec<u8> {
    calls.iter().map(|call| format!("{call}\n")).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_calls_of_the_partly_wrong_feed_are_wrong() {
        let document: Value = serde_json::from_slice(&partly_wrong()).unwrap();
        let wrong =
            |call: &&Value| !call["status"].is_number() || call["input_tokens"].as_i64() < Some(0) || !call["time"].is_number();
        assert_eq!(document["calls"].as_array().unwrap().iter().filter(wrong).count(), 12);
    }

    #[test]
    fn good_calls_end_before_the_pinned_clock() {
        let all = calls(30);
        assert!(all.iter().all(|call| call["time"].as_i64() < Some(NOW_MS)));
        assert_eq!(all.iter().filter(|call| call["status"] != 200).count(), 4 + 3);
    }
}
