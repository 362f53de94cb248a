//! Failed Calls: classes, codes and the calls behind a code.

use crate::details::headline_counts;
use crate::export::downloaded;
use crate::export::files::utf8;
use crate::look::{eventually, number, parameter, press_part, says, shown};
use crate::oracle::{Call, pinned, range, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, document};
use callscope_e2e::page::key;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    a_code_opens_down_to_its_last_call,
    a_table_of_sixty_thousand_messages_stays_small,
    a_message_is_looked_into_by_itself,
    messages_of_all_codes_stand_together,
];

fn of_status(status: u64) -> Result<Vec<&'static Call>> {
    Ok(within(range("3d"))?.filter(|call| call.service == "harbour-chat" && call.status == status).collect())
}

fn a_code_opens_down_to_its_last_call(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=details&service=harbour-chat"))?;
    headline_counts(cx, range("3d"), |call| call.service == "harbour-chat")?;
    press_part(cx, "link", "Failed Calls")?;
    cx.css("tr.grp")?;
    let failed: Vec<_> = within(range("3d"))?.filter(|call| call.service == "harbour-chat" && call.failed()).collect();
    for class in [4, 5] {
        let count = failed.iter().filter(|call| call.status / 100 == class).count();
        let percent = format!("{:.3}", count as f64 / failed.len() as f64 * 100.0);
        let script = "return [...document.querySelectorAll('tr.grp')].filter(r => r.innerText.includes(arguments[0]))
            .map(r => [...r.querySelectorAll('td')].slice(0, 2).map(c => c.innerText.trim()).join(' '))[0] ?? null";
        let row = cx.script(script, json!([format!("{class}xx")]))?;
        let wanted = if count == 0 { json!(null) } else { json!(format!("{count} {percent}")) };
        ensure(row == wanted, || format!("{class}xx shows {row}, the file has {wanted}"))?;
    }
    // The class closes and opens.
    cx.press("button", "4xx")?;
    eventually("the code 429 shown", &0, || Ok(cx.find_all(None, "link", "429")?.len()))?;
    cx.press("button", "4xx")?;
    cx.press("link", "429")?;
    eventually("the code in the address", &Some("429".to_owned()), || parameter(cx, "failed.status"))?;
    let calls = of_status(429)?;
    ensure(calls.len() > 100, || format!("{} calls with 429 prove little", calls.len()))?;
    let list = cx.find("grid", "Calls with code 429")?;
    let wanted = Some((calls.len() + 1).to_string());
    eventually("the rows of the list", &wanted, || cx.attribute(&list, "aria-rowcount"))?;
    row_shows(cx, 2, newest(&calls))?;
    cx.script("document.querySelector('.vlist').scrollTop = 1e9", json!([]))?;
    let end = format!("of {}, newest first", grouped(calls.len()));
    eventually("the foot of the list", &true, || {
        let text = cx.texts(".inspect__foot")?.concat();
        let last = text.split(['–', ' ']).nth(1).and_then(number);
        Ok(text.ends_with(&end) && last == Some(calls.len() as f64))
    })?;
    row_shows(cx, calls.len() + 1, calls.iter().min_by_key(|call| call.time_ms).copied())?;
    // Back goes to the codes without a list.
    cx.back()?;
    eventually("the list", &false, || shown(cx, ".vlist"))
}

fn newest<'a>(calls: &[&'a Call]) -> Option<&'a Call> {
    calls.iter().max_by_key(|call| call.time_ms).copied()
}

fn grouped(n: usize) -> String {
    if n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) }
}

/// Waits until the row of this number shows the call's key and request.
fn row_shows(cx: &Context, index: usize, call: Option<&Call>) -> Result {
    let Some(call) = call else { return ensure(false, || "no call".to_owned()) };
    let at = call.time_ms.rem_euclid(86_400_000);
    let clock = format!("{:02}:{:02}:{:02}.{:03}", at / 3_600_000, at / 60_000 % 60, at / 1000 % 60, at % 1000);
    let wanted = vec![true; 3];
    eventually(&format!("row {index} shows {clock} {} {}", call.key, call.request_id), &wanted, || {
        let text = cx.texts(&format!(".vrow[aria-rowindex='{index}']"))?.concat();
        Ok([&clock, &call.key, &call.request_id].map(|part| text.contains(part.as_str())).to_vec())
    })
}

