//! Statistics over whole numbers: exact percentiles by selection, and sums that merge without rounding.

pub mod moments;
pub mod percentile;

pub use moments::Moments;
pub use percentile::{Narrow, percentiles};
