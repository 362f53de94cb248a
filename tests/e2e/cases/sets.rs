//! Data sets: kept in the browser when a user says so and forgotten again, several in one tab, and what will not fit.

use crate::look::{connect, eventually, footer, parameter, part, paste, press_part, says, shown, tiles};
use callscope_e2e::browser::{Browser, Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::server::Reply;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    fresh what_is_kept_is_there_after_a_reload_until_it_is_forgotten,
    fresh what_finds_no_room_leaves_nothing_behind,
    fresh all_that_is_kept_is_forgotten_when_it_is_said_twice,
    fresh where_nothing_can_be_kept_it_is_said,
    fresh files_are_looked_at_one_by_one_and_together,
    fresh a_feed_a_file_a_text_and_what_is_kept_are_added_together,
    fresh what_will_not_fit_is_refused_with_its_numbers,
    fresh a_long_load_says_what_it_will_come_to,
];

/// Calls of one day, other ones for each seed.
pub fn file(cx: &Context, name: &str, count: usize, seed: i64) -> Result<PathBuf> {
    let mut list = calls(count);
    for call in &mut list {
        call["time"] = json!(call["time"].as_i64().unwrap_or_default() - seed * 1000);
        call["input_tokens"] = json!(call["input_tokens"].as_i64().unwrap_or_default() + seed);
    }
    write(cx, name, &document(list))
}

pub fn write(cx: &Context, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let broken = |error: std::io::Error| Error::Unexpected(error.to_string());
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

/// Opens the page with its demonstration data.
pub fn begin(cx: &Context) -> Result {
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]").map(drop)
}

/// Opens the dialog of data sets as a user does.
pub fn open_sets(cx: &Context) -> Result {
    cx.click(&cx.css("button.source")?)?;
    cx.press("button", "Data sets")?;
    cx.css("#d-sets[open] h3").map(drop)
}

fn close_sets(cx: &Context) -> Result {
    cx.keys("\u{e00c}")?;
    eventually("the dialog closed", &false, || shown(cx, "#d-sets[open]"))
}

