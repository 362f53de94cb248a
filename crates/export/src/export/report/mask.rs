//! What in a report may name a user or a secret, and the pseudonyms that are in its place.
//!
//! A pseudonym is a number given in the order in which values are met: the same value has the same one within a report, and nothing can be
//! worked out from it, as could be from a hash of a guessed value.

use crate::base::sorted::Set;
use crate::export::truncate;
use crate::i18n::report::Report as Words;
use crate::i18n::{Lang, Message, fill};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Limits of an error code that is kept: digits of a number, bytes of an identifier. A longer one may be an ID.
const DIGITS_MAX: usize = 6;
const IDENTIFIER_BYTES_MAX: usize = 48;
/// Samples of a field that the dialog shows.
const SAMPLES: usize = 3;
/// Characters of a sample.
const SAMPLE_CHARS: usize = 80;

/// A field that is replaced unless the user opts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    ApiKey,
    Ip,
    Workspace,
    /// The service's own error code: free text in some feeds. Identifiers are kept ([`is_identifier`]).
    OwnCode,
    Message,
    RequestId,
    /// The link to the view: it has the values of filters and the address of the feed in it. Left out, not replaced.
    Link,
}

impl Field {
    /// All of them, in the dialog's order.
    pub const ALL: [Field; 7] =
        [Field::ApiKey, Field::Ip, Field::Workspace, Field::OwnCode, Field::Message, Field::RequestId, Field::Link];

    /// What people call it.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Field::ApiKey => Words::ApiKeys,
            Field::Ip => Words::Ips,
            Field::Workspace => Words::Workspaces,
            Field::OwnCode => Words::OwnCodes,
            Field::Message => Words::Messages,
            Field::RequestId => Words::RequestIds,
            Field::Link => Words::LinkField,
        }
        .text(lang)
    }

    /// The pseudonym of the value with this number, from 1.
    fn pseudonym(self, lang: Lang, number: usize) -> String {
        let words = match self {
            Field::ApiKey => Words::KeyN,
            Field::Ip => Words::IpN,
            Field::Workspace => Words::WorkspaceN,
            Field::OwnCode => Words::CodeN,
            Field::Message => Words::MessageN,
            Field::RequestId => Words::RequestN,
            Field::Link => Words::LeftOut,
        };
        fill(words.text(lang), &[("n", &number.to_string())])
    }
}

/// What a report has of a field: for the user who decides what goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    pub field: Field,
    /// Different values.
    pub values: u64,
    /// The first of them, cut where they are long, and what is in the report.
    pub samples: Vec<(String, String)>,
}

/// Replaces values while a report is written, and counts them.
#[derive(Debug)]
pub struct Mask {
    lang: Lang,
    /// Fields that go out as they are.
    open: Set<Field>,
    numbers: HashMap<(Field, String), usize>,
    met: Vec<Met>,
}

impl Mask {
    pub fn new(lang: Lang, open: Set<Field>) -> Self {
        Self { lang, open, numbers: HashMap::new(), met: Vec::new() }
    }

    /// What is in the report for a value. An empty one is none, and stays so.
    pub fn say(&mut self, field: Field, value: &str) -> String {
        if value.is_empty() {
            return String::new();
        }
        if field == Field::OwnCode && is_identifier(value) {
            return value.to_owned();
        }
        let open = self.open.contains(&field);
        if let Some(&number) = self.numbers.get(&(field, value.to_owned())) {
            return if open { value.to_owned() } else { field.pseudonym(self.lang, number) };
        }
        let at = self.met.iter().position(|m| m.field == field).unwrap_or_else(|| {
            self.met.push(Met { field, values: 0, samples: Vec::new() });
            self.met.len() - 1
        });
        let met = &mut self.met[at];
        met.values += 1;
        let number = met.values as usize;
        let said = if open { value.to_owned() } else { field.pseudonym(self.lang, number) };
        if met.samples.len() < SAMPLES {
            met.samples.push((shortened(value), shortened(&said)));
        }
        self.numbers.insert((field, value.to_owned()), number);
        said
    }

    /// Whether the values of a field are kept.
    pub fn is_open(&self, field: Field) -> bool {
        self.open.contains(&field)
    }

    /// Fields that were replaced, in [`Field::ALL`]'s order.
    pub fn replaced(&self) -> Vec<Field> {
        let replaced = |field: &Field| !self.is_open(*field) && self.met.iter().any(|m| m.field == *field);
        Field::ALL.into_iter().filter(replaced).collect()
    }

