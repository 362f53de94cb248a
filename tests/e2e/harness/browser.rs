//! Finds and starts a browser and its driver, and speaks the WebDriver protocol (W3C WebDriver 2) with them.
//!
//! Chromium with chromedriver, Firefox with geckodriver, or WebKitGTK with WebKitWebDriver. What a test does is the same in all; where they have
//! different means for it, these stand in [`chromium`], [`firefox`] and [`webkit`], and a method of [`Session`] chooses.

mod bidi;
mod chromium;
mod firefox;
mod programs;
mod remote;
mod reuse;
mod webkit;

pub use programs::Programs;
use remote::Remote;
use reuse::ReuseState;
use serde_json::{Value, json};
use std::cell::{RefCell, RefMut};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Names the browser that tests drive, or several with commas between them.
pub const VARIABLE: &str = "CALLSCOPE_BROWSER";
/// How long a driver may take to answer for the first time.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long a script may take, milliseconds: less, so that the browser's own error is reported.
const SCRIPT_MS_MAX: u64 = 110_000;

/// The folder of downloads, beside that of the profile, in the folder that goes with a browser.
const DOWNLOADS: &str = "downloads";
const PROFILE: &str = "profile";

/// Why a browser cannot be driven on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no {what} was found: put it on PATH or name it in {variable}")]
    Missing { what: &'static str, variable: &'static str },
    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: std::io::Error },
    #[error("{VARIABLE} names {0:?}: it may name chromium, firefox, webkit or several with commas between them")]
    Unknown(String),
    #[error("the browser's driver did not answer within {} s", START_LIMIT.as_secs())]
    Silent,
    #[error("WebDriver {command}: {message}")]
    Protocol { command: String, message: String },
    #[error("waited {seconds:.1} s for {what}; last seen: {last}")]
    Timeout { what: String, seconds: f32, last: String },
    #[error("left out: {0}")]
    LeftOut(&'static str),
    #[error("{0}")]
    Unexpected(String),
}

/// The result of everything that drives a browser.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// The browsers that can be driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Chromium,
    Firefox,
    Webkit,
}

impl Browser {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// Those that the environment names, Chromium where it names none.
    ///
    /// # Errors
    /// [`Error::Unknown`] where it names another.
    pub fn all_chosen() -> Result<Vec<Self>> {
        let names = std::env::var(VARIABLE).unwrap_or_default();
        let named = |name: &str| Self::ALL.into_iter().find(|b| b.name() == name).ok_or_else(|| Error::Unknown(name.to_owned()));
        if names.is_empty() { Ok(vec![Self::Chromium]) } else { names.split(',').map(named).collect() }
    }

    /// The first of them, for what looks and measures in one.
    ///
    /// # Errors
    /// As for all.
    pub fn chosen() -> Result<Self> {
        Ok(Self::all_chosen()?.first().copied().unwrap_or(Self::Chromium))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }
}

/// How a browser is started. The profile is always an empty one.
#[derive(Clone, Debug, PartialEq)]
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
    /// Whether the system prefers that little moves.
    pub reduced_motion: bool,
    /// Where every request goes, those to this machine included: `host:port`.
    pub proxy: Option<String>,
    /// A private window, whose storage is memory with rules of its own. Chromium alone: the others' have no storage for files.
    pub private: bool,
    /// Whether no case may have run in this browser before, nor will after: it leaves behind what a new tab does not end.
    pub fresh: bool,
}

impl Options {
    /// A browser that nothing else ran in.
    pub fn fresh() -> Self {
        Self { fresh: true, ..Self::default() }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 1440,
            height: 900,
            scale: 1.0,
            language: "en-US",
            dark: false,
            reduced_motion: false,
            proxy: None,
            private: false,
            fresh: false,
        }
    }
}

/// One line of the browser's console.
#[derive(Clone, Debug)]
pub struct Line {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    pub message: String,
}

