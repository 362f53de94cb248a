//! Small pieces of text that several pages show.

use crate::i18n::pages::{self, Pages};
use crate::i18n::time;
use crate::model::{Preset, RangeChoice};
use crate::ui::state::App;
use crate::wire::RateLevel;
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
pub const fn rate_class(level: RateLevel) -> &'static str {
    match level {
        RateLevel::Low => "rate",
        RateLevel::Raised => "rate warn",
        RateLevel::High => "rate bad",
    }
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
