//! The mapping that is being edited, and the reader's result for it.

use super::preview::Preview;
use super::{members, saved};
use crate::i18n::mapping::Mappings;
use crate::i18n::{Message, fill};
use crate::model::mapping::Mapping;
use crate::ui::export::save;
use crate::ui::state::{Action, App, SourceHandle};
use crate::web::fetch_error::words;
use crate::wire::LoadCause;
use crate::wire::preview::{Answer, Ask, PreviewReport};
use leptos::prelude::*;
use std::collections::VecDeque;
use web_sys::Blob;

/// The mapping that names and values suggest, among those to begin with.
pub const SUGGESTED: &str = "suggested";
/// One that was opened, came with the link, or has been changed.
pub const OWN: &str = "own";
/// What is before the name of a saved or configured one there.
pub const SAVED: &str = "saved:";
pub const CONFIGURED: &str = "configured:";

/// What waits for the reader's word on the last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Read,
    Save,
    Download,
}

/// See the module's text.
#[derive(Clone, Copy)]
pub struct Editor {
    pub app: App,
    open: RwSignal<bool>,
    /// As the user has it now.
    pub draft: RwSignal<Mapping>,
    /// What the reader said last; `None` before its first word.
    pub report: RwSignal<Option<PreviewReport>>,
    /// Which one was begun with: one of the constants above, with a name.
    pub begun: RwSignal<String>,
    pub saved: RwSignal<Vec<String>>,
    /// What went wrong beside the mapping itself.
    pub wrong: RwSignal<Option<String>>,
    /// Whether the reader could look into the source at all.
    pub nothing: RwSignal<Option<LoadCause>>,
    pub then: RwSignal<Option<Then>>,
    /// For each question that was not answered yet, whether its answer's mapping is to be edited.
    asked: StoredValue<VecDeque<bool>>,
    pub pending: RwSignal<bool>,
    preview: StoredValue<Option<Preview>, LocalStorage>,
    opened: StoredValue<Option<SourceHandle>>,
    /// Of several members, the one that is looked into.
    pub which: RwSignal<usize>,
}

impl Editor {
    /// Looks into a source; ended with the owner.
    pub fn start(app: App, open: RwSignal<bool>, opened: SourceHandle) -> Self {
        let first = app.data.with_untracked(|data| members::first(&members::members(&opened.1), data.as_ref()));
        let editor = Self {
            app,
            open,
            draft: RwSignal::default(),
            report: RwSignal::new(None),
            begun: RwSignal::new(SUGGESTED.to_owned()),
            saved: RwSignal::new(saved::names()),
            wrong: RwSignal::new(None),
            nothing: RwSignal::new(None),
            then: RwSignal::new(None),
            asked: StoredValue::default(),
            pending: RwSignal::new(false),
            preview: StoredValue::new_local(None),
            opened: StoredValue::new(Some(opened)),
            which: RwSignal::new(first),
        };
        match Preview::start(move |answer| editor.receive(answer)) {
            Ok(preview) => editor.preview.set_value(Some(preview)),
            Err(why) => editor.no_reader(&words(&why)),
        }
        on_cleanup(move || drop(editor.preview.try_update_value(Option::take)));
        editor.look_into(first);
        Effect::new(move |_| {
            if let (Some(then), false) = (editor.then.get(), editor.pending.get()) {
                editor.then.set(None);
                editor.fulfil(then);
            }
        });
        editor
    }

    /// Names of the members, where the source has several, and whether each can be looked into.
    pub fn members(&self) -> Vec<(String, bool)> {
        self.opened.with_value(|opened| opened.as_ref().map(|opened| members::members(&opened.1)).unwrap_or_default())
    }

    /// Looks into a member, of several, or into the source.
    pub fn look_into(&self, which: usize) {
        let into = self.opened.with_value(|opened| {
            let (_, handle) = &**opened.as_ref()?;
            let ask = Ask::Into { source: handle.members.get(which)?.0.clone(), mapping: members::read_as(handle, which) };
            Some((ask, handle.file(which).cloned()))
        });
        if let Some((ask, file)) = into {
            self.which.set(which);
            self.report.set(None);
            self.nothing.set(None);
            self.wrong.set(None);
            self.begun.set(SUGGESTED.to_owned());
            self.post(&ask, file.as_ref(), true);
        }
    }

    fn no_reader(&self, why: &str) {
        self.wrong.set(Some(fill(Mappings::NoReader.text(self.app.lang.get_untracked()), &[("why", why)])));
    }

