//! The services table (docs/spec.md, section 4): search, order, columns, versions below their service, the sum of the rows shown.

use super::services_head::Head;
use super::state::{CallsState, Sort};
use crate::i18n::calls::CallsWords;
use crate::i18n::exact::{self, Exact};
use crate::i18n::pages::{self, Pages};
use crate::i18n::{Lang, Message, fill, metrics};
use crate::model::{Column, Dim};
use crate::ui::components::{Edges, Glyph, Icon, LongBody, SortArrow, row_index, why_missing};
use crate::ui::pages::failed::FailedState;
use crate::ui::pages::parts::cost::{self, Unpriced, costs};
use crate::ui::pages::parts::words::{aria_sort, rate_cell};
use crate::ui::state::App;
use crate::url::{Page, ViewState};
use crate::wire::{self, CallsReply, Cost, Costs, Figures, Piece, ServiceOrder, ServiceRow};
use leptos::prelude::*;

/// Rows of the table beside those of its body.
const HEAD_AND_FOOT: usize = 2;

/// The table with its head.
#[component]
pub fn Services() -> impl IntoView {
    let app = App::get();
    let (own, reply) = (app.own::<CallsState>(), app.reply::<CallsReply>());
    let costs = costs(app);
    let known = Memo::new(move |_| known(costs));
    let columns = Memo::new(move |_| {
        let known = known.get();
        own.with(|own| known.iter().copied().filter(|c| !own.hidden_columns.contains(c.key())).collect::<Vec<_>>())
    });
    let sort = Memo::new(move |_| own.with(|own| own.sort).with_costs(costs.with(Option::is_some)));
    let frame = NodeRef::<leptos::html::Div>::new();
    let edges = Edges::of(frame);
    // To compare thousands of them costs more than it saves.
    let lines = Memo::new_with_compare(move |_| costs.with(|costs| Lines::of(app, own, sort.get(), costs.as_ref())), |_, _| true);
    // A row is made again where anything that it shows is other than before.
    let version = Memo::new(move |before: Option<&u32>| {
        lines.track();
        columns.track();
        costs.track();
        before.map_or(0, |n| n.wrapping_add(1))
    });
    let none = move || {
        let search = own.with(|own| own.search.clone());
        let answered = reply.with(|c| c.as_ref().is_some_and(|c| c.missing(Piece::Services).is_none()));
        let empty = answered && lines.with(|l| l.order.is_empty());
        empty.then(|| view! { <tbody>{none_found(app, &search, columns.with(Vec::len))}</tbody> })
    };
    let sorted = move || {
        let sort = sort.get();
        let column = sort.column.map_or(app.t(CallsWords::ServiceNameVersion), |c| metrics::column(app.lang.get(), c));
        fill(
            app.t(if sort.descending { CallsWords::SortedDescending } else { CallsWords::SortedAscending }),
            &[("column", column)],
        )
    };
    view! {
        <section class="panel" aria-labelledby="h-services">
            <Head known/>
            <div
                class="scroll scroll--services"
                tabindex="0"
                role="group"
                aria-labelledby="h-services"
                node_ref=frame
                class:is-cut=move || edges.right.get()
                on:scroll=move |_| edges.measure()
            >
                <table
                    class="grid services"
                    class:is-scrolled=move || edges.left.get()
                    aria-rowcount=move || (lines.with(|l| l.order.len()) + HEAD_AND_FOOT).to_string()
                >
                    <caption class="sr">{sorted}</caption>
                    <thead><HeaderRow columns sort costs/></thead>
                    {none}
                    <LongBody
                        total=Signal::derive(move || lines.with(|l| l.order.len()))
                        version=version
                        row=move |i| lines.with_untracked(|l| costs.with_untracked(|costs| line(app, own, l, i, &columns.get_untracked(), costs.as_ref())))
                    />
                    <tfoot>{move || costs.with(|costs| footer(app, own, &columns.get(), costs.as_ref()))}</tfoot>
                </table>
            </div>
        </section>
        <Unpriced costs/>
    }
}

/// Columns that there are, hidden or not.
fn known(costs: RwSignal<Option<Costs>>) -> Vec<Column> {
    let priced = costs.with(Option::is_some);
    Column::ALL.into_iter().filter(|&column| priced || column != Column::Cost).collect()
}

