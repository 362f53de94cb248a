//! WebKit through WebKitWebDriver and a small browser of WebKitGTK (`webkit.py`). Its driver has neither BiDi nor a log: commands that WebDriver does not
//! have go to the browser over a socket, and the console is what the browser prints. Xvfb provides the screen for its windows.

use super::{DOWNLOADS, Error, Line, Options, PROFILE, Result, SCRIPT_MS_MAX, START_LIMIT, Session};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The server of screens, looked for on `PATH`.
pub const XVFB: &str = "Xvfb";
/// What the browser does within one command on its line takes no longer.
const CONTROL_LIMIT: Duration = Duration::from_secs(60);
/// What a page has said is printed so soon after the page has said it, at most.
const PRINT_LIMIT: Duration = Duration::from_secs(60);

/// A virtual screen; it ends when this value is dropped.
pub struct Screen {
    process: Child,
    name: String,
}

impl Screen {
    /// High enough for a picture of a whole page.
    const SIZE: &str = "2600x4000x24";

    /// # Errors
    /// When Xvfb cannot be started.
    pub fn start() -> Result<Self> {
        let failed = |source| Error::Start { program: XVFB.to_owned(), source };
        let mut command = Command::new(XVFB);
        // It chooses a number that is free and prints it.
        command.args(["-displayfd", "1", "-screen", "0", Self::SIZE, "-nolisten", "tcp"]);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed)?;
        let mut number = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut number).map_err(failed)?;
        }
        Ok(Self { process, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Best effort: the process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the driver hands on to the browser: a home of its own, so that nothing of this machine's is read, and the screen.
pub fn surround(command: &mut Command, home: &Path, screen: Option<&Screen>) {
    if let Some(screen) = screen {
        command.env("DISPLAY", &screen.name);
    }
    command.env("HOME", home).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY").env_remove("XDG_RUNTIME_DIR");
    // No bus, and no graphics card.
    command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:").env("NO_AT_BRIDGE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
    // Its sandbox needs rights that root in a container does not have.
    command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
}

pub fn capabilities(browser: &Path, options: &Options, folder: &Path, control: u16) -> Value {
    let settings = json!({
        "control": control,
        "profile": folder.join(PROFILE),
        "downloads": folder.join(DOWNLOADS),
        "width": options.width,
        "height": options.height,
        "scale": options.scale,
        "language": options.language,
        "dark": options.dark,
        "calm": options.reduced_motion,
        "proxy": options.proxy,
    });
    json!({ "capabilities": { "alwaysMatch": {
        "pageLoadStrategy": "normal",
        "timeouts": { "script": SCRIPT_MS_MAX },
        "unhandledPromptBehavior": "ignore",
        "webkitgtk:browserOptions": { "binary": browser, "args": [settings.to_string()] },
    }}})
}

/// Where a browser that starts calls.
pub struct Listener(TcpListener);

impl Listener {
    /// # Errors
    /// When this machine gives no port.
    pub fn bind() -> Result<Self> {
        TcpListener::bind(("127.0.0.1", 0)).map(Self).map_err(unheard)
    }

    /// # Errors
    /// When the port is not known.
    pub fn port(&self) -> Result<u16> {
        self.0.local_addr().map(|address| address.port()).map_err(unheard)
    }

    /// The line to the browser that has called.
    ///
    /// # Errors
    /// When none does.
    pub fn accept(self) -> Result<Control> {
        self.0.set_nonblocking(true).map_err(unheard)?;
        let started = Instant::now();
        let stream = loop {
            match self.0.accept() {
                Ok((stream, _)) => break stream,
                Err(_) if started.elapsed() < START_LIMIT => std::thread::sleep(Duration::from_millis(10)),
                Err(error) => return Err(unheard(error)),
            }
        };
        stream.set_nonblocking(false).and_then(|()| stream.set_read_timeout(Some(CONTROL_LIMIT))).map_err(unheard)?;
        Ok(Control { stream: BufReader::new(stream), scripts: Vec::new(), marks: 0 })
    }
}

fn unheard(error: std::io::Error) -> Error {
    Error::Unexpected(format!("the line to WebKit's browser: {error}"))
}

/// The line to the browser: a command a line, and an answer to each. The browser ends when the line does.
pub struct Control {
    stream: BufReader<TcpStream>,
    /// What runs before each page.
    scripts: Vec<String>,
    /// Marks written into the console.
    marks: u32,
}

impl Control {
    fn call(&mut self, command: &Value) -> Result {
        writeln!(self.stream.get_mut(), "{command}").map_err(unheard)?;
        let mut answer = String::new();
        self.stream.read_line(&mut answer).map_err(unheard)?;
        if answer.trim() == "done" {
            Ok(())
        } else {
            Err(Error::Unexpected(format!("WebKit's browser to {command}: {answer:?}")))
        }
    }

    /// Runs a script in each page from now on, before the page's own.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn add_script(&mut self, script: &str) -> Result {
        self.scripts.push(script.to_owned());
        self.call(&json!({ "scripts": self.scripts }))
    }

    /// Clears all that pages have stored, and the scripts that run before them.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn clear(&mut self) -> Result {
        self.scripts.clear();
        self.call(&json!({ "scripts": [] }))?;
        self.call(&json!({ "clear": true }))
    }
}

