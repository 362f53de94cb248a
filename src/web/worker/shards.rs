//! A large data set shared out: other workers hold the values of some metrics ([`crate::web::shard`]) and spread them over buckets beside this one, which
//! asks them. Where none can be had, or one is lost, this one does it all.

use super::Host;
use super::beside::{cores, own_address};
use crate::model::Metric;
use crate::query::shard::{Ask, shares};
use crate::web::shard::{answer_of, asked, given};
use crate::web::sleep::{breathe, sleep};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, Worker};

/// Rows whose values are handed over in one go: a few milliseconds.
const PIECE: usize = 1 << 17;
/// Whoever has not answered after this long will not be asked again.
const PATIENCE_MS: i32 = 10_000;

/// Another worker.
struct Holder {
    worker: Worker,
    metrics: &'static [Metric],
    /// Keeps what hears it.
    _listeners: [Closure<dyn FnMut(JsValue)>; 2],
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Who holds what of the data set.
#[derive(Clone, Default)]
pub struct Shards {
    holders: Rc<RefCell<Vec<Holder>>>,
    /// The data set that is shared out, or that it was tried with.
    generation: Rc<Cell<Option<u32>>>,
    /// What was asked and not answered yet.
    open: Rc<RefCell<BTreeSet<(u32, Metric)>>>,
}

impl Shards {
    /// Lets all others go: a data set comes in place of the one that they hold values of.
    pub fn let_go(&self, host: &Host) {
        self.generation.set(None);
        let holders: Vec<Holder> = self.holders.borrow_mut().drain(..).collect();
        self.open.borrow_mut().clear();
        holders.iter().for_each(|holder| host.engine.borrow_mut().unshared(holder.metrics));
        if !holders.is_empty() {
            host.step();
        }
    }

    /// Shares a large data set out, while nothing else is to be done; does nothing where that is done, or has been tried. One that changes by itself
    /// would have to be shared out again each time.
    pub fn offer(&self, host: &Host) {
        if host.live.changes() {
            return;
        }
        let Some(generation) = host.engine.borrow().shareable() else { return };
        if self.generation.replace(Some(generation)) == Some(generation) {
            return;
        }
        self.holders.borrow_mut().clear();
        let Some(address) = own_address() else { return };
        for &metrics in shares(cores().saturating_sub(1)) {
            let Ok(worker) = Worker::new(&address) else { return };
            let listen = |hear: fn(&Host, &'static [Metric], JsValue)| {
                let host = host.clone();
                Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| hear(&host, metrics, event))
            };
            let message = listen(|host, metrics, event| host.heard(metrics, &event.unchecked_ref::<MessageEvent>().data()));
            let error = listen(|host, metrics, event| {
                // It goes no further: nothing is lost by it but help.
                event.unchecked_ref::<Event>().prevent_default();
                host.lost(metrics);
            });
            worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(error.as_ref().unchecked_ref()));
            self.holders.borrow_mut().push(Holder { worker, metrics, _listeners: [message, error] });
        }
    }

    fn post(&self, metric: Metric, message: &JsValue, transfer: Option<&JsValue>) -> bool {
        let holders = self.holders.borrow();
        let Some(holder) = holders.iter().find(|holder| holder.metrics.contains(&metric)) else { return false };
        match transfer {
            Some(transfer) => holder.worker.post_message_with_transfer(message, transfer),
            None => holder.worker.post_message(message),
        }
        .is_ok()
    }
}

impl Host {
    /// Another worker says something: first that it is there, then answers.
    fn heard(&self, metrics: &'static [Metric], message: &JsValue) {
        let Some((seq, metric, spreads)) = answer_of(message) else { return self.fill(metrics) };
        if self.shards.open.borrow_mut().remove(&(seq, metric)) {
            self.engine.borrow_mut().hear(seq, metric, spreads);
            self.step();
        }
    }

    /// Gives another worker the values of its metrics, a piece at a time, and never while somebody waits for an answer.
    fn fill(&self, metrics: &'static [Metric]) {
        let host = self.clone();
        let Some(generation) = self.shards.generation.get() else { return };
        spawn_local(async move {
            for &metric in metrics {
                let mut from = 0;
                loop {
                    breathe().await;
                    if host.shards.generation.get() != Some(generation) {
                        return;
                    }
                    if host.engine.borrow().has_work() {
                        sleep(1).await;
                        continue;
                    }
                    let Some(values) = host.engine.borrow().hand_out(generation, metric, from, PIECE) else { return };
                    if values.is_empty() {
                        break;
                    }
                    from += values.len();
                    let posted = given(metric, &values)
                        .is_some_and(|(message, transfer)| host.shards.post(metric, &message, Some(&transfer)));
                    if !posted {
                        return host.lost(metrics);
                    }
                }
                host.engine.borrow_mut().shared(generation, metric);
            }
        });
    }

    /// Another worker will not answer any more.
    fn lost(&self, metrics: &'static [Metric]) {
        let holder = {
            let mut holders = self.shards.holders.borrow_mut();
            let at = holders.iter().position(|holder| holder.metrics == metrics);
            at.map(|at| holders.remove(at))
        };
        self.shards.open.borrow_mut().retain(|(_, metric)| !metrics.contains(metric));
        self.engine.borrow_mut().unshared(metrics);
        self.step();
        // What hears it may be what runs now, and goes when that is over.
        spawn_local(async move { drop(holder) });
    }

    /// Carries what the engine asks of others.
    pub(super) fn ask_others(&self) {
        let asks = self.engine.borrow_mut().asks();
        for (seq, ask) in asks {
            self.ask_other(seq, &ask);
        }
    }

    fn ask_other(&self, seq: u32, ask: &Ask) {
        let metric = ask.metric;
        self.shards.open.borrow_mut().insert((seq, metric));
        if !asked(seq, ask).is_some_and(|message| self.shards.post(metric, &message, None)) {
            self.shards.open.borrow_mut().remove(&(seq, metric));
            return self.engine.borrow_mut().hear(seq, metric, None);
        }
        let host = self.clone();
        spawn_local(async move {
            sleep(PATIENCE_MS).await;
            if host.shards.open.borrow().contains(&(seq, metric)) {
                let metrics = host.shards.holders.borrow().iter().map(|holder| holder.metrics).find(|of| of.contains(&metric));
                if let Some(metrics) = metrics {
                    host.lost(metrics);
                }
            }
        });
    }
}
