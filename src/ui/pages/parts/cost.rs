//! What the calls on show cost, where the deployment has a price sheet: requested beside the view, once the page is painted.

use crate::config;
use crate::i18n::pages::Pages;
use crate::i18n::{Lang, costs as words};
use crate::model::Dim;
use crate::model::price::PriceSheet;
use crate::ui::deployment;
use crate::ui::state::{Action, App};
use crate::view::Answer;
use crate::web::zones;
use crate::wire::{Cost, CostQuery, CostReply, Costs, Query, Selection};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::time::Duration;

/// Costs that take longer to come than this after a change of the view are not shown meanwhile.
const LATE: Duration = Duration::from_millis(500);

/// [`follow`].
pub type Follow = fn(App, RwSignal<Option<Costs>>);

/// What the calls on show cost; `None` where there is no price sheet, no call carries tokens, or it is not known yet.
pub fn costs(app: App) -> RwSignal<Option<Costs>> {
    let costs = RwSignal::new(None);
    if let Some(owner) = Owner::current().filter(|_| deployment::is_priced()) {
        spawn_local(async move {
            // The page may have been left meanwhile.
            if let Ok(follow) = pricing().await
                && !costs.is_disposed()
            {
                owner.with(|| follow(app, costs));
            }
        });
    }
    costs
}

/// Has the costs of the services table follow the view.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
fn pricing() -> Result<Follow, SplitLoaderError> {
    Ok(follow)
}

/// The configuration's price sheet.
pub fn sheet() -> Option<PriceSheet> {
    deployment::is_priced().then(|| config::read(&deployment::text("text"), zones::is_known).configuration.prices).flatten()
}

/// Asks what the calls of a selection cost.
pub fn question(sheet: &PriceSheet, selection: Selection) -> Query {
    let prices = sheet.models.iter().map(|(name, price)| (name.clone(), *price)).collect();
    Query::Cost(CostQuery { selection, prices })
}

/// What an answer says; `None` where no call carries tokens.
pub fn answer(sheet: &PriceSheet, packed: &Answer) -> Option<Costs> {
    let reply = packed.open::<CostReply>().filter(|reply| !reply.rows.is_empty())?;
    Some(Costs { currency: sheet.currency.clone(), reply })
}

/// The calls on show: on a service's pages, its own.
fn selection(query: Query) -> Option<Selection> {
    let (service, mut selection) = match query {
        Query::Calls(query) => return Some(query.selection),
        Query::Details(query) => (query.service, query.selection),
        Query::Failed(query) => (query.service, query.selection),
        _ => return None,
    };
    selection.filter = selection.filter.with(Dim::Service, vec![service]);
    Some(selection)
}

/// Requests the cost of the view whenever it changes. One question at a time, then the newest: questions sent apart are answered, however old.
pub fn follow(app: App, costs: RwSignal<Option<Costs>>) {
    let Some(sheet) = sheet() else { return };
    let sheet = StoredValue::new(sheet);
    // The generation of the data, and its calls on show.
    let shown = Memo::new(move |_| app.question().and_then(|(generation, query)| Some((generation, selection(query)?))));
    let asked = StoredValue::new(None::<(u32, Selection)>);
    let outdated = RwSignal::new(());
    Effect::new(move |_| {
        outdated.track();
        let Some(now) = shown.get() else { return };
        let late = now.clone();
        set_timeout(
            move || {
                // Costs of what was shown before would pass for those of what is shown.
                let waits = asked.try_with_value(Option::is_some) == Some(true);
                if waits && shown.try_get_untracked().flatten() == Some(late) {
                    costs.try_set(None);
                }
            },
            LATE,
        );
        // Questions about other data may never be answered.
        if asked.with_value(|asked| asked.as_ref().is_some_and(|asked| asked.0 == now.0)) {
            return;
        }
        asked.set_value(Some(now.clone()));
        let query = Box::new(sheet.with_value(|sheet| question(sheet, now.1.clone())));
        let then = Callback::new(move |answered: Option<(u32, Answer)>| {
            // The page may be gone.
            if asked.try_with_value(|asked| asked.as_ref() == Some(&now)) != Some(true) {
                return;
            }
            asked.set_value(None);
            if shown.get_untracked().as_ref() != Some(&now) {
                return outdated.set(());
            }
            let packed = answered.filter(|(generation, _)| *generation == now.0);
            costs.set(packed.and_then(|(_, packed)| sheet.with_value(|sheet| answer(sheet, &packed))));
        });
        app.act(Action::Ask { query, then });
    });
}

/// The cell of an amount in a table.
pub fn cell(lang: Lang, currency: &str, cost: &Cost) -> AnyView {
    let told = words::tell(lang, currency, cost);
    match told.amount {
        Some(amount) => view! { <td title=told.title>{amount}</td> }.into_any(),
        None => view! { <td><span class="na" title=told.title>"-"</span></td> }.into_any(),
    }
}

/// How many calls have no price, and why.
#[component]
pub fn Unpriced(costs: RwSignal<Option<Costs>>) -> impl IntoView {
    let app = App::get();
    let said = move || {
        let lang = app.lang.get();
        costs.with(|costs| words::unpriced(lang, &costs.as_ref()?.reply))
    };
    move || said().map(|(count, why)| view! { <p class="legend-note unpriced" role="note"><b>{count}</b><span>{why}</span></p> })
}

/// What the calls of the service on show cost, behind what else its head says of them: `, cost 1,234.50 EUR`.
#[component]
pub fn HeadCost() -> impl IntoView {
    let app = App::get();
    let costs = costs(app);
    let said = move || {
        let (lang, service) = (app.lang.get(), app.view.with(|v| v.service.clone()));
        costs.with(|costs| {
            let costs = costs.as_ref()?;
            words::headline(lang, &costs.currency, &costs.reply.of(&service, None))
        })
    };
    move || said().map(|(said, title)| view! { {app.t(Pages::Comma)}<span class="cost" title=title>{said}</span> })
}
