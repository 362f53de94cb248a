//! ClickHouse, as a throw-away: a table of calls, and the statements that are made of asks, with typed parameters.

use super::runs;
use callscope::ask::{
    Agg, Buckets, Comparison, Derived, Label, Matcher, Measure, NumberField, Quantity, Selection, Split, Unanswered,
};
use callscope::model::{Dim, Range, Width};
use callscope::stats::percentile::places;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How this table spells the fields of a call (the mapping of a source).
const CREATE: &str = "CREATE TABLE calls (ts DateTime64(3, 'UTC'), service LowCardinality(String), type LowCardinality(String), \
    version LowCardinality(String), key String, ip String, model String, region String, inference String, \
    status Nullable(UInt16), error_code String, error_message String, stream Nullable(Bool), \
    input Nullable(UInt64), output Nullable(UInt64), total Nullable(UInt64), cached Nullable(UInt64), \
    latency_us Nullable(UInt64), ttft_us Nullable(UInt64), tpot_ns Nullable(UInt64), generation_us Nullable(UInt64)) \
    ENGINE = MergeTree ORDER BY (service, ts)";
const INSERT: &str = "INSERT INTO calls WITH toUInt64(latency_ms * 1000) AS l, toUInt64(ttft_ms * 1000) AS t, \
    if(output_tokens >= 2 AND l >= t, intDiv((l - t) * 1000 + intDiv(output_tokens - 1, 2), greatest(output_tokens, 2) - 1), NULL) AS derived \
    SELECT fromUnixTimestamp64Milli(time, 'UTC'), service, ifNull(service_type, 'my'), ifNull(version, ''), ifNull(api_key, ''), ifNull(ip, ''), \
    ifNull(model, ''), ifNull(region, ''), 'realtime', status, ifNull(error_code, ''), ifNull(error_message, ''), stream, \
    input_tokens, output_tokens, \
    if(total_tokens IS NULL AND NOT (input_tokens IS NULL AND output_tokens IS NULL), ifNull(input_tokens, 0) + ifNull(output_tokens, 0), total_tokens), \
    cached_tokens, l, t, ifNull(toUInt64(tpot_ms * 1000000), derived), toUInt64(generation_s * 1000000) FROM file({p0:String}, 'JSONEachRow', \
    'time Int64, service String, service_type Nullable(String), version Nullable(String), api_key Nullable(String), ip Nullable(String), \
     model Nullable(String), region Nullable(String), status Nullable(UInt16), error_code Nullable(String), error_message Nullable(String), \
     stream Nullable(Bool), input_tokens Nullable(UInt64), output_tokens Nullable(UInt64), total_tokens Nullable(UInt64), \
     cached_tokens Nullable(UInt64), latency_ms Nullable(Decimal(18, 6)), ttft_ms Nullable(Decimal(18, 6)), \
     tpot_ms Nullable(Decimal(18, 6)), generation_s Nullable(Decimal(18, 6))')";

const SUCCESS: &str = "ifNull(status NOT BETWEEN 400 AND 599, true)";
const STREAMED: &str = "ifNull(status NOT BETWEEN 400 AND 599, true) AND ifNull(stream, false)";

/// A statement with its parameters.
#[derive(Default)]
pub struct Statement {
    pub sql: String,
    pub params: BTreeMap<String, String>,
}

impl Statement {
    pub fn json(&self) -> Value {
        json!({ "sql": self.sql, "params": self.params })
    }

    pub fn param(&mut self, kind: &str, value: impl ToString) -> String {
        let known = self.params.len();
        self.params.insert(format!("p{known}"), value.to_string());
        format!("{{p{known}:{kind}}}")
    }

