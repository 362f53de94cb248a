//! A service's Failed Calls tab: 4xx and 5xx, their codes and messages, and one code looked into (console-spec section 5).

use super::Context;
use super::facets::{most_first, named};
use super::head;
use super::tally::percent;
use super::templates::{Chosen, Templates};
use super::time::{buckets, edges};
use crate::base::order::sort_by;
use crate::model::Dim;
use crate::model::limits::{FACET_VALUES_MAX, TEMPLATE_TEXTS_MAX, TEMPLATES_LISTED_MAX};
use crate::stats::Counts;
use crate::store::{Picked, Store, is_failed};
use crate::wire::{ErrorClass, ErrorCode, ErrorMessage, FailedQuery, FailedReply, Inspect};
use core::cmp::Ordering;

/// A Failed query on its way.
#[derive(Debug)]
pub struct FailedPlan {
    query: FailedQuery,
    /// The reply so far, with the rows of the selection still to be looked through.
    work: Option<(FailedReply, Vec<u32>)>,
    grouped: bool,
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
        Self { query, work: None, grouped: false }
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
        // A step of its own: the first time, all messages of the store are looked through.
        if !self.query.every_message && !self.grouped {
            context.profile.templates(context.store);
            self.grouped = true;
            self.work = Some((reply, rows));
            return None;
        }
        let templates = (!self.query.every_message).then(|| context.profile.templates(context.store));
        fill(&mut reply, &rows, &self.query, context.store, templates);
        Some(reply)
    }
}

fn fill(reply: &mut FailedReply, rows: &[u32], query: &FailedQuery, store: &Store, templates: Option<&Templates>) {
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
    let mut messages = Messages { store, templates, counts: Counts::new(store.error_pairs()), total };
    if let Some(status) = query.status {
        let code = codes.iter().find(|code| code.status == status);
        reply.inspect = Some(inspect(query, status, code, &edges, rows, &mut messages));
    }
    for class in [4_u8, 5] {
        let mut spark = vec![0.0; n];
        let of_class: Vec<ErrorCode> = codes
            .iter()
            .filter(|code| code.status / 100 == u16::from(class))
            .map(|code| {
                spark.iter_mut().zip(&code.spark).for_each(|(sum, value)| *sum += value);
                let count = code.pairs.len() as u64;
                let (messages, templates, texts) = messages.of_code(&code.pairs);
                ErrorCode {
                    status: code.status,
                    count,
                    percent: share(count),
                    spark: code.spark.clone(),
                    messages,
                    templates,
                    texts,
                }
            })
            .collect();
        if !of_class.is_empty() {
            let count = of_class.iter().map(|code| code.count).sum();
            reply.classes.push(ErrorClass { class, count, percent: share(count), spark, codes: of_class });
        }
    }
}

/// What calls say, counted.
struct Messages<'a> {
    store: &'a Store,
    /// `None`: each message stands by itself.
    templates: Option<&'a Templates>,
    /// By pair, and by group, of which there are no more.
    counts: Counts,
    /// All failed calls of the selection.
    total: u64,
}

