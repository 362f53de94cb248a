//! What every file keeps, whatever it is about.

use super::{File, Finding};

/// A file that is longer wants to be two.
const LINES_MAX: usize = 450;

/// Crates that only exist in a browser, and the folders that may name them.
const BROWSER_CRATES: &[&str] = &["web_sys", "js_sys", "wasm_bindgen", "gloo_net", "leptos", "leptos_router", "plotters_canvas"];
const BROWSER_ROOMS: &[&str] = &["web/", "ui/", "bin/"];

/// Paths of one machine. Written in halves, so that this file may be looked into as well.
const FORBIDDEN: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Everything about one file.
pub fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let extension = file.path.rsplit_once('.').map_or("", |(_, extension)| extension);
    if let Some(starts) = first_words(extension)
        && !starts.iter().any(|start| file.text.starts_with(start))
    {
        findings.push(Finding::new(file, 1, format!("the first line says what the file is for, beginning with {}", starts[0])));
    }
    let lines = file.text.lines().count();
    if matches!(extension, "rs" | "css" | "js") && lines > LINES_MAX {
        findings.push(Finding::new(file, 0, format!("is longer than {LINES_MAX} lines")));
    }
    for (i, line) in file.text.lines().enumerate() {
        if let Some(path) = FORBIDDEN.iter().find(|path| line.contains(*path)) {
            findings.push(Finding::new(file, i + 1, format!("names `{path}`, a path of one machine")));
        }
    }
    if extension == "rs"
        && let Some(below) = super::below_a_root(&file.path)
    {
        findings.extend(browser(file, below));
    }
    findings
}

/// How a file of this kind begins.
fn first_words(extension: &str) -> Option<&'static [&'static str]> {
    match extension {
        "rs" => Some(&["//! "]),
        "css" => Some(&["/* "]),
        "js" => Some(&["// ", "/* "]),
        _ => None,
    }
}

fn browser(file: &File, below: &str) -> Vec<Finding> {
    let code = code_only(&file.text);
    let is_edge = BROWSER_ROOMS.iter().any(|room| below.starts_with(room));
    let mut findings = Vec::new();
    for (i, line) in code.lines().enumerate() {
        for word in words(line) {
            if !is_edge && BROWSER_CRATES.contains(&word) {
                findings.push(Finding::new(file, i + 1, format!("names `{word}`: the core knows no browser")));
            }
            if word.contains("inner_html") {
                findings.push(Finding::new(file, i + 1, "sets HTML from a text: text from a feed is data"));
            }
        }
    }
    findings
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Rust with its comments and the inside of its texts blanked, line by line in place.
pub fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_text(rest, code.chars().next_back()) {
            length
        } else if c == '"' {
            quoted(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\\"'") {
            4
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
        // A blank keeps the words on both sides apart.
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of `r"..."` or `r#"..."#` at the start of `text`.
fn raw_text(text: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() && c != 'b' || c == '_') {
        return None;
    }
    let after = text.strip_prefix('r')?;
    let hashes = after.bytes().take_while(|b| *b == b'#').count();
    let inside = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(1 + hashes + 1 + length)
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&sample(path, text)).len()
    }

    #[test]
    fn a_file_says_first_what_it_is_for() {
        assert_eq!(found("src/base/a.rs", "//! Numbers.\n"), 0);
        assert_eq!(found("src/base/a.rs", "use std::fmt;\n"), 1);
        assert_eq!(found("style/a.css", "/* Tiles. */\n"), 0);
        assert_eq!(found("style/a.css", ":root{}\n"), 1);
        assert_eq!(found("public/a.js", "// Boot.\n"), 0);
        assert_eq!(found("public/a.js", "run();\n"), 1);
    }

    #[test]
    fn a_file_that_is_too_long_is_caught() {
        let lines = |n: usize| format!("//! Long.\n{}", "\n".repeat(n - 1));
        assert_eq!(found("src/base/a.rs", &lines(LINES_MAX)), 0);
        assert_eq!(found("src/base/a.rs", &lines(LINES_MAX + 1)), 1);
        assert_eq!(found("style/a.css", &format!("/* Long. */{}", "\n".repeat(LINES_MAX + 1))), 1);
        assert_eq!(found("benches/a.js", &format!("// Long.{}", "\n".repeat(LINES_MAX + 1))), 1);
    }

    #[test]
    fn the_core_knows_no_browser() {
        assert_eq!(found("src/source/a.rs", "//! A.\nuse web_sys::Window;\n"), 1);
        assert_eq!(found("src/source/a.rs", "//! A.\nuse leptos::prelude::*;\n"), 1);
        assert_eq!(found("crates/calls/src/source/a.rs", "//! A.\nuse web_sys::Window;\n"), 1);
        assert_eq!(found("crates/web/src/web/a.rs", "//! A.\nuse web_sys::Window;\n"), 0);
        assert_eq!(found("src/ui/a.rs", "//! A.\nuse leptos::prelude::*;\n"), 0);
        assert_eq!(found("src/source/a.rs", "//! No web_sys here.\nconst A: &str = \"leptos\";\n"), 0);
    }

    #[test]
    fn html_from_a_text_is_caught_even_in_the_page() {
        assert_eq!(found("src/ui/a.rs", "//! A.\nfn f() { e.set_inner_html(name) }\n"), 1);
        assert_eq!(found("src/ui/a.rs", "//! A.\nlet v = view! { <p inner_html=name/> };\n"), 1);
    }

    #[test]
    fn paths_of_one_machine_are_caught_in_any_text() {
        for path in FORBIDDEN {
            assert_eq!(found("docs/a.md", &format!("see {path}x\n")), 1, "{path}");
        }
    }

    #[test]
    fn comments_and_texts_are_blanked_and_lines_kept() {
        let text = "a /* b\n /* c */ d */ e \"f // \\\" g\" h // i\nj r#\"k \" l\"# m '\"' n";
        let code = code_only(text);
        assert_eq!(code.lines().count(), text.lines().count());
        assert_eq!(words(&code.replace('\n', " ")).collect::<Vec<_>>(), ["a", "e", "h", "j", "m", "n"]);
    }
}
