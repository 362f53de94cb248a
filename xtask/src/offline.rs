//! The list of files by which the service worker keeps a build: each with the hash that a browser checks it against.

use crate::Result;
use crate::build;
use crate::page;
use crate::sh;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

const WORKER: &str = "sw.js";
/// Left out: what servers read, what the page requests each time, what only editors and readers use.
const LEFT_OUT: [&str; 9] = [
    WORKER,
    "config.json",
    "_headers",
    "config.schema.json",
    "callscope-1.schema.json",
    "callscope-embed-1.schema.json",
    "callscope-manifest-1.schema.json",
    "embed.js",
    ".built-from",
];
const LEFT_OUT_BELOW: &str = "headers/";

/// Fills in the service worker of a site whose other files are as they will be.
pub fn write(site: &Path) -> Result {
    let id = page::build_id(&sh::read(&site.join("index.html"))?)?;
    let mut files = BTreeMap::new();
    for file in sh::all_files(site)? {
        let name = file.strip_prefix(site).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        if LEFT_OUT.contains(&name.as_str()) || name.starts_with(LEFT_OUT_BELOW) {
            continue;
        }
        let bytes = std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        files.insert(page::address(&name, &bytes, &id), integrity(&bytes));
    }
    let list = serde_json::to_string_pretty(&files)?;
    let path = site.join(WORKER);
    let text = filled(&sh::read(&path)?, &build::short_name(list.as_bytes()), &list)?;
    sh::write(&path, text)
}

/// The worker's text with its list in place of what is there.
fn filled(text: &str, build: &str, list: &str) -> Result<String> {
    let text = replaced(text, "const BUILD = ", &format!("\"{build}\""))?;
    replaced(&text, "const FILES = ", list)
}

/// Replaces what is between these words and the next `;` at a line's end.
fn replaced(text: &str, words: &str, by: &str) -> Result<String> {
    let missing = || format!("{WORKER} has no {words:?}");
    let from = text.find(words).ok_or_else(missing)? + words.len();
    let to = from + text[from..].find(";\n").ok_or_else(missing)?;
    Ok(format!("{}{by}{}", &text[..from], &text[to..]))
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_filled_in_again() {
        let text = "const BUILD = \"@\";\nconst FILES = {};\nrest();\n";
        let once = filled(text, "a", "{\n  \"x\": \"1;\"\n}").unwrap();
        assert_eq!(once, "const BUILD = \"a\";\nconst FILES = {\n  \"x\": \"1;\"\n};\nrest();\n");
        assert_eq!(filled(&once, "b", "{}").unwrap(), "const BUILD = \"b\";\nconst FILES = {};\nrest();\n");
        assert!(filled("nothing", "a", "{}").is_err());
    }

    #[test]
    fn hashes_are_written_as_browsers_read_them() {
        assert_eq!(integrity(b""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
