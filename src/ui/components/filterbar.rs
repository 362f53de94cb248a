//! The filter bar: time range, precision, filters, reset.

use super::facet::{FacetList, button_name, chosen_words, label_name};
use super::missing::MissingNotice;
use super::paper::PaperHead;
use super::popover::{Popover, press_later};
use super::range::RangeForm;
use super::rove::{rove, settle, stop};
use super::{Chevron, Glyph, Icon, popover};
use crate::i18n::common::Common;
use crate::i18n::states::States;
use crate::i18n::{Message, conditions, fill, metrics, time};
use crate::model::{Dim, Filter, Label, Matcher, Precision, Preset, RangeChoice};
use crate::ui::pages::parts::question::unused;
use crate::ui::state::App;
use crate::url::ViewState;
use crate::wire::{DataSet, Facet, Missing, Piece};
use leptos::html::Div;
use leptos::prelude::*;

/// The filter bar of a page, with the values that its reply lists (`facets`). The page offers some labels whatever the calls carry
/// (`always`), and precisions where it has buckets. Below is what its reply is `missing`. The range in words is at the right on the pages of a service.
#[component]
pub fn FilterBar(
    facets: Memo<Vec<Facet>>,
    always: &'static [Label],
    #[prop(optional)] precisions: bool,
    #[prop(optional)] missing: Option<Memo<Vec<(Piece, Missing)>>>,
) -> impl IntoView {
    let app = App::get();
    // Whether a filter beyond those always offered is one of this page's.
    let unused = Memo::new(move |_| Label::Dim(app.view.with(unused)));
    let is_filter = |label| matches!(label, Label::Dim(dim) if Dim::FILTERS.contains(&dim)) || matches!(label, Label::Named(_));
    let offers = move |label: Label| is_filter(label) && !always.contains(&label) && label != unused.get();
    let added = RwSignal::new(Vec::<Label>::new());
    // Filters with a button: the page's own, those set, those just added.
    let shown = Memo::new(move |_| {
        let mut labels = always.to_vec();
        let mut more: Vec<Label> =
            app.view.with(|view| view.filter.0.keys().copied().filter(|label| view.filter.get(*label).is_some()).collect());
        added.with(|added| more.extend(added.iter().filter(|label| !more.contains(label)).copied().collect::<Vec<_>>()));
        more.sort_unstable();
        labels.extend(more.into_iter().filter(|label| offers(*label)));
        labels
    });
    // Where it scrolls sideways, a choice made at its end leaves the range in sight.
    let strip = NodeRef::<Div>::new();
    Effect::new(move |_| {
        app.view.track();
        if let Some(strip) = strip.get() {
            strip.set_scroll_left(0);
        }
    });
    view! {
        <PaperHead/>
        <div class="filters" node_ref=strip role="group" aria-label=move || app.t(Common::Filters)>
            <Ranges/>
            {precisions.then(|| view! { <Precisions/> })}
            <span class="bar"></span>
            <For each=move || shown.get() key=|label| *label let:label>
                <FilterButton of=label facets=facets/>
            </For>
            <Conditions/>
            <AddFilter offers=Callback::new(offers) shown=shown added=added/>
            <button
                class="btn btn--bare tight"
                type="button"
                aria-label=move || app.t(Common::ResetFilters)
                title=move || app.t(Common::ResetFilters)
                on:click=move |_| {
                    added.set(Vec::new());
                    app.update(|view| reset(view, &app.base()));
                }
            >
                <Icon of=Glyph::Reset/>
                <span class="txt">{move || app.t(Common::Reset)}</span>
            </button>
            <span class="grow"></span>
            {move || app.view.with(|v| v.page.is_of_service()).then(|| view! { <RangeWords/> })}
        </div>
        <div class="busy" data-on=move || app.busy.get().to_string() role="progressbar" aria-label=move || app.t(Common::Computing)></div>
        {missing.map(|missing| view! { <MissingNotice missing/> })}
    }
}

