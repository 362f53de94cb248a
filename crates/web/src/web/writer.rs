//! The worker that writes files: fetched at the first export, one file at a time; the page ends it to cancel.

use super::BUILD;
use super::fetch_error::FetchError;
use super::file_stream::FileStream;
use super::message::{pack, unpack};
use super::reader::Body;
use super::request::{answered, fetch, headers};
use super::sleep::breathe;
use crate::export::about::About;
use crate::export::book::{Contents, Details};
use crate::export::text::{Format, Writer};
use crate::export::writer_protocol::{FileKind, FileOrder, FromWriter, ToWriter};
use crate::export::xlsx::{Job, Step};
use crate::export::{Cell, View, calls, report, warm_up};
use crate::i18n::export::Export;
use crate::i18n::{Message, fill};
use crate::wire::{self, CallsReply, DetailsReply, FailedReply, RowsReply};
use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use std::cell::{Cell as Flag, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, MessageEvent, RequestInit};

/// How long it works before it breathes and may tell how far it has come.
const SLICE_MS: f64 = 40.0;
/// Text goes into the file in pieces of about this many bytes: the browser may keep them on disk.
const PIECE_BYTES: usize = 4 << 20;
/// Minutes of the workbook that it is run in with: some 100 ms of work.
const REHEARSAL_MINUTES: usize = 1440;
const REPORT: &str = "text/html;charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A window of calls as it came, and the generation of the data it was read from.
type Window = (u32, Vec<u8>);

/// The worker's end of the wire.
#[derive(Clone)]
struct Host {
    scope: DedicatedWorkerGlobalScope,
    /// Calls that have come, and who waits for them.
    rows: Rc<RefCell<(Option<Window>, Option<std::task::Waker>)>>,
    /// Whether there is something to write.
    ordered: Rc<Flag<bool>>,
}

/// Starts serving; called once by the worker's `main`.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let host = Host { scope: scope.clone(), rows: Rc::default(), ordered: Rc::default() };
    let handler = {
        let host = host.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| host.receive(&event))
    };
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    host.send(&FromWriter::Ready { build: BUILD.into() }, None);
    spawn_local(rehearse(host));
}

/// Writes a workbook that is discarded, until an order comes.
async fn rehearse(host: Host) {
    let Some((book, zone)) = warm_up::book(REHEARSAL_MINUTES) else { return };
    let mut job = Job::new(book, zone);
    while !host.ordered.get() && matches!(job.step(), Ok(Step::More(_))) {
        breathe().await;
    }
}

impl Host {
    fn receive(&self, event: &MessageEvent) {
        let Some((message, beside)) = unpack::<ToWriter>(event.data()) else { return };
        match message {
            ToWriter::Files => {
                if let Some(port) = beside.at(0) {
                    super::relay::accept(port);
                }
            }
            ToWriter::Write(order) => {
                self.ordered.set(true);
                let (host, source) = (self.clone(), beside.at(0));
                spawn_local(async move {
                    let lang = order.lang;
                    match host.write(*order, source).await {
                        Ok(file) => host.send(&FromWriter::Done, Some(&file)),
                        Err(detail) => {
                            let message = fill(Export::WriteFailed.text(lang), &[("detail", &detail)]);
                            host.send(&FromWriter::Failed { message }, None);
                        }
                    }
                });
            }
            ToWriter::Report(wanted) => {
                self.ordered.set(true);
                let written = report::write(&wanted);
                self.send(&FromWriter::Met(written.met), None);
                match blob(&[Uint8Array::from(written.html.as_bytes()).into()], REPORT) {
                    Ok(file) => self.send(&FromWriter::Done, Some(&file)),
                    Err(detail) => {
                        let message = fill(Export::WriteFailed.text(wanted.lang), &[("detail", &detail)]);
                        self.send(&FromWriter::Failed { message }, None);
                    }
                }
            }
            ToWriter::Rows { generation, bytes } => {
                let mut rows = self.rows.borrow_mut();
                rows.0 = Some((generation, bytes));
                if let Some(waker) = rows.1.take() {
                    waker.wake();
                }
            }
        }
    }

