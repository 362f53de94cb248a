//! Chromium and its driver, for the browser tests, the screenshots and the measurements.

use super::install::version_in;
use crate::Result;
use crate::sh;
use callscope_e2e::browser::Programs;
use std::path::Path;
use std::process::Command;

const PACKAGES: &[&str] = &["chromium", "chromium-driver", "fonts-noto-cjk"];

/// Does nothing where a browser and a driver of the same major version are there.
pub fn ensure() -> Result {
    if let Ok(programs) = Programs::find() {
        return same_major(&programs);
    }
    eprintln!("chromium, chromedriver: are not both here. The browser tests drive a real browser; about 250 MB, two minutes.");
    let Some(prefix) = apt() else {
        return Err(advice().into());
    };
    let apt = |arguments: &[&str]| {
        let mut words = prefix.clone();
        words.extend(["apt-get", "-o", "Acquire::Retries=2"]);
        words.extend(arguments);
        sh::run(sh::command(words[0]).args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // A stale index of one source is no reason to stop: what matters is whether the packages can be had.
    if let Err(error) = apt(&["update"]) {
        eprintln!("  {error}");
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(PACKAGES);
    apt(&install).map_err(|e| format!("{e}. {}", advice()))?;
    same_major(&Programs::find().map_err(|e| format!("{e}. {}", advice()))?)
}

/// The words before `apt-get`, or `None` where it cannot be used without asking a person.
fn apt() -> Option<Vec<&'static str>> {
    sh::which("apt-get")?;
    let root = sh::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if root {
        return Some(vec![]);
    }
    sh::output(Command::new("sudo").args(["-n", "true"])).map(|_| vec!["sudo", "-n"])
}

fn advice() -> String {
    format!(
        "Install Chromium (or Chrome) and a chromedriver of the same version so that they are on PATH, or name them in CHROME and CHROMEDRIVER. \
         On Debian and Ubuntu: sudo apt-get install {}",
        PACKAGES.join(" ")
    )
}

/// A driver refuses a browser of another major version, with a message that few understand.
fn same_major(programs: &Programs) -> Result {
    let (browser, driver) = (version(&programs.chrome)?, version(&programs.driver)?);
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    if major(&browser) == major(&driver) {
        return Ok(());
    }
    Err(format!("the browser is version {browser}, but chromedriver is {driver}. {}", advice()).into())
}

fn version(program: &Path) -> Result<String> {
    let said = sh::output(Command::new(program).arg("--version"));
    said.as_deref().and_then(version_in).ok_or_else(|| format!("`{} --version` says no version", program.display()).into())
}
