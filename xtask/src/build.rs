//! `cargo xtask build`: the static site in `dist/`, by way of Trunk, and what Trunk leaves to be done around it.

use crate::Result;
use crate::log;
use crate::offline;
use crate::page;
use crate::parts;
use crate::setup;
use crate::sh;
use crate::templates;
use std::path::{Path, PathBuf};

/// The compile-time variable that gives page and worker their common build id.
pub const BUILD_ID: &str = "CALLSCOPE_BUILD";
/// The Cargo profiles that index.html names for the page: as it ships, and while it is worked on.
const PAGE_PROFILES: [&str; 2] = ["page", "quick"];
/// Set while Trunk watches: its script for reloading is in the page then, which no policy would let run.
const WATCHED: &str = "CALLSCOPE_WATCHED";
/// Left in `dist/`: what it was built from, so that an unchanged tree is not built again.
pub const STAMP: &str = ".built-from";
/// Decides by which names a module and its script know each other: files of two builds would not.
const NAMES: &str = "xtask/src/names.rs";
/// Stylesheets of `style/` whose imports become one file each: that of the first view, which index.html names, and that of all else.
const STYLESHEETS: [(&str, &str); 2] = [("main.css", "target/site/callscope.css"), ("later.css", "target/site/later.css")];

pub fn run(args: &[String]) -> Result {
    setup::for_build()?;
    let kind = if sh::flag(args, "--dev") { Kind::Dev } else { Kind::Release };
    site(kind, sh::flag(args, "--force"))
}

/// How the site is compiled. What it does is the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Small and fast: what is shipped and measured.
    Release,
    /// Compiled again soon after a change: what is worked on.
    Dev,
}

/// Where the site is.
pub fn dist() -> PathBuf {
    sh::root().join("dist")
}

/// Builds the site as it ships unless `dist/` was built from exactly these sources.
pub fn build(force: bool) -> Result {
    site(Kind::Release, force)
}

/// The same, as `kind` says.
pub fn site(kind: Kind, force: bool) -> Result {
    let mut sources = fingerprint(&[
        "src",
        "crates",
        "build.rs",
        "style",
        "public",
        "index.html",
        "Trunk.toml",
        "Cargo.toml",
        "Cargo.lock",
        ".cargo/config.toml",
        "xtask/src/build.rs",
        NAMES,
        "xtask/src/offline.rs",
        "xtask/src/page.rs",
        "xtask/src/parts.rs",
        "xtask/src/policy.rs",
        "xtask/src/templates.rs",
    ])?;
    if kind == Kind::Dev {
        sources.push_str(" dev");
    }
    let stamp = dist().join(STAMP);
    if !force && std::fs::read_to_string(&stamp).is_ok_and(|old| old == sources) {
        eprintln!("dist/ is up to date.");
        return Ok(());
    }
    // The id follows the code alone, and what names are made of it: a new colour compiles nothing again.
    let id = fingerprint(&["src", "crates", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", NAMES])?;
    let mut trunk = trunk(&id);
    trunk.arg("build");
    if kind == Kind::Release {
        trunk.arg("--release");
    }
    log::quietly("build", &mut trunk)?;
    sh::write(&stamp, sources)
}

/// Runs `trunk serve`, which builds without optimising whenever a file changes.
pub fn watch(host: &str, port: u16, open: bool) -> Result {
    let mut trunk = trunk("dev");
    trunk.env(WATCHED, "1").args(["serve", "--address", host, "--port", &port.to_string()]);
    if open {
        trunk.arg("--open");
    }
    sh::run(&mut trunk)
}

fn trunk(id: &str) -> std::process::Command {
    let mut trunk = sh::command("trunk");
    // Trunk reads NO_COLOR as a flag of its own and refuses "1"; it would also ask for its newest version on every run.
    trunk.env_remove("NO_COLOR").env("TRUNK_SKIP_VERSION_CHECK", "true").env(BUILD_ID, id);
    trunk
}

/// `cargo xtask hook <stage>`, as Trunk.toml calls it.
pub fn hook(args: &[String]) -> Result {
    match args.first().map_or("", String::as_str) {
        "pre_build" => {
            for (main, bundle) in STYLESHEETS {
                let css = bundle_css(&sh::root().join("style").join(main))?;
                let file = sh::root().join(bundle);
                // Written only when it changed, or watching would see a change of its own making.
                if std::fs::read_to_string(&file).is_ok_and(|old| old == css) {
                    continue;
                }
                sh::write(&file, css)?;
            }
            Ok(())
        }
        "post_build" => {
            let staging = std::env::var_os("TRUNK_STAGING_DIR").ok_or("Trunk did not say where it writes")?;
            let id = std::env::var(BUILD_ID).unwrap_or_else(|_| "dev".to_owned());
            let release = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
            let profile = PAGE_PROFILES[usize::from(!release)];
            let linked = sh::target_dir().join("wasm32-unknown-unknown").join(profile).join("app.wasm");
            parts::split(Path::new(&staging), &linked, release)?;
            templates::check(Path::new(&staging))?;
            page::finish(Path::new(&staging), &id, std::env::var_os(WATCHED).is_some())?;
            offline::write(Path::new(&staging))
        }
        other => Err(format!("this is called by Trunk before and after a build, not at {other:?}").into()),
    }
}

/// The stylesheets that `main` imports, in its order, as one, without comments and indentation. Trunk's own minifier is
/// left off: it refuses the page's JavaScript and rewrites the worker's, and after gzip it would save 300 bytes of style.
fn bundle_css(main: &Path) -> Result<String> {
    let folder = main.parent().unwrap_or(Path::new("."));
    let mut bundle = String::new();
    for line in without_comments(&sh::read(main)?).lines().map(str::trim).filter(|line| !line.is_empty()) {
        match imported(line) {
            Some(name) => bundle.push_str(&bundle_css(&folder.join(name))?),
            None => {
                bundle.push_str(line);
                bundle.push('\n');
            }
        }
    }
    Ok(bundle)
}

/// CSS without its comments.
pub fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("*/").map_or("", |(_, rest)| rest))
}

