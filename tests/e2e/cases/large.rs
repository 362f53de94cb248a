//! Files so large that several workers read them beside each other.

use crate::formats::{broken, choose, report, tiles_show, totals, write};
use crate::look::{eventually, footer, says};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{calls, document};
use callscope_e2e::server::Reply;
use serde_json::json;
use std::path::PathBuf;

pub const CASES: &[Case] = cases![large_files_are_read_as_the_command_reads_them, a_large_file_can_be_left_for_another];

/// Of about 345 bytes each.
const CALLS: u64 = 260_000;

/// Seeded calls line by line, one far down and one near the end of which are none.
fn lines() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    callscope_bench_data::ndjson(7, CALLS, &mut text).map_err(broken)?;
    let mut out = Vec::with_capacity(text.len());
    for (n, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match n {
            150_000 => out.extend_from_slice(b"{\"time\":\"never\",\"service\":\"s\",\"status\":200}\n"),
            259_000 => out.extend_from_slice(b"not a call\n"),
            _ => out.extend_from_slice(line),
        }
    }
    Ok(out)
}

fn large_files_are_read_as_the_command_reads_them(cx: &mut Context) -> Result {
    let lines = lines()?;
    let array = [b"[", lines.trim_ascii_end(), b"]"].concat();
    let array: Vec<u8> = array.iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }).collect();
    // One line of no call would end an array.
    let array = String::from_utf8(array).map_err(broken)?.replace(",not a call,", ",null,").into_bytes();
    // A service worker would answer in the server's place, which could not tell then who asks.
    cx.expect_console("404");
    let path = |name: &str| format!("/{}{name}", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    cx.server.route(&path("sw.js"), |_| Reply::status(404));
    let loader = std::fs::read(root().join("dist/reader_loader.js")).map_err(broken)?;
    let loader = Reply::ok("text/javascript", loader).header("Cache-Control", "no-store");
    cx.server.route(&path("reader_loader.js"), move |_| loader.clone());
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    let cores = cx.script("return navigator.hardwareConcurrency", json!([]))?.as_u64().unwrap_or(1);
    for (name, text, line, wrong) in [("lines.ndjson", &lines, "259,001", "not a call"), ("array.json", &array, "1", "null,{")] {
        let found = text.windows(wrong.len()).rposition(|bytes| bytes == wrong.as_bytes()).unwrap_or_default();
        let path = write(cx, name, text)?;
        let whole = report(&[&path], &[])?;
        let wanted = totals(&[&path], &whole)?;
        cx.server.take_log();
        choose(cx, &[&path])?;
        says(cx, "2 of 260,000 calls rejected.")?;
        tiles_show(cx, wanted)?;
        let held = cx.texts(".source .calls")?.concat();
        ensure(held == "259,998 calls", || format!("{held:?}"))?;
        let readers = cx.server.take_log().iter().filter(|served| served.url.contains("reader_loader.js")).count();
        ensure(cores == 1 || readers > 1, || format!("{readers} workers read {name} on {cores} cores"))?;
        // The last of the rejected is told by its own place in the whole.
        cx.press("button", "Show")?;
        says(cx, &format!("line {line}, byte {}", with_commas(found)))?;
        says(cx, "259,001")?;
        cx.visit("?lang=en&tz=UTC&range=14d")?;
        cx.css(".tile__value[title]")?;
    }
    Ok(())
}

/// A number as English writes it.
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let places = digits.chars().enumerate();
    places
        .map(|(i, digit)| if i > 0 && (digits.len() - i).is_multiple_of(3) { format!(",{digit}") } else { digit.to_string() })
        .collect()
}

fn a_large_file_can_be_left_for_another(cx: &mut Context) -> Result {
    let large: PathBuf = write(cx, "large.ndjson", &lines()?)?;
    let small = write(cx, "small.json", &document(calls(40)))?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&large])?;
    choose(cx, &[&small])?;
    eventually("the small file's calls", &40, || Ok(footer(cx)?.0))?;
    // And what was left does not come later.
    std::thread::sleep(std::time::Duration::from_secs(2));
    ensure(footer(cx)?.0 == 40, || "the file that was left came after all".to_owned())
}
