//! Small things that every room uses: number formats.

pub mod civil;
pub mod num;
pub mod sorted;
