//! Values as links: a key or an address leads to the same page with its calls alone.

use crate::i18n::fill;
use crate::i18n::pages::Pages;
use crate::model::Dim;
use crate::ui::state::App;
use leptos::prelude::*;

/// `words` as a link to this view with the calls of a value alone; no link where the view is that already. `stop`: Tab comes to it.
pub fn only(app: App, dim: Dim, value: &str, words: String, stop: bool) -> AnyView {
    let wanted = [value.to_owned()];
    let here = app.view.with_untracked(|view| view.filter.get(dim) == Some(&wanted[..]));
    if here {
        return words.into_any();
    }
    let label = fill(app.t(Pages::OnlyCallsOf), &[("value", &words)]);
    let href = move || app.href(|view| view.filter = std::mem::take(&mut view.filter).with(dim, wanted.to_vec()));
    view! { <a class="to" href=href title=label tabindex=(!stop).then_some("-1")>{words}</a> }.into_any()
}
