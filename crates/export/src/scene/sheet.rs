//! A grid of pixels on which lines are painted one over another, as a browser would colour them.

use super::cover::Cover;
use core::ops::Range;

/// Red, green, blue, opacity.
const PARTS: usize = 4;

/// Colours of squares, row by row; nothing at first.
#[derive(Debug, Default)]
pub struct Sheet {
    width: usize,
    height: usize,
    /// [`PARTS`] a square, colours as they are without their opacity.
    colours: Vec<u8>,
    /// Rows and columns outside of which nothing was laid.
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Sheet {
    /// An empty sheet in the place of what this one was.
    pub fn renew(&mut self, width: usize, height: usize) {
        self.clear();
        (self.width, self.height) = (width, height);
        self.colours.resize(width * height * PARTS, 0);
    }

    pub const fn width(&self) -> usize {
        self.width
    }

    /// Takes everything off.
    pub fn clear(&mut self) {
        let row = self.width * PARTS;
        self.colours[self.rows.start * row..self.rows.end * row].fill(0);
        (self.rows, self.columns) = (0..0, 0..0);
    }

    /// Rows and columns that something may lie on.
    pub fn used(&self) -> (Range<usize>, Range<usize>) {
        (self.rows.clone(), self.columns.clone())
    }

    /// The colours of whole rows.
    pub fn colours(&self, rows: Range<usize>) -> &[u8] {
        &self.colours[rows.start * self.width * PARTS..rows.end * self.width * PARTS]
    }

    /// Lays a line on what is there, so much of it opaque.
    pub fn lay(&mut self, line: &Cover, colour: [u8; 3], opacity: f64) {
        let across = line.across as i32;
        let mut at = line.first;
        let mut spans = line.spans.as_slice();
        while !spans.is_empty() {
            let x = at.div_euclid(across);
            // Those of the first square may be fewer.
            let here = ((x + 1) * across - at) as usize;
            let (of_square, rest) = spans.split_at(here.min(spans.len()));
            if let Some(x) = usize::try_from(x).ok().filter(|x| *x < self.width) {
                self.column(x, of_square, f64::from(across), colour, opacity * 255.0);
            }
            (at, spans) = (at + here as i32, rest);
        }
    }

    fn column(&mut self, x: usize, spans: &[(f64, f64)], across: f64, colour: [u8; 3], opacity: f64) {
        let (mut upper, mut lower) = (f64::INFINITY, f64::NEG_INFINITY);
        // What all cover.
        let (mut full_from, mut full_to) = if spans.len() as f64 == across { (0.0_f64, f64::INFINITY) } else { (0.0, 0.0) };
        for span in spans {
            (upper, lower) = (upper.min(span.0), lower.max(span.1));
            (full_from, full_to) = (full_from.max(span.0), full_to.min(span.1));
        }
        // Conversions of floats saturate.
        let (from, to) = (upper.floor() as usize, (lower.ceil() as usize).min(self.height));
        if from >= to {
            return;
        }
        let full = full_from.ceil() as usize..full_to.floor() as usize;
        let mut at = (from * self.width + x) * PARTS;
        for y in from..to {
            let share = if full.contains(&y) {
                opacity
            } else {
                let (top, foot) = (y as f64, y as f64 + 1.0);
                let covered: f64 = spans.iter().map(|span| (span.1.min(foot) - span.0.max(top)).max(0.0)).sum();
                covered / across * opacity
            };
            let square = &mut self.colours[at..at + PARTS];
            if share >= 254.5 {
                square[..3].copy_from_slice(&colour);
                square[3] = 255;
            } else {
                over(square, colour, (share + 0.5) as u32);
            }
            at += self.width * PARTS;
        }
        let joined = |of: &Range<usize>, more: Range<usize>| {
            if of.is_empty() { more } else { of.start.min(more.start)..of.end.max(more.end) }
        };
        (self.rows, self.columns) = (joined(&self.rows, from..to), joined(&self.columns, x..x + 1));
    }
}

/// Lays a colour over a square, `opacity` of 255.
fn over(square: &mut [u8], colour: [u8; 3], opacity: u32) {
    let below = u32::from(square[3]) * (255 - opacity);
    let all = opacity * 255 + below;
    if all == 0 {
        return;
    }
    for (part, new) in square.iter_mut().zip(colour) {
        *part = ((u32::from(new) * opacity * 255 + u32::from(*part) * below + all / 2) / all) as u8;
    }
    square[3] = ((all + 127) / 255) as u8;
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: [u8; 3] = [200, 0, 0];
    const BLUE: [u8; 3] = [0, 0, 100];

    /// Columns in a square, the first of them, what is covered of each, colour and opacity.
    type TestLine<'a> = (u32, i32, &'a [(f64, f64)], [u8; 3], f64);

    fn sheet(lines: &[TestLine<'_>]) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.renew(4, 6);
        for &(across, first, spans, colour, opacity) in lines {
            sheet.lay(&Cover { across, first, spans: spans.to_vec() }, colour, opacity);
        }
        sheet
    }

    fn square(sheet: &Sheet, x: usize, y: usize) -> &[u8] {
        &sheet.colours(y..y + 1)[x * PARTS..][..PARTS]
    }

    #[test]
    fn squares_are_as_opaque_as_they_are_covered() {
        let sheet = sheet(&[(2, 1, &[(1.0, 3.5), (1.25, 3.0), (0.5, 4.0)], RED, 1.0)]);
        assert_eq!(square(&sheet, 0, 1), [200, 0, 0, 128]);
        assert_eq!(square(&sheet, 0, 3), [200, 0, 0, 64]);
        assert_eq!(square(&sheet, 1, 2), [200, 0, 0, 255]);
        assert_eq!(square(&sheet, 1, 1), [200, 0, 0, 223]);
        assert_eq!(square(&sheet, 1, 0), [200, 0, 0, 64]);
        assert_eq!((square(&sheet, 2, 2), sheet.used()), ([0; 4].as_slice(), (0..4, 0..2)));
    }

    #[test]
    fn later_lines_cover_earlier_ones() {
        let all: &[(f64, f64)] = &[(0.0, 6.0)];
        let sheet = sheet(&[(1, 0, all, RED, 1.0), (1, 0, all, BLUE, 0.25), (1, 1, all, RED, 0.5), (1, 1, all, BLUE, 1.0)]);
        assert_eq!(square(&sheet, 0, 5), [150, 0, 25, 255]);
        assert_eq!(square(&sheet, 1, 0), [0, 0, 100, 255]);
    }

    #[test]
    fn what_lies_outside_is_left_out_and_a_cleared_sheet_is_empty() {
        let mut sheet =
            sheet(&[(1, -2, &[(-9.0, 99.0); 9], RED, 1.0), (2, 0, &[(f64::INFINITY, f64::NEG_INFINITY); 3], BLUE, 1.0)]);
        assert_eq!(sheet.used(), (0..6, 0..4));
        assert!(sheet.colours(0..6).chunks(PARTS).all(|square| square == [200, 0, 0, 255]));
        sheet.clear();
        assert!(sheet.colours(0..6).iter().all(|part| *part == 0) && sheet.used() == (0..0, 0..0));
    }
}
