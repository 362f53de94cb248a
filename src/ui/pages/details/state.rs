//! The state of the Details page in the address.

use crate::base::sorted::{Map, Set};
use crate::model::{Line, Metric};
use crate::url::{Page, PageState};

/// What a user chose on the Details page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DetailsState {
    /// Chart lines switched off.
    pub lines_off: Map<Metric, Set<Line>>,
    /// Charts with a logarithmic axis.
    pub logarithmic: Set<Metric>,
    /// The maximum of distributions sets their scale.
    pub max_scales: bool,
    /// Charts shown as tables.
    pub tables: Set<Metric>,
    /// The chart shown enlarged.
    pub enlarged: Option<Metric>,
}

impl DetailsState {
    /// Enlarges nothing: which charts there are is a service's.
    pub fn leave(&mut self) {
        self.enlarged = None;
    }
}

impl PageState for DetailsState {
    const PAGE: Page = Page::Details;

    fn read(&mut self, key: &str, value: &str) {
        match key {
            "off" => {
                if let Some((metric, line)) = value.split_once('.')
                    && let (Some(metric), Some(line)) = (Metric::from_key(metric), Line::from_key(line))
                {
                    self.lines_off.slot(metric).insert(line);
                }
            }
            "log" => self.logarithmic.extend(Metric::from_key(value)),
            "max" => self.max_scales = value == "scale",
            "table" => self.tables.extend(Metric::from_key(value)),
            "enlarge" => self.enlarged = Metric::from_key(value),
            _ => {}
        }
    }

    fn write(&self, put: &mut dyn FnMut(&str, &str)) {
        for (metric, lines) in self.lines_off.iter() {
            for line in lines {
                put("off", &format!("{}.{}", metric.key(), line.key()));
            }
        }
        for metric in &self.logarithmic {
            put("log", metric.key());
        }
        if self.max_scales {
            put("max", "scale");
        }
        for metric in &self.tables {
            put("table", metric.key());
        }
        if let Some(metric) = self.enlarged {
            put("enlarge", metric.key());
        }
    }
}
