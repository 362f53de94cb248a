//! Which calls a question is about: a range, matchers on labels and numbers, and the zone that days are told apart by.

use crate::base::zone::Zone;
use crate::model::{Class, Dim, Filter, Range};
use serde::{Deserialize, Serialize};

/// The calls that a question is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    pub range: Range,
    /// A call is selected where all of them hold.
    pub matchers: Vec<Matcher>,
    /// Covers every range of the question with a day to spare on both sides.
    pub zone: Zone,
}

/// What calls can be grouped and matched by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    Named(String),
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

/// A condition on a call. The empty text stands for calls that do not carry the label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matcher {
    OneOf(Label, Vec<String>),
    NoneOf(Label, Vec<String>),
    /// Without regard to the case of ASCII letters: sources fold others differently.
    Contains(Label, String),
    /// Likewise.
    StartsWith(Label, String),
    /// The hundreds of the HTTP status are among these, or are not. A call without a status does not match either way.
    StatusClass {
        classes: Vec<u8>,
        within: bool,
    },
    /// Calls whose error says something: a template, else just this message, else one of the same template.
    Error(ErrorText),
    /// A number that a call does not carry compares with nothing.
    Number(NumberField, Comparison, u64),
}

/// What an error says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorText {
    /// The service's own code.
    pub error_code: String,
    /// A template or a message; `None`: anything.
    pub text: Option<String>,
    /// Whether all messages of the template match, of which the text is one.
    pub alike: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Comparison {
    /// Whether `value` stands to `bound` as it says.
    pub const fn holds(self, value: u64, bound: u64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::LessOrEqual => value <= bound,
            Self::Equal => value == bound,
            Self::GreaterOrEqual => value >= bound,
            Self::Greater => value > bound,
        }
    }
}

impl Label {
    /// Its word in links, files and the search language.
    pub fn key(&self) -> String {
        match self {
            Self::Dim(dim) => dim.key().into(),
            Self::Status => "status".into(),
            Self::ErrorCode => "error_code".into(),
            Self::ErrorMessage => "error_message".into(),
            Self::ErrorTemplate => "error_template".into(),
            Self::Named(name) => format!("label.{name}"),
            Self::Derived(Derived::StatusClass) => "status_class".into(),
            Self::Derived(Derived::Hour) => "hour".into(),
            Self::Derived(Derived::Weekday) => "weekday".into(),
            Self::Derived(Derived::Octave(field)) => format!("octave.{}", field.key()),
        }
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
}

impl Matcher {
    /// Failed calls (4xx and 5xx).
    pub fn failed() -> Self {
        Self::StatusClass { classes: vec![4, 5], within: true }
    }

    /// Calls whose source records a status.
    pub fn stated() -> Self {
        Self::NoneOf(Label::Status, vec![String::new()])
    }

    /// Calls that did not fail.
    pub fn successful() -> Self {
        Self::StatusClass { classes: vec![4, 5], within: false }
    }

    /// Calls of a class of statuses; `None` for all.
    pub fn of_class(class: Class) -> Option<Self> {
        match class {
            Class::All => None,
            Class::In(classes) => Some(Self::StatusClass { classes: classes.into(), within: true }),
            Class::NotIn(classes) => Some(Self::StatusClass { classes: classes.into(), within: false }),
        }
    }

    /// Whether a value of its label matches. A number is no label's, so that it always does.
    pub fn holds(&self, value: &str) -> bool {
        let lower = |text: &str| text.to_ascii_lowercase();
        match self {
            Self::OneOf(_, values) => values.iter().any(|one| one == value),
            Self::NoneOf(_, values) => values.iter().all(|one| one != value),
            Self::Contains(_, text) => lower(value).contains(&lower(text)),
            Self::StartsWith(_, text) => lower(value).starts_with(&lower(text)),
            Self::StatusClass { classes, within } => {
                let class = value.as_bytes().first().map(|digit| digit.wrapping_sub(b'0'));
                class.is_some_and(|class| classes.contains(&class) == *within)
            }
            Self::Error(_) | Self::Number(..) => true,
        }
    }

    /// The label it looks at; `None` for numbers.
    pub const fn label(&self) -> Option<&Label> {
        match self {
            Self::OneOf(label, _) | Self::NoneOf(label, _) | Self::Contains(label, _) | Self::StartsWith(label, _) => Some(label),
            Self::StatusClass { .. } => Some(&Label::Derived(Derived::StatusClass)),
            Self::Error(_) => Some(&Label::ErrorMessage),
            Self::Number(..) => None,
        }
    }
}

/// The filter that a person chose, as matchers in the order of the dimensions.
pub fn matchers(filter: &Filter) -> Vec<Matcher> {
    Dim::ALL.into_iter().filter_map(|dim| Some(Matcher::OneOf(Label::Dim(dim), filter.get(dim)?.to_vec()))).collect()
}
