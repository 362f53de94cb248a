//! The dialog that saves what is shown as a report: what may name a user or a secret is listed before it goes out, and the file that is
//! saved is the one that was looked at.

use super::Sight;
use super::piece::{Lost, ask, costs};
use super::save::save;
use super::writer_handle::{Outcome, WriterHandle};
use crate::base::num;
use crate::base::sorted;
use crate::export::names;
use crate::export::report::{ChartChoice, Field, LIST_ROWS, List, Met, Shown, Wanted};
use crate::i18n::common::Common;
use crate::i18n::export::Export;
use crate::i18n::report::Report;
use crate::i18n::{Message, fill};
use crate::model::{Column, Metric};
use crate::ui::components::{Dialog, source_name};
use crate::ui::deployment;
use crate::ui::pages::calls::CallsState;
use crate::ui::pages::details::DetailsState;
use crate::ui::pages::failed::{self, FailedState};
use crate::ui::pages::parts::head::title_of;
use crate::ui::pages::parts::question::ForExport;
use crate::ui::pages::parts::words::range_words;
use crate::ui::state::App;
use crate::url::DataSource;
use crate::web::clock_ms;
use crate::wire::{DataSet, ListReply, Query, Rejected, Reply};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, Url};

/// What a user decides, and what came of it.
#[derive(Clone, Copy)]
struct Choice {
    app: App,
    /// Fields that go out as they are.
    as_they_are: RwSignal<sorted::Set<Field>>,
    note: RwSignal<String>,
    met: RwSignal<Vec<Met>>,
    /// The report as it was last written, with the address under which it can be looked at.
    file: RwSignal<Option<(SendWrapper<Blob>, String)>>,
    /// Whether what is here is that of the choice.
    due: RwSignal<Due>,
    failed: RwSignal<Option<String>>,
    /// Saved as soon as it is here.
    save: RwSignal<bool>,
    writing: StoredValue<Option<WriterHandle>, LocalStorage>,
}

/// How far the report of the choice is.
#[derive(Clone, Copy, PartialEq)]
enum Due {
    /// It is here, or cannot be had.
    Nothing,
    UnderWay,
    /// One is under way, and the choice has changed since.
    Again,
}

/// The dialog.
#[component]
pub fn ReportDialog(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let title = Signal::derive(move || app.t(Report::Save).to_owned());
    view! {
        <Dialog id="d-report" title=title open=open class="dlg dlg--report">
            <Body open=open/>
        </Dialog>
    }
}

#[component]
fn Body(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let choice = Choice {
        app,
        as_they_are: RwSignal::default(),
        note: RwSignal::default(),
        met: RwSignal::default(),
        file: RwSignal::new(None),
        due: RwSignal::new(Due::Nothing),
        failed: RwSignal::new(None),
        save: RwSignal::new(false),
        writing: StoredValue::new_local(None),
    };
    on_cleanup(move || {
        choice.writing.try_update_value(Option::take);
        choice.forget();
    });
    Effect::new(move |_| {
        choice.as_they_are.track();
        choice.note.track();
        choice.order();
    });
    Effect::new(move |_| {
        let ready = choice.due.get() == Due::Nothing && choice.save.get();
        if let Some((file, _)) = choice.file.get().filter(|_| ready) {
            choice.save.set(false);
            let name = file_name(app);
            match save(&file, &name) {
                Ok(()) => {
                    let values = [("name", &*name), ("size", &num::bytes(file.size() as u64))];
                    app.toast.set(Some(fill(Export::Saved.text(app.lang.get_untracked()), &values)));
                    open.try_set(false);
                }
                Err(why) => choice.failed.set(Some(crate::web::fetch_error::words(&why))),
            }
        }
    });
    let size = move || match (choice.due.get(), choice.file.get()) {
        (Due::Nothing, Some((file, _))) => fill(app.t(Report::Size), &[("size", &num::bytes(file.size() as u64))]),
        _ if choice.failed.with(Option::is_some) => String::new(),
        _ => app.t(Report::Preparing).to_owned(),
    };
    let preview = move || {
        let (_, address) = choice.file.get().filter(|_| choice.due.get() == Due::Nothing)?;
        Some(view! {
            <a class="btn" id="report-preview" href=address target="_blank" rel="noopener">{app.t(Report::OpenPreview)}</a>
        })
    };
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                choice.save.set(true);
            }
        >
            <div class="dlg__body">
                <p class="hint">{move || app.t(Report::Hint)}</p>
                <label class="field">
                    <span>{move || app.t(Report::NoteLabel)}</span>
                    <textarea class="report-note" rows="2" maxlength="4000" on:change:target=move |event| choice.note.set(event.target().value())></textarea>
                </label>
                <Fields choice/>
                {move || choice.failed.get().map(|why| view! { <p class="hint hint--bad" role="alert">{why}</p> })}
            </div>
            <div class="dlg__foot">
                <span class="grow" aria-live="polite">{size}</span>
                {preview}
                <button class="btn" type="button" on:click=move |_| open.set(false)>
                    {move || app.t(Common::Cancel)}
                </button>
                <button class="btn btn--main" type="submit" disabled=move || choice.file.with(Option::is_none) || choice.save.get()>
                    {move || app.t(Report::Save)}
                </button>
            </div>
        </form>
    }
}

