//! What the console is about: calls, their dimensions, filters, time ranges and the metric catalogue.

pub mod call;
pub mod catalogue;
pub mod complaint;
mod custom;
pub mod dim;
pub mod exact;
pub mod limits;
pub mod line;
pub mod mapping;
pub mod metric;
pub mod price;
pub mod quantity;
pub mod range;
pub mod understood;
pub mod window;

pub use call::{Call, Media, NO_STATUS, ServiceType};
pub use catalogue::{Made, Metric, Unit};
pub use complaint::{Complaint, NotCalls, Place, Problem};
pub use custom::{RangeFault, is_instant};
pub use dim::{Dim, Filter};
pub use exact::{Bounds, Exactness, Gap, Qualities, Quality};
pub use line::{Format, Line, Tone};
pub use metric::{Agg, Column};
pub use quantity::{Class, Population, Quantity};
pub use range::{Precision, Preset, Range, RangeChoice};
