//! Firefox through geckodriver: WebDriver, WebDriver BiDi, and Firefox's own settings for what must be so from the start.

use super::{DOWNLOADS, Line, Options, Result, SCRIPT_MS_MAX, Session};
use serde_json::{Value, json};
use std::path::Path;

/// Events that this browser sends.
pub const EVENTS: &[&str] = &["log.entryAdded"];

/// Settings (`about:config`) of every profile.
fn settings(options: &Options, folder: &Path) -> Value {
    let mut settings = json!({
        // Dark 0, light 1: what the system is said to prefer.
        "layout.css.prefers-color-scheme.content-override": if options.dark { 0 } else { 1 },
        "ui.prefersReducedMotion": i32::from(options.reduced_motion),
        "intl.accept_languages": options.language,
        // A folder of its own instead of the user's, and no question.
        "browser.download.folderList": 2,
        "browser.download.dir": folder.join(DOWNLOADS),
        "browser.download.useDownloadDir": true,
        "browser.download.alwaysOpenPanel": false,
        "browser.download.always_ask_before_handling_new_types": false,
        // A page may read the clipboard without the little menu that a user would answer.
        "dom.events.testing.asyncClipboard": true,
        // One size of everything, whatever the screen of this machine is.
        "layout.css.devPixelsPerPx": options.scale.to_string(),
    });
    if let Some(proxy) = &options.proxy {
        let (host, port) = proxy.split_once(':').unwrap_or((proxy, "80"));
        settings["network.proxy.type"] = json!(1);
        settings["network.proxy.http"] = json!(host);
        settings["network.proxy.http_port"] = json!(port.parse::<u16>().unwrap_or(80));
        settings["network.proxy.ssl"] = json!(host);
        settings["network.proxy.ssl_port"] = json!(port.parse::<u16>().unwrap_or(80));
        settings["network.proxy.allow_hijacking_localhost"] = json!(true);
        settings["network.proxy.no_proxies_on"] = json!("");
    }
    settings
}

pub fn capabilities(browser: &Path, options: &Options, folder: &Path) -> Value {
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "firefox",
        "pageLoadStrategy": "normal",
        "timeouts": { "script": SCRIPT_MS_MAX },
        "webSocketUrl": true,
        "unhandledPromptBehavior": "ignore",
        "moz:firefoxOptions": {
            "binary": browser,
            "args": ["-headless"],
            "prefs": settings(options, folder),
        },
    }}})
}

/// A line of the console from its event.
pub fn line(event: &Value) -> Option<Line> {
    let level = match event["level"].as_str()? {
        "error" => "SEVERE",
        "warn" => "WARNING",
        "info" => "INFO",
        _ => "DEBUG",
    };
    let text = event["text"].as_str().unwrap_or_default();
    let at = &event["stackTrace"]["callFrames"][0];
    let place = at["url"].as_str().map(|url| format!(" ({url}:{})", at["lineNumber"])).unwrap_or_default();
    Some(Line { level: level.to_owned(), message: format!("{text}{place}") })
}

impl Session<'_> {
    pub(super) fn firefox_before_each_page(&self, script: &str) -> Result {
        let function = json!({ "functionDeclaration": format!("() => {{ {script} }}") });
        let mut added = self.bidi()?.call("script.addPreloadScript", function)?;
        self.running.reuse.borrow_mut().scripts.push(added["script"].take());
        Ok(())
    }

    /// For a driver that moves no files about. A field of the page takes them from the disk, and they are dropped out of that.
    pub(super) fn drop_by_script(&self, paths: &[&Path], at: (u32, u32)) -> Result {
        const FIELD: &str =
            "const field = document.createElement('input'); field.type = 'file'; field.multiple = true; field.hidden = true;
            return document.body.appendChild(field)";
        const DROP: &str = "const [field, x, y] = arguments; const data = new DataTransfer();
            for (const file of field.files) data.items.add(file);
            field.remove();
            for (const kind of ['dragenter', 'dragover', 'drop'])
                document.elementFromPoint(x, y).dispatchEvent(new DragEvent(kind,
                    { bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y, dataTransfer: data }));";
        let script = |script: &str, arguments: Value| {
            self.call("POST", "/execute/sync", Some(&json!({ "script": script, "args": arguments })))
        };
        let field = script(FIELD, json!([]))?;
        let id = field.as_object().and_then(|field| field.values().next()?.as_str()).unwrap_or_default();
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        self.call("POST", &format!("/element/{id}/value"), Some(&json!({ "text": names.join("\n") })))?;
        script(DROP, json!([field, at.0, at.1])).map(drop)
    }

    /// The tab that is chosen already takes the focus when it is chosen.
    pub(super) fn firefox_come_back(&self) -> Result {
        let tab = self.call("GET", "/window", None)?;
        self.call("POST", "/window", Some(&json!({ "handle": tab }))).map(drop)
    }

    pub(super) fn firefox_viewport(&self, width: u32, height: u32, scale: f32) -> Result {
        let tab = self.call("GET", "/window", None)?;
        let inside = json!({ "width": width, "height": height });
        let viewport = json!({ "context": tab, "viewport": inside, "devicePixelRatio": scale });
        self.bidi()?.call("browsingContext.setViewport", viewport).map(drop)
    }
}
