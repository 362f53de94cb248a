//! A feed in parts: only what the range touches is read, newest first, and the page says what is missing for as long as it is.

use super::{Feed, Mood, hurry, lines};
use crate::deployment::configure_as;
use crate::look::{clock_ms, eventually, footer, says};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    only_the_parts_of_the_range_are_read_newest_first,
    parts_that_grow_come_and_fail_are_said,
    a_wrong_manifest_says_where,
];

const HOUR_MS: i64 = 3_600_000;
/// Calls of each part.
const EACH: usize = 20;

/// A part's span and address; part 0 ends now, part 1 an hour before.
fn part(now_ms: i64, back: i64) -> Value {
    let to = now_ms - back * HOUR_MS;
    json!({ "from": to - HOUR_MS, "to": to, "url": format!("parts/{back}.ndjson") })
}

fn manifest(parts: &[Value]) -> String {
    json!({ "format": "callscope-manifest/1", "parts": parts }).to_string()
}

fn serve_part(cx: &Context, now_ms: i64, back: i64) -> Feed {
    let start = now_ms - (back + 1) * HOUR_MS;
    Feed::serve(cx, &format!("/feeds/parts/{back}.ndjson"), lines(0, EACH, start))
}

fn asked(cx: &Context) -> Vec<String> {
    let path = |url: String| url.strip_prefix("/feeds/").map(str::to_owned);
    cx.server.take_log().into_iter().filter_map(|served| path(served.url)).collect()
}

fn visit(cx: &Context, range: (i64, i64)) -> Result {
    cx.visit(&format!("?lang=en&range={}~{}", range.0, range.1))
}

fn only_the_parts_of_the_range_are_read_newest_first(cx: &mut Context) -> Result {
    let now = clock_ms();
    let parts: Vec<Value> = (0..30).map(|back| part(now, back)).collect();
    let feeds: Vec<Feed> = (0..30).map(|back| serve_part(cx, now, back)).collect();
    Feed::serve(cx, "/feeds/manifest.json", manifest(&parts));
    configure_as(cx, &json!({ "feeds": [{ "name": "production", "url": "/feeds/manifest.json" }] }));
    // Three hours, compared with the same three of the day before.
    visit(cx, (now - 3 * HOUR_MS, now))?;
    eventually("three parts", &(3 * EACH as u64), || Ok(footer(cx)?.0))?;
    eventually("the parts that are held", &true, || Ok(cx.texts(".fresh--live")?.concat().contains("6 of 30 parts loaded")))?;
    let order: Vec<String> = ["manifest.json"]
        .into_iter()
        .map(str::to_owned)
        .chain([0, 1, 2, 24, 25, 26].map(|n| format!("parts/{n}.ndjson")))
        .collect();
    let seen = asked(cx);
    ensure(seen == order, || format!("asked {seen:?}, not {order:?}"))?;
    ensure(!cx.texts(".banner")?.concat().contains("parts of this range"), || "complete, and complained about".to_owned())?;
    // A wider range reads what is new in it; meanwhile the page says that figures are of a part.
    for feed in &feeds {
        feed.mood(Mood::Slow);
    }
    let wider = format!("range={}~{}", now - 6 * HOUR_MS, now);
    let script =
        "history.pushState(null, '', location.search.replace(/range=[^&]*/, arguments[0])); dispatchEvent(new Event('popstate'))";
    cx.script(script, json!([wider]))?;
    says(cx, "Loading parts of this range:")?;
    says(cx, "figures include only these")?;
    eventually("six parts", &(6 * EACH as u64), || Ok(footer(cx)?.0))?;
    eventually("no notice", &false, || Ok(cx.texts(".banner")?.concat().contains("Loading parts")))?;
    eventually("all parts of it", &true, || Ok(cx.texts(".fresh--live")?.concat().contains("12 of 30 parts loaded")))?;
    let order: Vec<String> = [3, 4, 5, 27, 28, 29].map(|n| format!("parts/{n}.ndjson")).into();
    let seen = asked(cx);
    ensure(seen == order, || format!("asked {seen:?}, not {order:?}"))
}

fn parts_that_grow_come_and_fail_are_said(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let now = clock_ms();
    let feeds: Vec<Feed> = (0..4).map(|back| serve_part(cx, now, back)).collect();
    feeds[1].mood(Mood::Status(404));
    let index = Feed::serve(cx, "/feeds/manifest.json", manifest(&[part(now, 0), part(now, 1), part(now, 2)]));
    configure_as(cx, &json!({ "feeds": [{ "name": "production", "url": "/feeds/manifest.json", "refresh_s": 5 }] }));
    hurry(cx, 10)?;
    visit(cx, (now - 4 * HOUR_MS, now))?;
    says(cx, "1 of 3 parts of this range could not be loaded and are not included.")?;
    says(cx, "parts/1.ndjson")?;
    eventually("two parts", &(2 * EACH as u64), || Ok(footer(cx)?.0))?;
    feeds[1].mood(Mood::Good);
    // It is tried again by itself.
    eventually("three parts", &(3 * EACH as u64), || Ok(footer(cx)?.0))?;
    eventually("no notice", &false, || Ok(cx.texts(".banner")?.concat().contains("could not be loaded")))?;
    // The newest grows, and only what is new of it is sent; a part more is in the manifest; another has gone.
    feeds[0].append(&lines(EACH, EACH + 7, now - HOUR_MS));
    eventually("the new calls", &(3 * EACH as u64 + 7), || Ok(footer(cx)?.0))?;
    index.write(&manifest(&[part(now, 0), part(now, 1), part(now, 3)]));
    eventually("a part for a part", &(3 * EACH as u64 + 7), || {
        let there = cx.texts(".fresh--live")?.concat().contains("3 of 3 parts loaded") && feeds[3].asked() > 0;
        if there { Ok(footer(cx)?.0) } else { Ok(0) }
    })?;
    let answers = feeds[0].file().answers.clone();
    ensure(answers.iter().filter(|(status, _)| *status == 200).count() == 1, || format!("{answers:?}"))?;
    std::thread::sleep(Duration::from_millis(600));
    // A part whose time is long over is not requested again.
    ensure(feeds[2].asked() == 1, || format!("asked {} times for what is over", feeds[2].asked()))
}

fn a_wrong_manifest_says_where(cx: &mut Context) -> Result {
    let wrong = json!({ "format": "callscope-manifest/1", "parts": [{ "from": 1, "to": 2, "url": "a.ndjson" }] }).to_string();
    cx.server.route("/feeds/wrong.json", move |_| Reply::ok("application/json", wrong.clone()));
    cx.visit(&format!("?lang=en&source=url:{}", cx.address("/feeds/wrong.json")))?;
    says(cx, "The manifest wrong.json is not valid.")?;
    says(cx, "parts[0].from: expected a time from 2000 to 2099")
}
