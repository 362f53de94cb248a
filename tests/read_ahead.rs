//! Calls that are read ahead, by what the call before looked like, are what reading them one by one gives: the same calls, places, record errors
//! and counts, whatever the text and wherever it is cut.

use crate::feed::befalls::{BEFALLS, SHAPES, alike, befall, shaped};
use crate::feed::writer::Writer;
use callscope::ingest::callscope::{CAREFUL, FORMAT};
use callscope::ingest::importer::{Format, Importer, Reads, Sink};
use callscope::model::{Call, Place, RecordError};
use proptest::prelude::*;

/// All that an importer reports, in order.
#[derive(Default)]
struct Told(Vec<String>);

impl Sink for Told {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.0.push(format!("{call:?} {place:?}"));
    }

    fn reject(&mut self, record_error: RecordError) {
        self.0.push(format!("{record_error:?}"));
    }
}

fn told(bytes: &[u8], format: &Format, mut chunk: impl FnMut() -> usize) -> Vec<String> {
    let Reads::Calls(importer) = format.reads else { panic!("it reads calls") };
    let (mut importer, mut told): (Box<dyn Importer>, _) = (importer(bytes), Told::default());
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(chunk().clamp(1, rest.len()));
        if let Err(failure) = importer.feed(piece, &mut told) {
            told.0.push(format!("{failure:?}"));
            return told.0;
        }
        rest = after;
    }
    let about = importer.finish(&mut told);
    told.0.push(format!("{about:?}"));
    told.0
}

#[track_caller]
fn same(bytes: &[u8], mut sizes: impl Iterator<Item = usize> + Clone) {
    // A document of another version is refused at the end of the chunk that says so: the chunks are the same.
    let mut same_sizes = sizes.clone();
    let want = told(bytes, &CAREFUL, || same_sizes.next().unwrap_or(usize::MAX));
    let got = told(bytes, &FORMAT, || sizes.next().unwrap_or(usize::MAX));
    let differs = got.iter().zip(&want).position(|(a, b)| a != b);
    if let Some(at) = differs {
        panic!("{}\n{}\n{}", got[at], want[at], String::from_utf8_lossy(bytes));
    }
    assert_eq!(got.len(), want.len(), "{}", String::from_utf8_lossy(bytes));
}

#[test]
fn in_every_shape_and_cut_anywhere() {
    let mut writer = Writer::new(1);
    let mut lines = alike(5, 6);
    lines.insert(3, befall(&lines[3], 0, &mut writer));
    lines.insert(2, befall(&lines[2], 6, &mut writer));
    for shape in 0..SHAPES.len() {
        let bytes = shaped(&lines, shape);
        for cut in 1..bytes.len() {
            same(&bytes, [cut].into_iter());
        }
        same(&bytes, std::iter::repeat(1));
    }
}

#[test]
fn whatever_befalls_a_line_between_others() {
    let mut writer = Writer::new(2);
    for what in 0..BEFALLS {
        for shape in 0..SHAPES.len() {
            let mut lines = alike(what as u64, 12);
            for i in [1, 4, 5, 11] {
                lines[i] = befall(&lines[i], what, &mut writer);
            }
            same(&shaped(&lines, shape), std::iter::empty());
        }
    }
}

#[test]
fn bytes_that_are_no_text() {
    let lines = alike(3, 4);
    for shape in 0..SHAPES.len() {
        let bytes = shaped(&lines, shape);
        for at in 0..bytes.len() {
            for by in [0xff, 0xc3, 0x00] {
                let mut bytes = bytes.clone();
                bytes[at] = by;
                same(&bytes, std::iter::empty());
            }
        }
    }
}

#[test]
fn white_space_that_json_does_not_know_ahead_of_a_line() {
    let lines = alike(4, 3);
    for blank in ["\u{c}", " \u{c} \u{c}", "\r\u{c}\t"] {
        let bytes = [&lines[0], "\n", blank, &lines[1], "\n", blank, "},\n", &lines[2]].concat().into_bytes();
        let whole = told(&bytes, &CAREFUL, || usize::MAX);
        for cut in 1..bytes.len() {
            same(&bytes, [cut].into_iter());
            let mut sizes = [cut].into_iter();
            assert_eq!(told(&bytes, &CAREFUL, || sizes.next().unwrap_or(usize::MAX)), whole, "cut at {cut}");
        }
        same(&bytes, std::iter::repeat(1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_lines_in_random_chunks(
        seed in any::<u64>(),
        befalls in prop::collection::vec(prop_oneof![2 => Just(usize::MAX), 1 => 0..BEFALLS], 1..40),
        shape in 0..SHAPES.len(),
        sizes in prop::collection::vec(1..3000_usize, 1..20),
    ) {
        let mut writer = Writer::new(seed);
        let mut lines = alike(seed, befalls.len() as u64);
        for (line, what) in lines.iter_mut().zip(befalls) {
            *line = befall(line, what, &mut writer);
        }
        same(&shaped(&lines, shape), sizes.into_iter().cycle());
    }

    #[test]
    fn random_calls_in_random_writing(seed in any::<u64>(), shape in 0..SHAPES.len(), sizes in prop::collection::vec(1..300_usize, 1..20)) {
        let mut writer = Writer::new(seed);
        let lines: Vec<String> = (0..1 + seed % 30).map(|i| writer.call(i, shape < 4)).collect();
        same(&shaped(&lines, shape), sizes.into_iter().cycle());
    }

    #[test]
    fn bytes_changed_anywhere(
        seed in any::<u64>(),
        changes in prop::collection::vec((any::<usize>(), prop_oneof![any::<u8>(), prop::sample::select(b" \"\\{}[]:,0eE.-n\n\r".to_vec())]), 1..6),
        shape in 0..SHAPES.len(),
        sizes in prop::collection::vec(1..3000_usize, 1..20),
    ) {
        let mut bytes = shaped(&alike(seed, 8), shape);
        let length = bytes.len();
        for (at, by) in changes {
            bytes[at % length] = by;
        }
        same(&bytes, sizes.into_iter().cycle());
    }
}
