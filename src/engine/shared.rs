//! What other workers do for the engine: they hold the values of some metrics of a large data set, and spread them over buckets when asked. Whoever
//! drives the engine hands the values out while nothing else is to be done, and carries questions and answers.

use super::{Engine, Loaded};
use crate::model::Metric;
use crate::query::Spread;
use crate::query::shard::{Ask, values};

/// Data sets of fewer calls are answered fast enough by one.
pub const LEAST_CALLS: usize = 250_000;

impl Engine {
    /// The generation of a data set that is large enough to be shared out; `None` while something is read, which needs the room and the time.
    pub fn shareable(&self) -> Option<u32> {
        let large = |loaded: &&Loaded| loaded.store.len() >= LEAST_CALLS;
        self.loaded.as_ref().filter(|_| self.loading.is_none()).filter(large).map(|loaded| loaded.generation)
    }

    /// Values of the next rows for whoever is to hold those of a metric; empty at the end, `None` where the data set is another by now or somebody
    /// waits for an answer.
    pub fn hand_out(&self, generation: u32, metric: Metric, from: usize, rows: usize) -> Option<Vec<u64>> {
        let loaded = self.loaded.as_ref().filter(|loaded| loaded.generation == generation)?;
        Some(values(&loaded.store, metric, from, rows))
    }

    /// Another worker holds all values of a metric of this data set: it will be asked for them.
    pub fn shared(&mut self, generation: u32, metric: Metric) {
        if let Some(loaded) = self.loaded.as_mut().filter(|loaded| loaded.generation == generation) {
            loaded.profile.share(metric, true);
        }
    }

    /// What other workers are to be asked now, with the numbers of the queries.
    pub fn asks(&mut self) -> Vec<(u32, Ask)> {
        let of = |job: &mut super::Job| job.plan.asks().into_iter().map(|ask| (job.seq, ask)).collect::<Vec<_>>();
        self.jobs.iter_mut().flat_map(of).collect()
    }

    /// Takes an answer of another worker to what a query asked; `None`: it has none. A query that nobody waits for any more has no use for it.
    pub fn hear(&mut self, seq: u32, metric: Metric, spreads: Option<Vec<Spread>>) {
        let Some(loaded) = &self.loaded else { return };
        if let Some(job) = self.jobs.iter_mut().find(|job| job.seq == seq) {
            loaded.with(|context| job.plan.hear(context, metric, spreads));
        }
    }

    /// Nobody else holds these metrics any more: what was asked of them is done here.
    pub fn unshared(&mut self, metrics: &[Metric]) {
        let Some(loaded) = &mut self.loaded else { return };
        for &metric in metrics {
            loaded.profile.share(metric, false);
            for job in &mut self.jobs {
                loaded.with(|context| job.plan.hear(context, metric, None));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, Filter, Precision, Range};
    use crate::query::shard::{Shard, shares};
    use crate::series::Zone;
    use crate::store::Builder;
    use crate::wire::{DetailsQuery, FromEngine, Query, Selection};
    use std::collections::BTreeMap;

    const CALLS: u64 = 120_000;
    const MINUTE_MS: i64 = 60_000;

    fn engine() -> Engine {
        let mut builder = Builder::new();
        for i in 0..CALLS {
            let drawn = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            let key = format!("key-{}", drawn % 2);
            builder
                .push(&Call {
                    time_ms: i as i64 * 400,
                    service: "s",
                    status: if drawn % 11 == 0 { 429 } else { 200 },
                    stream: Some(drawn % 3 > 0),
                    api_key: Some(&key),
                    input_tokens: Some(drawn % 1_000_003).filter(|n| n % 4 > 0),
                    // Beyond 32 bits.
                    output_tokens: Some(drawn << 8),
                    latency_us: Some(drawn / 3),
                    ttft_us: Some(drawn / 7 % 4_000_000),
                    ..Call::default()
                })
                .unwrap();
        }
        let mut engine = Engine::new();
        engine.take(1, builder.finish(), Default::default());
        engine
    }

    fn ask(seq: u32, engine: &mut Engine, key: Option<&str>) {
        let mut filter = Filter::default();
        if let Some(key) = key {
            filter.0.insert(crate::model::Dim::ApiKey, vec![key.to_owned()]);
        }
        let range = Range { from_ms: MINUTE_MS / 2, to_ms: CALLS as i64 * 400 };
        let selection = Selection { range, before: None, filter, zone: Zone::utc() };
        engine.ask(seq, Query::Details(DetailsQuery { selection, service: "s".into(), precision: Precision::Hour }), true);
    }

    fn answers(engine: &mut Engine) -> BTreeMap<u32, String> {
        let mut out = BTreeMap::new();
        while engine.has_work() {
            if let Some(FromEngine::Answer { seq, reply, .. }) = engine.step() {
                out.insert(seq, format!("{reply:?}"));
            }
        }
        out
    }

    #[test]
    fn what_is_shared_out_is_answered_as_by_one() {
        let mut alone = engine();
        let keys = [None, Some("key-1"), None, None];
        (1..).zip(keys).for_each(|(seq, key)| ask(seq, &mut alone, key));
        let want = answers(&mut alone);
        assert_eq!(want.len(), keys.len());
        assert!(alone.asks().is_empty());

        for others in 1..=3 {
            let mut engine = engine();
            let mut held = BTreeMap::new();
            for &metric in shares(others).iter().copied().flatten() {
                let mut shard = Shard::default();
                let mut from = 0;
                loop {
                    let values = engine.hand_out(1, metric, from, 7_001).unwrap();
                    if values.is_empty() {
                        break;
                    }
                    shard.extend(&values);
                    from += values.len();
                }
                held.insert(metric, shard);
                engine.shared(1, metric);
            }
            (1..).zip(keys).for_each(|(seq, key)| ask(seq, &mut engine, key));
            assert!(answers(&mut engine).is_empty(), "each waits for the others");
            let asks = engine.asks();
            assert_eq!(asks.len(), keys.len() * held.len());
            assert!(engine.asks().is_empty());
            for (seq, ask) in asks {
                let sent = crate::wire::encode(&ask).unwrap();
                assert_eq!(crate::wire::decode::<Ask>(&sent).unwrap(), ask);
                // One has no answer to the third.
                let answer = held[&ask.metric].answer(&ask).filter(|_| seq != 3);
                let sent = crate::wire::encode(&answer).unwrap();
                // And the fourth is not heard, but the others are lost.
                if seq != 4 {
                    engine.hear(seq, ask.metric, crate::wire::decode(&sent).unwrap());
                }
            }
            let mut got = answers(&mut engine);
            assert_eq!(got.len(), keys.len() - 1);
            engine.unshared(&held.keys().copied().collect::<Vec<_>>());
            got.extend(answers(&mut engine));
            assert_eq!(got, want);
            ask(9, &mut engine, None);
            assert!(engine.asks().is_empty());
            assert_eq!(answers(&mut engine)[&9], want[&1]);
        }
    }

    #[test]
    fn a_question_of_rows_that_are_not_there_has_no_answer() {
        let mut engine = engine();
        engine.shared(1, Metric::Ttft);
        ask(1, &mut engine, None);
        engine.step();
        let (_, ask) = engine.asks().remove(0);
        let mut shard = Shard::default();
        assert_eq!(shard.answer(&ask), None);
        shard.extend(&engine.hand_out(1, Metric::Ttft, 0, usize::MAX).unwrap());
        assert!(shard.answer(&ask).is_some());
        assert!(engine.hand_out(2, Metric::Ttft, 0, 10).is_none());
    }
}
