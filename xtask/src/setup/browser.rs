//! The browsers and their drivers: Chromium for the tests, the screenshots and the measurements, Firefox and WebKit for the tests again.

use super::apt;
use super::install::{Tool, Way, version_in};
use crate::Result;
use crate::sh;
use callscope_e2e::browser::{Browser, Programs};
use std::path::Path;
use std::process::Command;

const GECKODRIVER: &str = "0.37.1";
/// The oldest that was made for the Firefox that Debian has.
const GECKODRIVER_OLDEST: (u32, u32) = (0, 36);
const CHROMIUM: &[&str] = &["chromium", "chromium-driver", "fonts-noto-cjk"];
/// WebKitGTK with its driver, what shows its windows, and what the harness's small browser of it is written in.
const WEBKIT: &[&str] = &["webkit2gtk-driver", "xvfb", "gir1.2-webkit2-4.1", "python3-gi", "fonts-noto-cjk"];
const FIREFOX: &[&str] = &["firefox-esr", "fonts-noto-cjk"];

/// Does nothing where the browser and a driver that fits it are there.
pub fn ensure(browser: Browser) -> Result {
    match browser {
        Browser::Chromium => chromium(),
        Browser::Firefox => firefox(),
        Browser::Webkit => webkit(),
    }
}

fn chromium() -> Result {
    if let Ok(programs) = Programs::of(Browser::Chromium) {
        return same_major(&programs);
    }
    eprintln!("chromium, chromedriver: are not both here. The browser tests drive a real browser; about 250 MB, two minutes.");
    apt::install(CHROMIUM).map_err(|e| format!("{e}. {}", advice()))?;
    same_major(&Programs::of(Browser::Chromium).map_err(|e| format!("{e}. {}", advice()))?)
}

fn advice() -> String {
    format!(
        "Install Chromium (or Chrome) and a chromedriver of the same version so that they are on PATH, or name them in CHROME and CHROMEDRIVER. \
         On Debian and Ubuntu: sudo apt-get install {}",
        CHROMIUM.join(" ")
    )
}

fn firefox() -> Result {
    if ["firefox-esr", "firefox"].into_iter().all(|name| sh::which(name).is_none()) && std::env::var_os("FIREFOX").is_none() {
        eprintln!("firefox: is not here. The browser tests run in it as well; about 250 MB, two minutes.");
        apt::install(FIREFOX).map_err(|e| {
            format!(
                "{e}. Install Firefox so that it is on PATH, or name it in FIREFOX. On Debian: sudo apt-get install {}",
                FIREFOX.join(" ")
            )
        })?;
    }
    if std::env::var_os("GECKODRIVER").is_some() {
        return Ok(());
    }
    geckodriver().ensure()
}

fn webkit() -> Result {
    let here = || {
        let script = "import gi; gi.require_version('WebKit2', '4.1')";
        Programs::of(Browser::Webkit).is_ok() && sh::output(Command::new("/usr/bin/python3").args(["-c", script])).is_some()
    };
    if here() {
        return Ok(());
    }
    eprintln!("webkit: is not here. The browser tests run in WebKitGTK as well; about 350 MB, half a minute.");
    apt::install(WEBKIT)?;
    if here() { Ok(()) } else { Err("WebKitGTK was installed, but WebKitWebDriver, Xvfb or python3-gi is still not here".into()) }
}

fn geckodriver() -> Tool {
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "macos-aarch64",
        ("macos", _) => "macos",
        (_, "aarch64") => "linux-aarch64",
        _ => "linux64",
    };
    Tool {
        name: "geckodriver",
        why: "drives Firefox",
        wanted: GECKODRIVER.to_owned(),
        fits: |found, _| {
            let mut numbers = found.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
            (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default()) >= GECKODRIVER_OLDEST
        },
        ways: vec![
            Way::Release(format!(
                "https://github.com/mozilla/geckodriver/releases/download/v{GECKODRIVER}/geckodriver-v{GECKODRIVER}-{platform}.tar.gz"
            )),
            Way::Binstall("geckodriver"),
            Way::Cargo { arguments: vec!["--locked", "geckodriver"], minutes: 3 },
        ],
    }
}

/// A driver refuses a browser of another major version, with a message that few understand.
fn same_major(programs: &Programs) -> Result {
    let (browser, driver) = (version(&programs.browser)?, version(&programs.driver)?);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_driver_is_refused_and_a_newer_one_taken() {
        let tool = geckodriver();
        for (version, fits) in [("0.35.0", false), ("0.36.0", true), ("0.37.1", true), ("1.0.0", true), ("", false)] {
            assert_eq!((tool.fits)(version, GECKODRIVER), fits, "{version}");
        }
    }
}
