//! The members of a source that is opened: which can be looked into, and what each is read as.

use crate::ui::handle::Handle;
use crate::ui::state::{Action, SourceHandle};
use crate::url::DataSource;
use crate::wire::{DataSet, Member, MemberSource};
use send_wrapper::SendWrapper;

/// Names of the members, with whether each can be looked into (what was kept has its columns already); none where there is but one.
pub fn members(handle: &Handle) -> Vec<(String, bool)> {
    let text = |(source, _): &Member| (source.name().to_owned(), !matches!(source, MemberSource::Kept { .. }));
    if handle.members.len() > 1 { handle.members.iter().map(text).collect() } else { Vec::new() }
}

/// The first of which nothing was read, else the first.
pub fn first(members: &[(String, bool)], data: Option<&DataSet>) -> usize {
    let unread = |name: &str| data.is_some_and(|data| data.parts.iter().any(|part| part.name == name && part.calls == 0));
    let can = |wanted: &dyn Fn(&str) -> bool| members.iter().position(|(name, text)| *text && wanted(name));
    can(&unread).or_else(|| can(&|_| true)).unwrap_or(0)
}

/// What the member is read as at present.
pub fn read_as(handle: &Handle, which: usize) -> Option<String> {
    let own = handle.members.get(which).and_then(|(_, own)| own.clone());
    own.or_else(|| handle.read_as.clone())
}

/// Reads them all again, this one as that and the others as they were.
pub fn with(opened: &SourceHandle, which: usize, read_as: &str) -> Option<Action> {
    let (DataSource::File(link), handle) = &**opened else { return None };
    let mut handle = handle.clone();
    for (i, (_, own)) in handle.members.iter_mut().enumerate() {
        match own {
            _ if i == which => *own = Some(read_as.to_owned()),
            None => own.clone_from(&handle.read_as),
            Some(_) => {}
        }
    }
    Some(Action::Open { link: link.clone(), handle: SendWrapper::new(handle) })
}
