//! Turns a source's bytes, in chunks cut anywhere, into a [`Store`] and what the page needs to know
//! about it.
//!
//! No clock, no browser: the worker passes bytes of a file or an address, tests those of memory.

pub mod added;
mod format_info;
pub mod intake;
pub mod offset_index;
pub mod piece;
mod rebase;
pub mod segment;
pub mod segment_request;
pub mod work_queue;

use crate::base::build::FULL;
use crate::base::sort::sort_by;
use crate::ingest::call::shorten_bytes;
use crate::ingest::callscope::VERSION;
use crate::ingest::importer::{About, DeclaredService, Sink, Unrecognised};
use crate::ingest::source_reader::{Choice, Report, SourceReader, SourceReport};
use crate::ingest::unpack::Damage;
use crate::model::limits::TEXTS_TOLD_MAX;
use crate::model::{Dim, ServiceType};
use crate::stats::Counts;
use crate::store::{Dict, Store};
use crate::wire::{
    DataSet, LoadCause, LoadFailure, OpenLabels, Part, Place, Progress, Rebase, RecordError, Rejected, RepeatedCalls,
    ServiceInfo, Stage,
};
use intake::Intake;

/// Reads one source. A failure is final; dropping the loader cancels.
pub struct Loader {
    name: String,
    live: bool,
    rebase: Option<Rebase>,
    source: SourceReader,
    intake: Intake,
    failed: Option<LoadFailure>,
    /// Data sets whose calls were added.
    added: Vec<DataSet>,
    indexer: offset_index::OffsetIndexer,
    /// Room has been made for all of its calls.
    expected: bool,
    /// Calls that several members hold count once.
    once: bool,
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
            source: SourceReader::default(),
            intake: Intake::default(),
            failed: None,
            added: Vec::new(),
            indexer: Default::default(),
            expected: false,
            once: false,
        }
    }

    /// Counts calls that several members of the source hold once, not each time.
    #[must_use]
    pub fn once(mut self, once: bool) -> Self {
        self.once = once;
        self
    }

    /// Reads every text of the source as a user chose, before the first bytes.
    #[must_use]
    pub fn chosen(mut self, choice: Choice) -> Self {
        self.source = SourceReader::new(choice);
        self
    }

    /// Names the file that the next bytes are of, where several are read into one data set; `choice`: read it otherwise than the others.
    pub fn file(&mut self, name: &str, choice: Option<Choice>) {
        self.source.file(name, choice, &mut self.intake);
    }

    /// Takes the next bytes as they come from the source, packed or not.
    ///
    /// # Errors
    /// As soon as it is certain that nothing will come of the source.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), LoadFailure> {
        if let Some(failure) = &self.failed {
            return Err(failure.clone());
        }
        let bytes = if FULL { self.push_to_checkpoints(bytes)? } else { bytes };
        self.feed(bytes)
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<(), LoadFailure> {
        self.source.push(bytes, &mut self.intake).map_err(|unrecognised| {
            let failure = failure(&self.name, &unrecognised, self.source.prefix());
            self.failed = Some(failure.clone());
            failure
        })
    }

    /// Makes room for the calls of a source of so many bytes, once it can be told about how many that are: of a small one, or one that would take too
    /// much, it is made as they come.
    pub fn expect(&mut self, total: u64) {
        const READ: u64 = 16 << 20;
        const MEMORY: u64 = 5 << 29;
        // One call in a hundred more: what was read may be a little longer than the rest.
        let grown = |now: u64| (u128::from(now) * u128::from(total) * 101 / 100 / u128::from(self.source.bytes.max(1))) as u64;
        if !self.expected && self.source.bytes >= READ && total / 2 >= READ {
            self.expected = true;
            if grown(self.intake.bytes()) <= MEMORY {
                self.intake.expect(grown(self.intake.calls()) as usize);
            }
        }
    }

    /// See [`super::Engine::came`].
    pub fn came(&mut self, bytes: u64) {
        self.source.bytes = bytes;
    }

    /// How far it has come. The source's whole size and the attempt are the caller's to fill in.
    pub fn progress(&self) -> Progress {
        Progress {
            stage: Stage::Reading,
            bytes_read: self.source.bytes,
            bytes_total: None,
            calls: self.intake.calls(),
            rejected: self.intake.rejected(),
            attempt: 0,
            // The engine of the first view reads what is bundled, which is small.
            memory_bytes: if FULL { self.intake.bytes() } else { 0 },
        }
    }

    /// Ends the source: orders the columns and sums up. The caller sets the generation.
    ///
    /// # Errors
    /// Where the source held no call.
    pub fn finish(self) -> Result<(Store, DataSet), LoadFailure> {
        if let Some(failure) = self.failed {
            return Err(failure);
        }
        let only_added = FULL && self.only_added();
        let mut added = self.added;
        let Self { name, live, rebase, source, mut intake, once, .. } = self;
        let bytes = source.bytes;
        let mut ended = if only_added { SourceReport::default() } else { source.finish(&mut intake) };
        let parts = if FULL { added::tell(&mut added, &mut ended.about, &mut intake) } else { Vec::new() };
        if let [Report { failure: Some(unrecognised), prefix, name: inner, .. }] = ended.texts.as_slice()
            && inner.is_empty()
        {
            return Err(failure(&name, unrecognised, prefix));
        }
        if intake.calls() == 0 {
            return Err(no_calls(name, ended, intake));
        }
        let (store, mut data) = ParsedSource { name, live, rebase, bytes, once, intake }.close(ended);
        if FULL {
            data.bytes += added.iter().map(|set| set.bytes).sum::<u64>();
            data.parts.extend(parts);
        }
        Ok((store, data))
    }
}

