//! Browsers that serve one case after another: to start one takes longer than most cases do.
//!
//! Between two cases all windows close but for a new tab, and with it go history, emulations, scripts and the state of keys. What outlives a tab is
//! cleared: storage, caches, service workers, cookies, permissions, files. A browser that cannot be brought to that ends, and the next case gets a new one.

use super::{Browser, Driver, Error, Options, PROFILE, Result, Session};
use serde_json::{Value, json};
use std::rc::Rc;

/// A browser serves no more cases than this: what one loses of its memory in each stays small.
const CASES_MAX: u32 = 40;

/// What a browser has gone through, to be undone before the next case.
#[derive(Default)]
pub struct ReuseState {
    /// Whether another case may follow.
    again: bool,
    cases: u32,
    /// The origins whose pages were opened.
    pub origins: Vec<String>,
    /// Names of the scripts that run before each page, where they outlive a tab.
    pub scripts: Vec<Value>,
    /// The container of the tab: storage of its own (Firefox).
    container: Option<Value>,
}

impl Driver {
    /// A browser as an empty profile gives it, one that has served before where there is one and `options` ask for nothing else.
    ///
    /// # Errors
    /// As for [`Driver::session`].
    pub fn reuse(&self, options: &Options) -> Result<Session<'_>> {
        if *options != Options::default() {
            return self.session(options);
        }
        let idle = self.idle.borrow_mut().pop();
        let session = match idle {
            Some(running) => Session { driver: self, running },
            None => self.session(options)?,
        };
        session.running.reuse.borrow_mut().again = true;
        Ok(session)
    }
}

impl Session<'_> {
    /// Pages of this origin are opened: what they store is cleared before the next case.
    pub fn opens(&self, origin: &str) {
        self.running.reuse.borrow_mut().origins.push(origin.to_owned());
    }

    /// No case is to follow in this browser: one has failed in it.
    pub fn retire(&self) {
        self.running.reuse.borrow_mut().again = false;
    }

    fn renew(&self) -> Result {
        let old = self.call("GET", "/window/handles", None)?;
        self.call("DELETE", "/actions", None)?;
        let tab = match self.kind() {
            Browser::Chromium | Browser::Webkit => {
                self.call("POST", "/window/new", Some(&json!({ "type": "tab" })))?["handle"].take()
            }
            Browser::Firefox => self.container()?,
        };
        let choose = |handle: &Value| self.call("POST", "/window", Some(&json!({ "handle": handle })));
        for handle in old.as_array().into_iter().flatten() {
            choose(handle)?;
            self.call("DELETE", "/window", None)?;
        }
        choose(&tab)?;
        self.clear()?;
        let options = Options::default();
        self.viewport(options.width, options.height, options.scale)?;
        self.prefers(&options)?;
        self.clear_files()?;
        // Messages of pages that are closing belong to no case.
        self.console().map(drop)
    }

    /// A new tab in a new container, which has cookies, storage, caches and service workers of its own.
    fn container(&self) -> Result<Value> {
        let mut line = self.bidi()?;
        let container = line.call("browser.createUserContext", json!({}))?["userContext"].take();
        let tab = json!({ "type": "tab", "userContext": container });
        let tab = line.call("browsingContext.create", tab)?["context"].take();
        self.running.reuse.borrow_mut().container.replace(container);
        Ok(tab)
    }

    fn clear(&self) -> Result {
        let (origins, scripts) = {
            let mut reuse = self.running.reuse.borrow_mut();
            (std::mem::take(&mut reuse.origins), std::mem::take(&mut reuse.scripts))
        };
        match self.kind() {
            Browser::Chromium => {
                for origin in origins {
                    self.devtools("Storage.clearDataForOrigin", json!({ "origin": origin, "storageTypes": "all" }))?;
                }
                let all =
                    ["Network.clearBrowserCookies", "Network.clearBrowserCache", "Browser.resetPermissions", "Page.bringToFront"];
                all.into_iter().try_for_each(|command| self.devtools(command, json!({})).map(drop))
            }
            Browser::Firefox => scripts
                .into_iter()
                .try_for_each(|script| self.bidi()?.call("script.removePreloadScript", json!({ "script": script })).map(drop)),
            Browser::Webkit => self.control()?.clear(),
        }
    }

    /// Files of the case and its downloads.
    fn clear_files(&self) -> Result {
        let failed = |e: std::io::Error| Error::Unexpected(format!("{}: {e}", self.folder().display()));
        // The folder is there from the first file on.
        for entry in std::fs::read_dir(self.folder()).into_iter().flatten() {
            let path = entry.map_err(failed)?.path();
            match path.is_dir() {
                true if path.ends_with(PROFILE) => {}
                true => std::fs::remove_dir_all(&path).map_err(failed)?,
                false => std::fs::remove_file(&path).map_err(failed)?,
            }
        }
        Ok(())
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let again = {
            let mut reuse = self.running.reuse.borrow_mut();
            reuse.cases += 1;
            reuse.again && reuse.cases < CASES_MAX
        };
        // One that cannot be renewed is broken, and ends here.
        if again && self.renew().is_ok() {
            self.driver.idle.borrow_mut().push(Rc::clone(&self.running));
        }
    }
}