impl Messages<'_> {
    /// Messages or templates of a code's calls, how many templates there are in all, and how many different messages.
    fn of_code(&mut self, pairs: &[u32]) -> (Vec<ErrorMessage>, u64, u64) {
        pairs.iter().for_each(|&pair| self.counts.add(pair));
        let counted = self.counts.take();
        let texts = counted.len() as u64;
        let Some(templates) = self.templates else {
            let named = counted.into_iter().map(|(pair, count)| (self.store.error_pair(pair), count, 1)).collect();
            return (self.listed(named, usize::MAX), texts, texts);
        };
        counted.iter().for_each(|&(pair, _)| self.counts.add(templates.of_pair(pair)));
        let different = self.counts.take();
        pairs.iter().for_each(|&pair| self.counts.add(templates.of_pair(pair)));
        // Both have met the groups in the same order: that of their first messages.
        let counts = self.counts.take();
        let named = counts
            .into_iter()
            .zip(different)
            .map(|((group, count), (_, texts))| (templates.group(group, self.store), count, texts))
            .collect::<Vec<_>>();
        let groups = named.len() as u64;
        (self.listed(named, TEMPLATES_LISTED_MAX), groups, texts)
    }

    /// The template that a choice is or belongs to, with its most frequent messages, of a code's calls.
    fn of_template(
        &mut self,
        templates: &Templates,
        chosen: Chosen<'_>,
        pairs: &[u32],
        most: u32,
    ) -> Option<(ErrorMessage, Vec<ErrorMessage>)> {
        let group = match chosen {
            Chosen::Nothing | Chosen::Own(_) => return None,
            Chosen::Pair(pair) => templates.of_pair(pair),
            Chosen::Group(group) => group,
        };
        pairs.iter().filter(|&&pair| templates.of_pair(pair) == group).for_each(|&pair| self.counts.add(pair));
        let counted = self.counts.take();
        let (count, texts) = (counted.iter().map(|text| text.1).sum(), counted.len() as u64);
        let template = self.listed(vec![(templates.group(group, self.store), count, texts)], 1).pop()?;
        let named = counted.into_iter().map(|(pair, count)| (self.store.error_pair(pair), count, 1)).collect();
        Some((template, self.listed(named, TEMPLATE_TEXTS_MAX.min(most as usize))))
    }

    /// The most frequent of them, most first.
    fn listed(&self, mut named: Vec<((&str, &str), u64, u64)>, most: usize) -> Vec<ErrorMessage> {
        sort_by(&mut named, |a, b| -> Ordering { b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)) });
        named.truncate(most);
        let message = |((error_code, message), count, texts): ((&str, &str), u64, u64)| ErrorMessage {
            error_code: error_code.to_owned(),
            message: message.to_owned(),
            count,
            percent: percent(count, self.total).unwrap_or(0.0),
            texts,
        };
        named.into_iter().map(message).collect()
    }
}

/// Who is affected by a code, or by what its calls say. Calls that carry no key or no address are listed under the empty text, but are no key.
fn inspect(
    query: &FailedQuery,
    status: u16,
    code: Option<&Code>,
    edges: &[usize],
    rows: &[u32],
    messages: &mut Messages<'_>,
) -> Inspect {
    let store = messages.store;
    let choice = query.message.as_ref();
    let chosen = messages.templates.zip(choice).map(|(templates, choice)| (templates, templates.chosen(choice, store)));
    let is_chosen = |row: usize| {
        let has = |(templates, chosen): (&Templates, Chosen<'_>)| templates.has(chosen, store.error_code_of(row), store);
        store.status(row) == status && chosen.is_none_or(has)
    };
    let mut spark = code.map_or_else(Vec::new, |code| vec![0.0; code.spark.len()]);
    let mut failed: Vec<usize> = Vec::new();
    for (bucket, pair) in edges.windows(2).enumerate().filter(|_| code.is_some()) {
        let before = failed.len();
        failed.extend(rows[pair[0]..pair[1]].iter().map(|&row| row as usize).filter(|&row| is_chosen(row)));
        spark[bucket] = (failed.len() - before) as f64;
    }
    let count = failed.len() as u64;
    let highest = spark.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    let peak = highest.filter(|(_, calls)| **calls > 0.0).map(|(bucket, _)| bucket as u32);
    let counted = |dim: Dim, rows: &mut dyn Iterator<Item = usize>| {
        let mut counts = Counts::new(store.dict(dim).len());
        rows.for_each(|row| counts.add(store.code(dim, row)));
        counts.take()
    };
    let keys = counted(Dim::ApiKey, &mut failed.iter().copied());
    let key_count = |keys: &[(u32, u64)]| keys.iter().filter(|&&(key, _)| key != 0).count() as u32;
    let listed = |counted: Vec<(u32, u64)>, dim: Dim| {
        let text = |code| store.dict(dim).get(code);
        let mut codes = most_first(counted, &text);
        codes.truncate(FACET_VALUES_MAX);
        named(codes, &text)
    };
    let by_ip = listed(counted(Dim::Ip, &mut failed.iter().copied()), Dim::Ip);
    let (template, texts) = chosen
        .zip(code)
        .and_then(|((templates, chosen), code)| messages.of_template(templates, chosen, &code.pairs, query.texts))
        .unzip();
    Inspect {
        status,
        message: query.message.clone(),
        count,
        percent: percent(count, messages.total).unwrap_or(0.0),
        spark,
        peak,
        keys_affected: key_count(&keys),
        keys_all: key_count(&counted(Dim::ApiKey, &mut rows.iter().map(|&row| row as usize))),
        by_key: listed(keys, Dim::ApiKey),
        by_ip,
        template,
        texts: texts.unwrap_or_default(),
    }
}
