//! Removes exports that the page's script never calls from the module as the linker wrote it.
//!
//! `wasm-bindgen` exports every class of every linked crate, whether or not a script uses it, and what is exported is never removed as unused. The
//! streams of server functions, which Leptos links and this page has none of, are 13 KB of the first view that way.

use crate::Result;
use std::ops::Range;

/// The classes, as their program names them. Their exports begin with the name in lower case.
const CLASSES: [&str; 3] = ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];
/// How exports of a class begin: methods, what describes them to `wasm-bindgen`, and what frees an object.
const PREFIXES: [&str; 3] = ["", "__wbindgen_describe_", "__wbg_"];
/// The custom section with the programs of all crates: pairs of a header and a program, each behind its length.
const PROGRAMS: &str = "__wasm_bindgen_unstable";
const CUSTOM: u8 = 0;
const EXPORTS: u8 = 7;
/// The magic number and the version.
const HEADER: usize = 8;

/// The module without the classes.
///
/// # Errors
/// Where the bytes are no module, or hold none of the classes: then this file has no use any more.
pub fn remove(module: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: module, at: HEADER };
    let mut out = module.get(..HEADER).ok_or("the module ends within its header")?.to_vec();
    let mut removed = 0;
    while reader.at < module.len() {
        let id = reader.byte()?;
        let section = reader.sized()?;
        let section = match id {
            CUSTOM => programs(&module[section], &mut removed)?,
            EXPORTS => exports(&module[section])?,
            _ => module[section].to_vec(),
        };
        out.push(id);
        put_number(&mut out, section.len());
        out.extend(section);
    }
    if removed == 0 {
        return Err("the page no longer links the streams of server functions: xtask/src/exports.rs can go".into());
    }
    Ok(out)
}

/// A custom section, without the programs that name a class.
fn programs(section: &[u8], removed: &mut usize) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let name = reader.sized()?;
    if &section[name] != PROGRAMS.as_bytes() {
        return Ok(section.to_vec());
    }
    let mut out = section[..reader.at].to_vec();
    while reader.at < section.len() {
        let from = reader.at;
        reader.counted()?;
        let program = &section[reader.counted()?];
        if CLASSES.iter().any(|class| program.windows(class.len()).any(|window| window == class.as_bytes())) {
            *removed += 1;
        } else {
            out.extend(&section[from..reader.at]);
        }
    }
    Ok(out)
}

/// A section of exports, without those of the classes.
fn exports(section: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: section, at: 0 };
    let (mut kept, mut count) = (Vec::<u8>::new(), 0);
    for _ in 0..reader.number()? {
        let from = reader.at;
        let name = String::from_utf8_lossy(&section[reader.sized()?]).into_owned();
        reader.byte()?;
        reader.number()?;
        if !is_of_class(&name) {
            count += 1;
            kept.extend(&section[from..reader.at]);
        }
    }
    let mut out = Vec::with_capacity(section.len());
    put_number(&mut out, count);
    out.extend(kept);
    Ok(out)
}

fn is_of_class(export: &str) -> bool {
    let begins =
        |prefix: &str, class: &str| export.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(&class.to_lowercase()));
    PREFIXES.iter().any(|prefix| CLASSES.iter().any(|class| begins(prefix, class)))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8> {
        let byte = *self.bytes.get(self.at).ok_or("the module ends too early")?;
        self.at += 1;
        Ok(byte)
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number of the module is too long".into())
    }

    /// The place of bytes behind their length.
    fn sized(&mut self) -> Result<Range<usize>> {
        let length = self.number()?;
        self.take(length)
    }

    /// The same with a length of four bytes.
    fn counted(&mut self) -> Result<Range<usize>> {
        let length = self.bytes[self.at..].first_chunk::<4>().ok_or("the programs end too early")?;
        let length = u32::from_le_bytes(*length) as usize;
        self.at += 4;
        self.take(length)
    }

    fn take(&mut self, length: usize) -> Result<Range<usize>> {
        let from = self.at;
        let to = from.checked_add(length).filter(|&to| to <= self.bytes.len()).ok_or("the module ends too early")?;
        self.at = to;
        Ok(from..to)
    }
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, bytes.len());
        out.extend(bytes);
        out
    }

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        [vec![id], sized(body)].concat()
    }

    fn program(text: &str) -> Vec<u8> {
        let counted = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        [counted("{}"), counted(text)].concat()
    }

    fn export(name: &str) -> Vec<u8> {
        [sized(name.as_bytes()), vec![0, 200, 1]].concat()
    }

    fn module(programs: &[&str], exported: &[&str]) -> Vec<u8> {
        let programs: Vec<u8> = [sized(PROGRAMS.as_bytes()), programs.iter().flat_map(|text| program(text)).collect()].concat();
        let exports: Vec<u8> = [vec![exported.len() as u8], exported.iter().flat_map(|name| export(name)).collect()].concat();
        [b"\0asm\x01\0\0\0".to_vec(), section(CUSTOM, &programs), section(10, &[7; 300]), section(EXPORTS, &exports)].concat()
    }

    #[test]
    fn classes_that_no_script_uses_go_with_their_exports() {
        let exported = ["main", "intounderlyingsource_pull", "__wbindgen_describe_intounderlyingsink_write", "memory"];
        let whole = module(&["call", "IntoUnderlyingSource pull", "fetch"], &exported);
        assert_eq!(remove(&whole).unwrap(), module(&["call", "fetch"], &["main", "memory"]));
    }

    #[test]
    fn a_module_without_them_or_cut_short_is_refused() {
        assert!(remove(&module(&["call"], &["main"])).unwrap_err().to_string().contains("no longer"));
        let whole = module(&["IntoUnderlyingSource"], &["main"]);
        assert!([4, 9, 20, whole.len() - 1].iter().all(|&end| remove(&whole[..end]).is_err()));
    }
}
