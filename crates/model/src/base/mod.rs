//! Small things that every room uses: number formats, addresses as they may be shown, decimal text, order, checksums, small sets and maps,
//! time zones as data.
//!
//! Order, float reading and checksums are also in Rust's standard library and its crates, as a copy for each type or with tables of tens of
//! kilobytes. The first view has no room for those (docs/development.md has the figures).

pub mod address;
pub mod build;
pub mod civil;
pub mod crc;
pub mod float;
pub mod floats;
pub mod fold;
pub mod num;
pub mod sort;
pub mod sorted;
pub mod zone;