/// The file that a line `@import "name.css";` names.
pub fn imported(line: &str) -> Option<&str> {
    line.trim().strip_prefix("@import \"")?.strip_suffix("\";")
}

/// A short name for the content of these files and folders (FNV-1a, 64 bit).
fn fingerprint(paths: &[&str]) -> Result<String> {
    let mut hash = Fnv::default();
    for path in paths {
        let path = sh::root().join(path);
        let files = if path.is_dir() { sh::all_files(&path)? } else { vec![path] };
        for file in files {
            hash.add(file.strip_prefix(sh::root()).unwrap_or(&file).to_string_lossy().as_bytes());
            hash.add(&std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?);
        }
    }
    Ok(format!("{:016x}", hash.0))
}

/// The same of bytes.
pub fn short_name(bytes: &[u8]) -> String {
    let mut hash = Fnv::default();
    hash.add(bytes);
    format!("{:016x}", hash.0)
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        // The length separates one file from the next.
        for byte in bytes.iter().copied().chain((bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stylesheet_is_imported_once() {
        let style = sh::root().join("style");
        let mains = STYLESHEETS.map(|(main, _)| sh::read(&style.join(main)).unwrap());
        let mut named: Vec<&str> = mains.iter().flat_map(|main| main.lines()).filter_map(imported).collect();
        named.sort_unstable();
        let files = sh::files(&style, &["css"]).unwrap();
        let there: Vec<&str> = files
            .iter()
            .filter_map(|f| f.file_name()?.to_str())
            .filter(|name| STYLESHEETS.iter().all(|(main, _)| name != main))
            .collect();
        assert_eq!(named, there);
    }

    #[test]
    fn comments_of_a_stylesheet_go() {
        assert_eq!(without_comments("a{/* x\n */b:c}/* end"), "a{b:c}");
    }

    #[test]
    fn only_a_whole_import_line_is_an_import() {
        assert_eq!(imported("  @import \"tokens.css\";"), Some("tokens.css"));
        assert_eq!(imported("@import url(tokens.css);"), None);
    }

    #[test]
    fn the_fingerprint_tells_where_a_byte_belongs() {
        let of = |parts: &[&[u8]]| {
            let mut hash = Fnv::default();
            parts.iter().for_each(|part| hash.add(part));
            hash.0
        };
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
        assert_eq!(of(&[b"ab", b"c"]), of(&[b"ab", b"c"]));
    }
}
