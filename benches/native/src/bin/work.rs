//! Work whose instructions `cargo xtask test --only work` counts under callgrind, which needs no clock: 100,000 calls are read, and the questions A, B
//! and C are answered. `work write FILE` writes the calls, `work do FILE` does the work.

use callscope::engine::load::Loader;
use callscope::model::range::DAY_MS;
use callscope::model::{Filter, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::{self, Context, StoreIndex};
use callscope::store::Store;
use callscope::view::{self, Known};
use callscope::wire::{CallsQuery, DataSet, DetailsQuery, Query, Selection};
use callscope_bench_data::{DAYS, START_MS};
use std::error::Error;
use std::hint::black_box;

const CALLS: u64 = 100_000;
/// The service that is called most.
const SERVICE: &str = "harbour-chat";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", file] => Ok(std::fs::write(file, callscope_bench::ndjson(CALLS))?),
        ["do", file] => work(&std::fs::read(file)?),
        _ => Err("work write FILE | work do FILE".into()),
    }
}

/// The functions that are counted, in this order. Each is a symbol of its own, by which callgrind knows where to begin and to end.
fn work(bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let (store, set) = counted_read(bytes)?;
    let known = Known::of(&set);
    let store_index = StoreIndex::of(&store);
    let context = Context { store: &store, store_index: &store_index };
    counted_a(&context, &known);
    counted_b(&context, &known);
    counted_c(&context, &known);
    Ok(())
}

#[inline(never)]
fn counted_read(bytes: &[u8]) -> Result<(Store, DataSet), String> {
    let mut loader = Loader::new(String::from("calls.ndjson"), false, None);
    for chunk in bytes.chunks(callscope_bench::CHUNK) {
        loader.push(chunk).map_err(|failure| failure.detail)?;
    }
    loader.finish().map_err(|failure| failure.detail)
}

/// A service's charts over a fortnight by hours.
#[inline(never)]
fn counted_a(context: &Context, known: &Known) {
    let selection = last(14);
    answer(&Query::Details(DetailsQuery { service: SERVICE.into(), selection, precision: Precision::Hour }), context, known);
}

/// All services over a day by minutes.
#[inline(never)]
fn counted_b(context: &Context, known: &Known) {
    answer(&Query::Calls(CallsQuery { selection: last(1), precision: Precision::Minute }), context, known);
}

/// All services over a fortnight by days.
#[inline(never)]
fn counted_c(context: &Context, known: &Known) {
    answer(&Query::Calls(CallsQuery { selection: last(14), precision: Precision::Day }), context, known);
}

fn answer(query: &Query, context: &Context, known: &Known) {
    black_box(calls::answer(view::batch(query, known.services()), context));
}

/// The last days of the calls.
fn last(days: i64) -> Selection {
    let to_ms = START_MS + DAYS as i64 * DAY_MS;
    let range = Range { from_ms: to_ms - days * DAY_MS, to_ms };
    Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() }
}
