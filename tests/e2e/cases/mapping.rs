//! The editor of mappings: a table of unknown columns is read once a user has said which is which, and again by the same mapping when
//! it was saved, comes with a link, or is named by the deployment.

use crate::look::{clock_ms, eventually, footer, number, parameter, press_part, rows, says, shown, tiles_show};
use crate::oracle::Totals;
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::page::key;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub const CASES: &[Case] = cases![
    unknown_columns_are_mapped_and_read,
    a_mapping_is_saved_opened_and_used_again,
    of_several_files_one_is_mapped,
    a_link_carries_a_mapping,
    records_are_chosen_by_a_condition,
    times_are_of_the_zone_that_a_mapping_names,
    the_deployment_names_a_mapping,
    a_mapping_that_is_none_is_said_to_be,
    the_editor_speaks_chinese,
    the_first_calls_are_shown_of_a_known_format,
];

const NAME: &str = "usage.csv";
const MAPPED: &str = r#"{"fields":{"time":{"path":"moment"},"service":{"path":"squad"},"status":{"path":"result"},
    "input_tokens":{"path":"prompt_k","thousands":true},"output_tokens":{"path":"answer"},"latency_ms":{"path":"took","unit":"s"}}}"#;

fn broken(error: impl ToString) -> Error {
    Error::Unexpected(error.to_string())
}

/// What the table holds, counted as it is written.
struct Table {
    text: String,
    totals: Totals,
    /// Of the service `blue`, none of whose calls failed.
    mean_latency_ms: f64,
}

/// Sixty calls of the last hour: durations in seconds, input in thousands of tokens, a result in words.
fn table() -> Table {
    let mut text = String::from("moment,squad,result,took,prompt_k,answer\n");
    let mut totals = Totals { calls: 0, failed: 0, total: 0, input: 0, output: 0 };
    let (mut sum_ms, mut blue) = (0, 0);
    for i in 0..60u64 {
        let (failed, input, output, took_ms) = (i % 12 == 5, 1000 + 500 * (i % 7), 120 + i, 2000 + 125 * i);
        let at = (clock_ms() / 1000 - 60 * i as i64) * 1000;
        let word = if failed { "aborted" } else { "done" };
        let (k, s) = (input as f64 / 1000.0, took_ms as f64 / 1000.0);
        text.push_str(&format!("{at},{},{word},{s:.3},{k:.1},{output}\n", ["blue", "green"][(i % 2) as usize]));
        totals.calls += 1;
        totals.failed += u64::from(failed);
        totals.input += input;
        totals.output += output;
        if i % 2 == 0 {
            sum_ms += took_ms;
            blue += 1;
        }
    }
    totals.total = totals.input + totals.output;
    Table { text, totals, mean_latency_ms: sum_ms as f64 / f64::from(blue) }
}

/// A file of this name and content in the browser's own folder.
fn write(cx: &Context, name: &str, text: &str) -> Result<PathBuf> {
    let folder = cx.session().folder().join("files");
    std::fs::create_dir_all(&folder).map_err(broken)?;
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(broken)?;
    Ok(path)
}

/// Gives the page's own file input a file.
fn choose(cx: &Context, path: &Path) -> Result {
    cx.send(&cx.css("input#choose-file")?, &path.display().to_string())
}

/// Sets a field of the editor, named by its label.
pub fn set(cx: &Context, label: &str, value: &str) -> Result {
    const SCRIPT: &str =
        "const named = e => e.getAttribute('aria-label') || e.closest('label')?.querySelector('span')?.innerText;
        const field = [...document.querySelectorAll('#d-mapping :is(select, input)')].find(e => named(e) === arguments[0]);
        if (!field) return false;
        field.focus(); field.value = arguments[1];
        field.dispatchEvent(new Event('change', { bubbles: true }));
        return field.value === arguments[1]";
    eventually(&format!("the field {label:?}"), &true, || Ok(cx.script(SCRIPT, json!([label, value]))? == true))
}

