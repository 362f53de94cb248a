//! Workbooks read back with a reader that shares no code with the writer (calamine), and their package looked into.

mod awkward;
mod costs;
mod fixtures;
mod package;
mod values;
