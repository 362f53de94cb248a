//! Chart panes: canvas painted by plotters, an SVG overlay for crosshair and selection.
//!
//! A pane's way from answer to pixels: `state` picks its chart from the last answer and lays it out with `scene` for the size that `extent`
//! follows; `plot` paints the layout through `canvas` when it changed, and `overlay` alone follows the pointer.

mod backend;
mod bars;
mod canvas;
mod cross;
mod extent;
mod legend;
mod lines;
mod overlay;
mod palette;
mod pane;
mod plot;
mod queue;
mod spark;
mod state;
mod table;
mod text;
mod zoom;

pub use crate::export::axis::Axis;
pub use bars::{FailedStrip, MiniBars};
pub use cross::Cross;
pub use palette::forget as forget_colours;
pub use pane::ChartPane;
pub use spark::Spark;
pub use zoom::ZoomBack;
