//! What the console is about: calls, their dimensions, filters, time ranges and the metric catalogue.

pub mod call;
pub mod catalogue;
mod custom;
pub mod dim;
pub mod exact;
pub mod filter;
pub mod label;
pub mod limits;
pub mod line;
pub mod mapping;
pub mod matcher;
pub mod metric;
pub mod price;
pub mod quantity;
pub mod range;
pub mod record_error;
pub mod understood;
pub mod window;

pub use call::{Call, Media, NO_STATUS, ServiceType, add_label, labels_of};
pub use catalogue::{Made, Metric, Unit};
pub use custom::{RangeFault, is_instant};
pub use dim::Dim;
pub use exact::{Bounds, Exactness, Gap, Qualities, Quality};
pub use filter::Filter;
pub use label::{Derived, Label, Name, NumberField};
pub use line::{Format, Line, Tone};
pub use matcher::{Comparison, ErrorText, Matcher};
pub use metric::{Agg, Column};
pub use quantity::{Class, Population, Quantity};
pub use range::{Precision, Preset, Range, RangeChoice, Width};
pub use record_error::{NotCalls, Place, Problem, RecordError};