    pub fn texts(&mut self, values: &[String]) -> String {
        let escaped = |value: &String| value.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\t', "\\t");
        let literal = |value: &String| format!("'{}'", escaped(value));
        // Over HTTP the whole is escaped once more, as a field of TabSeparated.
        self.param("Array(String)", format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(",")))
    }

    pub fn within(&mut self, range: Range) -> String {
        let (from, to) = (self.param("Int64", range.from_ms), self.param("Int64", range.to_ms));
        format!("ts >= fromUnixTimestamp64Milli({from}, 'UTC') AND ts < fromUnixTimestamp64Milli({to}, 'UTC')")
    }

    /// `None`: the table does not have what it looks at.
    fn matcher(&mut self, matcher: &Matcher) -> Option<String> {
        Some(match matcher {
            Matcher::OneOf(of, values) => format!("{} IN {}", label(of)?, self.texts(values)),
            Matcher::NoneOf(of, values) => format!("{} NOT IN {}", label(of)?, self.texts(values)),
            Matcher::Contains(of, text) => {
                format!("positionCaseInsensitiveUTF8({}, {}) > 0", label(of)?, self.param("String", text))
            }
            Matcher::StartsWith(of, text) => {
                format!("startsWith(lowerUTF8({}), lowerUTF8({}))", label(of)?, self.param("String", text))
            }
            Matcher::StatusClass { classes, within } => {
                let list = classes.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
                format!(
                    "ifNull(intDiv(status, 100) {} {}, false)",
                    if *within { "IN" } else { "NOT IN" },
                    self.param("Array(UInt16)", format!("[{list}]"))
                )
            }
            Matcher::Number(field, comparison, bound) => {
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Equal => "=",
                    Comparison::GreaterOrEqual => ">=",
                    Comparison::Greater => ">",
                };
                format!("ifNull({} {sign} {}, 0)", number(*field), self.param("UInt64", bound))
            }
            // Templates are made of all messages together: columns alone have them.
            _ => return None,
        })
    }

    pub fn matchers(&mut self, matchers: &[Matcher]) -> Result<String, Unanswered> {
        let mut all = vec!["1".to_owned()];
        for matcher in matchers {
            all.push(self.matcher(matcher).ok_or_else(|| Unanswered::NoMatch(matcher.clone()))?);
        }
        Ok(all.join(" AND "))
    }
}

pub fn label(of: &Label) -> Option<&'static str> {
    Some(match of {
        Label::Dim(Dim::Service) => "service",
        Label::Dim(Dim::ServiceType) => "type",
        Label::Dim(Dim::Version) => "version",
        Label::Dim(Dim::ApiKey) => "key",
        Label::Dim(Dim::Ip) => "ip",
        Label::Dim(Dim::Model) => "model",
        Label::Dim(Dim::Region) => "region",
        Label::Dim(Dim::InferenceType) => "inference",
        Label::Status => "ifNull(toString(status), '')",
        Label::ErrorCode => "error_code",
        Label::ErrorMessage => "error_message",
        Label::Derived(Derived::StatusClass) => "ifNull(concat(toString(intDiv(status, 100)), 'xx'), '')",
        _ => return None,
    })
}

const fn number(field: NumberField) -> &'static str {
    match field {
        NumberField::InputTokens => "input",
        NumberField::OutputTokens => "output",
        NumberField::TotalTokens => "total",
        NumberField::CachedTokens => "cached",
        NumberField::Latency => "latency_us",
        NumberField::Ttft => "ttft_us",
        NumberField::Tpot => "tpot_ns",
        NumberField::Generation => "generation_us",
    }
}

/// The columns whose sum a quantity is, and the calls that count in it.
pub fn columns(of: &Quantity) -> Option<(&'static [&'static str], &'static str)> {
    Some(match of {
        Quantity::Calls => (&[], "1"),
        Quantity::TotalTokens => (&["total"], "1"),
        Quantity::InputTokens => (&["input"], "1"),
        Quantity::OutputTokens => (&["output"], "1"),
        Quantity::MovedTokens => (&["input", "output"], "1"),
        Quantity::InputLength => (&["input"], SUCCESS),
        Quantity::OutputLength => (&["output"], SUCCESS),
        Quantity::Latency => (&["latency_us"], SUCCESS),
        Quantity::Generation => (&["generation_us"], SUCCESS),
        Quantity::Ttft => (&["ttft_us"], STREAMED),
        Quantity::Tpot => (&["tpot_ns"], STREAMED),
        Quantity::Cost | Quantity::Named(_) => return None,
    })
}

/// Whether it counts calls by their status.
pub fn of_status(measure: &Measure) -> bool {
    let status = |label: &Label| matches!(label, Label::Status | Label::Derived(Derived::StatusClass));
    measure.only.iter().any(|matcher| matcher.label().is_some_and(status))
}

