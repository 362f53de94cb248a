//! What the view state holds.

use crate::base::sorted::{Map, Set};
use crate::model::window::ListSort;
use crate::model::{Column, Filter, Line, Metric, Precision, Preset, RangeChoice};

/// Everything that a person chose.
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
    /// The importer that the source is read by, by its name; `None`: told by the content.
    pub read_as: Option<String>,
    /// Calls that several members of the source hold count once.
    pub once: bool,
    /// Pins the clock, so that a relative range shows what it showed then.
    pub now_ms: Option<i64>,
    /// Services whose versions are open.
    pub open: Set<String>,
    pub sort: Sort,
    /// The services table's search.
    pub search: String,
    /// Columns of the services table that are hidden.
    pub hidden_columns: Set<&'static str>,
    /// Chart lines switched off.
    pub lines_off: Map<Metric, Set<Line>>,
    /// Charts with a logarithmic axis.
    pub logarithmic: Set<Metric>,
    /// Charts shown as tables.
    pub tables: Set<Metric>,
    /// The chart shown enlarged.
    pub enlarged: Option<Metric>,
    /// Error classes (4, 5) that are closed on the Failed Calls page.
    pub closed_classes: Set<u8>,
    /// The code looked into.
    pub status: Option<u16>,
    /// The message looked into: the service's own code and its text.
    pub message: Option<(String, String)>,
    /// The order of the calls looked into, and whether it is descending.
    pub list_sort: (ListSort, bool),
    /// No app bar: inside somebody's portal.
    pub embed: bool,
    /// The range before a zoom, to go back to.
    pub zoomed_from: Option<RangeChoice>,
    /// Parameters of the address whose value cannot be shown (`range`, `now`): what they say is as in the base. No link carries this.
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
            open: Set::default(),
            sort: Sort::default(),
            search: String::new(),
            hidden_columns: Set::default(),
            lines_off: Map::default(),
            logarithmic: Set::default(),
            tables: Set::default(),
            enlarged: None,
            closed_classes: Set::default(),
            status: None,
            message: None,
            list_sort: (ListSort::Time, true),
            embed: false,
            zoomed_from: None,
            refused: Set::default(),
        }
    }
}

impl ViewState {
    /// The view of another source: language, zone, theme and embedding stay, what was chosen about the old data is again as in `base`.
    #[must_use]
    pub fn with_source(&self, source: DataSource, base: &Self) -> Self {
        Self { source, zone: self.zone.clone(), lang: self.lang.clone(), theme: self.theme, embed: self.embed, ..base.clone() }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    #[default]
    Calls,
    /// Service Call Details, Monitoring tab.
    Details,
    /// Service Call Details, Failed Calls tab.
    Failed,
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
    /// A file that the person opened, by name (of several: the names of all, or of the first and how many follow): a link cannot carry its content.
    File(String),
    /// What was kept in this browser under this name.
    Kept(String),
    /// A feed that the deployment's configuration has under this name.
    Feed(String),
    /// What the page around this one hands over; nothing yet.
    Host,
    /// None before the person opens one: which one a site shows is not known, or cannot be asked for.
    Nothing,
}

/// The services table's order. `None`: by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: Option<Column>,
    pub descending: bool,
}

impl Sort {
    /// The order in force: a link may be ordered by costs, and be opened where none are known.
    #[must_use]
    pub fn with_costs(self, known: bool) -> Self {
        if known || self.column != Some(Column::Cost) { self } else { Self::default() }
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self { column: Some(Column::Calls), descending: true }
    }
}