/// Names of all files that this site has stored.
pub fn stored(cx: &Context) -> Result<Vec<String>> {
    let found = cx.script_async(
        "const all = []; const walk = async (folder, path) => { for await (const [name, handle] of folder.entries()) {
            if (handle.kind === 'directory') await walk(handle, path + name + '/'); else all.push(path + name); } };
        await walk(await navigator.storage.getDirectory(), ''); return all;",
    )?;
    let texts = found.as_array().ok_or_else(|| Error::Unexpected(format!("no list of files: {found}")))?;
    Ok(texts.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

pub fn keep(cx: &Context, name: &str) -> Result {
    let field = cx.css("#d-sets .keep input")?;
    cx.fill(&field, name)?;
    cx.press("button", "Save in this browser")
}

fn what_is_kept_is_there_after_a_reload_until_it_is_forgotten(cx: &mut Context) -> Result {
    let path = file(cx, "may.json", 90, 0)?;
    begin(cx)?;
    open_sets(cx)?;
    says(cx, "Nothing is saved.")?;
    ensure(!shown(cx, "#d-sets .keep")?, || "bundled data can be kept".to_owned())?;
    close_sets(cx)?;
    choose(cx, &[&path])?;
    eventually("the calls of the file", &90, || Ok(footer(cx)?.0))?;
    let (before, totals) = (footer(cx)?, tiles(cx)?);
    ensure(stored(cx)?.is_empty(), || "something is stored that nobody asked to keep".to_owned())?;

    open_sets(cx)?;
    keep(cx, "calls of May / 5")?;
    says(cx, "calls of May / 5 is saved.")?;
    eventually("the address of what is kept", &Some("kept:calls of May / 5".to_owned()), || parameter(cx, "source"))?;
    ensure(stored(cx)?.len() == 1, || format!("stored: {:?}", stored(cx)))?;
    close_sets(cx)?;
    ensure(footer(cx)? == before, || "keeping changed what is shown".to_owned())?;

    cx.reload()?;
    eventually("the calls after a reload", &before, || footer(cx))?;
    eventually("the tiles after a reload", &totals, || tiles(cx))?;
    part(cx, "button", "Data set: calls of May / 5")?;

    // Of the same name: it takes the old one's place.
    let other = file(cx, "june.json", 40, 3)?;
    choose(cx, &[&other])?;
    eventually("the calls of the other file", &40, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    let field = cx.css("#d-sets .keep input")?;
    cx.fill(&field, "calls of May / 5")?;
    says(cx, "A data set of this name is already saved; it will be replaced.")?;
    cx.press("button", "Save in this browser")?;
    says(cx, "calls of May / 5 is saved.")?;
    eventually("files stored", &1, || Ok(stored(cx)?.len()))?;
    close_sets(cx)?;
    cx.reload()?;
    eventually("the calls that took the old ones' place", &40, || Ok(footer(cx)?.0))?;

    open_sets(cx)?;
    press_part(cx, "button", "Delete calls of May / 5")?;
    says(cx, "Nothing is saved.")?;
    ensure(stored(cx)?.is_empty(), || format!("left behind: {:?}", stored(cx)))?;
    eventually("the focus", &json!("sets-kept"), || cx.script("return document.activeElement.id", json!([])))?;
    close_sets(cx)?;
    eventually("what is shown", &40, || Ok(footer(cx)?.0))?;
    cx.reload()?;
    says(cx, "No data set named calls of May / 5 is saved in this browser.")
}

fn what_finds_no_room_leaves_nothing_behind(cx: &mut Context) -> Result {
    cx.needs(
        Browser::Chromium,
        "WebDriver has no command for the room that a site is given, and Firefox's own setting is read at its start alone",
    )?;
    let path = file(cx, "may.json", 90, 0)?;
    begin(cx)?;
    choose(cx, &[&path])?;
    eventually("the calls of the file", &90, || Ok(footer(cx)?.0))?;
    let origin = cx.script("return location.origin", json!([]))?;
    cx.session().devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 600 }))?;
    open_sets(cx)?;
    keep(cx, "may")?;
    says(cx, "Not saved: it needs")?;
    ensure(stored(cx)?.is_empty(), || format!("left behind: {:?}", stored(cx)))?;
    cx.session().devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin }))?;
    cx.press("button", "Save in this browser")?;
    says(cx, "may is saved.")
}