/// Calls of one service that all failed with 429, a second apart up to the pinned clock, with these messages and two keys by turns.
fn failures(messages: impl ExactSizeIterator<Item = String>) -> Vec<Value> {
    let count = messages.len() as i64;
    let call = |(i, message): (i64, String)| {
        json!({
            "time": NOW_MS - (count - i) * 1000, "service": "alpha-chat", "status": 429, "api_key": format!("key-{}", i % 2),
            "ip": "192.0.2.1", "latency_ms": 12.5, "request_id": format!("req-{i}"), "error_code": "limit", "error_message": message,
        })
    };
    (0..).zip(messages).map(call).collect()
}

fn open(cx: &Context, calls: Vec<Value>) -> Result {
    let feed = Reply::ok("application/json", document(calls));
    cx.server.route("/feeds/failures.json", move |_| feed.clone());
    cx.visit(&pinned("&source=url:/feeds/failures.json&page=failed&service=alpha-chat"))?;
    cx.css("tr.grp").map(drop)
}

/// Rows of tables that exist on the page.
fn rows_in_dom(cx: &Context) -> Result<u64> {
    let rows = cx.script("return document.querySelectorAll('tr, [role=row]').length", json!([]))?;
    Ok(rows.as_u64().unwrap_or(u64::MAX))
}

/// A word that no other number has.
fn word(number: usize) -> String {
    [number / 17_576, number / 676 % 26, number / 26 % 26, number % 26]
        .map(|letter| char::from(b'a' + letter as u8))
        .iter()
        .collect()
}

fn a_table_of_sixty_thousand_messages_stays_small(cx: &mut Context) -> Result {
    // Half of them differ in an id, half are a word each that no rule makes alike.
    let message = |i: usize| if i.is_multiple_of(2) { format!("Request req_{i:05x} was refused, {i} waiting.") } else { word(i) };
    open(cx, failures((0..60_000).map(message)))?;
    says(cx, "30,001 templates of 60,000 messages")?;
    let small = |cx: &Context, what: &str| {
        let rows = rows_in_dom(cx)?;
        ensure(rows <= 500, || format!("{what}: {rows} rows exist"))
    };
    small(cx, "as opened")?;
    says(cx, "Request id was refused, number waiting.")?;
    // All templates that are listed, at both ends.
    cx.press("button", "Show 990 more")?;
    eventually("the rows of the table", &Some("1006".to_owned()), || cx.attribute(&cx.css(".codes table")?, "aria-rowcount"))?;
    small(cx, "all open")?;
    cx.script("document.querySelector('.codes__note').scrollIntoView()", json!([]))?;
    says(cx, "29,001 more templates, not listed; exports have all messages.")?;
    small(cx, "at the end")?;
    cx.press("button", "Show the 10 most frequent")?;
    // The messages of a template, hundreds more with each press.
    cx.script("window.scrollTo(0, 0)", json!([]))?;
    press_part(cx, "button", "Request id was refused")?;
    let listed = |n: usize| {
        eventually("the messages listed", &Some((n + 1).to_string()), || cx.attribute(&cx.css(".texts table")?, "aria-rowcount"))
    };
    listed(10)?;
    cx.press("button", "Show 500 more")?;
    listed(510)?;
    small(cx, "with 510 messages")?;
    // Files have each of them.
    press_part(cx, "button", "Download error codes and messages")?;
    cx.press("button", "Download CSV")?;
    let lines = utf8(downloaded(cx)?.1)?.matches("\r\n").count();
    ensure(lines == 60_000 + 2, || format!("{lines} lines of the CSV"))
}

/// Figures of what is looked into, and its keys with their calls.
fn inspected(cx: &Context) -> Result<(Vec<String>, Vec<String>)> {
    let keys = "return [...document.querySelectorAll('.inspect .split li')].map(li => [...li.children].map(c => c.innerText.trim()).filter(t => t).join(' '))";
    let keys = cx.script(keys, json!([]))?;
    let keys = keys.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok((cx.texts(".facts dd")?, keys))
}

