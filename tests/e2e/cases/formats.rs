//! Files of other formats: opened with no choice to make, read as the native command reads them, told what they were taken for.

use crate::look::{clock_ms, eventually, footer, number, parameter, part, press_part, says, shown};
use crate::oracle::DAY_MS;
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{calls, document};
use callscope_e2e::page::{PATIENCE, key, wait_for};
use callscope_e2e::server::{Reply, gzip};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

pub const CASES: &[Case] = cases![
    what_people_hold_is_read_as_the_command_reads_it,
    the_notice_says_what_a_file_was_taken_for,
    several_files_and_a_folder_are_one_data_set,
    files_of_which_nothing_was_read_are_named,
    what_holds_no_calls_leaves_what_is_shown,
    another_importer_is_chosen_and_kept_in_the_address,
    a_reader_that_cannot_start_is_a_failed_load,
    a_reader_without_its_module_is_a_failed_load,
    rejected_records_are_saved_as_a_table,
];

pub fn broken(error: impl ToString) -> Error {
    Error::Unexpected(error.to_string())
}

fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures/formats").join(name)
}

/// A file of this name and content in the browser's own folder.
pub fn write(cx: &Context, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let folder = cx.session().folder().join("files");
    std::fs::create_dir_all(&folder).map_err(broken)?;
    let path = folder.join(name);
    std::fs::write(&path, bytes).map_err(broken)?;
    Ok(path)
}

/// Gives the page's file input these files.
pub fn choose(cx: &Context, paths: &[&Path]) -> Result {
    let list = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n");
    cx.send(&cx.css("input[type=file]")?, &list)
}

/// What `callscope report --json` says of files; nothing of one that holds no calls.
pub fn report(paths: &[&Path], options: &[String]) -> Result<Value> {
    // Compiled already where all tests run; else by the first caller.
    let mut command = match std::env::var_os("CALLSCOPE_COMMAND") {
        Some(program) => Command::new(program),
        None => {
            let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.args(["run", "--quiet", "--package", "callscope", "--bin", "callscope", "--"]);
            cargo
        }
    };
    command.current_dir(root()).args(["report", "--json"]);
    let out = command.args(options).args(paths).output().map_err(broken)?;
    if out.stdout.is_empty() {
        let said = String::from_utf8_lossy(&out.stderr);
        // A panic or a wrong option is not a refusal.
        return if out.status.code() == Some(1) { Ok(Value::Null) } else { Err(broken(said)) };
    }
    serde_json::from_slice(&out.stdout).map_err(broken)
}

/// The five totals; `None` where there is none.
pub type Figures = [Option<u64>; 5];

/// The command's totals over the fourteen days that end with the newest call, as the page shows of a file.
pub fn totals(paths: &[&Path], whole: &Value) -> Result<Figures> {
    let newest = whole["data"]["newest_ms"].as_i64().unwrap_or_default();
    let from = newest - newest.rem_euclid(DAY_MS) - 13 * DAY_MS;
    let tiles = &report(paths, &[format!("--from={from}"), format!("--to={}", newest + 1)])?["tiles"];
    Ok(["calls", "failed", "total_tokens", "input_tokens", "output_tokens"].map(|name| tiles[name].as_u64()))
}

/// Waits until the tiles show these totals, a dash for what the format does not have.
pub fn tiles_show(cx: &Context, wanted: Figures) -> Result {
    const SCRIPT: &str = "return [...document.querySelectorAll('.tile__value')].map(e => [e.title, e.innerText.trim()])";
    eventually("the five totals", &wanted, || {
        let seen = cx.script(SCRIPT, json!([]))?;
        let mut figures = Figures::default();
        for (figure, tile) in figures.iter_mut().zip(seen.as_array().into_iter().flatten()) {
            let (tip, text) = (tile[0].as_str().unwrap_or_default(), tile[1].as_str().unwrap_or_default());
            let whole = number(tip).map(|n| n as u64);
            ensure(whole.is_some() || text == "-", || format!("a tile says {text:?}"))?;
            *figure = whole;
        }
        Ok(figures)
    })
}

