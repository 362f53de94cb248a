//! The preview of the first calls, and the faults and warnings of a mapping.

use super::editor::Editor;
use crate::base::num;
use crate::i18n::formats::Formats;
use crate::i18n::mapping::{self, Mappings};
use crate::i18n::{Lang, Message, fill};
use crate::model::mapping::{Doubt, FIELDS};
use crate::model::understood::ParsedCall;
use crate::series::Zone;
use crate::ui::components::{calls_words, rejected_call};
use crate::ui::deployment::shows_log;
use crate::ui::state::App;
use crate::wire;
use leptos::prelude::*;

/// Calls as a table: a column for each field that one of them has.
pub fn table(lang: Lang, zone: &Zone, calls: &[ParsedCall]) -> AnyView {
    let shown = |field: &str| shows_log() || !matches!(field, "error_message" | "request_id");
    let fields: Vec<(u8, &str)> =
        (0u8..).zip(FIELDS).filter(|(n, field)| shown(field) && calls.iter().any(|call| call.get(*n).is_some())).collect();
    let cell = |call: &ParsedCall, n: u8| call.get(n).map_or_else(|| "-".to_owned(), |value| mapping::value(zone, value));
    let row = |call: &ParsedCall| {
        let cells = fields.iter().map(|(n, _)| {
            let text = cell(call, *n);
            // A long one ends in an ellipsis.
            view! { <td title=text.clone()>{text.clone()}</td> }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    view! {
        <div class="taken__fields maps__first" tabindex="0" role="group" aria-label=Formats::First.text(lang)>
            <table>
                <thead>
                    <tr>{fields.iter().map(|(_, field)| view! { <th scope="col">{*field}</th> }).collect_view()}</tr>
                </thead>
                <tbody>{calls.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// First calls of the text with this number in the data set on show.
pub fn of_text(number: usize) -> AnyView {
    let app = App::get();
    (move || {
        let bytes = app.data.with(|data| data.as_ref().and_then(|d| d.parts.get(number)).map(|part| part.first.clone()))?;
        let calls: Vec<ParsedCall> = wire::decode(&bytes).ok()?;
        Some(app.zone.with(|zone| table(app.lang.get(), zone, &calls)))
    })
    .into_any()
}

/// What the reader says of the mapping.
#[component]
pub fn Said(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let use_seconds = move |_| {
        let found =
            editor.report.with_untracked(|report| report.as_ref().map(|report| report.fields.clone()).unwrap_or_default());
        editor.edit(|mapping| mapping.use_seconds(&found));
    };
    let against = move || {
        let lang = app.lang.get();
        editor.report.with(|report| {
            let report = report.as_ref()?;
            let faults = report.faults.iter().map(|f| ("maps__fault", mapping::fault(lang, f), false));
            let warnings = report
                .warnings
                .iter()
                .map(|w| ("maps__warning", mapping::warning(lang, w), w.doubt == Doubt::LatencyLooksLikeSeconds));
            let line = |(class, text, seconds): (&'static str, String, bool)| {
                let button = seconds.then(|| {
                    view! {
                        " "
                        <button class="btn btn--sm" type="button" on:click=use_seconds>
                            {Mappings::UseSeconds.text(lang)}
                        </button>
                    }
                });
                view! { <li class=class>{text} {button}</li> }
            };
            Some(faults.chain(warnings).map(line).collect_view())
        })
    };
    let calls = move || {
        let lang = app.lang.get();
        editor.report.with(|report| {
            let report = report.as_ref()?;
            let counts = [("calls", &*calls_words(lang, report.calls)), ("rejected", &num::whole(report.rejected))];
            let counts = fill(Mappings::Counts.text(lang), &counts);
            let left = fill(Mappings::LeftOut.text(lang), &[("n", &num::whole(report.passed))]);
            let counts = if report.passed > 0 { format!("{counts} {left}") } else { counts };
            let rejected = report.record_errors.iter().map(|c| rejected_call(lang, c)).collect_view();
            let rejected = (!report.record_errors.is_empty()).then(|| view! { <ul class="rej">{rejected}</ul> });
            let first = (!report.first.is_empty()).then(|| app.zone.with(|zone| table(lang, zone, &report.first)));
            Some(view! {
                <p class="maps__counts">{counts}</p>
                {first}
                {rejected}
            })
        })
    };
    view! {
        <ul class="maps__against" aria-live="polite">
            {against}
        </ul>
        <h3>{move || app.t(Formats::First)}</h3>
        {calls}
    }
}