#[component]
fn HeaderRow(columns: Memo<Vec<Column>>, sort: Memo<Sort>, costs: RwSignal<Option<Costs>>) -> impl IntoView {
    let app = App::get();
    let name_sort = move || sort.with(|sort| aria_sort(sort.column.is_none(), sort.descending));
    let cell = move |c: Column| {
        let lang = app.lang.get();
        let Sort { column, descending } = sort.get();
        let active = column == Some(c);
        let unit = if c == Column::Cost {
            costs.with(|costs| costs.as_ref().map_or_else(String::new, |costs| costs.currency.clone()))
        } else {
            Some(metrics::column_unit(lang, c)).filter(|u| !u.trim().is_empty()).unwrap_or("\u{a0}").to_owned()
        };
        view! {
            <th scope="col" aria-sort=aria_sort(active, descending)>
                <button type="button" data-name=metrics::column(lang, c) on:click=move |_| sort_by(app, Some(c))>
                    <span>{metrics::column(lang, c)}</span>
                    {active.then(|| view! { <SortArrow/> })}
                </button>
                <span class="unit">{unit}</span>
            </th>
        }
    };
    view! {
        <tr>
            <th scope="col" aria-sort=name_sort>
                <button type="button" data-name=move || app.t(CallsWords::ServiceNameVersion) on:click=move |_| sort_by(app, None)>
                    <span>{move || app.t(CallsWords::ServiceNameVersion)}</span>
                    {move || name_sort().map(|_| view! { <SortArrow/> })}
                </button>
            </th>
            {move || columns.get().into_iter().map(cell).collect_view()}
            <th scope="col"><span class="sr">{move || app.t(CallsWords::DetailsColumn)}</span></th>
        </tr>
    }
}

/// Sorts the services table by a column (`None`: by name). The column in force turns round; figures start descending, names ascending.
fn sort_by(app: App, column: Option<Column>) {
    app.update_own(|own: &mut CallsState| {
        own.sort.descending = if own.sort.column == column { !own.sort.descending } else { column.is_some() };
        own.sort.column = column;
    });
}

/// The state of the Details page of a service that a row links to.
fn to_details(v: &mut ViewState, service: &str, version: Option<&str>) {
    v.page = Page::Details;
    v.service = service.to_owned();
    v.change(FailedState::leave);
    v.filter = std::mem::take(&mut v.filter).with(Dim::Version, version.map(str::to_owned).into_iter().collect());
}

/// The failed calls of a service or of one of its versions.
fn to_failed(v: &mut ViewState, service: &str, version: Option<&str>) {
    to_details(v, service, version);
    v.page = Page::Failed;
}

/// The rows of the table in order: services, and below an open one its versions. Numbers alone, so that it is quickly made of thousands.
struct Lines {
    lang: Lang,
    busiest: u64,
    /// A service by its place in the answer, or a version of it by its place there, with whether it is the last.
    order: Vec<(u32, Option<(u32, bool)>)>,
}

impl Lines {
    fn of(app: App, own: Memo<CallsState>, sort: Sort, costs: Option<&Costs>) -> Self {
        let lang = app.lang.get();
        let sort = ServiceOrder { column: sort.column, descending: sort.descending, costs: costs.map(|costs| &costs.reply) };
        own.with(|own| {
            app.reply::<CallsReply>().with(|reply| {
                let Some(reply) = reply else { return Self { lang, busiest: 0, order: Vec::new() } };
                let mut order = Vec::new();
                for at in reply.shown_at(&own.search, sort) {
                    order.push((at, None));
                    let row = &reply.rows[at as usize];
                    if wire::is_open(&own.open, &row.name) {
                        let versions = row.versions_at(sort);
                        let last = versions.len().saturating_sub(1);
                        order.extend(versions.into_iter().enumerate().map(|(i, version)| (at, Some((version, i == last)))));
                    }
                }
                Self { lang, busiest: reply.busiest(), order }
            })
        })
    }
}

