//! The Calls, Details and Failed Calls pages.

pub mod monitoring;