/// What the editor says against the mapping.
fn against(cx: &Context) -> Result<String> {
    Ok(cx.texts("#d-mapping .maps__against")?.concat())
}

/// Whether the mapping can be read by.
fn can_read(cx: &Context) -> Result<bool> {
    Ok(cx.script("return !document.querySelector('#d-mapping .btn--main').disabled", json!([]))? == true)
}

fn open_demo(cx: &Context, lang: &str) -> Result {
    cx.visit(&format!("?lang={lang}&tz=UTC&range=14d"))?;
    cx.css(".tile__value[title]")?;
    Ok(())
}

/// Maps the table by hand, up to the unit of the latency.
fn map_by_hand(cx: &Context) -> Result {
    for (field, column) in [
        ("time", "moment"),
        ("service", "squad"),
        ("status", "result"),
        ("input_tokens", "prompt_k"),
        ("output_tokens", "answer"),
        ("latency_ms", "took"),
    ] {
        set(cx, &format!("Source of {field}"), column)?;
    }
    set(cx, "Unit of input_tokens", "1000")?;
    set(cx, "Unit of latency_ms", "ms")
}

fn unknown_columns_are_mapped_and_read(cx: &mut Context) -> Result {
    let Table { text, totals, mean_latency_ms } = table();
    let path = write(cx, NAME, &text)?;
    open_demo(cx, "en")?;
    let before = footer(cx)?;
    cx.drop_files(&[&path])?;
    says(cx, "The columns of usage.csv are not a known format.")?;
    ensure(footer(cx)? == before, || "what was shown is gone".to_owned())?;
    // By the keyboard in and out: the focus comes back to where it was.
    cx.script(
        "[...document.querySelectorAll('.banner--bad .btn')].find(b => b.innerText === 'Map its fields').focus()",
        json!([]),
    )?;
    cx.keys(&key::ENTER.to_string())?;
    says(cx, "How to read usage.csv")?;
    set(cx, "Source of time", "")?;
    eventually("the fault", &true, || Ok(against(cx)?.contains("time is required: every call has one.")))?;
    ensure(!can_read(cx)?, || "calls without a time can be read".to_owned())?;
    cx.keys(&key::ESCAPE.to_string())?;
    let focused = || Ok(cx.script("return document.activeElement.innerText", json!([]))?.as_str().map(str::to_owned));
    eventually("the focus", &Some("Map its fields".to_owned()), focused)?;
    eventually("the closed editor", &0, || Ok(cx.texts("#d-mapping .dlg__head")?.len()))?;
    cx.keys(&key::ENTER.to_string())?;
    map_by_hand(cx)?;
    eventually("the doubt", &true, || Ok(against(cx)?.contains("Latencies look like seconds")))?;
    cx.press("button", "Use seconds")?;
    eventually("nothing against it", &String::new(), || against(cx))?;
    says(cx, "In the sample: 60 calls, 0 rejected.")?;
    let first = cx.texts("#d-mapping .maps__first tbody tr")?;
    ensure(first.len() == 8 && first[1].contains("2,125 ms") && first[5].contains("500"), || format!("first calls: {first:?}"))?;
    ensure(can_read(cx)?, || "a sound mapping cannot be read by".to_owned())?;
    cx.press("button", "Read with this mapping")?;
    tiles_show(cx, totals)?;
    ensure(!shown(cx, "#d-mapping")?, || "the editor stays".to_owned())?;
    let services = rows(cx, "tbody")?;
    let cells = services.iter().find(|row| row.name.contains("blue")).map(|row| row.cells.clone()).unwrap_or_default();
    let near = |text: &String| number(text).is_some_and(|ms| (ms - mean_latency_ms).abs() < 0.51);
    ensure(cells.iter().any(near), || format!("no mean latency of {mean_latency_ms} ms in {cells:?}"))?;
    let carried = parameter(cx, "as")?.unwrap_or_default();
    ensure(carried.starts_with('{') && carried.contains("took"), || format!("the address says as={carried:?}"))
}

