//! `cargo xtask bench <what>`: the console beside what people use for the same, in one run on one machine.

mod engine;
mod export;
mod figures;
mod ingest;

use crate::Result;

pub fn run(args: &[String]) -> Result {
    match args.first().map_or("", String::as_str) {
        "engine" => engine::run(&args[1..]),
        "export" => export::run(&args[1..]),
        "ingest" => ingest::run(&args[1..]),
        other => Err(format!("there is no benchmark {other:?}; there are engine, export and ingest").into()),
    }
}
