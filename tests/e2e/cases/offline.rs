//! Work without the network, updates that are offered, files opened with the installed page.

use crate::look::{connect, eventually, footer, says, shown, tiles};
use crate::policy::{severe, walk};
use callscope_e2e::browser::{Browser, Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{calls, document};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::json;
use std::path::{Path, PathBuf};

pub const CASES: &[Case] = cases![
    fresh the_page_works_with_the_network_gone,
    fresh an_update_is_offered_and_never_forced,
    fresh a_build_that_is_not_whole_is_not_kept,
    fresh nothing_is_registered_in_a_frame,
    fresh files_opened_with_the_installed_page_are_read,
    fresh the_page_can_be_installed,
];

const SITE: &str = "portal/console";

fn failed(e: std::io::Error) -> Error {
    Error::Unexpected(e.to_string())
}

/// A copy of the site that a test may change; gone with the browser's profile.
fn copy(cx: &Context) -> Result<PathBuf> {
    fn below(from: &Path, to: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let to = to.join(entry.file_name());
            if entry.file_type()?.is_dir() { below(&entry.path(), &to)? } else { std::fs::copy(entry.path(), to).map(drop)? }
        }
        Ok(())
    }
    let folder = cx.session().folder().join("site");
    below(&root().join("dist"), &folder).map_err(failed)?;
    Ok(folder)
}

fn change(file: &Path, old: &str, new: &str) -> Result {
    let text = std::fs::read_to_string(file).map_err(failed)?;
    ensure(text.contains(old), || format!("{} has no {old}", file.display()))?;
    std::fs::write(file, text.replacen(old, new, 1)).map_err(failed)
}

/// Waits until the service worker has kept the build and serves the page.
fn kept(page: &Page) -> Result {
    page.wait_js("the service worker", "navigator.serviceWorker.controller?.state === 'activated'")
}

fn the_page_works_with_the_network_gone(cx: &mut Context) -> Result {
    let server = Server::start(&root().join("dist"), SITE, "127.0.0.1", 0).map_err(failed)?;
    let url = server.url();
    cx.page.open_console(&format!("{url}?lang=en"))?;
    let before = tiles(cx)?.calls;
    kept(cx)?;
    drop(server);
    cx.expect_console("net::ERR_");
    cx.page.wait("the end of the server", || {
        Ok(std::net::TcpStream::connect(url.split('/').nth(2).unwrap_or_default()).is_err().then_some(()))
    })?;
    // All pages, another bundled feed, a file, a workbook.
    walk(&cx.page, &url)?;
    cx.page.open_console(&format!("{url}?lang=en"))?;
    eventually("the totals", &true, || Ok(tiles(cx)?.calls.abs_diff(before) < before / 10))?;
    ensure(!shown(cx, ".banner--warn")?, || format!("something is complained about: {:?}", cx.texts(".banner")))?;
    // A feed elsewhere is not there, and is said not to be.
    connect(cx, &format!("{url}feeds/not-kept.json"))?;
    crate::look::says(cx, "The feed could not be read (no answer, or CORS).")
}

/// The SHA-256 of a text in base64, by the browser.
fn sha256(page: &Page, text: &str) -> Result<String> {
    let script = format!(
        "const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode({}));
         return btoa(String.fromCharCode(...new Uint8Array(hash)))",
        json!(text)
    );
    Ok(page.script_async(&script)?.as_str().unwrap_or_default().to_owned())
}

fn an_update_is_offered_and_never_forced(cx: &mut Context) -> Result {
    let folder = copy(cx)?;
    let server = Server::start(&folder, SITE, "127.0.0.1", 0).map_err(failed)?;
    let url = format!("{}?lang=en&range=7d", server.url());
    cx.page.open_console(&url)?;
    kept(cx)?;
    // A new build: its page says who it is.
    let index = folder.join("index.html");
    let old = sha256(cx, &std::fs::read_to_string(&index).map_err(failed)?)?;
    change(&index, "<html lang=\"en\">", "<html lang=\"en\" data-build=\"next\">")?;
    let new = sha256(cx, &std::fs::read_to_string(&index).map_err(failed)?)?;
    change(&folder.join("sw.js"), &old, &new)?;
    change(&folder.join("sw.js"), "const BUILD = \"", "const BUILD = \"f")?;
    cx.script_async("await (await navigator.serviceWorker.getRegistration()).update(); return 1")?;
    says(cx, "This site has another version of this page.")?;
    // Who does not want it goes on with what there is, after a reload as well.
    let build = |page: &Page| page.script("return document.documentElement.dataset.build ?? null", json!([]));
    ensure(footer(cx)?.0 > 0, || "the page is gone".to_owned())?;
    cx.page.open_console(&url)?;
    ensure(build(cx)?.is_null(), || "the new build came unasked".to_owned())?;
    says(cx, "This site has another version of this page.")?;
    cx.press("button", "Load it now")?;
    eventually("the new build", &json!("next"), || build(cx))?;
    cx.page.wait_whole()?;
    let range = crate::look::parameter(cx, "range")?;
    ensure(range.as_deref() == Some("7d"), || format!("the view is gone: {range:?}"))?;
    eventually("nothing more to take", &false, || Ok(cx.texts(".banner")?.concat().contains("another version")))
}