/// Why nothing came of a source: what its only text is instead, or what is wrong with what should have been calls.
fn no_calls(name: String, ended: SourceReport, mut intake: Intake) -> LoadFailure {
    let damage = ended.texts.iter().find_map(|text| text.damage).or(ended.damage);
    let failed = ended.texts.iter().find(|text| text.failure.is_some());
    if let Some(text @ Report { failure: Some(unrecognised), prefix, .. }) = failed
        && damage.is_none()
        && intake.rejected() == 0
    {
        let mut failure = failure(named(text, &name), unrecognised, prefix);
        if FULL && ended.texts.len() > 1 {
            failure.detail = each(&ended.texts);
        }
        return failure;
    }
    let culprit = ended.texts.iter().find(|text| text.damage.is_some() || (damage.is_none() && text.rejected > 0));
    let name = culprit.map_or(&*name, |text| named(text, &name)).to_owned();
    let About { cut_short, passed, .. } = ended.about;
    if let Some(cut) = &cut_short {
        intake.reject(cut.clone());
    }
    let rejected = intake.into_parts().1;
    let first = rejected.samples.first();
    let (place, detail) = match (cut_short.filter(|_| damage.is_some()), first) {
        (Some(cut), _) => (cut.place, cut.found),
        (None, Some(first)) => (first.place, first.found.clone()),
        // Sound records, none of them a call.
        _ => (Place::default(), passed.iter().map(|(what, n)| format!("{n} × {what}")).collect::<Vec<_>>().join(", ")),
    };
    let cause = match damage {
        None if rejected.count > 0 => LoadCause::NoCalls,
        None if passed.is_empty() => LoadCause::NoRecords,
        None => LoadCause::PassedOver,
        Some(Damage { problem, .. }) if problem.is_gzip() => LoadCause::GzipBroken,
        Some(_) => LoadCause::ZipBroken,
    };
    LoadFailure { name, cause, detail, place, rejected }
}

/// The name of a text, where it has one of its own.
fn named<'n>(text: &'n Report, source: &'n str) -> &'n str {
    if text.name.is_empty() { source } else { &text.name }
}

/// What each text begins with, a line each.
fn each(texts: &[Report]) -> String {
    let line = |text: &Report| [&*text.name, ": ", &shorten_bytes(text.prefix.trim_ascii_start())].concat();
    texts.iter().take(TEXTS_TOLD_MAX).map(line).collect::<Vec<_>>().join("\n")
}

/// The cause of a text that is none of ours.
fn cause(unrecognised: &Unrecognised) -> LoadCause {
    match unrecognised {
        Unrecognised::Empty => LoadCause::Empty,
        Unrecognised::Html => LoadCause::Html,
        Unrecognised::OtherJson => LoadCause::OtherJson,
        Unrecognised::OtherContent => LoadCause::OtherContent,
        Unrecognised::OtherTable => LoadCause::OtherTable,
        Unrecognised::Archive => LoadCause::Archive,
        Unrecognised::OtherVersion(_) => LoadCause::OtherVersion,
        Unrecognised::NotCalls(kind) => LoadCause::NotCalls(*kind),
    }
}

/// What the page shows about a source that is not in our format: what it begins with ≠ what was expected.
fn failure(name: &str, unrecognised: &Unrecognised, prefix: &[u8]) -> LoadFailure {
    const EXPECTED: &str = r#"{"format": "callscope/1", "calls": […]} | [{"time": …}, …] | {"time": …} ⏎ …"#;
    let found = shorten_bytes(prefix.trim_ascii_start());
    let detail = match unrecognised {
        Unrecognised::Empty => String::new(),
        Unrecognised::OtherVersion(version) => format!("{} ≠ {VERSION}", shorten_bytes(version.as_bytes())),
        Unrecognised::NotCalls(kind) => format!("{}: {found}", kind.title()),
        _ => format!("{found} ≠ {EXPECTED}"),
    };
    let place = Place { line: 1, byte: 0, call: 0 };
    LoadFailure { name: name.to_owned(), cause: cause(unrecognised), detail, place, rejected: Rejected::default() }
}

