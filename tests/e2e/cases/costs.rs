//! What calls cost: shown where the deployment has a price sheet and calls carry tokens, on the page and in files; what has no price is reported.

use crate::deployment::configure_as;
use crate::export::{downloaded, sheet, workbook};
use crate::live::{Feed, lines};
use crate::look::{clock_ms, eventually, footer, parameter, says, shown};
use calamine::Data;
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    costs_stand_beside_the_services,
    costs_order_the_services_and_can_be_hidden,
    a_services_pages_say_what_it_costs,
    costs_go_out_with_the_services,
    no_costs_without_prices_or_tokens,
    a_wrong_price_is_named_by_its_place,
    costs_follow_a_feed_that_grows,
    the_bundled_feed_has_costs_too,
];

/// Serves a feed of these calls, a minute old, and a configuration that shows it by these prices.
fn open(cx: &Context, mut calls: Vec<Value>, prices: &Value) -> Result {
    for call in &mut calls {
        call["time"] = json!(clock_ms() - 60_000);
        call["status"] = json!(200);
    }
    let count = calls.len() as u64;
    let reply = Reply::ok("application/json", document(calls));
    cx.server.route("/feeds/priced.json", move |_| reply.clone());
    let mut configuration = json!({ "feeds": [{ "name": "priced", "url": "/feeds/priced.json" }] });
    if !prices.is_null() {
        configuration["prices"] = prices.clone();
    }
    configure_as(cx, &configuration);
    // Yesterday is in it, whatever the hour.
    cx.visit("?lang=en&range=3d")?;
    eventually("the feed", &count, || Ok(footer(cx)?.0))
}

/// Name, text and title of the cost of each row of the table, the sum last.
fn costs(cx: &Context) -> Result<Value> {
    cx.script(
        "return [...document.querySelectorAll('table.services :is(tbody, tfoot) tr')].map(row => {
            const cell = row.children[row.children.length - 2];
            const head = row.children[0];
            return [(head.querySelector('.nm') ?? head).innerText.trim(), cell.innerText.trim(),
                (cell.querySelector('[title]') ?? cell).title];
        })",
        json!([]),
    )
}

fn prices() -> Value {
    json!({ "currency": "EUR", "models": {
        "large": { "input": 0.5, "cached": 0.05, "output": 1.5 },
        "by-name": { "input": 0.000_001, "output": 0 },
    } })
}

/// Two calls of a model, one that goes by its service, one without a price, one without tokens.
fn some() -> Vec<Value> {
    let large = json!({ "service": "chat", "model": "large",
        "input_tokens": 1_000_000, "cached_tokens": 400_000, "output_tokens": 200_000 });
    vec![
        large.clone(),
        large,
        json!({ "service": "by-name", "input_tokens": 1000, "output_tokens": 5 }),
        json!({ "service": "other", "model": "unknown", "input_tokens": 10, "output_tokens": 5 }),
        json!({ "service": "quiet", "model": "large" }),
    ]
}

fn costs_stand_beside_the_services(cx: &mut Context) -> Result {
    open(cx, some(), &prices())?;
    let all = json!([
        ["chat", "1.24", "1.24 EUR"],
        ["by-name", "0.000000001", "0.000000001 EUR"],
        ["other", "-", "1 call without a price"],
        ["quiet", "-", "Its calls have no token counts"],
        ["All services", "≥ 1.24", "1.240000001 EUR\nAt least: 1 call without a price is not included"],
    ]);
    eventually("the costs", &all, || costs(cx))?;
    eventually("the head", &vec!["Cost EUR".to_owned()], || cx.texts("table.services thead th:nth-last-child(2)"))?;
    eventually(
        "what has no price",
        &vec!["1 call without a price The price sheet does not name: unknown (1).".to_owned()],
        || cx.texts(".unpriced"),
    )?;
    // The sum is of what is shown; a filter is followed.
    cx.visit("?lang=en&range=3d&search=by-name")?;
    let one = json!([["by-name", "0.000000001", "0.000000001 EUR"], ["Shown services", "0.000000001", "0.000000001 EUR"]]);
    eventually("the cost of one", &one, || costs(cx))?;
    cx.visit("?lang=zh&range=3d&model=large")?;
    eventually("the head in Chinese", &vec!["费用 EUR".to_owned()], || cx.texts("table.services thead th:nth-last-child(2)"))?;
    eventually("the costs of a model", &json!([["chat", "1.24", "1.24 EUR"]]), || {
        Ok(costs(cx)?.as_array().map(|rows| json!(rows[..rows.len().min(1)])).unwrap_or_default())
    })?;
    ensure(!shown(cx, ".unpriced")?, || "something without a price".to_owned())
}

