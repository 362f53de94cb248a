//! A text that is read separately and then merged with what is shown: a feed's new lines, or one of
//! its parts.

use super::intake::Intake;
use super::{Loader, ParsedSource, failure, no_calls};
use crate::ingest::importer::Unrecognised;
use crate::ingest::source_reader::{Report, add};
use crate::model::limits::{REJECTED_KEPT_MAX, TEXTS_TOLD_MAX};
use crate::store::Store;
use crate::wire::{DataSet, LoadCause, LoadFailure, Place, RecordError, Rejected, RepeatedCalls};

/// What was read of a text; it may hold no call.
#[derive(Debug)]
pub struct Piece {
    pub store: Store,
    pub told: DataSet,
}

#[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
impl Loader {
    /// Ends a text that is put beside others. That there is nothing in it is no error; that there is something, and no call, is.
    ///
    /// # Errors
    /// As for [`Loader::finish`].
    pub fn piece(self) -> Result<Piece, LoadFailure> {
        if let Some(failure) = self.failed {
            return Err(failure);
        }
        let Self { name, live, source, mut intake, .. } = self;
        let bytes = source.bytes;
        let mut ended = source.finish(&mut intake);
        if let [Report { failure: Some(unrecognised), prefix, name: inner, .. }] = ended.texts.as_slice()
            && inner.is_empty()
            && *unrecognised != Unrecognised::Empty
        {
            return Err(failure(&name, unrecognised, prefix));
        }
        ended.texts.retain(|text| text.failure != Some(Unrecognised::Empty));
        let nothing = bytes == 0 || (intake.rejected() == 0 && ended.about.cut_short.is_none() && ended.about.passed.is_empty());
        if intake.calls() == 0 && !nothing {
            return Err(no_calls(name, ended, intake));
        }
        let (store, told) = ParsedSource { name, live, rebase: None, bytes, once: false, intake }.close(ended);
        Ok(Piece { store, told })
    }

    /// Ends a text that follows another: lines of which all are wrong are still lines, and counted.
    pub fn tail(self) -> Piece {
        let Self { name, live, source, mut intake, .. } = self;
        let bytes = source.bytes;
        let mut ended = source.finish(&mut intake);
        ended.texts.iter_mut().for_each(|text| text.failure = None);
        let (store, told) = ParsedSource { name, live, rebase: None, bytes, once: false, intake }.close(ended);
        Piece { store, told }
    }
}

/// Reports a text's new lines, which begin at `from`, together with those of before.
pub fn tell_behind(before: &mut DataSet, behind: DataSet, from: Place) {
    before.calls += behind.calls;
    before.bytes += behind.bytes;
    before.generated_at_ms = before.generated_at_ms.max(behind.generated_at_ms);
    for service in behind.services {
        if !before.services.iter().any(|known| known.name == service.name) {
            before.services.push(service);
        }
    }
    add(&mut before.unknown_fields, behind.unknown_fields);
    let moved = |record_error: RecordError| {
        let Place { line, byte, call } = record_error.place;
        let place = Place { line: line + from.line, byte: byte + from.byte, call: call + from.call };
        RecordError { place, ..record_error }
    };
    // A line that was only half there has come as a whole.
    before.cut_short = behind.cut_short.map(moved);
    join(&mut before.rejected, Rejected { samples: behind.rejected.samples.into_iter().map(moved).collect(), ..behind.rejected });
    before.dims.extend(behind.dims.into_iter().filter(|dim| !before.dims.contains(dim)).collect::<Vec<_>>());
    match (before.parts.first_mut(), behind.parts.into_iter().next()) {
        (Some(part), Some(more)) => {
            part.calls += more.calls;
            part.rejected += more.rejected;
            add(&mut part.passed, more.passed);
            part.failure = more.failure;
        }
        (None, Some(first)) => before.parts.push(first),
        (_, None) => {}
    }
}

fn join(all: &mut Rejected, more: Rejected) {
    all.count += more.count;
    for (problem, count) in more.reasons {
        match all.reasons.iter_mut().find(|(known, _)| *known == problem) {
            Some((_, sum)) => *sum += count,
            None => all.reasons.push((problem, count)),
        }
    }
    let room = REJECTED_KEPT_MAX.saturating_sub(all.samples.len());
    all.samples.extend(more.samples.into_iter().take(room));
}

/// The data set of these parts, whose calls are in `intake`. `refused`: so many calls should be, and not all found room.
///
/// # Errors
/// Where they did not, or where there is none.
#[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
pub fn whole(name: &str, mut sets: Vec<DataSet>, intake: Intake, refused: Option<u64>) -> Result<(Store, DataSet), LoadFailure> {
    if let Some(calls) = refused {
        let cause = LoadCause::TooBig { calls, bytes: intake.bytes(), limit: intake.bytes() };
        let (place, rejected) = (Place::default(), Rejected::default());
        return Err(LoadFailure { name: name.to_owned(), cause, detail: String::new(), place, rejected });
    }
    // One text is reported as itself, several by their names.
    if let [only] = sets.as_mut_slice() {
        only.name = String::new();
    }
    for set in sets.iter_mut().skip(TEXTS_TOLD_MAX) {
        set.parts.iter_mut().for_each(|part| part.first = Vec::new());
    }
    let readers = sets.iter_mut().map(|set| core::mem::take(&mut set.readers)).find(|readers| !readers.is_empty());
    let repeated =
        RepeatedCalls { calls: sets.iter().map(|set| set.repeated.calls).sum(), once: sets.iter().any(|set| set.repeated.once) };
    let loader = Loader { added: sets, intake, ..Loader::new(name, true, None) };
    let (store, set) = loader.finish()?;
    Ok((store, DataSet { readers: readers.unwrap_or_default(), repeated, ..set }))
}
