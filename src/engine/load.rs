//! Takes a source's bytes, in chunks cut anywhere, to a [`Store`] and what the page needs to know of it.
//!
//! No clock, no browser: the worker feeds it from a file or an address, tests from memory.

mod intake;
mod rebase;

use crate::base::order::sort_by;
use crate::ingest::call::shorten_bytes;
use crate::ingest::callscope::VERSION;
use crate::ingest::gunzip::{Gunzip, GzipError, MAGIC};
use crate::ingest::importer::{About, DETECT_BYTES, DeclaredService, Importer, Unrecognised, detect};
use crate::model::{Dim, ServiceType};
use crate::stats::Counts;
use crate::store::{Dict, Store};
use crate::wire::{Complaint, DataSet, LoadCause, LoadFailure, Place, Progress, Rebase, Rejected, ServiceInfo, Stage};
use intake::Intake;

/// Reads one source. A failure is final; dropping the loader cancels.
pub struct Loader {
    name: String,
    live: bool,
    rebase: Option<Rebase>,
    bytes: u64,
    packing: Packing,
    reading: Reading,
    failed: Option<LoadFailure>,
}

/// Whether the source is gzipped.
enum Packing {
    /// Fewer bytes than it takes to tell.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<Gunzip>),
    /// Unpacking broke; what came before stands.
    Broken(GzipError),
}

/// The unpacked side.
#[derive(Default)]
struct Reading {
    /// The first text, until the format is told by it; afterwards what a failure quotes.
    prefix: Vec<u8>,
    importer: Option<Box<dyn Importer>>,
    intake: Intake,
    text_bytes: u64,
    line_breaks: u64,
    unrecognised: Option<Unrecognised>,
}

impl Reading {
    fn text(&mut self, text: &[u8]) {
        self.text_bytes += text.len() as u64;
        self.line_breaks += memchr::memchr_iter(b'\n', text).count() as u64;
        if self.unrecognised.is_some() {
            return;
        }
        let result = if let Some(importer) = &mut self.importer {
            importer.feed(text, &mut self.intake)
        } else {
            self.prefix.extend_from_slice(text);
            if self.prefix.len() < DETECT_BYTES { Ok(()) } else { self.start() }
        };
        self.unrecognised = result.err();
    }

    /// Chooses the importer and gives it what was held back.
    fn start(&mut self) -> Result<(), Unrecognised> {
        let format = detect(&self.prefix[..self.prefix.len().min(DETECT_BYTES)])?;
        let mut importer = (format.importer)();
        let fed = importer.feed(&self.prefix, &mut self.intake);
        self.prefix.truncate(DETECT_BYTES);
        self.importer = Some(importer);
        fed
    }

    fn finish(&mut self) -> Result<About, Unrecognised> {
        if let Some(unrecognised) = self.unrecognised.take() {
            return Err(unrecognised);
        }
        if self.importer.is_none() {
            self.start()?;
        }
        match self.importer.take() {
            Some(importer) => importer.finish(&mut self.intake),
            None => Err(Unrecognised::Empty),
        }
    }

    /// The place where the text ends.
    fn end(&self) -> Place {
        Place { line: self.line_breaks + 1, byte: self.text_bytes, call: self.intake.begun() + 1 }
    }
}

// A failure is made once per load and carries what the page shows; a box would only cost its readers.
#[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
impl Loader {
    /// `live`: the source is a feed at an address. `rebase`: how demonstration data is moved to the present; without it, it stays.
    pub fn new(name: impl Into<String>, live: bool, rebase: Option<Rebase>) -> Self {
        Self {
            name: name.into(),
            live,
            rebase,
            bytes: 0,
            packing: Packing::Unknown(Vec::new()),
            reading: Reading::default(),
            failed: None,
        }
    }

