//! What a user opens, as the page holds it.

use crate::wire::{Member, MemberSource, Rebase, file_place};
use web_sys::Blob;

/// Where it lies, with the files, which stay with the page; kept so that a lost worker can load it again.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    /// What the page calls it.
    pub name: String,
    /// One, or several that are read into one data set.
    pub members: Vec<Member>,
    /// The files among them, in their order.
    pub files: Vec<Blob>,
    pub rebase: Option<Rebase>,
    /// The importer that was chosen, by its name.
    pub read_as: Option<String>,
    /// The one that the deployment names for it, where none was chosen.
    pub own: Option<String>,
    /// Calls that several members hold count once.
    pub once: bool,
}

impl Handle {
    /// A source by itself.
    pub fn of(source: MemberSource) -> Self {
        Self { name: source.name().to_owned(), members: vec![(source, None)], ..Self::default() }
    }

    /// The file of a member, where it is one.
    pub fn file(&self, member: usize) -> Option<&Blob> {
        self.files.get(file_place(&self.members, member)?)
    }
}
