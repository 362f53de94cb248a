//! Charts of replies laid out as the page shows them: which lines are in them, in which looks, over which axis.

use super::axis::Axis;
use crate::base::sorted::Set;
use crate::i18n::calls::CallsWords;
use crate::i18n::{Lang, exact, metrics};
use crate::model::exact::followed_bound;
use crate::model::{Agg, Line};
use crate::scene::{self, Ink, Layer, Pane, PaneInput, PaneLine, Point, status_tokens};
use crate::wire::{Chart, FailedReply};

/// How much of its colour a layer keeps that is not looked into.
const DIM: f64 = 0.55;

/// The totals of the Calls page in their order, with the colour role of their line.
pub const TILES: [(CallsWords, &str); 5] = [
    (CallsWords::TotalCalls, "--s-total"),
    (CallsWords::TotalFailedCalls, "--s-fail"),
    (CallsWords::TotalTokensUsed, "--s-total"),
    (CallsWords::InputTokens, "--s-input"),
    (CallsWords::OutputTokens, "--s-output"),
];
/// The one of which more is worse.
pub const FAILED_TILE: usize = 1;

/// A chart with what a user switched on it.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    pub chart: &'a Chart,
    pub axis: &'a Axis,
    /// Lines switched off.
    pub off: &'a Set<Line>,
    pub logarithmic: bool,
    /// The maximum of a distribution sets the scale, as it always does on a logarithmic axis.
    pub max_scales: bool,
}

impl<'a> Drawing<'a> {
    /// Lines that are on, in the legend's order: the chart's own, then the period before.
    pub fn lines(&self) -> Vec<(Line, PaneLine<'a>)> {
        let own: Vec<Line> = self.chart.lines.iter().map(|s| s.line).collect();
        let looks = scene::looks(self.chart.metric, &own);
        let own = self.chart.lines.iter().zip(looks).map(|(series, look)| {
            let free = series.line == Line::Max && !self.max_scales && !self.logarithmic;
            (series.line, PaneLine { values: &series.values, look, quality: series.quality.as_deref(), free })
        });
        let (before, quality) = (self.chart.before.as_deref(), self.chart.before_quality.as_deref());
        let look = scene::look(self.chart.metric, Line::Before);
        let before = before.map(|values| (Line::Before, PaneLine { values, look, quality, free: false }));
        own.chain(before).filter(|(line, _)| !self.off.contains(line)).collect()
    }

    /// Says so where the line that leads shows a histogram's bucket, not the service.
    pub fn followed(&self, lang: Lang) -> Option<String> {
        let lines = self.lines();
        let lead = scene::leading_line(lines.iter().map(|(line, _)| *line))?;
        let of = lines.iter().find(|(line, _)| *line == lead)?.1;
        let bound = followed_bound(of.values, of.quality?)?;
        let name = metrics::line(lang, self.chart.metric, lead);
        Some(exact::follows(lang, self.chart.metric, &name, bound))
    }

    /// Lays the chart out over `size`, in CSS pixels.
    pub fn pane(&self, size: Point) -> Pane {
        self.pane_for(size, scene::COLUMN_PX)
    }

    /// The same for a screen whose pixels are `column_px` wide, in CSS pixels.
    pub fn pane_for(&self, size: Point, column_px: f64) -> Pane {
        let all = self.lines();
        let values = |line: Line| all.iter().find(|(l, _)| *l == line).map(|(_, of)| of.values);
        let own = all.iter().filter(|(line, _)| *line != Line::Before);
        let lines: Vec<PaneLine> = own.map(|(_, of)| *of).collect();
        let metric = self.chart.metric;
        let input = PaneInput {
            size,
            buckets: self.axis.count(),
            lines: &lines,
            before: values(Line::Before),
            fan: values(Line::P50).zip(values(Line::P99)),
            calls: (metric.agg() == Agg::Level).then_some(self.axis.calls.as_slice()),
            unfinished: self.axis.buckets.last_unfinished,
            logarithmic: self.logarithmic,
            whole: metric.is_whole(),
            ceiling: metric.ceiling(),
            marks: &self.axis.marks(scene::time_width(size.0)),
        };
        scene::pane_for(&input, column_px)
    }
}

/// The layers of failed calls over time: the calls looked into at the foot, then other 4xx, then 5xx.
pub fn layers(reply: &FailedReply, status: Option<u16>) -> Vec<Layer> {
    let mut out = Vec::new();
    let chosen = reply.classes.iter().flat_map(|c| &c.codes).find(|c| Some(c.status) == status);
    let inspect = reply.inspect.as_ref().filter(|inspect| Some(inspect.status) == status);
    let values = chosen.map(|code| inspect.map_or(&code.spark, |inspect| &inspect.spark).as_slice());
    if let (Some(code), Some(values)) = (chosen, values) {
        out.push(Layer { values: values.to_vec(), ink: Ink::of(code_token(reply, code.status)) });
    }
    let alpha = if chosen.is_some() { DIM } else { 1.0 };
    for class in &reply.classes {
        let has_chosen = status.is_some_and(|status| status / 100 == u16::from(class.class));
        let mut others = class.spark.clone();
        if let Some(values) = values.filter(|_| has_chosen) {
            others.iter_mut().zip(values).for_each(|(all, chosen)| *all -= chosen);
        }
        out.push(Layer { values: others, ink: Ink::faint(class_token(class.class.into()), alpha) });
    }
    out
}

/// The colour role of a code: by its place inside its class, as on the charts.
pub fn code_token(reply: &FailedReply, status: u16) -> &'static str {
    let codes = || reply.classes.iter().flat_map(|c| &c.codes).map(|c| c.status);
    let at = codes().position(|s| s == status);
    at.and_then(|at| status_tokens(codes()).get(at).copied()).unwrap_or(class_token(status / 100))
}

/// The colour role of a class of codes.
pub const fn class_token(class: u16) -> &'static str {
    if class >= 5 { "--e5-1" } else { "--e4-1" }
}
