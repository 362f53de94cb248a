//! One table or chart, as a file or on the clipboard.

use super::Sight;
use super::save::{png, save, text_blob};
use crate::export::axis::Axis;
use crate::export::chart::Drawing;
use crate::export::svg::{self, Picture};
use crate::export::text::{self, Format, Writer};
use crate::export::truncate::beginning;
use crate::export::unanswered::{self, Part, Unanswered};
use crate::export::{Cell, Table, View, calls, failed, ink::Palette, metrics, names, summary};
use crate::i18n::export::Export;
use crate::i18n::failed::{FailedWords, template_text};
use crate::i18n::{Lang, Message, charts, exact, fill, metrics as words, time};
use crate::model::Metric;
use crate::ui::deployment;
use crate::ui::pages::details::DetailsState;
use crate::ui::pages::failed::{self as failed_page, FailedState};
use crate::ui::pages::parts::cost;
use crate::ui::pages::parts::question::ForExport;
use crate::ui::state::{Action, App, How, What};
use crate::url::Theme;
use crate::view::Answer;
use crate::wire::{CallsReply, Costs, DetailsReply, FailedReply, ListReply, Piece, Query};
use leptos::prelude::*;
use std::collections::VecDeque;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Size of a chart in its picture, in CSS pixels.
const PICTURE: (f64, f64) = (960.0, 320.0);
/// Characters of a message in the name of a file.
const NAME_CHARS: usize = 40;
/// Calls requested at once.
const WINDOW: u32 = 4096;

/// Takes a table or chart out of the page.
pub fn take(app: App, what: What, how: How) {
    match (what, how) {
        (What::Calls | What::FailedCalls, How::Json) => list(app, what, Format::Json, false),
        (What::Calls | What::FailedCalls, How::Copy) => list(app, what, Format::Tsv, true),
        (What::Calls | What::FailedCalls, _) => list(app, what, Format::Csv, false),
        (What::Services, _) => services(app, how),
        (What::Failed, _) => messages(app, how),
        (What::Chart(metric), How::Svg | How::PrintSvg | How::Png) => picture(app, metric, how),
        _ => whole(app, what, how),
    }
}

/// Why an answer that is to leave the page did not come.
pub enum Lost {
    /// The data is another by now.
    Changed,
    /// The source could not answer.
    Unanswered(Unanswered),
}

impl Lost {
    pub fn text(&self, lang: Lang) -> String {
        let refused =
            if let Self::Unanswered(lacking) = self { unanswered::refusal(lang, core::slice::from_ref(lacking)) } else { None };
        refused.unwrap_or_else(|| Export::RowsDiffer.text(lang).to_owned())
    }

    fn say(&self, app: App) {
        app.toast.set(Some(self.text(app.lang.get_untracked())));
    }
}

fn say(app: App, failed: &JsValue) {
    let detail = crate::web::fetch_error::words(failed);
    app.toast.set(Some(fill(app.t(Export::WriteFailed), &[("detail", &detail)])));
}

/// Whether something that a file is to have has no answer, which is said then.
fn is_refused(app: App, lacking: &[Unanswered]) -> bool {
    let said = unanswered::refusal(app.lang.get_untracked(), lacking);
    let refused = said.is_some();
    if refused {
        app.toast.set(said);
    }
    refused
}

/// What a chart has no answer to.
pub fn lacking(metric: Metric, reply: &DetailsReply) -> Vec<Unanswered> {
    unanswered::of_details(reply, |piece| piece == Piece::Chart(metric))
}

/// What the chart shown has no answer to.
fn lacking_here(app: App, metric: Metric) -> Vec<Unanswered> {
    app.reply::<DetailsReply>().with_untracked(|d| d.as_ref().map_or_else(Vec::new, |d| lacking(metric, d)))
}

/// A table that the page holds.
fn whole(app: App, what: What, how: How) {
    let sight = Sight::of(app);
    let view = sight.view();
    if let What::Chart(metric) = what
        && is_refused(app, &lacking_here(app, metric))
    {
        return;
    }
    let table: Option<(Table, String)> = match what {
        What::Chart(metric) => app.reply::<DetailsReply>().with_untracked(|d| {
            let reply = d.as_ref()?;
            let chart = reply.charts.iter().find(|c| c.metric == metric)?;
            let table = metrics::buckets(view, 0, reply, chart, app.precision.get_untracked());
            Some((table, of_service(app, words::metric(sight.lang, metric))))
        }),
        What::Services | What::Calls | What::FailedCalls | What::Failed => None,
    };
    if let Some((table, name)) = table {
        hand_out(app, view, how, &table, &name);
    }
}

