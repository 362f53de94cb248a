//! The query string's grammar.
//!
//! Lists repeat their parameter (`key=a&key=b`); parts within a value are joined by `.` where they are words of ours.

use super::conditions;
use super::escape::{decode, encode};
use super::state::{DataSource, Page, Sort, Theme, ViewState};
use crate::model::window::ListSort;
use crate::model::{Column, Dim, Label, Line, Metric, Precision, Preset, Range, RangeChoice, is_instant};

/// The version this console writes.
pub const VERSION: u32 = 1;

type Pairs = Vec<(String, String)>;

/// One step from version n (its index + 1) to n + 1. A test checks that none is missing.
const UPGRADERS: [fn(Pairs) -> Pairs; VERSION as usize - 1] = [];

/// Reads a query string, with or without its `?`; `base` is the view of an address that says nothing.
pub fn parse(query: &str, base: &ViewState) -> ViewState {
    let mut pairs: Pairs = query
        .trim_start_matches('?')
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once('=').unwrap_or((p, "")))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect();
    let version = pairs.iter().find(|(k, _)| k == "v").and_then(|(_, v)| v.parse().ok()).unwrap_or(VERSION);
    for step in UPGRADERS.iter().skip((version as usize).saturating_sub(1)) {
        pairs = step(pairs);
    }
    let mut state = ViewState { refused: Default::default(), ..base.clone() };
    for (key, value) in &pairs {
        apply(&mut state, key, value);
    }
    state
}

