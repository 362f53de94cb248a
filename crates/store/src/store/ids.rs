//! Texts that hardly repeat, such as request IDs. If they share one shape, with long runs of
//! hexadecimal digits, a digit takes half a byte; otherwise the texts are stored end to end. Both
//! return each text unchanged.

use super::Codes;
use crate::base::build::FULL;

/// Shapes that are recognised before texts are stored as they are.
pub(super) const SHAPES_MAX: usize = 16;
/// Longest text of a shape, bytes.
const SHAPED_BYTES_MAX: usize = 96;
/// Runs of fewer digits are letters like others: they belong to words.
const DIGITS_MIN: usize = 4;
/// The code of an empty text, once there is a shape.
pub(super) const EMPTY: u32 = 1;
/// Means a digit in a shape; no text that is packed has it.
const DIGIT: u8 = 0x01;

/// The engine of the first view holds some ten thousand calls, and is to be light: it packs nothing.
const PACKING: bool = FULL;

/// One column of such texts.
#[derive(Debug, Clone)]
pub enum Ids {
    /// By their shapes.
    Packed(Packed),
    Texts(Texts),
}

/// Texts end to end.
#[derive(Debug, Default, Clone)]
pub struct Texts {
    pub(crate) ends: Vec<u32>,
    pub(crate) bytes: Vec<u8>,
}

/// See the module's text.
#[derive(Debug, Default, Clone)]
pub struct Packed {
    pub(crate) shapes: Vec<Shape>,
    /// [`code_of`] a shape, or [`EMPTY`]; all 0 before there is a shape, when all are empty.
    pub(crate) codes: Codes,
    /// `width` bytes for each row.
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: usize,
    /// The shape met last.
    last: usize,
}

/// Where digits are, and all else as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// [`DIGIT`] for each digit.
    text: Box<str>,
    /// Eight, four, two digits or one: where they are.
    steps: Vec<(u8, u8)>,
    /// Parts without digits: from and to.
    fixed: Vec<(u8, u8)>,
    /// Bytes that its digits take.
    width: usize,
}

impl Default for Ids {
    fn default() -> Self {
        if PACKING { Self::Packed(Packed::default()) } else { Self::Texts(Texts::default()) }
    }
}

/// Nothing is [`Ids::Packed`] unless [`PACKING`]: the arms that say so keep the code of the others out.
impl Ids {
    pub fn push(&mut self, text: &str) {
        match self {
            Self::Packed(packed) if PACKING => {
                if !packed.push(text) {
                    let mut texts = packed.unpacked();
                    texts.push(text);
                    *self = Self::Texts(texts);
                }
            }
            Self::Texts(texts) => texts.push(text),
            Self::Packed(_) => {}
        }
    }

    /// Makes room for so many more texts, where there is that much; for texts that are held as they are, of the length of those before.
    pub(super) fn reserve(&mut self, more: usize) {
        let _ = match self {
            Self::Packed(packed) => {
                packed.codes.reserve(more);
                packed.bytes.try_reserve_exact(more * packed.width)
            }
            Self::Texts(texts) => {
                let bytes = texts.bytes.len().checked_div(texts.ends.len()).unwrap_or(0);
                texts.ends.try_reserve_exact(more).and_then(|()| texts.bytes.try_reserve_exact(more * bytes))
            }
        };
    }

    /// The text of a row; empty beyond the end.
    pub fn get(&self, row: usize) -> String {
        match self {
            Self::Packed(packed) if PACKING => packed.get(row),
            Self::Texts(texts) => texts.get(row).to_owned(),
            Self::Packed(_) => String::new(),
        }
    }

    /// What distinguishes the text of a row from others of this column: texts are the same where these are. `None` where it is empty.
    pub(super) fn raw(&self, row: usize) -> Option<(u32, &[u8])> {
        match self {
            Self::Packed(packed) => match packed.codes.get(row) {
                EMPTY => None,
                code => Some((code, packed.row(row))).filter(|_| !packed.shapes.is_empty()),
            },
            Self::Texts(texts) => Some((0, texts.row(row))).filter(|(_, text)| !text.is_empty()),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Packed(packed) if PACKING => packed.codes.len(),
            Self::Texts(texts) => texts.ends.len(),
            Self::Packed(_) => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory that they fill.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Packed(packed) if PACKING => packed.codes.bytes() + packed.bytes.len(),
            Self::Texts(texts) => texts.ends.len() * 4 + texts.bytes.len(),
            Self::Packed(_) => 0,
        }
    }

