//! How a table of messages is written, looked up and filled.

use super::Lang;

/// A key with its text in every language.
pub trait Message: Copy {
    fn text(self, lang: Lang) -> &'static str;
}

/// Defines an enum of keys: `Key => "English", "中文";`.
macro_rules! messages {
    ($(#[$doc:meta])* $name:ident { $($key:ident => $en:literal, $zh:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = concat!("`", $en, "`")] $key),+ }

        impl $name {
            /// Every key of this table.
            pub const ALL: &'static [$name] = &[$($name::$key),+];
        }

        impl $crate::i18n::Message for $name {
            fn text(self, lang: $crate::i18n::Lang) -> &'static str {
                match (self, lang) {
                    $(($name::$key, $crate::i18n::Lang::En) => $en, ($name::$key, $crate::i18n::Lang::Zh) => $zh,)+
                }
            }
        }
    };
}

/// Replaces `{name}` by values. A placeholder without a value stays as it is.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = tail.split_once('}') else {
            out.push('{');
            rest = tail;
            break;
        };
        match values.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => out.push_str(value),
            None => out.extend(["{", name, "}"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The English singular or plural (Chinese has one form: give the same key's text twice).
pub fn plural<M: Message>(lang: Lang, n: u64, one: M, many: M) -> &'static str {
    if n == 1 && lang == Lang::En { one.text(lang) } else { many.text(lang) }
}

/// Every message with its table and key, in English and Chinese.
#[cfg(test)]
pub fn every_message() -> Vec<(String, &'static str, &'static str)> {
    use super::{
        calls, charts, common, conditions, config, costs, details, embed, exact, export, failed, formats, live, mapping, metrics,
        pages, record, report, sets, states, time,
    };
    fn add<M: Message + core::fmt::Debug>(table: &str, keys: &[M], all: &mut Vec<(String, &'static str, &'static str)>) {
        all.extend(keys.iter().map(|key| (format!("{table}::{key:?}"), key.text(Lang::En), key.text(Lang::Zh))));
    }
    let mut all = Vec::new();
    add("CallsWords", calls::CallsWords::ALL, &mut all);
    add("Charts", charts::Charts::ALL, &mut all);
    add("Common", common::Common::ALL, &mut all);
    add("Conditions", conditions::Conditions::ALL, &mut all);
    add("Config", config::Config::ALL, &mut all);
    add("Costs", costs::Costs::ALL, &mut all);
    add("DetailsWords", details::DetailsWords::ALL, &mut all);
    add("Embed", embed::Embed::ALL, &mut all);
    add("Exact", exact::Exact::ALL, &mut all);
    add("Export", export::Export::ALL, &mut all);
    add("FailedWords", failed::FailedWords::ALL, &mut all);
    add("Formats", formats::Formats::ALL, &mut all);
    add("Live", live::Live::ALL, &mut all);
    add("Mappings", mapping::Mappings::ALL, &mut all);
    add("Names", metrics::Names::ALL, &mut all);
    add("Pages", pages::Pages::ALL, &mut all);
    add("Record", record::Record::ALL, &mut all);
    add("Report", report::Report::ALL, &mut all);
    add("Sets", sets::Sets::ALL, &mut all);
    add("States", states::States::ALL, &mut all);
    add("Problems", states::Problems::ALL, &mut all);
    add("Facts", states::Facts::ALL, &mut all);
    add("Causes", states::Causes::ALL, &mut all);
    add("Time", time::Time::ALL, &mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_once_and_never_read_as_placeholders() {
        assert_eq!(fill("{n} of {m} calls", &[("n", "{m}"), ("m", "3")]), "{m} of 3 calls");
        assert_eq!(fill("open { stays", &[]), "open { stays");
    }

    #[test]
    fn languages_agree_on_placeholders() {
        fn names(text: &str) -> Vec<&str> {
            let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|(n, _)| n).collect();
            names.sort_unstable();
            names.dedup();
            names
        }
        for (key, en, zh) in every_message() {
            assert!(!en.is_empty() && !zh.is_empty(), "{key} is empty");
            assert_eq!(names(en), names(zh), "{key}");
        }
    }
}
