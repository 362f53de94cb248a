//! A whole source: one file, an archive of several, or several files one after the other. Unpacks, recognises each text's format, reads
//! it, and reports on each.

use super::call::shorten;
use super::fast_path::line_breaks;
use super::importer::{About, Confidence, DETECT_BYTES, Detection, Format, Importer, Reads, Sink, Unrecognised};
use super::mapping::Mapping;
use super::registry::detect;
use super::split_point::{SegmentStats, SplitPoint};
use super::unpack::{Damage, Piece, Unpacker};
use crate::base::build::{FULL, Full};
use crate::model::limits::TEXTS_TOLD_MAX;
use crate::model::{Call, Place, Problem, RecordError};
use crate::model::{limits::FIRST_CALLS, understood::ParsedCall};

/// Who says what a text is.
#[derive(Clone, Debug, Default)]
pub enum Choice {
    /// Its content.
    #[default]
    Detect,
    /// A user, by a format's name.
    Format(&'static Format),
    /// A user, by a mapping of their own.
    Mapping(Box<Mapping>, Full),
}

impl Choice {
    /// A mapping; where other formats are not read, the content decides.
    pub fn mapping(mapping: Mapping) -> Self {
        Full::here().map_or(Self::Detect, |full| Self::Mapping(Box::new(mapping), full))
    }
}

/// What became of one text.
#[derive(Debug, Default)]
pub struct Report {
    /// Name in the archive or of the file; empty for a source that is one text.
    pub name: String,
    pub detected: Option<Detection>,
    pub calls: u64,
    pub rejected: u64,
    pub passed: Vec<(String, u64)>,
    pub failure: Option<Unrecognised>,
    pub damage: Option<Damage>,
    /// What is wrong with its bytes, or that its end is missing.
    pub cut: Option<Problem>,
    /// The text it begins with.
    pub prefix: Vec<u8>,
    /// Every format that claims the text, whichever reads it.
    pub claims: Vec<Detection>,
    /// Its first calls, where a user may ask how they were understood.
    pub first: Vec<ParsedCall>,
    /// The mapping that it was read by, where a user chose one.
    pub mapping: Option<(Box<Mapping>, Full)>,
}

/// What became of the source.
#[derive(Debug, Default)]
pub struct SourceReport {
    pub about: About,
    pub texts: Vec<Report>,
    /// The archive itself broke.
    pub damage: Option<Damage>,
}

/// Bytes of a text's beginning that a report keeps.
const QUOTED_BYTES: usize = 400;

/// See the module's text.
#[derive(Default)]
pub struct SourceReader {
    unpacker: Unpacker,
    reading: Reading,
    /// Bytes as they came.
    pub bytes: u64,
}

#[derive(Default)]
struct Reading {
    choice: Choice,
    /// For the file at hand, where one was made.
    for_file: Option<Choice>,
    /// The file that is read, where there are several.
    file: String,
    /// Texts come out of an archive, or of several files.
    several: bool,
    /// The last file has been ended already.
    between: bool,
    open: bool,
    prefix: Vec<u8>,
    importer: Option<Box<dyn Importer>>,
    text_bytes: u64,
    line_breaks: u64,
    report: Report,
    ended: SourceReport,
}

impl SourceReader {
    pub fn new(choice: Choice) -> Self {
        Self { reading: Reading { choice, ..Reading::default() }, ..Self::default() }
    }

    /// Whether any bytes came, or a file was named.
    pub fn begun(&self) -> bool {
        self.bytes > 0 || self.reading.several
    }

    /// Names the file that the next bytes are of, which may be read as a user chose for it alone. A file before it ends.
    pub fn file(&mut self, name: &str, choice: Option<Choice>, sink: &mut dyn Sink) {
        if self.begun() && !core::mem::take(&mut self.reading.between) {
            self.end_file(sink);
        }
        self.reading.for_file = choice;
        self.unpacker = Unpacker::default();
        self.reading.file = name.to_owned();
        self.reading.several = true;
        self.reading.begin(String::new());
        sink.member();
    }

