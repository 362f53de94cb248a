//! What one pane shows, derived from the last answer and the address.

use super::canvas::Extent;
use super::cross::Cross;
use crate::base::sorted::Set;
use crate::export::axis::Axis;
use crate::export::chart::Drawing;
use crate::i18n::{Lang, exact, metrics};
use crate::model::{Line, Metric, Quality};
use crate::scene::{self, Look, Pane};
use crate::ui::pages::details::DetailsState;
use crate::ui::state::App;
use crate::wire::{Chart, DetailsReply};
use leptos::prelude::*;
use std::sync::Arc;

/// A chart with the looks of its lines.
#[derive(Clone, Debug)]
pub struct Shown {
    pub chart: Chart,
    pub looks: Vec<Look>,
}

impl Shown {
    fn of(chart: &Chart) -> Self {
        let lines: Vec<Line> = chart.lines.iter().map(|s| s.line).collect();
        Self { looks: scene::looks(chart.metric, &lines), chart: chart.clone() }
    }

    /// The lines of the legend: the chart's own, then the period before.
    pub fn lines(&self) -> Vec<(Line, Look)> {
        let own = self.chart.lines.iter().zip(&self.looks).map(|(s, look)| (s.line, *look));
        let before = self.chart.before.as_ref().map(|_| (Line::Before, scene::look(self.chart.metric, Line::Before)));
        own.chain(before).collect()
    }

    /// A line's values.
    pub fn values(&self, line: Line) -> Option<&[f64]> {
        match line {
            Line::Before => self.chart.before.as_deref(),
            _ => self.chart.lines.iter().find(|s| s.line == line).map(|s| s.values.as_slice()),
        }
    }

    /// A value in words, with the sign of its exactness; `-` for a gap.
    pub fn value(&self, line: Line, bucket: Option<usize>) -> String {
        let value = self.values(line).zip(bucket).and_then(|(v, i)| v.get(i).copied());
        let quality = bucket.map_or_else(Quality::default, |bucket| self.chart.quality(line, bucket));
        exact::value(self.chart.metric, value, quality.exactness)
    }

    /// The same with all its decimals.
    pub fn value_in_full(&self, line: Line, bucket: Option<usize>) -> String {
        let value = self.values(line).zip(bucket).and_then(|(v, i)| v.get(i).copied());
        let quality = bucket.map_or_else(Quality::default, |bucket| self.chart.quality(line, bucket));
        exact::value_in_full(self.chart.metric, value, quality.exactness)
    }

    /// The same with its bounds, or the reason of a gap: `≈ 2,339, between 1,500 and 2,500`.
    pub fn reading(&self, lang: Lang, line: Line, bucket: usize) -> String {
        let value = self.values(line).and_then(|values| values.get(bucket).copied());
        exact::reading(lang, self.chart.metric, value, self.chart.quality(line, bucket))
    }

    /// Whether a repaint would show the same. Gaps are equal to gaps, which numbers are not.
    fn same(&self, other: &Self) -> bool {
        let alike = |a: &[f64], b: &[f64]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
        let (a, b) = (&self.chart, &other.chart);
        let before = match (&a.before, &b.before) {
            (Some(a), Some(b)) => alike(a, b),
            (None, None) => true,
            _ => false,
        };
        let qualities = a.lines.iter().zip(&b.lines).all(|(a, b)| a.quality == b.quality) && a.before_quality == b.before_quality;
        before
            && qualities
            && a.summary == b.summary
            && a.lines.len() == b.lines.len()
            && a.lines.iter().zip(&b.lines).all(|(a, b)| a.line == b.line && alike(&a.values, &b.values))
    }
}

/// Everything the parts of a pane read.
#[derive(Clone, Copy)]
pub struct PaneState {
    pub app: App,
    pub metric: Metric,
    /// The pane in the dialog, beside its twin on the sheet: ids differ.
    pub enlarged: bool,
    pub shown: Memo<Option<Arc<Shown>>>,
    pub axis: Memo<Option<Arc<Axis>>>,
    pub off: Memo<Set<Line>>,
    pub logarithmic: Memo<bool>,
    pub max_scales: Memo<bool>,
    pub table: Memo<bool>,
    pub cross: Cross,
}

