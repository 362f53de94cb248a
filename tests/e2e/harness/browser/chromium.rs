//! Chromium through chromedriver: WebDriver, and the DevTools protocol for what it has no name for.

use super::{Browser, DOWNLOADS, Line, Options, PROFILE, Result, SCRIPT_MS_MAX, Session};
use serde_json::{Value, json};
use std::path::Path;

pub fn capabilities(browser: &Path, options: &Options, folder: &Path) -> Value {
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
    arguments.push(format!("--user-data-dir={}", folder.join(PROFILE).display()));
    if let Some(proxy) = &options.proxy {
        arguments.push(format!("--proxy-server=http://{proxy}"));
        arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
    }
    if options.private {
        arguments.push("--incognito".to_owned());
    }
    if options.dark {
        arguments.push("--force-dark-mode".to_owned());
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "pageLoadStrategy": "normal",
        "timeouts": { "script": SCRIPT_MS_MAX },
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": browser,
            "args": arguments,
            "prefs": {
                "intl.accept_languages": options.language,
                "download.prompt_for_download": false,
                "download.default_directory": folder.join(DOWNLOADS),
                "profile.default_content_setting_values.automatic_downloads": 1,
            },
        },
    }}})
}

impl Session<'_> {
    /// One command of the Chrome DevTools protocol, which Chromium alone speaks.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.call("POST", "/goog/cdp/execute", Some(&json!({ "cmd": command, "params": parameters })))
    }

    /// Has the window that is driven lie in front of the others. Firefox's driver does so when it goes over to a window.
    ///
    /// # Errors
    /// The browser's own message.
    pub fn to_front(&self) -> Result {
        match self.kind() {
            Browser::Chromium => self.devtools("Page.bringToFront", json!({})).map(drop),
            Browser::Firefox | Browser::Webkit => Ok(()),
        }
    }

    pub(super) fn chromium_viewport(&self, width: u32, height: u32, scale: f32) -> Result {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).map(drop)
    }

    pub(super) fn chromium_media(&self, features: &[(&str, &str)]) -> Result {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).map(drop)
    }

    pub(super) fn chromium_drop(&self, paths: &[&Path], at: (u32, u32)) -> Result {
        let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.devtools("Input.dispatchDragEvent", json!({ "type": kind, "x": at.0, "y": at.1, "data": data }))?;
        }
        Ok(())
    }

    pub(super) fn chromium_console(&self) -> Result<Vec<Line>> {
        let entries = self.call("POST", "/se/log", Some(&json!({ "type": "browser" })))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line = |entry: &Value| Line { level: text(&entry["level"]), message: text(&entry["message"]) };
        Ok(entries.as_array().map(|all| all.iter().map(line).collect()).unwrap_or_default())
    }
}
