//! The native command as a user at a shell meets it.
#![cfg(feature = "cli")]

use super::support::folder;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn callscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callscope")).args(args).stdin(Stdio::null()).output().expect("the command runs")
}

fn fixture(name: &str) -> String {
    folder().join(name).display().to_string()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn temporary(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("callscope-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn help_version_and_wrong_use() {
    let help = callscope(&["--help"]);
    assert!(
        help.status.success() && ["report", "convert", "check", "formats", "Exit codes"].iter().all(|w| out(&help).contains(w))
    );
    assert!(out(&callscope(&["report", "--help"])).contains("--precision"));
    assert!(callscope(&["--version"]).status.success());
    for wrong in [&["report"][..], &["sing"], &["report", "--precision", "year", "x"], &["convert", "x"]] {
        assert_eq!(callscope(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let absent = callscope(&["report", "no-such-file"]);
    assert_eq!(absent.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&absent.stderr).contains("no-such-file"));
}

#[test]
fn a_report_as_json_and_as_text() {
    let json: serde_json::Value = serde_json::from_str(&out(&callscope(&["report", "--json", &fixture("envoy.jsonl")]))).unwrap();
    assert_eq!(
        (json["tiles"]["calls"].as_u64(), json["tiles"]["failed"].as_u64(), json["tiles"]["total_tokens"].as_u64()),
        (Some(3), Some(2), Some(22))
    );
    assert_eq!(json["data"]["parts"][0]["format"], "envoy-ai-gateway");
    assert_eq!(json["data"]["parts"][0]["lacks"], serde_json::json!(["ttft", "tpot", "generation"]));
    assert_eq!(json["failed_calls"]["gpt-4o-mini"]["total"], 2);
    let text = out(&callscope(&["report", &fixture("envoy.jsonl"), "--tz", "Asia/Shanghai", "--precision", "minute"]));
    assert!(text.contains("2025-08-31 00:51:37") && text.contains("gpt-4o-mini") && text.contains("503"), "{text}");
    let one = callscope(&[
        "report",
        "--json",
        &fixture("envoy.jsonl"),
        "--from",
        "2025-08-30T16:51:38Z",
        "--to",
        "2025-08-31 00:51:39",
        "--tz",
        "Asia/Shanghai",
    ]);
    let json: serde_json::Value = serde_json::from_str(&out(&one)).unwrap();
    assert_eq!(json["tiles"]["calls"], 1);
    assert_eq!(callscope(&["report", &fixture("envoy.jsonl"), "--tz", "Mars/Olympus"]).status.code(), Some(1));
}

#[test]
fn a_feed_that_was_converted_gives_the_same_report() {
    let folder = temporary("convert");
    for name in [
        "litellm_spend.json",
        "litellm_payload.jsonl",
        "otlp.jsonl",
        "guidellm.json",
        "langfuse.csv",
        "openai.jsonl",
        "openai_chunks.jsonl",
        "azure_trace.csv",
    ] {
        let feed = folder.join(format!("{name}.ndjson.gz")).display().to_string();
        let converted = callscope(&["convert", &fixture(name), "-o", &feed]);
        assert!(converted.status.success(), "{name}: {converted:?}");
        let report =
            |path: &str| -> serde_json::Value { serde_json::from_str(&out(&callscope(&["report", "--json", path]))).unwrap() };
        let (from, to) = (report(&fixture(name)), report(&feed));
        for part in ["tiles", "services", "failed_calls", "sparks"] {
            assert_eq!(from[part], to[part], "{name}: {part}");
        }
        let mut text = String::new();
        GzDecoder::new(std::fs::File::open(&feed).unwrap()).read_to_string(&mut text).unwrap();
        assert!(text.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
        assert!(callscope(&["check", &feed]).status.success(), "{name}");
    }
    // What gives no call leaves no feed behind.
    let feed = folder.join("none.ndjson");
    let failed = callscope(&["convert", &fixture("refused_otlp_logs.jsonl"), "-o", &feed.display().to_string()]);
    assert!(!failed.status.success() && !feed.exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_no_source_says_failed_is_not_said_to_be_none() {
    let report = |names: &[&str]| -> serde_json::Value {
        let paths: Vec<String> = names.iter().map(|name| fixture(name)).collect();
        let args: Vec<&str> = ["report", "--json"].into_iter().chain(paths.iter().map(String::as_str)).collect();
        serde_json::from_str(&out(&callscope(&args))).unwrap()
    };
    let trace = report(&["azure_trace.csv"]);
    assert_eq!(trace["tiles"]["calls"], 5);
    assert!(trace["tiles"]["failed"].is_null() && trace["services"][0]["failed"].is_null(), "{trace}");
    assert!(trace["services"][0]["failure_rate"].is_null(), "{trace}");
    assert!(out(&callscope(&["report", &fixture("azure_trace.csv")])).lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.len() > 3 && words[..4] == ["azure-llm", "5", "-", "-"]
    }));
    // Beside calls that have a status, they are in no rate: two of the gateway's three calls failed.
    let both = report(&["azure_trace.csv", "envoy.jsonl"]);
    assert_eq!((both["tiles"]["calls"].as_u64(), both["tiles"]["failed"].as_u64()), (Some(8), Some(2)));
}

#[test]
fn a_check_names_what_is_wrong_line_by_line() {
    let good = callscope(&["check", &fixture("mooncake.jsonl")]);
    assert!(good.status.success(), "{good:?}");
    let bad = callscope(&["check", &fixture("anthropic.jsonl")]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(out(&bad).contains("line 3") && out(&bad).contains("timestamp"), "{}", out(&bad));
    let other = callscope(&["check", &fixture("refused_guidellm.csv")]);
    assert_eq!(other.status.code(), Some(1));
    assert!(out(&other).contains("summary"));
}

#[test]
fn several_files_a_folder_and_standard_input() {
    let folder = temporary("several");
    for name in ["envoy.jsonl", "azure_trace.csv"] {
        std::fs::copy(fixture(name), folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("notes.txt"), "nothing to see\n").unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&std::fs::read(fixture("mooncake.jsonl")).unwrap()).unwrap();
    std::fs::write(folder.join("m.jsonl.gz"), packed.finish().unwrap()).unwrap();
    let path = folder.display().to_string();
    let json: serde_json::Value = serde_json::from_str(&out(&callscope(&["report", "--json", &path]))).unwrap();
    assert_eq!(json["tiles"]["calls"], 3 + 5 + 4);
    let formats: Vec<_> = json["data"]["parts"].as_array().unwrap().iter().map(|p| p["format"].as_str().unwrap_or("-")).collect();
    assert_eq!(formats, ["azure-trace", "envoy-ai-gateway", "mooncake-trace", "-"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&std::fs::read(fixture("burstgpt.csv")).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(out(&output).contains("BurstGPT"), "{output:?}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_mapping_is_suggested_and_reads_the_file() {
    let folder = temporary("map");
    let file = folder.join("own.csv").display().to_string();
    let table = "When,Model Name,HTTP Status,Prompt Tokens,Completion Tokens,duration_s\n2026-03-26 09:15:00,m,200,10,5,1.5\n2026-03-26 09:15:01,m,503,,,0.1\n";
    std::fs::write(&file, table.replace("When", "Timestamp")).unwrap();
    let suggested = callscope(&["map", &file]);
    assert!(suggested.status.success(), "{suggested:?}");
    let mapping = folder.join("mapping.json").display().to_string();
    std::fs::write(&mapping, &suggested.stdout).unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&out(&callscope(&["report", "--json", &file, "--mapping", &mapping]))).unwrap();
    let tiles = &json["tiles"];
    assert_eq!(
        (tiles["calls"].as_u64(), tiles["failed"].as_u64(), tiles["total_tokens"].as_u64()),
        (Some(2), Some(1), Some(15)),
        "{json}"
    );
    assert_eq!(json["services"][0]["latency_ms"], 1500.0);
    // What no format claims and no mapping reads is not read.
    assert_eq!(callscope(&["report", &file]).status.code(), Some(1));
    std::fs::remove_dir_all(folder).unwrap();
}
