//! The small chart of a tile.

use super::canvas::paint;
use super::extent::extent_of;
use super::palette::palette;
use super::queue::soon;
use crate::export::axis::Axis;
use crate::scene::{self, Look, PaneLine};
use crate::ui::paper::size;
use crate::ui::state::App;
use crate::wire::CallsReply;
use leptos::html;
use leptos::prelude::*;

/// The shape over time of a tile of the Calls page, over the grey one of the period before.
///
/// `index` counts the tiles of the last answer, `colour` is a role such as `--s-total`, `label` says what a screen reader reads.
#[component]
pub fn Spark(index: usize, colour: &'static str, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let app = App::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let extent = extent_of(canvas, size::SPARK);
    let palette = palette(app);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let (extent, palette, lang, zone) = (extent.get(), palette.get(), app.lang.get(), app.zone.get());
        app.reply::<CallsReply>().with(|reply| {
            let Some((tile, buckets)) = reply.as_ref().and_then(|r| Some((r.tiles.get(index)?, &r.buckets))) else {
                return soon(canvas.clone(), move || paint(&canvas, extent, &[], palette));
            };
            let axis = Axis { buckets: buckets.clone(), calls: Vec::new(), zone, lang };
            let look = Look { token: colour, width: 1.5, area: true, halo: false };
            let line = PaneLine::exact(&tile.spark, look);
            let marks = axis.day_marks(extent.css.0);
            let shapes = scene::spark(extent.css, line, &tile.spark_before, buckets.last_unfinished, &marks);
            soon(canvas.clone(), move || paint(&canvas, extent, &shapes, palette));
        });
    });
    view! { <canvas class="spark" role="img" aria-label=label node_ref=canvas></canvas> }
}
