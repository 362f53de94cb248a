//! The recorded replies: read, computed again, compared, recorded.

use super::data::{Data, NAMES};
use super::selection::{self, PAGES};
use super::{draw, text};
use callscope::wire::{Query, Reply, Selection};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Below how many selections of a page a file is not whole.
const LINES_MIN: usize = 20;
/// A text that is kept whole has about this length, in bytes.
const FULL_BYTES: usize = 6_000;
/// The data set whose texts are kept.
const FULL_OF: &str = "ties";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded")
}

fn file(name: &str) -> PathBuf {
    folder().join("replies").join(format!("{name}.txt"))
}

/// FNV-1a of 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn selection_of(query: &Query) -> &Selection {
    match query {
        Query::Calls(query) => &query.selection,
        Query::Details(query) => &query.selection,
        Query::Failed(query) => &query.selection,
        Query::List(query) => &query.selection,
        Query::Rows(query) => &query.selection,
        Query::Cost(query) => &query.selection,
        Query::Values(query) => &query.selection,
    }
}

/// The text of what a line is answered.
fn answer(data: &mut Data, line: &str) -> String {
    let asked = selection::parse(line).unwrap_or_else(|fault| panic!("{line}: {fault}"));
    let selection = selection_of(&asked.query).clone();
    let mut query = asked.query;
    let mut replies = Vec::new();
    for _ in 0..asked.windows {
        let reply = data.ask(query.clone());
        let next = match (&mut query, &reply) {
            (Query::Rows(rows), Reply::Rows(reply)) => reply.next.map(|next| rows.from = next),
            _ => None,
        };
        replies.push(reply);
        if next.is_none() {
            break;
        }
    }
    text::of(&selection, &replies)
}

/// Selections with their hashes; without hashes where they are drawn anew.
fn recorded(name: &str, data: &mut Data) -> Vec<(Option<u64>, String)> {
    let path = file(name);
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let text = match std::fs::read_to_string(&path) {
        Err(_) if update => return draw::lines(name, data).into_iter().map(|line| (None, line)).collect(),
        Err(e) => panic!("{}: {e}", path.display()),
        Ok(text) => text,
    };
    let of_line = |line: &str| {
        let (hash, line) = line.split_once(' ').unwrap_or_else(|| panic!("{name}: {line}"));
        (u64::from_str_radix(hash, 16).ok(), line.to_owned())
    };
    text.lines().map(of_line).collect()
}

/// Whether this build answers a selection's page: the engine of the first view computes no costs.
fn is_answered(line: &str) -> bool {
    callscope::base::build::FULL || !line.starts_with("cost")
}

fn check(name: &str) {
    let mut data = Data::open(name);
    let recorded = recorded(name, &mut data);
    let mut pages: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, line) in &recorded {
        let page = line.split(' ').next().unwrap_or_default();
        *pages.entry(PAGES.into_iter().find(|p| *p == page).unwrap_or_default()).or_default() += 1;
    }
    assert!(PAGES.iter().all(|page| pages.get(page).is_some_and(|&lines| lines >= LINES_MIN)), "{name} is not whole: {pages:?}");

    let texts = std::env::var_os("RECORDED_TEXTS").map(PathBuf::from);
    let only = std::env::var("RECORDED_ONLY").ok();
    let (mut now, mut different) = (String::new(), Vec::new());
    let mut full: BTreeMap<&str, String> = BTreeMap::new();
    for (number, (want, line)) in (1..).zip(&recorded) {
        let id = format!("{name}-{number}");
        let wanted = only.as_ref().map(|ids| ids.split(',').any(|one| one == id));
        if wanted == Some(false) || !is_answered(line) {
            continue;
        }
        let text = answer(&mut data, line);
        let got = hash(&text);
        let _ = writeln!(now, "{got:016x} {line}");
        let differs = *want != Some(got);
        if differs {
            different.push(format!("{id}: {line}"));
        }
        if let Some(folder) = texts.as_ref().filter(|_| differs || wanted == Some(true)) {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(format!("{id}.txt")), format!("{line}\n{text}")).unwrap();
        }
        if name == FULL_OF
            && let Some(page) = PAGES.into_iter().find(|page| line.starts_with(page))
        {
            let kept = full.entry(page).or_default();
            if text.len().abs_diff(FULL_BYTES) < kept.len().abs_diff(FULL_BYTES) {
                *kept = format!("{line}\n{text}");
            }
        }
    }
    if only.is_some() {
        return;
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let all = recorded.iter().all(|(_, line)| is_answered(line));
        assert!(all, "a build without costs would leave their answers out of what is recorded");
        std::fs::create_dir_all(folder().join("replies")).unwrap();
        std::fs::create_dir_all(folder().join("full")).unwrap();
        std::fs::write(file(name), now).unwrap();
        for (page, text) in full {
            std::fs::write(folder().join("full").join(format!("{page}.txt")), text).unwrap();
        }
        return;
    }
    let (count, all) = (different.len(), recorded.len());
    different.truncate(20);
    assert!(
        different.is_empty(),
        "{count} of {all} selections are answered otherwise than recorded; RECORDED_TEXTS=FOLDER writes their texts:\n{}",
        different.join("\n")
    );
}

macro_rules! data_sets {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        #[test]
        fn every_data_set_is_asked_and_the_full_texts_are_those_of_today() {
            assert_eq!(NAMES, [$(stringify!($name)),*]);
            let mut data = Data::open(FULL_OF);
            for page in PAGES.into_iter().filter(|page| is_answered(page) && std::env::var_os("UPDATE_GOLDEN").is_none()) {
                let path = folder().join("full").join(format!("{page}.txt"));
                let want = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                let (line, want) = want.split_once('\n').unwrap();
                let got = answer(&mut data, line);
                let other = got.lines().zip(want.lines()).find(|(got, want)| got != want);
                assert_eq!(other, None, "{page}: {line} (now, recorded)");
                assert_eq!(got.len(), want.len(), "{page}: {line}");
            }
        }
    };
}

data_sets!(azure, crowd, demo, odd, seeded, ties);

#[test]
fn hashes_are_those_of_everybody() {
    assert_eq!((hash(""), hash("a"), hash("foobar")), (0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8));
}
