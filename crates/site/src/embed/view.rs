//! A view as messages have it: read into the view state, told out of it.

use super::Fault;
use crate::i18n::Lang;
use crate::model::range::Preset;
use crate::model::{Dim, Filter, Label, Precision, Range, RangeChoice};
use crate::url::{self, Page, Theme, ViewState, conditions};
use serde_json::{Map, Value, json};

/// Values of one filter, and characters of a value.
const VALUES_MAX: usize = 1_000;
const VALUE_MAX: usize = 1_000;
/// Longest whole view, as the query of an address.
const QUERY_MAX: usize = 20_000;

/// What a range and an instant have to be, see [`Range::fault`].
const LIMITS: &str = "from 2000 to 2100, at most 30 days apart";

const LANGUAGES: [Lang; 2] = [Lang::En, Lang::Zh];
const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

/// The fields, in the order in which they are sent.
pub const FIELDS: [&str; 12] =
    ["page", "service", "range", "precision", "filters", "zone", "language", "theme", "search", "status", "embed", "query"];

/// What of a view the address does not say: what is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    pub zone: String,
    pub lang: Lang,
    pub theme: Theme,
    pub range: Range,
    pub precision: Precision,
}

/// Fields that are a page's own, by their pairs in a link.
const SEARCH: (Page, &str) = (Page::Calls, "search");
const STATUS: (Page, &str) = (Page::Failed, "status");

/// What a part of a link has to be.
fn refused(part: &str) -> String {
    match part {
        "v" => format!("a link of version {} at most", url::VERSION),
        "page" => "a page of this console".into(),
        part => format!("{part} within the limits of a view: {LIMITS}"),
    }
}

/// The view that these fields make of `now`; `base` is the view of an address that says nothing. The source stays: it is loaded, not set.
///
/// # Errors
/// Names the first field that is wrong; nothing is set then.
pub fn view_of(
    fields: &Map<String, Value>,
    now: &ViewState,
    base: &ViewState,
    zone: impl Fn(&str) -> bool,
) -> Result<ViewState, Fault> {
    let mut view = now.clone();
    if let Some(key) = fields.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(wrong(key, &format!("one of: {}", FIELDS.join(", "))));
    }
    // First, so that what is beside it counts on top.
    if let Some(query) = fields.get("query") {
        let query = text(query, QUERY_MAX).ok_or_else(|| wrong("query", "the query of a link to a view"))?;
        let (source, read_as) = (view.source, view.read_as);
        let told = url::parse(query, base);
        if let Some(part) = told.refused.iter().next() {
            return Err(wrong("query", &refused(part)));
        }
        view = ViewState { source, read_as, ..told };
    }
    for (key, value) in fields {
        set(&mut view, base, key, value, &zone)?;
    }
    if view.page.is_of_service() && view.service.is_empty() {
        return Err(wrong("service", "the name of a service, which this page is about"));
    }
    Ok(view)
}

fn set(view: &mut ViewState, base: &ViewState, key: &str, value: &Value, zone: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
    let word = value.as_str().unwrap_or_default();
    match key {
        "page" => {
            let known: Vec<&str> = Page::ALL.iter().map(|page| page.key()).collect();
            view.page = Page::from_key(word).ok_or_else(|| wrong(key, &format!("one of: {}", known.join(", "))))?;
        }
        "service" => {
            let name = if value.is_null() { Some("") } else { text(value, VALUE_MAX) };
            name.ok_or_else(|| wrong(key, "the name of a service"))?.clone_into(&mut view.service);
        }
        "range" => {
            view.range = range(value)?;
            view.zoomed_from = None;
        }
        "precision" => {
            let known = Precision::ALL.into_iter().find(|precision| precision.key() == word);
            if known.is_none() && !value.is_null() {
                return Err(wrong(key, "minute, hour, day, or null for the range's own"));
            }
            view.precision = known;
        }
        "filters" => view.filter = filters(value)?,
        "zone" if value.is_null() => view.zone.clone_from(&base.zone),
        "zone" if !word.is_empty() && zone(word) => view.zone = Some(word.to_owned()),
        "zone" => return Err(wrong(key, "the name of a time zone, such as Europe/Berlin, or null for the site's own")),
        "language" if value.is_null() => view.lang.clone_from(&base.lang),
        "language" => {
            let known = LANGUAGES.into_iter().find(|lang| lang.key() == word);
            view.lang = Some(known.ok_or_else(|| wrong(key, "en, zh, or null for the site's own"))?.key().to_owned());
        }
        "theme" if value.is_null() => view.theme = base.theme,
        "theme" => {
            let known = THEMES.into_iter().find(|theme| theme.key() == word);
            view.theme = Some(known.ok_or_else(|| wrong(key, "light, dark, or null for the site's own"))?);
        }
        "search" => {
            let text = value.as_str().filter(|text| text.chars().count() <= VALUE_MAX);
            let text = text.ok_or_else(|| wrong(key, "a text"))?;
            view.set_pair(SEARCH.0, SEARCH.1, Some(text).filter(|text| !text.is_empty()));
        }
        "status" => {
            let status =
                value.as_u64().and_then(|status| u16::try_from(status).ok()).filter(|status| (400..=599).contains(status));
            if status.is_none() && !value.is_null() {
                return Err(wrong(key, "a status from 400 to 599, or null"));
            }
            view.set_pair(STATUS.0, STATUS.1, status.map(|status| status.to_string()).as_deref());
            // A message is of a status.
            view.set_pair(STATUS.0, "own-code", None);
            view.set_pair(STATUS.0, "message", None);
        }
        "embed" => view.embed = value.as_bool().ok_or_else(|| wrong(key, "true or false"))?,
        _ => {}
    }
    Ok(())
}

