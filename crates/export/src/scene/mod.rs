//! Geometry of charts: scales, ticks, paths, hit tests. Plain data in CSS pixels, coloured by role; it knows no canvas and no browser.
//!
//! A layout function ([`pane`], [`spark`], [`strip`]) turns values into [`Shape`]s; one painter paints them all, on a canvas or elsewhere.

mod bars;
mod cover;
mod look;
mod pane;
mod path;
mod reading;
mod ruler;
mod shape;
mod sheet;
mod spark;
mod yaxis;

pub use bars::{Layer, Strip, mini, strip};
pub use cover::{Cover, cover};
pub use look::{Look, look, looks, status_tokens};
pub use pane::{Pane, PaneInput, PaneLine, pane, pane_for, time_width};
pub use path::COLUMN_PX;
pub use reading::{
    Brush, EDGE_GRAB_PX, Flag, Key, Whisker, WhiskerEnd, flag, flag_line, key_of, leading_line, legend_columns,
    offers_logarithmic, whisker,
};
pub use ruler::{Mark, Ruler, is_day, position, precision_of, time_ticks};
pub use shape::{Anchor, Ink, Point, Shape, TEXT_PX, text_width_about};
pub use sheet::Sheet;
pub use spark::spark;
pub use yaxis::YAxis;