fn apply(state: &mut ViewState, key: &str, value: &str) {
    match key {
        "page" => {
            state.page = match value {
                "details" => Page::Details,
                "failed" => Page::Failed,
                _ => Page::Calls,
            }
        }
        "service" => state.service = value.into(),
        "range" => match range(value) {
            Some(range) => state.range = range,
            None => drop(state.refused.insert("range")),
        },
        "from-range" => state.zoomed_from = range(value),
        "precision" => state.precision = Precision::ALL.into_iter().find(|p| p.key() == value),
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
                _ => DataSource::Demo,
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
        "open" => drop(state.open.insert(value.into())),
        "sort" => {
            let (name, direction) = value.split_once('.').unwrap_or((value, "down"));
            let column = Column::ALL.into_iter().find(|c| c.key() == name);
            if column.is_some() || name == "name" {
                state.sort = Sort { column, descending: direction != "up" };
            }
        }
        "search" => state.search = value.into(),
        "hide" => {
            if let Some(column) = Column::ALL.into_iter().find(|c| c.key() == value) {
                state.hidden_columns.insert(column.key());
            }
        }
        "off" => {
            if let Some((metric, line)) = value.split_once('.')
                && let (Some(metric), Some(line)) = (Metric::from_key(metric), Line::from_key(line))
            {
                state.lines_off.slot(metric).insert(line);
            }
        }
        "log" => state.logarithmic.extend(Metric::from_key(value)),
        "table" => state.tables.extend(Metric::from_key(value)),
        "enlarge" => state.enlarged = Metric::from_key(value),
        "closed" => state.closed_classes.extend(value.parse::<u8>().ok().filter(|c| matches!(c, 4 | 5))),
        "status" => state.status = value.parse().ok().filter(|s| (400..=599).contains(s)),
        "own-code" => state.message.get_or_insert_default().0 = value.into(),
        "message" => state.message.get_or_insert_default().1 = value.into(),
        "order" => {
            let (name, direction) = value.split_once('.').unwrap_or((value, "down"));
            if let Some(by) = ListSort::ALL.into_iter().find(|by| by.key() == name) {
                state.list_sort = (by, direction != "up");
            }
        }
        "embed" => state.embed = value == "1",
        _ => {
            if let Some(label) = Label::from_key(key).filter(|label| *label != Label::Dim(Dim::Service)) {
                let values = state.filter.0.slot(label);
                if !values.iter().any(|v| v == value) {
                    values.push(value.into());
                }
            } else {
                conditions::add(&mut state.filter.1, key, value);
            }
        }
    }
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
    match state.page {
        Page::Calls => {}
        Page::Details => put("page", "details"),
        Page::Failed => put("page", "failed"),
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
    for service in &state.open {
        put("open", service);
    }
    for (key, value) in state.filter.1.iter().flat_map(conditions::write) {
        put(&key, &value);
    }
    if state.sort != base.sort {
        let name = state.sort.column.map_or("name", Column::key);
        put("sort", &format!("{name}.{}", if state.sort.descending { "down" } else { "up" }));
    }
    if !state.search.is_empty() {
        put("search", &state.search);
    }
    for column in &state.hidden_columns {
        put("hide", column);
    }
    for (metric, lines) in state.lines_off.iter() {
        for line in lines {
            put("off", &format!("{}.{}", metric.key(), line.key()));
        }
    }
    for metric in &state.logarithmic {
        put("log", metric.key());
    }
    for metric in &state.tables {
        put("table", metric.key());
    }
    if let Some(metric) = state.enlarged {
        put("enlarge", metric.key());
    }
    for class in &state.closed_classes {
        put("closed", &class.to_string());
    }
    if let Some(status) = state.status {
        put("status", &status.to_string());
    }
    if let Some((code, message)) = &state.message {
        put("own-code", code);
        put("message", message);
    }
    if state.list_sort != base.list_sort {
        let (by, descending) = state.list_sort;
        put("order", &format!("{}.{}", by.key(), if descending { "down" } else { "up" }));
    }
    if state.embed {
        put("embed", "1");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::limits::{TIME_MS_END, TIME_MS_MIN};
    use crate::model::{Comparison, Matcher, NumberField};
    use proptest::prelude::*;

    fn state() -> impl Strategy<Value = ViewState> {
        let text = || proptest::string::string_regex("[ -~é中\u{1F600}]{0,12}").expect("a valid pattern");
        let range = prop_oneof![
            proptest::sample::select(Preset::ALL.to_vec()).prop_map(RangeChoice::Preset),
            (TIME_MS_MIN..2_000_000_000_000, 1i64..2_000_000_000)
                .prop_map(|(from_ms, span)| RangeChoice::Custom(Range { from_ms, to_ms: from_ms + span })),
        ];
        let filter = proptest::collection::btree_map(
            prop_oneof![
                proptest::sample::select(Dim::FILTERS.to_vec()).prop_map(Label::Dim),
                proptest::string::string_regex("[ -~é中]{1,6}")
                    .expect("a valid pattern")
                    .prop_map(|name| { Label::from_key(&format!("label.{name}")).expect("a name") }),
            ],
            proptest::collection::btree_set(text(), 1..4).prop_map(|v| v.into_iter().collect::<Vec<_>>()),
            0..4,
        );
        let off = proptest::collection::btree_map(
            proptest::sample::select(Metric::THREE_WIDE.to_vec()),
            proptest::collection::btree_set(
                prop_oneof![Just(Line::P99), Just(Line::Avg), Just(Line::Before), (400u16..600).prop_map(Line::Status)],
                1..3,
            ),
            0..3,
        );
        let label = proptest::sample::select(vec![Label::Dim(Dim::Model), Label::Dim(Dim::Ip)]);
        let field = proptest::sample::select(NumberField::ALL.to_vec());
        let condition = prop_oneof![
            (label.clone(), text()).prop_map(|(label, value)| Matcher::NoneOf(label, vec![value])),
            (label.clone(), text()).prop_map(|(label, text)| Matcher::Contains(label, text)),
            (label, text()).prop_map(|(label, text)| Matcher::StartsWith(label, text)),
            (field, any::<u64>()).prop_map(|(field, bound)| Matcher::Number(field, Comparison::Less, bound)),
            any::<bool>().prop_map(|within| Matcher::StatusClass { classes: vec![4, 5], within }),
        ];
        let conditions = proptest::collection::vec(condition, 0..2);
        (
            (text(), range.clone(), proptest::option::of(range), filter, conditions),
            (off, proptest::option::of(text()), text(), any::<bool>()),
        )
            .prop_map(|((service, range, zoomed_from, filter, conditions), (lines_off, message, search, embed))| {
                ViewState {
                    page: if embed { Page::Failed } else { Page::Details },
                    service: service.clone(),
                    range,
                    zoomed_from,
                    filter: crate::model::Filter(filter.into_iter().collect(), conditions),
                    lines_off: lines_off.into_iter().map(|(metric, lines)| (metric, lines.into_iter().collect())).collect(),
                    message: message.map(|m| (search.clone(), m)),
                    list_sort: (ListSort::ALL[service.len() % 4], embed),
                    source: if embed { DataSource::Kept(service.clone()) } else { DataSource::File(service.clone()) },
                    read_as: embed.then(|| service.clone()),
                    once: embed,
                    open: [service].into_iter().collect(),
                    search,
                    embed,
                    status: Some(429),
                    sort: Sort { column: None, descending: false },
                    ..ViewState::default()
                }
            })
    }

    proptest! {
        #[test]
        fn a_link_restores_the_view(state in state()) {
            let base = ViewState::default();
            prop_assert_eq!(parse(&serialise(&state, &base), &base), state);
        }

        #[test]
        fn no_link_is_an_error(text in ".{0,200}") {
            parse(&text, &ViewState::default());
        }
    }

    #[test]
    fn the_default_view_has_the_shortest_link() {
        let base = ViewState::default();
        assert_eq!(serialise(&base, &base), "v=1");
        assert_eq!(parse("", &base), base);
        // A deployment's own default is what goes without saying there, and only there.
        let own = parse("source=feed:today&range=7d&tz=UTC&lang=zh&theme=dark", &base);
        assert_eq!(own.source, DataSource::Feed("today".into()));
        assert_eq!(serialise(&own, &own), "v=1");
        assert_eq!(parse("v=1", &own), own);
        let other = ViewState { zone: Some("Asia/Tokyo".into()), theme: Some(Theme::Light), ..base.clone() };
        let told = ViewState { lang: Some("en".into()), ..other };
        assert_eq!(serialise(&told, &own), "v=1&source=demo&range=3d&tz=Asia/Tokyo&lang=en&theme=light");
        assert_eq!(parse(&serialise(&told, &own), &own), told);
    }

    #[test]
    fn a_link_of_version_1_keeps_its_meaning() {
        let state = parse(
            "?v=1&page=details&service=meridian&range=7d&key=portal%20web&key=&tz=Asia/Shanghai&off=ttft.max&sort=name.up&status=9999&nonsense=1",
            &ViewState::default(),
        );
        assert_eq!(state.page, Page::Details);
        assert_eq!(state.filter.get(Dim::ApiKey), Some(&["portal web".to_owned(), String::new()][..]));
        assert_eq!(state.zone.as_deref(), Some("Asia/Shanghai"));
        assert!(state.lines_off.get(&Metric::Ttft).is_some_and(|lines| lines.contains(&Line::Max)));
        assert_eq!((state.sort.column, state.sort.descending, state.status), (None, false, None));
    }

    #[test]
    fn what_no_view_can_show_of_a_link_is_refused_and_the_rest_of_it_kept() {
        let base = parse("range=7d", &ViewState::default());
        let rest = "v=1&page=details&service=meridian&precision=hour";
        let far = [
            "0~253402300799999",
            "-9223372036854775808~9223372036854775807",
            "9223372036854775806~9223372036854775807",
            "946684799999~946684800001",
            "4102444799999~4102444800001",
            "1700000000000~1703000000000",
            "1700000000000~1600000000000",
            "99999999999999999999~1",
            "7",
        ];
        for bad in far {
            let state = parse(&format!("{rest}&range={bad}&from-range={bad}"), &base);
            assert_eq!((state.range, state.zoomed_from), (base.range, None), "{bad}");
            assert_eq!(state.refused.iter().copied().collect::<Vec<_>>(), ["range"], "{bad}");
            assert_eq!(serialise(&state, &base), rest, "{bad}");
        }
        for bad in [i64::MIN, -1, 0, TIME_MS_MIN - 1, TIME_MS_END, 253_402_300_799_999, i64::MAX] {
            let state = parse(&format!("{rest}&now={bad}"), &base);
            assert_eq!(state.now_ms, None, "{bad}");
            assert_eq!(state.refused.iter().copied().collect::<Vec<_>>(), ["now"], "{bad}");
            assert_eq!(serialise(&state, &base), rest, "{bad}");
        }
        let edges = format!("v=1&range={TIME_MS_MIN}~{}&now={}", TIME_MS_MIN + 1, TIME_MS_END - 1);
        let state = parse(&edges, &base);
        assert!(state.refused.iter().next().is_none());
        assert_eq!(serialise(&state, &base), edges);
        // What an address says of itself is not what a deployment's own default says.
        assert!(parse("v=1", &parse("range=1y", &base)).refused.iter().next().is_none());
    }

    #[test]
    fn costs_order_and_hide_as_other_columns_do() {
        let base = ViewState::default();
        let state = parse("sort=cost.up&hide=cost", &base);
        assert_eq!(state.sort, Sort { column: Some(Column::Cost), descending: false });
        assert_eq!(serialise(&state, &base), "v=1&sort=cost.up&hide=cost");
        assert_eq!((state.sort.with_costs(true), state.sort.with_costs(false)), (state.sort, Sort::default()));
        let by_name = Sort { column: None, descending: false };
        assert_eq!(by_name.with_costs(false), by_name);
    }

    #[test]
    fn every_older_version_has_its_upgrader() {
        assert_eq!(UPGRADERS.len() as u32, VERSION - 1);
    }
}
