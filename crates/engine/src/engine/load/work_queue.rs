//! Work queue of a parallel load: the main reader takes pieces from the front, helpers from further
//! back. So none waits for another, and few parsed segments are held before their turn.

use core::ops::Range;

/// Pieces for each that reads, of those that are shared out at a time.
const EACH: usize = 4;

/// Who reads a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    Nobody,
    Own,
    /// Another's, by number.
    Other(usize),
}

/// The pieces of one file.
#[derive(Debug)]
pub struct WorkQueue {
    pieces: Vec<Assignee>,
    /// Pieces that are shared out at a time.
    window: usize,
    /// The first piece whose turn has not come.
    front: usize,
}

impl WorkQueue {
    /// So many pieces, read by its own reader and so many others.
    pub fn new(pieces: usize, others: usize) -> Self {
        Self { pieces: vec![Assignee::Nobody; pieces], window: EACH * (1 + others), front: 0 }
    }

    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Who reads a piece.
    pub fn assignee(&self, piece: usize) -> Assignee {
        self.pieces.get(piece).copied().unwrap_or(Assignee::Nobody)
    }

    /// Its own reader reads the piece whose turn it is.
    pub fn own(&mut self, piece: usize) {
        if let Some(assignee) = self.pieces.get_mut(piece) {
            *assignee = Assignee::Own;
        }
    }

    /// The next piece for another. The last is left to its own reader, which ends the text.
    pub fn other(&mut self, other: usize) -> Option<usize> {
        let start = self.front - self.front % self.window;
        let free = |pieces: &Self, window: Range<usize>| window.rev().find(|&piece| pieces.pieces[piece] == Assignee::Nobody);
        let until = |end: usize| end.min(self.len().saturating_sub(1));
        let (near, far) = (self.front..until(start + self.window), start + self.window..until(start + 2 * self.window));
        let piece = free(self, near).or_else(|| free(self, far))?;
        self.pieces[piece] = Assignee::Other(other);
        Some(piece)
    }

    /// A piece's turn is over.
    pub fn done(&mut self, piece: usize) {
        self.front = piece + 1;
    }

    /// Another reads nothing more: what it was to read is its own reader's, unless it is among those that are there.
    pub fn lost(&mut self, other: usize, there: impl Fn(usize) -> bool) {
        let front = self.front;
        for (piece, assignee) in self.pieces.iter_mut().enumerate().skip(front) {
            if *assignee == Assignee::Other(other) && !there(piece) {
                *assignee = Assignee::Nobody;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_meet_in_the_middle_of_each_window() {
        let mut queue = WorkQueue::new(20, 1);
        queue.own(0);
        queue.own(1);
        assert_eq!([0; 5].map(|_| queue.other(0)), [7, 6, 5, 4, 3].map(Some));
        queue.own(2);
        // The window is given away: each goes on in the next.
        assert_eq!([queue.other(0), queue.other(0)], [Some(15), Some(14)]);
    }

    proptest! {
        #[test]
        fn every_piece_is_read_once_and_in_turn(
            pieces in 1_usize..60,
            others in 0_usize..5,
            steps in prop::collection::vec(0_usize..7, 0..400),
        ) {
            let mut queue = WorkQueue::new(pieces, others);
            let mut given = std::collections::BTreeMap::new();
            // Its own reader takes the turns; the worker that is drawn requests a piece.
            let mut turn = 0;
            for step in steps.into_iter().chain(core::iter::repeat_n(0, 4 * pieces)) {
                if step > 0 && step <= others && let Some(piece) = queue.other(step - 1) {
                    prop_assert!(piece + 1 < pieces && piece >= turn && piece < turn + 2 * EACH * (1 + others));
                    prop_assert_eq!(given.insert(piece, step), None);
                }
                if step == 6 && others > 0 {
                    queue.lost(0, |piece| piece % 2 == 0);
                    given.retain(|&piece, of| *of != 1 || piece % 2 == 0 || piece < turn);
                }
                if step == 0 && turn < pieces {
                    if queue.assignee(turn) == Assignee::Nobody {
                        queue.own(turn);
                        prop_assert_eq!(given.insert(turn, 0), None);
                    }
                    queue.done(turn);
                    turn += 1;
                }
            }
            prop_assert_eq!((turn, given.len()), (pieces, pieces));
        }
    }
}