    fn send(&self, message: &FromWriter, file: Option<&Blob>) {
        let file: Vec<JsValue> = file.map(|file| file.clone().into()).into_iter().collect();
        if let Some(parts) = pack(message, &file) {
            let _ = self.scope.post_message(&parts);
        }
    }

    /// Requests the calls from a place on and waits for them.
    async fn window(&self, order: &FileOrder, from: u32) -> Result<RowsReply, String> {
        self.send(&FromWriter::Rows { from }, None);
        let (generation, bytes) = std::future::poll_fn(|context| {
            let mut rows = self.rows.borrow_mut();
            match rows.0.take() {
                Some(window) => std::task::Poll::Ready(window),
                None => {
                    rows.1 = Some(context.waker().clone());
                    std::task::Poll::Pending
                }
            }
        })
        .await;
        if generation != order.data.generation {
            return Err(Export::RowsDiffer.text(order.lang).to_owned());
        }
        wire::decode(&bytes).map_err(|e| e.to_string())
    }

    async fn write(&self, order: FileOrder, source: Option<Blob>) -> Result<Blob, String> {
        match order.kind {
            FileKind::Workbook | FileKind::Charts => self.workbook(order, source).await,
            FileKind::Calls => self.calls(order).await,
        }
    }

    async fn workbook(&self, order: FileOrder, source: Option<Blob>) -> Result<Blob, String> {
        let same = |read: Option<(String, u64)>| read.filter(|(_, bytes)| *bytes == order.data.bytes).map(|(hash, _)| hash);
        let alone = order.kind == FileKind::Charts;
        let sha256 = match (order.data.sha256, source) {
            // It has no place there.
            _ if alone => None,
            (Some(hash), _) => Some(hex(&hash)),
            (None, Some(file)) => same(hash_of(&file).await),
            (None, None) => match &order.feed {
                Some(url) => same(hash_of_feed(url).await.ok()),
                None => None,
            },
        };
        fn open<'a, T: serde::Deserialize<'a>>(bytes: Option<&'a Vec<u8>>) -> Result<Option<T>, String> {
            bytes.map(|bytes| wire::decode(bytes)).transpose().map_err(|e| e.to_string())
        }
        let calls: Option<CallsReply> = open(order.calls.as_ref())?;
        let details: Option<DetailsReply> = open(order.details.as_ref())?;
        let failed: Option<FailedReply> = open(order.failed.as_ref())?;
        let title = order.service.as_ref().map_or("", |(_, title)| title);
        let of_service: Vec<Details> = details.iter().map(|reply| Details { title, reply, metrics: &order.metrics }).collect();
        let report = Contents {
            view: view(&order),
            about: about(&order, sha256.as_deref()),
            calls: calls.as_ref(),
            costs: order.costs.as_ref(),
            details: &of_service,
            failed: failed.as_ref(),
            call_rows: order.call_rows,
        };
        let book = if alone { report.charts_alone() } else { report.book() };
        let Some(book) = book else { return Err(Export::NothingSelected.text(order.lang).to_owned()) };
        let said = |failed: crate::export::xlsx::Failed| failed.message(order.lang);
        let mut job = Job::new(book, order.zone.clone());
        let mut from = Some(0);
        let mut timer = YieldTimer::new();
        loop {
            match job.step().map_err(said)? {
                Step::More(progress) => timer.breathe(self, progress.rows, progress.rows_total).await,
                Step::Calls { progress, .. } => {
                    let Some(next) = from else {
                        job.end_calls().map_err(said)?;
                        continue;
                    };
                    let window = self.window(&order, next).await?;
                    let mut cells = Vec::new();
                    for (service, call) in with_services(&window) {
                        calls::row(view(&order), service, call, &mut cells);
                        job.calls([cells.as_slice()]).map_err(said)?;
                    }
                    from = window.next;
                    timer.breathe(self, progress.rows, progress.rows_total).await;
                }
                Step::Done(bytes) => return blob(&[Uint8Array::from(bytes.as_slice()).into()], XLSX),
            }
        }
    }

