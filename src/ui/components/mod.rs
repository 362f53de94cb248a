//! Parts that the pages share: bars, popovers, dialogs, filters, states.

mod dialog;
mod icon;
pub mod popover;

pub use dialog::Dialog;
pub use icon::{Brand, Chevron, Glyph, Icon, SortArrow};
pub use popover::Popover;