fn a_build_that_is_not_whole_is_not_kept(cx: &mut Context) -> Result {
    let folder = copy(cx)?;
    let server = Server::start(&folder, SITE, "127.0.0.1", 0).map_err(failed)?;
    // Half an upload: one file is of another build.
    change(&folder.join("later.css"), "{", " {")?;
    cx.expect_console("digest");
    cx.page.open_console(&format!("{}?lang=en", server.url()))?;
    // The page requests the file without a service worker, the worker to store it.
    let mut asked = 0;
    cx.page.wait("the worker that asks for all files", || {
        asked += server.take_log().iter().filter(|served| served.url.contains("/later.css")).count();
        Ok((asked > 1).then_some(()))
    })?;
    let install = "const registration = await navigator.serviceWorker.getRegistration();
        const kept = (await caches.keys()).filter(name => !name.endsWith('config'));
        return [!!registration?.installing, !!registration?.active, kept.length]";
    eventually("nothing is kept", &json!([false, false, 0]), || cx.script_async(install))?;
    ensure(footer(cx)?.0 > 0, || "the page does not work without".to_owned())
}

fn nothing_is_registered_in_a_frame(cx: &mut Context) -> Result {
    let frame = format!(
        "<!doctype html><link rel=icon href='data:,'><iframe src='{}?lang=en&embed=1' width=900 height=700></iframe>",
        cx.server.url()
    );
    cx.server.route("/portal.html", move |_| Reply::ok("text/html", frame.clone()));
    cx.server.take_log();
    cx.page.open(&cx.address("/portal.html"))?;
    cx.page.wait_js(
        "the page in the frame",
        "document.querySelector('iframe').contentDocument?.querySelector('.tile__value[title]')",
    )?;
    let mut asked = false;
    cx.page.wait("the script that would register", || {
        asked |= cx.server.take_log().iter().any(|served| served.url.contains("/offline.js"));
        Ok(asked.then_some(()))
    })?;
    let registered =
        "await new Promise(done => setTimeout(done, 1500)); return (await navigator.serviceWorker.getRegistrations()).length";
    ensure(cx.script_async(registered)? == 0, || "registered from within a frame".to_owned())
}

fn files_opened_with_the_installed_page_are_read(cx: &mut Context) -> Result {
    // What the system's file manager would start: the browser's own queue cannot be filled by a driver.
    let text = String::from_utf8_lossy(&document(calls(45))).into_owned();
    let source = format!(
        "Object.defineProperty(window, 'launchQueue', {{ value: {{ setConsumer: take => take({{ files: [
            {{ kind: 'file', getFile: async () => new File([{}], 'opened.json') }}] }}) }} }});",
        json!(text)
    );
    let page = cx.fresh_browser(&Options::default())?;
    page.session().before_each_page(&source)?;
    page.open_console(&format!("{}?lang=en", cx.server.url()))?;
    eventually("the calls of the file", &45, || Ok(footer(&page)?.0))?;
    eventually("the address", &Some("file:opened.json".to_owned()), || crate::look::parameter(&page, "source"))?;
    let errors = severe(&page)?;
    ensure(errors.is_empty(), || format!("{errors:?}"))
}

fn the_page_can_be_installed(cx: &mut Context) -> Result {
    cx.needs(Browser::Chromium, "the others install no pages, or say nothing of what it would take")?;
    cx.visit("?lang=en")?;
    kept(cx)?;
    let manifest = cx.session().devtools("Page.getAppManifest", json!({}))?;
    ensure(manifest["errors"] == json!([]), || format!("{manifest:.400}"))?;
    let text = manifest["data"].as_str().unwrap_or_default();
    for ending in [".ndjson", ".jsonl", ".json", ".csv", ".gz"] {
        ensure(text.contains(&format!("\"{ending}\"")), || format!("{ending} is not opened by it: {text}"))?;
    }
    let errors = cx.session().devtools("Page.getInstallabilityErrors", json!({}))?;
    ensure(errors["installabilityErrors"] == json!([]), || format!("{errors}"))
}