/// What goes out: each field with how many values it has, and the replacement of the first of them.
#[component]
fn Fields(choice: Choice) -> impl IntoView {
    let app = choice.app;
    let row = move |met: Met| {
        let field = met.field;
        let name = move || field.name(app.lang.get());
        let change = move |on: bool| {
            choice.as_they_are.update(|open| {
                if on {
                    open.insert(field);
                } else {
                    open.remove(&field);
                }
            });
        };
        let samples = met.samples.iter().map(|(before, after)| {
            let same = before == after;
            view! { <li><bdi class="mono">{before.clone()}</bdi>{(!same).then(|| view! { " → " <b class="mono">{after.clone()}</b> })}</li> }
        });
        view! {
            <tr>
                <th scope="row">
                    <label class="check check--bare">
                        <input
                            type="checkbox"
                            prop:checked=move || choice.as_they_are.with(|open| open.contains(&field))
                            on:change:target=move |event| change(event.target().checked())
                        />
                        <span>{name}</span>
                    </label>
                </th>
                <td>{num::whole(met.values)}</td>
                <td><ul>{samples.collect_view()}</ul></td>
            </tr>
        }
    };
    let some = move || choice.met.with(|met| !met.is_empty());
    let none = move || (!some() && choice.file.with(Option::is_some)).then(|| view! { <p>{app.t(Report::NothingPersonal)}</p> });
    view! {
        <section class="goes-out" aria-labelledby="h-goes-out">
            <h3 id="h-goes-out">{move || app.t(Report::GoesOut)}</h3>
            <Show when=some>
                <p>{move || app.t(Report::GoesOutHint)}</p>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{move || app.t(Report::AsItIs)}</th>
                            <th scope="col">{move || app.t(Report::ValuesColumn)}</th>
                            <th scope="col">{move || app.t(Report::BecomesColumn)}</th>
                        </tr>
                    </thead>
                    <tbody>{move || choice.met.get().into_iter().map(row).collect_view()}</tbody>
                </table>
            </Show>
            {none}
            <p class="hint">{move || app.t(Report::AlsoGoesOut)}</p>
        </section>
    }
}

impl Choice {
    /// Has the report of this choice written, one at a time.
    fn order(self) {
        if self.due.get_untracked() != Due::Nothing {
            return self.due.set(Due::Again);
        }
        let (open, note) = (self.as_they_are.get_untracked(), self.note.get_untracked());
        self.failed.set(None);
        self.due.set(Due::UnderWay);
        spawn_local(async move {
            let wanted = wanted(self.app, open, note).await;
            let Some(broken) = self.writing.try_with_value(|w| w.as_ref().is_none_or(WriterHandle::is_broken)) else { return };
            let started =
                if broken { WriterHandle::start(self.app, move |outcome| self.take(outcome)).map(Some) } else { Ok(None) };
            match (wanted, started) {
                (Ok(Some(wanted)), Ok(started)) => {
                    self.writing.try_update_value(|writing| {
                        if started.is_some() {
                            *writing = started;
                        }
                        if let Some(writing) = writing {
                            writing.report(wanted);
                        }
                    });
                }
                (Ok(None), _) => self.fail(self.app.t(Report::NothingShown).to_owned()),
                (Err(lost), _) => self.fail(lost.text(self.app.lang.get_untracked())),
                (_, Err(why)) => self.fail(crate::web::fetch_error::words(&why)),
            }
        });
    }

    fn fail(self, why: String) {
        self.due.try_set(Due::Nothing);
        self.save.try_set(false);
        self.failed.try_set(Some(why));
    }

