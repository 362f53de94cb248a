//! Theme and language as a user chose them for this browser: kept where it has storage, and in no address. `public/boot.js` reads them before the
//! first paint and has them count as if the configuration said so.

use crate::i18n::Lang;
use crate::ui::state::App;
use crate::url::{Theme, ViewState};
use leptos::prelude::*;

/// What the keys of the storage begin with.
const KEY: &str = "callscope.";

/// Shows the page in a theme from now on.
pub fn choose_theme(app: App, theme: Theme) {
    choose(app, "theme", theme.key(), move |view| view.theme = Some(theme));
}

/// Shows the page in a language from now on.
pub fn choose_lang(app: App, lang: Lang) {
    choose(app, "lang", lang.key(), move |view| view.lang = Some(lang.key().to_owned()));
}

/// Where it cannot be kept, the address has it.
fn choose(app: App, key: &str, value: &str, change: impl Fn(&mut ViewState)) {
    if keep(key, value) {
        app.site.update_value(|site| change(&mut site.base));
    }
    app.replace(change);
}

fn keep(key: &str, value: &str) -> bool {
    // In a frame the embedding page decides.
    let framed = !window().parent().ok().flatten().is_some_and(|parent| parent == window());
    let storage = window().local_storage().ok().flatten();
    !framed && storage.is_some_and(|storage| storage.set_item(&format!("{KEY}{key}"), value).is_ok())
}
