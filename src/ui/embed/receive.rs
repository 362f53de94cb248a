//! Takes messages, and does what they ask.

use super::super::{charts, environment as env};
use super::{Conversation, HostContext, Peer, PendingExport, Request};
use crate::base::address;
use crate::embed::{
    Answer, Ask, Code, Data, Export, Fault, Foreign, Incoming, MessageData, PROTOCOL, Read, Shape, What, hello, is_ours,
    query_of, read, view_of,
};
use crate::ui::export::{ExportEvent, HostExport, export_for_host};
use crate::ui::state::Action;
use crate::url::DataSource;
use crate::web::zones;
use js_sys::{Array, ArrayBuffer, JsString, Object, Reflect};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use send_wrapper::SendWrapper;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, File, HtmlElement, MessageEvent, Url, Window};

/// A view that was set shows within this; then the current one is reported.
const SETTLED: Duration = Duration::from_millis(1000);

/// Listens from now on, and takes what was said before.
pub fn start(context: &Rc<HostContext>) {
    let receive = {
        let context = context.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| take(&context, &event))
    };
    let _ = window().add_event_listener_with_callback("message", receive.as_ref().unchecked_ref());
    receive.forget();
    let left = Reflect::get(&js_sys::global(), &"callscope".into()).unwrap_or_default();
    let heard = Reflect::get(&left, &"heard".into()).unwrap_or_default();
    let _ = Reflect::set(&left, &"heard".into(), &JsValue::NULL);
    if Array::is_array(&heard) {
        for event in Array::from(&heard).iter() {
            take(context, event.unchecked_ref());
        }
    }
}

/// A message of any window, to be looked at before anything is believed.
fn take(context: &Rc<HostContext>, event: &MessageEvent) {
    let origin = event.origin();
    // An opaque origin is not unique: no answer could be addressed to it alone.
    if !event.is_trusted() || !origin.contains("://") {
        return;
    }
    let allowed = context.allows(&origin);
    if allowed == Some(false) {
        return;
    }
    let data = Sent(event.data());
    if !is_ours(&data) {
        return;
    }
    let Some(source) = event.source() else { return };
    // A window of another origin is an instance of no class of this one.
    let peer = Peer { window: source.unchecked_into::<Window>(), origin };
    if allowed.is_none() {
        if let Some(nonce) = hello(&data) {
            context.wonder(peer, nonce);
        }
        return;
    }
    // What arrived is a copy without other references.
    let bytes = Reflect::get(&data.0, &"data".into()).unwrap_or_default();
    let carried = match () {
        () if bytes.is_undefined() => MessageData::Nothing,
        () if bytes.is_instance_of::<Blob>() || bytes.is_instance_of::<ArrayBuffer>() => MessageData::Bytes,
        () => MessageData::Other,
    };
    match read(&data, carried) {
        Read::Foreign => {}
        Read::Wrong { nonce, id, fault } => peer.tell(nonce.as_deref(), id, Answer::Error(&fault), None),
        Read::Right(incoming) => act(context, &peer, incoming, bytes),
    }
}

/// What the browser made of a message: it may be anything that can be cloned.
struct Sent(JsValue);

impl Foreign for Sent {
    fn shape(&self) -> Shape {
        let Self(sent) = self;
        if sent.is_null() || sent.is_undefined() {
            Shape::Null
        } else if let Some(is) = sent.as_bool() {
            Shape::Bool(is)
        } else if let Some(number) = sent.as_f64() {
            Shape::Number(number)
        } else if let Some(text) = sent.dyn_ref::<JsString>() {
            Shape::Text(text.length() as usize)
        } else if Array::is_array(sent) {
            Shape::List(sent.unchecked_ref::<Array>().length() as usize)
        } else if sent.is_object() && Object::get_prototype_of(sent) == Object::get_prototype_of(&Object::new()) {
            Shape::Object
        } else {
            // A date, a map, bytes, a number beyond what JSON has.
            Shape::Other
        }
    }

    fn text(&self) -> String {
        self.0.as_string().unwrap_or_default()
    }

    fn item(&self, at: usize) -> Self {
        Self(u32::try_from(at).map(|at| self.0.unchecked_ref::<Array>().get(at)).unwrap_or_default())
    }

    fn names(&self) -> Self {
        Self(Object::keys(self.0.unchecked_ref::<Object>()).into())
    }

    fn field(&self, name: &str) -> Option<Self> {
        Reflect::get(&self.0, &name.into()).ok().filter(|value| !value.is_undefined()).map(Self)
    }
}

