//! `cargo xtask bench [what]`: the console beside what people use for the same, in one run on one machine. Without a name: the native benchmarks, the
//! engines' with the charts', and growth.

mod against;
mod charts;
mod engine;
mod export;
mod figures;
mod growth;
mod ingest;
mod npm;
mod open;
pub mod pairs;
pub mod rig;
mod table;

use crate::Result;

pub fn run(args: &[String]) -> Result {
    match args.first().map_or("", String::as_str) {
        "charts" => charts::run(&args[1..]),
        "engine" => engine::run(&args[1..]),
        "export" => export::run(&args[1..]),
        "growth" => growth::run(&args[1..]),
        "ingest" => ingest::run(&args[1..]),
        "open" => open::run(&args[1..]),
        "" => {
            ingest::run(&[])?;
            engine::run(args)?;
            // The site has just been built.
            growth::run(&[args, &["--built".to_owned()]].concat())
        }
        other => {
            Err(format!("there is no benchmark {other:?}; there are charts, engine, export, growth, ingest and open").into())
        }
    }
}
