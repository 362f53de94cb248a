//! What the page and the worker that writes files say to each other: plain data, packed as on the wire.

use super::report::{Met, Wanted};
use crate::i18n::Lang;
use crate::model::{Filter, Metric, Precision, Range};
use crate::series::Zone;
use crate::wire::{Costs, DataSet};
use serde::{Deserialize, Serialize};

/// A message to the writer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWriter {
    /// Write this file. Where the source is a file, it travels beside the message: its SHA-256 is computed.
    Write(Box<FileOrder>),
    /// Write this report: its fields are sent, then the file.
    Report(Box<Wanted>),
    /// The calls that were requested: a packed [`crate::wire::RowsReply`], of the data set of this generation.
    Rows { generation: u32, bytes: Vec<u8> },
    /// Beside: the port at which the page reads slices of files that the worker cannot read.
    Files,
}

/// A message from the writer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWriter {
    /// It listens.
    Ready {
        build: String,
    },
    Progress {
        rows: u64,
        rows_total: u64,
    },
    /// Calls are waited for, from this place of [`crate::wire::RowsQuery`] on.
    Rows {
        from: u32,
    },
    /// What the report that follows has of what may name a user or a secret.
    Met(Vec<Met>),
    /// The file, as a `Blob` beside the message.
    Done,
    /// In the order's language.
    Failed {
        message: String,
    },
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    Workbook,
    /// A workbook of the metrics alone.
    Charts,
    /// The calls alone, as CSV.
    Calls,
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileOrder {
    pub kind: FileKind,
    pub lang: Lang,
    /// Covers range and period before with a day to spare.
    pub zone: Zone,
    pub range: Range,
    pub before: Option<Range>,
    pub filter: Filter,
    pub precision: Precision,
    pub now_ms: Option<i64>,
    pub link: String,
    pub exported_at_ms: i64,
    pub data: DataSet,
    /// The address of the bundled feed that is shown, where its SHA-256 is still to be computed.
    pub feed: Option<String>,
    /// Name and title of the service of a Details export.
    pub service: Option<(String, String)>,
    pub metrics: Vec<Metric>,
    /// A packed [`crate::wire::CallsReply`].
    pub calls: Option<Vec<u8>>,
    /// What those calls cost, where the deployment has a price sheet.
    pub costs: Option<Costs>,
    /// A packed [`crate::wire::DetailsReply`].
    pub details: Option<Vec<u8>>,
    /// A packed [`crate::wire::FailedReply`].
    pub failed: Option<Vec<u8>>,
    /// How many calls are listed, where they are wanted.
    pub call_rows: Option<u64>,
}
