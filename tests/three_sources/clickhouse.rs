//! ClickHouse, as a throw-away: batches as statements, rows as frames.
//!
//! Asks that share a selection, a split and a precision share a statement. Counts, sums, extremes and two order statistics for each
//! quantile come from the server; this end divides and interpolates, so that every value is that of `source::calls` to the last bit.

use super::sql::{Cell, Finish, Job, Key, Row, Statement, columns, label, of_status};
use callscope::ask::{Ask, Batch, Buckets, Column, Frame, Group, Label, Matcher, Measure, Unanswered, Values, ValuesAsk};
use callscope::model::range::MINUTE_MS;
use callscope::model::{Dim, Range};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What each service carries: decides whether a quantity is measured at all.
#[derive(Default)]
pub struct Catalogue(BTreeMap<String, BTreeSet<&'static str>>);

const CARRIED: [(&str, &str); 8] = [
    ("status", "status IS NOT NULL"),
    ("total", "total IS NOT NULL"),
    ("input", "input IS NOT NULL"),
    ("output", "output IS NOT NULL"),
    ("latency_us", "latency_us IS NOT NULL"),
    ("ttft_us", "ttft_us IS NOT NULL AND ifNull(stream, false)"),
    ("tpot_ns", "tpot_ns IS NOT NULL AND ifNull(stream, false)"),
    ("generation_us", "generation_us IS NOT NULL"),
];

impl Catalogue {
    pub fn statement() -> Statement {
        let counts = CARRIED.map(|(_, condition)| format!("countIf({condition})")).join(", ");
        Statement { sql: format!("SELECT service, {counts} FROM calls GROUP BY service"), ..Statement::default() }
    }

    pub fn new(rows: &[Value]) -> Self {
        let of_row = |row: &Value| {
            let carried = CARRIED.iter().enumerate().filter(|(at, _)| row[1 + at].as_u64().unwrap_or(0) > 0);
            (row[0].as_str().unwrap_or_default().to_owned(), carried.map(|(_, (column, _))| *column).collect())
        };
        Self(rows.iter().map(of_row).collect())
    }

    fn has(&self, measure: &Measure, service: Option<&str>) -> bool {
        let Some((mut of, _)) = columns(&measure.of) else { return false };
        if of_status(measure) && measure.only != [Matcher::stated()] {
            of = &["status"];
        }
        let carries = |set: &BTreeSet<&str>| of.iter().any(|column| set.contains(column));
        of.is_empty()
            || match service {
                Some(name) => self.0.get(name).is_some_and(carries),
                None => self.0.values().any(carries),
            }
    }
}

/// A batch as statements.
#[derive(Default)]
pub struct Plan {
    jobs: Vec<Job>,
    lists: Vec<Statement>,
    asks: Vec<Planned>,
}

enum Planned {
    /// Job, its periods that the ask wants, how each measure is finished.
    Measures(usize, Vec<usize>, Vec<Result<Finish, Unanswered>>),
    List(usize),
    Not,
}

impl Plan {
    pub fn new(batch: &Batch) -> Self {
        let mut plan = Self::default();
        for ask in &batch.asks {
            let planned = match ask {
                Ask::Series(ask) => {
                    let precision = Buckets::of(ask.selection.range, ask.width, &ask.selection.zone).1;
                    let key = Key {
                        selection: ask.selection.clone(),
                        precision: Some(precision),
                        split: ask.split.clone(),
                        subtotals: false,
                    };
                    plan.measures(key, &ask.measures, &ask.compare)
                }
                Ask::Table(ask) => {
                    let (split, subtotals) = (ask.split.clone(), ask.subtotals && !ask.split.by.is_empty());
                    plan.measures(
                        Key { selection: ask.selection.clone(), precision: None, split, subtotals },
                        &ask.measures,
                        &ask.compare,
                    )
                }
                Ask::Values(ask) => list(ask).map_or(Planned::Not, |statement| {
                    plan.lists.push(statement);
                    Planned::List(plan.lists.len() - 1)
                }),
                Ask::Calls(_) => Planned::Not,
            };
            plan.asks.push(planned);
        }
        plan.jobs.iter_mut().for_each(Job::close);
        plan
    }

    fn measures(&mut self, key: Key, measures: &[Measure], compare: &[Range]) -> Planned {
        let at = self.jobs.iter().position(|job| job.key == key).unwrap_or_else(|| {
            let mut job = Job { key: key.clone(), periods: Vec::new(), aggregates: Vec::new(), statement: Statement::default() };
            job.place("count()".into());
            self.jobs.push(job);
            self.jobs.len() - 1
        });
        let job = &mut self.jobs[at];
        let periods = core::iter::once(&key.selection.range).chain(compare).map(|range| job.period(*range)).collect();
        let unsplit = key.split.by.iter().find(|of| label(of).is_none()).map(|of| Unanswered::NoSplit(*of));
        let unmatched = Statement::default().matchers(&key.selection.matchers).err();
        let why = unsplit.or(unmatched);
        let finish = |measure| why.clone().map_or_else(|| job.finish(measure), Err);
        Planned::Measures(at, periods, measures.iter().map(finish).collect())
    }

    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.jobs.iter().map(|job| &job.statement).chain(&self.lists)
    }

    /// The frames, of the rows of each statement.
    pub fn frames(&self, batch: &Batch, rows: &[Vec<Value>], catalogue: &Catalogue) -> Vec<Frame> {
        let frame = |(ask, planned): (&Ask, &Planned)| match (ask, planned) {
            (Ask::Series(ask), Planned::Measures(job, periods, finishes)) => {
                self.frame(*job, periods, &ask.measures, finishes, &rows[*job], catalogue)
            }
            (Ask::Table(ask), Planned::Measures(job, periods, finishes)) => {
                self.frame(*job, periods, &ask.measures, finishes, &rows[*job], catalogue)
            }
            (Ask::Values(ask), Planned::List(list)) => listed(ask, &rows[self.jobs.len() + list]),
            _ => Frame { unanswered: vec![(0, Unanswered::NotMeasured)], ..Frame::default() },
        };
        batch.asks.iter().zip(&self.asks).map(frame).collect()
    }

    fn frame(
        &self,
        job: usize,
        periods: &[usize],
        measures: &[Measure],
        finishes: &[Result<Finish, Unanswered>],
        rows: &[Value],
        catalogue: &Catalogue,
    ) -> Frame {
        let job = &self.jobs[job];
        let (split, zone) = (job.key.split.by.len(), &job.key.selection.zone);
        let rows: Vec<&[Value]> = rows.iter().map(|row| row.as_array().expect("a row").as_slice()).collect();
        let group_of = |row: &[Value]| {
            let rolled =
                if job.key.subtotals { row[1 + split..=2 * split].iter().filter(|g| g.as_u64() == Some(1)).count() } else { 0 };
            row[1..=split - rolled].iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        let period_of = |row: &[Value]| row[0].as_u64().unwrap_or(0) as usize;
        // Groups of the selection's own range, with their calls.
        let mut calls: BTreeMap<Vec<String>, u128> = BTreeMap::new();
        for row in rows.iter().filter(|row| period_of(row) == periods[0]) {
            *calls.entry(group_of(row)).or_default() += Row(Some(row)).whole(job.keys());
        }
        if split == 0 {
            calls.entry(Vec::new()).or_default();
        }
        let mut order: Vec<Vec<String>> = calls.keys().cloned().collect();
        // Most calls first at every depth, a subtotal before what it is of.
        let rank = |group: &Vec<String>| -> Vec<_> {
            let depths = if job.key.subtotals { 1..=group.len() } else { group.len()..=group.len() };
            depths
                .map(|depth| (core::cmp::Reverse(calls.get(&group[..depth]).copied().unwrap_or(0)), group[..depth].to_vec()))
                .collect()
        };
        order.sort_by_cached_key(rank);
        let precision = job.key.precision;
        let service = job.key.split.by.iter().position(|of| *of == Label::Dim(Dim::Service));
        let named = job.key.selection.matchers.iter().find_map(|matcher| match matcher {
            Matcher::OneOf(Label::Dim(Dim::Service), names) if names.len() == 1 => Some(names[0].as_str()),
            _ => None,
        });
        let mut frame = Frame::default();
        for (place, range) in periods.iter().map(|&at| job.periods[at]).enumerate() {
            let buckets = precision.map(|precision| Buckets::of(range, precision, zone).0);
            let find = |group: &Vec<String>, bucket: Option<usize>| {
                let is = |row: &&&[Value]| {
                    period_of(row) == periods[place]
                        && group_of(row) == *group
                        && bucket.is_none_or(|bucket| row[1 + split].as_u64() == Some(bucket as u64))
                };
                Row(rows.iter().find(is).copied())
            };
            let mut columns = Vec::new();
            for (measure, finish) in finishes.iter().enumerate() {
                let finish = match finish {
                    Ok(_) if precision.is_some() && !catalogue.has(&measures[measure], named) => Err(Unanswered::NotRecorded),
                    other => other.clone(),
                };
                match finish {
                    Err(why) if place == 0 => frame.unanswered.push((measure as u16, why)),
                    Err(_) => {}
                    Ok(finish) => match &buckets {
                        None => {
                            let minutes = range.span_ms() as f64 / MINUTE_MS as f64;
                            let cell = |group: &Vec<String>| {
                                let cell = find(group, None).cell(&finish, minutes);
                                let of = service.and_then(|at| group.get(at)).map(String::as_str).or(named);
                                match cell {
                                    _ if catalogue.has(&measures[measure], of) => cell,
                                    Cell::Whole(_) => Cell::Whole(None),
                                    Cell::Real(_) => Cell::Real(f64::NAN),
                                }
                            };
                            columns.push(Column::exact(0, measure as u16, place as u16, values(order.iter().map(cell))));
                        }
                        Some(buckets) => columns.extend(order.iter().enumerate().map(|(at, group)| {
                            let minutes = buckets.minutes.iter().enumerate();
                            let cells = minutes.map(|(bucket, &minutes)| find(group, Some(bucket)).cell(&finish, minutes));
                            Column::exact(at as u32, measure as u16, place as u16, values(cells))
                        })),
                    },
                }
            }
            frame.columns.extend(columns);
            frame.buckets = frame.buckets.or(buckets.map(Into::into));
        }
        let counted = precision.is_none() || split > 0;
        frame.total = if counted { order.len() as u64 } else { 0 };
        frame.groups = order.into_iter().map(|values| Group { values, others: false }).collect();
        frame
    }
}

fn values(cells: impl Iterator<Item = Cell>) -> Values {
    let (mut whole, mut real) = (Vec::new(), Vec::new());
    for cell in cells {
        match cell {
            Cell::Whole(value) => whole.push(value),
            Cell::Real(value) => real.push(value),
        }
    }
    // A column of nothing reads as one of whole numbers.
    if real.is_empty() { Values::Whole(whole) } else { Values::Real(real) }
}

/// Values with their calls, and how many calls and values there are in all.
fn list(ask: &ValuesAsk) -> Option<Statement> {
    let mut statement = Statement::default();
    let of = label(&ask.label)?;
    let own = |matcher: &&Matcher| ask.own_matchers || matcher.label() != Some(&ask.label);
    let matchers: Vec<Matcher> = ask.selection.matchers.iter().filter(own).cloned().collect();
    let within = statement.within(ask.selection.range);
    let matching = statement.matchers(&matchers).ok()?;
    let (search, also) = (statement.param("String", &ask.search), statement.texts(&ask.also));
    let limit = statement.param("UInt32", ask.limit);
    let found = format!("({search} = '' OR position(lowerUTF8(v), lowerUTF8({search})) > 0)");
    statement.sql = format!(
        "SELECT v, n, sum(n) OVER () AS calls, count() OVER () AS total, {found} AS found, \
         row_number() OVER (PARTITION BY {found} ORDER BY n DESC, v) AS rank \
         FROM (SELECT {of} AS v, count() AS n FROM calls WHERE {within} AND {matching} GROUP BY v) \
         QUALIFY found AND rank <= greatest({limit}, 1) OR has({also}, v) OR rank = 1 ORDER BY n DESC, v"
    );
    Some(statement)
}

fn listed(ask: &ValuesAsk, rows: &[Value]) -> Frame {
    let text = |row: &Value| row[0].as_str().unwrap_or_default().to_owned();
    let whole = |row: &Value, at: usize| row[at].as_u64().unwrap_or(0);
    let shown = |row: &&Value| whole(row, 4) == 1 && whole(row, 5) <= u64::from(ask.limit);
    let mut values: Vec<(String, u64)> = rows.iter().filter(shown).map(|row| (text(row), whole(row, 1))).collect();
    for value in &ask.also {
        if !values.iter().any(|(listed, _)| listed == value) {
            let calls = rows.iter().find(|row| text(row) == *value).map_or(0, |row| whole(row, 1));
            values.push((value.clone(), calls));
        }
    }
    let (all, total) = rows.first().map_or((0, 0), |row| (whole(row, 2), whole(row, 3)));
    let rest = all - values.iter().map(|(_, calls)| calls).sum::<u64>();
    let calls = values.iter().map(|(_, calls)| Some(*calls)).chain([Some(rest)]).collect();
    let listed = values.into_iter().map(|(value, _)| Group { values: vec![value], others: false });
    let groups = listed.chain([Group { values: Vec::new(), others: true }]).collect();
    Frame { groups, total, columns: vec![Column::exact(0, 0, 0, Values::Whole(calls))], ..Frame::default() }
}