/// What starts browsers; what it started ends when this value is dropped.
pub struct Driver {
    programs: Programs,
    time_zone: String,
    scratch: PathBuf,
    /// chromedriver serves any number of browsers, the other drivers one.
    shared: Option<Rc<Remote>>,
    /// Where windows are shown that cannot be without a screen.
    screen: Option<webkit::Screen>,
    /// Browsers with default options that a case left as it found them.
    idle: RefCell<Vec<Rc<Running>>>,
}

impl Driver {
    /// `time_zone` is the IANA zone that the browsers live in.
    ///
    /// # Errors
    /// When the driver's program cannot be started or does not answer.
    pub fn start(programs: &Programs, time_zone: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut driver = Self {
            programs: programs.clone(),
            time_zone: time_zone.to_owned(),
            scratch: std::env::temp_dir().join(format!("callscope-browser-{}-{number}", std::process::id())),
            shared: None,
            screen: None,
            idle: RefCell::default(),
        };
        match programs.kind {
            Browser::Chromium => driver.shared = Some(Rc::new(driver.remote(&driver.scratch)?)),
            Browser::Firefox => {}
            Browser::Webkit => driver.screen = Some(webkit::Screen::start()?),
        }
        Ok(driver)
    }

    /// Which browser this is.
    pub fn kind(&self) -> Browser {
        self.programs.kind
    }

    fn remote(&self, folder: &Path) -> Result<Remote> {
        Remote::start(&self.programs, &self.time_zone, folder, self.screen.as_ref())
    }

    /// Opens a browser with an empty profile.
    ///
    /// # Errors
    /// When the driver cannot start it; its message says why.
    pub fn session(&self, options: &Options) -> Result<Session<'_>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = self.scratch.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
        let remote = self.shared.clone().map_or_else(|| self.remote(&folder.join(PROFILE)).map(Rc::new), Ok)?;
        let opens = |capabilities: &Value| remote.call("POST", "/session", Some(capabilities));
        let browser = &self.programs.browser;
        let (reply, line) = match self.kind() {
            Browser::Chromium => (opens(&chromium::capabilities(browser, options, &folder))?, Beside::None),
            Browser::Firefox => {
                let reply = opens(&firefox::capabilities(browser, options, &folder))?;
                let address = reply["capabilities"]["webSocketUrl"].as_str().unwrap_or_default();
                let line = bidi::Line::open(address, firefox::EVENTS)?;
                (reply, Beside::Bidi(Box::new(RefCell::new(line))))
            }
            Browser::Webkit => {
                let listener = webkit::Listener::bind()?;
                let reply = opens(&webkit::capabilities(browser, options, &folder, listener.port()?))?;
                (reply, Beside::Control(RefCell::new(listener.accept()?)))
            }
        };
        let id = reply["sessionId"].as_str().ok_or_else(|| Error::Unexpected(format!("no session id in {reply}")))?.to_owned();
        let running = Rc::new(Running { remote, id, folder, scale: options.scale, beside: line, reuse: RefCell::default() });
        let session = Session { driver: self, running };
        session.viewport(options.width, options.height, options.scale)?;
        session.prefers(options)?;
        Ok(session)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Their profiles are in the folder.
        self.idle.get_mut().clear();
        // Best effort: the folder is the system's to clean.
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}

/// The connection to a browser beside WebDriver.
enum Beside {
    None,
    Bidi(Box<RefCell<bidi::Line>>),
    Control(RefCell<webkit::Control>),
}

/// A running browser; it ends when nothing holds it any more.
struct Running {
    remote: Rc<Remote>,
    id: String,
    folder: PathBuf,
    /// Device pixels per CSS pixel that it was started with.
    scale: f32,
    beside: Beside,
    reuse: RefCell<ReuseState>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Best effort, as above.
        let _ = self.remote.call("DELETE", &format!("/session/{}", self.id), None);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// One browser; it ends when this value is dropped, or serves the next case (see [`Driver::reuse`]).
pub struct Session<'d> {
    driver: &'d Driver,
    running: Rc<Running>,
}

