//! Which pages there are.

/// A page, as links name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    #[default]
    Calls,
    /// Service Call Details, Monitoring tab.
    Details,
    /// Service Call Details, Failed Calls tab.
    Failed,
}

impl Page {
    pub const ALL: [Page; 3] = [Page::Calls, Page::Details, Page::Failed];

    /// Its name in links, which its own keys begin with.
    pub const fn key(self) -> &'static str {
        match self {
            Page::Calls => "calls",
            Page::Details => "details",
            Page::Failed => "failed",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.key() == key)
    }

    /// Whether it is about the one service that the view names.
    pub const fn is_of_service(self) -> bool {
        matches!(self, Page::Details | Page::Failed)
    }
}
