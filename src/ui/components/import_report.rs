//! Import details: each text's format with its confidence and reason, its fields, the metrics that it lacks; and the choice of another format.

use super::words::calls_words;
use super::{Dialog, Dialogs};
use crate::base::num;
use crate::i18n::common::Common;
use crate::i18n::formats::Formats;
use crate::i18n::pages::Pages;
use crate::i18n::states::{self, States};
use crate::i18n::{Lang, Message, fill, metrics};
use crate::model::limits::TEXTS_TOLD_MAX;
use crate::model::{Column, Metric, Problem, RecordError};
use crate::ui::lazy::{self, chunk_view};
use crate::ui::state::{App, Wish};
use crate::url::DataSource;
use crate::wire::{DataSet, FormatInfo, LoadCause, Part, Reader};
use leptos::prelude::*;

/// Our own format, which needs no telling.
const OURS: &str = "callscope";

/// What people call a format; a mapping may have no name.
fn title(lang: Lang, format: &FormatInfo) -> String {
    if format.title.is_empty() { Formats::ByMapping.text(lang).to_owned() } else { format.title.clone() }
}

/// How surely a text is of its format.
fn sure(lang: Lang, format: &FormatInfo) -> String {
    if format.reason.is_empty() {
        Formats::Chosen.text(lang).to_owned()
    } else {
        fill(Formats::Sure.text(lang), &[("percent", &format.percent.to_string())])
    }
}

/// Calls read and records rejected.
fn counts(lang: Lang, part: &Part) -> String {
    let values = [("calls", &*calls_words(lang, part.calls)), ("rejected", &num::whole(part.rejected))];
    fill(Formats::PartCalls.text(lang), &values)
}

/// Metrics by their names.
fn names(lang: Lang, list: &[Metric]) -> String {
    list.iter().map(|m| metrics::metric(lang, *m)).collect::<Vec<_>>().join(Common::Comma.text(lang))
}

/// Whether there is something to tell: a foreign format, or several texts.
pub fn is_telling(data: &DataSet) -> bool {
    data.parts.len() > 1 || data.parts.iter().any(|p| p.format.as_ref().is_none_or(|f| f.name != OURS))
}

/// The notice after opening: what it was read as, and by what that was told.
pub fn notice(lang: Lang, data: &DataSet) -> (String, String) {
    let mut formats: Vec<&FormatInfo> = Vec::new();
    for format in data.parts.iter().filter_map(|p| p.format.as_ref()) {
        if formats.iter().all(|known| known.name != format.name) {
            formats.push(format);
        }
    }
    match formats.as_slice() {
        [one] => {
            let read = match (one.name.is_empty(), one.title.is_empty(), one.reason.is_empty()) {
                (true, true, _) => Formats::ReadMapped,
                (true, ..) => Formats::ReadMappedAs,
                (.., true) => Formats::ReadAsChosen,
                _ => Formats::ReadAsTitle,
            };
            let lacks = names(lang, &one.lacks);
            let lacks = if lacks.is_empty() { lacks } else { fill(Formats::Lacks.text(lang), &[("metrics", &lacks)]) };
            (fill(read.text(lang), &[("format", &one.title), ("percent", &one.percent.to_string())]), lacks)
        }
        many => (fill(Formats::ReadAsSeveral.text(lang), &[("n", &many.len().to_string())]), String::new()),
    }
}

/// Calls that several members hold, and how they count.
pub fn repeated(lang: Lang, data: &DataSet) -> (String, String) {
    let title = fill(States::RepeatedTitle.text(lang), &[("calls", &calls_words(lang, data.repeated.calls))]);
    let text = if data.repeated.once { States::RepeatedOnce } else { States::RepeatedEach };
    (title, format!("{}{}", text.text(lang), States::RepeatedText.text(lang)))
}

/// What is wrong with the bytes of a source or of its first damaged member, and what that means for its calls.
pub fn damage(lang: Lang, data: &DataSet, cut: &RecordError) -> (String, String) {
    let damaged = data.damaged();
    let of = damaged.first();
    let problem = match of.and_then(|part| part.failure) {
        Some(LoadCause::Damaged(problem)) => problem,
        _ => cut.problem,
    };
    let name = of.map(|part| &*part.name).filter(|name| !name.is_empty()).unwrap_or(&data.name);
    let calls = num::whole(of.map_or(data.calls, |part| part.calls));
    let place = states::place(lang, cut.place).unwrap_or_default();
    let text = match problem {
        Problem::ZipUnsupported => states::problem(lang, problem).to_owned(),
        Problem::GzipChecksum | Problem::ZipChecksum => fill(States::ChangedText.text(lang), &[("n", &calls)]),
        Problem::GzipTrailing => fill(States::TrailingText.text(lang), &[("n", &calls)]),
        _ => fill(States::CutText.text(lang), &[("n", &calls), ("place", &place)]),
    };
    let also = match damaged.get(1..) {
        Some(others) if !others.is_empty() => {
            format!(" {}", fill(States::CutAlso.text(lang), &[("names", &named(lang, others))]))
        }
        _ => String::new(),
    };
    (states::fact(lang, LoadCause::Damaged(problem), name), text + &also)
}