/// The services table, with what the calls cost where the deployment has a price sheet.
fn services(app: App, how: How) {
    let (of, sight) = (ForExport::of(app), Sight::of(app));
    let Some(reply) = app.reply::<CallsReply>().get_untracked() else { return };
    if is_refused(app, &unanswered::of_calls(&reply, |piece| piece == Piece::Services)) {
        return;
    }
    let generation = app.data.with_untracked(|d| d.as_ref().map_or(0, |d| d.generation));
    spawn_local(async move {
        let costs = match costs(app, &of, generation).await {
            Ok(costs) => costs,
            Err(lost) => return lost.say(app),
        };
        let table = summary::services(sight.view(), &reply, costs.as_ref());
        hand_out(app, sight.view(), how, &table, Export::Services.text(sight.lang));
    });
}

/// Failed calls with each message, which the page has by template only.
fn messages(app: App, how: How) {
    let (Some(query), sight) = (ForExport::of(app).failed(), Sight::of(app)) else { return };
    spawn_local(async move {
        let reply = match ask(app, query).await.and_then(|(_, packed)| packed.open::<FailedReply>().ok_or(Lost::Changed)) {
            Ok(reply) => reply,
            Err(lost) => return lost.say(app),
        };
        if is_refused(app, &unanswered::of_failed(&reply)) {
            return;
        }
        let table = failed::table(sight.view(), &reply);
        // The table has the title that files of failed calls have.
        let name = of_service(app, FailedWords::ErrorCodes.text(sight.lang));
        hand_out(app, sight.view(), how, &table, &name);
    });
}

/// What the calls of an export cost; `None` without a price sheet or where no call carries tokens.
///
/// # Errors
/// Where they have no answer, or the data is no longer of this generation.
pub async fn costs(app: App, of: &ForExport, generation: u32) -> Result<Option<Costs>, Lost> {
    let Some(sheet) = cost::sheet() else { return Ok(None) };
    let (answered, packed) = ask(app, cost::question(&sheet, of.selection.clone())).await?;
    if answered == generation { Ok(cost::answer(&sheet, &packed)) } else { Err(Lost::Changed) }
}

/// A table as a file or on the clipboard.
fn hand_out(app: App, view: View<'_>, how: How, table: &Table, name: &str) {
    let format = match how {
        How::Json => Format::Json,
        How::Copy => Format::Tsv,
        _ => Format::Csv,
    };
    let text = text::write(view, format, table);
    if how == How::Copy {
        return app.act(Action::Copy(text));
    }
    let file = names::file(view, name, format.extension());
    if let Err(failed) = text_blob(&text, format.mime()).and_then(|blob| save(&blob, &file)) {
        say(app, &failed);
    }
}

/// `Harbour Chat Time to First Token`.
pub fn of_service(app: App, what: &str) -> String {
    let service = app.view.with_untracked(|v| v.service.clone());
    format!("{} {what}", crate::ui::pages::parts::head::title_of(app, &service))
}

/// What a file of the calls looked into is named after: the code, and of a message its own code and beginning.
fn list_name(own: &FailedState, lang: Lang) -> String {
    let mut name = format!("{} {}", Export::CallList.text(lang), own.status.unwrap_or_default());
    if let Some((code, message)) = &own.message {
        let message = if deployment::shows_log() { template_text(lang, message) } else { String::new() };
        for part in [code, beginning(&message, NAME_CHARS, |_| 1)].into_iter().filter(|part| !part.is_empty()) {
            name.push(' ');
            name.push_str(part);
        }
    }
    name
}

/// The calls behind the code that is looked into, or all failed calls, window by window.
fn list(app: App, what: What, format: Format, copy: bool) {
    let sight = Sight::of(app);
    let service = app.view.with_untracked(|v| v.service.clone());
    let own = app.view.with_untracked(|v| v.own::<FailedState>());
    let all = what == What::FailedCalls;
    let name = if all { Export::AllFailedCalls.text(sight.lang).to_owned() } else { list_name(&own, sight.lang) };
    let name = of_service(app, &name);
    let title = crate::ui::pages::parts::head::title_of(app, &service);
    let (sort, descending) = own.list_sort;
    spawn_local(async move {
        let mut text = String::new();
        let table = calls::head(sight.view(), &[]);
        let mut writer = Writer::new(sight.view(), format, &table, &mut text);
        let (mut written, mut generation) = (0, None);
        loop {
            let query = if all {
                Some(failed_page::all_failed(app, written, WINDOW))
            } else {
                failed_page::list(app, sort, descending, written, WINDOW)
            };
            let Some(query) = query else { return };
            let answer = ask(app, query).await.and_then(|(of, packed)| {
                // Other data came in between: half of one list and half of another is none.
                let same = *generation.get_or_insert(of) == of;
                packed.open::<ListReply>().filter(|_| same).ok_or(Lost::Changed)
            });
            let window = match answer {
                Ok(window) => window,
                Err(lost) => return lost.say(app),
            };
            let mut cells: Vec<Cell> = Vec::new();
            for call in &window.rows {
                calls::row(sight.view(), &title, call, &mut cells);
                writer.row(&cells, &mut text);
            }
            written += window.rows.len() as u32;
            if window.rows.is_empty() || u64::from(written) >= window.total {
                break;
            }
        }
        writer.end(&mut text);
        if copy {
            return app.act(Action::Copy(text));
        }
        let file = names::file(sight.view(), &name, format.extension());
        if let Err(failed) = text_blob(&text, format.mime()).and_then(|blob| save(&blob, &file)) {
            say(app, &failed);
        }
    });
}

