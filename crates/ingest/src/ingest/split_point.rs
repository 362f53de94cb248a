//! Split points: where a text can be cut so that its segments can be parsed in parallel, and the
//! result of a segment that one reader parsed for another.
//!
//! The bytes alone do not show whether a place in the middle of a text is between two records. So a
//! segment is parsed as if it began at a split point of a kind that the main reader has already
//! passed. The result counts only if the main reader reaches that byte in the same state.

use super::scan::state::Layout;
use memchr::{memrchr, memrchr_iter};
use serde::{Deserialize, Serialize};

/// A cut is looked for among so many bytes before the place where one is wanted.
pub const CUT_WITHIN: usize = 64 * 1024;

/// A place between two records, as its reader is there: whatever follows is read alike at any place of the same kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitPoint {
    /// Each record fills its line; else they are elements of an array.
    pub lines: bool,
    /// The array is a member of a document.
    pub(super) document: bool,
    /// Nothing of its line came before.
    pub(super) fresh: bool,
    /// How values of the top level lie.
    pub(super) layout: Layout,
    /// What each cell of a table's records is, by its header.
    pub(super) cells: Vec<Option<usize>>,
}

impl SplitPoint {
    /// Between two lines of which each is a record, or a part of one; of a table, what its cells are.
    pub(super) const fn of_lines(cells: Vec<Option<usize>>) -> Self {
        Self { lines: true, document: false, fresh: true, layout: Layout::Lines, cells }
    }
}

/// Where to cut: behind the last place among the bytes at which a record may end. A guess, unless there is a line break and records fill lines.
pub fn cut(bytes: &[u8], lines: bool) -> Option<usize> {
    if let Some(at) = memrchr(b'\n', bytes) {
        return Some(at + 1);
    }
    // An array that is all one line.
    let ends = |at: &usize| !lines && bytes[..*at].trim_ascii_end().ends_with(b"}") && opens(&bytes[at + 1..]);
    memrchr_iter(b',', bytes).find(ends).map(|at| at + 1)
}

/// Whether an object comes next.
fn opens(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{')
}

/// What was read of a piece beside its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentStats {
    pub bytes: u64,
    /// Line breaks in it.
    pub lines: u64,
    /// Records that are counted, sound or not, and those of them that are calls.
    pub records: u64,
    pub calls: u64,
    /// Fields passed over, with the number of calls that had them, in the order in which they were first seen.
    pub unknown_fields: Vec<(String, u64)>,
    /// Records that are sound but no calls, by what they are.
    pub passed: Vec<(String, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_behind_their_breaks_and_arrays_of_one_line_between_objects() {
        assert_eq!(cut(b"{}\n{}\n{\"a", true), Some(6));
        assert_eq!(cut(b"{\"a\":{}},{\"b", true), None);
        assert_eq!(cut(b"{\"a\":[1,2]}, {\"b\":[1,", false), Some(12));
        assert_eq!(cut(b"{\"a\":1} ,\t{\"b\":1},", false), Some(9));
        assert_eq!(cut(b"{\"a\":1,\"b\":[{}", false), None);
        assert_eq!(cut(b"", false), None);
    }
}