/// What a text was read as, for the page.
fn part(report: Report) -> Part {
    let format = format_info::of(&report);
    // Nothing to show where they cannot be written.
    let has_first = FULL && !report.first.is_empty();
    let first = if has_first { crate::wire::encode(&report.first).unwrap_or_default() } else { Vec::new() };
    let Report { name, calls, rejected, passed, failure, cut, .. } = report;
    let failure = failure.as_ref().map(cause).or(cut.map(LoadCause::Damaged));
    Part { name, format, calls, rejected, passed, first, failure }
}

/// A source read to its end, with calls.
struct ParsedSource {
    name: String,
    live: bool,
    rebase: Option<Rebase>,
    bytes: u64,
    once: bool,
    intake: Intake,
}

impl ParsedSource {
    fn close(mut self, ended: SourceReport) -> (Store, DataSet) {
        let SourceReport { mut about, texts, damage } = ended;
        let repeats = if FULL { self.intake.repeats() } else { Vec::new() };
        let (mut builder, rejected) = self.intake.into_parts();
        for service in &about.services {
            // Calls that say "commercial" contradict a declaration of "my": one such call makes the service so.
            if service.kind == Some(ServiceType::Commercial) {
                builder.declare_service(&service.name, ServiceType::Commercial);
            }
        }
        let store = match self.rebase.filter(|_| about.demonstration) {
            Some(Rebase { now_ms, zone }) => {
                let shift = rebase::shift_ms(builder.times(), now_ms, &zone);
                builder.shift(shift, now_ms)
            }
            None if FULL && self.once => builder.finish_without(&repeats),
            None => builder.finish(),
        };
        if let (None, Some(Damage { problem, packed_byte })) = (&about.cut_short, damage) {
            let place = Place { line: 0, byte: packed_byte, call: 0 };
            about.cut_short = Some(RecordError { place, problem, field: String::new(), found: format!("zip: {packed_byte}") });
        }
        let dims = Dim::ALL.into_iter().filter(|&dim| carried(&store, dim)).collect();
        let data = DataSet {
            generation: 0,
            name: self.name,
            source_note: about.source,
            calls: store.len() as u64,
            bytes: self.bytes,
            sha256: None,
            memory_bytes: store.bytes() as u64,
            oldest_ms: store.times().iter().min().unwrap_or(0),
            newest_ms: store.times().iter().max().unwrap_or(0),
            generated_at_ms: about.generated_at_ms,
            demonstration: about.demonstration,
            live: self.live,
            services: declared_services(&store, about.services),
            dims,
            rejected,
            unknown_fields: about.unknown_fields,
            cut_short: about.cut_short,
            readers: format_info::readers(&texts),
            parts: texts.into_iter().map(part).collect(),
            repeated: RepeatedCalls { calls: repeats.len() as u64, once: self.once },
            labels: labels(&store),
            source: Default::default(),
        };
        (store, data)
    }
}

/// The open labels of a store's calls.
pub(super) fn labels(store: &Store) -> OpenLabels {
    OpenLabels { names: store.labels().names(), left_out: store.labels().left_out() }
}

/// Whether calls carry a dimension: the inference type only where it is not the default throughout.
pub(super) fn carried(store: &Store, dim: Dim) -> bool {
    match dim {
        Dim::Service | Dim::ServiceType => true,
        Dim::InferenceType => (1..store.dict(dim).len()).any(|code| store.dict(dim).get(code as u32) != "realtime"),
        _ => (0..store.codes(dim).len()).any(|row| store.code(dim, row) != 0),
    }
}

/// All services of a store, with the names to show and the versions that their calls carry.
pub(super) fn services(store: &Store, titles: &dyn Fn(&str) -> String) -> Vec<ServiceInfo> {
    let mut carried = Counts::new(store.dict(Dim::Version).len());
    let service = |code| {
        let (rows, name) = (store.service_rows(code).unwrap_or_default(), store.service_name(code));
        rows.clone().for_each(|row| carried.add(store.code(Dim::Version, row)));
        let codes = carried.take();
        let mut versions: Vec<String> = codes.iter().map(|&(code, _)| store.dict(Dim::Version).get(code).to_owned()).collect();
        sort_by(&mut versions, Ord::cmp);
        if versions.iter().all(String::is_empty) {
            versions.clear();
        }
        let kind = store.service_kind(code);
        ServiceInfo { name: name.to_owned(), title: titles(name), kind, versions, calls: rows.len() as u64 }
    };
    (0..store.services()).map(service).collect()
}

/// The same, with declared services that have no call at the end.
fn declared_services(store: &Store, declared: Vec<DeclaredService>) -> Vec<ServiceInfo> {
    // By the name's code in order of first sight; of a name declared twice, the last display name holds.
    let (mut names, mut titles) = (Dict::default(), Vec::new());
    for service in &declared {
        let code = names.intern(&service.name) as usize;
        titles.resize(names.len(), None);
        titles[code] = service.display_name.as_ref();
    }
    let title = |name: &str| names.find(name).and_then(|code| titles[code as usize]).map_or(name, String::as_str).to_owned();
    let mut list = services(store, &title);
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