/// Asks the engine beside the view. Whatever leaves the page comes from here: what a deployment keeps from it is taken out.
///
/// # Errors
/// Where the data changed meanwhile, or a question about one thing alone has no answer.
pub async fn ask(app: App, query: Query) -> Result<(u32, Answer), Lost> {
    let part = if query.slot() == Query::COST { Part::Costs } else { Part::Calls };
    let slot = StoredValue::new_local((VecDeque::<Option<(u32, Answer)>>::new(), None::<std::task::Waker>));
    let then = Callback::new(move |answer| {
        slot.update_value(|(answers, waker)| {
            answers.push_back(answer);
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        });
    });
    app.act(Action::Ask { query: Box::new(query), then });
    let answer = std::future::poll_fn(move |context| {
        let found = slot.try_update_value(|(answers, waker)| {
            let answer = answers.pop_front();
            if answer.is_none() {
                *waker = Some(context.waker().clone());
            }
            answer
        });
        match found.flatten() {
            Some(answer) => std::task::Poll::Ready(answer),
            None => std::task::Poll::Pending,
        }
    })
    .await;
    slot.dispose();
    let (generation, packed) = answer.ok_or(Lost::Changed)?;
    match packed.missing() {
        Some(why) => Err(Lost::Unanswered((part, why))),
        None if deployment::shows_log() => Ok((generation, packed)),
        None => Ok((generation, packed.without_log())),
    }
}

/// A chart as a picture, with what its legend has switched on.
fn picture(app: App, metric: Metric, how: How) {
    if is_refused(app, &lacking_here(app, metric)) {
        return;
    }
    let sight = Sight::of(app);
    let dark = how != How::PrintSvg && app.theme.get_untracked() == Theme::Dark;
    let palette = if dark { Palette::Dark } else { Palette::Light };
    let svg = app.reply::<DetailsReply>().with_untracked(|details| draw(app, &sight, metric, palette, details.as_ref()?));
    let Some(svg) = svg else { return };
    let name = of_service(app, words::metric(sight.lang, metric));
    let extension = if how == How::Png { "png" } else { "svg" };
    let file = names::file(sight.view(), &name, extension);
    spawn_local(async move {
        let blob = if how == How::Png { png(&svg).await } else { text_blob(&svg, "image/svg+xml") };
        if let Err(failed) = blob.and_then(|blob| save(&blob, &file)) {
            say(app, &failed);
        }
    });
}

/// A chart of an answer as SVG; `None` where the answer has none of this metric.
pub fn draw(app: App, sight: &Sight, metric: Metric, palette: Palette, reply: &DetailsReply) -> Option<String> {
    let lang = sight.lang;
    let own = app.view.with_untracked(|v| v.own::<DetailsState>());
    let (off, logarithmic) = (own.lines_off.get(&metric).cloned().unwrap_or_default(), own.logarithmic.contains(&metric));
    let chart = reply.charts.iter().find(|c| c.metric == metric)?;
    let axis = Axis { buckets: reply.buckets.clone(), calls: reply.bucket_calls.clone(), zone: sight.zone.clone(), lang };
    let drawing = Drawing { chart, axis: &axis, off: &off, logarithmic, max_scales: own.max_scales };
    let pane = drawing.pane(PICTURE);
    let legend: Vec<(String, &'static str)> =
        drawing.lines().iter().map(|(line, of)| (words::line(lang, metric, *line), of.look.token)).collect();
    let rhythm = charts::rhythm(lang, axis.precision());
    let title = format!("{} ({})", words::metric(lang, metric), exact::unit(lang, metric, chart.is_estimated()));
    // With the year: a picture is looked at in another one.
    let range = time::range(lang, &sight.zone, sight.range, 0);
    let service = crate::ui::pages::parts::head::title_of(app, &app.view.with_untracked(|v| v.service.clone()));
    let subtitle = format!("{service}, {range}, {rhythm}, {}", sight.zone.name);
    let picture = Picture { title: &title, subtitle: &subtitle, legend: &legend, language: lang.tag() };
    Some(svg::write(&picture, &pane.shapes, PICTURE, palette))
}
