//! Labels of a feed's own names: found in the filter bar, filtered by, kept by a link.

use crate::feeds::recent;
use crate::look::{eventually, footer, parameter, press_part};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};

pub const CASES: &[Case] =
    cases![a_label_of_a_feed_is_filtered_by_and_a_link_keeps_it, a_search_finds_values_beyond_the_most_frequent,];

const TEAMS: [&str; 3] = ["search", "ads", "图 & co"];

/// All calls of a team, and the failed ones.
fn of_team(calls: &[Value], team: &str) -> (u64, u64) {
    let mine = || calls.iter().filter(|call| call["labels"]["team"] == team);
    (mine().count() as u64, mine().filter(|call| call["status"].as_u64() >= Some(400)).count() as u64)
}

fn a_label_of_a_feed_is_filtered_by_and_a_link_keeps_it(cx: &mut Context) -> Result {
    let mut calls = recent(600);
    for (i, call) in calls.iter_mut().enumerate() {
        call["labels"] = json!({ "team": TEAMS[i % TEAMS.len()], "prompt": i % 2, "eval set": true });
    }
    let body = document(calls.clone());
    let reply = Reply::ok("application/json", body).header("Access-Control-Allow-Origin", "*");
    cx.server.route("/feeds/labels.json", move |_| reply.clone());
    let address = cx.address("/feeds/labels.json");
    cx.visit(&format!("?lang=en&source=url:{address}"))?;
    let failed = calls.iter().filter(|call| call["status"].as_u64() >= Some(400)).count() as u64;
    eventually("all calls", &(600, failed), || footer(cx))?;
    press_part(cx, "button", "Add filter")?;
    press_part(cx, "button", "team")?;
    press_part(cx, "checkbox", TEAMS[2])?;
    cx.press("button", "Apply")?;
    eventually("the calls of a team", &of_team(&calls, TEAMS[2]), || footer(cx))?;
    eventually("the team in the address", &Some(TEAMS[2].to_owned()), || parameter(cx, "label.team"))?;
    let link = cx.url()?;
    cx.visit("?lang=en")?;
    cx.open_console(&link)?;
    eventually("the calls of the team again", &of_team(&calls, TEAMS[2]), || footer(cx))?;
    let buttons = cx.texts(".filters button.is-set")?;
    ensure(buttons.iter().any(|text| text.contains("team") && text.contains(TEAMS[2])), || format!("the filters are {buttons:?}"))
}

/// Two calls of each of the 500 values that are listed, and one of each of nine others.
fn a_search_finds_values_beyond_the_most_frequent(cx: &mut Context) -> Result {
    let mut calls = recent(1009);
    for (i, call) in calls.iter_mut().enumerate() {
        let team = if i < 1000 { format!("team-{:03}", i / 2) } else { format!("Rare-{}", i - 1000) };
        call["labels"] = json!({ "team": team });
    }
    let body = document(calls.clone());
    let reply = Reply::ok("application/json", body).header("Access-Control-Allow-Origin", "*");
    cx.server.route("/feeds/values.json", move |_| reply.clone());
    let address = cx.address("/feeds/values.json");
    cx.visit(&format!("?lang=en&source=url:{address}"))?;
    eventually("all calls", &1009, || Ok(footer(cx)?.0))?;
    press_part(cx, "button", "Add filter")?;
    press_part(cx, "button", "team")?;
    let field = cx.css("[id='p-label.team'] input[type=search]")?;
    cx.fill(&field, "rare-")?;
    let rows = || Ok(cx.texts("[id='p-label.team'] .opt-row .nm")?.into_iter().filter(|name| name.starts_with("Rare-")).count());
    eventually("the values that the list left out", &9, rows)?;
    cx.fill(&field, "rare-7")?;
    eventually("the one that was meant", &1, rows)?;
    press_part(cx, "checkbox", "Rare-7")?;
    cx.press("button", "Apply")?;
    eventually("its call", &1, || Ok(footer(cx)?.0))?;
    eventually("the value in the address", &Some("Rare-7".to_owned()), || parameter(cx, "label.team"))
}