    /// Ends the file at hand: calls that come from elsewhere follow it. The next bytes are another file's.
    pub fn end_of_file(&mut self, sink: &mut dyn Sink) {
        if self.begun() && !core::mem::replace(&mut self.reading.between, true) {
            self.end_file(sink);
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As soon as it is certain that nothing will come of a source that is one text. Call [`SourceReader::finish`] then for the report.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised> {
        self.bytes += bytes.len() as u64;
        let reading = &mut self.reading;
        self.unpacker.push(bytes, &mut |piece| reading.piece(piece, sink));
        match &self.reading.report.failure {
            Some(failure) if !self.reading.several => Err(failure.clone()),
            _ => Ok(()),
        }
    }

    /// Ends the source.
    pub fn finish(mut self, sink: &mut dyn Sink) -> SourceReport {
        if !self.reading.between {
            self.end_file(sink);
        }
        self.reading.ended
    }

    /// The first text, for what a failure quotes.
    pub fn prefix(&self) -> &[u8] {
        &self.reading.prefix
    }

    /// Bytes of the text at hand so far, and line breaks in them.
    pub fn place(&self) -> (u64, u64) {
        (self.reading.text_bytes, self.reading.line_breaks)
    }

    /// Whether the text at hand is what its file holds, byte by byte.
    pub fn is_plain(&self) -> bool {
        self.unpacker.is_plain()
    }

    /// Who says what the text at hand is.
    pub fn choice(&self) -> &Choice {
        self.reading.for_file.as_ref().unwrap_or(&self.reading.choice)
    }

    /// Where the text at hand is, and what it is read as, where it can be cut there; not before its first calls have been noted.
    pub fn split_point(&self) -> Option<(&'static Format, SplitPoint)> {
        let reading = &self.reading;
        let Detection { format, .. } = reading.report.detected?;
        let noted = !reading.told() || reading.report.first.len() == FIRST_CALLS;
        if !noted || reading.report.failure.is_some() || !self.unpacker.is_plain() {
            return None;
        }
        Some((format, reading.importer.as_ref()?.split_point()?))
    }

    /// Another has read so much from such a place to the next, `rejected` records of it turned away: the place by which its places are
    /// moved, and the name that distinguishes its complaints from those of other texts.
    pub fn pass(&mut self, segment_stats: &SegmentStats, rejected: u64) -> (Place, TextName<'_>) {
        let reading = &mut self.reading;
        self.bytes += segment_stats.bytes;
        reading.text_bytes += segment_stats.bytes;
        reading.line_breaks += segment_stats.lines;
        reading.report.calls += segment_stats.calls;
        reading.report.rejected += rejected;
        let from = reading.importer.as_mut().map_or(Place::default(), |importer| importer.pass(segment_stats));
        (from, TextName { several: reading.several, name: &reading.report.name })
    }

    fn end_file(&mut self, sink: &mut dyn Sink) {
        let reading = &mut self.reading;
        let damage = self.unpacker.finish(&mut |piece| reading.piece(piece, sink));
        if reading.open || (reading.ended.texts.is_empty() && damage.is_none()) {
            reading.open = true;
            reading.close(damage, self.bytes, sink);
        } else if let Some(damage) = damage {
            reading.ended.damage.get_or_insert(damage);
            if FULL {
                reading.name_damage(damage);
            }
        }
    }
}

impl Reading {
    /// Of several files, names the archive that broke outside its members.
    fn name_damage(&mut self, damage: Damage) {
        let named = self.ended.texts.iter().any(|text| text.damage == Some(damage));
        if !self.file.is_empty() && !named {
            let (name, cut) = (self.file.clone(), Some(damage.problem));
            self.ended.texts.push(Report { name, damage: Some(damage), cut, ..Report::default() });
        }
    }

    fn told(&self) -> bool {
        self.ended.texts.len() < TEXTS_TOLD_MAX
    }

    fn piece(&mut self, piece: Piece<'_>, sink: &mut dyn Sink) {
        match piece {
            Piece::Begin(name) => {
                self.several = true;
                self.begin(name.to_owned());
                sink.member();
            }
            Piece::Text(text) => {
                self.open = true;
                self.text(text, sink);
            }
            Piece::End(damage) => self.close(damage, 0, sink),
        }
    }

    fn begin(&mut self, name: String) {
        let name = match (self.file.as_str(), name.as_str()) {
            (file, "") => file.to_owned(),
            ("", _) => name,
            (file, inner) => format!("{file}/{inner}"),
        };
        self.report = Report { name, ..Report::default() };
        self.open = true;
        self.prefix.clear();
        self.importer = None;
        (self.text_bytes, self.line_breaks) = (0, 0);
    }

    fn text(&mut self, text: &[u8], sink: &mut dyn Sink) {
        self.text_bytes += text.len() as u64;
        self.line_breaks += line_breaks(text);
        if self.report.failure.is_some() {
            return;
        }
        let told = self.told();
        let result = if let Some(importer) = &mut self.importer {
            importer.feed(text, &mut CountingSink { report: &mut self.report, several: self.several, told, sink })
        } else {
            self.prefix.extend_from_slice(text);
            if self.prefix.len() < DETECT_BYTES { Ok(()) } else { self.start(sink) }
        };
        self.report.failure = result.err();
    }

    /// Chooses the importer and gives it what was held back.
    fn start(&mut self, sink: &mut dyn Sink) -> Result<(), Unrecognised> {
        const CHOSEN: Confidence = Confidence { percent: 100, reason: "" };
        let first = &self.prefix[..self.prefix.len().min(DETECT_BYTES)];
        if FULL {
            super::registry::claims(first, &mut |claim| self.report.claims.push(claim));
        }
        let of_format = |detected: Detection| match detected.format.reads {
            Reads::Calls(importer) => Ok((importer(first), Some(detected))),
            Reads::Nothing(kind) => Err(Unrecognised::NotCalls(kind)),
        };
        let (mut importer, detected) = match self.for_file.as_ref().unwrap_or(&self.choice) {
            Choice::Detect => of_format(detect(first)?)?,
            Choice::Format(format) => of_format(Detection { format, confidence: CHOSEN })?,
            Choice::Mapping(mapping, full) => {
                self.report.mapping = Some((mapping.clone(), *full));
                (super::mapping::importer(mapping, first), None)
            }
        };
        self.report.detected = detected;
        let told = self.told();
        let fed = importer.feed(&self.prefix, &mut CountingSink { report: &mut self.report, several: self.several, told, sink });
        self.prefix.truncate(DETECT_BYTES);
        self.importer = Some(importer);
        fed
    }

    fn end(&mut self, sink: &mut dyn Sink) -> Result<About, Unrecognised> {
        if let Some(failure) = self.report.failure.clone() {
            return Err(failure);
        }
        if self.importer.is_none() {
            self.start(sink)?;
        }
        let told = self.told();
        match self.importer.take() {
            Some(importer) => importer.finish(&mut CountingSink { report: &mut self.report, several: self.several, told, sink }),
            None => Err(Unrecognised::Empty),
        }
    }

    /// Ends the text at hand.
    fn close(&mut self, damage: Option<Damage>, source_bytes: u64, sink: &mut dyn Sink) {
        if !core::mem::take(&mut self.open) {
            return;
        }
        // The report about the text before the fault remains; who gave up reading then did not break it.
        let damage = damage.filter(|_| self.report.failure.is_none());
        let mut about = match self.end(sink) {
            Ok(about) => about,
            Err(failure) => {
                // Of what broke, too little may have come out to tell what it is.
                self.report.failure = damage.is_none().then_some(failure);
                About::default()
            }
        };
        if let Some(Damage { problem, packed_byte }) = damage {
            let call = self.report.calls + self.report.rejected + 1;
            let end = Place { line: self.line_breaks + 1, byte: self.text_bytes, call };
            let place = about.cut_short.as_ref().map_or(end, |cut| cut.place);
            let packing = if problem.is_gzip() { "gzip" } else { "zip" };
            let found = if source_bytes > 0 {
                format!("{packing}: {packed_byte} / {source_bytes}")
            } else {
                format!("{packing}: {packed_byte}")
            };
            about.cut_short = Some(RecordError { place, problem, field: String::new(), found });
        }
        self.report.damage = damage;
        self.report.cut = about.cut_short.as_ref().map(|cut| cut.problem);
        self.prefix.truncate(DETECT_BYTES);
        self.report.prefix = self.prefix[..self.prefix.len().min(QUOTED_BYTES)].to_vec();
        self.report.passed.clone_from(&about.passed);
        self.merge(about, sink);
        self.ended.texts.push(core::mem::take(&mut self.report));
    }

    fn merge(&mut self, about: About, sink: &mut dyn Sink) {
        let all = &mut self.ended.about;
        all.source = all.source.take().or(about.source);
        all.generated_at_ms = all.generated_at_ms.max(about.generated_at_ms);
        all.demonstration |= about.demonstration;
        all.services.extend(about.services);
        add(&mut all.unknown_fields, about.unknown_fields);
        add(&mut all.passed, about.passed);
        match (&all.cut_short, about.cut_short) {
            (None, cut) => all.cut_short = cut,
            // Only one place is said of the whole; the others count as what they are.
            (Some(_), Some(cut)) => {
                self.report.rejected += 1;
                sink.reject(cut);
            }
            _ => {}
        }
    }
}

/// Adds counts by name.
pub fn add(all: &mut Vec<(String, u64)>, more: Vec<(String, u64)>) {
    for (name, count) in more {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += count,
            None => all.push((name, count)),
        }
    }
}

/// Distinguishes a record error's text from others.
#[derive(Clone, Copy, Debug)]
pub struct TextName<'a> {
    several: bool,
    name: &'a str,
}

impl TextName<'_> {
    /// What was found, with the name of its text where there are several.
    pub fn found(self, found: String) -> String {
        if self.several && !self.name.is_empty() { format!("{}: {found}", shorten(self.name)) } else { found }
    }
}

/// Counts for the report; of several texts, a record error names its own.
struct CountingSink<'a> {
    report: &'a mut Report,
    several: bool,
    /// Whether the page lists this text.
    told: bool,
    sink: &'a mut dyn Sink,
}

impl Sink for CountingSink<'_> {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.report.calls += 1;
        if FULL && self.told && self.report.first.len() < FIRST_CALLS {
            self.report.first.push(ParsedCall::of(call));
        }
        self.sink.call(call, place);
    }

    fn reject(&mut self, mut record_error: RecordError) {
        self.report.rejected += 1;
        record_error.found = TextName { several: self.several, name: &self.report.name }.found(record_error.found);
        self.sink.reject(record_error);
    }
}
