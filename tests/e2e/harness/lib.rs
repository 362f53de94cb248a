//! What the browser tests, the screenshots and the measurements share: a static server for `dist/` and a WebDriver client.
//!
//! - [`axe`]: the accessibility rules that a machine can check.
//! - [`server`]: serves a folder below any path, with compression and with routes that a test makes up. `cargo xtask serve` uses it too, so what is tested is what is served.
//! - [`browser`]: finds Chromium or Firefox and its driver, starts them, speaks the WebDriver protocol.
//! - [`case`]: one browser test, from an empty profile to the look at the console.
//! - [`fixtures`]: feeds that are made up, good ones and wrong ones.
//! - [`page`]: what a user does with a page: find by role and name, click, type, wait.
//! - [`run`]: many cases in one browser or both, some beside each other.

pub mod axe;
pub mod browser;
pub mod case;
pub mod fixtures;
mod http;
pub mod key;
pub mod page;
pub mod run;
pub mod server;
