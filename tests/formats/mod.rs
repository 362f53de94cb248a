//! Formats of others: each fixture against its golden reading, recognised by its first bytes, cut and broken anywhere.
#![cfg(feature = "full")]

mod archives;
mod broken;
mod command;
mod corpus;
mod detect;
mod golden;
mod repeats;
mod support;
mod told_twice;
mod unread;
