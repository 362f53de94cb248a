//! `callscope report`: what the engine answers about calls, as a table for people or as JSON for programs and the oracle
//! (`tests/oracle/README.md` has the JSON's shape). Times are taken as they are; demonstration data is not moved.

mod json;
mod table;

use super::Failure;
use super::files::{self, Input, Progress};
use super::{text, zones};
use crate::engine::load::Loader;
use crate::engine::once::{self, Context};
use crate::ingest::formats::clock::{self, Form, Wall};
use crate::model::{Dim, Filter, Precision, Range};
use crate::source::calls::StoreIndex;
use crate::store::Store;
use crate::wire::{
    CallsQuery, CallsReply, DataSet, DetailsQuery, DetailsReply, FailedQuery, FailedReply, Query, RepeatedCalls, Reply, Selection,
};
use clap::ValueEnum;
use std::process::ExitCode;

/// Zones reach a little beyond the range, as queries expect.
const SPARE_MS: i64 = 2 * 86_400_000;

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Count calls that several of the files hold once: those of one request id, or without one, of one value in every field
    #[arg(long)]
    once: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// From this time on, it included: RFC 3339, a date, or epoch; default: the oldest call
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<String>,
    /// Up to this time, it not included; default: behind the newest call
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<String>,
    /// Compare with a period that begins here
    #[arg(long, value_name = "TIME", requires = "before_to", allow_hyphen_values = true)]
    before_from: Option<String>,
    /// Compare with a period that ends here
    #[arg(long, value_name = "TIME", requires = "before_from", allow_hyphen_values = true)]
    before_to: Option<String>,
    /// Width of the buckets of series
    #[arg(long, value_enum, default_value_t = Width::Hour)]
    precision: Width,
    /// Time zone of buckets, and of times given without one
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    tz: String,
    /// Only this service; may be repeated
    #[arg(long, value_name = "S")]
    service: Vec<String>,
    /// All charts and the failed calls of this service (with --json)
    #[arg(long, value_name = "S")]
    details: Option<String>,
    /// Only this version; may be repeated, as all filters below; the empty value means calls that carry none
    #[arg(long, value_name = "V")]
    version: Vec<String>,
    /// Only services of this type: my or commercial
    #[arg(long = "type", value_name = "T")]
    kind: Vec<String>,
    /// Only this API key
    #[arg(long, value_name = "K")]
    key: Vec<String>,
    /// Only this IP address
    #[arg(long, value_name = "IP")]
    ip: Vec<String>,
    /// Only this inference type
    #[arg(long, value_name = "T")]
    inference: Vec<String>,
    /// Only this model
    #[arg(long, value_name = "M")]
    model: Vec<String>,
    /// Only this region
    #[arg(long, value_name = "R")]
    region: Vec<String>,
    /// Only this workspace
    #[arg(long, value_name = "W")]
    workspace: Vec<String>,
    /// Only this service tier
    #[arg(long, value_name = "T")]
    tier: Vec<String>,
    /// Only this replica
    #[arg(long, value_name = "R")]
    replica: Vec<String>,
}

/// Width of buckets.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Width {
    Minute,
    Hour,
    Day,
}

/// Everything that was answered.
struct Answers {
    data: DataSet,
    selection: Selection,
    calls: CallsReply,
    details: Option<(DetailsReply, FailedReply)>,
    /// Failed calls of every service that has some.
    failed: Vec<FailedReply>,
}

/// Reads the files, asks the engine and prints what it answers.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (store, data) = load(args)?;
    let answers = ask(args, &store, data)?;
    if answers.data.rejected.count > 0 || answers.data.cut_short.is_some() {
        eprintln!("callscope: {} records rejected; `callscope check` says why", answers.data.rejected.count);
    }
    let RepeatedCalls { calls, once } = answers.data.repeated;
    if calls > 0 {
        let how = if once { "count once" } else { "count each time; `--once` counts them once" };
        eprintln!("callscope: {calls} calls are in a file before theirs, too, and {how}");
    }
    let out = if args.json { format!("{}\n", json::of(&answers)) } else { table::of(&answers) };
    text::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn load(args: &Args) -> Result<(Store, DataSet), Failure> {
    let paths = args.input.paths()?;
    let mut progress = Progress::of(&paths, false);
    let mut loader = Loader::new(args.input.name(), false, None).chosen(args.input.choice()?).once(args.once);
    let mut failed = None;
    for path in &paths {
        if paths.len() > 1 {
            loader.file(&path.display().to_string(), None);
        }
        files::read(path, &mut progress, |bytes| {
            failed = loader.push(bytes).err();
            failed.is_none()
        })?;
    }
    progress.done();
    match failed {
        Some(failure) => Err(Failure::Said(text::failure(&failure))),
        None => loader.finish().map_err(|failure| Failure::Said(text::failure(&failure))),
    }
}

