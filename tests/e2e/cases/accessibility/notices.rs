//! What axe-core finds in what is said above a page: nothing.

use super::{STILL, State, look, looks, nothing, state, switch};
use crate::deployment::configure_as;
use crate::embedding::windows::ask;
use crate::embedding::{Host, enter, leave, run};
use crate::live::{Feed, Mood, lines};
use crate::look::{connect, says};
use callscope_e2e::axe;
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context};
use callscope_e2e::cases;
use callscope_e2e::fixtures::NOW_MS;
use serde_json::json;

pub const CASES: &[Case] = cases![
    axe_finds_nothing_in_notices,
    axe_finds_nothing_in_what_is_said_of_a_feed,
    axe_finds_nothing_in_a_question_about_a_host
];

fn axe_finds_nothing_in_notices(cx: &mut Context) -> Result {
    cx.expect_console("404");
    let details: &[&str] = &[".banner--bad .btn:nth-last-of-type(2)"];
    let missing = cx.address("/fixture/missing.json");
    let fails = |clicks| state("a load that failed", "", clicks, ".banner--bad");
    let mut told = look(cx, &fails(&[]), || connect(cx, &missing))?;
    told.extend(look(cx, &State { there: "#d-failure[open]", ..fails(details) }, || connect(cx, &missing))?);
    // What public/offline.js does when a newer build is there.
    let offer = "globalThis.callscope.update = () => {}; dispatchEvent(new Event('callscope:update'))";
    told.extend(look(cx, &state("an update that is offered", "", &[], ".banner--info"), || {
        cx.script(offer, json!([])).map(drop)
    })?);
    configure_as(cx, &json!({ "titel": "ACME", "zone": "Europe/Atlantis", "theme": "blue" }));
    told.extend(look(cx, &state("a wrong configuration", "", &[], ".banner--warn"), || Ok(()))?);
    told.extend(look(cx, &state("its faults", "", &[".banner--warn .btn--sm"], "#d-site[open]"), || Ok(()))?);
    configure_as(cx, &json!({ "log_access": "off" }));
    let query = "page=failed&service=harbour-chat&status=429";
    told.extend(look(cx, &state("no access to logs", query, &[".vrow span"], ".inspect"), || Ok(()))?);
    nothing(told)
}

fn axe_finds_nothing_in_what_is_said_of_a_feed(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 100, NOW_MS - 4_000_000));
    configure_as(cx, &json!({ "feeds": [{ "name": "production", "url": "/feeds/live.ndjson", "refresh_s": 5 }] }));
    let mut told = Vec::new();
    for (name, mood, there) in [
        ("a feed that is asked again", Mood::Good, ".fresh--live"),
        ("a feed that cannot be asked", Mood::Status(500), ".notices .banner--warn"),
        ("a feed that refuses", Mood::Status(403), ".notices .banner--bad"),
    ] {
        feed.mood(Mood::Good);
        told.extend(look(cx, &state(name, "", &[], there), || {
            cx.css(".tile__value[title]")?;
            feed.mood(mood.clone());
            Ok(())
        })?);
    }
    nothing(told)
}

fn axe_finds_nothing_in_a_question_about_a_host(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &["&source=host"])?;
    configure_as(cx, &json!({ "other_parents": "ask" }));
    cx.page.open(&host.address)?;
    enter(cx, 0)?;
    says(cx, "Waiting for data")?;
    run(cx, "open().catch(() => {}); return ''")?;
    enter(cx, 0)?;
    says(cx, "cannot control this page in a frame.")?;
    let mut told = in_every_look(cx, "a host in a frame that is not asked about", ".banner--info")?;
    leave(cx)?;
    ask(cx, &host)?;
    told.extend(in_every_look(cx, "a question about a host", ".banner--warn button:not([disabled])")?);
    nothing(told)
}

fn in_every_look(cx: &Context, name: &str, there: &str) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for &(lang, theme, colours_alone) in looks(cx) {
        switch(cx, lang, theme, || cx.quiet(STILL))?;
        cx.css(there)?;
        let faults = axe::faults(cx, "html", colours_alone)?;
        told.extend(faults.into_iter().map(|fault| format!("{name}, {lang}, {theme}: {fault}")));
    }
    Ok(told)
}
