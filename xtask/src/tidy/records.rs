//! Documents that must follow the code: `docs/dependencies.md` gives the reason for every dependency, and for no other.

use super::{File, Finding};
use std::collections::BTreeSet;

const RECORD: &str = "docs/dependencies.md";

/// Dependencies without a line, and lines without a dependency.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for manifest in files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        used.extend(dependencies(&manifest.text));
    }
    let Some(record) = files.iter().find(|file| file.path == RECORD) else {
        return vec![Finding { path: RECORD.to_owned(), line: 0, what: "is missing".to_owned() }];
    };
    let explained: BTreeSet<&str> = record.text.lines().filter_map(explained).collect();
    let missing = used.difference(&explained).map(|name| format!("gives no reason for `{name}`"));
    let stale = explained.difference(&used).map(|name| format!("explains `{name}`, which nothing depends on"));
    missing.chain(stale).map(|what| Finding::new(record, 0, what)).collect()
}

/// The names in all tables of dependencies. A dependency on a crate of this repository needs no reason.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(table) = line.trim().strip_prefix('[') {
            inside = table.trim_end_matches(']').ends_with("dependencies");
        } else if inside
            && let Some((name, value)) = line.split_once('=')
            && !line.trim_start().starts_with('#')
            && !value.contains("path =")
            && !name.starts_with("callscope")
        {
            names.push(name.trim().trim_matches('"').trim_end_matches(".workspace"));
        }
    }
    names
}

/// The name in a row ``| `name` | reason |`` that does give a reason.
fn explained(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("| `")?.split_once('`')?;
    rest.chars().any(char::is_alphabetic).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"x\"\n\n[dependencies]\nserde = \"1\"\n# a comment = with equals\nown = { path = \"own\" }\ncallscope-own.workspace = true\nbase64.workspace = true\n\n\
        [dev-dependencies]\nproptest = { version = \"1\" }\n\n[features]\nweb = [\"dep:serde\"]\n";

    #[test]
    fn only_dependencies_are_read_from_a_manifest() {
        assert_eq!(dependencies(MANIFEST), ["serde", "base64", "proptest"]);
    }

    #[test]
    fn a_dependency_without_reason_and_a_reason_without_dependency_are_caught() {
        let with = |record: &str| {
            let found = check(&[sample("Cargo.toml", MANIFEST), sample(RECORD, record)]);
            found.into_iter().map(|finding| finding.what).collect::<Vec<_>>()
        };
        assert!(with("| `serde` | reads |\n| `base64` | texts |\n| `proptest` | tests |\n").is_empty());
        assert_eq!(with("| `serde` | reads |\n| `base64` | texts |\n| `proptest` | |\n"), ["gives no reason for `proptest`"]);
        let stale = "| `serde` | reads |\n| `base64` | texts |\n| `proptest` | tests |\n| `rand` | dice |\n";
        assert_eq!(with(stale), ["explains `rand`, which nothing depends on"]);
    }
}