fn ask(args: &Args, store: &Store, data: DataSet) -> Result<Answers, Failure> {
    let selection = selection(args, &data)?;
    let precision = match args.precision {
        Width::Minute => Precision::Minute,
        Width::Hour => Precision::Hour,
        Width::Day => Precision::Day,
    };
    let store_index = StoreIndex::of(store);
    let titles = |name: &str| data.services.iter().find(|s| s.name == name).map_or_else(|| name.to_owned(), |s| s.title.clone());
    let context = Context { store, store_index: &store_index, titles: &titles };
    let Reply::Calls(calls) = once::run(&Query::Calls(CallsQuery { selection: selection.clone(), precision }), &context) else {
        return Err(other_answer());
    };
    let failed_of = |service: &str| {
        let query = FailedQuery {
            service: service.to_owned(),
            selection: selection.clone(),
            precision,
            status: None,
            message: None,
            texts: 0,
            every_message: true,
        };
        match once::run(&Query::Failed(query), &context) {
            Reply::Failed(reply) => Ok(reply),
            _ => Err(other_answer()),
        }
    };
    let details = match &args.details {
        None => None,
        Some(service) => {
            let query = DetailsQuery { service: service.clone(), selection: selection.clone(), precision };
            let Reply::Details(reply) = once::run(&Query::Details(query), &context) else { return Err(other_answer()) };
            Some((reply, failed_of(service)?))
        }
    };
    let failing = calls.rows.iter().filter(|row| row.figures.failed > Some(0));
    let failed = failing.map(|row| failed_of(&row.name)).collect::<Result<_, _>>()?;
    Ok(Answers { data, selection, calls, details, failed })
}

fn other_answer() -> Failure {
    Failure::Said("the engine answered another question".into())
}

fn selection(args: &Args, data: &DataSet) -> Result<Selection, Failure> {
    let tz = zones::named(&args.tz)?;
    let time = |text: &Option<String>| text.as_deref().map(|text| instant(text, tz)).transpose();
    let range =
        Range { from_ms: time(&args.from)?.unwrap_or(data.oldest_ms), to_ms: time(&args.to)?.unwrap_or(data.newest_ms + 1) };
    if range.to_ms <= range.from_ms {
        return Err(Failure::Said("--to lies before --from".into()));
    }
    let before = time(&args.before_from)?.zip(time(&args.before_to)?).map(|(from_ms, to_ms)| Range { from_ms, to_ms });
    let first_ms = before.map_or(range.from_ms, |b| b.from_ms.min(range.from_ms));
    let zone = zones::between(tz, first_ms - SPARE_MS, range.to_ms + SPARE_MS);
    let mut filter = Filter::default();
    for (dim, values) in [
        (Dim::Service, &args.service),
        (Dim::Version, &args.version),
        (Dim::ServiceType, &args.kind),
        (Dim::ApiKey, &args.key),
        (Dim::Ip, &args.ip),
        (Dim::InferenceType, &args.inference),
        (Dim::Model, &args.model),
        (Dim::Region, &args.region),
        (Dim::Workspace, &args.workspace),
        (Dim::ServiceTier, &args.tier),
        (Dim::Replica, &args.replica),
    ] {
        filter = filter.with(dim, values.clone());
    }
    Ok(Selection { range, before, filter, zone })
}

/// A time as it is given on the command line, to epoch milliseconds. A number is one already, unless it can only be seconds.
fn instant(text: &str, tz: chrono_tz::Tz) -> Result<i64, Failure> {
    if let Ok(ms) = text.parse::<i64>() {
        return Ok(if (1_000_000_000..100_000_000_000).contains(&ms) { ms * 1000 } else { ms });
    }
    let unreadable =
        || Failure::Said(format!("{text:?} is no time; write 2026-03-26T09:15:00Z, 2026-03-26 or epoch milliseconds"));
    let first = clock::read(text, Form::Any, Wall::UTC).map_err(|_| unreadable())?.div_euclid(1_000_000);
    let zone = zones::between(tz, first - SPARE_MS, first + SPARE_MS);
    let at = clock::read(text, Form::Any, Wall::Zone(&zone)).map_err(|_| unreadable())?;
    Ok(at.div_euclid(1_000_000))
}
