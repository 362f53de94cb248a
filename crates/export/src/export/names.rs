//! Names of sheets and files that every system takes: legal, told apart, never cut inside a character.

use super::table::View;
use super::truncate;
use crate::base::civil::Civil;
use crate::model::Range;

/// Longest name of a sheet in Excel, in units of UTF-16.
const SHEET_UNITS_MAX: usize = 31;
/// Longest name of a file, in bytes of UTF-8: file systems take 255, and browsers add ` (1)` to a name that is taken.
const FILE_BYTES_MAX: usize = 240;

/// Names of a workbook's sheets, each given once.
#[derive(Debug, Default)]
pub struct SheetNames {
    /// In lower case, since Excel takes names that differ in case alone for the same.
    taken: Vec<String>,
}

impl SheetNames {
    /// A legal name as close to `wish` as can be. What Excel forbids is replaced (`:` `/` `\` `?` `*` by `-`, brackets by round ones), a name
    /// too long is cut at its end, one that is taken gets a number.
    pub fn give(&mut self, wish: &str) -> String {
        self.give_after("", wish)
    }

    /// As [`SheetNames::give`], of a name in two parts, of which the first is cut: `harbour-ch… Calls (Times)`.
    pub fn give_after(&mut self, first: &str, last: &str) -> String {
        let (first, last) = (legal(first), legal(last));
        let mut number = 1_u32;
        loop {
            let tail = if number == 1 { String::new() } else { format!(" ({number})") };
            let name = fitted(&first, &last, &tail);
            let key = name.to_lowercase();
            // Excel keeps this name for itself.
            if key != "history" && !self.taken.contains(&key) {
                self.taken.push(key);
                return name;
            }
            number += 1;
        }
    }
}

fn legal(wish: &str) -> String {
    let replaced = wish.chars().filter_map(|c| match c {
        '[' => Some('('),
        ']' => Some(')'),
        ':' | '/' | '\\' | '?' | '*' => Some('-'),
        c if is_unseen(c) => None,
        '\u{FFFE}' | '\u{FFFF}' => None,
        c => Some(c),
    });
    replaced.collect::<String>().trim().trim_matches('\'').trim().to_owned()
}

/// Control characters, and those that turn the direction of writing: they would make a name look like another.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn fitted(first: &str, last: &str, tail: &str) -> String {
    let room = SHEET_UNITS_MAX - truncate::utf16(tail);
    let join = if first.is_empty() || last.is_empty() { "" } else { " " };
    let whole = format!("{first}{join}{last}");
    let body = if truncate::utf16(&whole) <= room {
        whole
    } else {
        let last = truncate::beginning(last, room, char::len_utf16);
        let left = room - truncate::utf16(last);
        // A mark of the cut and the join each take one.
        match left.checked_sub(1 + join.len()) {
            Some(left) if !first.is_empty() => format!("{}…{join}{last}", truncate::beginning(first, left, char::len_utf16)),
            _ => last.to_owned(),
        }
    };
    // A cut may have left a blank or an apostrophe at the end.
    let body = body.trim().trim_matches('\'').trim_end();
    let body = if body.is_empty() { "-" } else { body };
    format!("{body}{tail}")
}

/// A file's name: `harbour-chat 2026-03-10 0000 - 2026-03-12 1437 Asia-Shanghai.xlsx`, legal on Windows, macOS and Linux. `what` is the
/// service, or what else the file holds; where the whole is too long, it is cut.
pub fn file(view: View<'_>, what: &str, extension: &str) -> String {
    let Range { from_ms, to_ms } = view.range;
    let tail = format!(" {} - {} {}", stamp(view, from_ms), stamp(view, to_ms), file_legal(&view.zone.name));
    let room = FILE_BYTES_MAX - tail.len().min(FILE_BYTES_MAX / 2) - extension.len() - 1;
    let what = file_legal(what);
    let what = truncate::beginning(&what, room, char::len_utf8).trim_end_matches([' ', '.']);
    let what = if what.is_empty() { "callscope" } else { what };
    // Windows keeps these for devices, whatever follows the first dot or blank.
    let stem = what.split(['.', ' ']).next().unwrap_or_default().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || (stem.starts_with("COM") || stem.starts_with("LPT"))
            && matches!(stem[3..].chars().next(), Some('0'..='9' | '¹' | '²' | '³'))
            && stem[3..].chars().count() == 1;
    format!("{}{what}{tail}.{extension}", if device { "_" } else { "" })
}

