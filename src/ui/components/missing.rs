//! What the page shown has no answer to: what is still being computed, what the source could not answer and why.

use super::{Glyph, Icon};
use crate::i18n::pages::Pages;
use crate::i18n::states::States;
use crate::i18n::{fill, missing as words};
use crate::ui::state::App;
use crate::wire::{Missing, Piece};
use leptos::prelude::*;

fn name(app: App, piece: Piece) -> &'static str {
    words::piece(app.lang.get(), piece)
}

/// Two lines above the page's content, each where there is something to say.
#[component]
pub fn MissingNotice(missing: Memo<Vec<(Piece, Missing)>>) -> impl IntoView {
    let app = App::get();
    let asked = move || {
        let names: Vec<_> =
            missing.with(|all| all.iter().filter(|(_, why)| *why == Missing::Asked).map(|(of, _)| name(app, *of)).collect());
        let said = fill(app.t(Pages::StillAsked), &[("what", &names.join(app.t(Pages::Comma)))]);
        (!names.is_empty()).then(|| {
            view! {
                <div class="banner banner--info" role="status">
                    <Icon of=Glyph::Clock/>
                    <p>{said}</p>
                </div>
            }
        })
    };
    let failed = move || {
        let said: Vec<_> = missing.with(|all| all.iter().filter_map(|(of, why)| words::failed(name(app, *of), why)).collect());
        let words = fill(app.t(Pages::NotAnswered), &[("what", &said.join(app.t(Pages::Comma)))]);
        (!said.is_empty()).then(|| {
            view! {
                <div class="banner banner--warn" role="status">
                    <Icon of=Glyph::Warn/>
                    <p>{words}</p>
                    <button class="btn btn--sm" type="button" on:click=move |_| app.asked_again.update(|n| *n += 1)>
                        {move || app.t(States::TryAgain)}
                    </button>
                </div>
            }
        })
    };
    view! { {asked} {failed} }
}
