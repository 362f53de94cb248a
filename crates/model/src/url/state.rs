//! What the view state holds.

use super::page::Page;
use crate::base::sorted::{Map, Set};
use crate::model::{Filter, Precision, Preset, RangeChoice};

/// Everything that a user chose.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewState {
    pub page: Page,
    /// The service of the Details and Failed Calls pages.
    pub service: String,
    pub range: RangeChoice,
    /// `None`: the default of the range.
    pub precision: Option<Precision>,
    pub filter: Filter,
    /// IANA name; `None`: the browser's.
    pub zone: Option<String>,
    /// `None`: the browser's.
    pub lang: Option<String>,
    /// `None`: the system's.
    pub theme: Option<Theme>,
    pub source: DataSource,
    /// The importer that the source is read by, by its name; `None`: recognised by content.
    pub read_as: Option<String>,
    /// Calls that several members of the source hold count once.
    pub once: bool,
    /// Pins the clock, so that a relative range shows what it showed then.
    pub now_ms: Option<i64>,
    /// No app bar: inside a portal.
    pub embed: bool,
    /// The range before a zoom, to go back to.
    pub zoomed_from: Option<RangeChoice>,
    /// The state of pages, of each as its pairs: keys without the page's name, and values. Pages that this build does not know too.
    pub pages: Map<String, Vec<(String, String)>>,
    /// Parameters of the address that cannot be shown as they say (`v`, `page`, `range`, `now`): they are as in the base. No link carries
    /// this.
    pub refused: Set<&'static str>,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            page: Page::Calls,
            service: String::new(),
            range: RangeChoice::Preset(Preset::Days3),
            precision: None,
            filter: Filter::default(),
            zone: None,
            lang: None,
            theme: None,
            source: DataSource::Demo,
            read_as: None,
            once: false,
            now_ms: None,
            embed: false,
            zoomed_from: None,
            pages: Map::default(),
            refused: Set::default(),
        }
    }
}

impl ViewState {
    /// The view of another source, of a file all that is in it: language, zone, theme and embedding stay, what was chosen about the old data, on every page, is again as in `base`.
    #[must_use]
    pub fn with_source(&self, source: DataSource, base: &Self) -> Self {
        let range = source.range(base);
        Self {
            source,
            range,
            zone: self.zone.clone(),
            lang: self.lang.clone(),
            theme: self.theme,
            embed: self.embed,
            ..base.clone()
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub const fn key(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

impl DataSource {
    /// Whether its calls are of times of their own, which no range that ends now may hold.
    pub const fn is_dated(&self) -> bool {
        matches!(self, DataSource::File(_) | DataSource::Kept(_))
    }

    /// The range that is shown of it by default.
    pub const fn range(&self, base: &ViewState) -> RangeChoice {
        if self.is_dated() { RangeChoice::Preset(Preset::Whole) } else { base.range }
    }
}

/// Which calls are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DataSource {
    /// The bundled demonstration feed.
    #[default]
    Demo,
    /// The bundled real trace.
    Azure,
    /// A feed's address.
    Url(String),
    /// A file that the user opened, by name (of several: the names of all, or of the first and how many follow): a link cannot carry its content.
    File(String),
    /// What was kept in this browser under this name.
    Kept(String),
    /// A feed that the deployment's configuration has under this name.
    Feed(String),
    /// What the embedding page passes; nothing yet.
    Host,
    /// None before the user opens one: which one a site shows is not known, or cannot be requested.
    Nothing,
}