fn costs_order_the_services_and_can_be_hidden(cx: &mut Context) -> Result {
    open(cx, some(), &prices())?;
    let names = || cx.texts("table.services tbody .nm");
    let order = |names: [&str; 4]| names.map(str::to_owned).to_vec();
    cx.press("button", "Cost")?;
    eventually("the dearest first", &order(["chat", "by-name", "other", "quiet"]), names)?;
    eventually("the link", &Some("cost.down".to_owned()), || parameter(cx, "calls.sort"))?;
    cx.press("button", "Cost")?;
    eventually("the cheapest first", &order(["by-name", "chat", "other", "quiet"]), names)?;
    cx.reload()?;
    eventually("the same once more", &order(["by-name", "chat", "other", "quiet"]), names)?;
    cx.press("button", "Columns")?;
    cx.wait_js("all columns", "document.querySelector('#p-cols .pop__foot').innerText.startsWith('11 of 11')")?;
    cx.script("document.querySelector('#p-cols label:last-child input').click()", json!([]))?;
    eventually("no costs", &false, || heads_cost(cx))?;
    eventually("the link", &Some("cost".to_owned()), || parameter(cx, "calls.hide"))
}

fn a_services_pages_say_what_it_costs(cx: &mut Context) -> Result {
    open(cx, some(), &prices())?;
    let said = |cx: &Context| Ok(cx.texts(".pagehead__meta")?.concat());
    for page in ["details", "failed"] {
        cx.visit(&format!("?lang=en&range=3d&page={page}&service=chat"))?;
        eventually("the cost", &"2 calls, 0.000 % failed, cost 1.24 EUR".to_owned(), || said(cx))?;
        let title = cx.script("return document.querySelector('.cost').title", json!([]))?;
        ensure(title == "1.24 EUR", || title.to_string())?;
    }
    cx.visit("?lang=zh&range=3d&page=details&service=by-name")?;
    eventually("in Chinese", &true, || Ok(said(cx)?.ends_with("，费用 0.000000001 EUR")))?;
    cx.visit("?lang=en&range=3d&page=details&service=other")?;
    eventually("no price", &"1 call, 0.000 % failed, 1 call without a price".to_owned(), || said(cx))?;
    // Nothing is said of calls without tokens, nor of none.
    cx.visit("?lang=en&range=3d&page=details&service=quiet")?;
    eventually("the calls alone", &"1 call, 0.000 % failed".to_owned(), || said(cx))?;
    ensure(!shown(cx, ".cost")?, || "a cost of nothing".to_owned())
}

fn costs_go_out_with_the_services(cx: &mut Context) -> Result {
    open(cx, some(), &prices())?;
    eventually("the column", &true, || heads_cost(cx))?;
    cx.press("button", "Download table")?;
    cx.press("button", "Download CSV")?;
    let (_, bytes) = downloaded(cx)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let ends = |start: &str, end: &str| {
        text.lines().any(|line| line.trim_start_matches('\u{FEFF}').starts_with(start) && line.ends_with(end))
    };
    let told = ends("Service,", ",Cost (EUR),Calls without a Price") && ends("chat,", ",1.24,0") && ends("other,", ",-,1");
    ensure(told && ends("Total,", ",1.240000001,1"), || text.clone())?;
    cx.press("button", "Export")?;
    let (_, mut book) = workbook(cx)?;
    let summary = sheet(&mut book, "Summary")?;
    let head = summary.rows().find_map(|row| row.iter().position(|cell| *cell == Data::String("Cost (EUR)".to_owned())));
    let at = head.unwrap_or_default();
    let cost = summary.rows().find(|row| row.first() == Some(&Data::String("chat".to_owned()))).map(|row| row[at].clone());
    ensure(at > 0 && cost == Some(Data::Float(1.24)), || format!("{cost:?} in column {at}"))?;
    // A report has the column as it is.
    let table =
        "return [...document.querySelector('table.services').rows].map(row => row.cells[11].textContent.replace(/\\s+/g, ''))";
    let rows = cx.script(table, json!([]))?;
    cx.press("button", "Save report")?;
    cx.css("#report-preview")?;
    let dialog = cx.css("#d-report[open]")?;
    cx.click(&cx.find_in(Some(&dialog), "button", "Save report")?)?;
    let (_, bytes) = downloaded(cx)?;
    let html = String::from_utf8_lossy(&bytes).into_owned();
    let of_report = json!(last_cells(&html));
    ensure(rows == of_report && rows == json!(["CostEUR", "1.24", "0.000000001", "-", "-", "≥1.24"]), || {
        format!("{rows}\n{of_report}")
    })
}