    /// What was met, in [`Field::ALL`]'s order.
    pub fn into_met(mut self) -> Vec<Met> {
        self.met.sort_by_key(|m| m.field);
        self.met
    }
}

/// Whether an error code is of the kind that programs define, and names no user: digits, or words of one case joined by `_`, as in
/// `rate_limit_exceeded`. A single word may be a name; letters beside digits may be a key.
fn is_identifier(code: &str) -> bool {
    let words = |is_letter: fn(&u8) -> bool| {
        code.split('_').all(|word| !word.is_empty() && word.bytes().all(|byte| is_letter(&byte))) && code.contains('_')
    };
    let is_number = code.len() <= DIGITS_MAX && code.bytes().all(|byte| byte.is_ascii_digit());
    let is_words = code.len() <= IDENTIFIER_BYTES_MAX && (words(u8::is_ascii_lowercase) || words(u8::is_ascii_uppercase));
    is_number || is_words
}

fn shortened(text: &str) -> String {
    let kept = truncate::beginning(text, SAMPLE_CHARS, |_| 1);
    if kept.len() < text.len() { format!("{kept}…") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_value_has_the_same_pseudonym_in_its_field() {
        let mut mask = Mask::new(Lang::En, [Field::Ip].into());
        let said: Vec<String> = ["alice", "bob", "alice", ""].map(|key| mask.say(Field::ApiKey, key)).into();
        assert_eq!(said, ["key-1", "key-2", "key-1", ""]);
        // Another field counts by itself, one that is open stays as it is and is listed as well.
        assert_eq!(
            (mask.say(Field::Message, "alice"), mask.say(Field::Ip, "192.0.2.1")),
            ("message-1".into(), "192.0.2.1".into())
        );
        assert_eq!(mask.replaced(), [Field::ApiKey, Field::Message]);
        let met = mask.into_met();
        assert_eq!(
            met.iter().map(|m| (m.field, m.values)).collect::<Vec<_>>(),
            [(Field::ApiKey, 2), (Field::Ip, 1), (Field::Message, 1)]
        );
        assert_eq!(met[0].samples[1], ("bob".into(), "key-2".into()));
    }

    #[test]
    fn error_codes_that_programs_define_go_out() {
        let mut mask = Mask::new(Lang::En, Set::default());
        for code in ["rate_limit_exceeded", "RATE_LIMIT_EXCEEDED", "429", "11210"] {
            assert_eq!(mask.say(Field::OwnCode, code), code);
            assert_ne!(mask.say(Field::Message, code), code);
        }
        assert_eq!(mask.replaced(), [Field::Message]);
        let kept = ["alice", "Alice_Smith", "a_b1", "sk_live_4242", "_", "a__b", "a b_c", "1234567", "名_字", &"ab_".repeat(20)];
        for code in kept {
            assert!(mask.say(Field::OwnCode, code).starts_with("code-"), "{code}");
        }
    }

    #[test]
    fn samples_are_few_and_short() {
        let mut mask = Mask::new(Lang::Zh, Set::default());
        for n in 0..9 {
            mask.say(Field::Message, &format!("{n}{}", "长".repeat(200)));
        }
        let met = mask.into_met();
        assert_eq!((met[0].values, met[0].samples.len()), (9, SAMPLES));
        assert_eq!((met[0].samples[0].0.chars().count(), met[0].samples[0].1.as_str()), (SAMPLE_CHARS + 1, "描述-1"));
    }

    proptest! {
        /// A pseudonym says nothing of its value: values met in the same order, whatever they are, have the same ones.
        #[test]
        fn pseudonyms_follow_from_the_order_alone(values in prop::collection::vec("\\PC{1,6}", 1..20)) {
            let mut mask = Mask::new(Lang::En, Set::default());
            let said: Vec<String> = values.iter().map(|v| mask.say(Field::RequestId, v)).collect();
            let mut firsts: Vec<&String> = Vec::new();
            for (value, said) in values.iter().zip(&said) {
                let at = firsts.iter().position(|f| *f == value).unwrap_or_else(|| { firsts.push(value); firsts.len() - 1 });
                prop_assert_eq!(said, &format!("request-{}", at + 1));
            }
        }
    }
}