/// The row with this number; nothing where the answer has changed under it, and all rows are about to be made again.
fn line(app: App, own: Memo<CallsState>, lines: &Lines, number: usize, columns: &[Column], costs: Option<&Costs>) -> AnyView {
    app.reply::<CallsReply>().with_untracked(|reply| {
        let found = lines.order.get(number).and_then(|&(at, version)| Some((reply.as_ref()?.rows.get(at as usize)?, version)));
        match found {
            Some((row, None)) => {
                let open = own.with_untracked(|own| wire::is_open(&own.open, &row.name));
                service_row(app, lines.lang, row, (number, open, lines.busiest), columns, costs)
            }
            Some((row, Some((version, last)))) => match row.versions.get(version as usize) {
                Some((name, figures)) => version_row(app, lines.lang, row, (name, figures), (number, last), columns, costs),
                None => ().into_any(),
            },
            None => ().into_any(),
        }
    })
}

/// Name and link are beside so many columns.
fn none_found(app: App, search: &str, columns: usize) -> AnyView {
    let unlisted = app
        .reply::<CallsReply>()
        .with(|c| c.as_ref().filter(|c| c.rows.is_empty()).and_then(|c| c.all.quality.at(Column::Calls).1));
    if let Some(why) = unlisted {
        let said = fill(app.t(Exact::NoServices), &[("why", exact::gap(app.lang.get(), why))]);
        return view! { <tr><td class="none" colspan=(columns + 2).to_string()>{said}</td></tr> }.into_any();
    }
    view! {
        <tr>
            <td class="none" colspan=(columns + 2).to_string()>
                {fill(app.t(CallsWords::NoServiceMatches), &[("search", search)])} " "
                <button class="link" type="button" on:click=move |_| app.replace_own(|own: &mut CallsState| own.search.clear())>{app.t(CallsWords::ClearSearch)}</button>
            </td>
        </tr>
    }
    .into_any()
}

fn service_row(
    app: App,
    lang: Lang,
    row: &ServiceRow,
    (number, open, busiest): (usize, bool, u64),
    columns: &[Column],
    costs: Option<&Costs>,
) -> AnyView {
    let cost = priced(costs, row, None);
    let name = row.name.clone();
    let href = app.href(|v| to_details(v, &row.name, None));
    let failed = (app.href(|v| to_failed(v, &row.name, None)), row.title.clone());
    let opener = if row.versions.is_empty() {
        view! { <span class="tw"></span> }.into_any()
    } else {
        let label = fill(CallsWords::VersionsOf.text(lang), &[("name", &row.title)]);
        let toggle = move |_| {
            let names = || {
                let versioned = |r: &&ServiceRow| !r.versions.is_empty();
                let names = |r: &ServiceRow| r.name.clone();
                app.reply::<CallsReply>()
                    .with_untracked(|c| c.iter().flat_map(|c| &c.rows).filter(versioned).map(names).collect::<Vec<_>>())
            };
            app.replace_own(|own: &mut CallsState| wire::toggle_open(&mut own.open, &name, names()));
        };
        view! {
            <button class="tw" type="button" aria-expanded=open.to_string() aria-label=label on:click=toggle><Icon of=Glyph::Right/></button>
        }
        .into_any()
    };
    view! {
        <tr aria-rowindex=row_index(number)>
            <th scope="row">
                <span class="svc">
                    {opener}
                    <a class="nm" href=href.clone() title=row.name.clone()>{row.title.clone()}</a>
                    <span class="badge">{pages::service_type(lang, row.kind)}</span>
                </span>
            </th>
            {cells(lang, (&row.figures, cost), Some(wire::share(row.figures.calls, busiest)), &failed, columns)}
            {go(lang, href, &row.title)}
        </tr>
    }
    .into_any()
}

fn version_row(
    app: App,
    lang: Lang,
    row: &ServiceRow,
    (version, figures): (&str, &Figures),
    (number, last): (usize, bool),
    columns: &[Column],
    costs: Option<&Costs>,
) -> AnyView {
    let cost = priced(costs, row, Some(version));
    let href = app.href(|v| to_details(v, &row.name, Some(version)));
    let shown = if version.is_empty() { Pages::NoVersion.text(lang).to_owned() } else { version.to_owned() };
    let (of, title) = (format!("{} {shown}", row.title), shown.clone());
    let failed = (app.href(|v| to_failed(v, &row.name, Some(version))), of.clone());
    view! {
        <tr class=if last { "ver last" } else { "ver" } aria-rowindex=row_index(number)>
            <th scope="row" title=title>{shown}</th>
            {cells(lang, (figures, cost), None, &failed, columns)}
            {go(lang, href, &of)}
        </tr>
    }
    .into_any()
}

