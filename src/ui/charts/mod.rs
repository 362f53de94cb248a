//! Chart panes: canvas painted by plotters, an SVG overlay for crosshair and selection.

mod axis;
mod bars;
mod canvas;
mod extent;
mod palette;
mod spark;

pub use bars::{FailedStrip, MiniBars, code_colours};
pub use spark::Spark;