/// Fixtures of every format, and captures of the real software where `CALLSCOPE_CAPTURES` names their folder.
fn all_files() -> Result<Vec<PathBuf>> {
    let named = std::env::var_os("CALLSCOPE_CAPTURES").map(PathBuf::from);
    let mut folders: Vec<PathBuf> = std::iter::once(fixture("")).chain(named).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(broken)? {
            let path = entry.map_err(broken)?.path();
            let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
            if path.is_dir() && !path.ends_with("golden") {
                folders.push(path);
            } else if path.is_file() && kind != "md" {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn what_people_hold_is_read_as_the_command_reads_it(cx: &mut Context) -> Result {
    let packed = gzip(&std::fs::read(fixture("litellm_payload.jsonl")).map_err(broken)?);
    let mut files = all_files()?;
    files.push(write(cx, "payload.jsonl.gz", &packed)?);
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    let (mut read, mut refused) = (0, 0);
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let whole = report(&[&path], &[])?;
        cx.drop_files(&[&path])?;
        let Some(calls) = whole["data"]["calls"].as_u64().filter(|calls| *calls > 0) else {
            refused += 1;
            wait_for(&format!("a refusal of {name}"), PATIENCE, || {
                Ok(cx.texts(".banner--bad")?.concat().contains(&name).then_some(()))
            })?;
            continue;
        };
        read += 1;
        let wanted = totals(&[&path], &whole)?;
        part(cx, "button", &format!("Data set: {name}"))?;
        tiles_show(cx, wanted).map_err(|e| broken(format!("{name}: {e}")))?;
        let held = format!("{calls} call{}", if calls == 1 { "" } else { "s" });
        let shown = cx.texts(".source .calls")?.concat().replace(',', "");
        ensure(shown == held, || format!("{name}: {shown:?}, not {held:?}"))?;
    }
    ensure(read > 20 && refused >= 5, || format!("{read} files read, {refused} refused"))
}

fn the_notice_says_what_a_file_was_taken_for(cx: &mut Context) -> Result {
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    for (name, told) in [
        ("litellm_spend.json", "Recognised as LiteLLM"),
        ("otlp.jsonl", "Recognised as OpenTelemetry"),
        ("azure_trace.csv", "This format does not record "),
        ("archives/streamed.zip", "formats."),
    ] {
        cx.drop_files(&[&fixture(name)])?;
        part(cx, "button", &format!("Data set: {}", name.trim_start_matches("archives/")))?;
        dismiss_until(cx, told)?;
    }
    Ok(())
}

/// Closes graver notices until these words are on show.
fn dismiss_until(cx: &Context, words: &str) -> Result {
    // One step of the page: a notice that comes between a look and a press would be the one that is dismissed. How a file was read before is shown until
    // it has been read anew: that is not in the way.
    const SCRIPT: &str = "const notices = [...document.querySelectorAll('.notices .banner')];
        if (notices.some(n => n.innerText.includes(arguments[0]))) return true;
        notices.find(n => !n.innerText.includes('Recognised as'))?.querySelector('.btn--icon')?.click(); return false";
    eventually(&format!("the notice {words:?}"), &true, || Ok(cx.script(SCRIPT, json!([words]))? == true))
}

fn several_files_and_a_folder_are_one_data_set(cx: &mut Context) -> Result {
    let paths = [fixture("litellm_spend.json"), fixture("litellm_payload.jsonl")];
    let both: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let wanted = totals(&both, &report(&both, &[])?)?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &both)?;
    part(cx, "button", "Data set: 2 files")?;
    tiles_show(cx, wanted)?;
    eventually("the files in the address", &Some("file:litellm_spend.json + litellm_payload.jsonl".to_owned()), || {
        parameter(cx, "source")
    })?;
    // A folder that is dropped: the browser passes entries, which a script can only imitate.
    let good = document(calls(30));
    let more = document(calls(12));
    const SCRIPT: &str = "const file = (name, path, text) => ({ isFile: true, isDirectory: false, name, fullPath: path, file: then => then(new File([text], name)) });
        const folder = (name, path, inside) => ({ isFile: false, isDirectory: true, name, fullPath: path, createReader: () => {
            const pieces = [inside, []]; return { readEntries: then => then(pieces.shift()) }; } });
        const tree = folder('logs', '/logs', [file('b.json', '/logs/b.json', arguments[0]), file('.DS_Store', '/logs/.DS_Store', 'x'),
            folder('old', '/logs/old', [file('a.json', '/logs/old/a.json', arguments[1])])]);
        const data = new DataTransfer(); data.items.add(new File([''], 'logs'));
        DataTransferItem.prototype.webkitGetAsEntry = () => tree;
        for (const kind of ['dragenter', 'dragover', 'drop']) {
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }";
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    cx.script(SCRIPT, json!([text(&good), text(&more)]))?;
    eventually("the calls of both files", &42, || Ok(footer(cx)?.0))?;
    press_part(cx, "button", "Import details")?;
    says(cx, "logs/old/a.json")
}

fn files_of_which_nothing_was_read_are_named(cx: &mut Context) -> Result {
    let table = fixture("feed_table.csv");
    let notes = write(cx, "notes.txt", b"Dear all,\nthanks.\n")?;
    let packed = gzip(&document(calls(6)));
    let cut = write(cx, "cut.json.gz", &packed[..packed.len() - 4])?;
    let changed = write(cx, "changed.json.gz", &{
        let mut bytes = packed.clone();
        let at = bytes.len() - 8;
        bytes[at] ^= 1;
        bytes
    })?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&table, &notes, &cut, &changed])?;
    says(cx, "cut.json.gz ends early. The 6 calls before that place are shown")?;
    says(cx, "Also damaged or incomplete: changed.json.gz.")?;
    // Reading the file again would give the same, and a link does not include its calls.
    ensure(cx.find_all(None, "button", "Try again")?.is_empty(), || "a file is offered to be read again".to_owned())?;
    cx.press("button", "Share")?;
    says(cx, "The calls stay in the file: the recipient needs ")?;
    cx.keys(&key::ESCAPE.to_string())?;
    cx.script("document.querySelector('.notices .banner .btn--icon').click()", json!([]))?;
    says(cx, "Nothing was read from 1 of 4 files. notes.txt")?;
    press_part(cx, "button", "Import details")?;
    for words in [
        "notes.txt is not text in a known format.",
        "cut.json.gz ends early.",
        "changed.json.gz does not match its checksum.",
        "Callscope (table)",
    ] {
        eventually(&format!("{words:?} in the dialog"), &true, || Ok(cx.texts("dialog[open]")?.concat().contains(words)))?;
    }
    Ok(())
}