    fn post(&self, ask: &Ask, file: Option<&Blob>, adopt: bool) {
        self.preview.with_value(|preview| {
            if let Some(preview) = preview {
                self.asked.update_value(|asked| asked.push_back(adopt));
                self.pending.set(true);
                preview.ask(ask, file);
            }
        });
    }

    /// Begins anew with another mapping.
    pub fn ask(&self, ask: &Ask) {
        self.wrong.set(None);
        self.post(ask, None, true);
    }

    /// Changes the mapping, and asks what comes of it.
    pub fn edit(&self, change: impl FnOnce(&mut Mapping)) {
        self.draft.update(change);
        self.wrong.set(None);
        // What was changed is no longer the deployment's.
        if self.begun.with_untracked(|begun| begun.starts_with(CONFIGURED)) {
            self.begun.set(OWN.to_owned());
        }
        self.post(&Ask::By(self.draft.get_untracked()), None, false);
    }

    fn receive(&self, answer: Result<Answer, String>) {
        let Some(adopt) = self.asked.try_update_value(VecDeque::pop_front) else { return };
        self.pending.set(self.asked.with_value(|asked| !asked.is_empty()));
        match answer {
            Ok(Answer::Preview(report)) => {
                if adopt == Some(true) {
                    self.draft.set(report.mapping.clone());
                }
                if self.report.with_untracked(Option::is_none) {
                    self.name_begun(&report.configured);
                }
                self.report.set(Some(*report));
            }
            Ok(Answer::NoMapping(why)) => {
                self.then.set(None);
                self.wrong.set(Some(fill(Mappings::NoMapping.text(self.app.lang.get_untracked()), &[("why", &why)])));
            }
            Ok(Answer::Nothing(cause)) => self.nothing.set(Some(cause)),
            Err(why) => self.no_reader(&why),
        }
    }

    /// Says which mapping the first answer is of: the one that the source was read by, or the suggested one.
    fn name_begun(&self, configured: &[String]) {
        let which = self.which.get_untracked();
        match self.opened.with_value(|opened| members::read_as(&opened.as_ref()?.1, which)) {
            Some(name) if configured.contains(&name) => self.begun.set(format!("{CONFIGURED}{name}")),
            Some(json) if json.starts_with('{') => self.begun.set(OWN.to_owned()),
            _ => {}
        }
    }

    fn fulfil(&self, then: Then) {
        let Some(report) = self.report.get_untracked() else { return };
        let lang = self.app.lang.get_untracked();
        let name = report.mapping.name.trim();
        match then {
            Then::Read => self.read(&report),
            Then::Save if name.is_empty() => self.wrong.set(Some(Mappings::NeedsName.text(lang).to_owned())),
            Then::Save if saved::save(name, &report.json) => {
                self.saved.set(saved::names());
                self.begun.set(format!("{SAVED}{name}"));
                self.app.toast.set(Some(fill(Mappings::SavedAs.text(lang), &[("name", name)])));
            }
            Then::Save => self.wrong.set(Some(Mappings::NotKept.text(lang).to_owned())),
            Then::Download => {
                let file = if name.is_empty() { "mapping" } else { name };
                let blob = save::text_blob(&report.json, "application/json");
                if let Err(why) = blob.and_then(|blob| save::save(&blob, &format!("{file}.json"))) {
                    self.wrong.set(Some(words(&why)));
                }
            }
        }
    }

    /// Reads the source by the mapping, which then is in the address; of several members the one at hand, the others as they were.
    fn read(&self, report: &PreviewReport) {
        let Some(named) = self.opened.with_value(|opened| opened.as_ref().map(|opened| opened.0.clone())) else { return };
        let begun = self.begun.get_untracked();
        let words = begun.strip_prefix(CONFIGURED).map_or_else(|| report.short.clone(), str::to_owned);
        self.open.set(false);
        let app = self.app;
        if self.members().len() > 1 {
            let which = self.which.get_untracked();
            if let Some(action) = self.opened.with_value(|opened| members::with(opened.as_ref()?, which, &words)) {
                app.act(action);
            }
            return;
        }
        let read_as = Some(words);
        if app.view.with_untracked(|view| view.source == named && view.read_as == read_as) {
            app.act(Action::Retry);
        } else {
            app.update(move |view| {
                *view = view.with_source(named, &app.base());
                view.read_as = read_as;
            });
        }
    }
}
