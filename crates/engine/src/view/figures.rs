//! The figures of a set of calls: a row of the services table, the head of a service's page.

use super::quality;
use crate::ask::{Agg, Frame, Matcher, Measure, Quantity};
use crate::wire::{FigureQuality, Figures};

/// The measures of [`Figures`], in its order.
pub fn measures() -> Vec<Measure> {
    let sum = |of| Measure::new(of, Agg::Sum);
    let average = |of| Measure::new(of, Agg::Average);
    vec![
        Measure::calls(),
        Measure::calls().only(Matcher::stated()),
        Measure::failed_calls(),
        Measure::failure_rate(),
        sum(Quantity::TotalTokens),
        sum(Quantity::InputTokens),
        sum(Quantity::OutputTokens),
        average(Quantity::Latency),
        average(Quantity::Ttft),
        average(Quantity::Tpot),
        average(Quantity::Generation),
    ]
}

/// The figures of a group of a table of [`measures`].
pub fn of(frame: &Frame, group: usize) -> Figures {
    let whole = |measure| frame.column(0, measure, 0).and_then(|column| column.values.whole(group));
    let real = |measure| frame.column(0, measure, 0).and_then(|column| column.values.number(group, 1.0));
    Figures {
        calls: whole(0).unwrap_or(0),
        stated: whole(1).unwrap_or(0),
        failed: whole(2),
        failure_rate: real(3),
        total_tokens: whole(4),
        input_tokens: whole(5),
        output_tokens: whole(6),
        latency_ms: real(7),
        ttft_ms: real(8),
        tpot_ms: real(9),
        generation_s: real(10),
        quality: FigureQuality(core::array::from_fn(|measure| quality::of_figure(frame, measure, group, 0))),
    }
}
