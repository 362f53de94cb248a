//! Splits the page's WebAssembly into what the first view needs and parts that the page fetches when they are first shown
//! (`src/ui/chunks.rs` names them), and puts them in place of the single module that Trunk wrote.

use crate::Result;
use crate::exports;
use crate::sh;
use std::path::{Path, PathBuf};

/// What a browser that runs the page understands.
const FEATURES: &[&str] = &[
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// How the splitter has its script start a part; it fails on a host that sends WebAssembly under another content type.
const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
const START: &str = "start(src, imports)";
/// Starts a part whatever its content type, and refuses an answer that is no success by its status.
const STARTER: &str = "\
async function start(src, imports) {
    const response = await src;
    if (!response.ok) throw new Error(`${response.url}: HTTP ${response.status}`);
    const typed = response.headers.get('Content-Type') === 'application/wasm';
    return typed ? WebAssembly.instantiateStreaming(response, imports) : WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
";

/// Replaces the page's module in Trunk's `staging` folder. `linked` is the module as the linker wrote it.
pub fn split(staging: &Path, linked: &Path, optimise: bool) -> Result {
    let name = page_name(staging)?;
    let work = sh::target_dir().join("parts");
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work)?;
    let input = exports::remove(&std::fs::read(linked).map_err(|e| format!("{}: {e}", linked.display()))?)?;
    let (main, script, main_module) = (work.join(format!("{name}.wasm")), format!("./{name}-parts.js"), format!("./{name}.js"));
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = &script;
    options.main_module = &main_module;
    let parts = wasm_split_cli_support::transform(options).map_err(|e| format!("the page cannot be split: {e:#}"))?.split_modules;
    sh::run(
        sh::command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", &name, "--out-dir"])
            .arg(staging)
            .arg(&main),
    )?;
    finish(&staging.join(format!("{name}_bg.wasm")), None, optimise)?;
    let mut text = sh::read(&work.join(&script))?;
    if !text.contains(STREAMED) {
        return Err("the splitter starts its parts in another way than this command knows".into());
    }
    text = text.replace(STREAMED, START) + STARTER;
    for part in parts {
        let stem = part.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let named = format!("{name}-{stem}.wasm");
        let (old, new) = (format!("\"./{stem}.wasm\""), format!("\"./{named}\""));
        if !text.contains(&old) {
            return Err(format!("the splitter's script does not name {old}").into());
        }
        text = text.replace(&old, &new);
        finish(&part, Some(&staging.join(named)), optimise)?;
    }
    sh::write(&staging.join(&script), text)
}

/// `app-<hash>`: how Trunk named the page.
pub fn page_name(staging: &Path) -> Result<String> {
    let files = sh::files(staging, &["wasm"])?;
    let names = files.iter().filter_map(|file| file.file_name()?.to_str()?.strip_suffix("_bg.wasm"));
    let name = names.filter(|name| name.starts_with("app")).map(str::to_owned).next();
    name.ok_or_else(|| "Trunk wrote no app_bg.wasm; has the page's link in index.html changed?".into())
}

/// Optimises a module for size, without names, in place or to `to`.
fn finish(module: &PathBuf, to: Option<&Path>, optimise: bool) -> Result {
    let to = to.unwrap_or(module);
    if !optimise {
        if to != module {
            std::fs::copy(module, to)?;
        }
        return Ok(());
    }
    sh::run(
        sh::command("wasm-opt").args(["-Oz", "--strip-debug", "--strip-producers"]).args(FEATURES).arg(module).arg("-o").arg(to),
    )
}
