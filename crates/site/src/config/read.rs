//! Reads the text of a configuration, key by key: what is wrong is reported and keeps its default, what is right counts.

use super::feed::{is_address, is_header, is_header_value, is_image, is_origin};
use super::{Configuration, Credentials, Fault, Feed, LogAccess, OtherParents, PrecisionRule};
use crate::base::address;
use crate::i18n::Lang;
use crate::i18n::config::Config;
use crate::model::mapping::Mapping;
use crate::model::range::Preset;
use crate::url::Theme;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Characters of a value that a fault shows.
const FOUND_MAX: usize = 60;
/// Longest title, in characters.
const TITLE_MAX: usize = 60;
/// Faults that are reported; a file of another kind would have thousands.
const FAULTS_MAX: usize = 100;
/// The key of the feeds, with which the paths of what they have begin.
const FEEDS: &str = "feeds";
/// Seconds between two requests of a feed: the least, which protects the server, and the most, a day.
const REFRESH_S: std::ops::RangeInclusive<u64> = 5..=86_400;

/// The configuration that a text amounts to, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub configuration: Configuration,
    pub faults: Vec<Fault>,
}

/// Reads `config.json`. `zone`: whether a time zone of this name is known.
pub fn read(text: &str, zone: impl Fn(&str) -> bool) -> Reading {
    let mut reader = Reader::default();
    let value: Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => {
            reader.fault("", Config::Json, error.to_string(), String::new());
            return Reading { configuration: Configuration::default(), faults: reader.faults };
        }
    };
    let configuration = reader.configuration(&value, &zone);
    Reading { configuration, faults: reader.faults }
}

#[derive(Default)]
pub(super) struct Reader {
    faults: Vec<Fault>,
}

pub(super) type Object = Map<String, Value>;

impl Reader {
    fn configuration(&mut self, value: &Value, zone: &dyn Fn(&str) -> bool) -> Configuration {
        const KEYS: &[&str] = &[
            "$schema",
            "title",
            "logo",
            "feeds",
            "other_feeds",
            "zone",
            "language",
            "theme",
            "range",
            "precision",
            "parents",
            "other_parents",
            "log_access",
            "prices",
            "memory_limit_mb",
            "mappings",
        ];
        let Some(all) = self.object(value, "", KEYS) else { return Configuration::default() };
        let mappings = self.mappings(all, zone);
        let theme = self.word(all, "", "theme", &["light", "dark", "system"]);
        Configuration {
            title: self.text(all, "", "title", Config::Title, |t| !t.trim().is_empty() && t.chars().count() <= TITLE_MAX),
            logo: self.text(all, "", "logo", Config::Logo, is_image),
            feeds: self.feeds(all, &mappings),
            other_feeds: self.switch(all, "", "other_feeds").unwrap_or(false),
            zone: self.text(all, "", "zone", Config::Zone, |name| zone(name)),
            language: self.word(all, "", "language", &["en", "zh"]).map(|word| if word == "zh" { Lang::Zh } else { Lang::En }),
            theme: theme.and_then(|word| [Theme::Light, Theme::Dark].into_iter().find(|theme| theme.key() == word)),
            range: self
                .word(all, "", "range", &Preset::ALL.map(Preset::key))
                .and_then(|word| Preset::ALL.into_iter().find(|preset| preset.key() == word)),
            precision: self
                .word(all, "", "precision", &PrecisionRule::ALL.map(PrecisionRule::key))
                .and_then(|word| PrecisionRule::ALL.into_iter().find(|rule| rule.key() == word))
                .unwrap_or_default(),
            parents: self.parents(all),
            other_parents: self
                .word(all, "", "other_parents", &OtherParents::ALL.map(OtherParents::key))
                .and_then(|word| OtherParents::ALL.into_iter().find(|rule| rule.key() == word))
                .unwrap_or_default(),
            log_access: self.log_access(all),
            prices: self.prices(all),
            memory_limit_mb: self.whole(all, "", "memory_limit_mb", &(1..=u64::from(u32::MAX))),
            mappings,
        }
    }

