//! A filter's popover: the values of a label with their calls, chosen in a draft until Apply.

use super::{Glyph, Icon, popover};
use crate::base::num;
use crate::i18n::common::Common;
use crate::i18n::conditions::Conditions;
use crate::i18n::{Lang, Message, fill, metrics};
use crate::model::{Dim, Label, Matcher, ServiceType};
use crate::ui::pages::parts::question;
use crate::ui::state::{Action, App};
use crate::view::Answer;
use crate::wire::{Facet, Query, ValuesQuery};
use leptos::ev;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long typing rests before the values that are not listed are searched.
const REST: Duration = Duration::from_millis(150);

/// What a filter's popover can say of its label, with the word of each in the control: values are chosen, or the text searched for is meant.
const OPERATORS: [(&str, Conditions); 4] =
    [("is", Conditions::Is), ("not", Conditions::Not), ("has", Conditions::Has), ("starts", Conditions::Starts)];

/// A filter's name on its button, and the common term beside it: MaaS calls API keys by what is done with them.
pub fn button_name(lang: Lang, label: Label) -> (&'static str, Option<&'static str>) {
    match label {
        Label::Dim(Dim::ApiKey) => (Conditions::CallingMethod.text(lang), Some(Conditions::CallingKey.text(lang))),
        other => (label_name(lang, other), None),
    }
}

/// A label's name as filters use it.
pub fn label_name(lang: Lang, label: Label) -> &'static str {
    match label {
        Label::Dim(Dim::Ip) => Common::Ip.text(lang),
        other => metrics::label(lang, other),
    }
}

/// A value as it is shown: `(none)` for the empty one, service types by their names.
pub fn value_name(lang: Lang, label: Label, value: &str) -> String {
    match (label, value) {
        (_, "") => Common::NoValue.text(lang).to_owned(),
        (Label::Dim(Dim::ServiceType), v) if v == ServiceType::My.as_str() => Common::MyServices.text(lang).to_owned(),
        (Label::Dim(Dim::ServiceType), v) if v == ServiceType::Commercial.as_str() => {
            Common::CommercialServices.text(lang).to_owned()
        }
        (_, other) => other.to_owned(),
    }
}

/// What a filter's button says: All, the one value, or how many of how many.
pub fn chosen_words(lang: Lang, label: Label, chosen: &[String], distinct: u32) -> String {
    match chosen {
        [] => Common::All.text(lang).to_owned(),
        [one] => value_name(lang, label, one),
        several => {
            let counts = [("n", &*several.len().to_string()), ("all", &num::whole(u64::from(distinct)))];
            fill(Common::SomeOf.text(lang), &counts)
        }
    }
}

/// The values listed: those with calls, then chosen ones that have none left.
fn listed(facet: Option<&Facet>, chosen: &[String]) -> Vec<(String, u64)> {
    let mut values = facet.map(|f| f.values.clone()).unwrap_or_default();
    for value in chosen {
        if !values.iter().any(|(v, _)| v == value) {
            values.push((value.clone(), 0));
        }
    }
    values
}

/// Searches the values of a label that are not listed.
fn search(app: App, of: Label, text: String, searched: RwSignal<(String, Vec<(String, u64)>)>) {
    let query = untrack(|| {
        let (view, search) = (app.view.get(), text.clone());
        let service = view.page.is_of_service().then(|| view.service.clone());
        ValuesQuery { service, selection: question::selection(app, &view), label: of, search }
    });
    let then = Callback::new(move |answer: Option<(u32, Answer)>| {
        let found = answer.and_then(|(_, answer)| answer.open::<Facet>());
        // The popover may have gone meanwhile.
        searched.try_set((text.clone(), found.map(|found| found.values).unwrap_or_default()));
    });
    app.act(Action::Ask { query: Box::new(Query::Values(query)), then });
}