    fn take(self, outcome: Outcome) {
        match outcome {
            Outcome::Met(met) => drop(self.met.try_set(met)),
            Outcome::Failed(why) => self.fail(why),
            Outcome::Progress { .. } => {}
            Outcome::Done(file) => {
                self.forget();
                match Url::create_object_url_with_blob(&file) {
                    Ok(address) => {
                        self.file.try_set(Some((file, address)));
                        let again = self.due.try_get_untracked() == Some(Due::Again);
                        self.due.try_set(Due::Nothing);
                        if again {
                            self.order();
                        }
                    }
                    Err(why) => self.fail(crate::web::fetch_error::words(&why)),
                }
            }
        }
    }

    /// The report that was here is no more to be had.
    fn forget(self) {
        if let Some(Some((_, address))) = self.file.try_get_untracked() {
            let _ = Url::revoke_object_url(&address);
        }
    }
}

fn file_name(app: App) -> String {
    let what = untrack(|| app.code().map(|code| (code.file)(app))).unwrap_or_default();
    names::file(Sight::of(app).view(), &what, "html")
}

/// What is shown, asked as the page asked it; `None` where there is nothing.
///
/// # Errors
/// Where something of it has no answer, or other data came in between.
async fn wanted(app: App, open: sorted::Set<Field>, note: String) -> Result<Option<Wanted>, Lost> {
    let Some((generation, query)) = untrack(|| app.question()) else { return Ok(None) };
    let of = ForExport::of(app);
    let reply = reply(app, generation, query).await?;
    let costs = costs(app, &of, generation).await?;
    let view = app.view.get_untracked();
    let title = title_of(app, &view.service);
    let own = view.own::<CallsState>();
    let sort = own.sort.with_costs(costs.is_some());
    let has = |c: &Column| !own.hidden_columns.contains(c.key()) && (costs.is_some() || *c != Column::Cost);
    let shown = match reply {
        Reply::Calls(reply) => Shown::Calls {
            reply,
            search: own.search.clone(),
            sort: sort.column,
            descending: sort.descending,
            columns: Column::ALL.into_iter().filter(has).collect(),
            unfolded: own.open.clone(),
        },
        Reply::Details(reply) => {
            let own = view.own::<DetailsState>();
            let chart = |metric| ChartChoice {
                metric,
                off: own.lines_off.get(&metric).cloned().unwrap_or_default(),
                logarithmic: own.logarithmic.contains(&metric),
                max_scales: own.max_scales,
                table: own.tables.contains(&metric),
            };
            Shown::Details { title, reply, charts: Metric::IN_PAIRS.map(chart).into() }
        }
        Reply::Failed(reply) => {
            let own = view.own::<FailedState>();
            let (sort, descending) = own.list_sort;
            let list = match failed::list(app, sort, descending, 0, LIST_ROWS) {
                Some(query) => Some(List { reply: rows(app, generation, query).await?, sort, descending }),
                None => None,
            };
            Shown::Failed { title, reply, status: own.status, message: own.message, closed: own.closed_classes, list }
        }
        Reply::List(_) | Reply::Rows(_) | Reply::Cost(_) | Reply::Values(_) => return Ok(None),
    };
    let Some(data) = app.data.get_untracked() else { return Ok(None) };
    let data_name = match &view.source {
        DataSource::Demo | DataSource::Azure | DataSource::Url(_) => source_name(app, &view.source),
        _ => data.name.clone(),
    };
    Ok(Some(Wanted {
        console: app.title(),
        lang: app.lang.get_untracked(),
        zone: app.zone.get_untracked(),
        choice: view.range,
        range: app.range.get_untracked(),
        range_words: untrack(|| range_words(app)),
        precision: app.precision.get_untracked(),
        filter: view.filter.clone(),
        now_ms: app.now_ms.get_untracked(),
        made_at_ms: clock_ms(),
        data_name,
        data: told(data),
        link: app.shared_link(false).0,
        note,
        open,
        log: deployment::shows_log(),
        costs,
        shown,
    }))
}

/// What a report contains about a data set: records that were rejected, with what was in them, stay here.
fn told(data: DataSet) -> DataSet {
    DataSet {
        rejected: Rejected { count: data.rejected.count, ..Rejected::default() },
        unknown_fields: Vec::new(),
        parts: Vec::new(),
        readers: Vec::new(),
        services: Vec::new(),
        ..data
    }
}

async fn reply(app: App, generation: u32, query: Query) -> Result<Reply, Lost> {
    let (of, packed) = ask(app, query).await?;
    packed.reply().filter(|_| of == generation).ok_or(Lost::Changed)
}

async fn rows(app: App, generation: u32, query: Query) -> Result<ListReply, Lost> {
    match reply(app, generation, query).await? {
        Reply::List(list) => Ok(list),
        _ => Err(Lost::Changed),
    }
}
