//! Tests of `docs/glossary.md`: the messages use its terms, and none of the words that it rules out.

use super::metrics;
use super::table::every_message;
use crate::i18n::Lang;
use crate::model::Metric;

const GLOSSARY: &str = include_str!("../../../../docs/glossary.md");

/// The button of the filter of API keys has the name that MaaS gives it, and the common term beside it.
const FILTER_OF_MAAS: &str = "Conditions::CallingMethod";

/// One term: its words in English and Chinese, and those that would be a second word for the same thing.
struct Term {
    en: &'static str,
    zh: &'static str,
    not: Vec<&'static str>,
}

/// The rows of every table with these columns: English, 中文, meaning, not.
fn terms() -> Vec<Term> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").map(str::trim).collect();
        let [en, zh, _, not] = cells[..] else { return None };
        let not = not.split(", ").filter_map(|word| word.strip_prefix('`')?.strip_suffix('`')).collect();
        (en != "English").then_some(Term { en, zh, not })
    };
    GLOSSARY.lines().filter_map(row).collect()
}

fn messages() -> Vec<(String, &'static str, &'static str)> {
    let title = |metric: &Metric| (format!("{metric:?}"), metrics::metric(Lang::En, *metric), metrics::metric(Lang::Zh, *metric));
    every_message().into_iter().chain(Metric::ALL.iter().map(title)).collect()
}

/// Whether a text has these words, alone and not as a part of others; the first letter may be a capital.
fn says(text: &str, words: &str) -> bool {
    let of_a_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '{' | '/');
    let stands = |at: usize, len: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at + len..].chars().next());
        !words.is_ascii() || !before.is_some_and(of_a_word) && !after.is_some_and(of_a_word)
    };
    let found = |words: &str| text.match_indices(words).any(|(at, found)| stands(at, found.len()));
    found(words) || found(&capitalised(words))
}

fn capitalised(words: &str) -> String {
    let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}

/// The words of a text that the glossary rules out. Its own terms may contain such words.
fn ruled_out<'a>(text: &str, terms: &'a [Term]) -> Vec<&'a str> {
    let mut own: Vec<&str> = terms.iter().flat_map(|term| [term.en, term.zh]).collect();
    own.sort_by_key(|term| std::cmp::Reverse(term.len()));
    let mut rest = text.to_owned();
    for term in own.into_iter().filter(|term| term.contains(' ') || !term.is_ascii()) {
        rest = rest.replace(term, "·").replace(&capitalised(term), "·");
    }
    terms.iter().flat_map(|term| &term.not).copied().filter(|words| says(&rest, words)).collect()
}

#[test]
fn messages_have_one_word_for_one_thing() {
    let terms = terms();
    assert!(terms.len() > 40, "the glossary is read: {} terms", terms.len());
    let wrong = |(key, en, zh): &(String, &'static str, &'static str)| {
        if key == FILTER_OF_MAAS {
            return None;
        }
        let words: Vec<&str> = ruled_out(en, &terms).into_iter().chain(ruled_out(zh, &terms)).collect();
        (!words.is_empty()).then(|| format!("{key}: {words:?} in {en:?}, {zh:?}"))
    };
    let wrong: Vec<String> = messages().iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "docs/glossary.md has other words for these:\n{}", wrong.join("\n"));
}

#[test]
fn every_term_is_in_use() {
    let (mut en, mut zh) = (String::new(), String::new());
    for (_, of_en, of_zh) in messages() {
        en.push_str(&format!("{of_en}\n").to_lowercase());
        zh.push_str(&format!("{of_zh}\n"));
    }
    for term in terms() {
        assert!(en.contains(&term.en.to_lowercase()), "no message says {:?}", term.en);
        assert!(zh.contains(term.zh), "no message says {:?}", term.zh);
    }
}

#[test]
fn a_second_word_is_refused() {
    let terms = terms();
    let refused = |text: &str| ruled_out(text, &terms);
    assert_eq!(refused("Keys affected"), ["keys"]);
    assert_eq!(refused("By calling method"), ["calling method"]);
    assert_eq!(refused("key-{n} and the arrow keys of an API key"), [""; 0]);
    assert_eq!(refused("Nothing is kept."), ["kept"]);
    assert_eq!(refused("被拒绝的调用"), ["被拒绝"]);
    assert_eq!(refused("端到端时延"), [""; 0]);
}
