//! Names that are in a call and are no field of ours.

use crate::ingest::call::Unknown;

/// Most names of one call that are no field of ours; a call with more is left.
const OTHERS_MAX: usize = 16;

/// Names that are no field of ours.
#[derive(Default)]
pub struct Others<'a> {
    names: [&'a str; OTHERS_MAX],
    len: usize,
}

impl<'a> Others<'a> {
    /// Takes a name; of one that occurs twice, one. `None`: there are too many.
    pub fn add(&mut self, name: &'a str) -> Option<()> {
        if !self.names[..self.len].contains(&name) {
            *self.names.get_mut(self.len)? = name;
            self.len += 1;
        }
        Some(())
    }

    /// Without names, for the next call.
    #[inline(always)]
    pub const fn clear(&mut self) {
        self.len = 0;
    }

    /// Counts them.
    #[inline(always)]
    pub fn count(&self, unknown: &mut Unknown) {
        self.names[..self.len].iter().for_each(|name| unknown.add(name));
    }
}
