//! The icon table: one line drawings on a 16 px square.

use crate::ui::deployment;
use crate::ui::state::App;
use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Chev,
    Right,
    Left,
    Plus,
    X,
    Search,
    Share,
    File,
    Moon,
    More,
    Down,
    Upload,
    Table,
    Cols,
    Expand,
    Log,
    Clock,
    Warn,
    Info,
    Check,
    Reset,
    Dot,
}

impl Glyph {
    /// The drawing.
    const fn path(self) -> &'static str {
        match self {
            Glyph::Chev => "M4 6l4 4 4-4",
            Glyph::Right => "M6 4l4 4-4 4",
            Glyph::Left => "M10 4L6 8l4 4",
            Glyph::Plus => "M8 3v10M3 8h10",
            Glyph::X => "M4 4l8 8M12 4l-8 8",
            Glyph::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM11 11l3 3",
            Glyph::Share => "M6 9.5l4.5-4.5M7 4l2-2a3.5 3.5 0 0 1 5 5l-2 2M9 12l-2 2a3.5 3.5 0 0 1-5-5l2-2",
            Glyph::File => "M9 2H4v12h8V5zM9 2v3h3",
            Glyph::Moon => "M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5z",
            Glyph::More => "M3.5 8h.01M8 8h.01M12.5 8h.01",
            Glyph::Down => "M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10",
            Glyph::Upload => "M8 11V3M4.5 6.5L8 3l3.5 3.5M3 13.5h10",
            Glyph::Table => "M2 3h12v10H2zM2 6.5h12M2 10h12M6.5 6.5V13",
            Glyph::Cols => "M2 3h12v10H2zM6 3v10M10 3v10",
            Glyph::Expand => "M9 3h4v4M7 13H3V9M13 3L9.5 6.5M3 13l3.5-3.5",
            Glyph::Log => "M2.5 2v11.5H14M5 11c1-5 4-7 8-8",
            Glyph::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.5V8l2.5 1.5",
            Glyph::Warn => "M8 2.5l6 11H2zM8 6.5v3.2M8 11.8h.01",
            Glyph::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.5M8 5h.01",
            Glyph::Check => "M3 8.5l3.5 3.5L13 5",
            Glyph::Reset => "M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5h2.6",
            Glyph::Dot => "M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
        }
    }
}

/// An icon. It says nothing to a screen reader: beside text it need not, alone its button carries an `aria-label`.
#[component]
pub fn Icon(of: Glyph) -> impl IntoView {
    svg_icon("icon", of)
}

/// The small grey arrow at the end of a button that opens something.
#[component]
pub fn Chevron() -> impl IntoView {
    svg_icon("icon chev", Glyph::Chev)
}

fn svg_icon(class: &'static str, of: Glyph) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true">
            <path d=of.path()></path>
        </svg>
    }
    .into_any()
}

/// The product's mark and name, or the deployment's own.
#[component]
pub fn Brand() -> impl IntoView {
    let (title, logo) = (App::get().title(), deployment::text("logo"));
    let mark = if logo.is_empty() {
        view! {
            <svg viewBox="0 0 20 20" aria-hidden="true">
                <circle cx="10" cy="10" r="8.25"></circle>
                <path d="M1.75 10H6l2-4.5 3.5 9L13.5 10h4.75"></path>
            </svg>
        }
        .into_any()
    } else {
        view! { <img src=logo alt=""/> }.into_any()
    };
    view! { {mark}<b>{title}</b> }
}

/// The arrow of a sorted column's header; its direction follows `aria-sort`.
#[component]
pub fn SortArrow() -> impl IntoView {
    view! {
        <svg class="sort" viewBox="0 0 8 8" aria-hidden="true">
            <path d="M0 2h8L4 7z"></path>
        </svg>
    }
}
