//! Labels of calls, which often equal those of the previous call.

use crate::ingest::json::Cursor;
use crate::ingest::labels;
use crate::model::Call;

/// The labels of the last call that had some.
#[derive(Debug, Default)]
pub struct Labels {
    /// As they were in its text.
    text: Vec<u8>,
    /// As a call has them.
    set: String,
    scratch: String,
    /// Whether the newest call has them.
    given: bool,
}

impl Labels {
    /// A call begins.
    #[inline(always)]
    pub const fn begin(&mut self) {
        self.given = false;
    }

    /// The byte behind the labels of the last call, where they are at `at` again.
    pub fn again(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        self.given = !self.text.is_empty() && bytes[at..].starts_with(&self.text);
        self.given.then_some(at + self.text.len())
    }

    /// Reads others. `None`: they are no labels.
    pub fn read(&mut self, text: &[u8]) -> Option<()> {
        self.text.clear();
        self.scratch.clear();
        if text.first() != Some(&b'{') {
            return None;
        }
        labels::read(&mut Cursor::new(text).ok()?, &mut self.scratch, &mut self.set).ok()?;
        self.text.extend_from_slice(text);
        self.given = true;
        Some(())
    }

    /// The newest call with its labels; `None` where it has none.
    #[inline(always)]
    pub fn of<'c>(&'c self, call: &Call<'c>) -> Option<Call<'c>> {
        self.given.then(|| Call { labels: &self.set, ..*call })
    }
}
