//! The parts of the Rust toolchain that the project needs beyond the compiler.

use crate::Result;
use crate::log;
use crate::sh;
use std::path::Path;
use std::process::Command;

const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for WebAssembly.
pub fn wasm_target() -> Result {
    let libdir = sh::output(rustc().args(["--print", "target-libdir", "--target", WASM]));
    if libdir.is_some_and(|dir| Path::new(dir.trim()).is_dir()) {
        return Ok(());
    }
    eprintln!("{WASM}: is not here. It is the standard library for WebAssembly, about 20 MB, less than a minute.");
    rustup(&["target", "add", WASM])
        .map_err(|e| format!("{e}. Install the target {WASM} the way your Rust was installed.").into())
}

/// Formatter and linter, which the tests run.
pub fn components() -> Result {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if sh::output(sh::cargo().args([subcommand, "--version"])).is_some() {
            continue;
        }
        eprintln!("{component}: is not here. The tests run it; a few MB, a few seconds.");
        rustup(&["component", "add", component])
            .map_err(|e| format!("{e}. Install {component} the way your Rust was installed."))?;
    }
    Ok(())
}

fn rustc() -> Command {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(sh::root());
    command
}

fn rustup(arguments: &[&str]) -> Result {
    log::quietly(&format!("setup-rustup-{}", arguments[0]), sh::command("rustup").args(arguments))
}
