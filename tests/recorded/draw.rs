//! Draws selections of a data set, as lines of `selection`. Needed only to record anew; what is recorded is read from the files.

use super::data::{Data, Dice};
use super::selection::{PAGES, encode, range_text};
use callscope::model::range::{DAY_MS, HOUR_MS, MINUTE_MS};
use callscope::model::{Dim, Filter, Label, Precision, Preset, Range, RangeChoice};
use callscope::series::Zone;
use callscope::wire::{CallsQuery, FailedQuery, ListSort, Query, Reply, RowsQuery, Selection};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const ZONES: [&str; 10] = [
    "UTC",
    "UTC",
    "UTC",
    "Europe/Berlin",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "America/St_Johns",
];
/// How many of each page, in the order of [`PAGES`].
const LINES: [usize; 6] = [96, 96, 60, 60, 22, 36];
/// How many of the pages of failed calls where there are none.
const NOTHING_FAILED: usize = 20;
/// Rows of one window when times are looked up.
const WINDOW: u32 = 10_000;
/// Buckets of one hour in at most so many days.
const HOURS_DAYS_MAX: i64 = 62;
/// Buckets of one minute in at most so many days: more are the same again.
const MINUTES_DAYS_MAX: i64 = 2;

/// What there is to select.
struct Pools {
    span: Range,
    /// Times of calls.
    times: Vec<i64>,
    /// Those with most calls first.
    services: Vec<(String, Vec<String>)>,
    values: BTreeMap<Dim, Vec<String>>,
    /// Status, own code and message by service.
    errors: BTreeMap<String, Vec<(u16, String, String)>>,
}

impl Pools {
    fn of(data: &mut Data) -> Self {
        let span = data.set.span();
        let whole = Selection { range: span, before: None, filter: Filter::default(), zone: Zone::utc() };
        let mut services: Vec<_> = data.set.services.iter().collect();
        services.sort_by_key(|service| (std::cmp::Reverse(service.calls), &service.name));
        let services: Vec<_> = services.into_iter().map(|s| (s.name.clone(), s.versions.clone())).collect();
        let query = CallsQuery { selection: whole.clone(), precision: Precision::Day };
        let Reply::Calls(calls) = data.ask(Query::Calls(query)) else { panic!("another reply") };
        let values = calls.facets.into_iter().filter_map(|f| {
            let Label::Dim(dim) = f.label else { return None };
            Some((dim, f.values.into_iter().map(|(value, _)| value).collect()))
        });
        let values = values.collect();
        let mut errors = BTreeMap::new();
        for (service, _) in &services {
            let (service_name, selection) = (service.clone(), whole.clone());
            let query = FailedQuery {
                service: service_name,
                selection,
                precision: Precision::Day,
                status: None,
                message: None,
                texts: 0,
                every_message: true,
            };
            let Reply::Failed(failed) = data.ask(Query::Failed(query)) else { panic!("another reply") };
            let codes = failed.classes.into_iter().flat_map(|class| class.codes);
            let of_code = |code: callscope::wire::ErrorCode| {
                code.messages.into_iter().map(move |m| (code.status, m.error_code, m.message)).collect::<Vec<_>>()
            };
            errors.insert(service.clone(), codes.flat_map(of_code).collect());
        }
        let mut times = Vec::new();
        let mut from = Some(0);
        while let Some(at) = from {
            let query = RowsQuery { selection: whole.clone(), from: at, limit: WINDOW };
            let Reply::Rows(rows) = data.ask(Query::Rows(query)) else { panic!("another reply") };
            times.extend(rows.rows.iter().map(|row| row.time_ms));
            from = rows.next;
        }
        Self { span, times, services, values, errors }
    }
}

