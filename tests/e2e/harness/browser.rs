//! Finds and starts Chromium and chromedriver, and speaks the WebDriver protocol (W3C WebDriver 2) with them.

use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long chromedriver may take to answer for the first time.
const START_LIMIT: Duration = Duration::from_secs(20);
/// How long one command may take; a page load is the longest.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// The folder of downloads in a profile.
const DOWNLOADS: &str = "downloads";

/// Why a browser cannot be driven on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no {what} was found: put it on PATH or name it in {variable}")]
    Missing { what: &'static str, variable: &'static str },
    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: std::io::Error },
    #[error("chromedriver did not answer within {} s", START_LIMIT.as_secs())]
    Silent,
    #[error("WebDriver {command}: {message}")]
    Protocol { command: String, message: String },
    #[error("waited {seconds:.1} s for {what}; last seen: {last}")]
    Timeout { what: String, seconds: f32, last: String },
    #[error("{0}")]
    Unexpected(String),
}

/// The result of everything that drives a browser.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// The two programs.
#[derive(Clone, Debug)]
pub struct Programs {
    pub chrome: PathBuf,
    pub driver: PathBuf,
}

impl Programs {
    /// `CHROME` and `CHROMEDRIVER`, or else what is on `PATH`.
    ///
    /// # Errors
    /// [`Error::Missing`] naming the one that is not there.
    pub fn find() -> Result<Self> {
        const CHROMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
        Ok(Self {
            chrome: program("a Chromium or Chrome", "CHROME", CHROMES)?,
            driver: program("a chromedriver", "CHROMEDRIVER", &["chromedriver"])?,
        })
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

/// How a browser is started. The profile is always an empty one.
#[derive(Clone, Debug)]
pub struct Options {
    /// CSS pixels of the window's inside.
    pub width: u32,
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub scale: f32,
    /// What the browser says it prefers, such as `en-US` or `zh-CN`.
    pub language: &'static str,
    /// Whether the system prefers a dark theme.
    pub dark: bool,
    /// Where every request goes, those to this machine included: `host:port`.
    pub proxy: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 1440, height: 900, scale: 1.0, language: "en-US", dark: false, proxy: None }
    }
}

/// A running chromedriver; it ends when this value is dropped.
pub struct Driver {
    process: Child,
    address: String,
    agent: ureq::Agent,
    chrome: PathBuf,
    scratch: PathBuf,
}

impl Driver {
    /// Starts chromedriver on a free port. `time_zone` is the IANA zone that its browsers live in.
    ///
    /// # Errors
    /// When the program cannot be started or does not answer.
    pub fn start(programs: &Programs, time_zone: &str) -> Result<Self> {
        let failed = |source| Error::Start { program: programs.driver.display().to_string(), source };
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_err(failed)?.port();
        let process = Command::new(&programs.driver)
            .arg(format!("--port={port}"))
            .arg("--log-level=SEVERE")
            .env("TZ", time_zone)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let config = ureq::Agent::config_builder().timeout_global(Some(COMMAND_LIMIT)).http_status_as_error(false).build();
        let driver = Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            agent: config.new_agent(),
            chrome: programs.chrome.clone(),
            scratch: std::env::temp_dir().join(format!("callscope-browser-{}-{port}", std::process::id())),
        };
        let started = Instant::now();
        while driver.call("GET", "/status", None).is_err() {
            if started.elapsed() > START_LIMIT {
                return Err(Error::Silent);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(driver)
    }

    /// Opens a browser with an empty profile.
    ///
    /// # Errors
    /// When chromedriver cannot start it; its message says why.
    pub fn session(&self, options: &Options) -> Result<Session<'_>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let profile = self.scratch.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
        let mut arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-color-profile=srgb",
            "--hide-scrollbars",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--window-size={},{}", options.width, options.height));
        arguments.push(format!("--force-device-scale-factor={}", options.scale));
        arguments.push(format!("--lang={}", options.language));
        arguments.push(format!("--user-data-dir={}", profile.display()));
        if let Some(proxy) = &options.proxy {
            arguments.push(format!("--proxy-server=http://{proxy}"));
            arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
        }
        if options.dark {
            arguments.push("--force-dark-mode".to_owned());
        }
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "pageLoadStrategy": "normal",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": self.chrome,
                "args": arguments,
                "prefs": {
                    "intl.accept_languages": options.language,
                    "download.prompt_for_download": false,
                    "download.default_directory": profile.join(DOWNLOADS),
                    "profile.default_content_setting_values.automatic_downloads": 1,
                },
            },
        }}});
        let reply = self.call("POST", "/session", Some(&capabilities))?;
        let id = reply["sessionId"].as_str().ok_or_else(|| Error::Unexpected(format!("no session id in {reply}")))?;
        let session = Session { driver: self, id: id.to_owned(), profile };
        session.size(options)?;
        Ok(session)
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let command = || format!("{method} {path}");
        let failed = |e: ureq::Error| Error::Protocol { command: command(), message: e.to_string() };
        let address = format!("{}{path}", self.address);
        let mut response = match (method, body) {
            ("GET", _) => self.agent.get(&address).call(),
            ("DELETE", _) => self.agent.delete(&address).call(),
            (_, body) => {
                self.agent.post(&address).header("Content-Type", "application/json").send(body.unwrap_or(&json!({})).to_string())
            }
        }
        .map_err(failed)?;
        // A screenshot of a whole page is the longest answer.
        let text = response.body_mut().with_config().limit(256 << 20).read_to_string().map_err(failed)?;
        let mut reply: Value = serde_json::from_str(&text)
            .map_err(|e| Error::Protocol { command: command(), message: format!("{e} in {text:.200}") })?;
        let value = reply["value"].take();
        if let Some(error) = value["error"].as_str() {
            let message = value["message"].as_str().unwrap_or_default();
            let first = message.lines().next().unwrap_or_default();
            return Err(Error::Protocol { command: command(), message: format!("{error}: {first}") });
        }
        Ok(value)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Best effort: the process may have ended already, and the scratch folder is the system's to clean.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}

/// One browser; it ends when this value is dropped.
pub struct Session<'d> {
    driver: &'d Driver,
    id: String,
    profile: PathBuf,
}

impl Session<'_> {
    /// One WebDriver command; `path` is what follows the session's id.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        self.driver.call(method, &format!("/session/{}{path}", self.id), body)
    }

    /// One command of the Chrome DevTools protocol.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.call("POST", "/goog/cdp/execute", Some(&json!({ "cmd": command, "params": parameters })))
    }

    /// From now on this tab's pages have no service worker: what one fetches for later is no part of what is measured.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn without_keeping(&self) -> Result {
        let source = "delete Navigator.prototype.serviceWorker";
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).map(drop)
    }

    /// Where this browser keeps what it stores.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Where it puts what a person downloads; the folder is there from the first download on.
    pub fn downloads(&self) -> PathBuf {
        self.profile.join(DOWNLOADS)
    }

    /// The inside of the window in CSS pixels, whatever a frame around it takes, and the theme that the system prefers.
    fn size(&self, options: &Options) -> Result {
        let metrics = json!({
            "width": options.width, "height": options.height, "deviceScaleFactor": options.scale, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)?;
        let scheme = if options.dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).map(drop)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        // Best effort, as above.
        let _ = self.call("DELETE", "", None);
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
