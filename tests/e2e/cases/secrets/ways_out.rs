//! Everything by which something leaves a page: what is on it and what the browser keeps of it, links, files, reports, the clipboard, its
//! console, and what is said to an embedding page.

use crate::embedding::run;
use crate::export::{downloaded, press_ok, tick};
use crate::look::{eventually, press_part, says};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Context, ensure};
use callscope_e2e::page::Page;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// What left, by the way it took.
#[derive(Default)]
pub struct Out(Vec<(String, String)>);

impl Out {
    pub fn put(&mut self, way: impl Into<String>, text: impl Into<String>) {
        self.0.push((way.into(), text.into()));
    }

    /// None of these is anywhere.
    pub fn lacks(&self, secrets: &[&str]) -> Result {
        for (way, text) in &self.0 {
            for secret in secrets {
                let at = text.find(secret);
                ensure(at.is_none(), || format!("{secret:?} is in {way}: …{}", around(text, at.unwrap_or_default())))?;
            }
        }
        Ok(())
    }

    /// This left by ways that are called so, all of them: what shows that they were looked at.
    pub fn has(&self, ways: &str, words: &str) -> Result {
        let of: Vec<_> = self.0.iter().filter(|(way, _)| way.contains(ways)).collect();
        ensure(!of.is_empty(), || format!("nothing left by {ways}"))?;
        of.into_iter().try_for_each(|(way, text)| ensure(text.contains(words), || format!("no {words:?} in {way}: {text:.400}")))
    }
}

fn around(text: &str, at: usize) -> String {
    let before = text[..at].chars().rev().take(80).collect::<Vec<_>>();
    before.into_iter().rev().chain(text[at..].chars().take(80)).collect()
}

fn broken(e: impl std::fmt::Display) -> Error {
    Error::Unexpected(e.to_string())
}

/// A file as text; of an archive all that is in it.
fn text_of(name: &str, bytes: Vec<u8>) -> Result<String> {
    if !bytes.starts_with(b"PK") {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(format!("{name}: {e}")))?;
    let mut all = name.to_owned();
    for i in 0..archive.len() {
        let mut member = archive.by_index(i).map_err(broken)?;
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).map_err(broken)?;
        all.push_str(&format!("\n{}\n{}", member.name().map_err(broken)?, String::from_utf8_lossy(&bytes)));
    }
    Ok(all)
}

/// The page itself, and what the browser keeps of it but for data sets.
pub fn page(cx: &Context, out: &mut Out) -> Result {
    const KEPT: &str =
        "return [location.href, document.title, document.documentElement.outerHTML, JSON.stringify({...localStorage}),
        JSON.stringify({...sessionStorage}), document.cookie, JSON.stringify(history.state)].join('\\n')";
    out.put("the page", cx.script(KEPT, json!([]))?.as_str().unwrap_or_default());
    const CACHED: &str = "const all = []; for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) all.push(r.url);
        return all.join('\\n')";
    out.put("the browser's cache", cx.script_async(CACHED)?.as_str().unwrap_or_default());
    for line in cx.console()? {
        // What the browser itself says of a request that failed.
        if !line.message.contains("Failed to load resource") {
            out.put("the console", line.message);
        }
    }
    Ok(())
}

fn clipboard(cx: &Context) -> Result<String> {
    Ok(cx.script_async("return navigator.clipboard.readText()")?.as_str().unwrap_or_default().to_owned())
}

fn file(cx: &Context, out: &mut Out, way: &str) -> Result {
    let (name, bytes) = downloaded(cx)?;
    out.put(way, format!("{name}\n{}", text_of(&name, bytes)?));
    Ok(())
}

/// The calls behind a status are on the page: rows may be there before what is in them.
pub fn calls_show(cx: &Context) -> Result {
    cx.page.wait("the calls", || Ok(cx.texts(".vrow")?.concat().contains("192.0.2.").then_some(())))
}

/// All that a user can take out of the page of failed calls, with a status looked into.
pub fn failed_calls(cx: &Context, out: &mut Out) -> Result {
    calls_show(cx)?;
    page(cx, out)?;
    cx.press("button", "Share")?;
    cx.press("button", "Copy link")?;
    says(cx, "Link copied")?;
    out.put("the link", clipboard(cx)?);
    let menus = [
        ("Download error codes and messages", "the table of errors"),
        ("Download all failed calls", "all failed calls"),
        ("Download these calls", "the calls"),
    ];
    for (menu, way) in menus {
        for kind in ["CSV", "JSON"] {
            press_part(cx, "button", menu)?;
            cx.press("button", &format!("Download {kind}"))?;
            file(cx, out, &format!("{way} as {kind}"))?;
        }
        press_part(cx, "button", menu)?;
        cx.script_async("await navigator.clipboard.writeText('')")?;
        cx.press("button", "Copy as table")?;
        cx.page.wait("what was copied", || Ok((!clipboard(cx)?.is_empty()).then_some(())))?;
        out.put(format!("{way} copied"), clipboard(cx)?);
    }
    press_part(cx, "button", "Export")?;
    tick(cx, "Include every call")?;
    press_ok(cx)?;
    file(cx, out, "the workbook")?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    cx.press("button", "Save report")?;
    cx.css("#d-report[open] #report-preview")?;
    // Everything that may go out does.
    for at in 0..cx.all("#d-report tbody input[type=checkbox]")?.len() {
        cx.css("#report-preview")?;
        cx.click(&cx.all("#d-report tbody input[type=checkbox]")?[at])?;
    }
    cx.css("#report-preview")?;
    page(cx, out)?;
    let dialog = cx.css("#d-report[open]")?;
    cx.click(&cx.find_in(Some(&dialog), "button", "Save report")?)?;
    file(cx, out, "the report")
}

/// All that the console in the first frame says to the embedding page: every message so far, and every export there is.
pub fn host(page: &Page, service: &str, out: &mut Out) -> Result {
    let script = format!(
        "window.a ??= await open(); await until(() => a.ready.data || raw.some(m => m.type === 'loaded'));
         await a.setView({{ page: 'failed', service: '{service}', status: 429 }});
         const files = [], base64 = data => new Promise(done => {{ const reader = new FileReader(); reader.onload = () => done(reader.result.split(',')[1] ?? '');
             reader.readAsDataURL(new Blob([data])) }});
         for (const [what, formats] of Object.entries(a.ready.features.exports)) for (const format of formats) {{
             const file = await a.export({{ what, format, ...(what === 'metric' && {{ metric: 'calls' }}), ...(what === 'report' && {{ calls: true }}) }});
             files.push([`${{what}} as ${{format}}`, file.name, await base64(file.data)]);
         }}
         return [raw.map(message => JSON.stringify(message)), files]"
    );
    let told = run(page, &script)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (messages, files) = (list(&told[0]), list(&told[1]));
    ensure(messages.len() > 3 && files.len() > 8, || format!("{} messages, {} files: {told:.300}", messages.len(), files.len()))?;
    for message in messages {
        out.put("a message to the host", message.as_str().unwrap_or_default());
    }
    for told in files {
        let of = |at: usize| told[at].as_str().unwrap_or_default().to_owned();
        let bytes = BASE64.decode(of(2)).map_err(broken)?;
        out.put(format!("the host's {}", of(0)), format!("{}\n{}", of(1), text_of(&of(1), bytes)?));
    }
    Ok(())
}
