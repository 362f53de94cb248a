//! A workbook that is discarded, written to warm up while a user still chooses.
//!
//! A browser compiles a function of WebAssembly well only once it has run for a while: a worker's first workbook takes two to three times as
//! long as its next ones.

use super::about::About;
use super::book::{Book, Contents, Details};
use super::table::View;
use crate::i18n::Lang;
use crate::model::{Filter, Line, Metric, Precision, Range};
use crate::series::Zone;
use crate::wire::{Buckets, Chart, DataSet, DetailsReply, Series, Summary};

const MINUTE_MS: i64 = 60_000;
/// Some moment: figures of it go nowhere.
const FROM_MS: i64 = 1_700_000_000_000;

/// A book of metrics over so many minutes, and its zone.
pub fn book(minutes: usize) -> Option<(Book, Zone)> {
    let starts_ms: Vec<i64> = (0..minutes as i64).map(|i| FROM_MS + i * MINUTE_MS).collect();
    let range = Range { from_ms: FROM_MS, to_ms: FROM_MS + minutes as i64 * MINUTE_MS };
    let buckets = Buckets {
        ends_ms: starts_ms.iter().map(|at| at + MINUTE_MS).collect(),
        minutes: vec![1.0; minutes],
        starts_ms,
        ..Buckets::default()
    };
    // Numbers of as many digits as measured ones have.
    let values = |n: usize| (0..minutes).map(|i| ((i * 7919 + n * 104_729) % 999_983) as f64 / 7.0).collect();
    let metrics = [Metric::Ttft, Metric::Tpot, Metric::Latency, Metric::InputLength, Metric::OutputLength];
    let lines = || Line::DISTRIBUTION.into_iter().enumerate().map(|(n, line)| Series::exact(line, values(n))).collect();
    let chart = |metric| Chart::of(metric, lines(), Summary::default());
    let reply = DetailsReply { range, buckets, charts: metrics.into_iter().map(chart).collect(), ..DetailsReply::default() };
    let (data, filter, zone) = (DataSet::default(), Filter::default(), Zone::utc());
    let about = About::of(&data, &filter, range, Precision::Minute);
    let details = [Details { title: "", reply: &reply, metrics: &metrics }];
    let view = View { lang: Lang::En, zone: &zone, range };
    let book = Contents { view, about, calls: None, costs: None, details: &details, failed: None, call_rows: None }.book()?;
    Some((book, zone))
}
