//! What a user does with a page: open, find by role and name, click, type, drag, wait, look.

mod find;

use crate::browser::{Error, Line, Result, Session};
pub use crate::key;
use crate::server::Served;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a thing may take to appear before a test gives up. Only what fails waits so long, and a machine may be busy with much else.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// Gzipped bytes that the first view may weigh: all that loads before the totals show, the feed apart.
pub const FIRST_VIEW_MAX: usize = 315_000;
/// So many frames are painted while a page rests.
const FRAMES_STILL: u32 = 8;
const POLL: Duration = Duration::from_millis(25);
/// The key under which WebDriver passes an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element of the page that is open. It is of no use after a navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

impl Element {
    fn json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }

    fn from_json(value: &Value) -> Option<Self> {
        value[ELEMENT].as_str().map(|id| Self(id.to_owned()))
    }
}

/// Where an element is, in CSS pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// An open browser window.
pub struct Page<'d> {
    session: Session<'d>,
}

impl<'d> Page<'d> {
    pub fn new(session: Session<'d>) -> Self {
        Self { session }
    }

    /// The browser behind the page, for commands that have no name here.
    pub fn session(&self) -> &Session<'d> {
        &self.session
    }

    /// Goes to an address and waits until the document and its scripts are loaded.
    ///
    /// # Errors
    /// As every method here: the browser's own message.
    pub fn open(&self, url: &str) -> Result {
        self.post("/url", json!({ "url": url })).map(drop)
    }

    /// Goes to an address of the console and waits until the whole page is painted.
    pub fn open_console(&self, url: &str) -> Result {
        self.open(url)?;
        self.wait_whole()
    }

    /// Waits until the parts beyond the first view are loaded, too.
    pub fn wait_whole(&self) -> Result {
        self.wait_js("the whole page", "performance.getEntriesByName('callscope:whole').length")
    }

    /// Of what the server sent, all that was requested before the totals were there, but for the feed: that is data.
    /// Waits for them before it takes the server's log.
    pub fn first_view(&self, log: impl FnOnce() -> Vec<Served>) -> Result<Vec<Served>> {
        self.wait_js("the totals' mark", "performance.getEntriesByName('callscope:tiles').length")?;
        let served = log();
        // What is under way has no entry yet.
        let parts: Vec<&str> =
            served.iter().map(|served| &*served.url).filter(|url| url.contains("-chunk_") || url.contains("-split_")).collect();
        const ENTRIES: &str = "const [parts] = arguments;
            const asked = performance.getEntriesByType('resource').map(e => [e.startTime, new URL(e.name)]).map(([at, u]) => [at, u.pathname + u.search]);
            const tiles = performance.getEntriesByName('callscope:tiles')[0].startTime;
            return parts.every(part => asked.some(([, url]) => url === part)) ? asked.filter(([at]) => at > tiles).map(([, url]) => url) : null";
        let late: Vec<String> = self.wait("the parts that are under way", || {
            let late = self.script(ENTRIES, json!([parts]))?;
            Ok(late.as_array().map(|late| late.iter().cloned().map(string).collect()))
        })?;
        Ok(served.into_iter().filter(|served| !late.contains(&served.url) && !served.url.contains("/feeds/")).collect())
    }

    /// Goes to an address in a new tab, as a link opened there, and stays in that tab.
    pub fn open_in_new_tab(&self, url: &str) -> Result {
        let tab = self.post("/window/new", json!({ "type": "tab" }))?;
        self.post("/window", json!({ "handle": tab["handle"] }))?;
        self.open(url)
    }

    /// Runs the body of an asynchronous function in the page and waits for what it returns.
    pub fn script_async(&self, body: &str) -> Result<Value> {
        let script = format!("const done = arguments[0]; (async () => {{ {body} }})().then(done, error => done(String(error)))");
        self.post("/execute/async", json!({ "script": script, "args": [] }))
    }

    pub fn url(&self) -> Result<String> {
        self.get("/url").map(string)
    }

    pub fn title(&self) -> Result<String> {
        self.get("/title").map(string)
    }

    pub fn back(&self) -> Result {
        self.post("/back", json!({})).map(drop)
    }

    pub fn forward(&self) -> Result {
        self.post("/forward", json!({})).map(drop)
    }

    pub fn reload(&self) -> Result {
        self.post("/refresh", json!({})).map(drop)
    }

    /// Sets the inside of the window, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32, scale: f32) -> Result {
        self.session.viewport(width, height, scale)
    }

    /// Runs the body of a function in the page; `arguments[0]`... are `arguments`.
    pub fn script(&self, body: &str, arguments: Value) -> Result<Value> {
        self.post("/execute/sync", json!({ "script": body, "args": arguments }))
    }

    /// Asks `probe` again and again until it answers `Some`; an error counts as not yet.
    ///
    /// # Errors
    /// [`Error::Timeout`] with `what` and the last answer.
    pub fn wait<T>(&self, what: &str, probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        wait_for(what, PATIENCE, probe)
    }

    /// Waits until `expression`, evaluated in the page, is true.
    pub fn wait_js(&self, what: &str, expression: &str) -> Result {
        let script = format!("return !!({expression})");
        self.wait(what, || {
            let holds = self.script(&script, json!([]))?;
            Ok((holds == Value::Bool(true)).then_some(()))
        })
    }

    /// All elements that a CSS selector names, in document order.
    pub fn all(&self, selector: &str) -> Result<Vec<Element>> {
        let found = self.post("/elements", json!({ "using": "css selector", "value": selector }))?;
        Ok(found.as_array().map(|all| all.iter().filter_map(Element::from_json).collect()).unwrap_or_default())
    }

    /// The first element that a CSS selector names, once it is there.
    pub fn css(&self, selector: &str) -> Result<Element> {
        self.wait(&format!("an element `{selector}`"), || Ok(self.all(selector)?.into_iter().next()))
    }

    /// The text as it is shown.
    pub fn text(&self, element: &Element) -> Result<String> {
        self.get(&format!("/element/{}/text", element.0)).map(string)
    }

    /// The text of everything that a selector names, in document order, in one call.
    pub fn texts(&self, selector: &str) -> Result<Vec<String>> {
        let found = self.script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.replace(/\\s+/g, ' ').trim())",
            json!([selector]),
        )?;
        Ok(found.as_array().map(|all| all.iter().cloned().map(string).collect()).unwrap_or_default())
    }

    pub fn attribute(&self, element: &Element, name: &str) -> Result<Option<String>> {
        let value = self.get(&format!("/element/{}/attribute/{name}", element.0))?;
        Ok(value.as_str().map(str::to_owned))
    }

    pub fn rect(&self, element: &Element) -> Result<Rect> {
        let r = self.script(
            "const r = arguments[0].getBoundingClientRect(); return [r.x, r.y, r.width, r.height]",
            json!([element.json()]),
        )?;
        let side = |i: usize| r[i].as_f64().unwrap_or_default();
        Ok(Rect { x: side(0), y: side(1), width: side(2), height: side(3) })
    }

    /// Clicks the middle of the element, which is scrolled into view; fails when something covers it.
    pub fn click(&self, element: &Element) -> Result {
        self.post(&format!("/element/{}/click", element.0), json!({})).map(drop)
    }

    /// Finds and clicks.
    pub fn press(&self, role: &str, name: &str) -> Result {
        let element = self.find(role, name)?;
        // What a page makes anew between the two is another element.
        self.click(&element).or_else(|_| self.click(&self.find(role, name)?))
    }

    /// Empties a field, one that listens to `input` included, and types into it.
    pub fn fill(&self, element: &Element, text: &str) -> Result {
        self.click(element)?;
        self.chord(&[key::CONTROL, 'a'])?;
        self.keys(&key::BACKSPACE.to_string())?;
        self.keys(text)
    }

    /// Gives a file input its files, or types into an element that is no text field.
    pub fn send(&self, element: &Element, text: &str) -> Result {
        self.post(&format!("/element/{}/value", element.0), json!({ "text": text })).map(drop)
    }

    /// Drops files or folders on the page, as the system hands them to the browser.
    pub fn drop_files(&self, paths: &[&Path]) -> Result {
        self.session.drop_files(paths, (400, 400))
    }

    /// Types into what has the focus.
    pub fn keys(&self, text: &str) -> Result {
        let actions: Vec<Value> =
            text.chars().flat_map(|c| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": c.to_string() }))).collect();
        self.act(json!([{ "type": "key", "id": "keyboard", "actions": actions }]))
    }

    /// Presses all keys, first to last, and lets them go in the opposite order.
    pub fn chord(&self, keys: &[char]) -> Result {
        let down = keys.iter().map(|c| json!({ "type": "keyDown", "value": c.to_string() }));
        let up = keys.iter().rev().map(|c| json!({ "type": "keyUp", "value": c.to_string() }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.act(json!([{ "type": "key", "id": "keyboard", "actions": actions }]))
    }

    /// Moves the pointer to a point of the element, in CSS pixels from its top left corner.
    pub fn hover(&self, element: &Element, at: (f64, f64)) -> Result {
        let at = self.point(element, at)?;
        self.pointer(json!([at]))
    }

    /// Clicks at a point of the window, in CSS pixels, whatever lies there.
    pub fn click_at(&self, x: f64, y: f64) -> Result {
        let to =
            json!({ "type": "pointerMove", "duration": 20, "origin": "viewport", "x": x.round() as i64, "y": y.round() as i64 });
        self.pointer(json!([to, { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 }]))
    }

    /// Presses at one point of the element, moves to another in a few steps and lets go, as a user brushes a chart.
    pub fn drag(&self, element: &Element, from: (f64, f64), to: (f64, f64)) -> Result {
        let between = |part: f64| (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
        let mut actions = vec![self.point(element, from)?, json!({ "type": "pointerDown", "button": 0 })];
        for step in 1..=4 {
            actions.push(self.point(element, between(f64::from(step) / 4.0))?);
        }
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        self.pointer(Value::Array(actions))
    }

    /// Scrolls the element to the middle of the window.
    pub fn scroll_to(&self, element: &Element) -> Result {
        self.script("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", json!([element.json()])).map(drop)
    }

    fn point(&self, element: &Element, at: (f64, f64)) -> Result<Value> {
        let r = self.rect(element)?;
        let (x, y) = ((r.x + at.0).round(), (r.y + at.1).round());
        Ok(json!({ "type": "pointerMove", "duration": 20, "origin": "viewport", "x": x as i64, "y": y as i64 }))
    }

    fn pointer(&self, actions: Value) -> Result {
        let mouse = json!({ "pointerType": "mouse" });
        self.act(json!([{ "type": "pointer", "id": "mouse", "parameters": mouse, "actions": actions }]))
    }

    fn act(&self, actions: Value) -> Result {
        self.post("/actions", json!({ "actions": actions })).map(drop)
    }

    /// Whether anything on the page is wider than the window: a page never scrolls sideways.
    pub fn overflows(&self) -> Result<bool> {
        let wider = self.script("return document.documentElement.scrollWidth > window.innerWidth", json!([]))?;
        Ok(wider == Value::Bool(true))
    }

    /// The console's lines since the last call.
    pub fn console(&self) -> Result<Vec<Line>> {
        self.session.console()
    }

    /// The window as PNG.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        png(&string(self.get("/screenshot")?))
    }

    /// The whole page as PNG, however high: the window is made as high as the page, so that nothing stays behind a fold.
    pub fn full_screenshot(&self, width: u32, scale: f32) -> Result<Vec<u8>> {
        // Growing the window may make the page higher again, where parts of it take a share of the window.
        for _ in 0..3 {
            let height = self.script("return Math.ceil(document.documentElement.scrollHeight)", json!([]))?;
            let inside = self.script("return window.innerHeight", json!([]))?;
            if height == inside {
                break;
            }
            self.resize(width, height.as_u64().unwrap_or(900) as u32, scale)?;
            self.settle()?;
        }
        self.screenshot()
    }

    /// Waits until two frames were painted: what was changed is on the screen then.
    pub fn settle(&self) -> Result {
        const SCRIPT: &str =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)))";
        self.post("/execute/async", json!({ "script": SCRIPT, "args": [] })).map(drop)
    }

    /// Waits until the page has not changed for `still`: neither document nor paint marks nor what was fetched. It must have painted in the meantime, so
    /// that a page that a busy machine gives no time is not taken for one at rest.
    pub fn quiet(&self, still: Duration) -> Result {
        const SCRIPT: &str = "return [document.body.innerHTML.length, performance.getEntriesByType('resource').length,
            performance.getEntriesByName('callscope:painted').length].join()";
        let mut last = String::new();
        let (mut since, mut frames) = (Instant::now(), 0);
        self.wait("the page to rest", || {
            self.settle()?;
            frames += 2;
            let now = string(self.script(SCRIPT, json!([]))?);
            if now != last {
                last = now;
                (since, frames) = (Instant::now(), 0);
            }
            Ok((since.elapsed() >= still && frames >= FRAMES_STILL).then_some(()))
        })
    }

    /// Saves the window as it is, for a user to see why a test failed.
    pub fn save_screenshot(&self, file: &Path) -> Result {
        let png = self.screenshot()?;
        let failed = |e: std::io::Error| Error::Unexpected(format!("{}: {e}", file.display()));
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(file, png).map_err(failed)
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.session.call("GET", path, None)
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.session.call("POST", path, Some(&body))
    }
}

/// Asks `probe` again and again until it answers `Some`; an error counts as not yet.
///
/// # Errors
/// [`Error::Timeout`] with `what` and the last error.
pub fn wait_for<T>(what: &str, patience: Duration, mut probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        let last = match probe() {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => "nothing".to_owned(),
            Err(error) => error.to_string(),
        };
        if started.elapsed() > patience {
            return Err(Error::Timeout { what: what.to_owned(), seconds: started.elapsed().as_secs_f32(), last });
        }
        std::thread::sleep(POLL);
    }
}

fn string(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn png(base64: &str) -> Result<Vec<u8>> {
    BASE64.decode(base64).map_err(|e| Error::Unexpected(format!("a screenshot that is no base64: {e}")))
}
