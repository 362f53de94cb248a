//! What a browser refuses to keep, in every way that browsers do: it is reported, nothing is left of it, and what was kept before stays.

use crate::look::{eventually, footer, says};
use crate::sets::{begin, choose, file, keep, open_sets, stored};
use callscope_e2e::browser::{Browser, Error, Options, Result};
use callscope_e2e::case::{Case, Context, root};
use callscope_e2e::server::Reply;
use serde_json::json;

pub const CASES: &[Case] = &[
    Case { name: "room::a_private_window_without_room_keeps_the_older_set", run: a_private_window, options: private },
    Case { name: "room::a_write_that_falls_short_is_no_success", run: a_write_that_falls_short, options: Options::default },
    Case { name: "room::a_browser_without_handles_writes_a_stream", run: a_browser_without_handles, options: Options::default },
    Case { name: "room::a_browser_without_means_says_so", run: a_browser_without_means, options: Options::default },
];

const NAME: &str = "calls of May";

fn private() -> Options {
    Options { private: true, ..Options::default() }
}

/// Runs a script in each reader that is started from now on, before its own. The loader must not have been fetched before: it is kept for good.
pub fn in_reader(cx: &Context, script: &str) -> Result {
    let own = std::fs::read_to_string(root().join("dist/reader_loader.js")).map_err(|e| Error::Unexpected(e.to_string()))?;
    let reply = Reply::ok("text/javascript", format!("{script};\n{own}")).header("Cache-Control", "no-store");
    cx.server.route(&format!("{}reader_loader.js", cx.server.mount()), move |_| reply.clone());
    Ok(())
}

/// Keeps a set of 90 calls.
fn keep_an_older_set(cx: &Context) -> Result {
    cx.session().without_keeping()?;
    let older = file(cx, "may.json", 90, 0)?;
    begin(cx)?;
    choose(cx, &[&older])?;
    eventually("the calls of the file", &90, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    keep(cx, NAME)?;
    says(cx, &format!("{NAME} is saved."))
}

/// Keeps 4,000 calls under the same name, by a reader that is started for them.
fn keep_a_newer_set(cx: &Context) -> Result {
    let newer = file(cx, "june.json", 4_000, 3)?;
    begin(cx)?;
    choose(cx, &[&newer])?;
    eventually("the calls of the other file", &4_000, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    keep(cx, NAME)
}

fn the_newer_set_is_kept(cx: &Context) -> Result {
    says(cx, &format!("{NAME} is saved."))?;
    eventually("files stored", &1, || Ok(stored(cx)?.len()))?;
    cx.reload()?;
    eventually("the calls that took the older ones' place", &4_000, || Ok(footer(cx)?.0))
}

/// What was kept under the name is what it was, and is all there is.
fn the_older_set_stands(cx: &Context) -> Result {
    eventually("files stored", &1, || Ok(stored(cx)?.len()))?;
    cx.visit(&format!("?lang=en&tz=UTC&range=14d&source=kept:{}", NAME.replace(' ', "%20")))?;
    eventually("the calls that were kept", &90, || Ok(footer(cx)?.0))
}

fn a_private_window(cx: &mut Context) -> Result {
    cx.needs(Browser::Chromium, "no other browser's private windows have files, or a command for the room that a site is given")?;
    keep_an_older_set(cx)?;
    let origin = cx.script("return location.origin", json!([]))?;
    let used = cx.script_async("return (await navigator.storage.estimate()).usage")?.as_u64().unwrap_or_default();
    let quota = |parameters| cx.session().devtools("Storage.overrideQuotaForOrigin", parameters);
    quota(json!({ "origin": origin, "quotaSize": used + 2_000 }))?;
    keep_a_newer_set(cx)?;
    says(cx, "Not saved: it needs")?;
    the_older_set_stands(cx)?;
    quota(json!({ "origin": origin }))?;
    keep_a_newer_set(cx)?;
    the_newer_set_is_kept(cx)
}

fn a_write_that_falls_short(cx: &mut Context) -> Result {
    // How browsers have been seen to write less than they were given, or may; what they return.
    const WAYS: [(&str, &str); 5] = [
        ("() => 4294967288", "Not saved: it needs"),
        ("() => -8", "Not saved: it needs"),
        ("() => -1", "Not saved. write: -1"),
        ("function (bytes, at) { return write.call(this, bytes.subarray(0, 10), at) }", "Not saved: the browser wrote 10 B of"),
        ("bytes => bytes.length", "Not saved: the browser wrote 0 B of"),
    ];
    in_reader(cx, "")?;
    keep_an_older_set(cx)?;
    for (way, told) in WAYS {
        in_reader(
            cx,
            &format!(
                "const {{ write }} = FileSystemSyncAccessHandle.prototype; FileSystemSyncAccessHandle.prototype.write = {way}"
            ),
        )?;
        keep_a_newer_set(cx)?;
        says(cx, told)?;
        the_older_set_stands(cx)?;
    }
    in_reader(cx, "")?;
    keep_a_newer_set(cx)?;
    the_newer_set_is_kept(cx)
}

fn a_browser_without_handles(cx: &mut Context) -> Result {
    in_reader(cx, "delete FileSystemFileHandle.prototype.createSyncAccessHandle")?;
    keep_an_older_set(cx)?;
    keep_a_newer_set(cx)?;
    the_newer_set_is_kept(cx)?;
    // A stream reports missing space as well.
    in_reader(
        cx,
        "delete FileSystemFileHandle.prototype.createSyncAccessHandle;
        FileSystemWritableFileStream.prototype.write = async () => { throw new DOMException('full', 'QuotaExceededError') }",
    )?;
    let third = file(cx, "july.json", 50, 5)?;
    begin(cx)?;
    choose(cx, &[&third])?;
    eventually("the calls of a third file", &50, || Ok(footer(cx)?.0))?;
    open_sets(cx)?;
    keep(cx, NAME)?;
    says(cx, "Not saved: it needs")?;
    eventually("files stored", &1, || Ok(stored(cx)?.len()))
}

fn a_browser_without_means(cx: &mut Context) -> Result {
    in_reader(cx, "")?;
    keep_an_older_set(cx)?;
    in_reader(cx, "for (const way of ['createSyncAccessHandle', 'createWritable']) delete FileSystemFileHandle.prototype[way]")?;
    keep_a_newer_set(cx)?;
    says(cx, "Not saved: this browser cannot write files for this site.")?;
    the_older_set_stands(cx)
}
