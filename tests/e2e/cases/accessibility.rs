//! What axe-core finds: nothing, on any page and state, in both themes and both languages.

pub mod notices;
pub mod reports;

use crate::look::{part, says};
use callscope_e2e::axe;
use callscope_e2e::browser::{Browser, Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::page::key;
use callscope_e2e::run::Scope;
use serde_json::json;
use std::time::Duration;

pub const CASES: &[Case] = cases![
    axe_finds_nothing_on_the_calls_page,
    axe_finds_nothing_on_a_services_pages,
    axe_finds_nothing_where_there_is_nothing_to_show,
    axe_finds_nothing_in_dialogs,
];

/// How long nothing may change before a state is looked at.
const STILL: Duration = Duration::from_millis(300);

const LOADING: &str = "loading";

/// One state of a page.
struct State {
    name: &'static str,
    /// What follows the common part of the query string. `{fixture}` means the address of the made-up feeds.
    query: &'static str,
    /// CSS selectors, clicked one after the other.
    clicks: &'static [&'static str],
    /// What must be there in the end.
    there: &'static str,
}

const fn state(name: &'static str, query: &'static str, clicks: &'static [&'static str], there: &'static str) -> State {
    State { name, query, clicks, there }
}

const CALLS: &[State] = &[
    state("Calls", "", &[], ".tile__value[title]"),
    state("versions", "open=aster-chat&open=birch-coder", &[], "tr.sub, tr.ver, tbody tr:nth-child(3)"),
    state("filtered", "type=commercial&key=key-web-prod", &[], ".tile__value[title]"),
    state("filtered to nothing", "key=no-such-key", &[], "tfoot, .blank"),
    state("embedded", "embed=1", &[], ".tile__value[title]"),
    state("a range without calls", "source=azure", &[], ".blank"),
    state("data sets at hand", "", &["[popovertarget='p-src']"], "#p-src:popover-open"),
    state("zones", "", &["[popovertarget='p-zone']"], "#p-zone:popover-open"),
    state("ranges", "", &["[popovertarget='p-range']"], "#p-range:popover-open"),
    state("keys", "", &["[popovertarget='p-key']"], "#p-key:popover-open"),
    state("filters", "", &["[popovertarget='p-add']"], "#p-add:popover-open"),
    state("columns", "", &["[popovertarget='p-cols']"], "#p-cols:popover-open"),
    state("the table's files", "", &["[popovertarget='p-take']"], "#p-take:popover-open"),
];

const SERVICE: &[State] = &[
    state("Monitoring", "page=details&service=aster-chat", &[], ".chart__plot[role=slider]"),
    state("Monitoring, embedded", "page=details&service=aster-chat&embed=1", &[], ".chart__plot[role=slider]"),
    state("tables of points", "page=details&service=aster-chat&table=ttft&table=calls", &[], ".astable tbody tr"),
    state(
        "a point of the charts",
        "page=details&service=aster-chat",
        &["#c-ttft .chart__plot[role=slider]"],
        ".chart__plot[aria-valuetext]",
    ),
    state("an enlarged chart", "page=details&service=aster-chat&enlarge=latency", &[], "dialog[open] .chart__plot"),
    state("images", "page=details&service=dune-image", &[], ".chart__plot[role=slider]"),
    state("services", "page=details&service=aster-chat", &["[popovertarget='p-svc']"], "#p-svc:popover-open"),
    state("versions", "page=details&service=aster-chat", &["[popovertarget='p-ver']"], "#p-ver:popover-open"),
    state("a chart's menu", "page=details&service=aster-chat", &["[popovertarget='m-ttft']"], "#m-ttft:popover-open"),
    state("Failed Calls", "page=failed&service=harbour-chat", &[], "tr.grp"),
    state("calls of a code", "page=failed&service=harbour-chat&status=429", &[], ".vrow .mono"),
    state("one call", "page=failed&service=harbour-chat&status=429", &[".vrow .mono"], ".inspect"),
    state(
        "the errors' files",
        "page=failed&service=harbour-chat",
        &["[popovertarget='p-take-codes']"],
        "#p-take-codes:popover-open",
    ),
    state(
        "the calls' files",
        "page=failed&service=harbour-chat&status=429",
        &["[popovertarget='p-take-calls']"],
        "#p-take-calls:popover-open",
    ),
    state("no failed calls", "page=failed&service=doc-embed&range=today", &[], ".pagehead"),
];

