//! What is wrong with a configuration, and where.

use crate::i18n::config::Config;
use crate::i18n::{Lang, Message, fill};

/// One thing that is wrong. What it was to set keeps its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Such as `feeds[1].url`; empty where it is the file as a whole.
    pub path: String,
    /// What was expected.
    pub expected: Config,
    /// The words that would do, or the reader's own words, where `expected` has a place for them.
    pub words: String,
    /// What was found there, shortened; of a header's value only what kind it is.
    pub found: String,
}

impl Fault {
    /// The fault in one line: place, expectation, finding.
    pub fn text(&self, lang: Lang) -> String {
        let expected = fill(self.expected.text(lang), &[("words", &self.words)]);
        let words = if self.found.is_empty() { Config::Expected } else { Config::ExpectedFound };
        let path = if self.path.is_empty() { "config.json" } else { &self.path };
        fill(words.text(lang), &[("path", path), ("expected", &expected), ("found", &self.found)])
    }
}
