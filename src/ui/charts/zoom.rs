//! Zooming all charts to the selection, and the way back.

use super::cross::Cross;
use super::state::PaneState;
use crate::i18n::charts::Charts;
use crate::i18n::{fill, metrics, time};
use crate::model::RangeChoice;
use crate::scene::Brush;
use crate::ui::components::{Glyph, Icon};
use crate::ui::pages::details::DetailsState;
use crate::ui::state::App;
use crate::wire::DataSet;
use leptos::prelude::*;

/// Makes the selection the range, with that range's own precision, and remembers where to go back to. A zoom within a zoom goes back to where
/// the first one began; single steps are the browser's history.
pub fn zoom(state: PaneState, brush: Brush) {
    let until = state.app.range.get_untracked().to_ms;
    let range =
        state.axis.with_untracked(|a| a.as_ref().and_then(|a| brush.range(&a.buckets.starts_ms, &a.buckets.ends_ms, until)));
    // Of a range that does not begin and end on minutes, whole minutes may be more than a view can show.
    let Some(range) = range.filter(|range| range.fault().is_none()) else { return };
    state.cross.draw(None);
    state.cross.read(None);
    state.app.update(|v| {
        v.zoomed_from = Some(v.zoomed_from.unwrap_or(v.range));
        v.range = RangeChoice::Custom(range);
        v.precision = None;
        v.change(DetailsState::leave);
    });
}

/// The selection in words with what can be done with it, in the head of the chart where it was drawn.
#[component]
pub fn SelectionChip(state: PaneState) -> impl IntoView {
    let drawn = move || state.cross.drawn(state.buckets()).filter(|d| d.on == state.metric);
    move || {
        let brush = drawn()?.brush;
        let (when, length) = state.axis.with(|a| a.as_ref()?.selection(brush))?;
        Some(view! {
            <div class="selchip">
                <span class="when">{when}</span>
                <b>{length}</b>
                <button
                    class="btn btn--sm"
                    type="button"
                    title=state.app.t(Charts::ZoomAll)
                    aria-label=state.app.t(Charts::ZoomAll)
                    on:click=move |_| zoom(state, brush)
                >
                    {state.app.t(Charts::ZoomShort)}
                </button>
                <button
                    class="btn btn--sm btn--icon"
                    type="button"
                    aria-label=state.app.t(Charts::ClearSelection)
                    on:click=move |_| state.cross.draw(None)
                >
                    <Icon of=Glyph::X/>
                </button>
            </div>
        })
    }
}

/// The way back after a zoom; nothing without a zoom.
#[component]
pub fn ZoomBack() -> impl IntoView {
    let app = App::get();
    move || {
        let before = app.view.with(|v| v.zoomed_from)?;
        let lang = app.lang.get();
        let name = match before {
            RangeChoice::Preset(preset) => {
                metrics::preset(lang, preset, app.data.with(|d| d.as_ref().is_some_and(DataSet::is_long))).to_owned()
            }
            RangeChoice::Custom(range) => app.zone.with(|z| time::range(lang, z, range, time::year(z, app.now_ms.get()))),
        };
        let back = move |_| {
            let cross = Cross::get();
            cross.draw(None);
            cross.read(None);
            app.update(|v| {
                v.range = before;
                v.zoomed_from = None;
                v.precision = None;
            });
        };
        Some(view! {
            <button class="btn btn--sm" type="button" on:click=back>
                <Icon of=Glyph::Left/>
                {fill(app.t(Charts::BackTo), &[("range", &name)])}
            </button>
        })
    }
}