fn a_message_is_looked_into_by_itself(cx: &mut Context) -> Result {
    // Of 40 calls 30 are refused, each with another number; all of one key are.
    let message = |i: usize| if i % 4 == 1 { "Model is restarting.".to_owned() } else { format!("Refused, {} waiting.", i % 10) };
    open(cx, failures((0..40).map(message)))?;
    let figures = |keys: &[&str], facts: [&str; 4]| {
        (facts.map(str::to_owned).to_vec(), keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>())
    };
    cx.press("link", "429")?;
    eventually(
        "all calls",
        &figures(&["key-0 50.0 % 20", "key-1 50.0 % 20"], ["40", "100.000 %", "Thu 12 06:00", "2 of 2"]),
        || inspected(cx),
    )?;
    press_part(cx, "button", "Model is restarting")?;
    eventually("a message's", &figures(&["key-1 100.0 % 10"], ["10", "25.000 %", "Thu 12 06:00", "1 of 2"]), || inspected(cx))?;
    let list_shows = |n: usize| {
        let end = format!(" of {n}, newest first");
        eventually("the foot of the list", &true, || Ok(cx.texts(".inspect__foot")?.concat().contains(&end)))
    };
    list_shows(10)?;
    eventually("the title", &"429: Model is restarting.".to_owned(), || Ok(cx.texts("#h-insp")?.concat().trim().to_owned()))?;
    let legend = cx.texts(".failed__strip .key")?.concat();
    let names = ["429: Model is restarting., selected", "other 4xx"];
    ensure(names.iter().all(|name| legend.contains(name)), || format!("the legend is {legend:?}"))?;
    press_part(cx, "button", "Refused, number waiting.")?;
    let refused = figures(&["key-0 66.7 % 20", "key-1 33.3 % 10"], ["30", "75.000 %", "Thu 12 06:00", "2 of 2"]);
    eventually("a template's", &refused, || inspected(cx))?;
    list_shows(30)?;
    // One of its messages, by the keyboard, and back to all.
    cx.script("document.querySelector('.texts [role=button]').focus()", json!([]))?;
    cx.keys(&key::ENTER.to_string())?;
    eventually("one message's", &Some("4".to_owned()), || Ok(inspected(cx)?.0.first().cloned()))?;
    list_shows(4)?;
    ensure(cx.texts(".texts tr.is-on")?.len() == 1, || "the message is not marked".to_owned())?;
    cx.press("button", "All messages")?;
    list_shows(40)?;
    // The panel ends where its list ends: no gap of white, no row cut.
    let gap = "const [panel, foot, list] = ['.inspect', '.inspect__foot', '.vlist'].map(s => document.querySelector(s).getBoundingClientRect());
        return [panel.bottom - foot.bottom, (list.height - 28) % 26].map(Math.round)";
    eventually("the gap below the list", &json!([0, 0]), || cx.script(gap, json!([])))
}

fn messages_of_all_codes_stand_together(cx: &mut Context) -> Result {
    // Of 60 calls every third fails with 500, twice as often as one with 429 has its second message.
    let mut calls =
        failures((0..60).map(|i| if i % 3 == 0 { "Model crashed.".to_owned() } else { format!("Refused, {i} waiting.") }));
    for call in calls.iter_mut().step_by(3) {
        call["status"] = json!(500);
    }
    calls[1]["error_message"] = json!("Key is blocked.");
    open(cx, calls)?;
    cx.press("button", "By message")?;
    let wanted =
        json!([["429", "39", "Refused, number waiting."], ["500", "20", "Model crashed."], ["429", "1", "Key is blocked."]]);
    let script = "return [...document.querySelectorAll('.codes tbody tr')].map(r => [r.children[0], r.children[1], r.children[4]].map(c => c.innerText.replace(/^limit: /, '').trim()))";
    eventually("templates", &wanted, || cx.script(script, json!([])))?;
    eventually("the grouping in the address", &Some("message".to_owned()), || parameter(cx, "failed.by"))?;
    press_part(cx, "button", "Model crashed.")?;
    eventually("its calls", &Some("20".to_owned()), || Ok(cx.texts(".facts dd")?.first().cloned()))?;
    eventually("the row that is looked into", &1, || Ok(cx.all(".codes tr.is-on")?.len()))?;
    cx.press("button", "By code")?;
    cx.css("tr.grp").map(drop)
}