fn what_holds_no_calls_leaves_what_is_shown(cx: &mut Context) -> Result {
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    let path = fixture("litellm_spend.json");
    let wanted = totals(&[&path], &report(&[&path], &[])?)?;
    // One after the other while the first view's engine answers, then while the reader does.
    for round in 0..2 {
        let before = footer(cx)?;
        let package = write(cx, "package.json", br#"{"name": "x", "version": "1.0.0", "dependencies": {"left-pad": "1"}}"#)?;
        for (path, words) in [
            (fixture("refused_prometheus.prom"), "refused_prometheus.prom contains metrics over time, not calls."),
            (package, "package.json is JSON in an unknown format."),
        ] {
            choose(cx, &[&path])?;
            says(cx, words)?;
            ensure(footer(cx)? == before, || format!("round {round}: {words:?} took what was shown"))?;
        }
        choose(cx, &[&path])?;
        tiles_show(cx, wanted)?;
    }
    ensure(!shown(cx, ".banner--bad")?, || "a good file is complained about".to_owned())
}

fn another_importer_is_chosen_and_kept_in_the_address(cx: &mut Context) -> Result {
    let file = write(cx, "mine.json", &document(calls(40)))?;
    let again = || choose(cx, &[&file]);
    let spend = fixture("litellm_spend.json");
    let wanted = totals(&[&spend], &report(&[&spend], &[])?)?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&spend])?;
    tiles_show(cx, wanted)?;
    dismiss_until(cx, "Recognised as LiteLLM")?;
    press_part(cx, "button", "Import details")?;
    for words in ["Recognised by", "Field mapping", "startTime"] {
        eventually(&format!("{words:?} in the dialog"), &true, || Ok(cx.texts("dialog[open]")?.concat().contains(words)))?;
    }
    const CHOOSE: &str = "const s = document.querySelector('#d-taken select'); s.value = arguments[0]; s.dispatchEvent(new Event('change', { bubbles: true }))";
    cx.script(CHOOSE, json!(["otlp-spans"]))?;
    // Nothing of it is a span: it is said, and the calls stay.
    says(cx, "litellm_spend.json contains records, but none of them is a call.")?;
    cx.script("document.querySelector('.banner--bad .btn--icon').click()", json!([]))?;
    eventually("the address of what is shown", &None, || parameter(cx, "as"))?;
    tiles_show(cx, wanted)?;
    // The same importer, chosen by hand: the same calls, and the address says so.
    dismiss_until(cx, "Recognised as LiteLLM")?;
    press_part(cx, "button", "Import details")?;
    cx.css("#d-taken select")?;
    cx.script(CHOOSE, json!(["litellm-spend"]))?;
    eventually("the importer in the address", &Some("litellm-spend".to_owned()), || parameter(cx, "as"))?;
    dismiss_until(cx, "chosen")?;
    // A link to it requires the file and reads it so; another file is recognised by its content again.
    cx.reload()?;
    says(cx, "This link shows a view of the file litellm_spend.json")?;
    choose(cx, &[&spend])?;
    dismiss_until(cx, "chosen")?;
    again()?;
    eventually("the other file", &40, || Ok(footer(cx)?.0))?;
    ensure(parameter(cx, "as")?.is_none(), || "the importer of the old file stays for the new one".to_owned())
}

