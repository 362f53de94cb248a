//! The body of a table that may be long: beyond a few hundred rows only those near the window exist, with room kept for the others. On paper
//! there are thousands, and below them how many are not.

use crate::base::num;
use crate::i18n::fill;
use crate::i18n::pages::Pages;
use crate::model::window::LongList;
use crate::ui::paper::printing;
use crate::ui::state::App;
use leptos::html::Tbody;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use send_wrapper::SendWrapper;

/// Tables up to so many rows are whole.
const WHOLE_MAX: usize = 300;
/// Rows that are printed; a browser takes seconds to lay out so many.
const PRINTED_MAX: usize = 5_000;
/// Rows come and go so many at a time.
const STEP: usize = 32;
/// Height of a row until one has been measured, CSS pixels.
const ROW_PX: f64 = 34.0;
/// Number of the first row below the header, counted from 1 as screen readers count.
const FIRST: usize = 2;

/// The rows `0..total`, made by `row` of their numbers, which puts `aria-rowindex` on them ([`row_index`]). `version` changes where rows are
/// others than before. What scrolls, the page or a frame around the table, is found by looking where the body lies.
#[component]
pub fn LongBody(
    #[prop(into)] total: Signal<usize>,
    #[prop(into)] version: Signal<u32>,
    row: impl Fn(usize) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let body = NodeRef::<Tbody>::new();
    // Where the rows in sight begin, below the upper edge of the body, and how high the window on them is.
    let (place, set_place) = signal((0.0, 0.0));
    let (row_px, set_row_px) = signal(ROW_PX);
    let printing = printing();
    let list = move || LongList { rows: total.get() as u64, row_px: row_px.get() };
    let range = Memo::new(move |_| {
        let rows = total.get();
        if rows <= WHOLE_MAX || printing.get() {
            return (0, rows.min(PRINTED_MAX));
        }
        let (scroll_px, view_px) = place.get();
        let seen = list().in_sight(scroll_px, view_px);
        (seen.first as usize / STEP * STEP, (seen.end as usize).next_multiple_of(STEP).min(rows))
    });
    let measure = move || {
        // The table may have gone while the next frame was waited for.
        let (Some(rows), Some(Some(body)), Some(_)) =
            (total.try_get_untracked(), body.try_get_untracked(), place.try_get_untracked())
        else {
            return;
        };
        if rows <= WHOLE_MAX || printing.get_untracked() {
            return;
        }
        let rect = body.get_bounding_client_rect();
        let window_px = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or_default();
        let frame = body.closest(".scroll, .astable").ok().flatten().map(|frame| frame.get_bounding_client_rect());
        let (top, foot) = frame.map_or((0.0, window_px), |frame| (frame.top().max(0.0), frame.bottom().min(window_px)));
        if let Ok(Some(row)) = body.query_selector("tr[aria-rowindex]") {
            let height = row.get_bounding_client_rect().height();
            if height > 1.0 && (height - row_px.get_untracked()).abs() > 0.01 {
                set_row_px.set(height);
            }
        }
        let now = ((top - rect.top()).max(0.0), (foot - top).max(0.0));
        if place.get_untracked() != now {
            set_place.set(now);
        }
    };
    follow(measure);
    Effect::new(move |_| {
        version.track();
        if body.get().is_some() {
            request_animation_frame(measure);
        }
    });
    let gap = move |rows: usize| format!("{}px", rows as f64 * row_px.get());
    view! {
        <tbody node_ref=body>
            <Show when=move || { range.get().0 > 0 }>
                <tr class="gap" aria-hidden="true" style=("height", move || gap(range.get().0))></tr>
            </Show>
            <For
                each=move || {
                    let (version, (first, end)) = (version.get(), range.get());
                    (first..end).map(move |i| (version, i))
                }
                key=|one| *one
                let:one
            >
                {row(one.1)}
            </For>
            <Show when=move || { range.get().1 < total.get() && !printing.get() }>
                <tr class="gap" aria-hidden="true" style=("height", move || gap(total.get().saturating_sub(range.get().1)))></tr>
            </Show>
            <Show when=move || { range.get().1 < total.get() && printing.get() }>
                <tr class="unprinted">
                    <td colspan="1000">{move || unprinted(total.get().saturating_sub(range.get().1))}</td>
                </tr>
            </Show>
        </tbody>
    }
}

/// How many rows paper does not show.
fn unprinted(rows: usize) -> String {
    fill(App::get().t(Pages::NotPrinted), &[("n", &num::whole(rows as u64))])
}

/// Whether a table of so many rows is so long that not all of them exist.
pub const fn is_long(rows: usize) -> bool {
    rows > WHOLE_MAX
}

/// A row's place for screen readers, the header being the first.
pub fn row_index(row: usize) -> String {
    (row + FIRST).to_string()
}

/// Runs `measure` whenever anything on the page has been scrolled or the window has got another size. Scrolling does not bubble: it is caught on its
/// way down.
fn follow(measure: impl Fn() + Copy + 'static) {
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    let scrolled = Closure::<dyn FnMut()>::new(measure);
    let target = document();
    let added = target.add_event_listener_with_callback_and_bool("scroll", scrolled.as_ref().unchecked_ref(), true);
    let kept = SendWrapper::new((target, scrolled, added));
    on_cleanup(move || {
        let (target, scrolled, _) = &*kept;
        // Refused only for what was never added.
        drop(target.remove_event_listener_with_callback_and_bool("scroll", scrolled.as_ref().unchecked_ref(), true));
        resized.remove();
    });
}
