//! What calls can be grouped and matched by: their dimensions, the labels of a feed, and what is made of other fields.

use super::Dim;
use super::limits::{LABEL_NAME_BYTES_MAX, LABEL_NAMES_KNOWN_MAX};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Mutex;

/// A label of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Label {
    Dim(Dim),
    /// The HTTP status.
    Status,
    /// The service's own error code.
    ErrorCode,
    ErrorMessage,
    /// What error messages have in common, with placeholders where they differ.
    ErrorTemplate,
    /// A label that a feed or a server has, by its name there.
    Named(Name),
    Derived(Derived),
}

/// Labels that are made of other fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Derived {
    /// `1xx` to `5xx`.
    StatusClass,
    /// `0` to `23`, on the wall clock of the selection's zone.
    Hour,
    /// `1` (Monday) to `7`, likewise.
    Weekday,
    /// The octave of a number: the largest power of two that is not above it, or `0`.
    Octave(NumberField),
}

/// Numbers of a call that matchers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NumberField {
    InputTokens,
    OutputTokens,
    TotalTokens,
    CachedTokens,
    /// Microseconds.
    Latency,
    /// Microseconds.
    Ttft,
    /// Nanoseconds.
    Tpot,
    /// Microseconds.
    Generation,
}

/// What is before a label's name in links and files.
const NAMED: &str = "label.";

impl Label {
    /// Its word in links, files and the search language.
    pub fn key(self) -> String {
        match self {
            Self::Dim(dim) => dim.key().into(),
            Self::Status => "status".into(),
            Self::ErrorCode => "error_code".into(),
            Self::ErrorMessage => "error_message".into(),
            Self::ErrorTemplate => "error_template".into(),
            Self::Named(name) => [NAMED, name.as_str()].concat(),
            Self::Derived(Derived::StatusClass) => "status_class".into(),
            Self::Derived(Derived::Hour) => "hour".into(),
            Self::Derived(Derived::Weekday) => "weekday".into(),
            Self::Derived(Derived::Octave(field)) => ["octave.", field.key()].concat(),
        }
    }

    /// The dimension or the feed's label of a word: what a page can be filtered by.
    pub fn from_key(key: &str) -> Option<Self> {
        match key.strip_prefix(NAMED) {
            Some(name) => Name::new(name).map(Self::Named),
            None => Dim::from_key(key).map(Self::Dim),
        }
    }
}

impl From<Dim> for Label {
    fn from(dim: Dim) -> Self {
        Self::Dim(dim)
    }
}

impl NumberField {
    /// Its word in links, files and the search language.
    pub const fn key(self) -> &'static str {
        match self {
            Self::InputTokens => "input",
            Self::OutputTokens => "output",
            Self::TotalTokens => "tokens",
            Self::CachedTokens => "cached",
            Self::Latency => "latency",
            Self::Ttft => "ttft",
            Self::Tpot => "tpot",
            Self::Generation => "generation",
        }
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::InputTokens,
        Self::OutputTokens,
        Self::TotalTokens,
        Self::CachedTokens,
        Self::Latency,
        Self::Ttft,
        Self::Tpot,
        Self::Generation,
    ];

    /// Decimals of a number in the unit that people write it in: milliseconds, of generation times seconds.
    const fn decimals(self) -> usize {
        match self {
            Self::InputTokens | Self::OutputTokens | Self::TotalTokens | Self::CachedTokens => 0,
            Self::Latency | Self::Ttft => 3,
            Self::Tpot | Self::Generation => 6,
        }
    }

    /// A number as people write it, in grains.
    pub fn read(self, text: &str) -> Option<u64> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > self.decimals() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let zeros = "0".repeat(self.decimals() - fraction.len());
        [whole, fraction, &zeros].concat().parse().ok()
    }

    /// A number of grains as people write it.
    pub fn write(self, grains: u64) -> String {
        let (decimals, digits) = (self.decimals(), grains.to_string());
        let digits = ["0".repeat((decimals + 1).saturating_sub(digits.len())), digits].concat();
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { whole.to_owned() } else { [whole, ".", fraction].concat() }
    }
}

/// The name of an open label. Names are few and stay for as long as the program runs, so that one is as small as a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(&'static str);

static KNOWN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

impl Name {
    /// `None` for a name that is empty or longer than [`LABEL_NAME_BYTES_MAX`], and where [`LABEL_NAMES_KNOWN_MAX`] others are known.
    pub fn new(name: &str) -> Option<Self> {
        if name.is_empty() || name.len() > LABEL_NAME_BYTES_MAX {
            return None;
        }
        let mut known = KNOWN.lock().ok()?;
        if let Some(known) = known.iter().find(|known| **known == name) {
            return Some(Self(known));
        }
        if known.len() >= LABEL_NAMES_KNOWN_MAX {
            return None;
        }
        let new: &'static str = Box::leak(Box::from(name));
        known.push(new);
        Some(Self(new))
    }

    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <&str>::deserialize(deserializer)?;
        Self::new(name).ok_or_else(|| serde::de::Error::custom("no name of a label"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_what_is_filtered_by_are_read_again() {
        let team = Label::Named(Name::new("team").expect("a name"));
        assert_eq!((team.key().as_str(), Label::from_key("label.team")), ("label.team", Some(team)));
        assert!(Dim::ALL.into_iter().all(|dim| Label::from_key(dim.key()) == Some(dim.into())));
        for none in ["label.", "label", "team", ""] {
            assert_eq!(Label::from_key(none), None, "{none}");
        }
        assert_eq!(Name::new(&"n".repeat(LABEL_NAME_BYTES_MAX + 1)), None);
    }
}