/// Lines of every page, each once.
pub fn lines(name: &str, data: &mut Data) -> Vec<String> {
    let pools = Pools::of(data);
    let mut dice = Dice(name.bytes().fold(0, |n, b| n * 131 + u64::from(b)));
    let mut out = Vec::new();
    let nothing_failed = pools.errors.values().all(Vec::is_empty);
    for (page, mut count) in PAGES.into_iter().zip(LINES) {
        if nothing_failed && ["failed", "list"].contains(&page) {
            count = NOTHING_FAILED;
        }
        let mut of_page = BTreeSet::new();
        while of_page.len() < count {
            of_page.insert(line(page, &pools, &mut dice));
        }
        out.extend(of_page);
    }
    out
}

fn line(page: &str, pools: &Pools, dice: &mut Dice) -> String {
    let of_service = ["details", "failed", "list"].contains(&page);
    let (choice, now_ms) = range(pools, if page == "list" { 2 } else { 5 }, dice);
    let mut out = format!("{page} {}", range_text(choice, now_ms));
    let zone = *dice.pick(&ZONES);
    if zone != "UTC" {
        let _ = write!(out, " zone={zone}");
    }
    if dice.once_in(9) {
        out.push_str(" alone");
    }
    precision(&mut out, page, choice, dice);
    let mut put = |key: &str, value: &str| {
        let _ = write!(out, " {key}={}", encode(value));
    };
    let fails = |service: &&(String, Vec<String>)| pools.errors.get(&service.0).is_some_and(|errors| !errors.is_empty());
    let failing: Vec<_> = pools.services.iter().filter(fails).collect();
    let known = if page == "list" && !failing.is_empty() { dice.early(&failing) } else { dice.early(&pools.services) };
    let service = if dice.once_in(40) { "nobody" } else { known.0.as_str() };
    if of_service {
        put("service", service);
    }
    let filtered = page != "list" || dice.once_in(2);
    if filtered {
        filters(&mut put, page, pools, &known.1, dice);
    }
    let errors = pools.errors.get(service).map_or(&[][..], Vec::as_slice);
    let error = if errors.is_empty() { (429, String::new(), String::new()) } else { dice.early(errors).clone() };
    match page {
        "failed" if !dice.once_in(3) => put("status", &if dice.once_in(9) { 418 } else { error.0 }.to_string()),
        "list" => {
            put("status", &error.0.to_string());
            if dice.once_in(3) {
                put("own-code", &error.1);
                put("message", &error.2);
            }
            let sort = dice.pick(&ListSort::ALL).key();
            put("sort", &format!("{sort}.{}", dice.pick(&["up", "down"])));
            put("offset", &dice.pick(&[0, 0, 0, 1, 13, 200, 100_000]).to_string());
            put("limit", &dice.pick(&[200, 200, 7, 1]).to_string());
        }
        "rows" => {
            put("limit", &dice.pick(&[1, 50, 200]).to_string());
            put("windows", &dice.pick(&[1, 2, 3]).to_string());
        }
        "cost" => prices(&mut put, pools, dice),
        _ => {}
    }
    out
}

/// A range; all there is once in `whole` times.
fn range(pools: &Pools, whole: usize, dice: &mut Dice) -> (RangeChoice, i64) {
    let span = pools.span;
    let within = |dice: &mut Dice| *dice.pick(&pools.times);
    if dice.once_in(whole) {
        return (RangeChoice::Custom(span), 0);
    }
    if dice.once_in(2) {
        let now_ms = if dice.once_in(2) { span.last_ms() } else { within(dice) };
        return (RangeChoice::Preset(*dice.pick(&Preset::ALL)), now_ms);
    }
    if dice.once_in(20) {
        // More than everything, and what lies beside it.
        let from_ms = *dice.pick(&[span.from_ms - DAY_MS, span.to_ms, span.from_ms - 40 * DAY_MS]);
        let range = Range { from_ms, to_ms: from_ms + *dice.pick(&[HOUR_MS, DAY_MS, 30 * DAY_MS]) };
        return (RangeChoice::Custom(range), 0);
    }
    let step = *dice.pick(&[1, MINUTE_MS, MINUTE_MS, HOUR_MS, HOUR_MS, DAY_MS]);
    let most = *dice.pick(&[90 * MINUTE_MS, 7 * HOUR_MS, 2 * DAY_MS, 9 * DAY_MS, 31 * DAY_MS]);
    let long = (1 + (dice.draw() % most as u64) as i64).div_euclid(step).max(1) * step;
    // Somewhere around a call.
    let from_ms = (within(dice) - (dice.draw() % long as u64) as i64).div_euclid(step) * step;
    (RangeChoice::Custom(Range { from_ms, to_ms: from_ms + long }), 0)
}

