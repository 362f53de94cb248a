//! A driver's program, and the WebDriver commands that it takes over HTTP.

use super::webkit::{self, Screen};
use super::{Browser, Error, Programs, Result, START_LIMIT};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// How long one command may take; a look at a whole page by axe-core is the longest.
const COMMAND_LIMIT: Duration = Duration::from_secs(120);

/// A running driver's program; it ends when this value is dropped.
pub struct Remote {
    process: Child,
    address: String,
    agent: ureq::Agent,
    /// What driver and browser print, line by line, where that is listened to.
    pub printed: Option<RefCell<Receiver<String>>>,
}

impl Remote {
    /// Starts the program and waits until it answers. `folder` is for the profiles of a driver that serves one browser, `screen` where its windows are
    /// shown.
    ///
    /// # Errors
    /// When it cannot be started or does not answer.
    pub fn start(programs: &Programs, time_zone: &str, folder: &Path, screen: Option<&Screen>) -> Result<Self> {
        let program = &programs.driver;
        let failed = |source| Error::Start { program: program.display().to_string(), source };
        let port =
            || TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map(|address| address.port()).map_err(failed);
        let own = port()?;
        let mut command = Command::new(program);
        command.arg(format!("--port={own}"));
        command.env("TZ", time_zone).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match programs.kind {
            Browser::Chromium => {
                command.arg("--log-level=SEVERE");
            }
            Browser::Firefox => {
                std::fs::create_dir_all(folder).map_err(failed)?;
                command.arg("--log=fatal").arg(format!("--websocket-port={}", port()?));
                command.arg("--profile-root").arg(folder);
            }
            Browser::Webkit => {
                std::fs::create_dir_all(folder).map_err(failed)?;
                command.arg("--host=127.0.0.1").stderr(Stdio::piped());
                webkit::surround(&mut command, folder, screen);
            }
        }
        let mut process = command.spawn().map_err(failed)?;
        let printed = process.stderr.take().map(|out| RefCell::new(webkit::listen(out)));
        let config = ureq::Agent::config_builder().timeout_global(Some(COMMAND_LIMIT)).http_status_as_error(false).build();
        let remote = Self { process, address: format!("http://127.0.0.1:{own}"), agent: config.new_agent(), printed };
        let started = Instant::now();
        while remote.call("GET", "/status", None).is_err() {
            if started.elapsed() > START_LIMIT {
                return Err(Error::Silent);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(remote)
    }

    /// One command; `path` begins with a slash.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
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

impl Drop for Remote {
    fn drop(&mut self) {
        // Best effort: the process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
