//! Polled feeds, and feeds in parts: when to send a request, what an answer means, which bytes are new, which parts a view needs.
//!
//! Pure: its driver (the reader worker, a test with a clock of its own) sends what [`Follow::ask`] says, gives back what came, and does
//! at once what [`Pace`] says is due. docs/feed.md describes the same for people who write feeds.

mod body;
mod drip;
mod follow;
mod lines;
pub mod manifest;
mod pace;
pub mod parts;

pub use body::{Body, Moved, Taken};
pub use drip::Drip;
pub use follow::{Answer, Ask, Follow, Meaning};
pub use lines::Lines;
pub use pace::{Outcome, Pace, retry_after_ms};
