//! The query string's grammar.
//!
//! Lists repeat their parameter (`key=a&key=b`); parts within a value are joined by `.` where they are words of ours.

use super::conditions;
use super::escape::{decode, encode};
use super::page::Page;
use super::state::{DataSource, Theme, ViewState};
use super::upgrade::{Pairs, VERSION, upgrade, version};
use crate::model::limits::LINK_PAGES_MAX;
use crate::model::{Dim, Label, Precision, Preset, Range, RangeChoice, is_instant};

/// Reads a query string, with or without its `?`; `base` is the view of an address that says nothing, and names no page's state.
pub fn parse(query: &str, base: &ViewState) -> ViewState {
    let pairs: Pairs = query
        .trim_start_matches('?')
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once('=').unwrap_or((p, "")))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect();
    let mut state = ViewState { pages: Default::default(), refused: Default::default(), ..base.clone() };
    if version(&pairs) > VERSION {
        state.refused.insert("v");
    }
    for (key, value) in &upgrade(pairs) {
        apply(&mut state, key, value);
    }
    state
}

fn apply(state: &mut ViewState, key: &str, value: &str) {
    match key {
        "page" => {
            let known = Page::from_key(value);
            state.page = known.unwrap_or_default();
            if known.is_none() {
                state.refused.insert("page");
            }
        }
        "service" => state.service = value.into(),
        "range" => match range(value) {
            Some(range) => state.range = range,
            None => drop(state.refused.insert("range")),
        },
        "from-range" => state.zoomed_from = range(value),
        "precision" => {
            state.precision = Precision::ALL.into_iter().find(|p| p.key() == value);
            if state.precision.is_none() {
                state.refused.insert("precision");
            }
        }
        "tz" => state.zone = Some(value.into()).filter(|z: &String| !z.is_empty()),
        "lang" => state.lang = Some(value.into()),
        "theme" => state.theme = [Theme::Light, Theme::Dark].into_iter().find(|t| t.key() == value),
        "source" => {
            state.source = match value.split_once(':') {
                Some(("url", url)) => DataSource::Url(url.into()),
                Some(("file", name)) => DataSource::File(name.into()),
                Some(("kept", name)) => DataSource::Kept(name.into()),
                Some(("feed", name)) => DataSource::Feed(name.into()),
                _ if value == "azure" => DataSource::Azure,
                _ if value == "host" => DataSource::Host,
                _ if value == "none" => DataSource::Nothing,
                _ => {
                    if value != "demo" {
                        state.refused.insert("source");
                    }
                    DataSource::Demo
                }
            }
        }
        "as" => state.read_as = Some(value.into()),
        "repeats" => state.once = value == "once",
        "now" => {
            state.now_ms = value.parse().ok().filter(|&at_ms| is_instant(at_ms));
            if state.now_ms.is_none() {
                state.refused.insert("now");
            }
        }
        "embed" => state.embed = value == "1",
        _ => {
            if let Some(label) = Label::from_key(key).filter(|label| *label != Label::Dim(Dim::Service)) {
                let values = state.filter.0.slot(label);
                if !values.iter().any(|v| v == value) {
                    values.push(value.into());
                }
            } else if conditions::is_named(key) {
                conditions::add(&mut state.filter.1, key, value);
            } else if let Some((page, own)) = key.split_once('.')
                && is_page_name(page)
                && (state.pages.keys().count() < LINK_PAGES_MAX || state.pages.get(page).is_some())
            {
                state.pages.slot(page.into()).push((own.into(), value.into()));
            }
        }
    }
}

/// Whether a page, also one that this build does not know, may be called so.
fn is_page_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn range(value: &str) -> Option<RangeChoice> {
    if let Some(preset) = Preset::ALL.into_iter().find(|p| p.key() == value) {
        return Some(RangeChoice::Preset(preset));
    }
    let (from, to) = value.split_once('~')?;
    let range = Range { from_ms: from.parse().ok()?, to_ms: to.parse().ok()? };
    range.fault().is_none().then_some(RangeChoice::Custom(range))
}

fn range_key(choice: RangeChoice) -> String {
    match choice {
        RangeChoice::Preset(preset) => preset.key().into(),
        RangeChoice::Custom(range) => format!("{}~{}", range.from_ms, range.to_ms),
    }
}

/// Writes the query string without its `?`: only what differs from `base`, in a fixed order, so equal states give equal links.
pub fn serialise(state: &ViewState, base: &ViewState) -> String {
    let mut out = format!("v={VERSION}");
    let mut put = |key: &str, value: &str| {
        out.push('&');
        // A label's name is a feed's own.
        encode(key, &mut out);
        out.push('=');
        encode(value, &mut out);
    };
    if state.page != Page::default() {
        put("page", state.page.key());
    }
    if !state.service.is_empty() {
        put("service", &state.service);
    }
    match &state.source {
        source if *source == base.source => {}
        DataSource::Demo => put("source", "demo"),
        DataSource::Azure => put("source", "azure"),
        DataSource::Host => put("source", "host"),
        DataSource::Nothing => put("source", "none"),
        DataSource::Url(url) => put("source", &format!("url:{url}")),
        DataSource::File(name) => put("source", &format!("file:{name}")),
        DataSource::Kept(name) => put("source", &format!("kept:{name}")),
        DataSource::Feed(name) => put("source", &format!("feed:{name}")),
    }
    if let Some(format) = &state.read_as {
        put("as", format);
    }
    if state.once {
        put("repeats", "once");
    }
    if state.range != base.range {
        put("range", &range_key(state.range));
    }
    if let Some(before) = state.zoomed_from {
        put("from-range", &range_key(before));
    }
    if let Some(precision) = state.precision {
        put("precision", precision.key());
    }
    for (label, values) in state.filter.0.iter() {
        for value in values {
            put(&label.key(), value);
        }
    }
    if let Some(zone) = &state.zone
        && state.zone != base.zone
    {
        put("tz", zone);
    }
    if let Some(lang) = &state.lang
        && state.lang != base.lang
    {
        put("lang", lang);
    }
    if let Some(theme) = state.theme
        && state.theme != base.theme
    {
        put("theme", theme.key());
    }
    if let Some(now) = state.now_ms {
        put("now", &now.to_string());
    }
    for (key, value) in state.filter.1.iter().flat_map(conditions::write) {
        put(&key, &value);
    }
    if state.embed {
        put("embed", "1");
    }
    for (page, pairs) in state.pages.iter() {
        for (key, value) in pairs {
            put(&format!("{page}.{key}"), value);
        }
    }
    out
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