    /// Takes the next bytes as they come from the source, gzipped or not.
    ///
    /// # Errors
    /// As soon as it is certain that nothing will come of the source.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), LoadFailure> {
        if let Some(failure) = &self.failed {
            return Err(failure.clone());
        }
        self.bytes += bytes.len() as u64;
        if let Packing::Unknown(held) = &mut self.packing {
            held.extend_from_slice(bytes);
            if held.len() < MAGIC.len() {
                return Ok(());
            }
            let held = core::mem::take(held);
            self.packing = if held.starts_with(&MAGIC) { Packing::Gzip(Box::default()) } else { Packing::Plain };
            self.unpack(&held);
        } else {
            self.unpack(bytes);
        }
        match self.reading.unrecognised.take() {
            None => Ok(()),
            Some(unrecognised) => {
                let failure = self.failure(&unrecognised);
                self.failed = Some(failure.clone());
                Err(failure)
            }
        }
    }

    fn unpack(&mut self, bytes: &[u8]) {
        match &mut self.packing {
            Packing::Gzip(gunzip) => {
                if let Err(e) = gunzip.push(bytes, &mut |text| self.reading.text(text)) {
                    self.packing = Packing::Broken(e);
                }
            }
            Packing::Plain | Packing::Unknown(_) => self.reading.text(bytes),
            Packing::Broken(_) => {}
        }
    }

    /// How far it has come. The source's whole size and the attempt are the caller's to fill in.
    pub fn progress(&self) -> Progress {
        Progress {
            stage: Stage::Reading,
            bytes_read: self.bytes,
            bytes_total: None,
            calls: self.reading.intake.calls(),
            rejected: self.reading.intake.rejected(),
            attempt: 0,
        }
    }

    /// Ends the source: orders the columns and sums up. The caller sets the generation.
    ///
    /// # Errors
    /// Where the source held no call.
    pub fn finish(mut self) -> Result<(Store, DataSet), LoadFailure> {
        if let Some(failure) = self.failed {
            return Err(failure);
        }
        if let Packing::Unknown(held) = &mut self.packing {
            let held = core::mem::take(held);
            self.packing = Packing::Plain;
            self.unpack(&held);
        }
        let unpacking = match &self.packing {
            Packing::Gzip(gunzip) => gunzip.finish().err(),
            Packing::Broken(e) => Some(*e),
            _ => None,
        };
        let about = self.reading.finish();
        let mut about = match (about, unpacking) {
            (Ok(about), _) => about,
            // Too little came out to tell what it is.
            (Err(_), Some(_)) => About::default(),
            (Err(unrecognised), None) => return Err(self.failure(&unrecognised)),
        };
        if let Some(GzipError { problem, packed_byte }) = unpacking {
            let place = about.cut_short.as_ref().map_or_else(|| self.reading.end(), |cut| cut.place);
            about.cut_short =
                Some(Complaint { place, problem, field: String::new(), found: format!("gzip: {packed_byte} / {}", self.bytes) });
        }
        if self.reading.intake.calls() == 0 {
            return Err(self.no_calls(about, unpacking.is_some()));
        }
        Ok(self.close(about))
    }

    fn no_calls(self, about: About, unpacking: bool) -> LoadFailure {
        let mut intake = self.reading.intake;
        let cut = about.cut_short.clone();
        if let Some(cut) = about.cut_short {
            crate::ingest::importer::Sink::reject(&mut intake, cut);
        }
        let rejected = intake.into_parts().1;
        let first = rejected.samples.first();
        let (place, detail) = match cut.filter(|_| unpacking) {
            Some(cut) => (cut.place, cut.found),
            None => (first.map_or_else(Place::default, |c| c.place), first.map_or_else(String::new, |c| c.found.clone())),
        };
        let cause = if unpacking { LoadCause::GzipBroken } else { LoadCause::NoCalls };
        LoadFailure { name: self.name, cause, detail, place, rejected }
    }

    /// What the page is told of a source that is none of ours: what it begins with ≠ what was expected.
    fn failure(&self, unrecognised: &Unrecognised) -> LoadFailure {
        const EXPECTED: &str = r#"{"format": "callscope/1", "calls": […]} | [{"time": …}, …] | {"time": …} ⏎ …"#;
        let found = shorten_bytes(self.reading.prefix.trim_ascii_start());
        let (cause, detail) = match unrecognised {
            Unrecognised::Empty => (LoadCause::Empty, String::new()),
            Unrecognised::Html => (LoadCause::Html, format!("{found} ≠ {EXPECTED}")),
            Unrecognised::OtherJson => (LoadCause::OtherJson, format!("{found} ≠ {EXPECTED}")),
            Unrecognised::OtherContent => (LoadCause::OtherContent, format!("{found} ≠ {EXPECTED}")),
            Unrecognised::OtherVersion(version) => {
                (LoadCause::OtherVersion, format!("{} ≠ {VERSION}", shorten_bytes(version.as_bytes())))
            }
        };
        let place = Place { line: 1, byte: 0, call: 0 };
        LoadFailure { name: self.name.clone(), cause, detail, place, rejected: Rejected::default() }
    }

    fn close(self, about: About) -> (Store, DataSet) {
        let inference = self.reading.intake.inference_given;
        let (mut builder, rejected) = self.reading.intake.into_parts();
        for service in &about.services {
            // Calls that say "commercial" stand against a declaration of "my": one such call makes the service so.
            if service.kind == Some(ServiceType::Commercial) {
                builder.declare_service(&service.name, ServiceType::Commercial);
            }
        }
        let store = match self.rebase.filter(|_| about.demonstration) {
            Some(Rebase { now_ms, zone }) => {
                let shift = rebase::shift_ms(builder.times(), now_ms, &zone);
                builder.shift(shift, now_ms)
            }
            None => builder.finish(),
        };
        let dims = Dim::ALL.into_iter().filter(|&dim| carried(&store, dim, inference)).collect();
        let data = DataSet {
            generation: 0,
            name: self.name,
            source_note: about.source,
            calls: store.len() as u64,
            bytes: self.bytes,
            memory_bytes: store.bytes() as u64,
            oldest_ms: store.times().iter().copied().min().unwrap_or(0),
            newest_ms: store.times().iter().copied().max().unwrap_or(0),
            generated_at_ms: about.generated_at_ms,
            demonstration: about.demonstration,
            live: self.live,
            services: services(&store, about.services),
            dims,
            rejected,
            unknown_fields: about.unknown_fields,
            cut_short: about.cut_short,
        };
        (store, data)
    }
}

