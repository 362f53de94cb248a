//! Failed calls as bars: the strip above the codes, and the small bars of a row.

use super::canvas::paint;
use super::extent::extent_of;
use super::palette::palette;
use super::queue::soon;
use super::text::text_width;
use crate::base::num;
use crate::export::{axis::Axis, chart::layers};
use crate::i18n::charts::Charts;
use crate::i18n::fill;
use crate::scene::{self, Strip, flag};
use crate::ui::pages::failed::FailedState;
use crate::ui::paper::size;
use crate::ui::state::App;
use crate::wire::FailedReply;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// Failed calls per bucket of the last answer: the code looked into at the foot, then other 4xx, then 5xx.
#[component]
pub fn FailedStrip() -> impl IntoView {
    let app = App::get();
    let label = move || {
        let peak = |r: &FailedReply| r.exactness.mark(num::whole(r.total));
        app.reply::<FailedReply>().with(|r| r.as_ref().map(|r| fill(app.t(Charts::Strip), &[("n", &peak(r))])))
    };
    let canvas = NodeRef::<html::Canvas>::new();
    let extent = extent_of(canvas, size::STRIP);
    let palette = palette(app);
    let axis = Memo::new(move |_| {
        let (lang, zone) = (app.lang.get(), app.zone.get());
        app.reply::<FailedReply>()
            .with(|r| r.as_ref().map(|r| Arc::new(Axis { buckets: r.buckets.clone(), calls: Vec::new(), zone, lang })))
    });
    let own = app.own::<FailedState>();
    let laid = Memo::new(move |_| {
        let (extent, axis, status) = (extent.get(), axis.get()?, own.with(|own| own.status));
        if extent.is_empty() {
            return None;
        }
        let layers = app.reply::<FailedReply>().with(|r| r.as_ref().map(|r| layers(r, status)))?;
        let marks = axis.marks(scene::time_width(extent.css.0));
        let strip = scene::strip(extent.css, axis.count(), &layers, axis.buckets.last_unfinished, &marks);
        Some(Arc::new((strip, layers)))
    });
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            let (extent, palette, laid) = (extent.get(), palette.get(), laid.get());
            soon(canvas.clone(), move || paint(&canvas, extent, laid.as_ref().map_or(&[], |laid| &laid.0.shapes), palette));
        }
    });
    let (at, set_at) = signal(None::<usize>);
    let moved = move |event: leptos::ev::PointerEvent| {
        let under = laid.with_untracked(|l| l.as_ref().and_then(|l| l.0.ruler.at(f64::from(event.offset_x()))));
        if at.get_untracked() != under {
            set_at.set(under);
        }
    };
    let over = move || {
        let (i, laid, axis) = (at.get()?, laid.get()?, axis.get()?);
        let total: f64 = laid.1.iter().filter_map(|l| l.values.get(i)).sum();
        (i < axis.count()).then(|| reading(&laid.0, i, axis.name(i), num::fixed(total, 0)))
    };
    view! {
        <div class="failed__plot" on:pointermove=moved on:pointerdown=moved on:pointerleave=move |_| set_at.set(None)>
            <canvas class="plot__base" role="img" aria-label=label node_ref=canvas></canvas>
            <svg class="plot__over" aria-hidden="true">{over}</svg>
        </div>
    }
}

fn reading(strip: &Strip, bucket: usize, when: String, value: String) -> impl IntoView + use<> {
    let x = strip.ruler.x(bucket);
    let (_, foot) = strip.band();
    let place = flag(x, strip.size.0, text_width(&when, true), text_width(&value, true));
    view! {
        <line class="cur" x1=x x2=x y1="18" y2=foot></line>
        <g class="flag">
            <rect x=place.left y="0" width=place.width height="18" rx="2"></rect>
            <text x=place.text_from y="13"><tspan class="when">{when}</tspan></text>
            <text class="val" x=place.text_to y="13" text-anchor="end">{value}</text>
        </g>
    }
}

/// Width and height of the small bars, CSS pixels.
const MINI: (f64, f64) = (112.0, 22.0);

/// Values over time as small bars in a table row. `token` is a colour role such as `--e4-1`.
#[component]
pub fn MiniBars(values: Vec<f64>, token: &'static str) -> impl IntoView {
    let (width, height) = MINI;
    let bar = |((x, y), (w, h)): (scene::Point, scene::Point)| view! { <rect x=x y=y width=w height=h></rect> };
    let bars = scene::mini(&values, width, height).into_iter().map(bar).collect_view();
    let axis = height - 0.5;
    view! {
        <svg
            class="mini"
            viewBox=format!("0 0 {width} {height}")
            preserveAspectRatio="none"
            style=("--c", format!("var({token})"))
            aria-hidden="true"
        >
            <line class="ax" x1="0" x2=width y1=axis y2=axis></line>
            {bars}
        </svg>
    }
}