impl Session<'_> {
    /// One WebDriver command; `path` is what follows the session's id.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        self.running.remote.call(method, &format!("/session/{}{path}", self.running.id), body)
    }

    /// Which browser this is.
    pub fn kind(&self) -> Browser {
        self.driver.kind()
    }

    /// Runs a script in each page of this browser from now on, before the page's own.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn before_each_page(&self, script: &str) -> Result {
        match self.kind() {
            Browser::Chromium => self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).map(drop),
            Browser::Firefox => self.firefox_before_each_page(script),
            Browser::Webkit => self.control()?.add_script(script),
        }
    }

    /// From now on this tab's pages have no service worker: what one fetches for later is no part of what is measured.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn without_keeping(&self) -> Result {
        self.before_each_page("delete Navigator.prototype.serviceWorker")
    }

    /// A folder that goes with the browser, for a case's own files.
    pub fn folder(&self) -> &Path {
        &self.running.folder
    }

    /// Where the browser puts what a user downloads; the folder is there from the first download on.
    pub fn downloads(&self) -> PathBuf {
        self.running.folder.join(DOWNLOADS)
    }

    /// The inside of the window in CSS pixels, whatever a frame around it takes, and device pixels per CSS pixel.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn viewport(&self, width: u32, height: u32, scale: f32) -> Result {
        match self.kind() {
            Browser::Chromium => self.chromium_viewport(width, height, scale),
            Browser::Firefox => self.firefox_viewport(width, height, scale),
            Browser::Webkit => self.webkit_viewport(width, height, scale),
        }
    }

    /// What the system is said to prefer. The others have it among their settings.
    fn prefers(&self, options: &Options) -> Result {
        let theme = ("prefers-color-scheme", if options.dark { "dark" } else { "light" });
        let motion = ("prefers-reduced-motion", if options.reduced_motion { "reduce" } else { "no-preference" });
        match self.kind() {
            Browser::Chromium => self.chromium_media(&[theme, motion]),
            Browser::Firefox | Browser::Webkit => Ok(()),
        }
    }

    /// Drops files on the page at a point of the window, in CSS pixels.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn drop_files(&self, paths: &[&Path], at: (u32, u32)) -> Result {
        match self.kind() {
            Browser::Chromium => self.chromium_drop(paths, at),
            Browser::Firefox | Browser::Webkit => self.drop_by_script(paths, at),
        }
    }

    /// Has what is pressed go to the page again, as a user does who comes back from the browser's own bar. Firefox's driver alone knows such a bar.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn come_back(&self) -> Result {
        match self.kind() {
            Browser::Chromium | Browser::Webkit => Ok(()),
            Browser::Firefox => self.firefox_come_back(),
        }
    }

    /// Lets pages write and read the clipboard without asking.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn let_clipboard(&self) -> Result {
        // No other case is to have them, nor what was copied.
        self.retire();
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        match self.kind() {
            Browser::Chromium => self.devtools("Browser.grantPermissions", permissions).map(drop),
            // One of their settings.
            Browser::Firefox | Browser::Webkit => Ok(()),
        }
    }

    /// The console's lines since the last call.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn console(&self) -> Result<Vec<Line>> {
        match self.kind() {
            Browser::Chromium => self.chromium_console(),
            Browser::Firefox => Ok(self.bidi()?.events()?.iter().filter_map(firefox::line).collect()),
            Browser::Webkit => self.webkit_console(),
        }
    }

    /// Firefox's second line.
    fn bidi(&self) -> Result<RefMut<'_, bidi::Line>> {
        match &self.running.beside {
            Beside::Bidi(line) => Ok(line.borrow_mut()),
            _ => Err(Error::Unexpected("there is no BiDi line to the browser".to_owned())),
        }
    }

    /// The line to WebKit's own browser.
    fn control(&self) -> Result<RefMut<'_, webkit::Control>> {
        match &self.running.beside {
            Beside::Control(control) => Ok(control.borrow_mut()),
            _ => Err(Error::Unexpected("there is no line to the browser".to_owned())),
        }
    }
}