/// Whether calls carry a dimension: the inference type only where the feed gave it, since every call has its default.
fn carried(store: &Store, dim: Dim, inference: bool) -> bool {
    match dim {
        Dim::Service | Dim::ServiceType => true,
        Dim::InferenceType => inference,
        _ => (0..store.codes(dim).len()).any(|row| store.code(dim, row) != 0),
    }
}

/// All services, with the names to show and the versions that their calls carry; declared ones without a call at the end.
fn services(store: &Store, declared: Vec<DeclaredService>) -> Vec<ServiceInfo> {
    const ALWAYS: crate::model::Range = crate::model::Range { from_ms: i64::MIN, to_ms: i64::MAX };
    // By the name's code in order of first sight; of a name declared twice, the last display name holds.
    let (mut names, mut titles) = (Dict::default(), Vec::new());
    for service in &declared {
        let code = names.intern(&service.name) as usize;
        titles.resize(names.len(), None);
        titles[code] = service.display_name.as_ref();
    }
    let title = |name: &str| names.find(name).and_then(|code| titles[code as usize]).map_or(name, String::as_str).to_owned();
    let mut carried = Counts::new(store.dict(Dim::Version).len());
    let mut list: Vec<ServiceInfo> = (0..store.services())
        .map(|code| {
            let (rows, name) = (store.rows(code, ALWAYS), store.service_name(code));
            rows.clone().for_each(|row| carried.add(store.code(Dim::Version, row)));
            let codes = carried.take().into_iter().filter(|&(code, _)| code != 0);
            let mut versions: Vec<String> = codes.map(|(code, _)| store.dict(Dim::Version).get(code).to_owned()).collect();
            sort_by(&mut versions, Ord::cmp);
            let kind = store.service_kind(code);
            ServiceInfo { name: name.to_owned(), title: title(name), kind, versions, calls: rows.len() as u64 }
        })
        .collect();
    let mut next = 0;
    for service in &declared {
        let first = names.find(&service.name) == Some(next);
        next += u32::from(first);
        if first && store.service_code(&service.name).is_none() {
            let kind = service.kind.unwrap_or_default();
            let (name, title) = (service.name.clone(), title(&service.name));
            list.push(ServiceInfo { name, title, kind, versions: Vec::new(), calls: 0 });
        }
    }
    list
}
