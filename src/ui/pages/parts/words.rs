//! Small pieces of text that several pages show.

use crate::i18n::calls as calls_words;
use crate::i18n::pages::{self, Pages};
use crate::i18n::{Lang, time};
use crate::model::{Preset, RangeChoice};
use crate::ui::state::App;
use crate::wire::{self, Figures, RateLevel};
use leptos::prelude::*;

/// The range shown and which now it ends with: `10 Mar 00:00 – 12 Mar 14:37, now by the clock`.
#[component]
pub fn RangeWords() -> impl IntoView {
    let app = App::get();
    move || range_words(app)
}

/// See [`RangeWords`]; reactive.
pub fn range_words(app: App) -> String {
    let lang = app.lang.get();
    let range = app.range.get();
    let words = app.zone.with(|zone| time::range(lang, zone, range, time::year(zone, app.now_ms.get())));
    let fixed =
        matches!(app.view.with(|v| v.range), RangeChoice::Custom(_) | RangeChoice::Preset(Preset::Yesterday | Preset::Whole));
    let (live, demonstration) = app.data.with(|d| d.as_ref().map_or((true, false), |d| (d.follows_clock(), d.demonstration)));
    let now = match (app.view.with(|v| v.now_ms), live) {
        _ if fixed => return words,
        (Some(_), _) => Pages::NowPinned,
        (None, true) => Pages::NowByClock,
        (None, false) if demonstration => Pages::NowOpened,
        (None, false) => Pages::NowNewestCall,
    };
    format!("{words}{}{}", app.t(Pages::Comma), app.t(now))
}

/// `per hour`, by the precision in force.
pub fn hour_word(app: App) -> &'static str {
    app.t(pages::by_precision(app.precision.get(), [Pages::PerMinute, Pages::PerHour, Pages::PerDay]))
}

/// Class of a failure rate.
const fn rate_class(level: Option<RateLevel>) -> &'static str {
    match level {
        Some(RateLevel::Raised) => "rate warn",
        Some(RateLevel::High) => "rate bad",
        Some(RateLevel::Few | RateLevel::Low) | None => "rate",
    }
}

/// The cell of a failure rate, as `text`: its bar ends in a break where it is cut, and what it is of is said where that is little.
pub fn rate_cell(lang: Lang, figures: &Figures, percent: f64, text: Option<String>) -> AnyView {
    let (level, share) = (figures.rate_level(), wire::rate_share(percent));
    let few = calls_words::few(lang, figures);
    let title = few.clone();
    let (bar, cut) = (format!("{:.4}", share.min(1.0)), if share > 1.0 { "cut" } else { "" });
    view! {
        <td title=title>
            <span class=rate_class(level)>
                <i class=cut style=("--v", bar)></i>
                <span>{text}{few.map(|few| view! { <span class="sr">{few}</span> })}</span>
            </span>
        </td>
    }
    .into_any()
}

/// Whether a key presses what has the focus, as it does on a button. The page then does not scroll.
pub fn pressed(event: &leptos::ev::KeyboardEvent) -> bool {
    let pressed = matches!(event.key().as_str(), "Enter" | " ");
    if pressed {
        event.prevent_default();
    }
    pressed
}

/// Value of `aria-sort` for a header that is sorted by, or nothing.
pub fn aria_sort(active: bool, descending: bool) -> Option<&'static str> {
    active.then_some(if descending { "descending" } else { "ascending" })
}

/// `4xx`.
pub fn class_name(class: u8) -> String {
    format!("{class}xx")
}
