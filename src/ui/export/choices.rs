//! The check boxes of the export dialog: a service's metrics, and what goes into the file beside them.

use crate::base::sorted;
use crate::i18n::common::Common;
use crate::i18n::export::Export;
use crate::i18n::{fill, metrics};
use crate::model::Metric;
use crate::ui::state::App;
use leptos::prelude::*;

/// What the dialog offers, asked when it opens.
#[derive(Clone, PartialEq)]
pub struct Offer {
    pub metrics: Vec<Metric>,
    pub buckets: u64,
    pub calls: u64,
}

/// `off`: while that is chosen, this one does not apply.
#[component]
pub fn Tick(
    words: Export,
    #[prop(into)] note: Signal<Option<String>>,
    on: RwSignal<bool>,
    #[prop(optional)] off: Option<RwSignal<bool>>,
) -> impl IntoView {
    let app = App::get();
    let is_off = move || off.is_some_and(|off| off.get());
    view! {
        <label class="check">
            <input
                type="checkbox"
                disabled=is_off
                prop:checked=move || on.get() && !is_off()
                on:change:target=move |event| on.set(event.target().checked())
            />
            <span>{move || app.t(words)}</span>
            <span class="u">{move || note.get()}</span>
        </label>
    }
}

/// The service's metrics, all selected.
#[component]
pub fn Metrics(offer: RwSignal<Option<Offer>>, off: RwSignal<sorted::Set<Metric>>) -> impl IntoView {
    let app = App::get();
    let count = move || offer.with(|o| o.as_ref().map_or(0, |o| o.metrics.len()));
    let left = move || {
        count() - offer.with(|o| o.as_ref().map_or(0, |o| o.metrics.iter().filter(|m| off.with(|off| off.contains(m))).count()))
    };
    let all = move |on: bool| {
        off.update(|off| {
            off.clear();
            if !on {
                offer.with_untracked(|o| off.extend(o.iter().flat_map(|o| o.metrics.iter().copied())));
            }
        });
    };
    let ticks = move || {
        let metrics = offer.with(|o| o.as_ref().map(|o| o.metrics.clone()).unwrap_or_default());
        metrics
            .into_iter()
            .map(|metric| {
                let change = move |on: bool| {
                    off.update(|off| {
                        if on {
                            off.remove(&metric);
                        } else {
                            off.insert(metric);
                        }
                    });
                };
                view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || off.with(|off| !off.contains(&metric))
                            on:change:target=move |event| change(event.target().checked())
                        />
                        <span>{move || metrics::metric(app.lang.get(), metric)}</span>
                        <span class="u">{move || metrics::metric_unit(app.lang.get(), metric)}</span>
                    </label>
                }
            })
            .collect_view()
    };
    view! {
        <label class="checkall">
            <input
                type="checkbox"
                prop:checked=move || left() == count()
                prop:indeterminate=move || (1..count()).contains(&left())
                on:change:target=move |event| all(event.target().checked())
            />
            {move || app.t(Export::AllMetrics)}
            <span>{move || fill(app.t(Common::SomeOf), &[("n", &left().to_string()), ("all", &count().to_string())])}</span>
        </label>
        <div class="checks">{ticks}</div>
    }
}
