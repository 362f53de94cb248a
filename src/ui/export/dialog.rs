//! The export dialog (docs/spec.md, section 6): the service's metrics, all selected; *Export* writes a workbook.

use super::Sight;
use super::choices::{Metrics, Offer, Tick};
use super::piece::{Lost, ask, costs};
use super::save::save;
use super::writer_handle::{Outcome, WriterHandle};
use crate::base::num;
use crate::base::sorted;
use crate::export::book::{call_sheets, list_bytes};
use crate::export::names;
use crate::export::unanswered;
use crate::export::writer_protocol::{FileKind, FileOrder};
use crate::i18n::common::Common;
use crate::i18n::export::Export;
use crate::i18n::{Lang, Message, fill, metrics, time};
use crate::model::Metric;
use crate::ui::components::Dialog;
use crate::ui::handle::Handle;
use crate::ui::pages::parts::head::title_of;
use crate::ui::pages::parts::question::ForExport;
use crate::ui::state::{Action, App, SourceHandle};
use crate::url::DataSource;
use crate::view::Answer;
use crate::web::clock_ms;
use crate::wire::{CallsReply, DetailsReply, FailedReply, MemberSource, Piece};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;

/// What a workbook may take in the writer's memory; above it the calls are offered as CSV, which streams.
pub const MEMORY_MAX: u64 = 1_400_000_000;

/// How often the dialog asks what there is, where the data become others meanwhile: those of the demonstration come in two steps.
const OFFERS_MAX: u32 = 5;

#[derive(Clone, PartialEq)]
enum Stage {
    Choosing,
    Writing { rows: u64, rows_total: u64 },
    Failed(String),
}

/// The dialog.
#[component]
pub fn ExportDialog(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let service = Memo::new(move |_| app.view.with(|v| v.page.is_of_service().then(|| v.service.clone())));
    let title = move || {
        let words = if service.with(Option::is_some) { Export::DialogMonitoring } else { Export::DialogServices };
        app.t(words).to_owned()
    };
    view! {
        <Dialog id="d-export" title=Signal::derive(title) open=open>
            <Body open=open service=service/>
        </Dialog>
    }
}