    fn mappings(&mut self, all: &Object, zone: &dyn Fn(&str) -> bool) -> BTreeMap<String, Mapping> {
        let mut mappings = BTreeMap::new();
        let Some(named) = all.get("mappings").and_then(|value| self.any_object(value, "mappings")) else { return mappings };
        for (name, value) in named {
            // A list would do as the values of a mapping's fields in their order.
            if self.any_object(value, &member("mappings", name)).is_none() {
                continue;
            }
            match serde_json::from_value::<Mapping>(value.clone()) {
                Ok(mut mapping) => {
                    if !mapping.zone.is_empty() && !zone(&mapping.zone) {
                        let found = shown(&mapping.zone.as_str().into());
                        self.fault(&member(&member("mappings", name), "zone"), Config::Zone, String::new(), found);
                        continue;
                    }
                    if mapping.name.is_empty() {
                        mapping.name.clone_from(name);
                    }
                    mappings.insert(name.clone(), mapping);
                }
                Err(error) => self.fault(&member("mappings", name), Config::Mapping, error.to_string(), String::new()),
            }
        }
        mappings
    }

    fn feeds(&mut self, all: &Object, mappings: &BTreeMap<String, Mapping>) -> Vec<Feed> {
        let mut feeds: Vec<Feed> = Vec::new();
        for (i, value) in self.list(all, FEEDS).iter().enumerate() {
            let path = format!("{FEEDS}[{i}]");
            let Some(feed) = self.feed(value, &path, mappings) else { continue };
            if feeds.iter().any(|other| other.name == feed.name) {
                self.fault(&member(&path, "name"), Config::FeedTwice, String::new(), shown(&feed.name.into()));
            } else {
                feeds.push(feed);
            }
        }
        feeds
    }

    fn feed(&mut self, value: &Value, path: &str, mappings: &BTreeMap<String, Mapping>) -> Option<Feed> {
        const KEYS: &[&str] = &["name", "url", "format", "mapping", "refresh_s", "credentials", "headers"];
        let all = self.object(value, path, KEYS)?;
        let name = self.needed(all, path, "name", Config::FeedName, |name| !name.trim().is_empty());
        let url = self.needed(all, path, "url", Config::FeedAddress, is_address);
        let format = self.text(all, path, "format", Config::FormatName, |name| !name.is_empty() && !name.starts_with('{'));
        let mapping = self.text(all, path, "mapping", Config::MappingName, |name| mappings.contains_key(name));
        if format.is_some() && mapping.is_some() {
            self.fault(&member(path, "format"), Config::FormatOrMapping, String::new(), String::new());
        }
        let credentials = self.word(all, path, "credentials", &Credentials::ALL.map(Credentials::key));
        Some(Feed {
            refresh_s: self.whole(all, path, "refresh_s", &REFRESH_S),
            credentials: Credentials::ALL.into_iter().find(|mode| credentials == Some(mode.key())).unwrap_or_default(),
            headers: self.headers(all, path),
            name: name?,
            url: url?,
            format: format.filter(|_| mapping.is_none()),
            mapping,
        })
    }

    fn headers(&mut self, feed: &Object, path: &str) -> Vec<(String, String)> {
        let path = member(path, "headers");
        let mut headers = Vec::new();
        let Some(all) = feed.get("headers").and_then(|value| self.any_object(value, &path)) else { return headers };
        for (name, value) in all {
            // A whole header written as its name has its value there.
            let at = member(&path, name.split([':', ' ', '=']).next().unwrap_or_default());
            if !is_header(name) {
                self.fault(&at, Config::HeaderName, String::new(), String::new());
                continue;
            }
            match value.as_str().filter(|value| is_header_value(value)) {
                Some(value) => headers.push((name.clone(), value.to_owned())),
                // It may be a secret: only what kind of value it is.
                None => self.fault(&at, Config::HeaderValue, String::new(), kind(value).to_owned()),
            }
        }
        headers
    }

    /// A word that means nothing here was meant to keep something back.
    fn log_access(&mut self, all: &Object) -> LogAccess {
        let Some(value) = all.get("log_access") else { return LogAccess::default() };
        LogAccess::ALL.into_iter().find(|access| value == access.key()).unwrap_or_else(|| {
            self.wrong("log_access", Config::LogAccess, value);
            LogAccess::Off
        })
    }

    fn parents(&mut self, all: &Object) -> Vec<String> {
        let mut parents = Vec::new();
        for (i, value) in self.list(all, "parents").iter().enumerate() {
            match value.as_str().filter(|origin| is_origin(origin)) {
                Some(origin) => parents.push(origin.to_owned()),
                None => self.wrong(&format!("parents[{i}]"), Config::Origin, value),
            }
        }
        parents
    }

