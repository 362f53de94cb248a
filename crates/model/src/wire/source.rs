//! Where calls come from.

use serde::{Deserialize, Serialize};

/// One source, or one of several that are read into one data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MemberSource {
    /// A file, which travels beside the message ([`file_place`]).
    File { name: String },
    /// A feed's address, absolute. `name` is what the page calls it; `live`: now is the clock, else the newest call.
    /// `access`: what its server wants besides.
    Url { name: String, url: String, live: bool, access: Access },
    /// Text from the clipboard.
    Text { name: String, text: String },
    /// What was kept in this browser under this name.
    Kept { name: String },
}

/// A source with the importer that was chosen for it alone.
pub type Member = (MemberSource, Option<String>);

impl MemberSource {
    pub fn name(&self) -> &str {
        match self {
            MemberSource::File { name }
            | MemberSource::Url { name, .. }
            | MemberSource::Text { name, .. }
            | MemberSource::Kept { name } => name,
        }
    }
}

/// The place of a member's file among the files beside a message; `None` where it is no file. Files are in the order of their members.
pub fn file_place(members: &[Member], member: usize) -> Option<usize> {
    let is_file = |(source, _): &Member| matches!(source, MemberSource::File { .. });
    members.get(member).filter(|member| is_file(member))?;
    Some(members[..member].iter().filter(|member| is_file(member)).count())
}

/// How a feed is requested, beyond its address. Headers may be secrets: they are in memory alone, in no link, log or export.
///
/// One text, as `public/boot.js` makes it (credentials mode, then names and values of headers, with tabs between; empty: nothing of
/// all this), so that the first view only passes it on.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access(String);

impl Access {
    /// What the boot script left.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Neither headers nor cookies: for every origin but the feed's own.
    pub fn anonymous() -> Self {
        Self("omit".to_owned())
    }

    /// Whether requests carry what is for the feed's own origin alone: headers, or cookies of another origin than the page's. (The browser's
    /// default mode sends cookies to the page's own origin, and to no other that a redirect leads to.)
    pub fn has_secrets(&self) -> bool {
        self.credentials() == Some("include") || self.headers().next().is_some()
    }

    /// The Fetch standard's credentials mode; `None`: the browser's default.
    pub fn credentials(&self) -> Option<&str> {
        self.0.split('\t').next().filter(|mode| !mode.is_empty())
    }

    /// Names and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut parts = self.0.split('\t').skip(1);
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} headers", self.headers().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_in_the_order_of_their_members() {
        let file = |name: &str| (MemberSource::File { name: name.to_owned() }, None);
        let kept = (MemberSource::Kept { name: "k".to_owned() }, None);
        let members = [file("a"), kept, file("b")];
        assert_eq!([0, 1, 2, 3].map(|member| file_place(&members, member)), [Some(0), None, Some(1), None]);
    }

    #[test]
    fn access_is_taken_apart_as_the_boot_script_puts_it_together_and_never_shown() {
        let access = Access::new("include\tAuthorization\tBearer s3cret\tX-Empty\t");
        assert_eq!(access.credentials(), Some("include"));
        assert_eq!(access.headers().collect::<Vec<_>>(), [("Authorization", "Bearer s3cret"), ("X-Empty", "")]);
        assert_eq!(format!("{access:?}"), "2 headers");
        assert!(access.has_secrets() && Access::new("include").has_secrets() && Access::new("\tX-Api-Key\t1").has_secrets());
        assert!(!["", "omit", "same-origin"].into_iter().any(|mode| Access::new(mode).has_secrets()));
        assert!(!Access::anonymous().has_secrets() && Access::anonymous().credentials() == Some("omit"));
        for nothing in [Access::default(), Access::new("")] {
            assert_eq!((nothing.credentials(), nothing.headers().count()), (None, 0));
        }
    }
}