/// Collects what is printed, so that no writer blocks on a full pipe.
pub fn listen(out: impl Read + Send + 'static) -> Receiver<String> {
    let (say, said) = channel();
    std::thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = Vec::new();
        while out.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            if say.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    said
}

/// A line of the console out of what was printed: `PLACE: CONSOLE JS ERROR text`, without place and source where there is none.
fn line(printed: &str) -> Option<Line> {
    let (place, said) = printed.split_once("CONSOLE ")?;
    let (at, level) = said.split(' ').take(3).enumerate().find_map(|(at, word)| {
        let level = match word {
            "ERROR" => "SEVERE",
            "WARN" => "WARNING",
            "INFO" | "LOG" => "INFO",
            "DEBUG" => "DEBUG",
            _ => return None,
        };
        Some((at, level))
    })?;
    let text = said.splitn(at + 2, ' ').nth(at + 1).unwrap_or_default();
    let place = place.trim_end_matches([' ', ':']);
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    Some(Line { level: level.to_owned(), message: format!("{text}{place}") })
}

impl Session<'_> {
    pub(super) fn webkit_viewport(&self, width: u32, height: u32, scale: f32) -> Result {
        if scale != self.running.scale {
            return Err(Error::LeftOut("WebKit's browser keeps the scale that it was started with"));
        }
        let inside = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.call("POST", "/window/rect", Some(&inside)).map(drop)
    }

    /// The page writes a mark; all before it has been printed when that is.
    pub(super) fn webkit_console(&self) -> Result<Vec<Line>> {
        let mut control = self.control()?;
        control.marks += 1;
        let mark = format!("mark {} of the tests", control.marks);
        self.call("POST", "/execute/sync", Some(&json!({ "script": "console.info(arguments[0])", "args": [mark] })))?;
        let mut lines = Vec::new();
        let Some(printed) = &self.running.remote.printed else { return Ok(lines) };
        let printed = printed.borrow_mut();
        loop {
            let text = printed.recv_timeout(PRINT_LIMIT).map_err(|e| Error::Unexpected(format!("WebKit's console: {e}")))?;
            if text.ends_with(&mark) {
                return Ok(lines);
            }
            lines.extend(line(&text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_prints_is_read() {
        let read = |printed| line(printed).map(|line| (line.level, line.message));
        let is = |level: &str, message: &str| Some((level.to_owned(), message.to_owned()));
        assert_eq!(read("CONSOLE ERROR hello there"), is("SEVERE", "hello there"));
        assert_eq!(read("http://a/b.js:1:57: CONSOLE JS ERROR Error: x"), is("SEVERE", "Error: x (http://a/b.js:1:57)"));
        assert_eq!(read("CONSOLE OTHER WARN preloaded"), is("WARNING", "preloaded"));
        assert_eq!(read("(webkit.py:12): Gtk-WARNING **: no theme"), None);
    }
}
