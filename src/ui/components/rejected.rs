//! Calls that were rejected: how many for which reason, and the first of them with place, field and what was found.

use super::{Dialog, Dialogs};
use crate::base::num;
use crate::export::{View, text};
use crate::i18n::common::Common;
use crate::i18n::formats::Formats;
use crate::i18n::states::{self, States};
use crate::i18n::{Lang, Message, fill};
use crate::ui::deployment::shows_log;
use crate::ui::export::save;
use crate::ui::state::{Action, App};
use crate::wire::{RecordError, Rejected};
use leptos::prelude::*;

/// Samples shown; the list that can be copied holds all that were kept.
const SHOWN: usize = 200;

/// A number that may be unknown.
fn number(n: u64) -> String {
    if n == 0 { "-".into() } else { num::whole(n) }
}

/// The list as tab-separated text.
fn plain(lang: Lang, rejected: &Rejected) -> String {
    let head = [
        States::ColumnCall,
        States::ColumnLine,
        States::ColumnByte,
        States::ColumnField,
        States::ColumnReason,
        States::ColumnFound,
    ];
    let mut out = head.map(|h| h.text(lang)).join("\t");
    for c in &rejected.samples {
        let found = c.found.replace(['\t', '\n', '\r'], " ");
        let place = c.place;
        let reason = states::problem(lang, c.problem);
        out.push_str(&format!("\n{}\t{}\t{}\t{}\t{reason}\t{found}", place.call, place.line, place.byte, c.field));
    }
    out
}

/// Reasons with their counts and the first place of each.
#[component]
pub fn Reasons(rejected: Rejected) -> impl IntoView {
    let app = App::get();
    let rows = move || {
        let lang = app.lang.get();
        let one = |(problem, count): &(crate::wire::Problem, u64)| {
            let first = rejected.samples.iter().find(|c| c.problem == *problem);
            let at = first.and_then(|c| states::place(lang, c.place));
            view! {
                <li>
                    <b>{num::whole(*count)}</b>
                    <span>{states::problem(lang, *problem)}</span>
                    <span class="at">{at}</span>
                </li>
            }
        };
        rejected.reasons.iter().map(one).collect_view()
    };
    view! { <ul class="rej">{rows}</ul> }
}

/// A rejected call: its number, what was wrong, what was found there, and where.
pub fn rejected_call(lang: Lang, record_error: &RecordError) -> impl IntoView + use<> {
    let field = (!record_error.field.is_empty()).then(|| view! { <code>{record_error.field.clone()}</code>" " });
    let found = (!record_error.found.is_empty() && shows_log()).then(|| view! { " " <code>{record_error.found.clone()}</code> });
    view! {
        <li>
            <b>{number(record_error.place.call)}</b>
            <span>{field} {states::problem(lang, record_error.problem)} {found}</span>
            <span class="at">{states::place_in_text(lang, record_error.place)}</span>
        </li>
    }
}

/// What may be said of rejected calls here.
fn told(rejected: Rejected) -> Rejected {
    if shows_log() { rejected } else { rejected.without_log() }
}

/// The dialog of rejected calls.
#[component]
pub fn RejectedDialog() -> impl IntoView {
    let app = App::get();
    let open = Dialogs::get().rejected;
    view! {
        <Dialog id="d-rejected" title=Signal::derive(move || app.t(States::DialogTitle).to_owned()) open=open>
            <Body open=open/>
        </Dialog>
    }
}

#[component]
fn Body(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let rejected =
        Memo::new(move |_| app.data.with(|d| d.as_ref().map(|d| (told(d.rejected.clone()), d.records()))).unwrap_or_default());
    let intro = move || {
        rejected.with(|(r, all)| fill(app.t(States::DialogText), &[("n", &num::whole(r.count)), ("all", &num::whole(*all))]))
    };
    let samples = move || {
        let lang = app.lang.get();
        rejected.with(|(r, _)| r.samples.iter().take(SHOWN).map(|c| rejected_call(lang, c)).collect_view())
    };
    let shown = move || {
        let n = rejected.with(|(r, _)| r.samples.len().min(SHOWN));
        fill(app.t(States::FirstOnes), &[("n", &n.to_string())])
    };
    let copy = move |_| {
        let text = rejected.with_untracked(|(r, _)| plain(app.lang.get_untracked(), r));
        app.act(Action::Copy(text));
    };
    let download = move |_| {
        let (lang, range) = (app.lang.get_untracked(), app.range.get_untracked());
        let table = rejected.with_untracked(|(r, _)| crate::export::rejected::table(lang, r));
        let text = app.zone.with_untracked(|zone| text::write(View { lang, zone, range }, text::Format::Csv, &table));
        let name = app.data.with_untracked(|d| d.as_ref().map(|d| d.name.clone())).unwrap_or_default();
        let saved = save::text_blob(&text, text::Format::Csv.mime())
            .and_then(|file| save::save(&file, &format!("{name} {}.csv", table.id.key())));
        if saved.is_err() {
            app.toast.set(Some(Formats::NotSaved.text(lang).to_owned()));
        }
    };
    view! {
        <div class="dlg__body">
            <p>{intro}</p>
            {move || view! { <Reasons rejected=rejected.with(|(r, _)| r.clone())/> }}
            <h3>{shown}</h3>
            <ul class="rej" tabindex="0" aria-label=shown>
                {samples}
            </ul>
        </div>
        <div class="dlg__foot">
            <span class="grow"></span>
            <button class="btn" type="button" on:click=download>
                {move || app.t(Formats::Download)}
            </button>
            <button class="btn" type="button" on:click=copy>
                {move || app.t(States::CopyList)}
            </button>
            <button class="btn btn--main" type="button" on:click=move |_| open.set(false)>
                {move || app.t(Common::Close)}
            </button>
        </div>
    }
}
