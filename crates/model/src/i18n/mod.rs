//! Every text a user reads, in English and Simplified Chinese (the Chinese terms are the ones the MaaS console uses).
//!
//! Messages are typed keys, one table for each page and room; the compiler refuses a key without both languages.

#[macro_use]
mod table;
pub mod calls;
pub mod charts;
pub mod common;
pub mod conditions;
pub mod config;
pub mod costs;
pub mod details;
pub mod embed;
pub mod exact;
pub mod export;
pub mod failed;
pub mod formats;
#[cfg(test)]
mod glossary;
pub mod live;
pub mod mapping;
pub mod metrics;
pub mod missing;
pub mod pages;
pub mod record;
pub mod report;
pub mod sets;
pub mod states;
pub mod time;

pub use table::{Message, fill, plural};

use serde::{Deserialize, Serialize};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// Word in the query string.
    pub const fn key(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// Value of `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// The language for a list of preferred tags, best first.
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        for tag in tags {
            let tag = tag.to_ascii_lowercase();
            if tag.starts_with("zh") {
                return Lang::Zh;
            }
            if tag.starts_with("en") {
                return Lang::En;
            }
        }
        Lang::En
    }
}
