//! Gives what a module imports short names, in the module and in the script that was linked with it. wasm-bindgen distinguishes imports by a hash
//! in each name; of all that a first view fetches, nothing packs worse.

use crate::Result;
use crate::sh;
use std::path::Path;

/// The section of imports.
const IMPORTS: u8 = 2;
/// What is imported.
const FUNCTION: u8 = 0;
const TABLE: u8 = 1;
const MEMORY: u8 = 2;
const GLOBAL: u8 = 3;
const TAG: u8 = 4;
/// Magic number and version.
const HEAD: usize = 8;

/// Shortens the names that a module and its script have in common.
pub fn shorten(module: &Path, script: &Path) -> Result {
    let bytes = std::fs::read(module).map_err(|e| format!("{}: {e}", module.display()))?;
    let (bytes, text) = shortened(&bytes, &sh::read(script)?).map_err(|e| format!("{}: {e}", module.display()))?;
    std::fs::write(module, bytes).map_err(|e| format!("{}: {e}", module.display()))?;
    sh::write(script, text)
}

/// Both with short names. A name that the script has not as one key of its own, at the beginning of a line, stays.
fn shortened(module: &[u8], script: &str) -> std::result::Result<(Vec<u8>, String), String> {
    let mut text = script.to_owned();
    let mut out = module.get(..HEAD).ok_or("no module")?.to_vec();
    let mut rest = Reader(&module[HEAD..]);
    while let Some(&id) = rest.0.first() {
        rest.take(1)?;
        let size = rest.number()?;
        let section = rest.take(size)?;
        let renamed = if id == IMPORTS { Some(imports(section, &mut text)?) } else { None };
        let section = renamed.as_deref().unwrap_or(section);
        out.push(id);
        put_number(&mut out, section.len());
        out.extend_from_slice(section);
    }
    Ok((out, text))
}

/// The section of imports with short names, which the script gets too.
fn imports(section: &[u8], script: &mut String) -> std::result::Result<Vec<u8>, String> {
    let mut rest = Reader(section);
    let count = rest.number()?;
    let mut out = Vec::new();
    put_number(&mut out, count);
    for number in 0..count {
        let (from, name) = (rest.text()?, rest.text()?);
        let described = rest.described()?;
        let (key, short) = (format!("\n{name}: "), format!("_{number}"));
        let known = described[0] == FUNCTION && name.starts_with("__wb") && script.matches(name).count() == 1;
        let name = if known && script.contains(&key) && !script.contains(&format!("\n{short}: ")) {
            *script = script.replacen(&key, &format!("\n{short}: "), 1);
            &short
        } else {
            name
        };
        for text in [from, name] {
            put_number(&mut out, text.len());
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(described);
    }
    if rest.0.is_empty() { Ok(out) } else { Err("there is more than its imports".to_owned()) }
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// What is left of a module.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, n: usize) -> std::result::Result<&'b [u8], String> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or("the module ends too soon")?;
        self.0 = rest;
        Ok(taken)
    }

    /// LEB128, of 32 bits at most.
    fn number(&mut self) -> std::result::Result<usize, String> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.take(1)?[0];
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number has no end".to_owned())
    }

    fn text(&mut self) -> std::result::Result<&'b str, String> {
        let size = self.number()?;
        std::str::from_utf8(self.take(size)?).map_err(|e| e.to_string())
    }

    /// The bytes that describe an import.
    fn described(&mut self) -> std::result::Result<&'b [u8], String> {
        let before = self.0;
        match self.take(1)?[0] {
            FUNCTION => _ = self.number()?,
            TABLE => {
                self.take(1)?;
                self.limits()?;
            }
            MEMORY => self.limits()?,
            GLOBAL => _ = self.take(2)?,
            TAG => {
                self.take(1)?;
                self.number()?;
            }
            other => return Err(format!("what is imported as {other}?")),
        }
        Ok(&before[..before.len() - self.0.len()])
    }

    fn limits(&mut self) -> std::result::Result<(), String> {
        let flags = self.take(1)?[0];
        for _ in 0..=flags & 1 {
            self.number()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of an empty custom section, a memory and functions of these names that are imported, and what looks like code.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        put_number(&mut section, names.len() + 1);
        section.extend_from_slice(b"\x03env\x06memory\x02\x01\x01\x80\x02");
        for name in names {
            section.extend_from_slice(b"\x03wbg");
            put_number(&mut section, name.len());
            section.extend_from_slice(name.as_bytes());
            section.extend_from_slice(b"\x00\x81\x01");
        }
        let mut out = b"\0asm\x01\0\0\0\x00\x02\x01n\x02".to_vec();
        put_number(&mut out, section.len());
        out.extend_from_slice(&section);
        out.extend_from_slice(b"\x0a\x04code");
        out
    }

    #[test]
    fn what_both_have_is_short_in_both() {
        let long = format!("__wbg_{}_0da01a9a056907d8", "x".repeat(200));
        let script = format!("const i = {{\n__wbg_call_1: f,\n{long}: g,\n__wbg_twice_2: h(__wbg_twice_2),\nother: k,\n}};\n");
        let names = ["__wbg_call_1", &long, "__wbg_twice_2", "__wbg_elsewhere_3", "other"];
        let (got, text) = shortened(&module(&names), &script).unwrap();
        assert_eq!(text, "const i = {\n_1: f,\n_2: g,\n__wbg_twice_2: h(__wbg_twice_2),\nother: k,\n};\n");
        assert_eq!(got, module(&["_1", "_2", "__wbg_twice_2", "__wbg_elsewhere_3", "other"]));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let whole = module(&["__wbg_call_1"]);
        for end in 0..whole.len() {
            // Between two sections a module may end.
            let sound = [8, 12, whole.len() - 6].contains(&end);
            assert_eq!(shortened(&whole[..end], "").is_ok(), sound, "{end}");
        }
    }
}
