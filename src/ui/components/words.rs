//! Small pieces of text that several components show.

use crate::base::num;
use crate::i18n::common::Common;
use crate::i18n::{Lang, fill, plural, states};
use crate::ui::state::App;
use crate::wire::LoadFailure;
use leptos::prelude::*;

/// A number of calls in words: `6,942,840 calls`.
pub fn calls_words(lang: Lang, n: u64) -> String {
    fill(plural(lang, n, Common::CallOne, Common::CallMany), &[("n", &num::whole(n))])
}

/// A failure's fact in one sentence.
pub fn fact_words(app: App, failure: &LoadFailure) -> String {
    states::fact(app.lang.get(), failure.cause, &failure.name)
}
