//! A service's Failed Calls tab: 4xx and 5xx, their codes and messages, and one code looked into (console-spec section 5).

use super::Context;
use super::facets::most_first;
use super::head;
use super::tally::percent;
use super::time::{buckets, edges};
use crate::model::Dim;
use crate::model::limits::FACET_VALUES_MAX;
use crate::store::{Store, is_failed};
use crate::wire::{ErrorClass, ErrorCode, ErrorMessage, FailedQuery, FailedReply, Inspect};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

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
    count: u64,
    spark: Vec<f64>,
    /// By the code of the pair (own code, message).
    messages: FxHashMap<u32, u64>,
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
                rows = selected.rows;
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
    let edges = edges(&reply.buckets, rows.len(), |i| store.time_ms(rows[i] as usize));
    let mut codes: BTreeMap<u16, Code> = BTreeMap::new();
    for (bucket, pair) in edges.windows(2).enumerate() {
        for row in rows[pair[0]..pair[1]].iter().map(|&row| row as usize) {
            let status = store.status(row);
            if is_failed(status) {
                let new = || Code { count: 0, spark: vec![0.0; n], messages: FxHashMap::default() };
                let code = codes.entry(status).or_insert_with(new);
                code.count += 1;
                code.spark[bucket] += 1.0;
                *code.messages.entry(store.error_code_of(row)).or_default() += 1;
            }
        }
    }
    let total: u64 = codes.values().map(|code| code.count).sum();
    let share = |count| percent(count, total).unwrap_or(0.0);
    reply.total = total;
    reply.inspect = inspected.map(|status| inspect(status, codes.get(&status), total, rows, store));
    for class in [4_u8, 5] {
        let mut spark = vec![0.0; n];
        let mut of_class: Vec<ErrorCode> = codes
            .iter()
            .filter(|&(&status, _)| status / 100 == u16::from(class))
            .map(|(&status, code)| {
                spark.iter_mut().zip(&code.spark).for_each(|(sum, value)| *sum += value);
                let messages = messages(&code.messages, total, store);
                ErrorCode { status, count: code.count, percent: share(code.count), spark: code.spark.clone(), messages }
            })
            .collect();
        if !of_class.is_empty() {
            of_class.sort_by_key(|code| (core::cmp::Reverse(code.count), code.status));
            let count = of_class.iter().map(|code| code.count).sum();
            reply.classes.push(ErrorClass { class, count, percent: share(count), spark, codes: of_class });
        }
    }
}

fn messages(counts: &FxHashMap<u32, u64>, total: u64, store: &Store) -> Vec<ErrorMessage> {
    let mut out: Vec<ErrorMessage> = counts
        .iter()
        .map(|(&pair, &count)| {
            let (error_code, message) = store.error_pair(pair);
            let percent = percent(count, total).unwrap_or(0.0);
            ErrorMessage { error_code: error_code.to_owned(), message: message.to_owned(), count, percent }
        })
        .collect();
    out.sort_unstable_by(|a, b| {
        b.count.cmp(&a.count).then_with(|| a.error_code.cmp(&b.error_code)).then_with(|| a.message.cmp(&b.message))
    });
    out
}

/// Who is affected by a code. Calls that carry no key or no address are listed under the empty text, but are no key.
fn inspect(status: u16, code: Option<&Code>, total: u64, rows: &[u32], store: &Store) -> Inspect {
    let count = code.map_or(0, |code| code.count);
    let peak = code.and_then(|code| {
        let highest = code.spark.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        highest.map(|(bucket, _)| bucket as u32)
    });
    let (mut keys, mut ips): (FxHashMap<u32, u64>, FxHashMap<u32, u64>) = Default::default();
    for row in rows.iter().map(|&row| row as usize) {
        let key = keys.entry(store.code(Dim::ApiKey, row)).or_default();
        if store.status(row) == status && is_failed(status) {
            *key += 1;
            *ips.entry(store.code(Dim::Ip, row)).or_default() += 1;
        }
    }
    let named = |min: u64| keys.iter().filter(|&(&key, &calls)| key != 0 && calls >= min).count() as u32;
    let listed = |counts: &FxHashMap<u32, u64>, dim: Dim| {
        let affected = counts.iter().filter(|&(_, &calls)| calls > 0);
        let mut out: Vec<(String, u64)> = affected.map(|(&code, &calls)| (store.dict(dim).get(code).to_owned(), calls)).collect();
        most_first(&mut out);
        out.truncate(FACET_VALUES_MAX);
        out
    };
    Inspect {
        status,
        count,
        percent: percent(count, total).unwrap_or(0.0),
        peak,
        keys_affected: named(1),
        keys_all: named(0),
        by_key: listed(&keys, Dim::ApiKey),
        by_ip: listed(&ips, Dim::Ip),
    }
}