/// How a value is made of what the server counted; numbers are places in a row.
#[derive(Clone, Debug)]
pub enum Finish {
    Whole(usize),
    Percent { part: usize, whole: usize },
    Mean { sum: usize, count: usize, unit: f64 },
    PerMinute { sums: Vec<usize>, unit: f64 },
    Real { value: usize, count: usize, unit: f64 },
    Quantile { low: usize, next: usize, count: usize, quantile: f64, unit: f64 },
}

pub enum Cell {
    Whole(Option<u64>),
    Real(f64),
}

/// A row of numbers; what is not there is of no calls.
pub struct Row<'a>(pub Option<&'a [Value]>);

impl Row<'_> {
    pub fn whole(&self, at: usize) -> u128 {
        let value = self.0.map_or(&Value::Null, |row| &row[at]);
        value.as_u64().map_or_else(|| value.as_str().and_then(|text| text.parse().ok()).unwrap_or(0), u128::from)
    }

    pub fn cell(&self, finish: &Finish, minutes: f64) -> Cell {
        Cell::Real(match finish {
            Finish::Whole(at) => return Cell::Whole(Some(u64::try_from(self.whole(*at)).unwrap_or(u64::MAX))),
            Finish::PerMinute { sums, unit } => sums.iter().map(|&at| self.whole(at)).sum::<u128>() as f64 / unit / minutes,
            Finish::Percent { part, whole } if self.whole(*whole) > 0 => {
                self.whole(*part) as f64 * 100.0 / self.whole(*whole) as f64
            }
            Finish::Mean { sum, count, unit } if self.whole(*count) > 0 => {
                self.whole(*sum) as f64 / (self.whole(*count) as f64 * unit)
            }
            Finish::Real { value, count, unit } if self.whole(*count) > 0 => self.whole(*value) as f64 / unit,
            Finish::Quantile { low, next, count, quantile, unit } if self.whole(*count) > 0 => {
                let [place] = places(self.whole(*count) as usize, [*quantile]);
                place.between(self.whole(*low) as u64, self.whole(*next) as u64) / unit
            }
            _ => f64::NAN,
        })
    }
}

/// Which asks share a statement.
#[derive(Clone, PartialEq)]
pub struct Key {
    pub selection: Selection,
    pub precision: Option<Width>,
    pub split: Split,
    pub subtotals: bool,
}

pub struct Job {
    pub key: Key,
    pub periods: Vec<Range>,
    /// Distinct aggregates, behind period, groups and bucket.
    pub aggregates: Vec<String>,
    pub statement: Statement,
}

impl Job {
    pub fn keys(&self) -> usize {
        1 + self.key.split.by.len() * if self.key.subtotals { 2 } else { 1 } + usize::from(self.key.precision.is_some())
    }

    pub fn place(&mut self, sql: String) -> usize {
        let at = self.aggregates.iter().position(|known| *known == sql).unwrap_or_else(|| {
            self.aggregates.push(sql);
            self.aggregates.len() - 1
        });
        self.keys() + at
    }

    pub fn period(&mut self, range: Range) -> usize {
        self.periods.iter().position(|known| *known == range).unwrap_or_else(|| {
            self.periods.push(range);
            self.periods.len() - 1
        })
    }

