//! Text that arrives in pieces: detects whether it has one call a line, and cuts it after its last
//! complete line.
//!
//! A line that a writer has not finished is held back until the rest has arrived. Any other text (a
//! document, an array, compressed data) passes unchanged: only lines can grow.

use memchr::{memchr_iter, memrchr};

/// Longest text that is held back while no line ends: a document written on a single line is none of lines.
const HELD_MAX: usize = 1 << 20;
/// Bytes before the end that are remembered, to check that later bytes continue the same text.
const OVERLAP: usize = 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    /// Too little has come.
    #[default]
    Unknown,
    Lines,
    Other,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    kind: Kind,
    held: Vec<u8>,
    /// Bytes that were passed on.
    taken: u64,
    /// Line breaks among them.
    breaks: u64,
    /// The last of them.
    overlap: Vec<u8>,
}

impl Lines {
    /// Takes the next bytes; adds to `out` what of the text is ready to be read.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.kind == Kind::Other {
            return self.let_through(bytes, out);
        }
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        let Some(last) = memrchr(b'\n', bytes) else {
            if self.held.len() > HELD_MAX || (self.kind == Kind::Unknown && !may_be_a_line(&self.held)) {
                self.give_up(out);
            }
            return;
        };
        let whole = before + last + 1;
        let mut start = 0;
        for end in memchr_iter(b'\n', &self.held[..whole]) {
            let line = self.held[start..end].trim_ascii();
            start = end + 1;
            if line.is_empty() {
                continue;
            }
            if line[0] != b'{' || line[line.len() - 1] != b'}' || (self.kind == Kind::Unknown && is_document(line)) {
                return self.give_up(out);
            }
            self.kind = Kind::Lines;
        }
        let rest = self.held.split_off(whole);
        let ready = core::mem::replace(&mut self.held, rest);
        self.let_through(&ready, out);
    }

    /// The text has ended for now. A last line without a line break is passed on where it is complete; else it is held back.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        if self.kind != Kind::Lines || serde_json::from_slice::<serde_json::Value>(&self.held).is_ok_and(|v| v.is_object()) {
            self.release(out);
        }
    }

    /// Lets through what is held back, whole or not.
    pub fn release(&mut self, out: &mut Vec<u8>) {
        let held = core::mem::take(&mut self.held);
        self.let_through(&held, out);
    }

    /// Whether it is of lines: later bytes are appended.
    pub fn are_lines(&self) -> bool {
        self.kind == Kind::Lines
    }

    /// Bytes passed on, and line breaks in them.
    pub fn taken(&self) -> (u64, u64) {
        (self.taken, self.breaks)
    }

    /// The last bytes that were passed on.
    pub fn overlap(&self) -> &[u8] {
        &self.overlap
    }

    /// Continues after the bytes passed on; those held back arrive again.
    #[must_use]
    pub fn behind(mut self) -> Self {
        self.held.clear();
        self
    }

    fn give_up(&mut self, out: &mut Vec<u8>) {
        self.kind = Kind::Other;
        self.release(out);
    }

    fn let_through(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.taken += bytes.len() as u64;
        self.breaks += memchr_iter(b'\n', bytes).count() as u64;
        if self.kind != Kind::Other {
            let last = &bytes[bytes.len().saturating_sub(OVERLAP)..];
            let keep = OVERLAP - last.len();
            self.overlap.drain(..self.overlap.len().saturating_sub(keep));
            self.overlap.extend_from_slice(last);
        }
        out.extend_from_slice(bytes);
    }
}

/// Whether a text may go on as a line: it begins with a brace, or has not begun.
fn may_be_a_line(text: &[u8]) -> bool {
    text.trim_ascii_start().first().is_none_or(|&b| b == b'{')
}

/// A `callscope/1` document, or another with a list of calls, on one line.
fn is_document(line: &[u8]) -> bool {
    let value: Result<serde_json::Value, _> = serde_json::from_slice(line);
    value.is_ok_and(|value| value.get("calls").is_some_and(serde_json::Value::is_array))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is passed on of a text in pieces, and whether it is of lines.
    fn through(text: &[u8], cuts: &[usize], end: bool) -> (Vec<u8>, bool) {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        for pair in cuts.windows(2) {
            lines.push(&text[pair[0]..pair[1]], &mut out);
        }
        if end {
            lines.end(&mut out);
        }
        assert_eq!(lines.taken(), (out.len() as u64, out.iter().filter(|&&b| b == b'\n').count() as u64));
        (out, lines.are_lines())
    }

    #[test]
    fn a_half_line_is_held_back_and_a_whole_one_without_a_break_is_not() {
        let half = b"{\"a\":1}\n{\"b\":\"}";
        assert_eq!(through(half, &[], true), (b"{\"a\":1}\n".to_vec(), true));
        let whole = b"{\"a\":1}\n{\"b\":\"}\"}";
        assert_eq!(through(whole, &[], true), (whole.to_vec(), true));
        assert_eq!(through(whole, &[], false), (b"{\"a\":1}\n".to_vec(), true));
    }

    #[test]
    fn what_is_not_of_lines_passes_as_it_is() {
        for text in [
            &b"[\n{\"a\":1},\n{\"a\":2}\n]\n"[..],
            b"{\n \"format\": \"callscope/1\",\n \"calls\": [\n{}\n]}",
            b"{\"format\":\"callscope/1\",\"calls\":[{\"time\":1}]}\n",
            b"{\"format\":\"callscope/1\",\"calls\":[{\"time\":1}]}",
            b"time,service\n1,a\n",
            b"\x1f\x8b\x08\x00binary\n{}\n",
            b"\xef\xbb\xbf{\"a\":1}\n",
            b"",
        ] {
            assert_eq!(through(text, &[], true), (text.to_vec(), false), "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_line_too_long_to_wait_for_passes() {
        let mut text = b"{\"a\":\"".to_vec();
        text.resize(HELD_MAX + 10, b'x');
        assert_eq!(through(&text, &[], false), (text.clone(), false));
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_same_is_let_through(
            lines in prop::collection::vec("(\\{\"[a-z]\":[0-9]{1,3}\\}|[ \\t]*)\r?\n", 0..12),
            last in "(\\{\"[a-z]\":[0-9]{0,3}\\}?)?",
            cuts in prop::collection::vec(any::<usize>(), 0..8),
        ) {
            let text = format!("{}{last}", lines.concat());
            prop_assert_eq!(through(text.as_bytes(), &cuts, true), through(text.as_bytes(), &[], true));
        }
    }
}