fn range(value: &Value) -> Result<RangeChoice, Fault> {
    if let Some(preset) = Preset::ALL.into_iter().find(|preset| value.as_str() == Some(preset.key())) {
        return Ok(RangeChoice::Preset(preset));
    }
    let at = |key: &str| value.get(key).and_then(Value::as_i64);
    let custom = value.as_object().filter(|range| range.len() == 2).and_then(|_| Some((at("from")?, at("to")?)));
    let range = custom.map(|(from_ms, to_ms)| Range { from_ms, to_ms });
    match range.filter(|range| range.fault().is_none()) {
        Some(range) => Ok(RangeChoice::Custom(range)),
        None => {
            let presets: Vec<&str> = Preset::ALL.iter().map(|preset| preset.key()).collect();
            let expected = format!("one of: {}; or {{ from, to }} in milliseconds since 1970, {LIMITS}", presets.join(", "));
            Err(wrong("range", &expected))
        }
    }
}

fn filters(value: &Value) -> Result<Filter, Fault> {
    let all = value.as_object().ok_or_else(|| wrong("filters", "an object of dimensions and lists of values"))?;
    let mut filter = Filter::default();
    for (key, values) in all {
        let at = format!("filters.{key}");
        let label = Label::from_key(key).filter(|label| *label != Label::Dim(Dim::Service));
        let values = values.as_array().filter(|values| values.len() <= VALUES_MAX);
        let values = values.ok_or_else(|| wrong(&at, "a list of at most 1,000 values"))?;
        let mut chosen: Vec<String> = Vec::new();
        for (i, value) in values.iter().enumerate() {
            // The empty text means the calls that carry none.
            let value = value.as_str().filter(|value| value.chars().count() <= VALUE_MAX);
            let value = value.ok_or_else(|| wrong(&format!("{at}[{i}]"), "a text of at most 1,000 characters"))?;
            if !chosen.iter().any(|other| other == value) {
                chosen.push(value.to_owned());
            }
        }
        match label {
            Some(label) => filter = filter.with(label, chosen),
            None if !chosen.is_empty() && chosen.iter().all(|value| conditions::add(&mut filter.1, key, value)) => {}
            None => {
                let known: Vec<&str> = Dim::ALL.iter().filter(|dim| **dim != Dim::Service).map(|dim| dim.key()).collect();
                let expected = format!("one of: {}, label.NAME; or a condition, such as not.key or ge.latency", known.join(", "));
                return Err(wrong(&at, &expected));
            }
        }
    }
    Ok(filter)
}

fn text(value: &Value, longest: usize) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty() && text.chars().count() <= longest)
}

fn wrong(field: &str, expected: &str) -> Fault {
    Fault::field(format!("view.{field}"), expected)
}

/// A view, told: what was chosen and what is in force. Its fields may be set again as they are; `from` and `to` are the range's instants.
pub fn report(view: &ViewState, base: &ViewState, sight: &Sight) -> Value {
    let range = match view.range {
        RangeChoice::Preset(preset) => json!(preset.key()),
        RangeChoice::Custom(range) => json!({ "from": range.from_ms, "to": range.to_ms }),
    };
    let status = view.pair(STATUS.0, STATUS.1).and_then(|status| status.parse().ok()).filter(|s: &u16| (400..=599).contains(s));
    let mut filters: Map<String, Value> = view.filter.0.iter().map(|(label, values)| (label.key(), json!(values))).collect();
    for (key, value) in view.filter.1.iter().flat_map(conditions::write) {
        if let Value::Array(values) = filters.entry(key).or_insert_with(|| json!([])) {
            values.push(value.into());
        }
    }
    json!({
        "page": view.page.key(),
        "service": if view.service.is_empty() { Value::Null } else { json!(view.service) },
        "range": range,
        "from": sight.range.from_ms,
        "to": sight.range.to_ms,
        "precision": sight.precision.key(),
        "filters": filters,
        "zone": sight.zone,
        "language": sight.lang.key(),
        "theme": sight.theme.key(),
        "search": view.pair(SEARCH.0, SEARCH.1).unwrap_or_default(),
        "status": status,
        "embed": view.embed,
        "query": query_of(view, base),
    })
}

/// A whole view as the query of an address, without its source: that one is loaded, not set.
pub fn query_of(view: &ViewState, base: &ViewState) -> String {
    url::serialise(&ViewState { source: base.source.clone(), read_as: None, ..view.clone() }, base)
}

/// The fields in which two reports differ, but for those that follow from others.
pub fn changed(before: &Value, now: &Value) -> Vec<&'static str> {
    let own = FIELDS.into_iter().filter(|field| *field != "query" && before[field] != now[field]);
    let mut changed: Vec<&str> = own.collect();
    if changed.is_empty() && before["query"] != now["query"] {
        changed.push("query");
    }
    changed
}
