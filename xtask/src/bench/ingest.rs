//! `cargo xtask bench ingest [NAME]`: bytes of a feed to columns, natively, beside others with the same bytes (`benches/native/`).

use crate::Result;
use crate::sh;

pub fn run(args: &[String]) -> Result {
    sh::run(sh::cargo().args(["bench", "--quiet", "--package", "callscope-bench", "--bench", "ingest", "--"]).args(args))
}
