//! WebDriver BiDi (W3C): a second connection to a browser, which sends events of a page.

use super::{Error, Result};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::{HandshakeError, Message, WebSocket};

/// How long one command may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(120);

/// An open line to a browser.
pub struct Line {
    socket: WebSocket<TcpStream>,
    last_id: u64,
    /// What was told while an answer was waited for.
    told: VecDeque<Value>,
}

impl Line {
    /// Opens the line that a session offers (`webSocketUrl` of its capabilities) and asks to be told of `events`.
    ///
    /// # Errors
    /// When the browser does not take the line.
    pub fn open(address: &str, events: &[&str]) -> Result<Self> {
        let failed = |e: &dyn std::fmt::Display| Error::Protocol { command: format!("BiDi {address}"), message: e.to_string() };
        let host = address.split('/').nth(2).unwrap_or_default();
        let stream = TcpStream::connect(host).map_err(|e| failed(&e))?;
        stream.set_read_timeout(Some(COMMAND_LIMIT)).map_err(|e| failed(&e))?;
        let mut shaking = tungstenite::client(address, stream);
        // A read that was interrupted is no refusal.
        let (socket, _) = loop {
            match shaking {
                Err(HandshakeError::Interrupted(half)) => shaking = half.handshake(),
                done => break done.map_err(|e| failed(&e))?,
            }
        };
        let mut line = Self { socket, last_id: 0, told: VecDeque::new() };
        line.call("session.subscribe", json!({ "events": events }))?;
        Ok(line)
    }

    /// One command and its answer.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn call(&mut self, method: &str, parameters: Value) -> Result<Value> {
        let failed = |message: String| Error::Protocol { command: method.to_owned(), message };
        self.last_id += 1;
        let command = json!({ "id": self.last_id, "method": method, "params": parameters }).to_string();
        self.socket.send(Message::text(command)).map_err(|e| failed(e.to_string()))?;
        loop {
            let Message::Text(text) = self.socket.read().map_err(|e| failed(e.to_string()))? else { continue };
            let mut said: Value = serde_json::from_str(&text).map_err(|e| failed(format!("{e} in {text:.200}")))?;
            if said["id"] != self.last_id {
                self.told.push_back(said);
                continue;
            }
            return match said["type"].as_str() {
                Some("success") => Ok(said["result"].take()),
                _ => Err(failed(format!("{}: {}", said["error"], said["message"]))),
            };
        }
    }

    /// What was told since the last call: the parameters of all events. Whatever happened before is among it, since an
    /// answer overtakes no event.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn events(&mut self) -> Result<Vec<Value>> {
        self.call("session.status", json!({}))?;
        Ok(self.told.drain(..).map(|mut event| event["params"].take()).collect())
    }
}
