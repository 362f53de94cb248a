//! Costs in reports.

use super::*;
use crate::wire::{Cost, CostReply, ServiceCost};

/// What the made-up services cost: the first by version, and no price for a call of the second.
fn priced(mut wanted: Wanted) -> Wanted {
    let of = |name: &str, cost, versions: &[(&str, Cost)]| {
        let versions = versions.iter().map(|(name, cost)| ((*name).to_owned(), *cost)).collect();
        ServiceCost { name: name.into(), cost, versions }
    };
    let cost = |parts, unpriced| Cost { parts, priced: 1, unpriced };
    let alpha = of("alpha", cost(5_000_000_000_000, 0), &[("", cost(1_000_000_000_000, 0)), ("v1", cost(4_000_000_000_000, 0))]);
    let beta = of("beta", cost(2_500_000_000, 1), &[]);
    let reply = CostReply { rows: vec![alpha, beta], unpriced: vec![("<b>odd".into(), 1)], totals_alone: 0 };
    wanted.costs = Some(Costs { currency: "EUR".into(), reply });
    if let Shown::Calls { columns, sort, .. } = &mut wanted.shown {
        columns.push(Column::Cost);
        *sort = Some(Column::Cost);
    }
    wanted
}

#[test]
fn costs_in_a_report() {
    let html = write(&priced(calls())).html;
    check_markup(&html);
    let body = texts(&html, "<table class=\"services\">", "</table>");
    let row = |from: &str| body.iter().skip_while(|text| *text != from).skip(1).map(String::as_str).collect::<Vec<_>>();
    assert_eq!(row("Cost")[0], "EUR");
    assert_eq!(
        (row("alpha Title")[6], row("v1")[5], row("No version")[5], row("beta Title")[6]),
        ("5.00", "4.00", "1.00", "≥ 0.0025")
    );
    assert_eq!(row("All services").last(), Some(&"≥ 5.00"));
    assert!(html.contains("<td title=\"0.0025 EUR\nAt least: 1 call without a price is not included\">"));
    assert!(html.contains("1 call without a price. The price sheet does not name: &lt;b&gt;odd (1)."));
    // By cost, as the page was.
    let place = |name: &str| body.iter().position(|text| text == name);
    assert!(place("alpha Title") < place("beta Title") && place("v1") < place("No version"));
    let html = write(&priced(details(vec![chart(Metric::Rpm)]))).html;
    assert!(html.contains("<small>40 calls, 7.500 % failed, cost 5.00 EUR</small>"), "{html}");
}