/// Back to all calls of the default range. A version is part of what is looked at, not a filter.
fn reset(view: &mut ViewState, default: &ViewState) {
    let versions = view.filter.get(Dim::Version).unwrap_or_default().to_vec();
    view.filter = Filter::default().with(Dim::Version, versions);
    view.range = view.source.range(default);
    view.precision = default.precision;
    view.zoomed_from = None;
}

/// Presets and the custom range.
#[component]
fn Ranges() -> impl IntoView {
    let app = App::get();
    let open = RwSignal::new(false);
    let choice = Memo::new(move |_| app.view.with(|v| v.range));
    let is_cut = Memo::new(move |_| app.data.with(|d| d.as_ref().is_some_and(DataSet::is_long)));
    let presets = Preset::ALL
        .into_iter()
        .map(|preset| {
            view! {
                <button
                    type="button"
                    tabindex=move || stop(choice.get() == RangeChoice::Preset(preset))
                    aria-pressed=move || (choice.get() == RangeChoice::Preset(preset)).to_string()
                    on:click=move |_| {
                        app.update(|view| {
                            view.range = RangeChoice::Preset(preset);
                            view.zoomed_from = None;
                        })
                    }
                >
                    {move || metrics::preset(app.lang.get(), preset, is_cut.get())}
                </button>
            }
        })
        .collect_view();
    view! {
        <span class="seg" role="toolbar" aria-label=move || app.t(Common::TimeRange) on:keydown=rove on:focusin=settle>
            {presets}
            <button
                type="button"
                tabindex=move || stop(matches!(choice.get(), RangeChoice::Custom(_)))
                aria-pressed=move || matches!(choice.get(), RangeChoice::Custom(_)).to_string()
                popovertarget="p-range"
            >
                {move || app.t(Common::Custom)}
            </button>
        </span>
        <Popover id="p-range" class="pop pop--range" open=open.write_only()>
            {move || open.get().then(|| view! { <RangeForm popover_id="p-range"/> })}
        </Popover>
    }
}

/// The precisions that the range allows; why the others are not offered.
#[component]
fn Precisions() -> impl IntoView {
    let app = App::get();
    let offered = Memo::new(move |_| {
        let range = app.range.get();
        Precision::ALL.map(|p| (p, app.allows(p, range)))
    });
    let buttons = move || {
        let one = |(precision, _)| {
            view! {
                <button
                    type="button"
                    tabindex=move || stop(app.precision.get() == precision)
                    aria-pressed=move || (app.precision.get() == precision).to_string()
                    on:click=move |_| app.update(|view| view.precision = Some(precision))
                >
                    {move || metrics::precision(app.lang.get(), precision)}
                </button>
            }
        };
        offered.get().into_iter().filter(|(_, allowed)| *allowed).map(one).collect_view()
    };
    let why = move || {
        let lang = app.lang.get();
        let one = |(precision, _): (Precision, bool)| {
            let name = metrics::precision(lang, precision);
            match precision.days_max() {
                1 => fill(Common::OnlyUpToDay.text(lang), &[("precision", name)]),
                n => fill(Common::OnlyUpToDays.text(lang), &[("precision", name), ("n", &n.to_string())]),
            }
        };
        let reasons: Vec<_> = offered.get().into_iter().filter(|(_, allowed)| !allowed).map(one).collect();
        (!reasons.is_empty()).then(|| reasons.join(Common::Semicolon.text(lang)))
    };
    view! {
        <span class="lead" id="l-prec">
            {move || app.t(Common::Precision)}
        </span>
        <span class="seg" role="toolbar" aria-labelledby="l-prec" aria-describedby="why-prec" on:keydown=rove on:focusin=settle>
            {buttons}
        </span>
        <span class="why" id="why-prec" hidden=move || why().is_none()>
            {why}
        </span>
    }
}