#[component]
fn Body(open: RwSignal<bool>, service: Memo<Option<String>>) -> impl IntoView {
    let app = App::get();
    let offer = RwSignal::new(None::<Offer>);
    let off = RwSignal::new(sorted::Set::<Metric>::default());
    let failed = RwSignal::new(true);
    let calls = RwSignal::new(false);
    let only = RwSignal::new(false);
    let stage = RwSignal::new(Stage::Choosing);
    let writing = StoredValue::new_local(None::<WriterHandle>);
    // Closing the dialog ends the writing.
    on_cleanup(move || {
        writing.try_update_value(Option::take);
    });
    spawn_local(async move {
        for _ in 0..OFFERS_MAX {
            match offered(app).await {
                Ok(found) => return drop(offer.try_set(Some(found))),
                // The next one is about what is there now.
                Err(Lost::Changed) => {}
                Err(lost) => return drop(stage.try_set(Stage::Failed(lost.text(app.lang.get_untracked())))),
            }
        }
        stage.try_set(Stage::Failed(Lost::Changed.text(app.lang.get_untracked())));
    });
    let chosen = Memo::new(move |_| {
        offer.with(|o| {
            o.as_ref()
                .map(|o| o.metrics.iter().copied().filter(|m| !off.with(|off| off.contains(m))).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let rows = Memo::new(move |_| offer.with(|o| o.as_ref().map_or(0, |o| o.calls)));
    // What is beside the charts, unless they are wanted alone.
    let with_failed = move || failed.get() && !only.get();
    let with_calls = move || calls.get() && !only.get();
    let too_much = Memo::new(move |_| with_calls() && list_bytes(rows.get()) > MEMORY_MAX);
    let nothing =
        Memo::new(move |_| service.with(Option::is_some) && chosen.with(Vec::is_empty) && !with_failed() && !with_calls());
    let kind = StoredValue::new(FileKind::Workbook);
    let tell = move |outcome: Outcome| match outcome {
        Outcome::Progress { rows, rows_total } => {
            stage.try_set(Stage::Writing { rows, rows_total });
        }
        Outcome::Met(_) => {}
        Outcome::Failed(why) => {
            writing.try_update_value(Option::take);
            stage.try_set(Stage::Failed(why));
        }
        Outcome::Done(file) => {
            writing.try_update_value(Option::take);
            let sight = Sight::of(app);
            let (what, extension) = match kind.try_get_value() {
                Some(FileKind::Calls) => (format!("{} {}", service_title(app), app.t(Export::CallList)), "csv"),
                _ => (service_title(app), "xlsx"),
            };
            let name = names::file(sight.view(), what.trim(), extension);
            match save(&file, &name) {
                Ok(()) => {
                    let values = [("name", &*name), ("size", &num::bytes(file.size() as u64))];
                    app.toast.set(Some(fill(app.t(Export::Saved), &values)));
                    open.try_set(false);
                }
                Err(why) => {
                    stage.try_set(Stage::Failed(crate::web::fetch_error::words(&why)));
                }
            }
        }
    };
    // What a user takes to choose is time enough to fetch the writer, and for the browser to compile it. Where it cannot be started,
    // that is reported when it is needed.
    writing.set_value(WriterHandle::start(app, tell).ok());
    let start = move |wanted: FileKind| {
        stage.set(Stage::Writing { rows: 0, rows_total: 0 });
        kind.set_value(wanted);
        if writing.with_value(|w| w.as_ref().is_none_or(WriterHandle::is_broken)) {
            match WriterHandle::start(app, tell) {
                Ok(started) => writing.set_value(Some(started)),
                Err(why) => return stage.set(Stage::Failed(crate::web::fetch_error::words(&why))),
            }
        }
        let choice = untrack(|| Choice { metrics: chosen.get(), failed: with_failed(), calls: with_calls() });
        spawn_local(async move {
            match ordered(app, app.lang.get_untracked(), wanted, &choice).await {
                Ok((ask, order, source)) => {
                    // Where the dialog was closed meanwhile, there is no writer any more.
                    writing.try_with_value(|w| w.as_ref().map(|w| w.write(ask, order, source)));
                }
                Err(why) => {
                    stage.try_set(Stage::Failed(why));
                }
            }
        });
    };
    let busy = Memo::new(move |_| stage.with(|s| matches!(s, Stage::Writing { .. })));
    let summary = move || {
        let (lang, sheets) = (app.lang.get(), chosen.with(Vec::len) as u64);
        let lists = if with_calls() { call_sheets(rows.get()).len() as u64 } else { 0 };
        let others = if only.get() { 0 } else { 2 + u64::from(service.with(Option::is_some) && with_failed()) };
        let buckets = offer.with(|o| o.as_ref().map_or(0, |o| o.buckets));
        let (all, buckets) = (num::whole(sheets + others + lists), num::whole(buckets));
        let words = if sheets > 0 { Export::SheetsAndRows } else { Export::Sheets };
        fill(words.text(lang), &[("n", &all), ("m", &num::whole(sheets)), ("rows", &buckets)])
    };
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                start(if only.get_untracked() { FileKind::Charts } else { FileKind::Workbook });
            }
        >
            <div class="dlg__body">
                <p class="hint">{move || subtitle(app, service)}</p>
                <fieldset class="bare" disabled=move || busy.get()>
                    {move || service.with(Option::is_some).then(|| view! { <Metrics offer=offer off=off/> })}
                    <div class="checks checks--one">
                        {move || {
                            service
                                .with(Option::is_some)
                                .then(|| {
                                    view! {
                                        <Tick
                                            words=Export::OnlyCharts
                                            note=Signal::derive(move || Some(app.t(Export::OnlyChartsNote).to_owned()))
                                            on=only
                                        />
                                        <Tick words=Export::FailedCalls note=Signal::derive(|| None::<String>) on=failed off=only/>
                                    }
                                })
                        }}
                        <Tick
                            words=Export::WithCalls
                            note=Signal::derive(move || {
                                let n = rows.get();
                                let sheets = call_sheets(n).len().to_string();
                                offer.with(Option::is_some).then(|| fill(app.t(Export::CallsOnSheets), &[("n", &num::whole(n)), ("sheets", &sheets)]))
                            })
                            on=calls
                            off=only
                        />
                    </div>
                </fieldset>
                <p class="hint hint--bad" role="alert" hidden=move || !too_much.get()>
                    {move || {
                        too_much
                            .get()
                            .then(|| {
                                let (need, most) = (num::bytes(list_bytes(rows.get())), num::bytes(MEMORY_MAX));
                                fill(app.t(Export::TooMuch), &[("n", &num::whole(rows.get())), ("need", &need), ("most", &most)])
                            })
                    }}
                </p>
                {move || match stage.get() {
                    Stage::Choosing => None,
                    Stage::Writing { rows, rows_total } => {
                        let share = (rows_total > 0).then(|| (100 * rows / rows_total.max(1)).to_string());
                        Some(view! {
                            <progress class="export-progress" max="100" value=share aria-label=app.t(Export::Writing)></progress>
                        }.into_any())
                    }
                    Stage::Failed(why) => Some(view! { <p class="hint hint--bad" role="alert">{why}</p> }.into_any()),
                }}
            </div>
            <div class="dlg__foot">
                <span class="grow" aria-live="polite">
                    {move || match stage.get() {
                        Stage::Writing { rows, rows_total } if rows_total > 0 => {
                            fill(app.t(Export::WrittenRows), &[("n", &num::whole(rows)), ("all", &num::whole(rows_total))])
                        }
                        Stage::Writing { .. } => app.t(Export::Writing).to_owned(),
                        _ if nothing.get() => app.t(Export::NothingSelected).to_owned(),
                        _ => summary(),
                    }}
                </span>
                <button class="btn" type="button" on:click=move |_| open.set(false)>
                    {move || app.t(Common::Cancel)}
                </button>
                <Show when=move || with_calls() && !busy.get()>
                    <button class="btn" type="button" on:click=move |_| start(FileKind::Calls)>
                        {move || app.t(Export::CallsAsCsv)}
                    </button>
                </Show>
                <button class="btn btn--main" type="submit" disabled=move || busy.get() || nothing.get() || too_much.get() || offer.with(Option::is_none)>
                    {move || app.t(Export::Confirm)}
                </button>
            </div>
        </form>
    }
}

/// What a file is called after.
pub fn service_title(app: App) -> String {
    app.view.with_untracked(|v| match v.page.is_of_service() {
        true => title_of(app, &v.service),
        false => app.t(Export::Services).to_owned(),
    })
}

/// `Harbour Chat, 10 Mar 00:00 – 12 Mar 14:37, Asia/Shanghai, hourly`.
fn subtitle(app: App, service: Memo<Option<String>>) -> String {
    let lang = app.lang.get();
    let title = service.with(|s| s.as_ref().map(|s| title_of(app, s)));
    let range = app.zone.with(|zone| time::range(lang, zone, app.range.get(), time::year(zone, app.now_ms.get())));
    let comma = app.t(Common::Comma);
    let parts = [title, Some(range), Some(app.zone_name.get()), Some(metrics::precision(lang, app.precision.get()).to_owned())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(comma)
}

/// What is to be in a file.
pub struct Choice {
    pub metrics: Vec<Metric>,
    pub failed: bool,
    pub calls: bool,
}

/// What there is to choose from.
///
/// # Errors
/// As for [`ask`].
pub async fn offered(app: App) -> Result<Offer, Lost> {
    let of = ForExport::of(app);
    let (_, packed) = ask(app, of.calls()).await?;
    let calls = packed.open::<CallsReply>().ok_or(Lost::Changed)?.all.calls;
    let (metrics, buckets) = match of.details() {
        None => (Vec::new(), 0),
        Some(query) => {
            let reply: DetailsReply = ask(app, query).await?.1.open().ok_or(Lost::Changed)?;
            (reply.charts.iter().map(|c| c.metric).collect(), reply.buckets.starts_ms.len() as u64)
        }
    };
    Ok(Offer { metrics, buckets, calls })
}

/// What an order is made of: how to ask for more, the order, the file that is shown.
pub type PreparedOrder = (ForExport, FileOrder, Option<web_sys::File>);

/// Requests what the file is made of.
///
/// # Errors
/// In this language, where the data changed in between, or where calls are to be listed and their number has no answer: a list of none would
/// pass for the whole.
pub async fn ordered(app: App, lang: Lang, kind: FileKind, choice: &Choice) -> Result<PreparedOrder, String> {
    let of = ForExport::of(app);
    let changed = || Export::RowsDiffer.text(lang).to_owned();
    let data = app.data.get_untracked().ok_or_else(changed)?;
    let bytes = |query| async move {
        let (generation, packed) = ask(app, query).await.ok()?;
        (generation == app.data.with_untracked(|d| d.as_ref().map_or(0, |d| d.generation))).then_some(packed)
    };
    let calls = bytes(of.calls()).await.ok_or_else(changed)?;
    let reply = calls.open::<CallsReply>().ok_or_else(changed)?;
    let lists = choice.calls || kind == FileKind::Calls;
    if let Some(refused) = unanswered::refusal(lang, &unanswered::of_calls(&reply, |piece| lists && piece == Piece::Services)) {
        return Err(refused);
    }
    let costs =
        if kind == FileKind::Workbook { costs(app, &of, data.generation).await.map_err(|lost| lost.text(lang))? } else { None };
    let details = match of.details().filter(|_| kind != FileKind::Calls && !choice.metrics.is_empty()) {
        Some(query) => Some(bytes(query).await.ok_or_else(changed)?),
        None => None,
    };
    // Such a workbook has no place for a note.
    if let Some(reply) = details.as_ref().filter(|_| kind == FileKind::Charts).and_then(Answer::open::<DetailsReply>) {
        let chosen = |piece| matches!(piece, Piece::Chart(metric) if choice.metrics.contains(&metric));
        if let Some(refused) = unanswered::refusal(lang, &unanswered::of_details(&reply, chosen)) {
            return Err(refused);
        }
    }
    let details = details.map(|packed| packed.encoded::<DetailsReply>().ok_or_else(changed)).transpose()?;
    let failed = match of.failed().filter(|_| kind == FileKind::Workbook && choice.failed) {
        Some(query) => Some(bytes(query).await.and_then(|packed| packed.encoded::<FailedReply>()).ok_or_else(changed)?),
        None => None,
    };
    let view = app.view.get_untracked();
    let (source, feed) = source(app);
    let order = FileOrder {
        kind,
        lang: app.lang.get_untracked(),
        zone: of.selection.zone.clone(),
        range: of.selection.range,
        before: of.selection.before,
        filter: view.filter.clone(),
        precision: of.precision,
        now_ms: matches!(view.range, crate::model::RangeChoice::Preset(_)).then(|| app.now_ms.get_untracked()),
        link: app.shared_link(false).0,
        exported_at_ms: clock_ms(),
        data,
        feed,
        service: of.service.clone().map(|name| {
            let title = title_of(app, &name);
            (name, title)
        }),
        metrics: choice.metrics.clone(),
        calls: calls.encoded::<CallsReply>(),
        costs,
        details,
        failed,
        call_rows: lists.then_some(reply.all.calls),
    };
    Ok((of, order, source))
}

/// What the writer hashes: the file that is shown, where it is one, or the address of a bundled feed.
fn source(app: App) -> (Option<web_sys::File>, Option<String>) {
    let slot = StoredValue::new_local(None);
    let then = Callback::new(move |opened: Option<SourceHandle>| slot.set_value(opened));
    app.act(Action::Source { failed: false, then });
    let opened = slot.try_update_value(Option::take).flatten().map(SendWrapper::take);
    slot.dispose();
    let Some((named, Handle { members, mut files, .. })) = opened else { return (None, None) };
    let file = files.pop().filter(|_| files.is_empty()).and_then(|file| file.dyn_into().ok());
    let bundled = matches!(named, DataSource::Demo | DataSource::Azure);
    let feed = members.into_iter().find_map(|(source, _)| match source {
        MemberSource::Url { url, .. } if bundled => Some(url),
        _ => None,
    });
    (file, feed)
}