    pub fn finish(&mut self, measure: &Measure) -> Result<Finish, Unanswered> {
        let only = self.statement.matchers(&measure.only)?;
        if let Agg::Distinct(of) = &measure.agg {
            let sql = label(of).ok_or(Unanswered::NoSplit(*of))?;
            return Ok(Finish::Whole(self.place(format!("uniqExactIf({sql}, {only} AND {sql} != '')"))));
        }
        let (of, counts) = columns(&measure.of).ok_or(Unanswered::NotMeasured)?;
        let unit = measure.of.unit();
        let condition = |column: &str| format!("{only} AND {counts} AND {column} IS NOT NULL");
        let sum = |column: &str| format!("toString(sumIf(toUInt128(assumeNotNull({column})), {}))", condition(column));
        let calls = format!("countIf({only})");
        let [column] = *of else {
            return Ok(match (&measure.of, &measure.agg) {
                (Quantity::Calls, Agg::Count | Agg::Sum) => Finish::Whole(self.place(calls)),
                (Quantity::Calls, Agg::PerMinute) => Finish::PerMinute { sums: vec![self.place(calls)], unit },
                (Quantity::Calls, Agg::Share) => {
                    let whole = if of_status(measure) { "countIf(status IS NOT NULL)" } else { "count()" };
                    Finish::Percent { part: self.place(calls), whole: self.place(whole.into()) }
                }
                (Quantity::MovedTokens, Agg::PerMinute) => {
                    Finish::PerMinute { sums: of.iter().map(|column| self.place(sum(column))).collect(), unit }
                }
                _ => return Err(Unanswered::NotMeasured),
            });
        };
        let count = self.place(format!("countIf({})", condition(column)));
        Ok(match measure.agg {
            Agg::Count => Finish::Whole(count),
            Agg::Sum => Finish::Whole(self.place(sum(column))),
            Agg::PerMinute => Finish::PerMinute { sums: vec![self.place(sum(column))], unit },
            Agg::Average => Finish::Mean { sum: self.place(sum(column)), count, unit },
            Agg::Minimum => {
                Finish::Real { value: self.place(format!("minIf(assumeNotNull({column}), {})", condition(column))), count, unit }
            }
            Agg::Maximum => {
                Finish::Real { value: self.place(format!("maxIf(assumeNotNull({column}), {})", condition(column))), count, unit }
            }
            Agg::Quantile(millionths) => {
                // Exact to the last bit, unlike `quantileExactInclusive`, which interpolates from rank 1 instead of 0.
                let sorted = format!("arraySort(groupArrayIf(assumeNotNull({column}), {}))", condition(column));
                let rank = format!("toInt64(floor((toInt64(length({sorted})) - 1) * ({millionths} / 1e6)))");
                let low = self.place(format!("{sorted}[{rank} + 1]"));
                let next = self.place(format!("{sorted}[least({rank} + 2, length({sorted}))]"));
                Finish::Quantile { low, next, count, quantile: f64::from(millionths) / 1e6, unit }
            }
            Agg::Share | Agg::Distinct(_) => return Err(Unanswered::NotMeasured),
        })
    }

    /// One SELECT a period, so that each prunes by the table's order.
    pub fn close(&mut self) {
        let by: Vec<&str> = self.key.split.by.iter().filter_map(label).collect();
        let mut parts = Vec::new();
        for (period, range) in self.periods.clone().into_iter().enumerate() {
            let mut columns = vec![period.to_string()];
            columns.extend(by.iter().map(|sql| (*sql).to_owned()));
            let mut keys: Vec<String> = by.iter().map(|sql| (*sql).to_owned()).collect();
            if self.key.subtotals {
                columns.extend(by.iter().map(|sql| format!("grouping({sql})")));
                keys = vec![format!("ROLLUP({})", keys.join(", "))];
            }
            if let Some(precision) = self.key.precision {
                let bucket = bucket(&Buckets::of(range, precision, &self.key.selection.zone).0);
                columns.push(format!("{bucket} AS bucket"));
                keys.push("bucket".into());
            }
            columns.extend(self.aggregates.iter().cloned());
            let within = self.statement.within(range);
            let matching = self.statement.matchers(&self.key.selection.matchers).unwrap_or_else(|_| "0".into());
            let group = if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) };
            parts.push(format!("SELECT {} FROM calls WHERE {within} AND {matching}{group}", columns.join(", ")));
        }
        self.statement.sql = parts.join(" UNION ALL ");
    }
}

/// The place of a call's bucket, by arithmetic alone: the server need not know the zone.
fn bucket(buckets: &Buckets) -> String {
    let runs = runs(buckets);
    let of =
        |run: &super::Run| format!("{} + intDiv(toUnixTimestamp64Milli(ts) - ({}), {})", run.first, run.start_ms, run.width_ms);
    let inner: Vec<String> =
        runs.windows(2).map(|pair| format!("toUnixTimestamp64Milli(ts) < {}, {}", pair[1].start_ms, of(&pair[0]))).collect();
    let last = runs.last().map_or_else(|| "0".into(), of);
    if inner.is_empty() { last } else { format!("multiIf({}, {last})", inner.join(", ")) }
}

/// What the driver is to do: make the table of a feed's file, then answer.
pub fn job(feed: &std::path::Path, statements: &[&Statement]) -> Value {
    let mut insert = Statement { sql: INSERT.into(), ..Statement::default() };
    insert.param("String", feed.display());
    let create = Statement { sql: CREATE.into(), ..Statement::default() };
    json!({ "setup": [create.json(), insert.json()], "statements": statements.iter().map(|s| s.json()).collect::<Vec<_>>() })
}
