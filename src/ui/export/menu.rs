//! The menus that export a table or chart. They only record the wish: the code for it is fetched then.

use crate::i18n::Message;
use crate::i18n::export::Export;
use crate::model::Metric;
use crate::ui::components::popover::hide;
use crate::ui::components::{Glyph, Icon, Popover};
use crate::ui::state::{App, How, What, Wish};
use leptos::prelude::*;

const TABLE: [(How, Export); 3] = [(How::Csv, Export::TakeCsv), (How::Json, Export::TakeJson), (How::Copy, Export::TakeCopy)];
const CHART: [(How, Export); 3] =
    [(How::Png, Export::TakePng), (How::Svg, Export::TakeSvg), (How::PrintSvg, Export::TakePrintSvg)];

/// A button that opens the ways to take a table out.
#[component]
pub fn TableMenu(id: &'static str, what: What, #[prop(into)] label: Signal<String>) -> impl IntoView {
    view! {
        <button class="btn btn--bare btn--icon" type="button" popovertarget=id aria-label=label title=label>
            <Icon of=Glyph::Down/>
        </button>
        <Popover id=id class="pop menu">{entries(what, &TABLE, move || hide(id))}</Popover>
    }
}

/// The entries of a chart's menu.
#[component]
pub fn ChartMenu(metric: Metric, close: Callback<()>) -> impl IntoView {
    let what = What::Chart(metric);
    view! {
        <hr/>
        {entries(what, &TABLE, move || close.run(()))}
        <hr/>
        {entries(what, &CHART, move || close.run(()))}
    }
}

fn entries(what: What, list: &'static [(How, Export)], close: impl Fn() + Copy + Send + 'static) -> AnyView {
    let app = App::get();
    list.iter()
        .map(|&(how, words)| {
            let take = move |_| {
                close();
                app.wish.set(Some(Wish::Piece(what, how)));
            };
            view! {
                <button type="button" on:click=take>
                    <Icon of=if how == How::Copy { Glyph::Table } else { Glyph::Down }/>
                    {move || words.text(app.lang.get())}
                </button>
            }
        })
        .collect_view()
        .into_any()
}
