//! What the page asks of the engine.

use super::selection::Selection;
use crate::ask::Batch;
use crate::model::Precision;
pub use crate::model::window::ListSort;
use crate::series::Zone;
use serde::{Deserialize, Serialize};

/// A message to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// Read a source; what was loaded before stays until the new one has been read to its end with at least one call.
    /// `read_as`: the importer that a person chose, by its name; `None`: told by the content. `once`: calls that several members hold count once.
    Load { load: u32, source: Source, rebase: Option<Rebase>, read_as: Option<String>, once: bool },
    /// Stop reading; what was loaded before stays.
    CancelLoad { load: u32 },
    /// Ask one view. A newer query of the same [`Query::slot`] replaces an older one, but those `apart`, each of which is answered: for exports and costs.
    Ask { seq: u32, batch: Batch, apart: bool },
}

/// Where calls come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// Members that travel with the message (`web::member`: files, but feeds and what was kept as well), read into one data set; `files` are
    /// their names in the same order.
    Files { name: String, files: Vec<String> },
    /// A feed's address, absolute. `name` is what the page calls it; `live`: now is the clock, else the newest call.
    /// `access`: what its server wants besides.
    Url { name: String, url: String, live: bool, access: Access },
    /// Text from the clipboard.
    Text { name: String, text: String },
    /// What was kept in this browser under this name.
    Kept { name: String },
}

/// How a feed's server is asked, beyond its address. Headers may be secrets: they are in memory alone, in no link, log or export.
///
/// One text, as `public/boot.js` makes it (credentials mode, then names and values of headers, with tabs between; empty: nothing of
/// all this), so that the first view only passes it on.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access(String);

impl Access {
    /// What the boot script left.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Neither headers nor cookies: for every origin but the feed's own.
    pub fn anonymous() -> Self {
        Self("omit".to_owned())
    }

    /// Whether requests carry what is for the feed's own origin alone: headers, or cookies of another origin than the page's. (The browser's
    /// default mode sends cookies to the page's own origin, and to no other that a redirect leads to.)
    pub fn has_secrets(&self) -> bool {
        self.credentials() == Some("include") || self.headers().next().is_some()
    }

    /// The text, to pass on.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The Fetch standard's credentials mode; `None`: the browser's default.
    pub fn credentials(&self) -> Option<&str> {
        self.0.split('\t').next().filter(|mode| !mode.is_empty())
    }

    /// Names and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut parts = self.0.split('\t').skip(1);
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} headers", self.headers().count())
    }
}

impl Source {
    pub fn name(&self) -> &str {
        match self {
            Source::Files { name, .. } | Source::Url { name, .. } | Source::Text { name, .. } | Source::Kept { name } => name,
        }
    }
}

/// How demonstration data (`"demonstration": true`) is moved to the present: see docs/feed.md.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rebase {
    pub now_ms: i64,
    pub zone: Zone,
}

/// A question for one view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    Calls(CallsQuery),
    Details(DetailsQuery),
    Failed(FailedQuery),
    List(ListQuery),
    Rows(RowsQuery),
    Cost(super::CostQuery),
}

impl Query {
    /// The slot of the Calls page.
    pub const CALLS: u8 = 0;

    /// Queries of one slot replace each other.
    pub const fn slot(&self) -> u8 {
        match self {
            Query::Calls(_) => Self::CALLS,
            Query::Details(_) => 1,
            Query::Failed(_) => 2,
            Query::List(_) => 3,
            Query::Rows(_) => 4,
            Query::Cost(_) => 5,
        }
    }
}

/// The Calls page: tiles, services table, filter lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallsQuery {
    pub selection: Selection,
    /// Bucket width of the tiles' sparklines.
    pub precision: Precision,
}

/// A service's Monitoring tab. `selection.filter` may name versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetailsQuery {
    pub service: String,
    pub selection: Selection,
    pub precision: Precision,
}

/// A service's Failed Calls tab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedQuery {
    pub service: String,
    pub selection: Selection,
    pub precision: Precision,
    /// The code that is looked into.
    pub status: Option<u16>,
    /// What of its calls is looked into; `None`: all.
    pub message: Option<ErrorChoice>,
    /// Most messages of the template that is looked into.
    pub texts: u32,
    /// Each message by itself, as exports have them; else messages are grouped by template.
    pub every_message: bool,
}

/// Calls of a code that are looked into by what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorChoice {
    /// The service's own code.
    pub error_code: String,
    /// A template, or just one message; `None`: any, where messages are kept from the page.
    pub message: Option<String>,
}

/// A window of the calls behind a code, newest first unless sorted otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListQuery {
    pub service: String,
    pub selection: Selection,
    pub status: u16,
    pub message: Option<ErrorChoice>,
    pub sort: ListSort,
    pub descending: bool,
    pub offset: u32,
    pub limit: u32,
}

/// A window of the calls of a selection, for exports: service by service, each in order of time. Windows are asked one after the other, each
/// from where the last one ended, so that a million calls cost one pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsQuery {
    pub selection: Selection,
    /// 0, then [`crate::wire::RowsReply::next`].
    pub from: u32,
    /// Most calls in the answer.
    pub limit: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_is_taken_apart_as_the_boot_script_puts_it_together_and_never_shown() {
        let access = Access::new("include\tAuthorization\tBearer s3cret\tX-Empty\t");
        assert_eq!(access.credentials(), Some("include"));
        assert_eq!(access.headers().collect::<Vec<_>>(), [("Authorization", "Bearer s3cret"), ("X-Empty", "")]);
        assert_eq!(format!("{access:?}"), "2 headers");
        assert!(access.has_secrets() && Access::new("include").has_secrets() && Access::new("\tX-Api-Key\t1").has_secrets());
        assert!(!["", "omit", "same-origin"].into_iter().any(|mode| Access::new(mode).has_secrets()));
        assert!(!Access::anonymous().has_secrets() && Access::anonymous().credentials() == Some("omit"));
        for nothing in [Access::default(), Access::new("")] {
            assert_eq!((nothing.credentials(), nothing.headers().count()), (None, 0));
        }
    }
}
