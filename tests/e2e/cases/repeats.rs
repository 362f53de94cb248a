//! Calls that several files hold: reported, and counted once or each time as the user chooses.

use crate::formats::{choose, write};
use crate::look::{eventually, footer, parameter, press_part, says};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::calls;
use serde_json::Value;
use std::path::PathBuf;

pub const CASES: &[Case] = cases![calls_of_two_files_count_each_time_or_once, one_file_repeats_nothing];

/// Calls as lines in a file; without request ids, every field distinguishes them.
fn file(cx: &Context, name: &str, calls: &[Value], ids: bool) -> Result<PathBuf> {
    let line = |call: &Value| {
        let mut call = call.clone();
        if let (false, Some(fields)) = (ids, call.as_object_mut()) {
            fields.remove("request_id");
        }
        format!("{call}\n")
    };
    write(cx, name, calls.iter().map(line).collect::<String>().as_bytes())
}

fn calls_of_two_files_count_each_time_or_once(cx: &mut Context) -> Result {
    let all = calls(600);
    for ids in [true, false] {
        let files = [file(cx, "a.ndjson", &all[..300], ids)?, file(cx, "b.ndjson", &all[200..], ids)?];
        let open = |cx: &Context| choose(cx, &[&files[0], &files[1]]);
        cx.visit("?lang=en&tz=UTC&range=14d")?;
        cx.css(".tile__value[title]")?;
        open(cx)?;
        eventually("every call", &700, || Ok(footer(cx)?.0))?;
        says(cx, "100 calls repeated in another file. Each is counted again.")?;
        press_part(cx, "button", "Count them once")?;
        eventually("each call once", &600, || Ok(footer(cx)?.0))?;
        eventually("the choice in the address", &Some("once".to_owned()), || parameter(cx, "repeats"))?;
        says(cx, "100 calls repeated in another file. Each is counted once.")?;
        // The link says it of the same files.
        cx.reload()?;
        says(cx, "a.ndjson + b.ndjson")?;
        open(cx)?;
        eventually("each call once", &600, || Ok(footer(cx)?.0))?;
        press_part(cx, "button", "Import details")?;
        cx.find_in(Some(&cx.css("#d-taken[open]")?), "button", "Count all")?;
        cx.press("button", "Count all")?;
        eventually("every call again", &700, || Ok(footer(cx)?.0))?;
        eventually("the choice in the address", &None, || parameter(cx, "repeats"))?;
        cx.back()?;
        eventually("each call once", &600, || Ok(footer(cx)?.0))?;
    }
    Ok(())
}

fn one_file_repeats_nothing(cx: &mut Context) -> Result {
    let once = calls(50);
    let twice: Vec<Value> = once.iter().chain(&once).cloned().collect();
    let path = file(cx, "twice.ndjson", &twice, false)?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&path])?;
    eventually("every call", &100, || Ok(footer(cx)?.0))?;
    let text = cx.texts("body")?.concat();
    ensure(!text.contains("repeated"), || text.clone())
}