/// Content of a filter's popover `popover_id`. Built when the popover opens: the draft starts as what is in force.
#[component]
pub fn FacetList(of: Label, popover_id: String, facets: Memo<Vec<Facet>>) -> impl IntoView {
    let app = App::get();
    let in_force = app.view.with_untracked(|v| v.filter.get(of).unwrap_or_default().to_vec());
    let draft = RwSignal::new(in_force.clone());
    let typed = RwSignal::new(String::new());
    let field = popover::focused();
    let facet = Memo::new(move |_| facets.with(|all| all.iter().find(|f| f.label == of).cloned()));
    let uncounted = Memo::new(move |_| facet.with(|f| f.as_ref().is_some_and(|f| f.uncounted)));
    let values = Memo::new(move |_| facet.with(|f| listed(f.as_ref(), &in_force)));
    let bar = move |calls: u64| facet.with(|f| f.as_ref().map_or(0.0, |f| f.bar(calls)));
    let text = Memo::new(move |_| typed.get().trim().to_owned());
    let is_cut = Memo::new(move |_| facet.with(|f| f.as_ref().is_some_and(Facet::is_cut)));
    // What was searched for among the values that are not listed, and what was found.
    let searched = RwSignal::new((String::new(), Vec::new()));
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        if let Some(timer) = timer.flatten() {
            timer.clear();
        }
        let text = text.get();
        if text.is_empty() || !is_cut.get() {
            return None;
        }
        set_timeout_with_handle(move || search(app, of, text, searched), REST).ok()
    });
    let found = Memo::new(move |_| {
        let (lang, typed) = (app.lang.get(), text.get());
        let small = typed.to_lowercase();
        let listed = |(v, _): &&(String, u64)| value_name(lang, of, v).to_lowercase().contains(&small);
        let mut found: Vec<(String, u64)> = values.with(|all| all.iter().filter(listed).cloned().collect());
        searched.with(|(text, more)| {
            let more = more.iter().filter(|_| *text == typed);
            let new: Vec<_> = more.filter(|(value, _)| !found.iter().any(|(known, _)| known == value)).cloned().collect();
            found.extend(new);
        });
        found
    });
    let label = move || label_name(app.lang.get(), of);
    // Within a sentence an English name begins small; an abbreviation and a feed's own name stay.
    let search = move || {
        let name = match of {
            Label::Dim(dim) if !matches!(dim, Dim::Ip | Dim::ApiKey) => label().to_lowercase(),
            _ => label().to_owned(),
        };
        fill(app.t(Common::SearchIn), &[("dim", &name)])
    };
    let id = StoredValue::new(popover_id);
    let operator = RwSignal::new(Conditions::Is);
    let apply = move || {
        let (chosen, text) = (draft.get_untracked(), typed.get_untracked().trim().to_owned());
        id.with_value(|id| popover::hide(id));
        let condition = match operator.get_untracked() {
            Conditions::Not => Matcher::NoneOf(of, chosen.clone()),
            Conditions::Has => Matcher::Contains(of, text.clone()),
            Conditions::Starts => Matcher::StartsWith(of, text.clone()),
            _ => Matcher::OneOf(of, chosen.clone()),
        };
        let says_something = if matches!(condition, Matcher::NoneOf(..)) { !chosen.is_empty() } else { !text.is_empty() };
        if !matches!(condition, Matcher::OneOf(..)) {
            if says_something {
                app.update(|view| view.filter.add(condition));
            }
        } else if app.view.with_untracked(|v| v.filter.get(of).unwrap_or_default() != chosen) {
            app.update(|view| view.filter = std::mem::take(&mut view.filter).with(of, chosen));
        }
    };
    let entered = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            apply();
        }
    };
    let set = move |value: &str, on: bool| {
        draft.update(|chosen| {
            chosen.retain(|v| v != value);
            if on {
                chosen.push(value.to_owned());
            }
        });
    };
    let row = move |(value, calls): (String, u64)| {
        let name = value_name(app.lang.get(), of, &value);
        let (is, change) = (value.clone(), value);
        view! {
            <label class="opt-row" style=("--v", format!("{:.3}", bar(calls)))>
                <input
                    type="checkbox"
                    prop:checked=move || draft.with(|chosen| chosen.contains(&is))
                    on:change=move |event| set(&change, event_target_checked(&event))
                    on:keydown=entered
                />
                <span class="nm" title=name.clone()>{name.clone()}</span>
                <span class="n">{(!uncounted.get()).then(|| num::compact(calls))}</span>
                <i></i>
            </label>
        }
        .into_any()
    };
    // A value beyond the most frequent ones is reached by its exact text.
    let beyond = move || {
        let text = text.get();
        let known = text.is_empty() || found.with(|all| all.iter().any(|(v, _)| *v == text));
        (is_cut.get() && !known).then(|| {
            let (is, change) = (text.clone(), text.clone());
            view! {
                <label class="opt-row">
                    <input
                        type="checkbox"
                        prop:checked=move || draft.with(|chosen| chosen.contains(&is))
                        on:change=move |event| set(&change, event_target_checked(&event))
                        on:keydown=entered
                    />
                    <span class="nm">{fill(app.t(Common::UseText), &[("text", &text)])}</span>
                    <span class="n"></span>
                </label>
            }
        })
    };
    let rows = move || {
        let found = found.get();
        if found.is_empty() {
            let text = text.get();
            let is_searching = is_cut.get() && searched.with(|(of, _)| *of != text);
            let words = fill(app.t(if is_searching { Common::Computing } else { Common::FoundNone }), &[("text", &text)]);
            return view! { <p class="pop__none">{words}</p> }.into_any();
        }
        found.into_iter().map(row).collect_view().into_any()
    };
    let cut_note = move || {
        facet.with(|f| {
            let f = f.as_ref().filter(|f| f.is_cut())?;
            let counts = [("n", &*f.values.len().to_string()), ("all", &num::whole(u64::from(f.distinct)))];
            Some(view! { <p class="pop__none">{fill(app.t(Common::ListCut), &counts)}</p> })
        })
    };
    let state = move || {
        let distinct = facet.with(|f| f.as_ref().map_or(0, |f| f.distinct));
        let all = num::whole(u64::from(distinct));
        draft.with(|chosen| match chosen.len() {
            0 => fill(app.t(Common::AllOf), &[("n", &all)]),
            n => fill(app.t(Common::SomeOf), &[("n", &n.to_string()), ("all", &all)]),
        })
    };
    let only_these = move |_| draft.set(found.with_untracked(|f| f.iter().map(|(v, _)| v.clone()).collect()));
    view! {
        <label class="pop__search">
            <Icon of=Glyph::Search/>
            <span class="sr">{search}</span>
            <input
                type="search"
                node_ref=field
                placeholder=search
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=entered
            />
        </label>
        <div class="pop__list" role="group" aria-label=label>
            {rows}
            {beyond}
        </div>
        {cut_note}
        <div class="pop__foot">
            <select
                aria-label=move || app.t(Conditions::Operator)
                on:change=move |event| {
                    let key = event_target_value(&event);
                    operator.set(OPERATORS.into_iter().find(|(known, _)| *known == key).map_or(Conditions::Is, |(_, of)| of));
                }
            >
                {move || {
                    OPERATORS
                        .into_iter()
                        .map(|(key, of)| view! { <option value=key selected=move || operator.get() == of>{app.t(of)}</option> })
                        .collect_view()
                }}
            </select>
            <span>{state}</span>
            <span class="grow"></span>
            {move || {
                (!typed.get().trim().is_empty() && found.with(|f| !f.is_empty()))
                    .then(|| view! { <button type="button" on:click=only_these>{app.t(Common::OnlyThese)}</button> })
            }}
            <button type="button" on:click=move |_| draft.set(Vec::new())>
                {move || app.t(Common::Clear)}
            </button>
            <button class="btn btn--sm btn--main" type="button" on:click=move |_| apply()>
                {move || app.t(Common::Apply)}
            </button>
        </div>
    }
}
