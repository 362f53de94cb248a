//! `cargo xtask bench <what>`: the console beside what people use for the same, in one run on one machine.

mod charts;
mod engine;
mod export;
mod figures;
mod growth;
mod ingest;
mod npm;

use crate::Result;

pub fn run(args: &[String]) -> Result {
    match args.first().map_or("", String::as_str) {
        "charts" => charts::run(&args[1..]),
        "engine" => engine::run(&args[1..]),
        "export" => export::run(&args[1..]),
        "growth" => growth::run(&args[1..]),
        "ingest" => ingest::run(&args[1..]),
        other => Err(format!("there is no benchmark {other:?}; there are charts, engine, export, growth and ingest").into()),
    }
}
