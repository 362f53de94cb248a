//! `cargo xtask setup`: what the build needs and this machine lacks.
//!
//! Each tool is looked for on `PATH`, then among the project's own tools, and only then installed, into the project's own
//! tools and never into the system, the exceptions being browsers, nginx, valgrind and npm for the tests. Prebuilt binaries come before compiling.

mod apt;
mod browser;
mod install;
mod npm;
mod programs;
mod rust;

pub use npm::lighthouse;

use crate::Result;
use crate::sh;
use callscope_e2e::browser::Browser;
use install::{Tool, Way};

/// Trunk's version: its HTML attributes and its worker support change between versions.
const TRUNK: &str = "0.21.14";
/// The wasm-opt that is installed where none is.
const BINARYEN: &str = "132";
/// The oldest wasm-opt that reads what today's compiler writes.
const BINARYEN_OLDEST: u32 = 116;

pub fn run(args: &[String]) -> Result {
    for_build()?;
    if sh::flag(args, "--tests") {
        for_tests()?;
        Browser::ALL.into_iter().try_for_each(|browser| for_browser(browser).map(drop))?;
    }
    println!("Everything that is needed is here.");
    Ok(())
}

/// Makes sure that the site can be built. Says nothing when it can already.
pub fn for_build() -> Result {
    rust::wasm_target()?;
    let wasm_bindgen = locked_version("wasm-bindgen")?;
    for tool in [trunk(), wasm_bindgen_cli(&wasm_bindgen), wasm_opt()] {
        tool.ensure()?;
    }
    Ok(())
}

/// Makes sure that the tests can run, but for the browsers: formatter, linter, nginx, valgrind, axe-core.
pub fn for_tests() -> Result {
    rust::components()?;
    programs::ensure();
    npm::axe();
    Ok(())
}

/// Makes sure that a browser and its driver are here. Whether they are: where WebKit cannot be had its part is left out, and that is said.
///
/// # Errors
/// Where one of the others cannot be had.
pub fn for_browser(browser: Browser) -> Result<bool> {
    match browser::ensure(browser) {
        Err(error) if browser == Browser::Webkit => {
            eprintln!("  {error}. THE PART `webkit` WILL BE LEFT OUT.");
            Ok(false)
        }
        ensured => ensured.map(|()| true),
    }
}

/// Makes sure that the page can be looked at and measured: the one browser that the environment names.
pub fn for_looking() -> Result {
    browser::ensure(Browser::chosen()?)
}

fn trunk() -> Tool {
    let triple = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", arch) => format!("{arch}-apple-darwin"),
        (_, arch) => format!("{arch}-unknown-linux-gnu"),
    };
    Tool {
        name: "trunk",
        why: "turns index.html, the page and the worker into a static site",
        wanted: TRUNK.to_owned(),
        fits: |found, wanted| found == wanted,
        ways: vec![
            Way::Release(format!("https://github.com/trunk-rs/trunk/releases/download/v{TRUNK}/trunk-{triple}.tar.gz")),
            Way::Binstall("trunk"),
            Way::Cargo { arguments: vec!["--locked", "trunk"], minutes: 8 },
        ],
    }
}

fn wasm_bindgen_cli(version: &str) -> Tool {
    let triple = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", arch) => format!("{arch}-apple-darwin"),
        (_, "x86_64") => "x86_64-unknown-linux-musl".to_owned(),
        (_, arch) => format!("{arch}-unknown-linux-gnu"),
    };
    Tool {
        name: "wasm-bindgen",
        why: "writes the JavaScript around the WebAssembly; its version must be the one in Cargo.lock",
        wanted: version.to_owned(),
        fits: |found, wanted| found == wanted,
        ways: vec![
            Way::Release(format!(
                "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{triple}.tar.gz"
            )),
            Way::Binstall("wasm-bindgen-cli"),
            Way::Cargo { arguments: vec!["--no-default-features", "wasm-bindgen-cli"], minutes: 3 },
        ],
    }
}

fn wasm_opt() -> Tool {
    let triple = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "arm64-macos".to_owned(),
        ("macos", arch) => format!("{arch}-macos"),
        (_, arch) => format!("{arch}-linux"),
    };
    Tool {
        name: "wasm-opt",
        why: "makes the WebAssembly smaller and faster",
        wanted: BINARYEN.to_owned(),
        fits: |found, _| {
            let major = found.split('.').next().unwrap_or_default();
            major.parse().is_ok_and(|major: u32| major >= BINARYEN_OLDEST)
        },
        ways: vec![
            Way::Release(format!(
                "https://github.com/WebAssembly/binaryen/releases/download/version_{BINARYEN}/binaryen-version_{BINARYEN}-{triple}.tar.gz"
            )),
            Way::Npm("binaryen"),
            // This crate wraps Binaryen's C++ and has its own version numbers; the newest holds Binaryen 116.
            Way::CargoLatest { name: "wasm-opt", minutes: 6 },
        ],
    }
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = sh::read(&sh::root().join("Cargo.lock"))?;
    version_in_lock(&lock, package).ok_or_else(|| format!("Cargo.lock names no package `{package}`").into())
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_is_read_by_whole_names() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }

    #[test]
    fn an_old_wasm_opt_is_refused_and_a_newer_one_taken() {
        let tool = wasm_opt();
        assert!(!(tool.fits)("108", BINARYEN));
        assert!((tool.fits)("116", BINARYEN));
        assert!((tool.fits)("140", BINARYEN));
        assert!(!(tool.fits)("", BINARYEN));
    }

    #[test]
    fn trunk_and_wasm_bindgen_must_be_the_exact_version() {
        assert!((trunk().fits)(TRUNK, TRUNK));
        assert!(!(trunk().fits)("0.21.13", TRUNK));
        assert!(!(wasm_bindgen_cli("0.2.130").fits)("0.2.13", "0.2.130"));
    }
}
