//! The pages: Calls, Service Call Details, Failed Calls.