fn a_reader_that_cannot_start_is_a_failed_load(cx: &mut Context) -> Result {
    unavailable_once(cx, "reader_loader.js", "text/javascript")
}

fn a_reader_without_its_module_is_a_failed_load(cx: &mut Context) -> Result {
    unavailable_once(cx, "reader_bg.wasm", "application/wasm")
}

/// Opens a file while a part of the reader cannot be had, and again when it can.
fn unavailable_once(cx: &Context, name: &str, kind: &str) -> Result {
    // The browser's own words for what the server refuses, and the worker's error.
    cx.expect_console("reader");
    let good = Reply::ok(kind, std::fs::read(root().join("dist").join(name)).map_err(broken)?);
    let asked = AtomicU32::new(0);
    let path = format!("/{}", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    cx.server.route(&format!("{path}{name}"), move |_| {
        if asked.fetch_add(1, Ordering::Relaxed) == 0 { Reply::status(503) } else { good.clone() }
    });
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    let before = footer(cx)?;
    choose(cx, &[&write(cx, "mine.json", &document(calls(40)))?])?;
    says(cx, "The reader stopped at mine.json.")?;
    ensure(footer(cx)? == before, || "what was shown went with the reader".to_owned())?;
    cx.press("button", "Try again")?;
    eventually("the calls at the second attempt", &40, || Ok(footer(cx)?.0))
}

fn rejected_records_are_saved_as_a_table(cx: &mut Context) -> Result {
    let mut bad = calls(20);
    bad[4]["status"] = json!("=cmd()");
    for call in &mut bad {
        call["time"] = json!(call["time"].as_i64().unwrap_or_default() + clock_ms() - callscope_e2e::fixtures::NOW_MS);
    }
    let file = write(cx, "bad.json", &document(bad))?;
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    // What would be saved, caught at the link that saves it.
    cx.script(
        "const make = URL.createObjectURL; URL.createObjectURL = file => { window.made = file; return make.call(URL, file) };
         HTMLAnchorElement.prototype.click = function () { const name = this.download; window.made.text().then(t => window.saved = [name, t]) }",
        json!([]),
    )?;
    choose(cx, &[&file])?;
    says(cx, "1 of 20 records rejected.")?;
    cx.press("button", "Show")?;
    cx.press("button", "Download as CSV")?;
    cx.wait_js("the file", "window.saved")?;
    let saved = cx.script("return window.saved", json!([]))?;
    let (name, text) = (saved[0].as_str().unwrap_or_default(), saved[1].as_str().unwrap_or_default());
    ensure(name == "bad.json rejected.csv", || format!("it is called {name:?}"))?;
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let sound = lines.len() == 2
        && lines[0] == "Call,Line,Byte,Field,Reason,Found"
        && lines[1].starts_with("5,1,")
        && lines[1].contains("=cmd()");
    ensure(sound, || format!("{text:?}"))?;
    ensure(!lines[1].contains(",=cmd"), || "a spreadsheet would run what stood there".to_owned())
}
