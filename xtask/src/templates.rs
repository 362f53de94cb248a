//! Checks the page's own templates against the policy of Trusted Types in `public/boot.js`: an element or attribute that it refuses would fail only
//! in a browser that shows it.
//!
//! Leptos sets a static part of a view as HTML. Such texts lie in the page's WebAssembly as whole elements, so that they are found there.

use crate::Result;
use crate::sh;
use regex_lite::Regex;
use std::path::Path;

/// Elements without an end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Checks the page in Trunk's staging folder.
pub fn check(staging: &Path) -> Result {
    let inert = inert(&sh::read(&staging.join("boot.js"))?)?;
    let mut found = 0;
    for file in sh::files(staging, &["wasm"])? {
        if !file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("app")) {
            continue;
        }
        let module = std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        for template in templates(&module) {
            found += 1;
            if inert.replace_all(template, "").contains('<') {
                return Err(format!(
                    "the page has the template {template}, which its Trusted Types policy refuses: add the element or attribute to INERT in \
                     public/boot.js if it runs and fetches nothing, else give it a value that is not static"
                )
                .into());
            }
        }
    }
    if found == 0 {
        return Err("the page's WebAssembly has no templates; does Leptos keep them elsewhere?".into());
    }
    Ok(())
}

/// The expression that a template must be made of.
fn inert(boot: &str) -> Result<Regex> {
    let pattern = boot.split_once("const INERT =").and_then(|(_, rest)| rest.trim_start().strip_prefix('/')?.split_once("/g;"));
    let (pattern, _) = pattern.ok_or("boot.js has no expression INERT")?;
    Ok(Regex::new(pattern)?)
}

/// The whole elements among these bytes, the outermost of each.
fn templates(bytes: &[u8]) -> Vec<&str> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = bytes[at..].iter().position(|&b| b == b'<') {
        at += next;
        let whole = element(&bytes[at..]).and_then(|length| std::str::from_utf8(&bytes[at..at + length]).ok());
        found.extend(whole);
        at += whole.map_or(1, str::len);
    }
    found
}

/// The length of the element that these bytes begin with.
fn element(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut open) = (0, Vec::new());
    loop {
        let rest = &bytes[at..];
        let ends = rest.starts_with(b"</");
        let name = &rest[1 + usize::from(ends)..];
        let length = name.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'-')?;
        let name =
            std::str::from_utf8(&name[..length]).ok().filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
        at += tag(rest)?;
        if ends {
            if open.pop() != Some(name) {
                return None;
            }
        } else if !VOID.contains(&name) {
            open.push(name);
        }
        if open.is_empty() {
            return Some(at);
        }
        at += bytes[at..].iter().position(|&b| b == b'<' || b < b' ').filter(|text| bytes[at + text] == b'<')?;
    }
}

/// The length of the tag that these bytes begin with. A quoted value may have `>`.
fn tag(bytes: &[u8]) -> Option<usize> {
    let mut quoted = false;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(at + 1),
            0..b' ' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_elements_are_found_among_other_data() {
        let data = b"a<b\0<i class=\"sw\"></i><T> of a <span>x</span>0 0 8 8\xf0<path d=\"\xc0</text><title>\xc0</title>\
            <colgroup><col><col class=\"n\"></colgroup>text<p>\xe6\x9c\xaa</p><p>\x01</p><b><i></b></i><img src=\"a>b\">";
        let wanted = [
            "<i class=\"sw\"></i>",
            "<span>x</span>",
            "<colgroup><col><col class=\"n\"></colgroup>",
            "<p>未</p>",
            "<img src=\"a>b\">",
        ];
        assert_eq!(templates(data), wanted);
        for end in 0..data.len() {
            templates(&data[..end]);
        }
    }

    #[test]
    fn what_the_policy_refuses_is_no_template() {
        let folder = std::env::temp_dir().join(format!("callscope-templates-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(sh::root().join("public/boot.js"), folder.join("boot.js")).unwrap();
        let checked = |template: &str| {
            std::fs::write(folder.join("app-1-split_frame.wasm"), format!("\0asm{template}end")).unwrap();
            check(&folder).map_err(|e| e.to_string())
        };
        for sound in ["<colgroup><col><col class=\"n\"></colgroup>", "<th scope=\"row\"></th>", "<path d=\"M1 2\"></path>"] {
            assert_eq!(checked(sound), Ok(()), "{sound}");
        }
        for refused in [
            "<img src=\"x\">",
            "<td><img class=\"x\"></td>",
            "<p onclick=\"f()\">a</p>",
            "<a href=\"x\">y</a>",
            "<li hidden></li>",
        ] {
            assert!(checked(refused).is_err_and(|why| why.contains(refused)), "{refused}");
        }
        assert!(checked("").is_err_and(|why| why.contains("no templates")));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
