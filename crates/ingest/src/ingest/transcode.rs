//! UTF-16, either byte order, to UTF-8 as it arrives. What is not UTF-16 passes through untouched.
//!
//! UTF-16 is recognised by its byte order mark, or by two characters of ASCII at the start, which leave every second byte zero.

/// See the module's text.
#[derive(Debug, Default)]
pub struct Transcoder {
    state: State,
    /// Bytes held back: fewer than it takes to tell, or half a unit.
    held: Vec<u8>,
    /// A first surrogate that waits for its second.
    high: Option<u16>,
    out: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Through,
    Little,
    Big,
}

impl Transcoder {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) {
        match self.state {
            State::Through => out(bytes),
            State::Start => {
                self.held.extend_from_slice(bytes);
                if self.held.len() >= 4 {
                    self.start(out);
                }
            }
            State::Little | State::Big => self.units(bytes, out),
        }
    }

    /// Whether it hands bytes on as they are.
    pub fn is_through(&self) -> bool {
        self.state == State::Through
    }

    /// Ends the text.
    pub fn finish(&mut self, out: &mut dyn FnMut(&[u8])) {
        if self.state == State::Start {
            self.start(out);
        }
        if self.state != State::Through && (self.high.take().is_some() || !self.held.is_empty()) {
            self.held.clear();
            out("\u{fffd}".as_bytes());
        }
    }

    fn start(&mut self, out: &mut dyn FnMut(&[u8])) {
        let held = core::mem::take(&mut self.held);
        let (state, mark) = match held.as_slice() {
            [0xff, 0xfe, ..] => (State::Little, 2),
            [0xfe, 0xff, ..] => (State::Big, 2),
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (State::Little, 0),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => (State::Big, 0),
            _ => (State::Through, 0),
        };
        self.state = state;
        self.push(&held[mark..], out);
    }

    fn units(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) {
        self.out.clear();
        for &byte in bytes {
            self.held.push(byte);
            let &[a, b] = self.held.as_slice() else { continue };
            self.held.clear();
            let unit = if self.state == State::Little { u16::from_le_bytes([a, b]) } else { u16::from_be_bytes([a, b]) };
            self.unit(unit);
        }
        if !self.out.is_empty() {
            out(&self.out);
        }
    }

    fn unit(&mut self, unit: u16) {
        let mut put = |c: char| self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        if let Some(high) = self.high.take() {
            if (0xdc00..0xe000).contains(&unit) {
                let code = 0x10000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
                return put(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            put('\u{fffd}');
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            // A lone second surrogate is no character either.
            _ => put(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(bytes: &[u8], chunk: usize) -> String {
        let (mut transcoder, mut out) = (Transcoder::default(), Vec::new());
        for piece in bytes.chunks(chunk) {
            transcoder.push(piece, &mut |text| out.extend_from_slice(text));
        }
        transcoder.finish(&mut |text| out.extend_from_slice(text));
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn both_orders_with_and_without_a_mark_in_any_chunks() {
        let text = "[{\"ключ\": \"值 😀\"}]";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        for (mark, bytes) in [(&b"\xff\xfe"[..], &little), (b"\xfe\xff", &big), (b"", &little), (b"", &big)] {
            let bytes = [mark, bytes].concat();
            for chunk in [1, 2, 3, 5, 1000] {
                assert_eq!(run(&bytes, chunk), text);
            }
        }
    }

    #[test]
    fn other_text_passes_and_broken_units_are_marked() {
        for text in ["", "{", "{}", "\u{feff}{\"a\":1}", "é\n"] {
            assert_eq!(run(text.as_bytes(), 1), text);
        }
        assert_eq!(run(b"\xff\xfea\0b", 1), "a\u{fffd}");
        assert_eq!(run(b"\xff\xfe\x00\xd8a\0\x00\xdc\x00\xd8", 3), "\u{fffd}a\u{fffd}\u{fffd}");
    }
}