/// Members of which nothing was read.
pub fn unread(lang: Lang, data: &DataSet) -> (String, String) {
    let unread = data.unread();
    let counts = [("n", &*num::whole(unread.len() as u64)), ("all", &num::whole(data.parts.len() as u64))];
    (fill(States::UnreadTitle.text(lang), &counts), named(lang, &unread))
}

/// The names of members, the first few of many.
fn named(lang: Lang, parts: &[&Part]) -> String {
    const NAMED: usize = 4;
    let names = parts.iter().take(NAMED).map(|part| &*part.name).collect::<Vec<_>>().join(Common::Comma.text(lang));
    match parts.len().saturating_sub(NAMED) as u64 {
        0 => names,
        more => fill(States::UnreadMore.text(lang), &[("names", &names), ("n", &num::whole(more))]),
    }
}

/// One line for each text, for the data set's popover.
pub fn lines(lang: Lang, data: &DataSet) -> Vec<String> {
    const LINES: usize = 4;
    let comma = Common::Comma.text(lang);
    let one = |part: &Part| {
        let name = if part.name.is_empty() { String::new() } else { format!("{}{}", part.name, Formats::Colon.text(lang)) };
        match &part.format {
            Some(format) => format!("{name}{}{comma}{}{comma}{}", title(lang, format), sure(lang, format), counts(lang, part)),
            None => format!("{name}{}", Formats::Nothing.text(lang)),
        }
    };
    let mut lines: Vec<String> = data.parts.iter().take(LINES).map(one).collect();
    if data.parts.len() > LINES {
        lines.push(fill(Formats::MoreParts.text(lang), &[("n", &num::whole((data.parts.len() - LINES) as u64))]));
    }
    lines
}

/// Why a figure of the services table is missing.
pub fn why_missing(lang: Lang, column: Column) -> String {
    let format = App::get().data.with(|d| d.as_ref().and_then(|d| d.lacks(column.metric()).map(str::to_owned)));
    match format {
        Some(format) if format.is_empty() => fill(Formats::LacksOne.text(lang), &[("format", Formats::ByMapping.text(lang))]),
        Some(format) => fill(Formats::LacksOne.text(lang), &[("format", &format)]),
        None => Pages::NotInvolved.text(lang).to_owned(),
    }
}

/// The dialog that shows all of it.
#[component]
pub fn ImportReportDialog() -> impl IntoView {
    let app = App::get();
    let open = Dialogs::get().taken;
    let title = Signal::derive(move || {
        let name = app.data.with(|d| d.as_ref().map(|d| d.name.clone())).unwrap_or_default();
        fill(app.t(Formats::DialogTitle), &[("name", &name)])
    });
    view! {
        <Dialog id="d-taken" class="dlg dlg--wide" title=title open=open>
            <Body open=open/>
        </Dialog>
    }
}

#[component]
fn Body(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let parts = move || {
        let lang = app.lang.get();
        app.data.with(|data| {
            let data = data.as_ref()?;
            let repeated = (data.repeated.calls > 0).then(|| repeats(app, open, lang, data));
            let told = data
                .parts
                .iter()
                .take(TEXTS_TOLD_MAX)
                .enumerate()
                .map(|(n, p)| told(lang, n, p, data.parts.len() == 1))
                .collect_view();
            let more = data.parts.len().saturating_sub(TEXTS_TOLD_MAX) as u64;
            let more = (more > 0).then(|| fill(Formats::MoreParts.text(lang), &[("n", &num::whole(more))]));
            Some(view! { {repeated} {told} {more.map(|text| view! { <p>{text}</p> })} })
        })
    };
    view! {
        <div class="dlg__body">{parts}</div>
        <div class="dlg__foot">
            <ReadAs open=open/>
            <span class="grow"></span>
            <button class="btn btn--main" type="button" on:click=move |_| open.set(false)>
                {move || app.t(Common::Close)}
            </button>
        </div>
    }
}

/// What members repeat, and the other way to count it.
fn repeats(app: App, open: RwSignal<bool>, lang: Lang, data: &DataSet) -> impl IntoView + use<> {
    let (title, text) = repeated(lang, data);
    let once = data.repeated.once;
    let count = move |_| {
        open.set(false);
        app.update(move |view| view.once = !once);
    };
    view! {
        <section class="taken">
            <p>
                <b>{title}</b>
                " "
                {text}
            </p>
            <button class="btn" type="button" on:click=count>
                {if once { States::CountAll } else { States::CountOnce }.text(lang)}
            </button>
        </section>
    }
}

