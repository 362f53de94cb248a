//! The rows that a selection has, found once for all asks of a batch that share it.

use super::Context;
use super::filter::{CompiledFilter, FilteredRows, Verdict};
use crate::ask::Matcher;
use crate::base::zone::Zone;
use crate::model::Range;
use crate::store::RowSelection;
use std::rc::Rc;

/// Rows of a selection, service by service.
#[derive(Debug)]
pub struct Scope {
    pub range: Range,
    pub filter: CompiledFilter,
    /// Services whose rows may match.
    parts: Vec<(usize, FilteredRows)>,
}

/// Rows of one service, in order of time.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    pub service: usize,
    pub rows: RowSelection<'a>,
}

impl Scope {
    pub fn new(context: &Context<'_>, range: Range, matchers: &[Matcher], zone: &Zone) -> Self {
        let store = context.store;
        let filter = CompiledFilter::new(matchers, zone, context);
        let mut parts = Vec::new();
        for service in 0..store.services() {
            let within = filter.within(store, service);
            if within.verdict() == Verdict::Pass {
                parts.push((service, within.filter(context, store.rows(service, range))));
            }
        }
        Self { range, filter, parts }
    }

    /// What further matchers leave of these rows.
    fn narrowed(&self, context: &Context<'_>, matchers: &[Matcher], zone: &Zone) -> Self {
        let store = context.store;
        let filter = CompiledFilter::new(matchers, zone, context);
        let mut parts = Vec::new();
        for (service, rows) in &self.parts {
            let within = filter.within(store, *service);
            if within.verdict() != Verdict::Pass {
                continue;
            }
            let rows = match rows.passing() {
                RowSelection::Run(rows) => within.filter(context, rows),
                RowSelection::Some(rows) => FilteredRows::some(within.among(store, rows)),
            };
            parts.push((*service, rows));
        }
        Self { range: self.range, filter, parts }
    }

    /// The services with their rows, those that do not match included.
    pub fn parts(&self) -> &[(usize, FilteredRows)] {
        &self.parts
    }

    /// The rows that match.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        self.parts.iter().map(|(service, rows)| Piece { service: *service, rows: rows.passing() }).collect()
    }

    /// Number of calls that match.
    pub fn calls(&self) -> u64 {
        self.parts.iter().map(|(_, rows)| rows.passing().len() as u64).sum()
    }
}

/// The scopes of a batch.
#[derive(Debug, Default)]
pub struct Scopes {
    whole: Vec<CachedScope>,
    /// Those made of others.
    narrowed: Vec<CachedScope>,
}

/// A scope with its range and matchers.
type CachedScope = (Range, Vec<Matcher>, Rc<Scope>);

impl Scopes {
    /// The scope of a selection, where an ask has needed it.
    pub fn known(&self, range: Range, matchers: &[Matcher]) -> Option<Rc<Scope>> {
        self.whole.iter().find(|(of, by, _)| *of == range && by == matchers).map(|(_, _, scope)| scope.clone())
    }

    /// The rows of a selection, made of another scope's where that has fewer matchers. What a single matcher leaves out is not kept.
    pub fn rows(&mut self, context: &Context<'_>, range: Range, matchers: &[Matcher], zone: &Zone) -> Rc<Scope> {
        let found = self.whole.iter().chain(&self.narrowed).find(|(of, by, _)| *of == range && by == matchers);
        if let Some((_, _, scope)) = found {
            return scope.clone();
        }
        let wider = self.whole.iter().filter(|(of, by, _)| *of == range && !by.is_empty() && matchers.starts_with(by));
        let scope = match wider.max_by_key(|(_, by, _)| by.len()) {
            Some((_, by, wider)) => Rc::new(wider.narrowed(context, &matchers[by.len()..], zone)),
            None => return self.get(context, range, matchers, zone),
        };
        self.narrowed.push((range, matchers.to_vec(), scope.clone()));
        scope
    }

    /// The scope of a selection.
    pub fn get(&mut self, context: &Context<'_>, range: Range, matchers: &[Matcher], zone: &Zone) -> Rc<Scope> {
        if let Some(scope) = self.known(range, matchers) {
            return scope;
        }
        let scope = Rc::new(Scope::new(context, range, matchers, zone));
        self.whole.push((range, matchers.to_vec(), scope.clone()));
        scope
    }
}