    /// The object's members, after a look for keys that mean nothing here.
    pub(super) fn object<'v>(&mut self, value: &'v Value, path: &str, keys: &[&str]) -> Option<&'v Object> {
        let all = self.any_object(value, path)?;
        for key in all.keys().filter(|key| !keys.contains(&key.as_str())) {
            let known: Vec<&str> = keys.iter().copied().filter(|key| !key.starts_with('$')).collect();
            self.fault(&member(path, key), Config::Key, known.join(", "), String::new());
        }
        Some(all)
    }

    pub(super) fn any_object<'v>(&mut self, value: &'v Value, path: &str) -> Option<&'v Object> {
        if !value.is_object() {
            self.of_kind(path, Config::Object, value);
        }
        value.as_object()
    }

    fn list<'v>(&mut self, all: &'v Object, key: &str) -> &'v [Value] {
        match all.get(key) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.of_kind(key, Config::List, other);
                &[]
            }
        }
    }

    fn text(&mut self, of: &Object, path: &str, key: &str, expected: Config, fits: impl Fn(&str) -> bool) -> Option<String> {
        let value = of.get(key)?;
        let text = value.as_str().filter(|text| fits(text));
        if text.is_none() {
            // An address may hold secrets.
            let found = value.as_str().filter(|_| expected == Config::FeedAddress).map(|address| address::shown(address).into());
            self.wrong(&member(path, key), expected, found.as_ref().unwrap_or(value));
        }
        text.map(str::to_owned)
    }

    pub(super) fn needed(
        &mut self,
        of: &Object,
        path: &str,
        key: &str,
        expected: Config,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        if !of.contains_key(key) {
            self.fault(&member(path, key), expected, String::new(), String::new());
        }
        self.text(of, path, key, expected, fits)
    }

    /// One of these words.
    fn word(&mut self, of: &Object, path: &str, key: &str, words: &[&'static str]) -> Option<&'static str> {
        let value = of.get(key)?;
        let word = words.iter().copied().find(|word| value.as_str() == Some(word));
        if word.is_none() {
            let path = member(path, key);
            self.fault(&path, Config::OneOf, words.join(", "), found(&path, value));
        }
        word
    }

    fn whole(&mut self, of: &Object, path: &str, key: &str, within: &std::ops::RangeInclusive<u64>) -> Option<u32> {
        let value = of.get(key)?;
        let number = value.as_u64().filter(|n| within.contains(n)).and_then(|n| u32::try_from(n).ok());
        if number.is_none() {
            let words = format!("{} … {}", within.start(), within.end());
            let path = member(path, key);
            self.fault(&path, Config::Whole, words, found(&path, value));
        }
        number
    }

    fn switch(&mut self, of: &Object, path: &str, key: &str) -> Option<bool> {
        let value = of.get(key)?;
        if !value.is_boolean() {
            self.fault(&member(path, key), Config::OneOf, "true, false".to_owned(), shown(value));
        }
        value.as_bool()
    }

    /// Something that is to have members, and has not: of a feed it may be an address or a header.
    fn of_kind(&mut self, path: &str, expected: Config, value: &Value) {
        let found = if path.starts_with(FEEDS) { kind(value).to_owned() } else { shown(value) };
        self.fault(path, expected, String::new(), found);
    }

    pub(super) fn wrong(&mut self, path: &str, expected: Config, value: &Value) {
        self.fault(path, expected, String::new(), found(path, value));
    }

    pub(super) fn fault(&mut self, path: &str, expected: Config, words: String, found: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { path: path.to_owned(), expected, words, found });
        }
    }
}

/// The path of a member: `feeds[0].url`, or `mappings["my gateway"]` where the key is no plain word.
pub(super) fn member(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
    match (path, plain) {
        ("", true) => key.to_owned(),
        (_, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[{}]", shown(&key.into())),
    }
}

/// What was found there. Secrets may be anywhere in what a feed has: of a list or an object there only what kind it is.
fn found(path: &str, value: &Value) -> String {
    if path.starts_with(FEEDS) && (value.is_array() || value.is_object()) { kind(value).to_owned() } else { shown(value) }
}

/// A value as JSON, shortened.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(FOUND_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The JSON type of a value.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
