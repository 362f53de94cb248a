//! What the Details page shows.

use super::monitoring::Monitoring;
use super::state::DetailsState;
use crate::base::num;
use crate::i18n::details::{self as details_words, DetailsWords};
use crate::i18n::exact::{self, Exact};
use crate::i18n::pages::{self, Pages};
use crate::i18n::{metrics, time};
use crate::model::{Dim, Label, Line, Metric};
use crate::ui::charts::Cross;
use crate::ui::components::FilterBar;
use crate::ui::pages::parts::head::{ServiceBody, ServiceHead, Tabs};
use crate::ui::state::App;
use crate::wire::DetailsReply;
use leptos::prelude::*;

/// The page below the app bar.
#[component]
pub fn DetailsPage() -> impl IntoView {
    let app = App::get();
    let reply = app.reply::<DetailsReply>();
    // The panes share it.
    app.own::<DetailsState>();
    let facets = Memo::new(move |_| reply.with(|r| r.as_ref().map(|r| r.head.facets.clone()).unwrap_or_default()));
    let missing = Memo::new(move |_| reply.with(|r| r.as_ref().map(|r| r.missing.clone()).unwrap_or_default()));
    view! {
        <ServiceHead/>
        // docs/spec.md, section 5.
        <FilterBar facets missing always=&[Label::Dim(Dim::ApiKey), Label::Dim(Dim::Ip)] precisions=true/>
        <Tabs>
            <Note/>
        </Tabs>
        <ServiceBody>
            <Monitoring/>
        </ServiceBody>
    }
}

/// `63 hourly points, Asia/Shanghai. Dotted: 14:00 is incomplete (37 of 60 min). Hatched: no calls.`
///
/// While buckets are selected, what their calls sum up to. While one is read, `Reading Thu 12 10:00 on all charts.` is first.
#[component]
fn Note() -> impl IntoView {
    let app = App::get();
    let cross = Cross::get();
    move || {
        let (lang, precision, zone) = (app.lang.get(), app.precision.get(), app.zone_name.get());
        app.reply::<DetailsReply>().with(|d| {
            let d = d.as_ref().filter(|d| !d.head.figures.has_no_calls())?;
            let dotted = app.zone.with(|z| details_words::unfinished(lang, z, precision, &d.buckets)).map(|t| format!(" {t}"));
            let hatched = if d.has_unobserved() { app.t(Exact::HatchedUnobserved) } else { app.t(DetailsWords::Hatched) };
            let hatched = d.bucket_calls.contains(&0).then(|| format!(" {hatched}"));
            if let Some(brush) = cross.drawn(d.buckets.starts_ms.len()).map(|drawn| drawn.brush) {
                let sums = d.brushed(brush.first, brush.last);
                let comma = app.t(Pages::Comma);
                let [calls, failed, tokens] = sums.exactness;
                let failed = sums.failed.map(|n| {
                    let name = metrics::line(lang, Metric::Calls, Line::Failures);
                    format!("{comma}{name} {}", failed.mark(num::whole(n)))
                });
                let tokens = sums.tokens.map(|n| {
                    let (name, unit) = (metrics::metric(lang, Metric::Tokens), metrics::metric_unit(lang, Metric::Tokens));
                    format!("{comma}{name} {} {unit}", exact::value(Metric::Tokens, Some(n), tokens))
                });
                return Some(
                    view! { <span class="brushed"><b>{sums.calls.map(|n| calls.mark(pages::calls(lang, n)))}</b>{failed}{tokens}</span> }.into_any(),
                );
            }
            let read = cross.at(d.buckets.starts_ms.len()).and_then(|i| d.buckets.starts_ms.get(i));
            let (before, strong, after) = match read {
                Some(&at) => {
                    let (before, after) = app.t(DetailsWords::Reading).split_once("{when}").unwrap_or_default();
                    (before, app.zone.with(|z| time::bucket(lang, z, precision, at)), after.to_owned())
                }
                None => {
                    let buckets = details_words::buckets(lang, precision, d.buckets.starts_ms.len());
                    ("", buckets, format!("{}{zone}{}", app.t(Pages::Comma), app.t(Pages::Stop)))
                }
            };
            Some(view! { {before}<b>{strong}</b>{after}{dotted}{hatched} }.into_any())
        })
    }
}