    async fn calls(&self, order: FileOrder) -> Result<Blob, String> {
        let (format, view) = (Format::Csv, view(&order));
        let table = calls::head(view, &order.data.labels.names);
        let mut text = String::with_capacity(PIECE_BYTES + (1 << 16));
        let mut writer = Writer::new(view, format, &table, &mut text);
        let (mut pieces, mut rows, mut from) = (Vec::<JsValue>::new(), 0, Some(0));
        let mut timer = YieldTimer::new();
        while let Some(next) = from {
            let window = self.window(&order, next).await?;
            let mut cells: Vec<Cell> = Vec::new();
            for (service, call) in with_services(&window) {
                calls::row(view, service, call, &mut cells);
                writer.row(&cells, &mut text);
            }
            rows += window.rows.len() as u64;
            from = window.next;
            if text.len() >= PIECE_BYTES || from.is_none() {
                pieces.push(blob(&[Uint8Array::from(text.as_bytes()).into()], format.mime())?.into());
                text.clear();
            }
            timer.breathe(self, rows, order.call_rows.unwrap_or(rows)).await;
        }
        if order.call_rows.is_some_and(|announced| announced != rows) {
            return Err(Export::RowsDiffer.text(order.lang).to_owned());
        }
        writer.end(&mut text);
        pieces.push(Uint8Array::from(text.as_bytes()).into());
        blob(&pieces, format.mime())
    }
}

/// Yields now and then, and reports progress.
struct YieldTimer(f64);

impl YieldTimer {
    fn new() -> Self {
        Self(js_sys::Date::now())
    }

    async fn breathe(&mut self, host: &Host, rows: u64, rows_total: u64) {
        if js_sys::Date::now() - self.0 > SLICE_MS {
            host.send(&FromWriter::Progress { rows, rows_total }, None);
            breathe().await;
            self.0 = js_sys::Date::now();
        }
    }
}

/// The calls of a window, each with its service's title.
fn with_services(window: &RowsReply) -> impl Iterator<Item = (&str, &wire::CallRow)> {
    let titles = window.services.iter().flat_map(|(title, rows)| std::iter::repeat_n(title.as_str(), *rows as usize));
    titles.zip(&window.rows)
}

fn view(order: &FileOrder) -> View<'_> {
    View { lang: order.lang, zone: &order.zone, range: order.range }
}

fn about<'a>(order: &'a FileOrder, sha256: Option<&'a str>) -> About<'a> {
    About {
        data: &order.data,
        sha256,
        service: order.service.as_ref().map(|(name, _)| name.as_str()),
        filter: &order.filter,
        range: order.range,
        before: order.before,
        precision: order.precision,
        now_ms: order.now_ms,
        link: Some(&order.link),
        exported_at_ms: order.exported_at_ms,
    }
}

/// The SHA-256 of a file and how many bytes it has; `None` where it cannot be read any more.
async fn hash_of(file: &Blob) -> Option<(String, u64)> {
    let mut stream = FileStream::of(file, 0.0, file.size());
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    loop {
        let chunk = stream.some(f64::INFINITY).await.ok()?;
        if chunk.is_empty() {
            return Some((hex(&hash.finalize()), bytes));
        }
        bytes += chunk.len() as u64;
        hash.update(chunk);
    }
}

/// The same of a bundled feed, as its server sends it.
async fn hash_of_feed(url: &str) -> Result<(String, u64), FetchError> {
    let response = answered(fetch(url, None, &RequestInit::new(), headers()), None).await?;
    let body = Body::of(&response, None)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(chunk) = body.chunk().await? {
        bytes += u64::from(chunk.length());
        hash.update(chunk.to_vec());
    }
    Ok((hex(&hash.finalize()), bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn blob(parts: &[JsValue], kind: &str) -> Result<Blob, String> {
    let list: Array = parts.iter().collect();
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    Blob::new_with_u8_array_sequence_and_options(&list, &bag).map_err(|why| super::fetch_error::words(&why))
}
