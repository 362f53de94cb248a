//! Polled feeds, and feeds in parts: when to send a request, what an answer means, which bytes are new, which parts a view needs.
//!
//! Pure: its driver (the reader worker, a test with a clock of its own) sends what [`Revalidation::ask`] says, gives back what came, and does
//! at once what [`PollSchedule`] says is due. docs/feed.md describes the same for people who write feeds.

mod body;
mod drip;
mod lines;
pub mod manifest;
pub mod parts;
mod revalidation;
mod schedule;

pub use body::{Body, BodyEnd, NotAppended};
pub use drip::Drip;
pub use lines::Lines;
pub use revalidation::{ConditionalRequest, ResponseHead, ResponseKind, Revalidation};
pub use schedule::{Outcome, PollSchedule, retry_after_ms};
