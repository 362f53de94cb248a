//! The head of a printed page: what is shown, of which data, range, zone and filters, and when it was printed. It is in the place of the controls.

use super::appbar::source_name;
use super::facet::{label_name, value_name};
use crate::i18n::common::Common;
use crate::i18n::pages::Pages;
use crate::i18n::{conditions, fill, time};
use crate::ui::paper::printing;
use crate::ui::state::App;
use crate::url::DataSource;
use crate::web::clock_ms;
use leptos::prelude::*;

/// Shown on paper alone.
#[component]
pub fn PaperHead() -> impl IntoView {
    let app = App::get();
    let printing = printing();
    let at = move |ms| app.zone.with(|zone| time::date_time(app.lang.get(), zone, ms, time::year(zone, app.now_ms.get())));
    let range = move || {
        let (lang, range) = (app.lang.get(), app.range.get());
        app.zone.with(|zone| {
            let words = time::range(lang, zone, range, time::year(zone, app.now_ms.get()));
            let (name, offset) = (app.zone_name.get(), time::offset(zone, range.last_ms()));
            let offset = (offset != name).then(|| format!("{}{offset}", app.t(Pages::Comma)));
            format!("{words}{}{name}{}", app.t(Pages::Comma), offset.unwrap_or_default())
        })
    };
    let source = move || {
        let source = app.view.with(|view| view.source.clone());
        let bundled = matches!(source, DataSource::Demo | DataSource::Azure);
        app.data.with(|data| data.as_ref().map(|data| if bundled { source_name(app, &source) } else { data.name.clone() }))
    };
    let newest =
        move || app.data.with(|data| data.as_ref().map(|data| fill(app.t(Common::Newest), &[("when", &at(data.newest_ms))])));
    move || {
        printing.get().then(|| {
            view! {
                <div class="paperhead">
                    <p>{range}<br/>{filters(app)}</p>
                    <p>
                        {source} <br/>
                        {fill(app.t(Pages::Printed), &[("when", &at(clock_ms()))])} {app.t(Pages::Comma)} {newest}
                    </p>
                </div>
            }
        })
    }
}

/// The filters in words; that there are none, too.
fn filters(app: App) -> String {
    let lang = app.lang.get();
    app.view.with(|view| {
        let named = view.filter.0.iter().filter(|(_, values)| !values.is_empty()).map(|(&label, values)| {
            let values: Vec<String> = values.iter().map(|value| value_name(lang, label, value)).collect();
            format!("{}: {}", label_name(lang, label), values.join(app.t(Pages::Comma)))
        });
        let asked = view.filter.1.iter().map(|of| format!("{}: {}", conditions::subject(lang, of), conditions::words(lang, of)));
        let said: Vec<String> = named.chain(asked).collect();
        if said.is_empty() { app.t(Pages::NoFilter).to_owned() } else { said.join(app.t(Common::Semicolon)) }
    })
}