fn a_mapping_is_saved_opened_and_used_again(cx: &mut Context) -> Result {
    let Table { text, totals, .. } = table();
    let path = write(cx, NAME, &text)?;
    open_demo(cx, "en")?;
    cx.drop_files(&[&path])?;
    cx.press("button", "Map its fields")?;
    map_by_hand(cx)?;
    set(cx, "Unit of latency_ms", "s")?;
    cx.press("button", "Save")?;
    says(cx, "Enter a name first.")?;
    set(cx, "Name", "our gateway")?;
    cx.press("button", "Save")?;
    says(cx, "Saved as “our gateway” in this browser.")?;
    // What is downloaded, caught at the link that saves it.
    cx.script(
        "const make = URL.createObjectURL; URL.createObjectURL = file => { window.made = file; return make.call(URL, file) };
         HTMLAnchorElement.prototype.click = function () { const name = this.download; window.made.text().then(t => window.saved = [name, t]) }",
        json!([]),
    )?;
    cx.press("button", "Download")?;
    cx.wait_js("the file", "window.saved")?;
    let saved = cx.script("return window.saved", json!([]))?;
    ensure(saved[0] == "our gateway.json", || format!("it is called {}", saved[0]))?;
    let json = saved[1].as_str().unwrap_or_default().to_owned();
    let parsed: Value = serde_json::from_str(&json).map_err(broken)?;
    ensure(parsed["fields"]["latency_ms"] == json!({"path": "took", "unit": "s"}), || format!("{parsed}"))?;
    // After a reload it is there to begin with.
    open_demo(cx, "en")?;
    cx.drop_files(&[&path])?;
    cx.press("button", "Map its fields")?;
    set(cx, "Start from", "saved:our gateway")?;
    eventually("the saved mapping", &true, || can_read(cx))?;
    cx.press("button", "Read with this mapping")?;
    tiles_show(cx, totals)?;
    // What was read by it can be mapped anew; a file of a mapping does as well as a saved one.
    open_demo(cx, "en")?;
    cx.drop_files(&[&path])?;
    cx.press("button", "Map its fields")?;
    set(cx, "Start from", "saved:our gateway")?;
    cx.press("button", "Delete")?;
    let kept = || cx.script("return Object.keys(localStorage).filter(k => k.startsWith('callscope.mapping:')).length", json!([]));
    eventually("what is kept", &json!(0), kept)?;
    set(cx, "Start from", "suggested")?;
    let wrong = write(cx, "wrong.json", r#"{"fields": {"latency": {"path": "took"}}, "colour": 1}"#)?;
    cx.send(&cx.css("#d-mapping input[type=file]")?, &wrong.display().to_string())?;
    says(cx, "This is not a mapping:")?;
    let file = write(cx, "mapping.json", &json)?;
    cx.send(&cx.css("#d-mapping input[type=file]")?, &file.display().to_string())?;
    eventually("the name in the file", &json!("our gateway"), || {
        cx.script("return document.querySelector('#d-mapping input[maxlength]').value", json!([]))
    })?;
    eventually("nothing against it", &String::new(), || against(cx))?;
    cx.press("button", "Read with this mapping")?;
    tiles_show(cx, totals)
}

fn of_several_files_one_is_mapped(cx: &mut Context) -> Result {
    let Table { text, .. } = table();
    let mut list = calls(30);
    for call in &mut list {
        call["time"] = json!(call["time"].as_i64().unwrap_or_default() + clock_ms() - NOW_MS);
    }
    let good = String::from_utf8(document(list)).map_err(broken)?;
    let (good, path) = (write(cx, "good.json", &good)?, write(cx, NAME, &text)?);
    open_demo(cx, "en")?;
    cx.send(&cx.css("input#choose-file")?, &format!("{}\n{}", good.display(), path.display()))?;
    eventually("what can be read", &30, || Ok(footer(cx)?.0))?;
    dismiss_until_told(cx)?;
    press_part(cx, "button", "Map its fields")?;
    // The one of which nothing was read comes first.
    eventually("the file at hand", &json!(NAME), || {
        cx.script("return document.querySelector('#d-mapping select')?.selectedOptions[0]?.innerText ?? null", json!([]))
    })?;
    set(cx, "File", "0")?;
    eventually("a field of the other", &true, || {
        Ok(cx.texts("#d-mapping .maps__first, #d-mapping select")?.concat().contains("latency_ms"))
    })?;
    set(cx, "File", "1")?;
    map_by_hand(cx)?;
    set(cx, "Unit of latency_ms", "s")?;
    eventually("nothing against it", &String::new(), || against(cx))?;
    cx.press("button", "Read with this mapping")?;
    eventually("the calls of both", &90, || Ok(footer(cx)?.0))?;
    ensure(parameter(cx, "as")?.is_none(), || "the mapping of one file is said of all".to_owned())?;
    // What it was read by is what the editor begins with the next time.
    dismiss_until_told(cx)?;
    press_part(cx, "button", "Map its fields")?;
    set(cx, "File", "1")?;
    eventually("the mapping", &json!("took"), || {
        cx.script("return document.querySelector('#d-mapping [aria-label=\"Source of latency_ms\"]')?.value ?? null", json!([]))
    })
}

/// Runs of a tracer: the chain around two calls has their tokens once more, in JSON within a text.
fn records_are_chosen_by_a_condition(cx: &mut Context) -> Result {
    let run = |kind: &str, n: i64, input: u64| {
        let usage = json!({"usage": {"prompt": input, "completion": 2}}).to_string();
        json!({"began": clock_ms() - 60_000 * n, "sort": kind, "name": "agent", "extra": usage}).to_string()
    };
    let runs = [run("chain", 1, 30), run("model", 2, 10), run("model", 3, 20), run("tool", 4, 0)];
    let path = write(cx, "runs.ndjson", &runs.join("\n"))?;
    open_demo(cx, "en")?;
    cx.drop_files(&[&path])?;
    cx.press("button", "Map its fields")?;
    for (field, source) in [("time", "began"), ("service", "name"), ("input_tokens", "extra.usage.prompt")] {
        set(cx, &format!("Source of {field}"), source)?;
    }
    says(cx, "In the sample: 4 calls, 0 rejected.")?;
    cx.press("button", "Add a condition")?;
    says(cx, "Condition 1 names no field.")?;
    set(cx, "Field of condition 1", "sort")?;
    set(cx, "Value of condition 1", "model")?;
    says(cx, "In the sample: 2 calls, 0 rejected. Excluded by the conditions: 2 records.")?;
    set(cx, "Comparison of condition 1", "not")?;
    cx.press("button", "Add a condition")?;
    set(cx, "Field of condition 2", "extra.usage.prompt")?;
    set(cx, "Value of condition 2", "30")?;
    says(cx, "In the sample: 1 call, 0 rejected. Excluded by the conditions: 3 records.")?;
    cx.script("document.querySelector('[aria-label=\"Remove condition 1\"]').click()", json!([]))?;
    eventually("the conditions", &1, || Ok(cx.all("#d-mapping .maps__condition")?.len()))?;
    set(cx, "Field of condition 1", "sort")?;
    set(cx, "Value of condition 1", "model")?;
    says(cx, "In the sample: 2 calls, 0 rejected.")?;
    cx.press("button", "Read with this mapping")?;
    eventually("the calls", &2, || Ok(footer(cx)?.0))?;
    let carried = parameter(cx, "as")?.unwrap_or_default();
    ensure(carried.contains(r#""where":[{"is":"model","path":"sort"}]"#), || format!("the address says as={carried:?}"))
}

/// The address of a view of the table, read as these words say.
fn view_as(words: &str) -> String {
    let encoded: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("?v=1&lang=en&tz=UTC&range=14d&source=file:{NAME}&as={encoded}")
}

fn a_link_carries_a_mapping(cx: &mut Context) -> Result {
    let Table { text, totals, .. } = table();
    let path = write(cx, NAME, &text)?;
    cx.visit(&view_as(MAPPED))?;
    says(cx, "This link shows a view of the file usage.csv")?;
    choose(cx, &path)?;
    tiles_show(cx, totals)?;
    // It can be changed from what is shown: the editor begins with what was read by.
    dismiss_until_told(cx)?;
    press_part(cx, "button", "Map its fields")?;
    eventually("the mapping of the link", &json!("took"), || {
        cx.script("return document.querySelector('#d-mapping [aria-label=\"Source of latency_ms\"]')?.value ?? null", json!([]))
    })?;
    set(cx, "Source of output_tokens", "")?;
    eventually("the change", &true, || can_read(cx))?;
    cx.press("button", "Read with this mapping")?;
    eventually("the address", &false, || Ok(parameter(cx, "as")?.unwrap_or_default().contains("answer")))?;
    tiles_show_text(cx, 4, "-")
}

fn times_are_of_the_zone_that_a_mapping_names(cx: &mut Context) -> Result {
    // Noon in winter and in summer, an hour apart in Berlin.
    let path = write(cx, NAME, "moment,squad\n2026-01-15 12:00:00,blue\n2026-07-15 12:00:00,blue\n")?;
    let mapping =
        |zone: &str| format!(r#"{{"zone":"{zone}","fields":{{"time":{{"path":"moment"}},"service":{{"path":"squad"}}}}}}"#);
    cx.visit(&view_as(&mapping("Europe/Berlin")))?;
    says(cx, "This link shows a view of the file usage.csv")?;
    choose(cx, &path)?;
    let told = || Ok(cx.texts("button.source")?.concat().replace('\n', " "));
    eventually("the newest call", &true, || Ok(told()?.contains("15 Jul 10:00")))?;
    dismiss_until_told(cx)?;
    press_part(cx, "button", "Map its fields")?;
    let zone = || {
        const SCRIPT: &str = "const named = [...document.querySelectorAll('#d-mapping label')]
            .find(l => l.innerText.startsWith('Zone for times without one')); return named?.querySelector('select').value ?? null";
        cx.script(SCRIPT, json!([]))
    };
    eventually("the zone in the editor", &json!("Europe/Berlin"), zone)?;
    set(cx, "Zone for times without one", "480")?;
    eventually("nothing against it", &true, || can_read(cx))?;
    cx.press("button", "Read with this mapping")?;
    eventually("the newest call, eight hours east", &true, || Ok(told()?.contains("15 Jul 04:00")))?;
    // A mapping with an unknown zone is refused, and what is shown stays.
    cx.visit(&view_as(&mapping("Mars/Base")))?;
    says(cx, "This link shows a view of the file usage.csv")?;
    choose(cx, &path)?;
    says(cx, "Mars/Base")
}

/// Opens "Import details", past graver notices.
fn dismiss_until_told(cx: &Context) -> Result {
    eventually("how it was read", &true, || {
        const SCRIPT: &str =
            "const how = [...document.querySelectorAll('.notices .btn')].find(b => b.innerText === 'Import details');
            if (how) { how.click(); return true }
            document.querySelector('.notices .banner .btn--icon')?.click(); return false";
        Ok(cx.script(SCRIPT, json!([]))? == true)
    })
}

/// Waits until a tile shows this.
fn tiles_show_text(cx: &Context, tile: usize, wanted: &str) -> Result {
    eventually("the tile", &wanted.to_owned(), || Ok(cx.texts(".tile__value")?.get(tile).cloned().unwrap_or_default()))
}

fn the_deployment_names_a_mapping(cx: &mut Context) -> Result {
    let Table { text, totals, .. } = table();
    let path = write(cx, NAME, &text)?;
    let folder = format!("/{}", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    let configuration = format!(r#"{{"mappings": {{"gateway": {MAPPED}}}}}"#);
    cx.server.route(&format!("{folder}config.json"), move |_| Reply::ok("application/json", configuration.clone()));
    cx.visit(&view_as("gateway"))?;
    says(cx, "This link shows a view of the file usage.csv")?;
    choose(cx, &path)?;
    tiles_show(cx, totals)?;
    // Chosen in the editor, the link names it.
    open_demo(cx, "en")?;
    cx.drop_files(&[&path])?;
    cx.press("button", "Map its fields")?;
    set(cx, "Start from", "configured:gateway")?;
    eventually("the configured mapping", &true, || can_read(cx))?;
    cx.press("button", "Read with this mapping")?;
    tiles_show(cx, totals)?;
    eventually("the address", &Some("gateway".to_owned()), || parameter(cx, "as"))
}

fn a_mapping_that_is_none_is_said_to_be(cx: &mut Context) -> Result {
    let Table { text, totals, .. } = table();
    let path = write(cx, NAME, &text)?;
    for (words, detail) in [(r#"{"fields": {"time": {"path": "moment"}"#, "line 1"), ("nowhere", "\"nowhere\"")] {
        cx.visit(&view_as(words))?;
        says(cx, "This link shows a view of the file usage.csv")?;
        choose(cx, &path)?;
        says(cx, "The mapping for reading usage.csv was not found.")?;
        says(cx, detail)?;
    }
    // From there it can be mapped.
    cx.press("button", "Map its fields")?;
    map_by_hand(cx)?;
    set(cx, "Unit of latency_ms", "s")?;
    eventually("the mapping", &true, || can_read(cx))?;
    cx.press("button", "Read with this mapping")?;
    tiles_show(cx, totals)
}

fn the_editor_speaks_chinese(cx: &mut Context) -> Result {
    let Table { text, totals, .. } = table();
    let path = write(cx, NAME, &text)?;
    open_demo(cx, "zh")?;
    cx.drop_files(&[&path])?;
    cx.press("button", "映射字段")?;
    says(cx, "如何读取 usage.csv")?;
    for (field, column) in [("time", "moment"), ("service", "squad"), ("status", "result"), ("latency_ms", "took")] {
        set(cx, &format!("{field} 的来源"), column)?;
    }
    set(cx, "output_tokens 的来源", "answer")?;
    set(cx, "input_tokens 的来源", "prompt_k")?;
    set(cx, "input_tokens 的单位", "1000")?;
    set(cx, "latency_ms 的单位", "ms")?;
    eventually("the doubt", &true, || Ok(against(cx)?.contains("时延看起来以秒为单位")))?;
    set(cx, "latency_ms 的单位", "s")?;
    eventually("nothing against it", &String::new(), || against(cx))?;
    cx.press("button", "按此映射读取")?;
    tiles_show(cx, totals)
}

fn the_first_calls_are_shown_of_a_known_format(cx: &mut Context) -> Result {
    let path = callscope_e2e::case::root().join("tests/fixtures/formats/litellm_spend.json");
    open_demo(cx, "en")?;
    cx.drop_files(&[&path])?;
    says(cx, "litellm_spend.json")?;
    dismiss_until_told(cx)?;
    // The oracle is the file itself.
    let file: Value = serde_json::from_slice(&std::fs::read(&path).map_err(broken)?).map_err(broken)?;
    let first = &file.as_array().ok_or_else(|| broken("no list"))?[0];
    cx.css("#d-taken .maps__first tbody tr")?;
    let heads = cx.texts("#d-taken .maps__first th")?;
    let cells = cx.texts("#d-taken .maps__first tbody tr:first-child td")?;
    for (field, wanted) in [
        ("request_id", first["request_id"].as_str().unwrap_or_default().to_owned()),
        ("input_tokens", first["prompt_tokens"].to_string()),
        ("output_tokens", first["completion_tokens"].to_string()),
    ] {
        let shown = heads.iter().position(|head| head == field).and_then(|i| cells.get(i));
        ensure(shown.map(|s| s.replace(',', "")) == Some(wanted.clone()), || format!("{field}: {shown:?}, not {wanted:?}"))?;
    }
    Ok(())
}
