//! Packages of npm that tests and measurements run. Each is pinned, and installed among the project's own tools.

use super::apt;
use crate::Result;
use crate::log;
use crate::sh;
use callscope_e2e::axe;
use std::path::PathBuf;

/// The accessibility rules that the browser tests have checked.
const AXE: (&str, &str) = ("axe-core", "4.14.1");
/// The newest that runs on Node.js 20, which is what Debian has.
const LIGHTHOUSE: (&str, &str) = ("lighthouse", "12.8.2");

/// axe-core. Where it cannot be had, the cases that need it are left out and say so: all others do without.
pub fn axe() {
    if version("axe-core").is_some_and(|version| version == AXE.1) || std::env::var_os(axe::VARIABLE).is_some() {
        return;
    }
    eprintln!("{}: is not here. The browser tests have it look for what hinders people; 3 MB, some seconds.", AXE.0);
    if let Err(error) = install(AXE) {
        eprintln!(
            "  {error}. ITS BROWSER TESTS WILL BE LEFT OUT. Put npm on PATH, or name its file axe.min.js in {}.",
            axe::VARIABLE
        );
    }
}

/// The program of Lighthouse.
///
/// # Errors
/// Where neither it nor npm can be had.
pub fn lighthouse() -> Result<PathBuf> {
    if version(LIGHTHOUSE.0).is_none_or(|version| version != LIGHTHOUSE.1) {
        eprintln!("{}: is not here. It measures the page as Chromium's own tools do; 200 packages, half a minute.", LIGHTHOUSE.0);
        install(LIGHTHOUSE)?;
    }
    let program = folder(LIGHTHOUSE.0).join("node_modules/.bin/lighthouse");
    if program.is_file() { Ok(program) } else { Err("npm installed no program called lighthouse".into()) }
}

/// Each package has a folder of its own: npm takes out of a folder what another call put there.
fn folder(package: &str) -> PathBuf {
    sh::tools_dir().join(package)
}

/// The version that is installed.
fn version(package: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder(package).join("node_modules").join(package).join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    manifest["version"].as_str().map(str::to_owned)
}

fn install((package, version): (&str, &str)) -> Result {
    if sh::which("npm").is_none() {
        eprintln!("npm: is not here. It brings {package}; about 100 MB, a minute.");
        apt::install(&["npm"]).map_err(|e| format!("npm is not on PATH, and could not be installed: {e}"))?;
    }
    let mut npm = sh::command("npm");
    npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(folder(package));
    log::quietly(&format!("setup-{package}"), npm.arg(format!("{package}@{version}")))
}