    /// The same texts in another order: row `i` of the result is row `order[i]`.
    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        match self {
            Self::Packed(packed) if PACKING => {
                let width = packed.width;
                let mut bytes = Vec::with_capacity(order.len() * width);
                match packed.bytes.as_chunks::<16>() {
                    (rows, []) if width == 16 => {
                        order.iter().for_each(|&row| bytes.extend_from_slice(&rows[row as usize]));
                    }
                    _ => order.iter().for_each(|&row| bytes.extend_from_slice(packed.row(row as usize))),
                }
                Self::Packed(Packed { codes: packed.codes.reordered(order), bytes, shapes: packed.shapes.clone(), ..*packed })
            }
            Self::Texts(texts) => {
                let mut ordered = Texts::default();
                order.iter().for_each(|&row| ordered.push_bytes(texts.row(row as usize)));
                Self::Texts(ordered)
            }
            Self::Packed(_) => Self::default(),
        }
    }
}

impl Packed {
    /// What was written of it; `None` where its parts do not belong together.
    pub(crate) fn of(shapes: &[Box<str>], codes: Codes, bytes: Vec<u8>) -> Option<Self> {
        let shapes: Vec<Shape> = shapes.iter().map(|text| Shape::of_pattern(text)).collect::<Option<_>>()?;
        let width = shapes.first().map_or(0, |shape| shape.width);
        let sound = shapes.len() <= SHAPES_MAX
            && shapes.iter().all(|shape| shape.width == width)
            && codes.highest() <= if shapes.is_empty() { 0 } else { code_of(shapes.len() - 1).max(EMPTY) }
            && codes.len().checked_mul(width) == Some(bytes.len());
        sound.then_some(Self { shapes, codes, bytes, width, last: 0 })
    }

    /// The pattern of a shape, for [`Packed::of`].
    pub(crate) fn pattern(&self, shape: usize) -> &str {
        self.shapes.get(shape).map_or("", |shape| &shape.text)
    }

    fn row(&self, row: usize) -> &[u8] {
        self.bytes.get(row * self.width..(row + 1) * self.width).unwrap_or(&[])
    }

    /// False where it has no place here.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let start = self.bytes.len();
        if text.is_empty() {
            self.bytes.resize(start + self.width, 0);
            self.codes.push(if self.shapes.is_empty() { 0 } else { EMPTY });
            return true;
        }
        if let Some(shape) = self.shapes.get(self.last)
            && shape.pack(text.as_bytes(), &mut self.bytes)
        {
            self.codes.push(code_of(self.last));
            return true;
        }
        let known = self.shapes.iter().position(|shape| shape.pack(text.as_bytes(), &mut self.bytes));
        let Some(place) = known.or_else(|| self.learn(text)) else { return false };
        self.last = place;
        self.codes.push(code_of(place));
        true
    }

    /// Makes room for the first text that is not empty, whose shape has this width.
    pub(super) fn begin(&mut self, width: usize) {
        let empty = self.codes.len();
        self.width = width;
        self.bytes.resize(empty * width, 0);
        self.codes = Codes::default();
        (0..empty).for_each(|_| self.codes.push(EMPTY));
    }

    /// Adds a text of a new shape.
    #[cold]
    fn learn(&mut self, text: &str) -> Option<usize> {
        let shape = Shape::of_text(text).filter(|_| self.shapes.len() < SHAPES_MAX)?;
        if self.shapes.is_empty() {
            self.begin(shape.width);
        }
        if shape.width != self.width || !shape.pack(text.as_bytes(), &mut self.bytes) {
            return None;
        }
        self.shapes.push(shape);
        Some(self.shapes.len() - 1)
    }

    fn get(&self, row: usize) -> String {
        let shape = match self.codes.get(row) {
            EMPTY => None,
            code => self.shapes.get((code as usize).saturating_sub(1)),
        };
        shape.map_or(String::new(), |shape| shape.unpack(self.row(row)))
    }

    fn unpacked(&self) -> Texts {
        let mut texts = Texts::default();
        (0..self.codes.len()).for_each(|row| texts.push(&self.get(row)));
        texts
    }
}

