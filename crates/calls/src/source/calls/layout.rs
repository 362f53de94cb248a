//! The rows of a selection divided over buckets, with the sums of each, computed once for all
//! series of a batch that share them.

use super::Context;
use super::distribution::{Distribution, Scratch, distribution_of};
use super::groups::{Rows, matching};
use super::scope::{Piece, Scope};
use super::store_index::StoreIndex;
use super::tally::{self, CallClass, CallClasses, Tally};
use super::time::edges;
use crate::ask::{Buckets, Matcher, Quantity};
use crate::base::build::FULL;
use crate::base::zone::Zone;
use crate::model::Width;
use crate::store::{RowSelection, Store};
use std::rc::Rc;

/// One group's rows over the buckets.
#[derive(Debug)]
pub struct Layout<'a> {
    pieces: Vec<Piece<'a>>,
    /// By piece: bucket `b` holds the rows at the places `edges[b]..edges[b + 1]`.
    edges: Rc<Vec<Vec<usize>>>,
    buckets: usize,
}

/// What several series make of the same layout.
#[derive(Debug, Default)]
pub struct SeriesCache {
    edges: Option<Rc<Vec<Vec<usize>>>>,
    tallies: Option<Rc<Vec<Tally>>>,
    /// By piece: of the calls in buckets that are not precomputed.
    kinds: Option<Rc<Vec<Vec<CallClass>>>>,
}

impl<'a> Layout<'a> {
    pub fn new(store: &Store, pieces: Vec<Piece<'a>>, buckets: &Buckets, known: &mut SeriesCache) -> Self {
        let make = || Rc::new(pieces.iter().map(|piece| edges(buckets, &piece.rows, store)).collect());
        let edges = known.edges.get_or_insert_with(make).clone();
        Self { pieces, edges, buckets: buckets.starts_ms.len() }
    }

    /// By piece: bucket `b` holds the rows at the places `edges[b]..edges[b + 1]`.
    pub fn edges(&self) -> &[Vec<usize>] {
        &self.edges
    }

    /// Calls of each bucket.
    pub fn calls(&self) -> Vec<u64> {
        let mut calls = vec![0; self.buckets];
        for edges in self.edges.iter() {
            calls.iter_mut().zip(edges.windows(2)).for_each(|(calls, pair)| *calls += (pair[1] - pair[0]) as u64);
        }
        calls
    }

