//! The calls of a selection, window by window, for exports.

use super::Context;
use super::list::call_row;
use super::sieve::Sieve;
use crate::wire::{RowsQuery, RowsReply};

/// Calls looked at in one step, about: a few milliseconds.
const STEP_CALLS: usize = 50_000;

/// A Rows query on its way.
#[derive(Debug)]
pub struct RowsPlan {
    query: RowsQuery,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    sieve: Sieve,
    /// The next row of the store to look at.
    at: usize,
    reply: RowsReply,
}

impl RowsPlan {
    pub fn new(query: RowsQuery) -> Self {
        Self { query, work: None }
    }

    pub fn step(&mut self, context: &Context<'_>) -> Option<RowsReply> {
        let query = &self.query;
        let start = || Work {
            sieve: Sieve::new(&query.selection.filter, context.store, &[]),
            at: query.from as usize,
            reply: RowsReply::default(),
        };
        let work = self.work.get_or_insert_with(start);
        // Each window takes a call at least, so that asking for the next one always ends.
        if work.take(context, query, query.limit.max(1) as usize) { self.work.take().map(|work| work.reply) } else { None }
    }
}

impl Work {
    /// Looks at the next rows; true when the window is full or the store at its end.
    fn take(&mut self, context: &Context<'_>, query: &RowsQuery, limit: usize) -> bool {
        let store = context.store;
        let mut looked_at = 0;
        for service in 0..store.services() {
            let rows = store.rows(service, query.selection.range);
            let sieve = self.sieve.within(store, service);
            if rows.end <= self.at || sieve.hopeless() {
                continue;
            }
            let before = self.reply.rows.len();
            let over = 'rows: {
                for row in rows.start.max(self.at)..rows.end {
                    self.at = row;
                    if self.reply.rows.len() == limit {
                        self.reply.next = u32::try_from(row).ok();
                        break 'rows Some(true);
                    }
                    if looked_at == STEP_CALLS {
                        break 'rows Some(false);
                    }
                    looked_at += 1;
                    if sieve.passes(store, row) {
                        self.reply.rows.push(call_row(store, row));
                    }
                }
                None
            };
            let taken = (self.reply.rows.len() - before) as u32;
            if taken > 0 {
                let title = (context.titles)(store.service_name(service));
                match self.reply.services.last_mut() {
                    Some((last, n)) if *last == title => *n += taken,
                    _ => self.reply.services.push((title, taken)),
                }
            }
            if let Some(over) = over {
                return over;
            }
            self.at = rows.end;
        }
        true
    }
}
