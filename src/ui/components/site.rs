//! Notices about the site itself: a newer build to take (`public/offline.js` offers it), and what is wrong with the deployment's
//! `config.json`, each fault with its place in a dialog. Files that the operating system opened with the installed page come here too.

use super::{Dialog, Glyph, Icon, file_inputs};
use crate::config::{self, Fault};
use crate::i18n::common::Common;
use crate::i18n::config::Config;
use crate::i18n::live::Live;
use crate::i18n::states::States;
use crate::i18n::{Lang, Message, fill, plural};
use crate::ui::deployment::{self, left};
use crate::ui::state::{Action, App};
use crate::web::zones;
use js_sys::{Array, Function, Reflect};
use leptos::ev::Custom;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Event, File};

/// From shown data to storing the site: the user's first look does not wait for it.
const KEEP_AFTER: Duration = Duration::from_secs(3);

/// What there is to say.
#[derive(Clone)]
enum ConfigProblem {
    /// No configuration came; `why` is empty where something else did, and `faults` what is wrong with that.
    Unread {
        why: String,
        faults: Vec<Fault>,
        /// An older one is in force.
        copy: bool,
    },
    Faults(Vec<Fault>),
}

impl ConfigProblem {
    fn found() -> Option<Self> {
        let faults = |text: &str| config::read(text, zones::is_known).faults;
        let (why, wrong, text) = (deployment::text("trouble"), left("wrong").as_string(), deployment::text("text"));
        if !why.is_empty() || wrong.is_some() {
            let faults = wrong.map(|wrong| faults(&wrong)).unwrap_or_default();
            return Some(ConfigProblem::Unread { why, faults, copy: !text.is_empty() });
        }
        let faults = faults(&text);
        (!faults.is_empty()).then_some(ConfigProblem::Faults(faults))
    }

    /// The fact, and what follows from it.
    fn words(&self, lang: Lang) -> (String, &'static str) {
        match self {
            ConfigProblem::Unread { why, copy, .. } => {
                let follows = if *copy { Config::KeptText } else { Config::AbsentText };
                (fill(Config::Absent.text(lang), &[("detail", &unread(lang, why))]), follows.text(lang))
            }
            ConfigProblem::Faults(faults) => {
                let n = faults.len() as u64;
                let fact = plural(lang, n, Config::NoticeOne, Config::NoticeMany);
                (fill(fact, &[("n", &n.to_string())]), Config::NoticeText.text(lang))
            }
        }
    }

    fn faults(&self) -> &[Fault] {
        match self {
            ConfigProblem::Unread { faults, .. } | ConfigProblem::Faults(faults) => faults,
        }
    }
}

/// Why the file could not be read: `public/boot.js` leaves the status, a word of its own or the error's text.
fn unread(lang: Lang, why: &str) -> String {
    let words = match why {
        "" => Config::NoConfiguration,
        "redirect" => Config::Redirect,
        "offline" => Config::Offline,
        "TimeoutError" => Config::Silent,
        _ => match why.strip_prefix("HTTP ") {
            Some(status) => return fill(Config::Status.text(lang), &[("status", status)]),
            None => return why.to_owned(),
        },
    };
    words.text(lang).to_owned()
}

/// Runs `then` now, and whenever `public/offline.js` says this.
fn follow(event: &'static str, then: impl Fn() + Clone + 'static) {
    then();
    let heard = window_event_listener(Custom::<Event>::new(event), move |_| then());
    on_cleanup(move || heard.remove());
}

/// A newer build that a user may take; the page is loaded anew then, and not before.
#[component]
fn UpdateNotice() -> impl IntoView {
    let app = App::get();
    let offered = RwSignal::new(false);
    follow("callscope:update", move || offered.set(left("update").is_function()));
    let load = move |_| {
        if let Ok(update) = left("update").dyn_into::<Function>() {
            let _ = update.call0(&JsValue::NULL);
        }
    };
    move || {
        offered.get().then(|| {
            view! {
                <div class="notices">
                    <div class="banner banner--info" role="status">
                        <Icon of=Glyph::Info/>
                        <p>
                            <b>{app.t(Config::UpdateTitle)}</b>
                            " "
                            <span>{app.t(Config::UpdateText)}</span>
                        </p>
                        <button class="btn btn--sm" type="button" on:click=load>
                            {app.t(Config::UpdateTake)}
                        </button>
                        <button
                            class="btn btn--bare btn--sm btn--icon"
                            type="button"
                            aria-label=app.t(Common::Dismiss)
                            on:click=move |_| offered.set(false)
                        >
                            <Icon of=Glyph::X/>
                        </button>
                    </div>
                </div>
            }
        })
    }
}

