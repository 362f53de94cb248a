//! Links, each held against the state that it opened in an earlier build.
//!
//! All are of version 1: each goes through the upgrader. The link that the console writes for its state, a later one, opens the same state.
//!
//! `links.txt` consists of blocks, separated by empty lines: `base QUERY` (only where a deployment has its own default view), `link QUERY`,
//! the parts of the state that differ from the default, and last the link that the console writes for that state.

use crate::calls_state::CallsState;
use crate::details_state::DetailsState;
use crate::failed_state::FailedState;
use callscope::model::{Column, Dim, Line, Metric, Precision, Preset, RangeChoice};
use callscope::url::{DataSource, Page, Theme, ViewState, parse, serialise};
use callscope::wire::ListSort;
use std::fmt::Write as _;
use std::path::Path;

/// Below how many links the file is not whole.
const LINKS_MIN: usize = 40;

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

fn range(choice: RangeChoice) -> String {
    match choice {
        RangeChoice::Preset(preset) => preset.key().into(),
        RangeChoice::Custom(range) => format!("{} to {}", range.from_ms, range.to_ms),
    }
}

fn source(source: &DataSource) -> String {
    match source {
        DataSource::Demo => "the demonstration".into(),
        DataSource::Azure => "the Azure trace".into(),
        DataSource::Url(url) => format!("the address {}", quoted(url)),
        DataSource::File(name) => format!("the file {}", quoted(name)),
        DataSource::Kept(name) => format!("kept as {}", quoted(name)),
        DataSource::Feed(name) => format!("the configured feed {}", quoted(name)),
        DataSource::Host => "the page around".into(),
        DataSource::Nothing => "none".into(),
    }
}

/// A state, one `name value` a line, in the order of its fields.
fn told(state: &ViewState) -> Vec<String> {
    let mut out = Vec::new();
    let mut put = |name: &str, value: String| out.push(format!("  {name} {value}"));
    let words = |state: bool| if state { "down" } else { "up" };
    // No `..`: a new field does not compile until it is listed here.
    let ViewState {
        page,
        service,
        range: chosen,
        precision,
        filter,
        zone,
        lang,
        theme,
        source: from,
        read_as,
        once,
        now_ms,
        embed,
        zoomed_from,
        pages: _,
        refused,
    } = state;
    let CallsState { open, sort, search, hidden_columns } = state.own();
    let DetailsState { lines_off, logarithmic, max_scales, tables, enlarged } = state.own();
    let FailedState { closed_classes, status, message, by_message, list_sort } = state.own();
    let page = match page {
        Page::Calls => "calls",
        Page::Details => "details",
        Page::Failed => "failed calls",
    };
    put("page", page.into());
    put("service", quoted(service));
    put("range", range(*chosen));
    put("precision", precision.map_or("-", Precision::key).into());
    for (dim, values) in filter.0.iter() {
        put(&format!("filter {}", dim.key()), values.iter().map(|v| quoted(v)).collect::<Vec<_>>().join(" "));
    }
    put("zone", zone.as_deref().map_or("-".into(), quoted));
    put("language", lang.as_deref().map_or("-".into(), quoted));
    put("theme", theme.map_or("-", Theme::key).into());
    put("source", source(from));
    put("read as", read_as.as_deref().map_or("-".into(), quoted));
    put("once", once.to_string());
    put("now", now_ms.map_or("-".into(), |ms| ms.to_string()));
    put("open", open.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" "));
    put("sort", format!("{} {}", sort.column.map_or("name", Column::key), words(sort.descending)));
    put("search", quoted(&search));
    put("hidden", hidden_columns.iter().copied().collect::<Vec<_>>().join(" "));
    for (metric, lines) in lines_off.iter() {
        put(&format!("lines off {}", metric.key()), lines.iter().map(|line| line.key()).collect::<Vec<_>>().join(" "));
    }
    let keys = |metrics: &callscope::base::sorted::Set<Metric>| metrics.iter().map(|m| m.key()).collect::<Vec<_>>().join(" ");
    put("logarithmic", keys(&logarithmic));
    if max_scales {
        put("max", "scale".into());
    }
    put("tables", keys(&tables));
    put("enlarged", enlarged.map_or("-", Metric::key).into());
    put("closed", closed_classes.iter().map(u8::to_string).collect::<Vec<_>>().join(" "));
    put("status", status.map_or("-".into(), |status| status.to_string()));
    put("message", message.as_ref().map_or("-".into(), |(code, text)| format!("{} {}", quoted(code), quoted(text))));
    put("by message", by_message.to_string());
    put("list", format!("{} {}", list_sort.0.key(), words(list_sort.1)));
    put("embedded", embed.to_string());
    put("zoomed from", zoomed_from.map_or("-".into(), range));
    put("refused", refused.iter().copied().collect::<Vec<_>>().join(" "));
    out
}

