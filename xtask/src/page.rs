//! Finishes what Trunk wrote: addresses that change with their content, the boot script that starts the page, hints to fetch ahead, the policy.

use crate::Result;
use crate::build;
use crate::names;
use crate::parts;
use crate::policy::Policy;
use crate::sh;
use std::path::Path;

/// The workers, as index.html names them.
pub const WORKERS: [&str; 3] = ["engine", "reader", "writer"];
/// What the boot script calls the page's own files.
const PAGE_FILES: [(&str, &str); 2] = [("./app.js", ".js"), ("./app_bg.wasm", "_bg.wasm")];
const BOOT: &str = "boot.js";
/// Fetched by the boot script, once the page is painted.
const OFFLINE: &str = "offline.js";
const CHARSET: &str = "<meta charset=\"utf-8\">";

/// Finishes the page in Trunk's staging folder; the list of the service worker is to be written after it. A build for `--watch` has no policy: Trunk's own script for reloading is in its page.
pub fn finish(staging: &Path, id: &str, watched: bool) -> Result {
    workers(staging, id)?;
    if !watched {
        linked(staging)?;
    }
    let boot = boot(staging)?;
    let policy = Policy::of(&sh::read(&staging.join("config.json"))?)?;
    let index = staging.join("index.html");
    let mut html = without_start(&without_notes(&sh::read(&index)?))?;
    // Before the script that imports the same.
    let ahead = taken(&mut html, "<link rel=\"modulepreload\"", ">")?;
    // The boot script fetches the WebAssembly at once. WebKit uses no preload for that, and would fetch it twice.
    taken(&mut html, "<link rel=\"preload\"", "type=\"application/wasm\">")?;
    let script = format!("<script src=\"./{BOOT}\">");
    put(&mut html, &script, &format!("{ahead}\n<script src=\"./{}\">", address(BOOT, boot.as_bytes(), id)))?;
    put(&mut html, "</head>", &format!("{}</head>", hints(id)))?;
    if !watched {
        let meta = format!("{CHARSET}\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy.meta());
        put(&mut html, CHARSET, &meta)?;
    }
    sh::write(&index, html)?;
    policy.write(staging)
}

/// Gives a finished site another configuration, and the policy that goes with it. The list of the service worker is to be written anew.
pub fn configure(site: &Path, config: &str) -> Result {
    let policy = Policy::of(config)?;
    let index = site.join("index.html");
    let mut html = sh::read(&index)?;
    let before = between(&html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")?.to_owned();
    put(&mut html, &before, &policy.meta())?;
    sh::write(&index, html)?;
    sh::write(&site.join("config.json"), config)?;
    policy.write(site)
}

/// The address of a file of the site, relative to its page; it changes with the file, but for those that are requested each time.
pub fn address(name: &str, bytes: &[u8], id: &str) -> String {
    let of_worker = WORKERS.iter().any(|worker| name.strip_prefix(worker).is_some_and(|rest| rest.starts_with(['.', '_'])));
    match name {
        "index.html" => "./".to_owned(),
        BOOT | OFFLINE => format!("{name}?b={}", build::short_name(bytes)),
        _ if of_worker || name == "later.css" => format!("{name}?b={id}"),
        _ => name.to_owned(),
    }
}

/// The build that a finished page is of.
pub fn build_id(html: &str) -> Result<String> {
    between(html, "./engine.js?b=", "\"").map(str::to_owned)
}

/// What is between these words for the first time.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Result<&'t str> {
    let found = text.split_once(before).and_then(|(_, rest)| rest.split_once(after));
    found.map(|(found, _)| found).ok_or_else(|| format!("nothing stands between {before} and {after}").into())
}

/// Takes out what begins and ends with these words.
fn taken(html: &mut String, begin: &str, end: &str) -> Result<String> {
    let part = format!("{begin}{}{end}", between(html, begin, end)?);
    *html = html.replacen(&part, "", 1);
    Ok(part)
}

/// Replaces what index.html must have once.
fn put(html: &mut String, old: &str, new: &str) -> Result {
    if html.matches(old).count() != 1 {
        return Err(format!("index.html has not one {old}").into());
    }
    *html = html.replacen(old, new, 1);
    Ok(())
}

/// The page without comments and empty lines: it is part of the first view.
fn without_notes(html: &str) -> String {
    let mut parts = html.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| text + part.split_once("-->").map_or("", |(_, rest)| rest));
    text.lines().filter(|line| !line.trim().is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// The page without Trunk's inline script, which a policy would have to allow by its hash: the boot script starts the application.
fn without_start(html: &str) -> Result<String> {
    const BEGIN: &str = "<script type=\"module\">";
    const END: &str = "</script>";
    let found = html.match_indices(BEGIN).find_map(|(at, _)| {
        let end = at + html[at..].find(END)? + END.len();
        html[at..end].contains("TrunkApplicationStarted").then_some((at, end))
    });
    let (at, end) = found.ok_or("Trunk starts the page in another way than this command knows")?;
    Ok(format!("{}{}", html[..at].trim_end(), &html[end..]))
}

/// Gives the boot script the names of the page's files.
fn boot(staging: &Path) -> Result<String> {
    let name = parts::page_name(staging)?;
    let mut text = sh::read(&staging.join(BOOT))?;
    let offline = sh::read(&staging.join(OFFLINE))?;
    let files = PAGE_FILES.map(|(old, end)| (old, format!("./{name}{end}")));
    let files = files.into_iter().chain([("./offline.js", format!("./{}", address(OFFLINE, offline.as_bytes(), "")))]);
    for (old, new) in files {
        if !text.contains(old) {
            return Err(format!("{BOOT} does not name {old}").into());
        }
        text = text.replace(old, &new);
    }
    text = without_comments(&text);
    sh::write(&staging.join(BOOT), &text)?;
    Ok(text)
}

/// Takes comments and indentation out of the scripts that were linked with the modules, a sixth of what they weigh, packed, and makes the names that
/// both have short.
fn linked(staging: &Path) -> Result {
    let page = parts::page_name(staging)?;
    let of_page = ["", "-parts"].map(|end| format!("{page}{end}.js"));
    for name in WORKERS.map(|worker| format!("{worker}.js")).into_iter().chain(of_page) {
        let path = staging.join(name);
        sh::write(&path, without_comments(&sh::read(&path)?))?;
    }
    for name in WORKERS.map(str::to_owned).into_iter().chain([page]) {
        names::shorten(&staging.join(format!("{name}_bg.wasm")), &staging.join(format!("{name}.js")))?;
    }
    Ok(())
}

/// A script without lines that are comments or begin one, and without indentation. What follows code on its line stays.
fn without_comments(script: &str) -> String {
    let (mut out, mut within) = (String::with_capacity(script.len()), false);
    for line in script.lines().map(str::trim) {
        if within || line.starts_with("/*") {
            within = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The worker's files have no hash in their names, so their addresses carry the build id:
/// without it a browser could run yesterday's worker with today's page.
fn workers(staging: &Path, id: &str) -> Result {
    for worker in WORKERS {
        for file in [format!("{worker}.js"), format!("{worker}_bg.wasm"), format!("{worker}_loader.js")] {
            if !staging.join(&file).is_file() {
                return Err(format!("Trunk wrote no {file}; has the worker's link in index.html changed?").into());
            }
        }
        sh::write(&staging.join(format!("{worker}_loader.js")), loader(worker, id))?;
    }
    Ok(())
}

/// What the worker runs first. Addresses are relative to the worker's own script. Where Trusted Types are required, it loads scripts of its
/// own site alone. A module that cannot be had is thrown outside the promise: only so is it an error of the worker, which the page receives.
fn loader(worker: &str, id: &str) -> String {
    format!(
        "self.trustedTypes?.createPolicy(\"default\",{{createScriptURL:u=>new URL(u,location).origin===location.origin?u:null}});\
         importScripts(\"./{worker}.js?b={id}\");\
         wasm_bindgen({{module_or_path:\"./{worker}_bg.wasm?b={id}\"}}).catch(e=>setTimeout(()=>{{throw e}}));\n"
    )
}

/// Lets the browser fetch the worker's files while it still compiles the page. `prefetch`, since a preload is
/// kept for the document alone: a worker would not find it, and the browser would warn of it.
fn hints(id: &str) -> String {
    ["engine_loader.js", "engine.js", "engine_bg.wasm"]
        .map(|file| format!("<link rel=\"prefetch\" href=\"./{file}?b={id}\">"))
        .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_script_that_starts_the_page_goes() {
        let other = "<script type=\"module\">reload()</script>";
        let start =
            "<script type=\"module\">\nimport x;\ndispatchEvent(new CustomEvent(\"TrunkApplicationStarted\"));\n</script>";
        assert_eq!(without_start(&format!("a{other}{start}b")).unwrap(), format!("a{other}b"));
        assert!(without_start(other).is_err());
    }

    #[test]
    fn comments_of_a_script_go() {
        let script = "// a\n  let x = 1; // b\n/** c\n * d\n */\n\n    /* e */\n  x *= 2;\n";
        assert_eq!(without_comments(script), "let x = 1; // b\nx *= 2;\n");
    }

    #[test]
    fn notes_for_people_go() {
        assert_eq!(without_notes("<a>\n<!-- x\n y -->\n\n<b>\n"), "<a>\n<b>\n");
    }

    #[test]
    fn what_is_replaced_stands_there_once() {
        let mut html = "a b".to_owned();
        put(&mut html, "a", "c").unwrap();
        assert_eq!(html, "c b");
        assert!(put(&mut html, "a", "d").is_err());
    }
}