fn act(context: &Rc<HostContext>, peer: &Peer, Incoming { nonce, id, ask }: Incoming, bytes: JsValue) {
    if ask == Ask::Hello {
        return context.begin(peer, &nonce, id);
    }
    let found = context.conversations.borrow().iter().find(|one| one.peer == *peer && one.nonce == nonce).cloned();
    let Some(one) = found else {
        let fault = Fault::new(Code::NoConversation, format!("Say hello first: no conversation of {PROTOCOL} has this nonce."));
        return peer.tell(Some(&nonce), id, Answer::Error(&fault), None);
    };
    let request = Request { conversation: one.number, id: id.unwrap_or_default() };
    match ask {
        Ask::Hello => {}
        Ask::Load { data, format } => load(context, request, data, format, &bytes),
        Ask::Cancel(of) => cancel(context, &one, request, of),
        Ask::GetView => context.answer(request, Answer::View(&context.view())),
        Ask::SetView { view, replace } => set_view(context, request, &view, replace),
        Ask::SetBrand(tokens) => set_brand(context, request, &tokens),
        Ask::Export(wanted) => export(context, request, wanted),
        Ask::Close => close(context, &one, id),
    }
}

fn load(context: &Rc<HostContext>, request: Request, data: Data, read_as: Option<String>, bytes: &JsValue) {
    let (source, whole, file) = match data {
        Data::Bytes(name) => match File::new_with_blob_sequence(&Array::of1(bytes), &name) {
            Ok(file) => (DataSource::File(name), String::new(), Some(SendWrapper::new(file))),
            Err(why) => {
                let fault = Fault::field("data", &format!("bytes that can be read; {}", crate::web::fetch_error::words(&why)));
                return context.refuse(request, &fault);
            }
        },
        Data::Address(address) => match allowed(context, &address) {
            true => (DataSource::Url(address::shown(&address)), address, None),
            false => {
                let text = "url: it lies neither on the console's own origin nor on that of a feed in its config.json.";
                return context.refuse(request, &Fault { field: "url".to_owned(), ..Fault::new(Code::NotAllowed, text) });
            }
        },
    };
    context.app.act(Action::Handed { source, whole, file, read_as });
    // It is under way from now on, and `follow` reports its outcome.
    if let Some(load) = context.app.loading.with_untracked(|loading| loading.as_ref().map(|loading| loading.load)) {
        context.loads.borrow_mut().push((load, request));
    }
}

fn allowed(context: &HostContext, address: &str) -> bool {
    let Ok(url) = Url::new_with_base(address, &env::beside("")) else { return false };
    let named = !url.username().is_empty() || !url.password().is_empty();
    let web = matches!(url.protocol().as_str(), "http:" | "https:");
    web && !named && (env::same_origin(address) || context.feeds.contains(&url.origin()) || context.other_feeds)
}

fn cancel(context: &Rc<HostContext>, one: &Conversation, request: Request, of: u64) {
    let wanted = Request { id: of, ..request };
    let under_way = context.app.loading.with_untracked(|loading| loading.as_ref().map(|loading| loading.load));
    if context.loads.borrow().iter().any(|(load, owner)| *owner == wanted && Some(*load) == under_way) {
        context.app.act(Action::CancelLoad);
    }
    let ended = context.export.borrow_mut().take_if(|export| export.of == wanted);
    if ended.is_some() {
        context.refuse(wanted, &Fault::new(Code::Cancelled, "The export was cancelled."));
    }
    one.tell(Some(request.id), Answer::Done);
}

fn set_view(context: &Rc<HostContext>, request: Request, fields: &serde_json::Map<String, serde_json::Value>, replace: bool) {
    let app = context.app;
    let (now, base) = (app.view.get_untracked(), app.base());
    let view = match view_of(fields, &now, &base, zones::is_known) {
        Ok(view) => view,
        Err(fault) => return context.refuse(request, &fault),
    };
    if view == now {
        return context.answer(request, Answer::View(&context.view()));
    }
    *context.made.borrow_mut() = Some((request.conversation, query_of(&view, &base)));
    context.setting.borrow_mut().push(request);
    app.go.run((view, replace));
    // Where the address was refused or means the same, nothing changes, and nothing is sent.
    let context = context.clone();
    set_timeout(move || settle(&context), SETTLED);
}

