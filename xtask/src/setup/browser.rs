//! Chromium and its driver, for the browser tests, the screenshots and the measurements.

use super::apt;
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
    apt::install(PACKAGES).map_err(|e| format!("{e}. {}", advice()))?;
    same_major(&Programs::find().map_err(|e| format!("{e}. {}", advice()))?)
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
