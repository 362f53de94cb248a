//! The Calls, Details and Failed Calls pages.
