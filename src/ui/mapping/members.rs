//! The members of a source that is opened: which can be looked into, and what each is read as.

use crate::ui::state::{Action, Opened};
use crate::url::DataSource;
use crate::web::member::{Member, of_js, to_js};
use crate::wire::{DataSet, Source};
use leptos::wasm_bindgen::JsValue;
use send_wrapper::SendWrapper;

/// Names of the members, with whether each can be looked into (what was kept has its columns already); none where there is but one.
pub fn members(opened: &Opened) -> Vec<(String, bool)> {
    match &opened.source {
        Source::Files { files, .. } if files.len() > 1 => {
            let text = |member: &JsValue| !matches!(of_js(member.clone()), None | Some((Member::Kept(_), _)));
            files.iter().cloned().zip(opened.files.iter().map(text)).collect()
        }
        _ => Vec::new(),
    }
}

/// The first of which nothing was read, else the first.
pub fn first(members: &[(String, bool)], data: Option<&DataSet>) -> usize {
    let unread = |name: &str| data.is_some_and(|data| data.parts.iter().any(|part| part.name == name && part.calls == 0));
    let can = |wanted: &dyn Fn(&str) -> bool| members.iter().position(|(name, text)| *text && wanted(name));
    can(&unread).or_else(|| can(&|_| true)).unwrap_or(0)
}

/// What the member is read as at present.
pub fn read_as(opened: &Opened, which: usize) -> Option<String> {
    let own = opened.files.get(which).and_then(|member| of_js(member.clone())?.1);
    own.or_else(|| opened.read_as.clone())
}

/// Reads them all again, this one as that and the others as they were.
pub fn with(opened: &Opened, which: usize, read_as: &str) -> Option<Action> {
    let (Source::Files { name, files }, DataSource::File(link)) = (&opened.source, &opened.named) else { return None };
    let member = |(i, member): (usize, &JsValue)| match of_js(member.clone()) {
        Some((own, _)) if i == which => to_js(&own, Some(read_as)),
        Some((own, None)) => to_js(&own, opened.read_as.as_deref()),
        _ => member.clone(),
    };
    let files = SendWrapper::new(files.iter().cloned().zip(opened.files.iter().enumerate().map(member)).collect());
    Some(Action::OpenFiles { name: name.clone(), link: link.clone(), files })
}
