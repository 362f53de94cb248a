//! Parts that the pages share: frame, bars, popovers, dialogs, filters, states.

mod appbar;
mod banner;
mod blank;
mod connect;
mod dialog;
mod facet;
mod failure;
mod filterbar;
mod folder;
mod gate;
mod icon;
pub mod popover;
mod range;
mod rejected;
mod sets;
mod shelf;
mod shell;
mod states;
mod take;
mod taken;
mod toast;
mod together;
mod zones;

pub use appbar::{AppBar, calls_words};
pub use banner::Notices;
pub use blank::NothingLeft;
pub use dialog::Dialog;
pub use facet::{dim_name, value_name};
pub use filterbar::FilterBar;
pub use icon::{Brand, Chevron, Glyph, Icon, SortArrow};
pub use popover::Popover;
pub use rejected::rejected_call;
pub use shell::{Dialogs, Frame, Overlays};
pub use states::InPlace;
pub use taken::why_missing;