const NOTHING: &[State] = &[
    state("an unknown service", "page=details&service=no-such-service", &[], ".blank, .pagehead"),
    state("a feed that is not there", "source=url:{fixture}missing.json", &[], ".blank"),
    state("no JSON", "source=url:{fixture}page.json", &[], ".blank"),
    state("an empty file", "source=url:{fixture}empty.json", &[], ".blank"),
    state("no calls", "source=url:{fixture}no-calls.json", &[], "main"),
    state("a feed of somebody else", "source=url:https://elsewhere.invalid/feed.json", &[], "main button"),
    state("a file to be chosen", "source=file:calls-of-may.json", &[], "main button"),
    state("a set that is not kept", "source=kept:may", &[], "main button"),
    state("a host that gives nothing", "source=host&embed=1", &[], ".blank, main"),
    state("a feed with no such name", "source=feed:third", &[], ".blank, main button"),
    state(LOADING, "source=url:{fixture}slow.json", &[], "progress, [role=progressbar]"),
];

const DIALOGS: &[State] = &[
    state("export of the services", "", &["#h-services ~ .btn--main"], "#d-export[open]"),
    state("export of a service", "page=details&service=aster-chat", &[".pagehead .btn--main"], "#d-export[open]"),
    state("a feed to connect", "", &["button.source", "#p-src .pop__foot button:nth-of-type(1)"], "#d-connect[open]"),
    state("data sets", "", &["button.source", "#p-src .pop__foot button:nth-of-type(2)"], "#d-sets[open] h3"),
];

fn click(cx: &Context, state: &State) -> Result {
    for selector in state.clicks {
        // What just came may be drawn once more.
        cx.wait(&format!("{}: {selector} clicked", state.name), || {
            let element = cx.css(selector)?;
            cx.scroll_to(&element)?;
            cx.click(&element).map(Some)
        })?;
    }
    Ok(())
}

/// Languages and themes to check, and whether for colours alone. Both languages and both themes are in the half that suffices before a merge. The same
/// code makes what axe reads in every browser: the others never check more than that half.
fn looks(cx: &Context) -> &'static [(&'static str, &'static str, bool)] {
    const ALL: &[(&str, &str, bool)] =
        &[("en", "light", false), ("en", "dark", true), ("zh", "dark", false), ("zh", "light", true)];
    const HALF: &[(&str, &str, bool)] = &[("en", "light", false), ("zh", "dark", false)];
    if cx.session().kind() == Browser::Chromium && Scope::chosen() == Scope::All { ALL } else { HALF }
}

/// Has the page that is open go over to this language and theme, and waits until it has.
fn switch(cx: &Context, lang: &str, theme: &str, rest: impl Fn() -> Result) -> Result {
    const SWITCH: &str = "const query = new URLSearchParams(location.search);
        for (const [name, value] of Object.entries(arguments[0])) query.set(name, value);
        history.pushState(null, '', '?' + query); dispatchEvent(new PopStateEvent('popstate', { state: null }))";
    cx.script(SWITCH, json!([{ "lang": lang, "theme": theme }]))?;
    rest()?;
    let set =
        cx.script("return [document.documentElement.dataset.theme, document.documentElement.lang.slice(0, 2)]", json!([]))?;
    ensure(set == json!([theme, lang]), || format!("{set} in place of {theme}, {lang}"))
}

