//! Replies as text: a line for each figure, `name value`, in an order of its own. The one place here that knows the types of replies.
//!
//! Numbers are written with the fewest digits that give the same number again; `gap` is a bucket without a value, `-` nothing to say. Texts are
//! quoted as in JSON. Lists that a page shows in the reply's order are numbered; rows that pages sort themselves are identified by their names.

use callscope::model::{Label, Range};
use callscope::wire::{
    Buckets, CallRow, CallsReply, Cost, CostReply, DetailsReply, ErrorClass, Facet, FailedReply, Figures, Head, ListReply, Reply,
    RowsReply, Selection,
};
use std::fmt::{Display, Write as _};

/// The text of a reply, and of the selection that it answers. Of calls requested in several windows, one reply a window.
pub fn of(selection: &Selection, replies: &[Reply]) -> String {
    let mut out = Text(String::new());
    out.range("selected", selection.range);
    if let Some(before) = selection.before {
        out.range("selected.before", before);
    }
    for (window, reply) in replies.iter().enumerate() {
        match reply {
            Reply::Calls(reply) => calls(&mut out, reply),
            Reply::Details(reply) => details(&mut out, reply),
            Reply::Failed(reply) => failed(&mut out, reply),
            Reply::List(reply) => list(&mut out, reply),
            Reply::Rows(reply) => rows(&mut out, window, reply),
            Reply::Cost(reply) => costs(&mut out, reply),
            Reply::Values(reply) => panic!("not recorded: {reply:?}"),
        }
    }
    out.0
}

struct Text(String);

impl Text {
    fn put(&mut self, name: impl Display, value: impl Display) {
        let _ = writeln!(self.0, "{name} {value}");
    }

    /// A figure that may have nothing to say.
    fn may(&mut self, name: impl Display, value: Option<impl Display>) {
        match value {
            Some(value) => self.put(name, value),
            None => self.put(name, "-"),
        }
    }

    fn float(&mut self, name: impl Display, value: Option<f64>) {
        match value {
            Some(value) if value.is_nan() => self.put(name, "gap"),
            // Not as `Display` writes it, which has every digit of very large and small numbers.
            Some(value) => self.put(name, format_args!("{value:?}")),
            None => self.put(name, "-"),
        }
    }

    fn floats(&mut self, name: impl Display, values: &[f64]) {
        for (i, &value) in values.iter().enumerate() {
            self.float(format_args!("{name}[{i}]"), Some(value));
        }
    }

    fn range(&mut self, name: &str, range: Range) {
        self.put(name, format_args!("{} {}", range.from_ms, range.to_ms));
    }

