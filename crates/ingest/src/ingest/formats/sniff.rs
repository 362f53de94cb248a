//! What the first text of a source shows: the names of its first records, for importers to tell their format by.

use crate::ingest::json::{Cursor, JsonError, Kind};
use crate::ingest::text::visible;

/// Deepest level of which names are taken.
const DEPTH_MAX: usize = 10;
/// Most names that are kept.
const NAMES_MAX: usize = 4_000;
/// Longest value that is kept beside a name.
const VALUE_BYTES: usize = 100;

/// Names of the first text, as paths with dots; arrays add no segment of their own. Of a table: its header.
#[derive(Debug, Default)]
pub struct Sniff {
    names: Vec<(String, String)>,
    /// Names of the first record are those of a JSON object.
    pub json: bool,
    /// First character of a table's separator, where the text looks like a table.
    pub separator: Option<u8>,
    /// The first line that is not empty.
    pub line: String,
}

impl Sniff {
    /// Looks into the first text of a source; what is cut off or broken ends what is found.
    pub fn of(prefix: &[u8]) -> Self {
        let text = visible(prefix);
        let sound = core::str::from_utf8(text).map_or_else(|e| e.valid_up_to(), str::len);
        let text = core::str::from_utf8(&text[..sound]).unwrap_or("");
        let mut sniff = Self { line: text.lines().next().unwrap_or("").to_owned(), ..Self::default() };
        if text.starts_with(['{', '[']) {
            sniff.json = true;
            sniff.values(text);
        } else {
            sniff.table();
        }
        sniff
    }

    /// Whether a name occurs.
    pub fn has(&self, path: &str) -> bool {
        self.names.iter().any(|(name, _)| name == path)
    }

    /// Whether all names occur.
    pub fn all(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.has(path))
    }

    /// How many of the names occur.
    pub fn count(&self, paths: &[&str]) -> usize {
        paths.iter().filter(|path| self.has(path)).count()
    }

    /// Whether this is the last segment of a name, however deep it lies.
    pub fn has_last(&self, segment: &str) -> bool {
        self.names.iter().any(|(name, _)| name.rsplit('.').next() == Some(segment))
    }

    /// How many of these are the last segment of a name.
    pub fn count_last(&self, segments: &[&str]) -> usize {
        segments.iter().filter(|segment| self.has_last(segment)).count()
    }

    /// Whether a name begins so.
    pub fn has_under(&self, start: &str) -> bool {
        self.names.iter().any(|(name, _)| name.starts_with(start))
    }

    /// The first value of a name, where it is a short text, number or word.
    pub fn value(&self, path: &str) -> Option<&str> {
        self.names.iter().find(|(name, value)| name == path && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// All names as often as they occur, each with its value where that is short.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.names
    }

    /// All names in their order, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in &self.names {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    fn values(&mut self, text: &str) {
        let Ok(mut cursor) = Cursor::new(text.as_bytes()) else { return };
        while !cursor.at_end() {
            let at = cursor.at();
            if self.value_at(&mut cursor, &mut String::new(), 0).is_err() {
                // Behind a broken first record the next line may do.
                let Some(next) = cursor.raw(at.max(cursor.at()), text.len()).find('\n') else { return };
                let from = at.max(cursor.at()) + next + 1;
                cursor = cursor.from(from);
            }
        }
    }

    fn value_at(&mut self, cursor: &mut Cursor<'_>, path: &mut String, depth: usize) -> Result<(), JsonError> {
        let kind = cursor.kind()?;
        let from = cursor.at();
        match kind {
            Kind::Object if depth < DEPTH_MAX => {
                cursor.expect(b'{')?;
                let (mut first, mut scratch) = (true, String::new());
                while cursor.more(&mut first, b'}')? {
                    scratch.clear();
                    let key = cursor.key(&mut scratch)?;
                    let length = path.len();
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(key.resolve(&scratch));
                    if self.names.len() < NAMES_MAX {
                        self.names.push((path.clone(), String::new()));
                    }
                    let result = self.value_at(cursor, path, depth + 1);
                    path.truncate(length);
                    result?;
                }
                Ok(())
            }
            Kind::Array if depth < DEPTH_MAX => {
                cursor.expect(b'[')?;
                let mut first = true;
                while cursor.more(&mut first, b']')? {
                    self.value_at(cursor, path, depth + 1)?;
                }
                Ok(())
            }
            Kind::Text => {
                let mut scratch = String::new();
                let text = cursor.text(&mut scratch)?;
                self.keep(path, text.resolve(&scratch));
                Ok(())
            }
            _ => {
                cursor.skip_value()?;
                let raw = cursor.raw(from, cursor.at());
                self.keep(path, raw);
                Ok(())
            }
        }
    }

    /// Keeps a value beside the name it was just found under.
    fn keep(&mut self, path: &str, value: &str) {
        if let Some((name, kept)) = self.names.last_mut()
            && name == path
            && kept.is_empty()
            && value.len() <= VALUE_BYTES
        {
            kept.push_str(value);
        }
    }

    fn table(&mut self) {
        let count = |byte: u8| self.line.bytes().filter(|b| *b == byte).count();
        let most = [b',', b';', b'\t', b'|'].into_iter().max_by_key(|b| count(*b)).filter(|b| count(*b) > 0);
        let Some(separator) = most else { return };
        self.separator = Some(separator);
        let clean = |cell: &str| cell.trim().trim_matches('"').to_owned();
        self.names = self.line.split(char::from(separator)).map(|cell| (clean(cell), String::new())).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_is_whole_of_what_is_cut_and_of_tables() {
        let sniff = Sniff::of("\u{feff} [{\"a\":{\"b.c\":[{\"d\":1}]},\"e\":\"x\",\"f\":{\"g".as_bytes());
        assert_eq!(sniff.names(), ["a", "a.b.c", "a.b.c.d", "e", "f"]);
        assert_eq!((sniff.value("e"), sniff.value("a.b.c.d"), sniff.value("a")), (Some("x"), Some("1"), None));
        assert!(sniff.json && sniff.has_under("a.b") && sniff.count(&["a", "z"]) == 1);
        let table = Sniff::of(b"one;\"two x\";three\n1;2;3\n");
        assert_eq!((table.names(), table.separator), (vec!["one", "two x", "three"], Some(b';')));
        assert!(Sniff::of(b"{\"a\":}\n{\"b\":1}\n").has("b"));
        assert!(!Sniff::of(&[b'['; 5000]).has("a"));
    }
}
