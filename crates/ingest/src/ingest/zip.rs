//! Zip archives as they arrive: local headers one after the other, stored and deflated files, data descriptors, zip64 sizes
//! (APPNOTE 6.3.10). The central directory at the end is not needed and not read.

use super::layer::{Damage, Layer, Piece};
use crate::base::crc::Crc;
use crate::model::Problem;
use flate2::{Decompress, FlushDecompress, Status};

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// Fixed bytes of a local header (4.3.7).
const HEADER_BYTES: usize = 30;
/// Longest data descriptor: signature, CRC-32, two sizes of eight bytes (4.3.9).
const DESCRIPTOR_BYTES: usize = 24;
const OUTPUT_BYTES: usize = 128 * 1024;

/// See the module's text.
#[derive(Debug)]
pub struct Zip {
    held: Vec<u8>,
    state: State,
    read: u64,
    inflate: Decompress,
    output: Vec<u8>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Header,
    Body(Box<Member>),
    Descriptor(Box<Member>),
    /// The central directory has begun: no file follows.
    Over,
}

#[derive(Debug)]
struct Member {
    /// Not wanted: a folder, or what a system stores beside the files.
    ignored: bool,
    deflated: bool,
    /// Sizes and CRC-32 follow the data.
    trailing: bool,
    crc: u32,
    packed: u64,
    plain: u64,
    packed_read: u64,
    sum: Crc,
    layer: Option<Layer>,
    damage: Option<Damage>,
}

impl Default for Zip {
    fn default() -> Self {
        Self { held: Vec::new(), state: State::Header, read: 0, inflate: Decompress::new(false), output: vec![0; OUTPUT_BYTES] }
    }
}

