//! What a deployment says in `config.json` beside `index.html`: read with every fault named by its place, and defaults for what is wrong.
//!
//! `public/config.schema.json` describes the same for editors, docs/deployment.md for people. The page's first view takes what it needs at
//! once from `public/boot.js`; this reading is the one that is checked.

mod fault;
mod feed;
mod prices;
mod read;

pub use fault::Fault;
pub use feed::{Credentials, Feed};
pub use read::{Reading, read};

use crate::i18n::Lang;
use crate::model::mapping::Mapping;
use crate::model::price::PriceSheet;
use crate::model::range::Preset;
use crate::url::Theme;
use std::collections::BTreeMap;

/// A deployment's choices; the default is what a console without `config.json` does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configuration {
    /// In place of the product's name.
    pub title: Option<String>,
    /// An image beside `index.html`, or a `data:` address of one.
    pub logo: Option<String>,
    /// The first is shown where a link names no source.
    pub feeds: Vec<Feed>,
    /// Whether the header files let people connect feeds at any address; a build reads it, the page does not.
    pub other_feeds: bool,
    /// IANA name.
    pub zone: Option<String>,
    pub language: Option<Lang>,
    pub theme: Option<Theme>,
    pub range: Option<Preset>,
    pub precision: PrecisionRule,
    /// Origins of the pages that may hold this one in a frame.
    pub parents: Vec<String>,
    /// What becomes of a page that speaks to this one and is none of these.
    pub other_parents: OtherParents,
    /// Whether error messages and request ids are shown and exported.
    pub log_access: LogAccess,
    /// What tokens cost, where costs are to be shown.
    pub prices: Option<PriceSheet>,
    /// Most memory that one load may take, in MiB, where it is less than what the browser gives.
    pub memory_limit_mb: Option<u32>,
    /// By the names that links use; a mapping without a name of its own gets that one.
    pub mappings: BTreeMap<String, Mapping>,
}

/// Which precisions a range offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrecisionRule {
    /// Minutes up to a day, hours up to a week, days beyond (docs/spec.md, section 2).
    #[default]
    BySpan,
    /// All of them, for every range.
    Any,
}

impl PrecisionRule {
    pub const ALL: [PrecisionRule; 2] = [PrecisionRule::BySpan, PrecisionRule::Any];

    /// Word in the configuration.
    pub const fn key(self) -> &'static str {
        match self {
            PrecisionRule::BySpan => "by-span",
            PrecisionRule::Any => "any",
        }
    }
}

/// Whether what calls said in words is shown, exported and passed on: error messages and request ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogAccess {
    #[default]
    On,
    Off,
}

impl LogAccess {
    pub const ALL: [LogAccess; 2] = [LogAccess::On, LogAccess::Off];

    /// Word in the configuration.
    pub const fn key(self) -> &'static str {
        match self {
            LogAccess::On => "on",
            LogAccess::Off => "off",
        }
    }
}

/// What becomes of what a page says that the configuration does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherParents {
    /// It is as if nothing were said.
    #[default]
    Ignore,
    /// The user decides, once for each page.
    Ask,
}

impl OtherParents {
    pub const ALL: [OtherParents; 2] = [OtherParents::Ignore, OtherParents::Ask];

    /// Word in the configuration.
    pub const fn key(self) -> &'static str {
        match self {
            OtherParents::Ignore => "ignore",
            OtherParents::Ask => "ask",
        }
    }
}

#[cfg(test)]
mod tests;
