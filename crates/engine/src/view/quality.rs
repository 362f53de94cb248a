//! What frames say of their values beside them, as replies have it.

use crate::ask::{Column, Derived, Frame, Label, Matcher, Unanswered, Values};
use crate::model::{Bounds, Exactness, Gap, Qualities};
use crate::wire::{LabelName, SeriesQuality, Why};

/// Of a series whose values are shown in units of `unit` grains.
pub fn of_series(column: &Column, unit: f64) -> SeriesQuality {
    let Column { exactness, less_exact, bounds, gaps, .. } = column;
    if *exactness == Exactness::Exact && less_exact.is_empty() && gaps.is_empty() {
        return None;
    }
    // Reals are in their unit.
    let grains = if let Values::Real(_) = column.values { 1.0 } else { unit };
    let bounds = bounds.iter().map(|of| Bounds { low: of.low / grains, high: of.high / grains }).collect();
    Some(Box::new(Qualities { exactness: *exactness, others: less_exact.clone(), bounds, gaps: gaps.clone() }))
}

/// Of a figure: how exact it is, and why it is missing, where that is not for want of calls that carry it.
pub fn of_figure(frame: &Frame, measure: usize, group: usize, period: usize) -> (Exactness, Option<Gap>) {
    match frame.column(0, measure, period) {
        Some(column) => {
            let gap = column.gaps.iter().find(|(place, _)| *place as usize == group);
            (column.exactness_at(group), gap.map(|(_, gap)| *gap))
        }
        None => (Exactness::Exact, gap(frame, measure)),
    }
}

/// Why a measure has no column; `None` where no call carries it.
pub fn gap(frame: &Frame, measure: usize) -> Option<Gap> {
    match unanswered(frame, measure) {
        Some(Unanswered::NotRecorded) => None,
        Some(Unanswered::Failed(_)) | None => Some(Gap::NotAnswered),
        Some(_) => Some(Gap::NotRecorded),
    }
}

/// The same in words; `None` where no call carries it.
pub fn why(frame: &Frame, measure: usize) -> Option<Why> {
    Some(match unanswered(frame, measure) {
        Some(Unanswered::NotRecorded) => return None,
        Some(Unanswered::NotMeasured) => Why::NotMeasured,
        Some(Unanswered::NoSplit(label)) => Why::NoLabel(label_name(label)),
        Some(Unanswered::NoMatch(Matcher::Number(field, ..))) => Why::NoLabel(LabelName::Own(field.key().to_owned())),
        Some(Unanswered::NoMatch(matcher)) => matcher.label().map_or(Why::NotMeasured, |label| Why::NoLabel(label_name(label))),
        Some(Unanswered::Failed(said)) => Why::Failed(said.clone()),
        None => Why::NoAnswer,
    })
}

fn unanswered(frame: &Frame, measure: usize) -> Option<&Unanswered> {
    frame.unanswered.iter().find(|(place, _)| usize::from(*place) == measure).map(|(_, why)| why)
}

fn label_name(label: &Label) -> LabelName {
    match label {
        Label::Dim(dim) => LabelName::Dim(*dim),
        Label::Named(name) => LabelName::Own(name.as_str().to_owned()),
        Label::Status | Label::Derived(Derived::StatusClass) => LabelName::Status,
        other => LabelName::Own(other.key()),
    }
}