/// The text of the last cell of each row of a report's services table, without white space. The page itself may make no markup of a text.
fn last_cells(html: &str) -> Vec<String> {
    let table = html.split_once("<table class=\"services\">").and_then(|(_, rest)| rest.split_once("</table>"));
    let rows = table.map_or("", |(table, _)| table).split("<tr").skip(1);
    let text = |row: &str| {
        let cell = row.split("</tr>").next()?.rsplit("<t").next().and_then(|cell| cell.split_once('>'))?.1;
        let words = cell
            .split('<')
            .enumerate()
            .filter_map(|(i, part)| if i == 0 { Some(part) } else { part.split_once('>').map(|p| p.1) });
        Some(words.collect::<String>().split_whitespace().collect())
    };
    rows.filter_map(text).collect()
}

/// Whether the table has the column.
fn heads_cost(cx: &Context) -> Result<bool> {
    Ok(cx.texts("table.services thead th")?.iter().any(|head| head.starts_with("Cost")))
}

fn no_costs_without_prices_or_tokens(cx: &mut Context) -> Result {
    let go = |query: &str| {
        let script =
            "history.pushState(null, '', '?' + arguments[0]); dispatchEvent(new PopStateEvent('popstate', { state: null }))";
        cx.script(script, json!([query]))
    };
    let calls = vec![
        json!({ "service": "chat", "model": "large", "input_tokens": 5, "output_tokens": 5 }),
        json!({ "service": "quiet", "model": "small" }),
    ];
    open(cx, calls.clone(), &prices())?;
    eventually("costs of calls with tokens", &true, || heads_cost(cx))?;
    go("lang=en&range=3d&model=small")?;
    eventually("no costs of calls without", &false, || heads_cost(cx))?;
    go("lang=en&range=3d")?;
    eventually("costs again", &true, || heads_cost(cx))?;
    // They would have come by then.
    let none = |cx: &Context, why: &str| {
        eventually("the table", &true, || Ok(cx.texts("table.services thead th")?.len() > 5))?;
        std::thread::sleep(Duration::from_secs(1));
        ensure(!heads_cost(cx)?, || why.to_owned())
    };
    open(cx, calls.clone(), &Value::Null)?;
    none(cx, "a cost without prices")?;
    // A faulty sheet is reported, and shows nothing.
    open(cx, calls, &json!({ "currency": "euro", "models": {} }))?;
    says(cx, "This site's config.json has 1 error.")?;
    none(cx, "a cost in no currency")
}

/// A model whose price is wrong has none, which is said; the others have theirs.
fn a_wrong_price_is_named_by_its_place(cx: &mut Context) -> Result {
    let mut prices = prices();
    prices["models"]["large"]["output"] = json!("1.5");
    open(cx, some(), &prices)?;
    says(cx, "This site's config.json has 1 error.")?;
    says(cx, "3 calls without a price The price sheet does not name: large (2), unknown (1).")?;
    let seen = costs(cx)?;
    let one = json!(["by-name", "0.000000001", "0.000000001 EUR"]);
    let large = json!(["chat", "-", "2 calls without a price"]);
    ensure(seen.as_array().is_some_and(|rows| rows.contains(&one) && rows.contains(&large)), || seen.to_string())?;
    cx.press("button", "Details")?;
    says(cx, "prices.models.large.output")
}

fn costs_follow_a_feed_that_grows(cx: &mut Context) -> Result {
    let start = clock_ms() - 4_000_000;
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 200, start));
    configure_as(
        cx,
        &json!({
            "feeds": [{ "name": "production", "url": "/feeds/live.ndjson", "refresh_s": 5 }],
            "prices": { "currency": "EUR", "models": { "alpha": { "input": 1, "output": 1 } } },
        }),
    );
    cx.visit("?lang=en&range=3d")?;
    // Every third call is alpha's, a token a millionth.
    let wanted = |calls: usize| {
        let tokens: usize = (0..calls).step_by(3).map(|i| 120 + i % 50).sum();
        Some(format!("{} EUR", tokens as f64 / 1e6))
    };
    let seen = || {
        let rows = costs(cx)?;
        let alpha = rows.as_array().into_iter().flatten().find(|row| row[0] == "alpha");
        Ok(alpha.and_then(|row| row[2].as_str().map(str::to_owned)))
    };
    eventually("the cost", &wanted(200), seen)?;
    feed.append(&lines(200, 260, start));
    eventually("what more calls cost", &wanted(260), seen)
}

fn the_bundled_feed_has_costs_too(cx: &mut Context) -> Result {
    configure_as(
        cx,
        &json!({ "prices": { "currency": "CNY", "models": { "birch-2": { "input": 2, "output": 8 }, "aster-3.1": { "input": 1, "output": 4 } } } }),
    );
    cx.visit("?lang=en&source=demo&range=3d")?;
    eventually("costs in yuan", &true, || {
        let rows = costs(cx)?;
        let mut titles = rows.as_array().into_iter().flatten().filter_map(|row| row[2].as_str());
        Ok(titles.any(|title| title.contains(" CNY")))
    })
}