fn go(lang: Lang, href: String, name: &str) -> impl IntoView + use<> {
    let label = fill(CallsWords::ViewDetailsOf.text(lang), &[("name", name)]);
    view! { <td class="go"><a href=href aria-label=label>{CallsWords::ViewDetails.text(lang)}</a></td> }
}

/// A cost with its currency, where it is known.
type Priced<'a> = Option<(&'a str, Cost)>;

/// What a service's calls cost, or those of one of its versions.
fn priced<'a>(costs: Option<&'a Costs>, row: &ServiceRow, version: Option<&str>) -> Priced<'a> {
    costs.map(|costs| (costs.currency.as_str(), costs.reply.of(&row.name, version)))
}

/// The cells of a row. Without a share there is no bar beside Calls. `failed`: where its failed calls are, and whose they are.
fn cells(
    lang: Lang,
    of: (&Figures, Priced<'_>),
    share: Option<f64>,
    failed: &(String, String),
    columns: &[Column],
) -> Vec<AnyView> {
    let one = |column: Column| match column {
        Column::Failed if of.0.value(column).is_some_and(|n| n > 0.0) => {
            let title = fill(CallsWords::FailedCallsOf.text(lang), &[("name", &failed.1)]);
            view! { <td><a class="to" href=failed.0.clone() title=title>{exact::figure(of.0, column)}</a></td> }.into_any()
        }
        _ => cell(lang, of, share, column),
    };
    columns.iter().map(|&column| one(column)).collect()
}

fn cell(lang: Lang, (figures, cost): (&Figures, Priced<'_>), share: Option<f64>, column: Column) -> AnyView {
    if let Some((currency, cost)) = cost.filter(|_| column == Column::Cost) {
        return cost::cell(lang, currency, &cost);
    }
    let Some(value) = figures.value(column) else {
        let why = figures.quality.at(column).1.map_or_else(|| why_missing(lang, column), |why| exact::gap(lang, why).to_owned());
        return view! { <td><span class="na" title=why>"-"</span></td> }.into_any();
    };
    let text = exact::figure(figures, column);
    match (column, share) {
        (Column::Calls, Some(share)) => {
            view! { <td><span class="vol"><i style=("--v", format!("{share:.4}"))></i><span>{text}</span></span></td> }.into_any()
        }
        (Column::Calls, None) => view! { <td><span class="vol"><i class="off"></i><span>{text}</span></span></td> }.into_any(),
        (Column::FailureRate, _) => rate_cell(lang, figures, value, text),
        _ => view! { <td>{text}</td> }.into_any(),
    }
}

/// The sum of the rows that the search leaves, listed or not; no averages.
fn footer(app: App, own: Memo<CallsState>, columns: &[Column], costs: Option<&Costs>) -> Option<AnyView> {
    let lang = app.lang.get();
    let search = own.with(|own| own.search.trim().to_owned());
    let (sum, cost) = app.reply::<CallsReply>().with(|c| {
        let rows = c.as_ref()?.shown(&search, ServiceOrder { column: None, descending: false, costs: None });
        let cost = costs.map(|costs| (costs.currency.as_str(), costs.reply.sum(rows.iter().map(|r| r.name.as_str()))));
        (!rows.is_empty()).then(|| (Figures::sum(rows.iter().map(|r| &r.figures)), cost))
    })?;
    let sums = columns
        .iter()
        .map(|&c| if wire::is_summed(c) { cell(lang, (&sum, cost), None, c) } else { view! { <td></td> }.into_any() });
    let title = if search.is_empty() { CallsWords::AllServices } else { CallsWords::ShownServices };
    let row = view! {
        <tr>
            <th scope="row"><span class="svc"><span class="tw"></span>{title.text(lang)}</span></th>
            {sums.collect_view()}
            <td></td>
        </tr>
    };
    Some(row.into_any())
}
