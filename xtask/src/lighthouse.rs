//! `cargo xtask lighthouse`: performance, accessibility and best practices of the pages, each at least 95 of 100 as Lighthouse counts them.
//!
//! Lighthouse starts a browser of its own for each run, with its settings for a desktop: the console is a page for one.

use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::browser::{Browser, Programs};
use callscope_e2e::server::Server;
use serde_json::Value;
use std::path::Path;

const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];
const SCORE_MIN: f64 = 95.0;
/// A median of so many runs: the performance of one is as good as the machine was quiet.
const RUNS: usize = 3;

/// A page, and what follows the address of the site.
const PAGES: [(&str, &str); 3] =
    [("Calls", ""), ("Monitoring", "?page=details&service=aster-chat"), ("Failed Calls", "?page=failed&service=harbour-chat")];

pub fn run(args: &[String]) -> Result {
    let runs = match sh::option(args, "--runs") {
        Some(text) => text.parse().map_err(|_| format!("--runs {text} is no number"))?,
        None => RUNS,
    };
    setup::for_looking()?;
    let program = setup::lighthouse()?;
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let server = Server::start(&build::dist(), "/", "127.0.0.1", 0)?;
    let chrome = Programs::of(Browser::Chromium)?.browser;
    let mut low = Vec::new();
    println!("{:<14}{:>13}{:>15}{:>16}  largest paint, blocked", "page", CATEGORIES[0], CATEGORIES[1], CATEGORIES[2]);
    for (page, query) in PAGES {
        let address = format!("{}{query}", server.url());
        let mut reports = Vec::new();
        for _ in 0..runs.max(1) {
            reports.push(report(&program, &chrome, &address)?);
        }
        reports.sort_by(|a, b| score(a, CATEGORIES[0]).total_cmp(&score(b, CATEGORIES[0])));
        let middle = &reports[reports.len() / 2];
        let scores = CATEGORIES.map(|category| score(middle, category));
        let of = |audit: &str| middle["audits"][audit]["displayValue"].as_str().unwrap_or("-").to_owned();
        println!(
            "{page:<14}{:>13.0}{:>15.0}{:>16.0}  {}, {}",
            scores[0],
            scores[1],
            scores[2],
            of("largest-contentful-paint"),
            of("total-blocking-time")
        );
        for (category, score) in CATEGORIES.iter().zip(scores).filter(|(_, score)| *score < SCORE_MIN) {
            low.push(format!("{page}: {category} is {score:.0}: {}", faults(middle, category).join(", ")));
        }
    }
    if low.is_empty() { Ok(()) } else { Err(format!("below {SCORE_MIN}:\n{}", low.join("\n")).into()) }
}

/// One run: what Lighthouse reports.
fn report(program: &Path, chrome: &Path, address: &str) -> Result<Value> {
    let file = std::env::temp_dir().join(format!("callscope-lighthouse-{}.json", std::process::id()));
    let mut lighthouse = sh::command(&program.display().to_string());
    lighthouse.arg(address).args(["--preset=desktop", "--output=json", "--quiet", "--chrome-flags=--headless --no-sandbox"]);
    lighthouse.arg(format!("--only-categories={}", CATEGORIES.join(","))).arg(format!("--output-path={}", file.display()));
    let done = lighthouse.env("CHROME_PATH", chrome).output().map_err(|e| format!("{}: {e}", program.display()))?;
    let text = sh::read(&file).map_err(|_| format!("Lighthouse: {}", String::from_utf8_lossy(&done.stderr)))?;
    // It is not read again.
    let _ = std::fs::remove_file(&file);
    Ok(serde_json::from_str(&text)?)
}

/// 0 to 100.
fn score(report: &Value, category: &str) -> f64 {
    report["categories"][category]["score"].as_f64().unwrap_or(0.0) * 100.0
}

/// The audits that took from the score: name and figure.
fn faults(report: &Value, category: &str) -> Vec<String> {
    let audits = report["categories"][category]["auditRefs"].as_array().cloned().unwrap_or_default();
    let weighs = audits.iter().filter(|audit| audit["weight"].as_f64() > Some(0.0)).filter_map(|audit| audit["id"].as_str());
    let lost = weighs.filter(|id| report["audits"][id]["score"].as_f64().is_some_and(|score| score < 0.95));
    lost.map(|id| format!("{id} {}", report["audits"][id]["displayValue"].as_str().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_takes_from_a_score_is_named() {
        let report = json!({
            "categories": { "performance": { "score": 0.82, "auditRefs": [
                { "id": "blocking", "weight": 30 }, { "id": "paint", "weight": 25 }, { "id": "hint", "weight": 0 } ] } },
            "audits": { "blocking": { "score": 0.5, "displayValue": "310 ms" }, "paint": { "score": 1 }, "hint": { "score": 0 } },
        });
        assert_eq!(score(&report, "performance"), 82.0);
        assert_eq!(faults(&report, "performance"), ["blocking 310 ms"]);
        assert_eq!(score(&report, "accessibility"), 0.0);
    }
}
