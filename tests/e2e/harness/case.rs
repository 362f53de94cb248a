//! One case: its site, its browser, and what makes it fail.

use crate::browser::{Browser, Driver, Error, Line, Options, Result, Session};
use crate::fixtures;
use crate::page::Page;
use crate::server::Server;
use std::cell::RefCell;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// The site is below a path, as it would on a portal's host: an absolute address in the build fails every case.
const MOUNT: &str = "some/portal/path";

/// A browser test.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub run: fn(&mut Context) -> Result,
    pub options: fn() -> Options,
}

/// Names the functions of a module as its cases. Most share a browser with others, one after the other; the word `fresh` before a function means
/// a browser that nothing else ran in: for service workers, storage that fills, permissions.
#[macro_export]
macro_rules! cases {
    ($($($word:ident)+),* $(,)?) => { &[$($crate::cases!(@ $($word)+)),*] };
    (@ fresh $function:ident) => { $crate::cases!(@ $function, $crate::browser::Options::fresh) };
    (@ $function:ident) => { $crate::cases!(@ $function, $crate::browser::Options::default) };
    (@ $function:ident, $options:path) => {
        $crate::case::Case { name: concat!(module_path!(), "::", stringify!($function)), run: $function, options: $options }
    };
}

/// What a case works with. It derefs to the page.
pub struct Context<'d> {
    pub page: Page<'d>,
    pub server: Server,
    driver: &'d Driver,
    allowed: RefCell<Vec<String>>,
}

impl<'d> Deref for Context<'d> {
    type Target = Page<'d>;

    fn deref(&self) -> &Page<'d> {
        &self.page
    }
}

impl<'d> Context<'d> {
    /// Opens the site; `query` is empty or begins with `?`.
    pub fn visit(&self, query: &str) -> Result {
        self.page.open_console(&format!("{}{query}", self.server.url()))
    }

    /// The address of a route on the same server, such as `/fixture/broken.json`.
    pub fn address(&self, path: &str) -> String {
        self.server.url().replace(&format!("/{MOUNT}/"), path)
    }

    /// Leaves the case out in one browser; `why` says what it is that cannot be there.
    ///
    /// # Errors
    /// [`Error::LeftOut`] in that browser.
    pub fn cannot_be_in(&self, browser: Browser, why: &'static str) -> Result {
        if self.page.session().kind() == browser { Err(Error::LeftOut(why)) } else { Ok(()) }
    }

    /// Leaves the case out in the other browsers; `why` says what it is that cannot be there.
    ///
    /// # Errors
    /// [`Error::LeftOut`] in the other browsers.
    pub fn needs(&self, browser: Browser, why: &'static str) -> Result {
        if self.page.session().kind() == browser { Ok(()) } else { Err(Error::LeftOut(why)) }
    }

    /// An error in the console that this case provokes: a part of its text.
    pub fn expect_console(&self, part: &str) {
        self.allowed.borrow_mut().push(part.to_owned());
    }

    /// A second browser in which nothing is stored, as another user's.
    pub fn fresh_browser(&self, options: &Options) -> Result<Page<'d>> {
        opened(self.driver, options, &self.server).map(Page::new)
    }

    fn console_errors(&self) -> Result<Vec<Line>> {
        let allowed = self.allowed.borrow();
        let mut lines = self.page.console()?;
        lines.retain(|line| line.level == "SEVERE" && !allowed.iter().any(|part| line.message.contains(part.as_str())));
        Ok(lines)
    }
}

pub enum Outcome {
    Passed,
    /// It cannot be in this browser, for this reason.
    LeftOut(&'static str),
    Failed(String),
}

/// A browser for pages of this server.
fn opened<'d>(driver: &'d Driver, options: &Options, server: &Server) -> Result<Session<'d>> {
    let session = driver.reuse(options)?;
    session.opens(server.url().trim_end_matches(&format!("/{MOUNT}/")));
    Ok(session)
}

/// Runs one case from a browser in which nothing is stored to the look at the console.
pub fn run(case: &Case, driver: &Driver) -> Outcome {
    match attempt(case, driver) {
        Ok(outcome) => outcome,
        Err(why) => Outcome::Failed(why),
    }
}

fn attempt(case: &Case, driver: &Driver) -> std::result::Result<Outcome, String> {
    let dist = root().join("dist");
    if !dist.join("index.html").is_file() {
        return Err("there is no dist/index.html: run `cargo xtask build` first".to_owned());
    }
    let server = Server::start(&dist, MOUNT, "127.0.0.1", 0).map_err(|e| e.to_string())?;
    fixtures::install(&server);
    let session = opened(driver, &(case.options)(), &server).map_err(|e| e.to_string())?;
    let mut context = Context { page: Page::new(session), server, driver, allowed: RefCell::default() };
    // After a panic the context is only looked at: a screenshot and the console.
    let outcome = catch_unwind(AssertUnwindSafe(|| (case.run)(&mut context)));
    let mut why = match outcome {
        Ok(Ok(())) => String::new(),
        Ok(Err(Error::LeftOut(why))) => return Ok(Outcome::LeftOut(why)),
        Ok(Err(error)) => format!("  {error}\n"),
        Err(_) => "  panicked, see above\n".to_owned(),
    };
    match context.console_errors() {
        Ok(lines) => lines.iter().for_each(|line| why.push_str(&format!("  console: {}\n", line.message))),
        Err(error) => why.push_str(&format!("  the console cannot be read: {error}\n")),
    }
    if why.is_empty() {
        return Ok(Outcome::Passed);
    }
    context.page.session().retire();
    let file = root().join("target/e2e").join(format!("{}-{}.png", driver.kind().name(), case.name.replace("::", "-")));
    why.push_str(&match context.page.save_screenshot(&file) {
        Ok(()) => format!("  screenshot: {}\n", file.display()),
        Err(error) => format!("  no screenshot: {error}\n"),
    });
    Err(why)
}

/// The repository's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Fails a case with a message, where an `assert!` would print less of the page.
pub fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result {
    if holds { Ok(()) } else { Err(Error::Unexpected(message())) }
}
