//! Files for an embedding page: the same as people export, without a dialog (`ui::embed` sends them).

use super::Sight;
use super::dialog::{Choice, MEMORY_MAX, offered, ordered, service_title};
use super::piece::{Lost, ask, costs, draw, lacking, of_service};
use super::save::{png, text_blob};
use super::writer_handle::{Outcome, WriterHandle};
use crate::base::num;
use crate::embed::{Code, Export, Fault, FileFormat, What};
use crate::export::book::list_bytes;
use crate::export::ink::Palette;
use crate::export::text::{self, Format};
use crate::export::unanswered::{self, Unanswered};
use crate::export::writer_protocol::FileKind;
use crate::export::{Table, failed, metrics, names, summary};
use crate::i18n::{Lang, Message, export::Export as Words, fill, metrics as words};
use crate::model::Metric;
use crate::ui::pages::parts::question::ForExport;
use crate::ui::state::App;
use crate::url::Theme;
use crate::wire::{CallsReply, DetailsReply, FailedReply, Piece};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What comes of an export.
pub enum ExportEvent {
    Progress { rows: u64, rows_total: u64 },
    Done { name: String, mime: &'static str, file: Blob },
    Failed(Fault),
}

/// The callback for the outcome.
pub type Tell = Rc<dyn Fn(ExportEvent)>;
/// Has a file written; dropping the result cancels it. The outcome is reported later, not from within the call.
pub type HostExport = fn(App, Export, Tell) -> Option<Rc<WriterHandle>>;

/// See [`HostExport`].
pub fn export_for_host(app: App, wanted: Export, tell: Tell) -> Option<Rc<WriterHandle>> {
    match wanted.what {
        What::Report => by_writer(app, FileKind::Workbook, wanted.calls, &tell),
        What::Calls => by_writer(app, FileKind::Calls, true, &tell),
        What::Services | What::Failed | What::Metric(_) => {
            spawn_local(async move {
                tell(match piece(app, wanted).await {
                    Ok((name, mime, file)) => ExportEvent::Done { name, mime, file },
                    Err(fault) => ExportEvent::Failed(fault),
                });
            });
            None
        }
    }
}

fn broken(detail: &str) -> Fault {
    Fault::new(Code::ExportFailed, detail)
}

fn unable(why: &JsValue) -> Fault {
    broken(&crate::web::fetch_error::words(why))
}

/// What only a file of the writer worker can hold.
fn by_writer(app: App, kind: FileKind, calls: bool, tell: &Tell) -> Option<Rc<WriterHandle>> {
    let (what, extension, mime) = match kind {
        FileKind::Calls => (format!("{} {}", service_title(app), app.t(Words::CallList)), "csv", Format::Csv.mime()),
        FileKind::Workbook | FileKind::Charts => (service_title(app), "xlsx", WORKBOOK),
    };
    let name = names::file(Sight::of(app).view(), what.trim(), extension);
    let outcome = {
        let tell = tell.clone();
        move |outcome: Outcome| match outcome {
            Outcome::Progress { rows, rows_total } => tell(ExportEvent::Progress { rows, rows_total }),
            // Of reports, which a host does not ask for.
            Outcome::Met(_) => {}
            Outcome::Done(file) => tell(ExportEvent::Done { name: name.clone(), mime, file: file.take() }),
            Outcome::Failed(why) => tell(ExportEvent::Failed(broken(&why))),
        }
    };
    let tell = tell.clone();
    let writing = match WriterHandle::start(app, outcome) {
        Ok(writing) => Rc::new(writing),
        Err(why) => {
            spawn_local(async move { tell(ExportEvent::Failed(unable(&why))) });
            return None;
        }
    };
    let weak = Rc::downgrade(&writing);
    spawn_local(async move {
        let offer = match offered(app).await {
            Ok(offer) => offer,
            Err(lost) => return tell(ExportEvent::Failed(broken(&lost.text(Lang::En)))),
        };
        let need = list_bytes(offer.calls);
        if kind == FileKind::Workbook && calls && need > MEMORY_MAX {
            let values = [("n", &*num::whole(offer.calls)), ("need", &num::bytes(need)), ("most", &num::bytes(MEMORY_MAX))];
            return tell(ExportEvent::Failed(broken(&fill(Words::TooMuch.text(Lang::En), &values))));
        }
        let choice = Choice { metrics: offer.metrics, failed: true, calls };
        match (ordered(app, Lang::En, kind, &choice).await, weak.upgrade()) {
            (Ok((ask, order, source)), Some(writing)) => writing.write(ask, order, source),
            // It was cancelled meanwhile.
            (_, None) => {}
            (Err(why), _) => tell(ExportEvent::Failed(broken(&why))),
        }
    });
    Some(writing)
}

/// A table or chart, requested by itself: the page may show another one.
async fn piece(app: App, wanted: Export) -> Result<(String, &'static str, Blob), Fault> {
    let (of, sight) = (ForExport::of(app), Sight::of(app));
    let lost = |lost: Lost| broken(&lost.text(Lang::En));
    let changed = || lost(Lost::Changed);
    let no_service = || Fault::new(Code::NoService, "The Calls page is shown: set page to details or failed, and service.");
    let (table, name): (Table, String) = match wanted.what {
        What::Metric(metric) => {
            let packed = ask(app, of.details().ok_or_else(no_service)?).await.map_err(lost)?.1;
            let reply = packed.open::<DetailsReply>().ok_or_else(changed)?;
            refuse(&lacking(metric, &reply))?;
            let name = of_service(app, words::metric(sight.lang, metric));
            if matches!(wanted.format, FileFormat::Svg | FileFormat::Png) {
                return picture(app, &sight, metric, wanted.format, &reply, &name).await;
            }
            let chart = reply.charts.iter().find(|chart| chart.metric == metric).ok_or_else(|| not_involved(metric))?;
            (metrics::buckets(sight.view(), 0, &reply, chart, of.precision), name)
        }
        What::Failed => {
            let packed = ask(app, of.failed().ok_or_else(no_service)?).await.map_err(lost)?.1;
            let reply = packed.open::<FailedReply>().ok_or_else(changed)?;
            refuse(&unanswered::of_failed(&reply))?;
            let table = failed::table(sight.view(), &reply);
            let name = of_service(app, &table.title);
            (table, name)
        }
        _ => {
            let (generation, packed) = ask(app, of.calls()).await.map_err(lost)?;
            let reply = packed.open::<CallsReply>().ok_or_else(changed)?;
            refuse(&unanswered::of_calls(&reply, |piece| piece == Piece::Services))?;
            let costs = costs(app, &of, generation).await.map_err(lost)?;
            (summary::services(sight.view(), &reply, costs.as_ref()), Words::Services.text(sight.lang).to_owned())
        }
    };
    let format = match wanted.format {
        FileFormat::Json => Format::Json,
        FileFormat::Tsv => Format::Tsv,
        _ => Format::Csv,
    };
    let file = text_blob(&text::write(sight.view(), format, &table), format.mime()).map_err(|why| unable(&why))?;
    Ok((names::file(sight.view(), &name, format.extension()), format.mime(), file))
}

/// A file without what it is to have would pass for the whole.
fn refuse(lacking: &[Unanswered]) -> Result<(), Fault> {
    unanswered::refusal(Lang::En, lacking).map_or(Ok(()), |said| Err(broken(&said)))
}

fn not_involved(metric: Metric) -> Fault {
    Fault::field("metric", &format!("one that the service has; {} is not involved", metric.key()))
}

async fn picture(
    app: App,
    sight: &Sight,
    metric: Metric,
    format: FileFormat,
    reply: &DetailsReply,
    name: &str,
) -> Result<(String, &'static str, Blob), Fault> {
    let palette = if app.theme.get_untracked() == Theme::Dark { Palette::Dark } else { Palette::Light };
    let svg = draw(app, sight, metric, palette, reply).ok_or_else(|| not_involved(metric))?;
    let (mime, file) = match format {
        FileFormat::Png => ("image/png", png(&svg).await),
        _ => ("image/svg+xml", text_blob(&svg, "image/svg+xml")),
    };
    Ok((names::file(sight.view(), name, format.key()), mime, file.map_err(|why| unable(&why))?))
}