impl PaneState {
    pub fn new(metric: Metric, axis: Memo<Option<Arc<Axis>>>, enlarged: bool) -> Self {
        let app = App::get();
        let own = app.own::<DetailsState>();
        let changed = |a: Option<&Option<Arc<Shown>>>, b: Option<&Option<Arc<Shown>>>| match (a, b) {
            (Some(Some(a)), Some(Some(b))) => !a.same(b),
            (Some(None), Some(None)) => false,
            _ => true,
        };
        let find = move |_: Option<&Option<Arc<Shown>>>| {
            app.reply::<DetailsReply>().with(|d| {
                let chart = d.as_ref()?.charts.iter().find(|c| c.metric == metric)?;
                Some(Arc::new(Shown::of(chart)))
            })
        };
        Self {
            app,
            metric,
            enlarged,
            shown: Memo::new_with_compare(find, changed),
            axis,
            off: Memo::new(move |_| own.with(|own| own.lines_off.get(&metric).cloned().unwrap_or_default())),
            logarithmic: Memo::new(move |_| own.with(|own| own.logarithmic.contains(&metric))),
            max_scales: Memo::new(move |_| own.with(|own| own.max_scales)),
            table: Memo::new(move |_| own.with(|own| own.tables.contains(&metric))),
            cross: Cross::get(),
        }
    }

    /// An id of a part, unlike that of the pane's twin.
    pub fn id(self, part: &str) -> String {
        format!("{part}-{}{}", self.metric.key(), if self.enlarged { "-large" } else { "" })
    }

    pub fn title(self) -> &'static str {
        metrics::metric(self.app.lang.get(), self.metric)
    }

    pub fn unit(self) -> String {
        let estimated = self.shown.with(|s| s.as_ref().is_some_and(|s| s.chart.is_estimated()));
        exact::unit(self.app.lang.get(), self.metric, estimated)
    }

    /// The unit as it is beside the title.
    pub fn heading_unit(self) -> String {
        let estimated = self.shown.with(|s| s.as_ref().is_some_and(|s| s.chart.is_estimated()));
        exact::heading_unit(self.app.lang.get(), self.metric, estimated)
    }

    pub fn line_name(self, line: Line) -> String {
        metrics::line(self.app.lang.get(), self.metric, line)
    }

    pub fn buckets(self) -> usize {
        self.axis.with(|a| a.as_ref().map_or(0, |a| a.count()))
    }

    /// The bucket that legends tell of: the crosshair's, else that of the latest value, else the newest that is over.
    pub fn told(self) -> Option<usize> {
        let latest = || self.shown.with(|s| s.as_ref()?.chart.summary.latest_at).map(|at| at as usize);
        let newest = || self.axis.with(|a| a.as_ref()?.newest_finished());
        self.cross.at(self.buckets()).or_else(latest).or_else(newest)
    }

    /// What there is to draw; reactive. `None` where nothing can be seen.
    pub fn draft(self, extent: Extent) -> Option<Draft> {
        if extent.is_empty() || self.table.get() {
            return None;
        }
        let (shown, axis) = (self.shown.get()?, self.axis.get()?);
        Some(Draft {
            shown,
            axis,
            off: self.off.get(),
            logarithmic: self.logarithmic.get(),
            max_scales: self.max_scales.get(),
            extent,
        })
    }
}

/// Everything that a layout depends on, so that it can be made later than it was requested.
pub struct Draft {
    shown: Arc<Shown>,
    axis: Arc<Axis>,
    off: Set<Line>,
    logarithmic: bool,
    max_scales: bool,
    extent: Extent,
}

impl Draft {
    /// Lays the chart out, to the pixels of this screen.
    pub fn lay_out(&self) -> Pane {
        let Self { shown, axis, off, logarithmic, max_scales, extent } = self;
        Drawing { chart: &shown.chart, axis, off, logarithmic: *logarithmic, max_scales: *max_scales }
            .pane_for(extent.css, extent.pixel())
    }
}
