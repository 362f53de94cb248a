//! Service Call Details, Monitoring tab (console-spec section 5).

use super::head::{ServiceBody, ServiceHead, Tabs};
use crate::i18n::pages::{self, Pages};
use crate::i18n::{fill, time};
use crate::ui::charts::Cross;
use crate::ui::components::FilterBar;
use crate::ui::pages::monitoring::Monitoring;
use crate::ui::state::App;
use leptos::prelude::*;

/// The page below the app bar.
#[component]
pub fn DetailsPage() -> impl IntoView {
    view! {
        <ServiceHead/>
        <FilterBar/>
        <Tabs>
            <Note/>
        </Tabs>
        <ServiceBody>
            <Monitoring/>
        </ServiceBody>
    }
}

/// The bucket that the crosshair reads, else what the sheet is made of:
/// `63 hourly buckets, Asia/Shanghai. Dotted: 14:00 is unfinished, 37 of 60 min. Hatched: no calls.`
#[component]
fn Note() -> impl IntoView {
    let app = App::get();
    move || {
        let (lang, precision, zone) = (app.lang.get(), app.precision.get(), app.zone_name.get());
        app.details.with(|d| {
            let d = d.as_ref().filter(|d| d.head.figures.calls > 0)?;
            if let Some(at) = Cross::get().at(d.buckets.starts_ms.len()).and_then(|at| d.buckets.starts_ms.get(at)) {
                let when = app.zone.with(|zone| time::bucket(lang, zone, precision, *at));
                return Some(view! { <b>{fill(app.t(Pages::Reading), &[("when", &when)])}</b> }.into_any());
            }
            let dotted = app.zone.with(|z| pages::unfinished(lang, z, precision, &d.buckets)).map(|t| format!(" {t}"));
            let hatched = d.bucket_calls.contains(&0).then(|| format!(" {}", app.t(Pages::Hatched)));
            let buckets = pages::buckets(lang, precision, d.buckets.starts_ms.len());
            let zone = format!("{}{zone}{}", app.t(Pages::Comma), app.t(Pages::Stop));
            Some(view! { <b>{buckets}</b>{zone}{dotted}{hatched} }.into_any())
        })
    }
}
