//! Finds the programs of a browser: the browser itself and its driver.

use super::webkit::XVFB;
use super::{Browser, Error, Result};
use std::path::{Path, PathBuf};

/// The two programs.
#[derive(Clone, Debug)]
pub struct Programs {
    pub kind: Browser,
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl Programs {
    /// Those of the browser that the environment names.
    ///
    /// # Errors
    /// [`Error::Missing`] naming the one that is not there.
    pub fn find() -> Result<Self> {
        Self::of(Browser::chosen()?)
    }

    /// `CHROME` and `CHROMEDRIVER`, `FIREFOX` and `GECKODRIVER`, `WEBKIT` and `WEBKITDRIVER`, or else what is on `PATH`; WebKit's browser is the
    /// harness's own.
    ///
    /// # Errors
    /// [`Error::Missing`] naming the one that is not there.
    pub fn of(kind: Browser) -> Result<Self> {
        const CHROMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
        let (browser, driver) = match kind {
            Browser::Chromium => (
                program("a Chromium or Chrome", "CHROME", CHROMES)?,
                program("a chromedriver", "CHROMEDRIVER", &["chromedriver"])?,
            ),
            Browser::Firefox => (
                program("a Firefox", "FIREFOX", &["firefox-esr", "firefox"])?,
                program("a geckodriver", "GECKODRIVER", &["geckodriver"])?,
            ),
            Browser::Webkit => {
                program("an Xvfb, WebKit's screen,", "PATH", &[XVFB])?;
                let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/browser/webkit.py");
                let browser = std::env::var_os("WEBKIT").map_or(own, PathBuf::from);
                (browser, program("a WebKitWebDriver", "WEBKITDRIVER", &["WebKitWebDriver"])?)
            }
        };
        Ok(Self { kind, browser, driver })
    }
}

fn program(what: &'static str, variable: &'static str, names: &[&str]) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(variable).map(PathBuf::from)
        && named.is_file()
    {
        return Ok(named);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let name = |name: &&str| format!("{name}{}", std::env::consts::EXE_SUFFIX);
    names
        .iter()
        .map(name)
        .find_map(|name| folders.iter().map(|folder| folder.join(&name)).find(|file| file.is_file()))
        .ok_or(Error::Missing { what, variable })
}
