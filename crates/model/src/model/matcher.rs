//! Conditions on calls: matchers of labels and numbers.

use super::{Class, Derived, Label, NumberField};
use crate::base::fold;
use serde::{Deserialize, Serialize};

/// A condition on a call. The empty text means calls that do not carry the label.
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
    /// Whether `value` compares to `bound` in this way.
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
        match self {
            Self::OneOf(_, values) => values.iter().any(|one| one == value),
            Self::NoneOf(_, values) => values.iter().all(|one| one != value),
            Self::Contains(_, text) => fold::contains(value, text),
            Self::StartsWith(_, text) => fold::starts_with(value, text),
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
