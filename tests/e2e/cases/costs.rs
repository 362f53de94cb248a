//! What calls cost: shown where the deployment has a price sheet and calls carry tokens, and what has no price is told.

use crate::deployment::configure_as;
use crate::look::{clock_ms, eventually, footer, says, shown};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};

pub const CASES: &[Case] =
    cases![costs_stand_beside_the_services, no_costs_without_prices_or_tokens, the_bundled_feed_has_costs_too];

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

fn costs_stand_beside_the_services(cx: &mut Context) -> Result {
    let large = json!({ "service": "chat", "model": "large",
        "input_tokens": 1_000_000, "cached_tokens": 400_000, "output_tokens": 200_000 });
    let calls = vec![
        large.clone(),
        large,
        json!({ "service": "by-name", "input_tokens": 1000, "output_tokens": 5 }),
        json!({ "service": "other", "model": "unknown", "input_tokens": 10, "output_tokens": 5 }),
        json!({ "service": "quiet", "model": "large" }),
    ];
    open(cx, calls, &prices())?;
    let all = json!([
        ["chat", "€1.24", "1.24 EUR"],
        ["by-name", "€0.0000000010", "0.000000001 EUR"],
        ["other", "-", "1 call without a price"],
        ["quiet", "-", "Its calls carry no tokens"],
        ["All services", "≥ €1.24", "1.240000001 EUR\nAt least: 1 call without a price is not in it"],
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
    let one = json!([["by-name", "€0.0000000010", "0.000000001 EUR"], ["Shown services", "€0.0000000010", "0.000000001 EUR"]]);
    eventually("the cost of one", &one, || costs(cx))?;
    cx.visit("?lang=zh&range=3d&model=large")?;
    eventually("the head in Chinese", &vec!["费用 EUR".to_owned()], || cx.texts("table.services thead th:nth-last-child(2)"))?;
    eventually("the costs of a model", &json!([["chat", "€1.24", "1.24 EUR"]]), || {
        Ok(costs(cx)?.as_array().map(|rows| json!(rows[..rows.len().min(1)])).unwrap_or_default())
    })?;
    ensure(!shown(cx, ".unpriced")?, || "something without a price".to_owned())
}

fn no_costs_without_prices_or_tokens(cx: &mut Context) -> Result {
    let heads = |cx: &Context| cx.texts("table.services thead th");
    let none = |cx: &Context| Ok(heads(cx)?.iter().any(|head| head.starts_with("Cost")));
    open(cx, vec![json!({ "service": "quiet", "model": "large" })], &prices())?;
    eventually("the table", &true, || Ok(heads(cx)?.len() > 5))?;
    ensure(!none(cx)?, || "a cost of calls without tokens".to_owned())?;
    let calls = vec![json!({ "service": "chat", "model": "large", "input_tokens": 5, "output_tokens": 5 })];
    open(cx, calls.clone(), &Value::Null)?;
    eventually("the table", &true, || Ok(heads(cx)?.len() > 5))?;
    ensure(!none(cx)?, || "a cost without prices".to_owned())?;
    // A sheet that is wrong is told, and shows nothing.
    open(cx, calls, &json!({ "currency": "euro", "models": {} }))?;
    says(cx, "config.json of this site is wrong in one place.")?;
    ensure(!none(cx)?, || "a cost in no currency".to_owned())
}

fn the_bundled_feed_has_costs_too(cx: &mut Context) -> Result {
    configure_as(
        cx,
        &json!({ "prices": { "currency": "CNY", "models": { "birch-2": { "input": 2, "output": 8 }, "aster-3.1": { "input": 1, "output": 4 } } } }),
    );
    cx.visit("?lang=en&source=demo&range=3d")?;
    eventually("costs in yuan", &true, || {
        let rows = costs(cx)?;
        let mut priced = rows.as_array().into_iter().flatten().filter_map(|row| row[1].as_str());
        Ok(priced.any(|text| text.contains("CN¥")))
    })
}
