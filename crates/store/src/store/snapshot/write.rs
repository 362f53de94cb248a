//! A store to bytes, a piece at a time.

use super::check::Check;
use super::layout::{RECORD, SECTIONS, View, bare_view, view};
use super::{CRC, HEAD, LABEL_BYTES_MAX, LABEL_FIXED, Label, MAGIC, SECTION_HEAD, VERSION};
use crate::base::crc::Crc;
use crate::store::Store;

/// A piece has about this many bytes.
const PIECE: usize = 4 << 20;

/// Writes one store. Between two pieces it holds no more than the place it has come to: the store is passed to it each time.
#[derive(Debug)]
pub struct Writer {
    head: Vec<u8>,
    record: Vec<u8>,
    total: u64,
    /// What the sections hold.
    view: for<'s> fn(&'s Store, usize) -> View<'s>,
    section: usize,
    /// Elements of the section that are written; `None`: its head is to come.
    at: Option<usize>,
    crc: Crc,
    /// Of the section's bytes.
    check: Check,
}

impl Writer {
    /// `record`: what is to be given back with the store, whatever it means. A name that is too long for a label is cut.
    pub fn new(store: &Store, label: &Label, record: Vec<u8>) -> Self {
        Self::of(store, label, record, view)
    }

    /// The same without messages and request ids of calls.
    pub fn bare(store: &Store, label: &Label, record: Vec<u8>) -> Self {
        Self::of(store, label, record, bare_view)
    }

    fn of(store: &Store, label: &Label, record: Vec<u8>, view: for<'s> fn(&'s Store, usize) -> View<'s>) -> Self {
        let name = shortened(&label.name, LABEL_BYTES_MAX - LABEL_FIXED);
        let sections: u64 = (RECORD + 1..SECTIONS).map(|section| view(store, section).bytes()).sum();
        let frames = (SECTIONS * (SECTION_HEAD + CRC) + HEAD + LABEL_FIXED + name.len() + CRC) as u64;
        let total = frames + record.len() as u64 + sections;
        let mut head = Vec::with_capacity(HEAD + LABEL_FIXED + name.len() + CRC);
        head.extend_from_slice(&MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&((LABEL_FIXED + name.len()) as u32).to_le_bytes());
        head.extend_from_slice(&total.to_le_bytes());
        head.extend_from_slice(&label.calls.to_le_bytes());
        for time in [label.oldest_ms, label.newest_ms, label.kept_at_ms] {
            head.extend_from_slice(&time.to_le_bytes());
        }
        head.extend_from_slice(name.as_bytes());
        let mut crc = Crc::new();
        crc.update(&head);
        head.extend_from_slice(&crc.sum().to_le_bytes());
        Self { head, record, total, view, section: RECORD, at: None, crc, check: Check::of(VERSION) }
    }

    /// Bytes of the whole.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// All of it at once. `store` is the one it was made for.
    pub fn all(mut self, store: &Store) -> Vec<u8> {
        let (mut all, mut piece) = (Vec::with_capacity(self.total as usize), Vec::new());
        while self.piece(store, &mut piece) {
            all.extend_from_slice(&piece);
        }
        all
    }

    /// Puts the next piece into `out`, which it empties first; false where there is none left. `store` is the one it was made for.
    pub fn piece(&mut self, store: &Store, out: &mut Vec<u8>) -> bool {
        out.clear();
        out.append(&mut self.head);
        while out.len() < PIECE && self.section < SECTIONS {
            let view = if self.section == RECORD {
                View::Bytes(self.record.as_slice().into())
            } else {
                (self.view)(store, self.section)
            };
            let Some(at) = self.at else {
                let start = out.len();
                out.extend_from_slice(&[self.section as u8, view.form() as u8, 0, 0]);
                out.extend_from_slice(&(view.count() as u64).to_le_bytes());
                out.extend_from_slice(&view.bytes().to_le_bytes());
                self.crc.reset();
                self.crc.update(&out[start..]);
                out.extend_from_slice(&self.crc.sum().to_le_bytes());
                self.check.reset();
                self.at = Some(0);
                continue;
            };
            let start = out.len();
            let next = fill(&view, at, out);
            self.check.update(&out[start..]);
            self.at = Some(next);
            if next == view.count() {
                out.extend_from_slice(&self.check.sum().to_le_bytes());
                (self.section, self.at) = (self.section + 1, None);
            }
        }
        !out.is_empty()
    }
}

/// A text's beginning of at most so many bytes.
fn shortened(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Writes elements from a place on, until the piece is full; the place it has come to.
fn fill(view: &View<'_>, at: usize, out: &mut Vec<u8>) -> usize {
    let room = PIECE.saturating_sub(out.len());
    // At least one, so that it always gets on.
    let end = |width: usize| view.count().min(at + (room / width).max(1));
    match view {
        View::Nothing(n) => return *n,
        View::Same(code, n) => {
            out.push(*code);
            return *n;
        }
        View::Nibbles(v, n) => {
            // From an even place to an even one, or to the end.
            let end = (*n).min(at + room.max(1) * 2);
            out.extend_from_slice(&v[at / 2..end.div_ceil(2)]);
            return end;
        }
        View::Bytes(v) => out.extend_from_slice(&v[at..end(1)]),
        View::Halves(v) => append(out, &v[at..end(2)], |x| x.to_le_bytes()),
        View::Threes(v) => append(out, &v[at..end(3)], |x| x),
        View::Words(v) => append(out, &v[at..end(4)], |x| x.to_le_bytes()),
        View::Longs(v) => append(out, &v[at..end(8)], |x| x.to_le_bytes()),
        View::Times(v) => append(out, &v[at..end(8)], |x| x.to_le_bytes()),
        View::Texts(n, text) => {
            for i in at..*n {
                if out.len() >= PIECE {
                    return i;
                }
                let text = text(i);
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            return *n;
        }
    }
    end(view.form().bytes(1).map_or(1, |width| width as usize))
}

/// Appends numbers.
fn append<T: Copy, const W: usize>(out: &mut Vec<u8>, numbers: &[T], bytes: fn(T) -> [u8; W]) {
    let start = out.len();
    out.resize(start + numbers.len() * W, 0);
    for (place, number) in out[start..].as_chunks_mut::<W>().0.iter_mut().zip(numbers) {
        *place = bytes(*number);
    }
}