/// Sends the view to the host that set one.
pub fn settle(context: &HostContext) {
    let waiting = context.setting.take();
    if !waiting.is_empty() {
        let view = context.view();
        for request in waiting {
            context.answer(request, Answer::View(&view));
        }
    }
}

fn set_brand(context: &Rc<HostContext>, request: Request, tokens: &[(String, Option<String>)]) {
    if let Some(root) = document().document_element() {
        // By the object model: a Content-Security-Policy without inline styles refuses the attribute.
        let style = root.unchecked_ref::<HtmlElement>().style();
        for (token, value) in tokens {
            let _ = match value {
                Some(value) => style.set_property(&format!("--{token}"), value),
                None => style.remove_property(&format!("--{token}")).map(drop),
            };
        }
        charts::forget_colours();
        context.app.brand.update(|times| *times += 1);
    }
    context.answer(request, Answer::Done);
}

/// Writes files for a host; the code is the export dialog's.
#[wasm_split(export, wasm_split_path = ::leptos::wasm_split, fallible)]
fn writer() -> Result<HostExport, SplitLoaderError> {
    Ok(export_for_host)
}

fn export(context: &Rc<HostContext>, request: Request, wanted: Export) {
    let app = context.app;
    if app.data.with_untracked(Option::is_none) {
        return context.refuse(request, &Fault::new(Code::NoData, "Nothing is loaded that could be exported."));
    }
    if context.export.borrow().is_some() {
        return context.refuse(request, &Fault::new(Code::Busy, "An export is under way; one at a time."));
    }
    let of_service = matches!(wanted.what, What::Failed | What::Metric(_));
    if of_service && app.view.with_untracked(|view| !view.page.is_of_service()) {
        let text = "It belongs to a service: set page to details or failed, and service.";
        return context.refuse(request, &Fault::new(Code::NoService, text));
    }
    *context.export.borrow_mut() = Some(PendingExport { of: request, writing: None });
    let context = context.clone();
    spawn_local(async move {
        let Ok(export_for_host) = writer().await else {
            let fault = Fault::new(Code::ExportFailed, "The part of the console that writes files could not be fetched.");
            return ended(&context, request, Err(fault));
        };
        let tell = {
            let context = context.clone();
            Rc::new(move |handed: ExportEvent| match handed {
                ExportEvent::Progress { rows, rows_total } => context.answer(request, Answer::Writing { rows, rows_total }),
                ExportEvent::Failed(fault) => ended(&context, request, Err(fault)),
                ExportEvent::Done { name, mime, file } => {
                    let context = context.clone();
                    spawn_local(async move {
                        let bytes = JsFuture::from(file.array_buffer()).await.map(JsCast::unchecked_into::<ArrayBuffer>);
                        let bytes = bytes.map_err(|why| Fault::new(Code::ExportFailed, crate::web::fetch_error::words(&why)));
                        ended(&context, request, bytes.map(|bytes| (name, mime, bytes)));
                    });
                }
            })
        };
        // It may have been cancelled while the code was fetched.
        if is_under_way(&context, request) {
            let writing = export_for_host(app, wanted, tell);
            if let Some(export) = context.export.borrow_mut().as_mut() {
                export.writing = writing;
            }
        }
    });
}

fn is_under_way(context: &HostContext, request: Request) -> bool {
    context.export.borrow().as_ref().is_some_and(|export| export.of == request)
}

/// An export is over: its file is sent, or why there is none. Nothing is said of one that was cancelled.
fn ended(context: &HostContext, request: Request, outcome: Result<(String, &'static str, ArrayBuffer), Fault>) {
    let Some(export) = context.export.borrow_mut().take_if(|export| export.of == request) else { return };
    // Not now: this may run inside one of the writer's callbacks.
    if let Some(writing) = export.writing {
        spawn_local(async move { drop(writing) });
    }
    let Some(one) = context.of(request) else { return };
    match outcome {
        Ok((name, mime, bytes)) => {
            let told = Answer::Exported { name: &name, mime, bytes: u64::from(bytes.byte_length()) };
            one.peer.tell(Some(&one.nonce), Some(request.id), told, Some(&bytes));
        }
        Err(fault) => one.tell(Some(request.id), Answer::Error(&fault)),
    }
}

fn close(context: &Rc<HostContext>, one: &Conversation, id: Option<u64>) {
    context.export.borrow_mut().take_if(|export| export.of.conversation == one.number);
    one.tell(id, Answer::Closed);
    context.conversations.borrow_mut().retain(|other| other.number != one.number);
}
