//! `cargo xtask bench <what>`: the console beside what people use for the same, in one run on one machine.

mod export;

use crate::Result;

pub fn run(args: &[String]) -> Result {
    match args.first().map_or("", String::as_str) {
        "export" => export::run(&args[1..]),
        other => Err(format!("there is no benchmark {other:?}; there is export").into()),
    }
}