    /// Names with numbers, most first.
    fn named(&mut self, name: impl Display, values: &[(String, u64)]) {
        for (i, (value, calls)) in values.iter().enumerate() {
            self.put(format_args!("{name}[{i}]"), format_args!("{} {calls}", quoted(value)));
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

fn figures(out: &mut Text, name: &str, of: &Figures) {
    out.put(format_args!("{name}.calls"), of.calls);
    out.may(format_args!("{name}.failed"), of.failed);
    out.float(format_args!("{name}.failure-rate"), of.failure_rate);
    out.may(format_args!("{name}.total-tokens"), of.total_tokens);
    out.may(format_args!("{name}.input-tokens"), of.input_tokens);
    out.may(format_args!("{name}.output-tokens"), of.output_tokens);
    out.float(format_args!("{name}.latency"), of.latency_ms);
    out.float(format_args!("{name}.ttft"), of.ttft_ms);
    out.float(format_args!("{name}.tpot"), of.tpot_ms);
    out.float(format_args!("{name}.generation"), of.generation_s);
}

fn buckets(out: &mut Text, of: &Buckets) {
    out.put("buckets", of.starts_ms.len());
    for (i, ((start, end), minutes)) in of.starts_ms.iter().zip(&of.ends_ms).zip(&of.minutes).enumerate() {
        out.put(format_args!("bucket[{i}]"), format_args!("{start} {end} {minutes:?}"));
    }
    assert!(of.starts_ms.len() == of.ends_ms.len() && of.ends_ms.len() == of.minutes.len());
    out.put("buckets.last-unfinished", of.last_unfinished);
    out.put("buckets.first-clipped", of.first_clipped);
}

/// The values that filters offer, and what each filter keeps out.
fn choices(out: &mut Text, facets: &[Facet], unfiltered_calls: u64, without: &[(Label, u64)]) {
    for facet in facets {
        out.put(format_args!("values.{}", facet.label.key()), facet.distinct);
        out.named(format_args!("values.{}", facet.label.key()), &facet.values);
    }
    out.put("unfiltered-calls", unfiltered_calls);
    for (label, calls) in without {
        out.put(format_args!("without.{}", label.key()), calls);
    }
}

fn calls(out: &mut Text, reply: &CallsReply) {
    out.range("range", reply.range);
    let names = ["calls", "failed", "total-tokens", "input-tokens", "output-tokens"];
    for (name, tile) in names.iter().zip(&reply.tiles) {
        out.may(format_args!("tile.{name}"), tile.value);
        out.may(format_args!("tile.{name}.before"), tile.before);
        out.floats(format_args!("tile.{name}.spark"), &tile.spark);
        out.floats(format_args!("tile.{name}.spark-before"), &tile.spark_before);
    }
    buckets(out, &reply.buckets);
    figures(out, "all", &reply.all);
    let mut rows: Vec<_> = reply.rows.iter().collect();
    rows.sort_by_key(|row| &row.name);
    for row in rows {
        let name = format!("service.{}", quoted(&row.name));
        out.put(format_args!("{name}.title"), quoted(&row.title));
        out.put(format_args!("{name}.type"), row.kind.as_str());
        figures(out, &name, &row.figures);
        for (i, (version, of)) in row.versions.iter().enumerate() {
            let name = format!("{name}.version[{i}]");
            out.put(&name, quoted(version));
            figures(out, &name, of);
        }
    }
    choices(out, &reply.facets, reply.unfiltered_calls, &reply.without);
}

fn head(out: &mut Text, service: &str, of: &Head) {
    out.put("service", quoted(service));
    out.put("known", of.known);
    out.put("type", of.kind.as_str());
    figures(out, "all", &of.figures);
    out.named("version", &of.versions);
    out.named("service", &of.services);
    choices(out, &of.facets, of.unfiltered_calls, &of.without);
}

fn details(out: &mut Text, reply: &DetailsReply) {
    out.range("range", reply.range);
    head(out, &reply.service, &reply.head);
    buckets(out, &reply.buckets);
    for (i, calls) in reply.bucket_calls.iter().enumerate() {
        out.put(format_args!("bucket-calls[{i}]"), calls);
    }
    for chart in &reply.charts {
        let name = format!("chart.{}", chart.metric.key());
        for line in &chart.lines {
            out.put(format_args!("{name}.line"), line.line.key());
            out.floats(format_args!("{name}.{}", line.line.key()), &line.values);
        }
        match &chart.before {
            Some(values) => out.floats(format_args!("{name}.before"), values),
            None => out.put(format_args!("{name}.before"), "-"),
        }
        out.float(format_args!("{name}.current"), chart.summary.latest);
        out.float(format_args!("{name}.average"), chart.summary.average);
        out.float(format_args!("{name}.maximum"), chart.summary.maximum);
        out.may(format_args!("{name}.maximum-at"), chart.summary.maximum_at);
        out.float(format_args!("{name}.median-bucket"), chart.summary.median_bucket);
    }
}

fn failed(out: &mut Text, reply: &FailedReply) {
    out.range("range", reply.range);
    head(out, &reply.service, &reply.head);
    buckets(out, &reply.buckets);
    out.put("failed", reply.total);
    for class in &reply.classes {
        error_class(out, class);
    }
    let Some(inspect) = &reply.inspect else {
        out.put("inspect", "-");
        return;
    };
    out.put("inspect", inspect.status);
    out.put("inspect.calls", inspect.count);
    out.float("inspect.percent", Some(inspect.percent));
    out.may("inspect.peak", inspect.peak);
    out.put("inspect.keys-affected", inspect.keys_affected);
    out.put("inspect.keys-all", inspect.keys_all);
    out.named("inspect.key", &inspect.by_key);
    out.named("inspect.ip", &inspect.by_ip);
}

fn error_class(out: &mut Text, class: &ErrorClass) {
    let name = format!("class.{}xx", class.class);
    out.put(&name, class.count);
    out.float(format_args!("{name}.percent"), Some(class.percent));
    out.floats(format_args!("{name}.spark"), &class.spark);
    for code in &class.codes {
        let name = format!("code.{}", code.status);
        out.put(&name, code.count);
        out.float(format_args!("{name}.percent"), Some(code.percent));
        out.floats(format_args!("{name}.spark"), &code.spark);
        for (i, message) in code.messages.iter().enumerate() {
            let name = format!("{name}.message[{i}]");
            out.put(&name, format_args!("{} {}", quoted(&message.error_code), quoted(&message.message)));
            out.put(format_args!("{name}.calls"), message.count);
            out.float(format_args!("{name}.percent"), Some(message.percent));
        }
    }
}

fn list(out: &mut Text, reply: &ListReply) {
    out.put("offset", reply.offset);
    out.put("total", reply.total);
    for (i, row) in reply.rows.iter().enumerate() {
        call(out, i, row);
    }
}

fn rows(out: &mut Text, window: usize, reply: &RowsReply) {
    out.put("window", window);
    for (i, row) in reply.rows.iter().enumerate() {
        call(out, i, row);
    }
    for (i, (title, rows)) in reply.services.iter().enumerate() {
        out.put(format_args!("of-service[{i}]"), format_args!("{} {rows}", quoted(title)));
    }
    // Where the next window begins is the source's own affair.
    out.put("more", reply.next.is_some());
}

fn call(out: &mut Text, i: usize, row: &CallRow) {
    let name = format!("call[{i}]");
    out.put(format_args!("{name}.time"), row.time_ms);
    for (key, value) in [
        ("version", &row.version),
        ("key", &row.api_key),
        ("ip", &row.ip),
        ("request-id", &row.request_id),
        ("own-code", &row.error_code),
        ("message", &row.message),
        ("model", &row.model),
    ] {
        out.put(format_args!("{name}.{key}"), quoted(value));
    }
    out.put(format_args!("{name}.status"), row.status);
    out.may(format_args!("{name}.stream"), row.stream);
    out.may(format_args!("{name}.input-tokens"), row.input_tokens);
    out.may(format_args!("{name}.output-tokens"), row.output_tokens);
    out.may(format_args!("{name}.total-tokens"), row.total_tokens);
    out.float(format_args!("{name}.latency"), row.latency_ms);
    out.float(format_args!("{name}.ttft"), row.ttft_ms);
    out.float(format_args!("{name}.tpot"), row.tpot_ms);
    out.float(format_args!("{name}.generation"), row.generation_s);
}

fn costs(out: &mut Text, reply: &CostReply) {
    // In parts of 10^-12 of the currency's unit: exact.
    let mut cost = |name: &str, of: &Cost| {
        out.put(format_args!("{name}.parts"), of.parts);
        out.put(format_args!("{name}.priced"), of.priced);
        out.put(format_args!("{name}.unpriced"), of.unpriced);
    };
    cost("all", &reply.all());
    for row in &reply.rows {
        let name = format!("service.{}", quoted(&row.name));
        cost(&name, &row.cost);
        for (version, of) in &row.versions {
            cost(&format!("{name}.version.{}", quoted(version)), of);
        }
    }
    out.named("unpriced", &reply.unpriced);
    out.put("totals-alone", reply.totals_alone);
}

#[test]
fn numbers_are_told_apart_to_the_last_bit() {
    let mut out = Text(String::new());
    for value in [0.0, -0.0, 0.1 + 0.2, 0.3, 1e300, 1e16, f64::NAN, f64::INFINITY] {
        out.float("a", Some(value));
    }
    out.float("a", None);
    let want =
        ["0.0", "-0.0", "0.30000000000000004", "0.3", "1e300", "1e16", "gap", "inf", "-"].map(|value| format!("a {value}\n"));
    assert_eq!(out.0, want.concat());
}