    /// The rows of a bucket, piece by piece.
    pub fn bucket(&self, bucket: usize) -> impl Iterator<Item = Piece<'a>> {
        self.pieces
            .iter()
            .zip(self.edges.iter())
            .map(move |(piece, edges)| Piece { service: piece.service, rows: piece.rows.part(edges[bucket]..edges[bucket + 1]) })
    }

    /// The rows that pass further matchers.
    pub fn matching(&self, context: &Context<'_>, matchers: &[Matcher], zone: &Zone) -> Rows {
        matching(context, &self.pieces, matchers, zone)
    }

    /// Sums over each bucket.
    pub fn tallies(&self, context: &Context<'_>, known: &mut SeriesCache) -> Rc<Vec<Tally>> {
        let Context { store, store_index, .. } = context;
        let make = || {
            let mut scratch = tally::Scratch::default();
            let mut of = self.pieces.iter().zip(self.edges.iter());
            let mut one = |(piece, edges): (&Piece<'_>, &Vec<usize>)| {
                store_index.tallies(store, piece.service, &piece.rows, edges, &mut scratch)
            };
            let mut tallies = of.next().map_or_else(|| vec![Tally::default(); self.buckets], &mut one);
            for more in of {
                tallies.iter_mut().zip(one(more)).for_each(|(tally, more)| tally.merge(&more));
            }
            Rc::new(tallies)
        };
        known.tallies.get_or_insert_with(make).clone()
    }

    /// The kinds of calls, by piece and place; those in buckets whose spreads are precomputed are not looked at.
    fn kinds(&self, context: &Context<'_>, known: &mut SeriesCache) -> Rc<Vec<Vec<CallClass>>> {
        let make = || {
            let of = self.pieces.iter().zip(self.edges.iter());
            Rc::new(of.map(|(piece, edges)| kinds(context, piece, edges, self.pieces.len() == 1)).collect())
        };
        known.kinds.get_or_insert_with(make).clone()
    }

    /// How the values of a quantity spread in each bucket.
    pub fn distributions(&self, context: &Context<'_>, known: &mut SeriesCache, quantity: &Quantity) -> Vec<Distribution> {
        let Some((column, least)) = distribution_of(context.store, quantity) else { return Vec::new() };
        let kinds = self.kinds(context, known);
        let mut scratch = Scratch::default();
        if let ([piece], [edges], [kinds]) = (self.pieces.as_slice(), self.edges.as_slice(), kinds.as_slice()) {
            let distribution = |pair: &[usize]| {
                let rows = piece.rows.part(pair[0]..pair[1]);
                precomputed(context.store_index, piece.service, &rows, quantity)
                    .unwrap_or_else(|| scratch.distribution(column, &rows, &kinds[pair[0]..pair[1]], least))
            };
            return edges.windows(2).map(distribution).collect();
        }
        let (mut values, mut spare) = (Vec::new(), Vec::new());
        let distribution = |bucket| {
            self.values_of(bucket, column, &kinds, least, &mut scratch, &mut values);
            Distribution::of(&mut values, &mut spare)
        };
        (0..self.buckets).map(distribution).collect()
    }

    /// Makes something of the values of a quantity in each bucket.
    pub fn values<T>(&self, context: &Context<'_>, quantity: &Quantity, mut make: impl FnMut(&mut [u64]) -> T) -> Vec<T> {
        let Some((column, least)) = distribution_of(context.store, quantity) else { return Vec::new() };
        let of = self.pieces.iter().zip(self.edges.iter());
        let kinds: Vec<Vec<CallClass>> = of.map(|(piece, edges)| kinds(context, piece, edges, false)).collect();
        let (mut scratch, mut values) = (Scratch::default(), Vec::new());
        let make = |bucket| {
            self.values_of(bucket, column, &kinds, least, &mut scratch, &mut values);
            make(&mut values)
        };
        (0..self.buckets).map(make).collect()
    }

    fn values_of(
        &self,
        bucket: usize,
        column: &crate::store::Numbers,
        kinds: &[Vec<CallClass>],
        least: CallClass,
        scratch: &mut Scratch,
        out: &mut Vec<u64>,
    ) {
        out.clear();
        for ((piece, edges), kinds) in self.pieces.iter().zip(self.edges.iter()).zip(kinds) {
            let places = edges[bucket]..edges[bucket + 1];
            scratch.values(column, &piece.rows.part(places.clone()), &kinds[places], least, out);
        }
    }
}

/// The kinds of a piece's calls. `sparse`: those in buckets whose spreads are precomputed are left at [`CallClass::Failed`].
fn kinds(context: &Context<'_>, piece: &Piece<'_>, edges: &[usize], sparse: bool) -> Vec<CallClass> {
    let mut kinds = CallClasses::default();
    if FULL && sparse {
        let known = |pair: &[usize]| context.store_index.knows(piece.service, &piece.rows.part(pair[0]..pair[1]));
        let buckets: Vec<(&[usize], bool)> = edges.windows(2).map(|pair| (pair, known(pair))).collect();
        if buckets.iter().any(|&(_, known)| known) {
            let mut out = vec![CallClass::Failed; piece.rows.len()];
            // Adjacent buckets are read in one go.
            for together in buckets.chunk_by(|a, b| a.1 == b.1).filter(|together| !together[0].1) {
                let places = together[0].0[0]..together[together.len() - 1].0[1];
                kinds.read(context.store, &piece.rows.part(places.clone()));
                out[places].copy_from_slice(&kinds.of);
            }
            return out;
        }
    }
    kinds.read(context.store, &piece.rows);
    kinds.of
}

fn precomputed(store_index: &StoreIndex, service: usize, rows: &RowSelection<'_>, quantity: &Quantity) -> Option<Distribution> {
    if FULL { store_index.distribution(service, rows, quantity) } else { None }
}

/// What is known of whole scopes over buckets.
#[derive(Debug, Default)]
pub struct Layouts(Vec<CachedLayout>);

#[derive(Debug)]
struct CachedLayout {
    scope: Rc<Scope>,
    width: Width,
    known: SeriesCache,
}

impl Layouts {
    /// What the series of a batch that share a scope and a width know together.
    pub fn known(&mut self, scope: &Rc<Scope>, width: Width) -> &mut SeriesCache {
        let at = self.0.iter().position(|shared| Rc::ptr_eq(&shared.scope, scope) && shared.width == width);
        let at = at.unwrap_or_else(|| {
            self.0.push(CachedLayout { scope: scope.clone(), width, known: SeriesCache::default() });
            self.0.len() - 1
        });
        &mut self.0[at].known
    }
}
