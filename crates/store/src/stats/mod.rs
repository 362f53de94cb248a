//! Statistics over whole numbers: exact percentiles by selection, sums that merge without rounding, counts by code.

pub mod counts;
pub mod histogram_select;
pub mod moments;
pub mod percentile;

pub use counts::Counts;
pub use moments::Moments;
pub use percentile::percentiles;
