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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{
        calls, charts, common, conditions, config, costs, details, embed, exact, export, failed, formats, live, mapping, metrics,
        pages, record, report, sets, states, time,
    };

    #[test]
    fn values_are_filled_once_and_never_read_as_placeholders() {
        assert_eq!(fill("{n} of {m} calls", &[("n", "{m}"), ("m", "3")]), "{m} of 3 calls");
        assert_eq!(fill("open { stays", &[]), "open { stays");
    }

    /// Both languages of a key use the same placeholders.
    fn check<M: Message + core::fmt::Debug>(keys: &[M]) {
        fn names(text: &str) -> Vec<&str> {
            let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|(n, _)| n).collect();
            names.sort_unstable();
            names.dedup();
            names
        }
        for key in keys {
            assert!(!key.text(Lang::En).is_empty() && !key.text(Lang::Zh).is_empty(), "{key:?} is empty");
            assert_eq!(names(key.text(Lang::En)), names(key.text(Lang::Zh)), "{key:?}");
        }
    }

    #[test]
    fn languages_agree_on_placeholders() {
        check(calls::CallsWords::ALL);
        check(charts::Charts::ALL);
        check(common::Common::ALL);
        check(conditions::Conditions::ALL);
        check(config::Config::ALL);
        check(costs::Costs::ALL);
        check(details::DetailsWords::ALL);
        check(embed::Embed::ALL);
        check(exact::Exact::ALL);
        check(export::Export::ALL);
        check(failed::FailedWords::ALL);
        check(formats::Formats::ALL);
        check(live::Live::ALL);
        check(mapping::Mappings::ALL);
        check(metrics::Names::ALL);
        check(pages::Pages::ALL);
        check(record::Record::ALL);
        check(report::Report::ALL);
        check(sets::Sets::ALL);
        check(states::States::ALL);
        check(states::Problems::ALL);
        check(states::Facts::ALL);
        check(states::Causes::ALL);
        check(time::Time::ALL);
    }
}