type Out<'o> = &'o mut dyn FnMut(Piece<'_>);

impl Zip {
    /// Whether bytes are of a zip archive, an empty one included.
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(&LOCAL) || bytes.starts_with(b"PK\x05\x06")
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where the archive is broken; files that ended before remain valid.
    pub fn push(&mut self, mut bytes: &[u8], out: Out<'_>) -> Result<(), Damage> {
        while !bytes.is_empty() {
            let taken = match core::mem::take(&mut self.state) {
                State::Header => self.header(bytes, out)?,
                State::Body(member) => self.body(member, bytes, out)?,
                State::Descriptor(member) => self.descriptor(member, bytes, false, out)?,
                State::Over => {
                    self.state = State::Over;
                    bytes.len()
                }
            };
            self.read += taken as u64;
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// Where it ends within a file.
    pub fn finish(&mut self, out: Out<'_>) -> Result<(), Damage> {
        match core::mem::take(&mut self.state) {
            State::Over => Ok(()),
            State::Header if self.held.is_empty() && self.read > 0 => Ok(()),
            State::Descriptor(member) => {
                self.descriptor(member, &[], true, out)?;
                // What was behind the descriptor may have begun another file.
                if matches!(self.state, State::Descriptor(_)) {
                    Err(self.damage(Problem::ZipEndsEarly))
                } else {
                    self.finish(out)
                }
            }
            State::Body(mut member) => {
                let damage = self.damage(Problem::ZipEndsEarly);
                if let Some(mut layer) = member.layer.take() {
                    let _ = layer.finish(&mut |text| out(Piece::Text(text)));
                }
                if !member.ignored {
                    out(Piece::End(Some(damage)));
                }
                Err(damage)
            }
            State::Header => Err(self.damage(Problem::ZipEndsEarly)),
        }
    }

    fn damage(&self, problem: Problem) -> Damage {
        Damage { problem, packed_byte: self.read }
    }

    /// Collects a local header; returns how many bytes were taken.
    fn header(&mut self, bytes: &[u8], out: Out<'_>) -> Result<usize, Damage> {
        let length = |held: &[u8]| match held.get(26..HEADER_BYTES) {
            Some(&[a, b, c, d]) => {
                HEADER_BYTES + usize::from(u16::from_le_bytes([a, b])) + usize::from(u16::from_le_bytes([c, d]))
            }
            _ => HEADER_BYTES,
        };
        let mut taken = 0;
        while self.held.len() < length(&self.held) {
            let Some(&byte) = bytes.get(taken) else { return Ok(taken) };
            self.held.push(byte);
            taken += 1;
            if self.held.len() == LOCAL.len() && self.held != LOCAL {
                // The central directory, or its end, follows the last file.
                if self.held.starts_with(b"PK") {
                    self.held.clear();
                    self.state = State::Over;
                    return Ok(taken);
                }
                return Err(self.damage(Problem::ZipBroken));
            }
        }
        let header = core::mem::take(&mut self.held);
        let member = self.member(&header, out)?;
        self.state = State::Body(Box::new(member));
        Ok(taken)
    }

    fn member(&mut self, header: &[u8], out: Out<'_>) -> Result<Member, Damage> {
        let half = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let (flags, method) = (half(6), half(8));
        let name_end = HEADER_BYTES + usize::from(half(26));
        let name = String::from_utf8_lossy(&header[HEADER_BYTES..name_end]).into_owned();
        let (mut packed, mut plain) = (u64::from(word(18)), u64::from(word(22)));
        if let Some((long_plain, long_packed)) = zip64(&header[name_end..]) {
            if plain == u64::from(u32::MAX) {
                plain = long_plain;
            }
            if packed == u64::from(u32::MAX) {
                packed = long_packed.unwrap_or(packed);
            }
        }
        let trailing = flags & 8 != 0;
        let encrypted = flags & 1 != 0;
        let base = name.rsplit('/').next().unwrap_or("");
        let ignored = base.is_empty() || base.starts_with("._") || base == ".DS_Store" || name.starts_with("__MACOSX/");
        let known = matches!(method, 0 | 8) && !encrypted;
        // A file that cannot be read is passed over where its length is known, else the archive cannot be followed.
        if trailing && (!known || method == 0) {
            return Err(self.damage(Problem::ZipUnsupported));
        }
        self.inflate.reset(false);
        if !ignored {
            out(Piece::Begin(&name));
        }
        let damage = (!known).then(|| self.damage(Problem::ZipUnsupported));
        Ok(Member {
            ignored,
            deflated: method == 8 && known,
            trailing,
            crc: word(14),
            packed,
            plain,
            packed_read: 0,
            sum: Crc::new(),
            layer: None,
            damage,
        })
    }

    fn body(&mut self, mut member: Box<Member>, bytes: &[u8], out: Out<'_>) -> Result<usize, Damage> {
        let (taken, over) = if !member.deflated {
            let left = member.packed - member.packed_read;
            let taken = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            member.text(&bytes[..taken], out);
            member.packed_read += taken as u64;
            (taken, member.packed_read == member.packed)
        } else {
            self.inflate(&mut member, bytes, out)?
        };
        if !over {
            self.state = State::Body(member);
        } else if member.trailing {
            self.state = State::Descriptor(member);
        } else {
            let sound = member.damage.is_some() || (member.sum.sum() == member.crc && self.amount(&member) == member.plain);
            self.end(&mut member, (!sound).then_some(Problem::ZipChecksum), out);
        }
        Ok(taken)
    }

    fn amount(&self, member: &Member) -> u64 {
        if member.deflated { self.inflate.total_out() } else { member.packed_read }
    }

    fn inflate(&mut self, member: &mut Member, bytes: &[u8], out: Out<'_>) -> Result<(usize, bool), Damage> {
        let mut taken = 0;
        loop {
            let (in_before, out_before) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(&bytes[taken..], &mut self.output, FlushDecompress::None);
            let read = (self.inflate.total_in() - in_before) as usize;
            let made = (self.inflate.total_out() - out_before) as usize;
            taken += read;
            if made > 0 {
                member.text(&self.output[..made], out);
            }
            let stuck = read == 0 && made == 0 && taken < bytes.len();
            match status {
                Ok(Status::StreamEnd) => {
                    member.packed_read = self.inflate.total_in();
                    return Ok((taken, true));
                }
                Ok(_) if !stuck => {}
                _ => {
                    let damage = Damage { problem: Problem::ZipBroken, packed_byte: self.read + taken as u64 };
                    if !member.ignored {
                        out(Piece::End(Some(damage)));
                    }
                    return Err(damage);
                }
            }
            if taken == bytes.len() && made < self.output.len() {
                return Ok((taken, false));
            }
        }
    }

    /// Collects the data descriptor behind a file: with or without signature, sizes of four or eight bytes, whichever fits what was read.
    fn descriptor(&mut self, mut member: Box<Member>, bytes: &[u8], last: bool, out: Out<'_>) -> Result<usize, Damage> {
        let taken = bytes.len().min(DESCRIPTOR_BYTES - self.held.len());
        self.held.extend_from_slice(&bytes[..taken]);
        // Even the last file's descriptor has the central directory behind it: so many bytes always follow.
        if self.held.len() < DESCRIPTOR_BYTES && !last {
            self.state = State::Descriptor(member);
            return Ok(taken);
        }
        let (packed, plain) = (member.packed_read, self.amount(&member));
        let crc = member.sum.sum().to_le_bytes();
        let short = [&crc[..], &(packed as u32).to_le_bytes(), &(plain as u32).to_le_bytes()].concat();
        let long = [&crc[..], &packed.to_le_bytes(), &plain.to_le_bytes()].concat();
        let signed = |form: &[u8]| [&DESCRIPTOR[..], form].concat();
        let forms = [signed(&long), signed(&short), long.clone(), short.clone()];
        let Some(form) = forms.iter().find(|form| self.held.starts_with(form)) else {
            self.end(&mut member, Some(Problem::ZipBroken), out);
            return Err(self.damage(Problem::ZipBroken));
        };
        let behind = self.held.split_off(form.len());
        self.held.clear();
        self.end(&mut member, None, out);
        // What was taken too much begins the next header; its bytes must be counted once.
        self.read = (self.read + taken as u64) - behind.len() as u64;
        let result = self.push(&behind, out);
        self.read -= taken as u64;
        result.map(|()| taken)
    }

    /// Ends a file whose bytes are all there; what is wrong with them, where something is.
    fn end(&mut self, member: &mut Member, problem: Option<Problem>, out: Out<'_>) {
        let mut damage = member.damage;
        if let Some(mut layer) = member.layer.take()
            && let Err(inner) = layer.finish(&mut |text| out(Piece::Text(text)))
        {
            damage = damage.or(Some(inner));
        }
        damage = damage.or(problem.map(|problem| self.damage(problem)));
        if !member.ignored {
            out(Piece::End(damage));
        }
        self.state = State::Header;
    }
}

impl Member {
    /// Hands text on, through gzip where the file in the archive is gzipped itself.
    fn text(&mut self, bytes: &[u8], out: Out<'_>) {
        self.sum.update(bytes);
        if self.ignored || self.damage.is_some() || bytes.is_empty() {
            return;
        }
        let layer = self.layer.get_or_insert_default();
        if let Err(damage) = layer.push(bytes, &mut |text| out(Piece::Text(text))) {
            self.damage = self.damage.or(Some(damage));
            self.layer = None;
        }
    }
}

/// Sizes in the zip64 extra field (4.5.3): plain, then packed.
fn zip64(mut extra: &[u8]) -> Option<(u64, Option<u64>)> {
    while let [a, b, c, d, rest @ ..] = extra {
        let (id, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let field = rest.get(..length)?;
        if id == 1 {
            let long = |at: usize| field.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
            return Some((long(0)?, long(8)));
        }
        extra = &rest[length..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder};
    use std::io::Write;

    #[derive(Clone, Copy, PartialEq)]
    enum Form {
        Stored,
        Deflated,
        Trailing { signed: bool, long: bool },
    }

    fn file(name: &str, text: &[u8], form: Form) -> Vec<u8> {
        let mut crc = Crc::new();
        crc.update(text);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        let body = if form == Form::Stored { text.to_vec() } else { encoder.finish().unwrap() };
        let trailing = matches!(form, Form::Trailing { .. });
        let mut out = b"PK\x03\x04\x14\0".to_vec();
        out.extend([if trailing { 8 } else { 0 }, 8_u8]);
        out.extend(if form == Form::Stored { [0, 0] } else { [8, 0] });
        out.extend([0; 4]);
        let sizes = if trailing { [0; 3] } else { [crc.sum(), body.len() as u32, text.len() as u32] };
        out.extend(sizes.iter().flat_map(|n| n.to_le_bytes()));
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(&body);
        if let Form::Trailing { signed, long } = form {
            out.extend(if signed { &DESCRIPTOR[..] } else { &[] });
            out.extend(crc.sum().to_le_bytes());
            for size in [body.len() as u64, text.len() as u64] {
                out.extend(&size.to_le_bytes()[..if long { 8 } else { 4 }]);
            }
        }
        out
    }

    fn central() -> Vec<u8> {
        [&b"PK\x01\x02"[..], &[0; 60], b"PK\x05\x06", &[0; 18]].concat()
    }

    fn run(bytes: &[u8], chunk: usize) -> (String, Result<(), Damage>) {
        let (mut zip, mut log) = (Zip::default(), String::new());
        let mut out = |piece: Piece<'_>| match piece {
            Piece::Begin(name) => log.push_str(&format!("<{name}>")),
            Piece::Text(text) => log.push_str(&String::from_utf8_lossy(text)),
            Piece::End(damage) => log.push_str(&damage.map_or("|".to_owned(), |d| format!("!{:?}", d.problem))),
        };
        for piece in bytes.chunks(chunk) {
            if let Err(damage) = zip.push(piece, &mut out) {
                return (log, Err(damage));
            }
        }
        let end = zip.finish(&mut out);
        (log, end)
    }

    #[test]
    fn every_form_of_file_in_any_chunks() {
        let forms = [
            Form::Stored,
            Form::Deflated,
            Form::Trailing { signed: true, long: false },
            Form::Trailing { signed: true, long: true },
            Form::Trailing { signed: false, long: false },
            Form::Trailing { signed: false, long: true },
        ];
        for form in forms {
            let parts =
                [file("a/", b"", Form::Stored), file("a/x", b"hello hello hello", form), file("__MACOSX/a/._x", b"no", form)];
            let bytes = [&parts.concat()[..], &file("y", b"bye", form), &central()].concat();
            for chunk in [1, 3, 7, 16, 4096] {
                let (log, end) = run(&bytes, chunk);
                assert_eq!((log.as_str(), end), ("<a/x>hello hello hello|<y>bye|", Ok(())), "{chunk}");
            }
        }
        assert_eq!(run(&central()[64..], 5), (String::new(), Ok(())));
    }

    #[test]
    fn cut_and_changed_anywhere_it_says_so_and_never_hangs() {
        let text = b"some text that is long enough to be packed packed packed";
        for form in [Form::Stored, Form::Deflated, Form::Trailing { signed: true, long: false }] {
            let files = file("x", text, form);
            for cut in 4..files.len() {
                let (_, end) = run(&files[..cut], 9);
                assert!(end.is_err(), "{cut}");
            }
            let bytes = [&files[..], &central()].concat();
            for at in 31..files.len() {
                let mut wrong = bytes.clone();
                wrong[at] ^= 0x55;
                let (log, end) = run(&wrong, 11);
                assert!(end.is_err() || log.contains('!'), "{at}: {log} {end:?}");
                assert_eq!(run(&wrong, 1).1.is_err(), end.is_err());
            }
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_named_and_passed_over() {
        let mut locked = file("locked", b"secret", Form::Deflated);
        locked[6] |= 1;
        let bytes = [&locked[..], &file("y", b"bye", Form::Stored), &central()].concat();
        assert_eq!(run(&bytes, 10), ("<locked>!ZipUnsupported<y>bye|".to_owned(), Ok(())));
    }
}
