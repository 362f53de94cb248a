//! The reader's work beside answering questions. It reads files, feeds, texts and snapshots of
//! every format, polls feeds, saves data sets, reads records, previews a source for the mapping
//! editor, and parses segments of large files for other readers.

mod bytes;
mod chosen;
mod conditional_get;
mod credentials;
mod first;
mod members;
mod parallel_load;
mod parse_helper;
mod policy;
mod poller;
mod preview;
mod record;
mod snapshot;
mod writing;

use super::fetch_error::FetchError;
use super::message::Attachments;
use super::relay;
use super::worker::{Host, LoadStart, Pacer, Role};
use crate::ask::Batch;
use crate::base::address;
use crate::wire::{Channel, DataSet, LoadCause, LoadFailure, MemberSource, Open, Progress, SAMPLE_BYTES, ToReader};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessagePort};

/// See the module's text.
#[derive(Default)]
pub struct Reading {
    keeper: snapshot::Keeper,
    records: record::Records,
    poller: poller::Poller,
}

impl Role for Reading {
    type Message = ToReader;

    fn receive(host: &Host<Self>, message: ToReader, beside: Attachments) {
        match message {
            ToReader::Configuration(text) => chosen::configure(text),
            ToReader::Open(open) => {
                // A member that is no file has an empty place, and fails when it is read.
                let files: Vec<Blob> = (0..open.members.len()).map_while(|place| beside.at(place)).collect();
                let host = host.clone();
                spawn_local(async move { host.open(open, files).await });
            }
            ToReader::Connect(channel) => {
                if let Some(port) = beside.at(0) {
                    connect(host, channel, port);
                }
            }
        }
    }

    fn holds_back(&self) -> bool {
        self.poller.holds_back()
    }

    fn defers(host: &Host<Self>, seq: u32, batch: &Batch, apart: bool) -> bool {
        host.role.poller.looks(host, seq, batch, apart)
    }

    fn loaded(host: &Host<Self>, load: u32, data: &DataSet) {
        host.role.keeper.loaded(data);
        host.role.records.loaded(load);
        host.role.poller.loaded(host, load, data);
    }
}

fn connect(host: &Host<Reading>, channel: Channel, port: MessagePort) {
    match channel {
        Channel::Files => relay::accept(port),
        Channel::Poll => host.role.poller.connect(host, port),
        Channel::Records => host.role.records.connect(&host.engine, port),
        Channel::Keep { name, bare } => {
            host.role.keeper.keep(&host.engine, port, name, bare);
            host.role.poller.keep_still();
        }
        Channel::Preview => preview::connect(port),
        Channel::ParseHelp => parse_helper::connect(port),
    }
}

impl Host<Reading> {
    async fn open(&self, open: Open, files: Vec<Blob>) {
        let Open { load, name, members, rebase, read_as, once } = open;
        let (live, shown) = match members.as_slice() {
            [(MemberSource::Url { live, url, .. }, _)] => (*live, Some(address::shown(url))),
            _ => (false, None),
        };
        let (members, files, read_as) = (members.as_slice(), files.as_slice(), read_as.as_deref());
        let begun = LoadStart { load, name: &name, shown, live, rebase };
        self.load(begun, async |attempt| {
            if once {
                self.engine.borrow_mut().once(load);
            }
            if let Some(trouble) = self.choose(load, read_as) {
                return Some(trouble);
            }
            match members {
                [(MemberSource::Url { url, access, .. }, _)] => {
                    self.read_address(load, (&name, url, access), read_as, attempt).await
                }
                [(MemberSource::Text { text, .. }, _)] => {
                    self.read_text(load, text).await;
                    None
                }
                [(MemberSource::Kept { name }, _)] => self.reopen(load, name).await,
                members => self.read_members(load, members, files, attempt).await,
            }
        })
        .await;
    }

    /// Has the source just begun read by the format or mapping that a user or a link names; `Some` where there is none of that name.
    fn choose(&self, load: u32, read_as: Option<&str>) -> Option<FetchError> {
        match chosen::by_words(read_as?) {
            Ok(choice) => {
                self.engine.borrow_mut().read_as(load, choice);
                None
            }
            Err(detail) => Some(FetchError::new(LoadCause::NoMapping, detail, false)),
        }
    }

    /// Ends a load that will not fit, or a member of which cannot be read.
    fn give_up(&self, load: u32, name: &str, failure: LoadFailure) {
        if self.engine.borrow().is_loading(load) {
            self.fail(load, LoadFailure { name: name.to_owned(), ..failure });
        }
    }

    /// Looks now and then whether a source of which so many more bytes have been read still fits; false where it does not, and the load is over.
    fn fits(&self, load: u32, bytes: u64, pace: &mut Pacer) -> bool {
        pace.unweighed += bytes;
        if pace.unweighed < SAMPLE_BYTES {
            return true;
        }
        pace.unweighed = 0;
        if let Some(total) = pace.total {
            self.engine.borrow_mut().expect(load, total);
        }
        let progress = self.engine.borrow().progress(load);
        let progress = progress.map(|progress| Progress { bytes_total: pace.total, ..progress }).unwrap_or_default();
        match self.role.keeper.too_big(&progress) {
            Some(failure) => {
                self.give_up(load, "", failure);
                false
            }
            None => true,
        }
    }

    /// Reads a stream; false where the load is over before its end. `seen` is shown every chunk.
    async fn read(
        &self,
        load: u32,
        bytes: &mut bytes::Bytes,
        pace: &mut Pacer,
        mut seen: impl FnMut(&[u8]),
    ) -> Result<bool, FetchError> {
        while let Some(chunk) = bytes.next().await? {
            seen(&chunk);
            if !self.push(load, &chunk) || !self.fits(load, chunk.len() as u64, pace) {
                bytes.close();
                return Ok(false);
            }
            self.pause(load, pace).await;
        }
        Ok(true)
    }
}

/// What is shared with tasks that are started.
type Shared<T> = Rc<std::cell::RefCell<T>>;