/// A precision where one is chosen, also such as only deployments offer that allow any.
fn precision(out: &mut String, page: &str, choice: RangeChoice, dice: &mut Dice) {
    if !["calls", "details", "failed"].contains(&page) || dice.once_in(3) {
        return;
    }
    let days = match choice {
        RangeChoice::Preset(preset) => preset.days(),
        RangeChoice::Custom(range) => range.span_ms() / DAY_MS,
    };
    let chosen = *dice.pick(&[Precision::Minute, Precision::Hour, Precision::Hour, Precision::Day]);
    let days_max = match chosen {
        Precision::Minute => MINUTES_DAYS_MAX,
        Precision::Hour => HOURS_DAYS_MAX,
        Precision::Day => i64::MAX,
    };
    if days <= days_max {
        let _ = write!(out, " precision={}", chosen.key());
    }
}

/// Values of up to three dimensions, those of calls without any and unknown ones among them.
fn filters(put: &mut impl FnMut(&str, &str), page: &str, pools: &Pools, versions: &[String], dice: &mut Dice) {
    let mut dims: Vec<Dim> = pools.values.keys().copied().collect();
    let pages_of_service = ["details", "failed", "list"].contains(&page);
    // As the pages have it: the type belongs to the Calls page, a version to those of a service; exports name services in the filter.
    dims.retain(|dim| !pages_of_service || *dim != Dim::ServiceType);
    if !versions.is_empty() && page != "calls" {
        dims.push(Dim::Version);
    }
    if !pages_of_service {
        dims.push(Dim::Service);
    }
    let names: Vec<String> = pools.services.iter().map(|(name, _)| name.clone()).collect();
    for _ in 0..*dice.pick(&[0, 0, 0, 1, 1, 2, 3]) {
        let dim = dims.swap_remove(dice.below(dims.len()));
        let known = match dim {
            Dim::Version => versions,
            Dim::Service => &names,
            _ => &pools.values[&dim],
        };
        let mut values = BTreeSet::new();
        for _ in 0..*dice.pick(&[1, 1, 2, 3]) {
            // The frequent ones first: rare ones select next to nothing.
            let most = known.len().min(*dice.pick(&[3, 10, known.len()]));
            values.insert(match dice.below(25) {
                0 => "",
                1 => "nobody",
                _ if known.is_empty() => "",
                _ => known[dice.below(most)].as_str(),
            });
        }
        for value in values {
            put(dim.key(), value);
        }
        if dims.is_empty() {
            break;
        }
    }
}

fn prices(put: &mut impl FnMut(&str, &str), pools: &Pools, dice: &mut Dice) {
    let models = pools.values.get(&Dim::Model).map_or(&[][..], Vec::as_slice);
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..=dice.below(4) {
        names.insert(if models.is_empty() || dice.once_in(2) {
            &dice.pick(&pools.services).0
        } else {
            dice.pick(models).as_str()
        });
    }
    for name in names {
        let [a, b, c] =
            [0; 3].map(|_| *dice.pick(&[0, 1, 150_000, 2_500_000, 10_000_000, 123_456_789, 1_000_000_000_000_000_u64]));
        put("price", &format!("{name}:{a}/{b}/{c}"));
    }
}