/// Opens a state and has axe look at it in both languages and themes. The first look is at everything; a change of theme changes colours.
fn look(cx: &Context, state: &State, enter: impl Fn() -> Result) -> Result<Vec<String>> {
    let query = state.query.replace("{fixture}", &cx.address("/fixture/"));
    let address = format!("{}?v=1&{query}&now={NOW_MS}&tz=Asia/Shanghai&lang=en&theme=light", cx.server.url());
    // A load that lasts keeps parts of the page waiting.
    if state.name == LOADING {
        cx.page.open(&address)?
    } else {
        cx.page.open_console(&address)?
    };
    enter()?;
    click(cx, state)?;
    cx.css(state.there).map_err(|e| Error::Unexpected(format!("{}: {e}", state.name)))?;
    // Nor does it come to rest.
    let rest = || if state.name == LOADING { cx.settle() } else { cx.quiet(STILL) };
    let mut told = Vec::new();
    // What floats over a page is looked at by itself: the page has a state of its own here.
    let within = if state.there.starts_with('#') { state.there.split(' ').next().unwrap_or_default() } else { "html" };
    for &(lang, theme, colours_alone) in looks(cx) {
        switch(cx, lang, theme, rest).map_err(|e| Error::Unexpected(format!("{}: {e}", state.name)))?;
        // A change of the address closes what floats.
        if cx.all(state.there)?.is_empty() {
            click(cx, state)?;
            cx.css(state.there).map_err(|e| Error::Unexpected(format!("{} in {lang}, {theme}: {e}", state.name)))?;
            rest()?;
        }
        let faults = axe::faults(cx, within, colours_alone)?;
        told.extend(faults.into_iter().map(|fault| format!("{}, {lang}, {theme}: {fault}", state.name)));
    }
    Ok(told)
}

fn look_at_all(cx: &Context, states: &[State]) -> Result {
    let mut told = Vec::new();
    for state in states {
        told.extend(look(cx, state, || Ok(()))?);
    }
    nothing(told)
}

fn nothing(told: Vec<String>) -> Result {
    ensure(told.is_empty(), || format!("axe finds {}:\n  {}", told.len(), told.join("\n  ")))
}

fn axe_finds_nothing_on_the_calls_page(cx: &mut Context) -> Result {
    look_at_all(cx, CALLS)
}

fn axe_finds_nothing_on_a_services_pages(cx: &mut Context) -> Result {
    look_at_all(cx, SERVICE)
}

fn axe_finds_nothing_where_there_is_nothing_to_show(cx: &mut Context) -> Result {
    cx.expect_console("404");
    look_at_all(cx, NOTHING)
}

fn file(cx: &Context, name: &str, text: &str) -> Result {
    let path = cx.session().folder().join(name);
    std::fs::create_dir_all(cx.session().folder())
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|e| Error::Unexpected(e.to_string()))?;
    cx.css(".tile__value[title]")?;
    cx.drop_files(&[&path])
}

fn axe_finds_nothing_in_dialogs(cx: &mut Context) -> Result {
    look_at_all(cx, DIALOGS)?;
    let table = "moment,squad,result,took\n2026-03-11T01:00:00Z,blue,done,2.5\n2026-03-11T01:01:00Z,green,aborted,1.5\n";
    let map: &[&str] = &[".banner--bad .btn--sm"];
    let mut told = look(cx, &state("data sets, opened and kept", "", DIALOGS[3].clicks, DIALOGS[3].there), || {
        file(cx, "may.json", &String::from_utf8_lossy(&document(calls(40))))?;
        part(cx, "button", "Data set: may.json")?;
        click(cx, &DIALOGS[3])?;
        cx.fill(&cx.css("#d-sets .keep input")?, "May")?;
        cx.press("button", "Save in this browser")?;
        says(cx, "May is saved.")?;
        cx.keys(&key::ESCAPE.to_string())?;
        cx.wait("the dialog closed", || Ok(cx.all("dialog[open]")?.is_empty().then_some(())))
    })?;
    told.extend(look(cx, &state("a mapping", "", map, "#d-mapping[open] .maps select"), || file(cx, "usage.csv", table))?);
    let spans = include_str!("../../fixtures/formats/litellm_spend.json");
    let how: &[&str] = &["button.source", "#p-src .pop__none button.link"];
    told.extend(look(cx, &state("how a file was read", "", how, "#d-taken[open] .taken"), || {
        file(cx, "spend.json", spans)?;
        part(cx, "button", "Data set: spend.json").map(drop)
    })?);
    let rejected: &[&str] = &[".banner--warn .btn--sm"];
    told.extend(look(
        cx,
        &state("rejected calls", "source=url:{fixture}partly-wrong.json", rejected, "#d-rejected[open]"),
        || Ok(()),
    )?);
    nothing(told)
}
