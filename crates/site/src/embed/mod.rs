//! The protocol `callscope/1`, by which an embedding page, or one that opened it, drives it: what may be said in either direction,
//! read with every fault named, and written. It knows messages, not how they travel (`ui::embed`).
//!
//! docs/embedding.md describes the same for people, `public/callscope-embed-1.schema.json` for validators, `public/embed.js` speaks it.

mod brand;
mod foreign;
mod incoming;
mod outgoing;
mod view;

pub use brand::{COLOURS, FONTS, LENGTHS, value};
pub use foreign::{Foreign, Shape};
pub use incoming::{Ask, Data, Export, FORMATS, FileFormat, Incoming, MessageData, Read, What, hello, is_ours, read};
pub use outgoing::{Answer, Envelope, cause};
pub use view::{Sight, changed, query_of, report, view_of};

/// The version that is spoken, in every message.
pub const PROTOCOL: &str = "callscope/1";

/// What a host says.
pub const ASKS: [&str; 8] = ["hello", "load", "cancel", "get-view", "set-view", "set-brand", "export", "close"];

/// What the console says.
pub const ANSWERS: [&str; 11] =
    ["ready", "progress", "loaded", "failed", "view", "changed", "height", "exported", "done", "error", "closed"];

/// Conversations at the same time; a further hello is refused.
pub const CONVERSATIONS_MAX: usize = 8;

/// Why a message was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A version of the protocol that is not spoken.
    Version,
    /// No message type of this name.
    UnknownType,
    /// A field is missing, unknown or not what it must be; `field` names it.
    BadField,
    /// A message before hello, or after close.
    NoConversation,
    /// More conversations than are held.
    TooMany,
    /// An address that configuration and policy do not allow.
    NotAllowed,
    /// Nothing is loaded.
    NoData,
    /// The request belongs to a service, and none is shown.
    NoService,
    /// Something of this kind is under way.
    Busy,
    /// It was cancelled.
    Cancelled,
    /// The file could not be written.
    ExportFailed,
}

impl Code {
    pub const ALL: [Code; 11] = [
        Code::Version,
        Code::UnknownType,
        Code::BadField,
        Code::NoConversation,
        Code::TooMany,
        Code::NotAllowed,
        Code::NoData,
        Code::NoService,
        Code::Busy,
        Code::Cancelled,
        Code::ExportFailed,
    ];

    /// Word in a message.
    pub const fn key(self) -> &'static str {
        match self {
            Code::Version => "version",
            Code::UnknownType => "unknown-type",
            Code::BadField => "bad-field",
            Code::NoConversation => "no-conversation",
            Code::TooMany => "too-many",
            Code::NotAllowed => "not-allowed",
            Code::NoData => "no-data",
            Code::NoService => "no-service",
            Code::Busy => "busy",
            Code::Cancelled => "cancelled",
            Code::ExportFailed => "export-failed",
        }
    }
}

/// What is wrong with a message; sent to its sender, for the developers of that page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    /// Where in the message, as `view.filters.key[2]`; empty where no field is at fault.
    pub field: String,
    /// A sentence: what was expected.
    pub message: String,
}

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, field: String::new(), message: message.into() }
    }

    /// A field that is not what it must be.
    pub fn field(field: impl Into<String>, expected: &str) -> Self {
        let field = field.into();
        Self { code: Code::BadField, message: format!("{field}: expected {expected}."), field }
    }
}

#[cfg(test)]
mod tests;
