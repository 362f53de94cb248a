//! `cargo xtask single-file`: the whole console in one HTML file that opens from a disk, by double-click, with nothing beside it.
//!
//! Scripts of the page become modules of an import map, WebAssembly and the workers' scripts are packed in the page, and
//! `xtask/data/single.js` gives them out. Only the addresses in the scripts change: the code is the site's own.

use crate::Result;
use crate::build;
use crate::page;
use crate::parts;
use crate::policy::{REPORT_STYLE, hash};
use crate::setup;
use crate::sh;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const GIVER: &str = include_str!("../data/single.js");
/// Bundled feeds, which are gzipped already.
const FEEDS: [&str; 2] = ["feeds/demo.json.gz", "feeds/azure-code-2023.json.gz"];

pub fn run(args: &[String]) -> Result {
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let config = match sh::option(args, "--config") {
        Some(file) => sh::read(Path::new(file))?,
        None => sh::read(&build::dist().join("config.json"))?,
    };
    let html = whole(&build::dist(), &config)?;
    let file = path();
    sh::write(&file, &html)?;
    println!("{} ({} bytes)", file.display(), html.len());
    Ok(())
}

/// Where the file is written.
fn path() -> PathBuf {
    sh::root().join("target/package/callscope.html")
}

/// The site in one file.
fn whole(site: &Path, config: &str) -> Result<String> {
    let read = |name: &str| sh::read(&site.join(name));
    let name = parts::page_name(site)?;
    let index = read("index.html")?;
    let styles = page::between(&index, "<link rel=\"stylesheet\" href=\"./", "\"")?;
    let (styles, later) = (read(styles)?, read("later.css")?);
    let (app, pieces) = modules(&name, &read(&format!("{name}.js"))?, &read(&format!("{name}-parts.js"))?)?;
    let map = serde_json::json!({ "imports": { "callscope-app": module(&app), "callscope-parts": module(&pieces) } }).to_string();
    let boot = boot(&name, &read("boot.js")?)?;
    let icon = std::fs::read(site.join("icon.svg"))?;

    let scripts = [map.as_str(), GIVER, &boot].map(hash).join(" ");
    let sheets = [styles.as_str(), &later, REPORT_STYLE].map(hash).join(" ");
    let policy = format!(
        "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval' data:; style-src {sheets}; img-src data: blob:; connect-src http: https: data: blob:; \
         worker-src blob:; object-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types default"
    );
    let mut html = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let mut put = |text: &str| html.push_str(text);
    put(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n"));
    put(
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Callscope</title>\n",
    );
    put(&format!("<link rel=\"icon\" href=\"data:image/svg+xml;base64,{}\">\n", BASE64.encode(icon)));
    put(&format!("<style>{styles}</style>\n<style id=\"later-styles\">{later}</style>\n"));
    // JSON may hold what would end the element; an escape of JSON's own does not.
    put(&format!("<script type=\"application/json\" id=\"callscope-config\">{}</script>\n", config.replace('<', "\\u003c")));
    for worker in page::WORKERS {
        let glue = BASE64.encode(read(&format!("{worker}.js"))?);
        put(&format!("<script type=\"text/plain\" id=\"file:{worker}.js\">{glue}</script>\n"));
    }
    for file in sh::files(site, &["wasm"])? {
        let called = file.file_name().unwrap_or_default().to_string_lossy();
        put(&format!("<script type=\"text/plain\" id=\"file:{called}\">{}</script>\n", packed(&std::fs::read(&file)?)?));
    }
    for feed in FEEDS {
        let bytes = BASE64.encode(std::fs::read(site.join(feed))?);
        put(&format!("<script type=\"text/plain\" data-feed=\"./{feed}\">{bytes}</script>\n"));
    }
    put(&format!("<script type=\"importmap\">{map}</script>\n<script>{GIVER}</script>\n<script>{boot}</script>\n</head>\n"));
    put(&format!("<body>{}</body>\n</html>\n", page::between(&index, "<body>", "</body>")?));
    for text in [styles.as_str(), &later, &map, GIVER, &boot] {
        if text.contains("</script") || text.contains("</style") || text.contains("<!--") {
            return Err("a script or stylesheet of the page cannot stand in a page".into());
        }
    }
    Ok(html)
}

/// The page's two modules, which import each other, by names of an import map; the parts from the page itself.
fn modules(name: &str, app: &str, pieces: &str) -> Result<(String, String)> {
    let swap = |text: &str, old: &str, new: &str| -> Result<String> {
        if text.contains(old) { Ok(text.replace(old, new)) } else { Err(format!("a script of the page has no {old}").into()) }
    };
    // Only where it is imported: the module that is linked calls it by its old name.
    let app = swap(app, &format!("from \"./{name}-parts.js\""), "from \"callscope-parts\"")?;
    let pieces = swap(pieces, &format!("\"./{name}.js\""), "\"callscope-app\"")?;
    let pieces = swap(&pieces, "fetch(new URL(\"./", "callscopeFile(\"")?;
    Ok((app, swap(&pieces, "\", import.meta.url))", "\")")?))
}

/// The boot script for a page that has no files beside it.
fn boot(name: &str, text: &str) -> Result<String> {
    let offline = page::between(text, "import(\"./offline.js", "\")")?;
    let mut text = text.replace(&format!("import(\"./offline.js{offline}\")"), "Promise.resolve()");
    // A page from a disk has no origin to compare: its workers are made of itself.
    text = text.replace("new URL(url, document.baseURI).origin === location.origin", "url.startsWith(\"blob:\")");
    for (old, new) in [
        (format!("import(\"./{name}.js\")"), "import(\"callscope-app\")".to_owned()),
        (format!("fetch(\"./{name}_bg.wasm\")"), format!("callscopeFile(\"{name}_bg.wasm\")")),
    ] {
        if !text.contains(&old) {
            return Err(format!("the boot script has no {old}").into());
        }
        text = text.replace(&old, &new);
    }
    Ok(text)
}

/// A module's address that holds it.
fn module(text: &str) -> String {
    format!("data:text/javascript;base64,{}", BASE64.encode(text))
}

fn packed(bytes: &[u8]) -> Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(BASE64.encode(encoder.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_import_each_other_by_names() {
        let (app, pieces) = modules(
            "app-1",
            "import * as a from \"./app-1-parts.js\"",
            "import { i } from \"./app-1.js\";\nfetch(new URL(\"./app-1-x.wasm\", import.meta.url));",
        )
        .unwrap();
        assert_eq!(app, "import * as a from \"callscope-parts\"");
        assert_eq!(pieces, "import { i } from \"callscope-app\";\ncallscopeFile(\"app-1-x.wasm\");");
        assert!(modules("app-2", &app, &pieces).is_err());
    }

    #[test]
    fn the_boot_script_is_known() {
        let text = "import(\"./app-1.js\"); fetch(\"./app-1_bg.wasm\"); import(\"./offline.js?b=2\")";
        assert_eq!(
            boot("app-1", text).unwrap(),
            "import(\"callscope-app\"); callscopeFile(\"app-1_bg.wasm\"); Promise.resolve()"
        );
        assert!(boot("app-1", "other").is_err());
    }
}
