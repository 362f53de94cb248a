//! What calls in columns offer.

use super::Context;
use super::kernel::PreparedMeasure;
use crate::ask::{Agg, Capabilities, Catalog, Derived, Exactness, Label, Measure, NumberField, Offer, Quantity};
use crate::model::Dim;

/// What calls in columns can answer.
pub const CAPABILITIES: Capabilities = Capabilities {
    exact_percentiles: true,
    calls: true,
    records: true,
    text_search: false,
    templates: true,
    split: true,
    contrast: false,
    series_max: 0,
    step_min_ms: 60_000,
};

const QUANTITIES: [Quantity; 11] = [
    Quantity::Calls,
    Quantity::TotalTokens,
    Quantity::InputTokens,
    Quantity::OutputTokens,
    Quantity::MovedTokens,
    Quantity::InputLength,
    Quantity::OutputLength,
    Quantity::Latency,
    Quantity::Ttft,
    Quantity::Tpot,
    Quantity::Generation,
];

/// One of each kind.
const AGGS: [Agg; 9] = [
    Agg::Count,
    Agg::Sum,
    Agg::PerMinute,
    Agg::Average,
    Agg::Minimum,
    Agg::Maximum,
    Agg::Quantile(500_000),
    Agg::Share,
    Agg::Distinct(Label::Status),
];

const LABELS: [Label; 8] = [
    Label::Status,
    Label::ErrorCode,
    Label::ErrorMessage,
    Label::ErrorTemplate,
    Label::Derived(Derived::StatusClass),
    Label::Derived(Derived::Hour),
    Label::Derived(Derived::Weekday),
    Label::Derived(Derived::Octave(NumberField::TotalTokens)),
];

/// The quantities that some call carries, and all labels.
pub fn of(context: &Context<'_>) -> Catalog {
    let all = context.store_index.all();
    let mut catalog = Catalog::default();
    for of in QUANTITIES {
        let mut aggs = Vec::new();
        for agg in AGGS {
            let measure = Measure::new(of.clone(), agg);
            if PreparedMeasure::new(&measure).is_some_and(|ready| ready.is_recorded(all)) {
                aggs.push(measure.agg.kind());
            }
        }
        if !aggs.is_empty() {
            catalog.offers.push(Offer { of, aggs, exactness: Exactness::Exact });
        }
    }
    catalog.labels.extend(Dim::ALL.map(Label::Dim));
    catalog.labels.extend(LABELS);
    catalog
}