fn all_that_is_kept_is_forgotten_when_it_is_said_twice(cx: &mut Context) -> Result {
    let path = file(cx, "may.json", 90, 0)?;
    begin(cx)?;
    choose(cx, &[&path])?;
    eventually("the calls of the file", &90, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    keep(cx, "may")?;
    says(cx, "may is saved.")?;
    // All of it is forgotten only when that is said twice.
    cx.press("button", "Delete all")?;
    says(cx, "Delete all 1? This cannot be undone.")?;
    cx.press("button", "Cancel")?;
    ensure(stored(cx)?.len() == 1, || "forgotten though that was taken back".to_owned())?;
    cx.press("button", "Delete all")?;
    says(cx, "Delete all 1? This cannot be undone.")?;
    cx.press("button", "Delete all")?;
    says(cx, "Nothing is saved.")?;
    ensure(stored(cx)?.is_empty(), || format!("left behind: {:?}", stored(cx)))
}

fn where_nothing_can_be_kept_it_is_said(cx: &mut Context) -> Result {
    let source = "delete self.StorageManager?.prototype.getDirectory";
    cx.session().before_each_page(source)?;
    let path = file(cx, "may.json", 90, 0)?;
    begin(cx)?;
    choose(cx, &[&path])?;
    eventually("the calls of the file", &90, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    says(cx, "Data sets cannot be saved here.")?;
    ensure(!shown(cx, "#d-sets .keep")?, || "it is offered all the same".to_owned())
}

fn files_are_looked_at_one_by_one_and_together(cx: &mut Context) -> Result {
    let (first, second) = (file(cx, "first.json", 30, 0)?, file(cx, "second.json", 12, 7)?);
    begin(cx)?;
    choose(cx, &[&first, &second])?;
    eventually("both in one", &42, || Ok(footer(cx)?.0))?;
    let (wanted, totals) = (footer(cx)?, tiles(cx)?);

    begin(cx)?;
    for (path, count) in [(&first, 30), (&second, 12)] {
        choose(cx, &[path])?;
        eventually("one file", &count, || Ok(footer(cx)?.0))?;
    }
    open_sets(cx)?;
    press_part(cx, "button", "Show first.json")?;
    eventually("the first again", &30, || Ok(footer(cx)?.0))?;
    // Switching by the list below the button that names the data set.
    cx.click(&cx.css("button.source")?)?;
    press_part(cx, "radio", "second.json")?;
    eventually("the second again", &12, || Ok(footer(cx)?.0))?;

    open_sets(cx)?;
    ensure(cx.css("#d-sets .dlg__foot button[disabled]").is_ok(), || "nothing is ticked, and it can be pressed".to_owned())?;
    press_part(cx, "checkbox", "Choose first.json")?;
    press_part(cx, "checkbox", "Choose second.json")?;
    cx.press("button", "Combine")?;
    eventually("both together", &wanted, || footer(cx))?;
    eventually("the totals of both", &totals, || tiles(cx))?;
    eventually("the address", &Some("file:first.json + second.json".to_owned()), || parameter(cx, "source"))?;

    open_sets(cx)?;
    press_part(cx, "button", "Remove second.json from this tab")?;
    eventually("rows left", &2, || Ok(cx.texts("#d-sets .sets li")?.len()))?;
    eventually("the focus", &json!("sets-tab"), || cx.script("return document.activeElement.id", json!([])))
}

fn a_feed_a_file_a_text_and_what_is_kept_are_added_together(cx: &mut Context) -> Result {
    // Columns that only a mapping can tell, which the link of the feed carries.
    let mut table = "moment,squad,result,prompt\n".to_owned();
    let list = calls(8);
    for call in &list {
        let moment = call["time"].as_i64().unwrap_or_default() - 500;
        table.push_str(&format!(
            "{moment},{},{},{}\n",
            call["service"].as_str().unwrap_or_default(),
            call["status"],
            call["input_tokens"]
        ));
    }
    let mapping = r#"{"fields":{"time":{"path":"moment"},"service":{"path":"squad"},"status":{"path":"result"},"input_tokens":{"path":"prompt"}}}"#;
    let (first, second) = (file(cx, "first.json", 30, 0)?, file(cx, "second.json", 12, 7)?);
    let text = String::from_utf8(document(calls(5))).map_err(|error| Error::Unexpected(error.to_string()))?;

    // The sum of all of them equals that of files of the same, the table as a feed would have it.
    let plain: Vec<Value> = list
        .iter()
        .map(|call| {
            let moment = call["time"].as_i64().unwrap_or_default() - 500;
            json!({ "time": moment, "service": call["service"], "status": call["status"], "input_tokens": call["input_tokens"] })
        })
        .collect();
    let (as_feed, as_text) = (write(cx, "plain.json", &document(plain))?, write(cx, "text.json", text.as_bytes())?);
    begin(cx)?;
    choose(cx, &[&first, &second, &as_feed, &as_text])?;
    eventually("all in one", &55, || Ok(footer(cx)?.0))?;
    let totals = tiles(cx)?;

    cx.server.route("/feeds/table.csv", move |_| Reply::ok("text/csv", table.clone()));
    let link = view_of(&cx.address("/feeds/table.csv"), mapping);
    cx.visit(&link)?;
    eventually("the feed", &8, || Ok(footer(cx)?.0))?;
    choose(cx, &[&first])?;
    eventually("the file to keep", &30, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    keep(cx, "first, kept")?;
    says(cx, "first, kept is saved.")?;
    close_sets(cx)?;
    choose(cx, &[&second])?;
    eventually("the file", &12, || Ok(footer(cx)?.0))?;
    paste(cx, &text)?;
    eventually("the text", &5, || Ok(footer(cx)?.0))?;

    open_sets(cx)?;
    for name in ["table.csv", "second.json", "Clipboard", "first, kept"] {
        press_part(cx, "checkbox", &format!("Choose {name}"))?;
    }
    cx.press("button", "Combine")?;
    eventually("all together", &55, || Ok(footer(cx)?.0))?;
    eventually("the totals of all", &totals, || tiles(cx))?;
    part(cx, "button", "Data set: 4 data sets")?;
    eventually("the address", &Some("file:table.csv + 3".to_owned()), || parameter(cx, "source"))?;

    // It is a data set like others: at hand again after another, and kept.
    choose(cx, &[&first])?;
    eventually("another", &30, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    press_part(cx, "button", "Show 4 data sets")?;
    eventually("all together again", &totals, || tiles(cx))?;
    open_sets(cx)?;
    keep(cx, "all of it")?;
    says(cx, "all of it is saved.")?;
    cx.reload()?;
    eventually("all together after a reload", &totals, || tiles(cx))?;

    // One that fails leaves what is shown, and is named.
    choose(cx, &[&second])?;
    eventually("the file again", &12, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    press_part(cx, "checkbox", "Choose second.json")?;
    press_part(cx, "checkbox", "Choose first, kept")?;
    cx.script_async(
        "const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('kept');
        for await (const name of folder.keys()) await folder.removeEntry(name); return 0;",
    )?;
    cx.press("button", "Combine")?;
    says(cx, "No data set named first, kept is saved in this browser.")?;
    eventually("what was shown", &12, || Ok(footer(cx)?.0))
}

/// A link to a feed that is read by a mapping.
fn view_of(address: &str, mapping: &str) -> String {
    let escape = |text: &str| -> String {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    format!("?lang=en&tz=UTC&range=14d&now={NOW_MS}&source={}&as={}", escape(&format!("url:{address}")), escape(mapping))
}

/// Calls line by line, about 270 bytes each.
fn lines(count: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, mut call) in calls(count).into_iter().enumerate() {
        // All within an hour, so that every range holds them.
        call["time"] = json!(callscope_e2e::fixtures::NOW_MS - (i as i64 % 3_600_000));
        out.extend_from_slice(call.to_string().as_bytes());
        out.push(b'\n');
    }
    out
}

fn what_will_not_fit_is_refused_with_its_numbers(cx: &mut Context) -> Result {
    let path = format!("/{}config.json", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    cx.server.route(&path, |_| Reply::ok("application/json", r#"{"memory_limit_mb": 1}"#));
    let (small, large) = (file(cx, "small.json", 90, 0)?, write(cx, "large.ndjson", &lines(40_000))?);
    begin(cx)?;
    choose(cx, &[&small])?;
    eventually("what fits", &90, || Ok(footer(cx)?.0))?;
    choose(cx, &[&large])?;
    says(cx, "large.ndjson is too large for this browser.")?;
    ensure(footer(cx)?.0 == 90, || "what was loaded is gone".to_owned())?;
    cx.press("button", "Details")?;
    says(cx, "of memory while they are read; the limit here is 1")?;
    says(cx, "callscope report FILE")?;
    cx.keys("\u{e00c}")?;
    // What the browser gives is enough for it.
    cx.server.route(&path, |_| Reply::ok("application/json", "{}"));
    begin(cx)?;
    choose(cx, &[&large])?;
    eventually("the large file", &40_000, || Ok(footer(cx)?.0))
}

fn a_long_load_says_what_it_will_come_to(cx: &mut Context) -> Result {
    let body = lines(40_000);
    let reply = Reply::ok("application/x-ndjson", body).slowly(8 << 10, Duration::from_millis(3));
    cx.server.route("/feeds/long.ndjson", move |_| reply.clone());
    begin(cx)?;
    connect(cx, &cx.address("/feeds/long.ndjson"))?;
    says(cx, "calls in total: up to ")?;
    says(cx, "They fit.")?;
    let told = cx.texts(".load .hint")?.concat();
    let calls = told.trim_start_matches("About ").split(' ').next().unwrap_or_default().trim_end_matches('k').parse::<f64>();
    ensure(calls.is_ok_and(|k| (36.0..44.0).contains(&k)), || format!("an estimate for 40,000 calls: {told:?}"))
}
