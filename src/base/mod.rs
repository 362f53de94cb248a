//! Small things that every room uses: number formats, exact parsing, orderings, small sets and maps.

pub mod civil;
pub mod crc;
pub mod float;
pub mod num;
pub mod order;
pub mod sorted;