/// Has the site stored for use without a network, where that is possible, once data is shown and some time has passed.
fn keep(app: App) {
    Effect::new(move |asked: Option<bool>| {
        let stands = app.loading.with(Option::is_none);
        let asked = asked.unwrap_or_default();
        if stands && !asked {
            set_timeout(
                || {
                    if let Ok(offline) = left("offline").dyn_into::<Function>() {
                        let _ = offline.call0(&JsValue::NULL);
                    }
                },
                KEEP_AFTER,
            );
        }
        asked || stands
    });
}

/// Opens the files that the operating system passed on, once.
fn take_opened(app: App) {
    let opened = left("opened");
    if !Array::is_array(&opened) {
        return;
    }
    let files: Vec<File> = Array::from(&opened).into_iter().filter_map(|file| file.dyn_into().ok()).collect();
    if !files.is_empty() {
        let site = Reflect::get(&js_sys::global(), &"callscope".into()).unwrap_or_default();
        let _ = Reflect::set(&site, &"opened".into(), &Array::new());
        file_inputs::open(app, files.into_iter().map(|file| (file.name(), file)).collect());
    }
}

/// The notices; nothing where all is well, or once they were dismissed.
#[component]
pub fn SiteNotice() -> impl IntoView {
    let app = App::get();
    follow("callscope:opened", move || take_opened(app));
    keep(app);
    let trouble = RwSignal::new(ConfigProblem::found());
    let open = RwSignal::new(false);
    let notice = move || {
        let told = trouble.get()?;
        let (fact, text) = told.words(app.lang.get());
        let again = matches!(told, ConfigProblem::Unread { .. }).then(|| {
            view! {
                <button class="btn btn--sm" type="button" on:click=|_| drop(window().location().reload())>
                    {app.t(Live::Reload)}
                </button>
            }
        });
        let details = (!told.faults().is_empty()).then(|| {
            view! {
                <button class="btn btn--sm" type="button" on:click=move |_| open.set(true)>
                    {app.t(States::Details)}
                </button>
            }
        });
        Some(view! {
            <div class="notices">
                <div class="banner banner--warn" role="status">
                    <Icon of=Glyph::Warn/>
                    <p>
                        <b>{fact}</b>
                        " "
                        <span>{text}</span>
                    </p>
                    {details}
                    {again}
                    <button
                        class="btn btn--bare btn--sm btn--icon"
                        type="button"
                        aria-label=app.t(Common::Dismiss)
                        on:click=move |_| trouble.set(None)
                    >
                        <Icon of=Glyph::X/>
                    </button>
                </div>
            </div>
        })
    };
    let faults = move || {
        let lang = app.lang.get();
        trouble.get().map(|told| told.faults().iter().map(|fault| fault.text(lang)).collect::<Vec<_>>()).unwrap_or_default()
    };
    let copy = move |_| app.act(Action::Copy(untrack(faults).join("\n")));
    view! {
        <UpdateNotice/>
        {notice}
        <Dialog id="d-site" title=Signal::derive(move || app.t(Config::DialogTitle).to_owned()) open=open>
            <div class="dlg__body">
                <p>{move || app.t(Config::DialogText)}</p>
                <ul class="faults">{move || faults().into_iter().map(|fault| view! { <li>{fault}</li> }).collect_view()}</ul>
            </div>
            <div class="dlg__foot">
                <span class="grow"></span>
                <button class="btn" type="button" on:click=copy>
                    {move || app.t(States::CopyList)}
                </button>
                <button class="btn btn--main" type="button" on:click=move |_| open.set(false)>
                    {move || app.t(Common::Close)}
                </button>
            </div>
        </Dialog>
    }
}
