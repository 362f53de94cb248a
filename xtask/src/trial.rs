//! `cargo xtask trial`: the worker `trial` (`tests/trial/`) for the browser tests, of the build that `dist/` holds. It is no part of the site.

use crate::Result;
use crate::build::{self, BUILD_ID};
use crate::log;
use crate::page;
use crate::sh;

/// Where the tests look for it.
const FOLDER: &str = "trial";
const TARGET: &str = "wasm32-unknown-unknown";
/// The profile of the site for development: what it shares with the reader is compiled once.
const PROFILE: &str = "quick";

pub fn run(_: &[String]) -> Result {
    let id = page::build_id(&sh::read(&build::dist().join("index.html"))?)?;
    let folder = sh::target_dir().join(FOLDER);
    let stamp = folder.join(build::STAMP);
    if std::fs::read_to_string(&stamp).is_ok_and(|old| old == id) {
        return Ok(());
    }
    let mut cargo = sh::cargo();
    cargo.env(BUILD_ID, &id).args(["build", "--profile", PROFILE, "--target", TARGET, "--no-default-features"]);
    log::quietly("trial", cargo.args(["--features", "worker,full", "--bin", "trial"]))?;
    std::fs::create_dir_all(&folder)?;
    let module = sh::target_dir().join(TARGET).join(PROFILE).join("trial.wasm");
    sh::run(
        sh::command("wasm-bindgen")
            .args(["--target", "no-modules", "--no-typescript", "--out-name", "trial", "--out-dir"])
            .arg(&folder)
            .arg(module),
    )?;
    sh::write(&stamp, id)
}