fn stamp(view: View<'_>, at_ms: i64) -> String {
    let c = Civil::of(view.zone.local_ms(at_ms));
    format!("{:04}-{:02}-{:02} {:02}{:02}", c.year, c.month, c.day, c.hour, c.minute)
}

fn file_legal(wish: &str) -> String {
    let replaced = wish.chars().filter_map(|c| match c {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => Some('-'),
        c if is_unseen(c) => None,
        c => Some(c),
    });
    // A leading dot hides a file, a leading dash is an option to a command.
    replaced.collect::<String>().trim_start_matches([' ', '.', '-', '~']).trim_end_matches([' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::series::Zone;
    use proptest::prelude::*;

    #[test]
    fn sheets_are_told_apart() {
        let mut names = SheetNames::default();
        assert_eq!(names.give("RPM (Times/Minute)"), "RPM (Times-Minute)");
        assert_eq!(names.give("rpm (times:minute)"), "rpm (times-minute) (2)");
        assert_eq!(names.give("History"), "History (2)");
        assert_eq!(names.give("'quoted'"), "quoted");
        assert_eq!(names.give(""), "-");
        assert_eq!(names.give("a\u{1}\u{202E}b"), "ab");
        let long = "服务".repeat(100);
        let (a, b) =
            (names.give_after(&format!("{long}一"), "Calls (Times)"), names.give_after(&format!("{long}二"), "Calls (Times)"));
        assert!(a.ends_with("… Calls (Times)") && b.ends_with("… Calls (Times) (2)"), "{a} {b}");
        assert_eq!((truncate::utf16(&a), truncate::utf16(&b)), (31, 31));
        let emoji = names.give(&"👨\u{200D}👩\u{200D}👧".repeat(40));
        assert_eq!(emoji, "👨\u{200D}👩\u{200D}👧".repeat(3));
    }

    #[test]
    fn files_are_named_by_service_range_and_zone() {
        let zone = Zone { name: "Asia/Shanghai".into(), offsets: vec![(0, 8 * 3600)] };
        let range = Range { from_ms: 1_773_072_000_000, to_ms: 1_773_297_474_680 };
        let view = View { lang: Lang::En, zone: &zone, range };
        let tail = "2026-03-10 0000 - 2026-03-12 1437 Asia-Shanghai.xlsx";
        assert_eq!(file(view, "harbour-chat", "xlsx"), format!("harbour-chat {tail}"));
        assert_eq!(file(view, "a/b:c*?\"<>|.", "xlsx"), format!("a-b-c------ {tail}"));
        assert_eq!(file(view, "..\\..\\-x", "xlsx"), format!("x {tail}"));
        assert_eq!(file(view, "con", "xlsx"), format!("_con {tail}"));
        assert_eq!(file(view, "COM1.log", "xlsx"), format!("_COM1.log {tail}"));
        assert_eq!(file(view, "COM12", "xlsx"), format!("COM12 {tail}"));
        assert_eq!(file(view, "", "csv"), format!("callscope {}", tail.replace("xlsx", "csv")));
        let long = file(view, &"服务😀".repeat(70), "xlsx");
        assert!(long.len() <= FILE_BYTES_MAX && long.ends_with(tail) && long.starts_with("服务😀"), "{long}");
    }

    proptest! {
        #[test]
        fn every_sheet_is_legal_and_unlike_the_others(wishes in prop::collection::vec("(\\PC|[\\[\\]:*?/'\u{1}]){0,50}", 1..8)) {
            let mut names = SheetNames::default();
            let given: Vec<String> = wishes.iter().chain(&wishes).map(|w| names.give_after(w, w)).collect();
            for (i, name) in given.iter().enumerate() {
                prop_assert!(!name.is_empty() && truncate::utf16(name) <= SHEET_UNITS_MAX, "{name:?}");
                prop_assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name:?}");
                prop_assert!(!name.starts_with('\'') && !name.ends_with('\''), "{name:?}");
                prop_assert!(given[..i].iter().all(|n| n.to_lowercase() != name.to_lowercase()), "{name:?}");
            }
        }

        #[test]
        fn every_file_is_legal(what in "(\\PC|[<>:\"/|?*.\\\\ \u{7}]){0,300}") {
            let zone = Zone::utc();
            let name = file(View { lang: Lang::En, zone: &zone, range: Range { from_ms: 0, to_ms: 1 } }, &what, "csv");
            prop_assert!(name.len() <= FILE_BYTES_MAX);
            let bad = |c: char| c.is_control() || "<>:\"/\\|?*".contains(c);
            prop_assert!(!name.contains(bad) && !name.starts_with(['.', ' ', '-']), "{name:?}");
        }
    }
}
