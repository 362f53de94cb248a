//! The question whether a page may control this one, and the notice where no question is shown.

use super::{HostContext, Notice};
use crate::i18n::common::Common;
use crate::i18n::embed::Embed as Words;
use crate::i18n::fill;
use crate::ui::components::{Glyph, Icon};
use crate::ui::state::App;
use leptos::html::Div;
use leptos::prelude::*;
use std::rc::Rc;
use std::time::Duration;

/// How often it is looked whether the question can be read, and how many times it has to be in a row.
const LOOK: Duration = Duration::from_millis(250);
const LOOKS: u32 = 4;

/// Whether the question could be read: for the last second it was whole in a window that had the focus. A page can lay another window over
/// this one and take it away under the pointer, or open this one so small that of the question only a button shows.
fn could_be_read(question: NodeRef<Div>) -> Memo<bool> {
    let seen = RwSignal::new(0_u32);
    let see = move || {
        let is_read = is_read(question);
        seen.try_update(|seen| *seen = if is_read { seen.saturating_add(1) } else { 0 });
    };
    let looking = set_interval_with_handle(see, LOOK).ok();
    let left = window_event_listener(leptos::ev::blur, move |_| {
        seen.try_set(0);
    });
    on_cleanup(move || {
        looking.inspect(|looking| looking.clear());
        left.remove();
    });
    Memo::new(move |_| seen.get() >= LOOKS)
}

fn is_read(question: NodeRef<Div>) -> bool {
    let (Some(question), Some(root)) = (question.get_untracked(), document().document_element()) else { return false };
    let of = question.get_bounding_client_rect();
    let (width, height) = (f64::from(root.client_width()), f64::from(root.client_height()));
    let is_whole = of.left() >= 0.0 && of.top() >= 0.0 && of.right() <= width && of.bottom() <= height;
    is_whole && document().has_focus().unwrap_or(false)
}

/// What there is to say, if anything.
pub fn notices(context: &Rc<HostContext>) -> impl IntoView + use<> {
    let notice = context.notice;
    let context = StoredValue::new_local(context.clone());
    move || {
        notice.get().map(|notice| match notice {
            Notice::Asked(asked) => question(context, &asked.0.origin).into_any(),
            Notice::InFrame(origin) => in_frame(context, &origin).into_any(),
        })
    }
}

fn question(context: StoredValue<Rc<HostContext>, LocalStorage>, origin: &str) -> impl IntoView + use<> {
    let app = App::get();
    let decide = move |allowed: bool| context.with_value(|context| context.decide(allowed));
    let whole = NodeRef::new();
    let ready = could_be_read(whole);
    view! {
        <div class="notices">
            <div class="banner banner--warn" role="alert" node_ref=whole>
                <Icon of=Glyph::Warn/>
                <p>
                    <b>{fill(app.t(Words::Asks), &[("origin", origin)])}</b>
                    " "
                    <span>{app.t(Words::AsksText)}</span>
                </p>
                <button
                    class="btn btn--sm"
                    type="button"
                    title=app.t(Words::AllowWhen)
                    disabled=move || !ready.get()
                    on:click=move |_| decide(true)
                >
                    {app.t(Words::AllowOnce)}
                </button>
                <button class="btn btn--sm" type="button" on:click=move |_| decide(false)>
                    {app.t(Words::Refuse)}
                </button>
            </div>
        </div>
    }
}

fn in_frame(context: StoredValue<Rc<HostContext>, LocalStorage>, origin: &str) -> impl IntoView + use<> {
    let app = App::get();
    view! {
        <div class="notices">
            <div class="banner banner--info" role="status">
                <Icon of=Glyph::Info/>
                <p>
                    <b>{fill(app.t(Words::InFrame), &[("origin", origin)])}</b>
                    " "
                    <span>{app.t(Words::InFrameText)}</span>
                </p>
                <button
                    class="btn btn--bare btn--sm btn--icon"
                    type="button"
                    aria-label=app.t(Common::Dismiss)
                    on:click=move |_| context.with_value(|context| context.notice.set(None))
                >
                    <Icon of=Glyph::X/>
                </button>
            </div>
        </div>
    }
}