/// The code of texts of the shape at a place. The first, which is mostly the only one, has 0: such a column takes no memory.
pub(super) const fn code_of(place: usize) -> u32 {
    if place == 0 { 0 } else { place as u32 + 1 }
}

impl Shape {
    /// The shape that a text is of; `None` where that would be no gain.
    fn of_text(text: &str) -> Option<Self> {
        let mut pattern = text.as_bytes().to_vec();
        let is_digit = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        for run in pattern.chunk_by_mut(|a, b| is_digit(a) == is_digit(b)) {
            if is_digit(&run[0]) && run.len() >= DIGITS_MIN {
                run.fill(DIGIT);
            }
        }
        if text.as_bytes().contains(&DIGIT) {
            return None;
        }
        Self::of_pattern(core::str::from_utf8(&pattern).ok()?)
    }

    fn of_pattern(pattern: &str) -> Option<Self> {
        if pattern.len() > SHAPED_BYTES_MAX {
            return None;
        }
        let (mut steps, mut fixed, mut width, mut at) = (Vec::new(), Vec::new(), 0, 0);
        for run in pattern.as_bytes().chunk_by(|a, b| (*a == DIGIT) == (*b == DIGIT)) {
            let end = at + run.len();
            if run[0] != DIGIT {
                fixed.push((at as u8, end as u8));
                at = end;
            }
            while at < end {
                let step = [8, 4, 2, 1].into_iter().find(|&step| at + step <= end).unwrap_or(1);
                steps.push((at as u8, step as u8));
                width += step.div_ceil(2);
                at += step;
            }
        }
        (width > 0).then(|| Self { text: pattern.into(), steps, fixed, width })
    }

    /// Appends the digits of a text; false, and nothing appended, where it is not of this shape.
    #[inline]
    fn pack(&self, text: &[u8], out: &mut Vec<u8>) -> bool {
        let pattern = self.text.as_bytes();
        if text.len() != pattern.len() {
            return false;
        }
        for &(from, to) in &self.fixed {
            let (from, to) = (usize::from(from), usize::from(to));
            if !text[from..to].iter().zip(&pattern[from..to]).all(|(a, b)| a == b) {
                return false;
            }
        }
        let (mut row, mut len) = ([0; SHAPED_BYTES_MAX / 2 + 8], 0);
        for &(at, step) in &self.steps {
            let from = &text[usize::from(at)..];
            let word = match step {
                8 => from.first_chunk().map_or(0, |b| u64::from_le_bytes(*b)),
                4 => from.first_chunk().map_or(0, |b| u64::from(u32::from_le_bytes(*b)) | ZEROS << 32),
                2 => from.first_chunk().map_or(0, |b| u64::from(u16::from_le_bytes(*b)) | ZEROS << 16),
                _ => u64::from(from[0]) | ZEROS << 8,
            };
            let Some(packed) = nibbles(word) else { return false };
            if let Some(place) = row[len..].first_chunk_mut() {
                *place = packed.to_le_bytes();
            }
            len += usize::from(step).div_ceil(2);
        }
        // A copy of known length is no call.
        match row.first_chunk::<16>() {
            Some(row) if len == 16 => out.extend_from_slice(row),
            _ => out.extend_from_slice(&row[..len]),
        }
        true
    }

    fn unpack(&self, row: &[u8]) -> String {
        let mut text = self.text.as_bytes().to_vec();
        let mut bytes = row.iter();
        for &(at, step) in &self.steps {
            for pair in text[usize::from(at)..usize::from(at) + usize::from(step)].chunks_mut(2) {
                let byte = bytes.next().copied().unwrap_or(0);
                for (place, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
                    *place = b"0123456789abcdef"[usize::from(nibble)];
                }
            }
        }
        String::from_utf8(text).unwrap_or_default()
    }
}

