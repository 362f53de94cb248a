//! Sources: what answers the questions of `ask`.

pub mod calls;
