//! Made-up feeds: their writer, what may befall them, and an independent reading of them.

pub mod befalls;
pub mod oracle;
pub mod writer;