/// A filter's button with its popover.
#[component]
fn FilterButton(of: Label, facets: Memo<Vec<Facet>>) -> impl IntoView {
    let app = App::get();
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| app.view.with(|v| v.filter.get(of).unwrap_or_default().to_vec()));
    let distinct = Memo::new(move |_| facets.with(|f| f.iter().find(|f| f.label == of).map_or(0, |f| f.distinct)));
    let id = format!("p-{}", of.key());
    let content_id = id.clone();
    view! {
        <button
            class="btn"
            class:is-set=move || chosen.with(|c| !c.is_empty())
            type="button"
            id=format!("b-{}", of.key())
            popovertarget=id.clone()
            title=move || button_name(app.lang.get(), of).1
        >
            <span class="lbl">{move || button_name(app.lang.get(), of).0}</span>
            {move || button_name(app.lang.get(), of).1.map(|also| view! { <span class="lbl also">{also}</span> })}
            <b>{move || chosen.with(|c| chosen_words(app.lang.get(), of, c, distinct.get()))}</b>
            <Chevron/>
        </button>
        <Popover id=id open=open.write_only()>
            {move || {
                open.get().then(|| view! { <FacetList of=of popover_id=content_id.clone() facets=facets/> })
            }}
        </Popover>
    }
}

/// What the address asks of calls beside lists of values.
#[component]
fn Conditions() -> impl IntoView {
    let app = App::get();
    let all = Memo::new(move |_| app.view.with(|v| v.filter.1.clone()));
    let chip = move |condition: Matcher| {
        let lang = app.lang.get();
        let (subject, words) = (conditions::subject(lang, &condition), conditions::words(lang, &condition));
        let label = fill(States::RemoveValue.text(lang), &[("dim", subject), ("value", &words)]);
        let remove = move |_| app.update(|view| view.filter.1.retain(|known| *known != condition));
        view! {
            <span class="chip">
                <span class="lbl">{subject}</span>
                {words}
                <button type="button" aria-label=label on:click=remove>
                    <Icon of=Glyph::X/>
                </button>
            </span>
        }
    };
    move || all.get().into_iter().map(chip).collect_view()
}

/// Offers the other labels that the calls carry: dimensions first.
#[component]
fn AddFilter(offers: Callback<Label, bool>, shown: Memo<Vec<Label>>, added: RwSignal<Vec<Label>>) -> impl IntoView {
    let app = App::get();
    let rest = Memo::new(move |_| {
        let new = |label: &Label| offers.run(*label) && !shown.with(|shown| shown.contains(label));
        let carried = |data: &DataSet| {
            let dims = Dim::FILTERS.into_iter().filter(|dim| data.dims.contains(dim)).map(Label::Dim);
            dims.chain(data.labels.names.iter().copied().map(Label::Named)).filter(new).collect::<Vec<_>>()
        };
        app.data.with(|data| data.as_ref().map(carried).unwrap_or_default())
    });
    let entries = move || {
        let one = |label: Label| {
            let add = move |_| {
                popover::hide("p-add");
                added.update(|a| a.push(label));
                press_later(format!("b-{}", label.key()));
            };
            view! { <button type="button" on:click=add>{label_name(app.lang.get(), label)}</button> }
        };
        let rest = rest.get();
        if rest.is_empty() {
            return view! { <p class="pop__none">{app.t(Common::NoMoreFilters)}</p> }.into_any();
        }
        rest.into_iter().map(one).collect_view().into_any()
    };
    view! {
        <button class="btn btn--bare tight" type="button" aria-label=move || app.t(Common::AddFilter) popovertarget="p-add">
            <Icon of=Glyph::Plus/>
            <span class="txt">{move || app.t(Common::Filter)}</span>
        </button>
        <Popover id="p-add" class="pop menu">
            {entries}
        </Popover>
    }
}

/// The range on the wall, with the zone where no app bar names it.
#[component]
fn RangeWords() -> impl IntoView {
    let app = App::get();
    let words = move || app.zone.with(|z| time::range(app.lang.get(), z, app.range.get(), time::year(z, app.now_ms.get())));
    view! {
        <span class="range">
            {words} " " <span class="zone">{move || app.zone_name.get()}</span>
        </span>
    }
}
