//! The record of a call as it is in its file, in a dialog over the list of calls. The worker reads it on request.

use super::question;
use crate::base::num;
use crate::i18n::record::Record as Words;
use crate::i18n::{fill, time};
use crate::ui::components::Dialog;
use crate::ui::deployment::shows_log;
use crate::ui::state::{self, Action, App};
use crate::web::message::Line;
use crate::wire::record::{Extract, NoRecord, Record, RecordAnswer, RecordAsk, ToRecords};
use crate::wire::{CallRow, Channel, ListSort, MemberSource, Query};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// What is opened.
#[derive(Clone, Copy)]
pub struct RecordView {
    app: App,
    open: RwSignal<bool>,
    call: RwSignal<Option<CallRow>>,
    /// Nothing while it is read.
    answer: RwSignal<Option<RecordAnswer>>,
    line: StoredValue<Option<SendWrapper<Line<ToRecords>>>>,
}

/// Whether records of what is shown can be read back: it came from files of this tab, and logs may be shown. Reactive.
pub fn can_be_read(app: App) -> bool {
    app.data.with(Option::is_some) && shows_log() && {
        let found = StoredValue::new(false);
        let is_file =
            |opened: &state::SourceHandle| opened.1.members.iter().any(|(source, _)| matches!(source, MemberSource::File { .. }));
        let then =
            Callback::new(move |opened: Option<state::SourceHandle>| found.set_value(opened.as_ref().is_some_and(is_file)));
        app.act(Action::Source { failed: false, then });
        found.get_value()
    }
}

impl RecordView {
    /// Nothing yet.
    pub fn new(app: App) -> Self {
        let opened = Self {
            app,
            open: RwSignal::new(false),
            call: RwSignal::new(None),
            answer: RwSignal::new(None),
            line: StoredValue::new(None),
        };
        Effect::new(move |_| {
            if !opened.open.get() {
                opened.hang_up();
            }
        });
        // Another data set has another list, and the requested record will not come.
        let generation = Memo::new(move |_| app.data.with(|data| data.as_ref().map(|data| data.generation)));
        Effect::new(move |before: Option<Option<u32>>| {
            let now = generation.get();
            if before.is_some_and(|before| before != now) {
                opened.open.set(false);
            }
            now
        });
        on_cleanup(move || opened.hang_up());
        opened
    }

    /// Opens the record of the call that is at this place of a list.
    pub fn show(self, call: CallRow, (sort, descending): (ListSort, bool), place: u64) {
        let app = self.app;
        self.answer.set(None);
        self.call.set(Some(call.clone()));
        self.open.set(true);
        match u32::try_from(place).ok().and_then(|place| question::list(app, sort, descending, place, 1)) {
            Some(Query::List(list)) => self.ask(RecordAsk { list, row: call }),
            _ => self.answer.set(Some(RecordAnswer::Nothing(NoRecord::NoFile))),
        }
    }

    fn ask(self, ask: RecordAsk) {
        let line = Line::open(move |answer: RecordAnswer, _| drop(self.answer.try_set(Some(answer))));
        let Some((line, port)) = line else { return };
        self.app.act(Action::Connect { channel: Channel::Records, port: SendWrapper::new(port) });
        line.send(&ToRecords::Read(Box::new(ask)), &[]);
        self.hang_up();
        self.line.set_value(Some(SendWrapper::new(line)));
    }

    /// The answer is no longer needed.
    fn hang_up(self) {
        if let Some(Some(line)) = self.line.try_update_value(Option::take) {
            line.send(&ToRecords::Cancel, &[]);
        }
    }
}

/// The dialog.
#[component]
pub fn RecordDialog(opened: RecordView) -> impl IntoView {
    let app = opened.app;
    let title = move || {
        opened.call.with(|call| {
            let at = call.as_ref().map(|call| app.zone.with(|zone| time::stamp(zone, call.time_ms))).unwrap_or_default();
            fill(app.t(Words::OpenOf), &[("time", &at)])
        })
    };
    view! {
        <Dialog id="d-record" class="dlg dlg--wide" title=Signal::derive(title) open=opened.open>
            <div class="dlg__body record" role="group" tabindex="0" aria-labelledby="d-record-title">
                {move || opened.call.with(|call| call.as_ref().filter(|call| !call.request_id.is_empty()).map(id_of))}
                // Said by a screen reader as it changes.
                <div role="status">{move || status(opened)}</div>
                {move || opened.answer.with(|answer| match answer {
                    Some(RecordAnswer::Found(record)) => Some(sections(app, record)),
                    _ => None,
                })}
            </div>
        </Dialog>
    }
}

fn id_of(call: &CallRow) -> impl IntoView + use<> {
    view! { <p class="mono record__id">{call.request_id.clone()}</p> }
}

/// Where the record is, or why there is none.
fn status(opened: RecordView) -> Vec<AnyView> {
    let app = opened.app;
    let said = |text: String| view! { <p>{text}</p> }.into_any();
    opened.answer.with(|answer| match answer {
        None => vec![said(app.t(Words::Reading).to_owned())],
        Some(RecordAnswer::Nothing(why)) => vec![said(why_none(app, why))],
        Some(RecordAnswer::Found(record)) => {
            let Record { file, byte, line, alike, .. } = &**record;
            let place = [("file", &**file), ("line", &num::whole(*line)), ("byte", &num::whole(*byte))];
            let alike = (*alike > 1).then(|| said(fill(app.t(Words::Alike), &[("n", &num::whole(*alike))])));
            [said(fill(app.t(Words::Place), &place))].into_iter().chain(alike).collect()
        }
    })
}

fn why_none(app: App, why: &NoRecord) -> String {
    let words = match why {
        NoRecord::NoFile => Words::NoFile,
        NoRecord::Packed => Words::Packed,
        NoRecord::Gone(detail) => return fill(app.t(Words::Gone), &[("detail", detail)]),
        NoRecord::Changed => Words::Changed,
        NoRecord::Replaced => Words::Replaced,
        NoRecord::Withheld => Words::Withheld,
    };
    app.t(words).to_owned()
}

fn sections(app: App, record: &Record) -> AnyView {
    let section = |title: Words, copy: Words, extract: &Extract| {
        let (text, copied) = (extract.text.clone(), extract.text.clone());
        let left_out = (extract.left_out > 0).then(|| fill(app.t(Words::LeftOut), &[("n", &num::whole(extract.left_out))]));
        view! {
            <section>
                <div class="record__head">
                    <h3>{app.t(title)}</h3>
                    <button
                        class="btn btn--sm"
                        type="button"
                        aria-label=app.t(copy)
                        on:click=move |_| app.act(Action::Copy(copied.clone()))
                    >
                        {app.t(Words::Copy)}
                    </button>
                </div>
                <pre class="mono">{text}</pre>
                {left_out.map(|words| view! { <p>{words}</p> })}
            </section>
        }
        .into_any()
    };
    let request = record.request.as_ref().map(|extract| section(Words::Request, Words::CopyRequest, extract));
    let response = record.response.as_ref().map(|extract| section(Words::Response, Words::CopyResponse, extract));
    view! { {request} {response} {section(Words::Rest, Words::CopyRest, &record.rest)} }.into_any()
}