/// The digit 0, eight times.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Eight lower-case hexadecimal digits in half a byte each, the first the highest of the lowest byte; `None` where one is none.
#[inline]
const fn nibbles(word: u64) -> Option<u32> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let letters = word >> 6 & ONES;
    let values = (word & (ONES * 0x0f)) + letters * 9;
    // Written again, each must come out as it was.
    let above_nine = (values + ONES * 6) >> 4 & ONES;
    if values & (ONES * 0xf0) != 0 || values + ZEROS + above_nine * 0x27 != word {
        return None;
    }
    let pairs = (values << 4 | values >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some((fours | fours >> 16) as u32)
}

impl Texts {
    /// The text of a row.
    pub fn get(&self, row: usize) -> &str {
        core::str::from_utf8(self.row(row)).unwrap_or("")
    }

    fn row(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends.get(row - 1).copied().unwrap_or(0) as usize };
        let end = self.ends.get(row).copied().unwrap_or(0) as usize;
        self.bytes.get(start..end).unwrap_or(&[])
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    fn push_bytes(&mut self, text: &[u8]) {
        if self.bytes.len() + text.len() <= u32::MAX as usize {
            self.bytes.extend_from_slice(text);
        }
        self.ends.push(self.bytes.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn given_back(texts: &[String]) -> Ids {
        let mut ids = Ids::default();
        texts.iter().for_each(|text| ids.push(text));
        assert_eq!((0..texts.len()).map(|row| ids.get(row)).collect::<Vec<_>>(), texts);
        let order: Vec<u32> = (0..texts.len() as u32).rev().collect();
        let turned = ids.reordered(&order);
        assert_eq!(
            order.iter().map(|&i| texts[i as usize].as_str()).collect::<Vec<_>>(),
            (0..texts.len()).map(|row| turned.get(row)).collect::<Vec<_>>()
        );
        ids
    }

    #[test]
    fn ids_of_one_shape_take_half_a_byte_a_digit() {
        let uuids: Vec<String> = (0..100_u64)
            .map(|i| format!("{:08x}-0000-4abc-8def-{:012x}", i * 77_777, i.wrapping_mul(0x9e37_79b9_7f4a) & 0xffff_ffff_ffff))
            .collect();
        let ids = given_back(&uuids);
        assert_eq!(ids.bytes(), 100 * 16);
        let requests: Vec<String> = (0..100).map(|i| format!("req-{i:09}")).collect();
        assert_eq!(given_back(&requests).bytes(), 100 * 5);
    }

    #[test]
    fn whatever_is_of_no_shape_is_held_as_it_is() {
        let mut texts: Vec<String> = (0..10).map(|i| format!("0123456789abcde{i}")).collect();
        for odd in ["x", "0123456789ABCDEF", "\u{1}\u{1}\u{1}\u{1}", "0123456789abcdeff0", "g"] {
            texts.push(odd.to_owned());
            assert!(matches!(given_back(&texts), Ids::Texts(_)), "{odd}");
            texts.pop();
        }
    }

    proptest! {
        #[test]
        fn each_is_given_back(
            texts in prop::collection::vec(prop_oneof![
                4 => "[0-9a-f]{8}-[0-9a-f]{5}",
                4 => "[0-9a-f]{8}_[0-9a-f]{5}",
                1 => Just(String::new()),
                1 => "[0-9a-g]{8}-[0-9a-f]{5}",
                1 => "[0-9a-f\u{1}é-]{0,12}",
            ], 0..40),
            odd in any::<bool>(),
        ) {
            let texts: Vec<String> = if odd { texts } else { texts.into_iter().filter(|t| t.len() == 14 || t.is_empty()).collect() };
            given_back(&texts);
        }

        #[test]
        fn eight_digits_are_eight_digits(text in prop_oneof!["[0-9a-f]{8}", "[0-9a-g@`/:]{8}", "[ -~]{8}"]) {
            let word = u64::from_le_bytes(*text.as_bytes().first_chunk().unwrap());
            let sound = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            prop_assert_eq!(nibbles(word).map(u32::swap_bytes), sound.then(|| u32::from_str_radix(&text, 16).unwrap()));
        }
    }
}
