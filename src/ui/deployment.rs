//! What the first view needs of the deployment's configuration, as `public/boot.js` took it from `config.json`. Its errors are
//! shown by [`super::components::SiteNotice`], from the whole text.

use super::handle::Handle;
use crate::url::{self, ViewState};
use crate::web::message::pack;
use crate::wire::{Access, MemberSource, ToEngine, ToReader};
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

/// See the module's text.
pub struct Deployment {
    /// The view of an address that says nothing.
    pub base: ViewState,
    /// What the console is called here.
    pub title: String,
    /// Every range offers every precision.
    pub any_precision: bool,
    /// A feed a line: name, address, importer, credentials mode, names and values of headers, with tabs between.
    feeds: String,
}

/// What a script of the page left under this name.
pub fn left(name: &str) -> JsValue {
    let left = Reflect::get(&js_sys::global(), &"callscope".into()).unwrap_or_default();
    Reflect::get(&left, &name.into()).unwrap_or_default()
}

/// A text that the boot script left; empty where there is none.
pub fn text(name: &str) -> String {
    left(name).as_string().unwrap_or_default()
}

/// Whether error messages and request ids may be shown (`log_access` of the configuration).
pub fn shows_log() -> bool {
    text("log") == "on"
}

/// The first message to each reader: the text of the configuration in force.
pub fn for_reader() -> Option<Array> {
    pack(&ToEngine::Role(ToReader::Configuration(text("text"))), &[])
}

/// Whether the configuration has a price sheet; one that is wrong counts too.
pub fn is_priced() -> bool {
    !text("prices").is_empty()
}

impl Deployment {
    pub fn read() -> Self {
        Self {
            base: url::parse(&text("view"), &ViewState::default()),
            title: text("title"),
            any_precision: text("precision") == "any",
            feeds: text("feeds"),
        }
    }

    /// The names of all feeds.
    pub fn feeds(&self) -> impl Iterator<Item = &str> {
        self.feeds.split('\n').filter_map(|line| line.split_once('\t')).map(|(name, _)| name)
    }

    /// The feed of this name; `beside` makes its address absolute.
    pub fn feed(&self, wanted: &str, beside: fn(&str) -> String) -> Option<Handle> {
        let (name, rest) = self.feeds.split('\n').filter_map(|line| line.split_once('\t')).find(|(name, _)| *name == wanted)?;
        let (url, rest) = rest.split_once('\t')?;
        let (read_as, access) = rest.split_once('\t')?;
        let own = Some(read_as).filter(|name| !name.is_empty()).map(str::to_owned);
        let source = MemberSource::Url { name: name.to_owned(), url: beside(url), live: true, access: Access::new(access) };
        Some(Handle { own, ..Handle::of(source) })
    }
}
