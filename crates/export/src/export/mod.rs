//! Exports: what the engine answered as tables, and the tables as files.
//!
//! One description ([`table`]) serves every format: a table knows its columns, units and cells, and nothing of files. Builders make
//! tables from replies ([`metrics`], [`summary`], [`failed`], [`calls`], [`about`]), writers make files from tables ([`text`] for CSV,
//! JSON and TSV; `xlsx` for workbooks, behind the feature `workbooks`; [`svg`] for a chart's picture). [`book`] puts a workbook together.

pub mod about;
pub mod axis;
pub mod book;
pub mod calls;
pub mod chart;
pub mod compute;
mod exactness;
pub mod failed;
pub mod formula;
pub mod ink;
pub mod metrics;
pub mod names;
pub mod rejected;
pub mod report;
pub mod summary;
pub mod svg;
pub mod table;
pub mod text;
pub mod truncate;
pub mod unanswered;
#[cfg(feature = "workbooks")]
pub mod warm_up;
pub mod writer_protocol;
#[cfg(feature = "workbooks")]
pub mod xlsx;

pub use book::{Book, CallSheets, Contents, Sheet};
pub use table::{Cell, Column, Kind, Table, TableId, TimeStyle, View};