/// A block of the file.
fn block(base: Option<&str>, link: &str) -> String {
    let plain = ViewState::default();
    let own = base.map_or_else(|| plain.clone(), |query| parse(query, &plain));
    let mut state = parse(link, &own);
    // As the pages write it: what they do not understand is dropped.
    state.change(|_: &mut CallsState| ());
    state.change(|_: &mut DetailsState| ());
    state.change(|_: &mut FailedState| ());
    let default = told(&plain);
    let mut out = String::new();
    if let Some(base) = base {
        let _ = writeln!(out, "base {base}");
    }
    let _ = writeln!(out, "{}", format!("link {link}").trim_end());
    for line in told(&state).into_iter().filter(|line| !default.contains(line)) {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let written = serialise(&state, &own);
    // A link cannot take away what a deployment's own default names.
    if base.is_none() {
        assert_eq!(told(&parse(&written, &own)), told(&ViewState { refused: Default::default(), ..state }), "{written}");
    }
    let _ = writeln!(out, "  written {written}");
    out
}

#[test]
fn each_link_opens_as_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/links.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut now = Vec::new();
    for block_text in text.split("\n\n") {
        let word = |word: &str| block_text.lines().find_map(|line| line.strip_prefix(word)).map(str::trim_start);
        let link = word("link").unwrap_or_else(|| panic!("no link in {block_text:?}"));
        now.push(block(word("base"), link));
    }
    assert!(now.len() >= LINKS_MIN, "{} links", now.len());
    let now = now.join("\n");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, now).unwrap();
        return;
    }
    for (now, recorded) in now.split("\n\n").zip(text.split("\n\n")) {
        assert_eq!(now.trim_end(), recorded.trim_end());
    }
}

/// A word that is in no recorded link could change its meaning unseen.
#[test]
fn every_word_of_the_grammar_is_in_a_link() {
    let text = include_str!("links.txt");
    let links: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("link ")).collect();
    let has = |word: String| {
        let found = links.iter().any(|link| link.trim_start_matches('?').split('&').any(|pair| pair == word));
        assert!(found, "{word} is in no link");
    };
    for preset in Preset::ALL {
        has(format!("range={}", preset.key()));
    }
    for precision in Precision::ALL {
        has(format!("precision={}", precision.key()));
    }
    // Those that the recorded build had.
    for metric in &Metric::ALL[..12] {
        for key in ["log", "table", "enlarge"] {
            has(format!("{key}={}", metric.key()));
        }
    }
    for column in Column::ALL {
        has(format!("hide={}", column.key()));
        has(format!("sort={}.up", column.key()));
        has(format!("sort={}.down", column.key()));
    }
    for sort in ListSort::ALL {
        has(format!("order={}.up", sort.key()));
        has(format!("order={}.down", sort.key()));
    }
    for line in Line::NAMED.into_iter().chain([Line::Status(429)]) {
        let end = format!(".{}", line.key());
        assert!(links.iter().any(|link| link.split('&').any(|pair| pair.starts_with("off=") && pair.ends_with(&end))), "{end}");
    }
    let keys = [
        "page",
        "service",
        "range",
        "from-range",
        "precision",
        "tz",
        "lang",
        "theme",
        "source",
        "as",
        "repeats",
        "now",
        "open",
        "sort",
    ];
    let more =
        ["search", "hide", "off", "log", "table", "enlarge", "closed", "status", "own-code", "message", "order", "embed", "v"];
    let dims = Dim::ALL.map(Dim::key);
    for key in keys.into_iter().chain(more).chain(dims) {
        let start = format!("{key}=");
        let found = |link: &&str| link.trim_start_matches('?').split('&').any(|pair| pair.starts_with(&start));
        assert!(links.iter().any(found), "{key} is in no link");
    }
}
