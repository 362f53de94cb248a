//! Conditions of a filter beside "is one of" in an address: `not.KEY=value`, `has.KEY=text`, `starts.KEY=text` for a label, `ge.latency=2000` and
//! likewise for a number, `class=5xx` and `not.class=4xx` for the status.

use crate::model::limits::CONDITIONS_MAX;
use crate::model::{Comparison, Label, Matcher, NumberField};

const COMPARISONS: [(&str, Comparison); 5] = [
    ("lt", Comparison::Less),
    ("le", Comparison::LessOrEqual),
    ("eq", Comparison::Equal),
    ("ge", Comparison::GreaterOrEqual),
    ("gt", Comparison::Greater),
];
const CLASS: &str = "class";
const NOT_CLASS: &str = "not.class";

/// Whether a parameter is a condition's or a label's, which no page is called like.
pub fn is_named(key: &str) -> bool {
    let word = key.split_once('.').map_or(key, |(word, _)| word);
    matches!(word, CLASS | "label" | "not" | "has" | "starts") || COMPARISONS.iter().any(|(known, _)| *known == word)
}

/// Adds the condition of a parameter; false, and nothing added, where it is none.
pub fn add(conditions: &mut Vec<Matcher>, key: &str, value: &str) -> bool {
    let Some(condition) = parse(key, value) else { return false };
    // Several values of one label are one condition, and so are several classes.
    for known in conditions.iter_mut() {
        match (known, &condition) {
            (known, condition) if *known == *condition => return true,
            (Matcher::NoneOf(label, values), Matcher::NoneOf(of, more)) if label == of => {
                values.extend(more.iter().filter(|value| !values.contains(value)).cloned().collect::<Vec<_>>());
                return true;
            }
            (Matcher::StatusClass { classes, within }, Matcher::StatusClass { classes: more, within: same })
                if within == same =>
            {
                classes.extend(more.iter().filter(|class| !classes.contains(class)).copied().collect::<Vec<_>>());
                return true;
            }
            _ => {}
        }
    }
    let room = conditions.len() < CONDITIONS_MAX;
    conditions.extend(Some(condition).filter(|_| room));
    room
}

fn parse(key: &str, value: &str) -> Option<Matcher> {
    if key == CLASS || key == NOT_CLASS {
        let class = value.strip_suffix("xx")?.parse().ok().filter(|class| (1..=5).contains(class))?;
        return Some(Matcher::StatusClass { classes: vec![class], within: key == CLASS });
    }
    let (word, of) = key.split_once('.')?;
    if let Some((_, comparison)) = COMPARISONS.into_iter().find(|(known, _)| *known == word) {
        let field = NumberField::ALL.into_iter().find(|field| field.key() == of)?;
        return Some(Matcher::Number(field, comparison, field.read(value)?));
    }
    let label = Label::from_key(of).filter(|label| *label != Label::Dim(crate::model::Dim::Service))?;
    match word {
        "not" => Some(Matcher::NoneOf(label, vec![value.to_owned()])),
        "has" => Some(Matcher::Contains(label, value.to_owned())),
        "starts" => Some(Matcher::StartsWith(label, value.to_owned())),
        _ => None,
    }
}

/// The parameters of a condition.
pub fn write(condition: &Matcher) -> Vec<(String, String)> {
    let of = |word: &str, label: &Label| [word, ".", &label.key()].concat();
    match condition {
        Matcher::NoneOf(label, values) => values.iter().map(|value| (of("not", label), value.clone())).collect(),
        Matcher::Contains(label, text) => vec![(of("has", label), text.clone())],
        Matcher::StartsWith(label, text) => vec![(of("starts", label), text.clone())],
        Matcher::StatusClass { classes, within } => {
            let key = if *within { CLASS } else { NOT_CLASS };
            classes.iter().map(|class| (key.to_owned(), [&class.to_string(), "xx"].concat())).collect()
        }
        Matcher::Number(field, comparison, bound) => {
            let word = COMPARISONS.into_iter().find(|(_, known)| known == comparison).map_or("", |(word, _)| word);
            vec![([word, ".", field.key()].concat(), field.write(*bound))]
        }
        Matcher::OneOf(..) | Matcher::Error(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_they_are_written() {
        let link = [
            ("not.key", "a"),
            ("not.key", ""),
            ("has.label.team", "sea"),
            ("starts.model", "gpt-"),
            ("class", "5xx"),
            ("not.class", "4xx"),
            ("ge.latency", "2000.5"),
            ("lt.tpot", "0.000001"),
            ("gt.generation", "3"),
            ("eq.input", "7"),
        ];
        let mut conditions = Vec::new();
        assert!(link.iter().chain(&link).all(|(key, value)| add(&mut conditions, key, value)));
        let written: Vec<(String, String)> = conditions.iter().flat_map(write).collect();
        assert_eq!(written, link.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(conditions[5], Matcher::Number(NumberField::Latency, Comparison::GreaterOrEqual, 2_000_500));
        let none = [
            "not.service=a",
            "has.team=a",
            "ge.latency=-1",
            "ge.latency=1.0001",
            "ge.input=1.5",
            "class=9xx",
            "class=5",
            "ge.x=1",
            "lt.input=",
        ];
        for (key, value) in none.map(|pair| pair.split_once('=').expect("a pair")) {
            assert!(!add(&mut conditions, key, value), "{key}");
        }
    }
}
