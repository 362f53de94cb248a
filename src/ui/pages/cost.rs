//! The column of costs of the services table, where the deployment has a price sheet: asked beside the view, once the table stands.

use crate::base::num;
use crate::config;
use crate::i18n::costs::Costs as Words;
use crate::i18n::{Lang, Message, fill, plural};
use crate::model::price::Price;
use crate::ui::state::{Action, App};
use crate::ui::{deployment, later, queries};
use crate::web::zones;
use crate::wire::{Cost, CostQuery, CostReply, Packed, Query};
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};

/// Amounts below one unit of the currency are shown with so many significant digits, at least and at most.
const SMALL_DIGITS: (f64, f64) = (2.0, 3.0);

/// What the calls shown cost.
#[derive(Clone, PartialEq)]
pub struct Costs {
    /// Three letters of ISO 4217.
    currency: String,
    pub reply: CostReply,
}

/// [`follow`].
pub type Follow = fn(App, RwSignal<Option<Costs>>);

/// The costs of the view; `None` where there is no price sheet, no call carries tokens, or they are not there yet.
pub fn costs(app: App) -> RwSignal<Option<Costs>> {
    let costs = RwSignal::new(None);
    if let Some(owner) = Owner::current().filter(|_| deployment::is_priced()) {
        spawn_local(async move {
            if let Ok(follow) = later::pricing().await {
                owner.with(|| follow(app, costs));
            }
        });
    }
    costs
}

/// Asks what the view costs whenever it changes.
pub fn follow(app: App, costs: RwSignal<Option<Costs>>) {
    let Some(sheet) = config::read(&deployment::text("text"), zones::is_known).configuration.prices else { return };
    let prices: Vec<(String, Price)> = sheet.models.into_iter().collect();
    let currency = StoredValue::new(sheet.currency);
    let turns = StoredValue::new(0_u32);
    let question = Memo::new(move |_| match queries::query(app) {
        Some((generation, Query::Calls(query))) => Some((generation, query.selection)),
        _ => None,
    });
    Effect::new(move |_| {
        let Some((generation, selection)) = question.get() else { return };
        turns.update_value(|turn| *turn += 1);
        let turn = turns.get_value();
        let then = Callback::new(move |answer: Option<(u32, Packed)>| {
            // The table may be gone, or a newer question on its way.
            if turns.try_get_value() != Some(turn) {
                return;
            }
            let reply = answer.filter(|(of, _)| *of == generation).and_then(|(_, packed)| packed.open::<CostReply>().ok());
            let reply = reply.filter(|reply| !reply.rows.is_empty());
            costs.try_set(reply.map(|reply| Costs { currency: currency.get_value(), reply }));
        });
        let query = Box::new(Query::Cost(CostQuery { selection, prices: prices.clone() }));
        app.act(Action::Ask { query, then });
    });
}

/// Writes the amounts of a table.
pub struct Money<'a> {
    lang: Lang,
    costs: &'a Costs,
    usual: Option<Function>,
    /// For what is less than one.
    small: Option<Function>,
}

impl<'a> Money<'a> {
    pub fn new(lang: Lang, costs: &'a Costs) -> Self {
        let format = |small| format(lang, &costs.currency, small).ok();
        Self { lang, costs, usual: format(false), small: format(true) }
    }

    /// The head of the column.
    pub fn head(&self) -> AnyView {
        view! {
            <th scope="col">
                {Words::Cost.text(self.lang)}
                <span class="unit">{self.costs.currency.clone()}</span>
            </th>
        }
        .into_any()
    }

    /// The cell of a service, or of one of its versions.
    pub fn of(&self, service: &str, version: Option<&str>) -> AnyView {
        self.cell(&self.costs.reply.of(service, version))
    }

    /// The cell of services together.
    pub fn sum<'s>(&self, services: impl IntoIterator<Item = &'s str>) -> AnyView {
        self.cell(&self.costs.reply.sum(services))
    }

    fn cell(&self, cost: &Cost) -> AnyView {
        let told = |one, many| fill(plural(self.lang, cost.unpriced, one, many), &[("n", &num::whole(cost.unpriced))]);
        let (Some(amount), Some(exact)) = (cost.amount(), cost.exact()) else {
            let why = if cost.carries_tokens() {
                told(Words::NoneOne, Words::NoneMany)
            } else {
                Words::NoTokens.text(self.lang).into()
            };
            return view! { <td><span class="na" title=why>"-"</span></td> }.into_any();
        };
        let exact = fill(Words::Exact.text(self.lang), &[("amount", &exact), ("currency", &self.costs.currency)]);
        let text = self.text(amount).unwrap_or_else(|| exact.clone());
        if cost.unpriced == 0 {
            return view! { <td title=exact>{text}</td> }.into_any();
        }
        let title = format!("{exact}\n{}", told(Words::AtLeastOne, Words::AtLeastMany));
        view! { <td title=title>"≥ " {text}</td> }.into_any()
    }

    fn text(&self, amount: f64) -> Option<String> {
        let format = if amount > 0.0 && amount < 1.0 { &self.small } else { &self.usual };
        format.as_ref()?.call1(&JsValue::UNDEFINED, &amount.into()).ok()?.as_string()
    }
}

/// The browser's way to write an amount.
fn format(lang: Lang, currency: &str, small: bool) -> Result<Function, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"style".into(), &"currency".into())?;
    Reflect::set(&options, &"currency".into(), &currency.into())?;
    if small {
        Reflect::set(&options, &"minimumSignificantDigits".into(), &SMALL_DIGITS.0.into())?;
        Reflect::set(&options, &"maximumSignificantDigits".into(), &SMALL_DIGITS.1.into())?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &"NumberFormat".into())?.dyn_into()?;
    let made = Reflect::construct(&constructor, &Array::of2(&lang.tag().into(), &options))?;
    Reflect::get(&made, &"format".into())?.dyn_into()
}

/// How many calls have no price, and why.
#[component]
pub fn Unpriced(costs: RwSignal<Option<Costs>>) -> impl IntoView {
    let app = App::get();
    let said = move || {
        let lang = app.lang.get();
        costs.with(|costs| {
            let reply = &costs.as_ref()?.reply;
            let n = reply.sum(reply.rows.iter().map(|row| row.name.as_str())).unpriced;
            let names = reply.unpriced.iter();
            let names = names.map(|(name, n)| fill(Words::NameCalls.text(lang), &[("name", name), ("n", &num::whole(*n))]));
            let names = names.collect::<Vec<_>>().join(Words::Between.text(lang));
            let why = if names.is_empty() { Words::WhyTotals } else { Words::Why };
            let count = fill(plural(lang, n, Words::NoneOne, Words::NoneMany), &[("n", &num::whole(n))]);
            (n > 0).then(|| (count, fill(why.text(lang), &[("names", &names)])))
        })
    };
    move || said().map(|(count, why)| view! { <p class="legend-note unpriced" role="note"><b>{count}</b><span>{why}</span></p> })
}