/// One text: its format, counts, gaps and fields.
fn told(lang: Lang, number: usize, part: &Part, alone: bool) -> impl IntoView + use<> {
    let name = (!part.name.is_empty()).then(|| view! { <h3>{part.name.clone()}</h3> });
    let passed = part.passed.iter().map(|(what, n)| format!("{} × {what}", num::whole(*n)));
    let passed = passed.collect::<Vec<_>>().join(Common::Comma.text(lang));
    let passed = (!passed.is_empty()).then(|| fill(Formats::Passed.text(lang), &[("what", &passed)]));
    let format = part.format.as_ref().map(|format| {
        let reason = (!format.reason.is_empty()).then(|| fill(Formats::ToldBy.text(lang), &[("reason", &format.reason)]));
        let lacks =
            (!format.lacks.is_empty()).then(|| fill(Formats::Lacks.text(lang), &[("metrics", &names(lang, &format.lacks))]));
        view! {
            <p>
                <b>{title(lang, format)}</b>
                {Common::Comma.text(lang)}
                {sure(lang, format)}
                {reason.map(|reason| format!("{}{reason}", Formats::Stop.text(lang)))}
            </p>
            {lacks.map(|text| view! { <p>{text}</p> })}
            {mapping(lang, format, alone)}
        }
    });
    let first = (!part.first.is_empty()).then(|| {
        view! {
            <details open=alone>
                <summary>{Formats::First.text(lang)}</summary>
                {chunk_view(lazy::Chunk::First(number))}
            </details>
        }
    });
    // A text that is alone is called by the data set's name above.
    let this = if part.name.is_empty() { Formats::ThisFile.text(lang) } else { &part.name };
    let failed = part.failure.map(|cause| view! { <p>{states::fact(lang, cause, this)}</p> });
    view! {
        <section class="taken">
            {name}
            <p>{counts(lang, part)} {passed.map(|text| format!("{} {text}", Formats::Stop.text(lang).trim_end()))}</p>
            {format}
            {first}
            {failed}
        </section>
    }
}

/// The mapping, field by field.
fn mapping(lang: Lang, format: &FormatInfo, open: bool) -> AnyView {
    if format.mapping.is_empty() {
        return view! { <p>{Formats::OwnNames.text(lang)}</p> }.into_any();
    }
    let row = |(field, source, unit): &(String, String, String)| {
        view! {
            <tr>
                <th scope="row">{field.clone()}</th>
                <td>{source.clone()}</td>
                <td>{unit.clone()}</td>
            </tr>
        }
    };
    view! {
        <details open=open>
            <summary>{Formats::Mapping.text(lang)}</summary>
            <div class="taken__fields" tabindex="0" role="group" aria-label=Formats::Mapping.text(lang)>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{Formats::Field.text(lang)}</th>
                            <th scope="col">{Formats::From.text(lang)}</th>
                            <th scope="col">{Formats::Unit.text(lang)}</th>
                        </tr>
                    </thead>
                    <tbody>{format.mapping.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Chooses another importer, for what a user opened; the bundled feeds are what they are.
#[component]
fn ReadAs(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let offered = Memo::new(move |_| {
        let own = app.view.with(|v| matches!(v.source, DataSource::File(_) | DataSource::Url(_) | DataSource::Feed(_)));
        app.data.with(|d| d.as_ref().filter(|_| own).map(|d| d.readers.clone())).unwrap_or_default()
    });
    let chosen = move || app.view.with(|v| v.read_as.clone());
    let choose = move |event| {
        let value = event_target_value(&event);
        open.set(false);
        app.update(move |view| {
            // What was chosen about the old reading means nothing in another one.
            *view = view.with_source(view.source.clone(), &app.base());
            view.read_as = Some(value).filter(|name| !name.is_empty());
        });
    };
    let option = move |reader: &Reader| {
        let title = if reader.percent > 0 { format!("{} ({} %)", reader.title, reader.percent) } else { reader.title.clone() };
        let selected = chosen().as_ref() == Some(&reader.name);
        view! { <option value=reader.name.clone() selected=selected>{title}</option> }
    };
    let mapped = Memo::new(move |_| {
        let chosen = chosen()?;
        offered.with(|list| list.iter().all(|reader| reader.name != chosen)).then_some(chosen)
    });
    let map = move |_| {
        open.set(false);
        app.wish.set(Some(Wish::Map(false)));
    };
    let group = move |claiming: bool| {
        let of = |list: &Vec<Reader>| list.iter().filter(|r| (r.percent > 0) == claiming).map(option).collect_view();
        offered.with(of)
    };
    move || {
        offered.with(|list| !list.is_empty()).then(|| {
            view! {
                <label class="field field--row">
                    <span>{move || app.t(Formats::ReadAs)}</span>
                    <select on:change=choose>
                        <option value="" selected=move || chosen().is_none()>{move || app.t(Formats::ByContent)}</option>
                        {move || mapped.get().map(|m| view! { <option value=m selected>{app.t(Formats::ByMapping)}</option> })}
                        <optgroup label=move || app.t(Formats::Claims)>{move || group(true)}</optgroup>
                        <optgroup label=move || app.t(Formats::Others)>{move || group(false)}</optgroup>
                    </select>
                </label>
                <button class="btn" type="button" on:click=map>
                    {move || app.t(States::MapFields)}
                </button>
            }
        })
    }
}
