//! A service's Failed Calls tab: 4xx and 5xx, their codes and messages, and one code looked into (console-spec section 5).

use super::Context;
use super::facets::{most_first, named};
use super::head;
use super::tally::percent;
use super::time::{buckets, edges};
use crate::base::order::sort_by;
use crate::model::Dim;
use crate::model::limits::FACET_VALUES_MAX;
use crate::stats::Counts;
use crate::store::{Picked, Store, is_failed};
use crate::wire::{ErrorClass, ErrorCode, ErrorMessage, FailedQuery, FailedReply, Inspect};

/// A Failed query on its way.
#[derive(Debug)]
pub struct FailedPlan {
    query: FailedQuery,
    /// The reply so far, with the rows of the selection still to be looked through.
    work: Option<(FailedReply, Vec<u32>)>,
}

/// Calls of one HTTP status.
#[derive(Debug)]
struct Code {
    status: u16,
    spark: Vec<f64>,
    /// The calls' codes of the pair (own code, message).
    pairs: Vec<u32>,
}

impl FailedPlan {
    pub fn new(query: FailedQuery) -> Self {
        Self { query, work: None }
    }

    pub fn step(&mut self, context: &Context<'_>) -> Option<FailedReply> {
        let selection = &self.query.selection;
        let Some((mut reply, rows)) = self.work.take() else {
            let mut reply = FailedReply { service: self.query.service.clone(), range: selection.range, ..FailedReply::default() };
            reply.buckets = buckets(selection.range, self.query.precision, &selection.zone).0;
            let mut rows = Vec::new();
            if let Some(service) = context.store.service_code(&self.query.service) {
                let (head, selected) = head::head(context, service, selection);
                reply.head = head;
                rows = selected.rows().to_vec();
            }
            reply.head.services = head::services(context, selection);
            self.work = Some((reply, rows));
            return None;
        };
        fill(&mut reply, &rows, context.store, self.query.status);
        Some(reply)
    }
}

fn fill(reply: &mut FailedReply, rows: &[u32], store: &Store, inspected: Option<u16>) {
    let n = reply.buckets.starts_ms.len();
    let edges = edges(&reply.buckets, &Picked::Some(rows), store);
    let (statuses, status_codes) = store.statuses();
    let mut codes: Vec<Code> = statuses.iter().map(|&status| Code { status, spark: Vec::new(), pairs: Vec::new() }).collect();
    for (bucket, pair) in edges.windows(2).enumerate() {
        for row in rows[pair[0]..pair[1]].iter().map(|&row| row as usize) {
            let code = &mut codes[status_codes.get(row) as usize];
            if is_failed(code.status) {
                code.spark.resize(n, 0.0);
                code.spark[bucket] += 1.0;
                code.pairs.push(store.error_code_of(row));
            }
        }
    }
    codes.retain(|code| !code.pairs.is_empty());
    sort_by(&mut codes, |a, b| b.pairs.len().cmp(&a.pairs.len()).then(a.status.cmp(&b.status)));
    let total: u64 = codes.iter().map(|code| code.pairs.len() as u64).sum();
    let share = |count| percent(count, total).unwrap_or(0.0);
    reply.total = total;
    reply.inspect = inspected.map(|status| inspect(status, codes.iter().find(|code| code.status == status), total, rows, store));
    let mut counts = Counts::new(store.error_pairs());
    for class in [4_u8, 5] {
        let mut spark = vec![0.0; n];
        let of_class: Vec<ErrorCode> = codes
            .iter()
            .filter(|code| code.status / 100 == u16::from(class))
            .map(|code| {
                spark.iter_mut().zip(&code.spark).for_each(|(sum, value)| *sum += value);
                let count = code.pairs.len() as u64;
                code.pairs.iter().for_each(|&pair| counts.add(pair));
                let messages = messages(counts.take(), total, store);
                ErrorCode { status: code.status, count, percent: share(count), spark: code.spark.clone(), messages }
            })
            .collect();
        if !of_class.is_empty() {
            let count = of_class.iter().map(|code| code.count).sum();
            reply.classes.push(ErrorClass { class, count, percent: share(count), spark, codes: of_class });
        }
    }
}

fn messages(counted: Vec<(u32, u64)>, total: u64, store: &Store) -> Vec<ErrorMessage> {
    let mut out: Vec<ErrorMessage> = counted
        .into_iter()
        .map(|(pair, count)| {
            let (error_code, message) = store.error_pair(pair);
            let percent = percent(count, total).unwrap_or(0.0);
            ErrorMessage { error_code: error_code.to_owned(), message: message.to_owned(), count, percent }
        })
        .collect();
    sort_by(&mut out, |a, b| {
        b.count.cmp(&a.count).then_with(|| a.error_code.cmp(&b.error_code)).then_with(|| a.message.cmp(&b.message))
    });
    out
}

/// Who is affected by a code. Calls that carry no key or no address are listed under the empty text, but are no key.
fn inspect(status: u16, code: Option<&Code>, total: u64, rows: &[u32], store: &Store) -> Inspect {
    let count = code.map_or(0, |code| code.pairs.len() as u64);
    let peak = code.and_then(|code| {
        let highest = code.spark.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        highest.map(|(bucket, _)| bucket as u32)
    });
    let all = rows.iter().map(|&row| row as usize);
    let failed = || all.clone().filter(|&row| store.status(row) == status && is_failed(status));
    let counted = |dim: Dim, rows: &mut dyn Iterator<Item = usize>| {
        let mut counts = Counts::new(store.dict(dim).len());
        rows.for_each(|row| counts.add(store.code(dim, row)));
        counts.take()
    };
    let keys = counted(Dim::ApiKey, &mut failed());
    let key_count = |keys: &[(u32, u64)]| keys.iter().filter(|&&(key, _)| key != 0).count() as u32;
    let listed = |counted: Vec<(u32, u64)>, dim: Dim| {
        let text = |code| store.dict(dim).get(code);
        let mut codes = most_first(counted, &text);
        codes.truncate(FACET_VALUES_MAX);
        named(codes, &text)
    };
    Inspect {
        status,
        count,
        percent: percent(count, total).unwrap_or(0.0),
        peak,
        keys_affected: key_count(&keys),
        keys_all: key_count(&counted(Dim::ApiKey, &mut all.clone())),
        by_key: listed(keys, Dim::ApiKey),
        by_ip: listed(counted(Dim::Ip, &mut failed()), Dim::Ip),
    }
}
