//! Sums over all rows that a selection has of a service, found once for all tables of a batch.

use super::tally::{Sum, Tally};
use crate::ask::{Label, Matcher, Selection};
use crate::model::{Dim, Range};

/// Sums of services within the selections of a batch.
#[derive(Debug, Default)]
pub struct ServiceSums(Vec<Known>);

#[derive(Debug)]
struct Known {
    range: Range,
    matchers: Vec<Matcher>,
    service: usize,
    unread: [bool; Sum::COUNT],
    tally: Tally,
}

/// The matchers that look at calls. Those that look at the service let all of its rows through, or none.
fn of_calls(selection: &Selection) -> impl Iterator<Item = &Matcher> {
    let is_of_service = |matcher: &Matcher| matches!(matcher.label(), Some(Label::Dim(Dim::Service | Dim::ServiceType)));
    selection.matchers.iter().filter(move |matcher| !is_of_service(matcher))
}

impl ServiceSums {
    /// The sums of a service within a selection and a range, as far as they are known, with those that are not.
    pub fn get(&self, selection: &Selection, range: Range, service: usize) -> Option<(Tally, [bool; Sum::COUNT])> {
        let is_it =
            |known: &&Known| (known.range, known.service) == (range, service) && known.matchers.iter().eq(of_calls(selection));
        self.0.iter().find(is_it).map(|known| (known.tally, known.unread))
    }

    /// Keeps sums in place of those known before.
    pub fn keep(&mut self, selection: &Selection, range: Range, service: usize, tally: Tally, unread: [bool; Sum::COUNT]) {
        let matchers: Vec<Matcher> = of_calls(selection).cloned().collect();
        self.0.retain(|known| (known.range, known.service) != (range, service) || known.matchers != matchers);
        self.0.push(Known { range, matchers, service, unread, tally });
    }
}
