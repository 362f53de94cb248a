//! Which browser cases a change is likely to break, by the files that have changed.

use crate::Result;
use crate::sh;
use std::collections::BTreeSet;

/// Run whatever has changed: the page opens, and what people do most works.
const ALWAYS: &[&str] = &["opening::", "calls::", "details::service_and_version"];

/// A path of the repository, and the cases by parts of their names that look at what is below it. A case's own file is not among them: it names itself.
const CASES: &[(&str, &[&str])] = &[
    ("crates/site/src/config", &["deployment::", "costs::a_wrong_price"]),
    ("crates/site/src/embed", &["embedding::"]),
    ("crates/engine/src/engine/snapshot", &["sets::"]),
    ("crates/engine/src/engine/load", &["feeds::", "large::"]),
    ("crates/engine/src/engine/record", &["records::"]),
    ("crates/export/src/export", &["export::", "report::"]),
    ("crates/model/src/i18n", &["chinese::", "layout::no_page"]),
    ("crates/ingest/src/ingest/formats", &["formats::"]),
    ("crates/ingest/src/ingest/mapping", &["mapping::"]),
    ("crates/ingest/src/ingest", &["feeds::", "formats::what_people", "large::"]),
    ("crates/ingest/src/poll", &["live::new_calls", "live::parts"]),
    ("crates/calls/src/source", &["calls::", "charts::", "failed::", "costs::"]),
    ("crates/engine/src/view", &["calls::", "charts::", "failed::", "costs::"]),
    ("crates/export/src/scene", &["charts::", "export::"]),
    ("crates/model/src/series", &["charts::", "details::"]),
    ("crates/store/src/store", &["charts::", "large::", "sets::what_is_kept"]),
    ("src/ui/charts", &["charts::", "keyboard::a_services"]),
    ("src/ui/components", &["layout::", "keyboard::the_calls", "keyboard::dialogs", "feeds::files", "sets::files"]),
    ("src/ui/deployment", &["deployment::"]),
    ("src/ui/embed", &["embedding::"]),
    ("src/ui/export", &["export::", "report::"]),
    ("src/ui/mapping", &["mapping::"]),
    ("src/ui/pages/failed/call_list", &["list_keys::", "failed::"]),
    ("src/ui/pages/parts/cost", &["costs::"]),
    ("src/ui/pages/failed", &["failed::"]),
    ("src/ui/pages/failed/record", &["records::"]),
    ("src/ui/pages", &["charts::", "costs::costs_stand", "layout::no_page"]),
    ("crates/model/src/url", &["links::"]),
    ("crates/web/src/web/opfs", &["sets::"]),
    ("crates/web/src/web", &["feeds::", "large::", "export::files"]),
    ("crates/model/src/wire", &["charts::", "failed::"]),
    ("style", &["layout::", "print::", "accessibility::axe_finds_nothing_on_the_calls"]),
    ("public/offline", &["offline::"]),
    ("public", &["offline::the_page_works", "embedding::the_example"]),
    ("xtask/src/policy", &["policy::"]),
    ("xtask/src/offline", &["offline::"]),
    ("xtask/src/single_file", &["hosts::one_file"]),
    ("tests/e2e/harness", &["helpers::"]),
];

/// Parts of the names of the cases for what has changed since this branch left `main`, what is not committed yet included.
pub fn cases() -> Result<Vec<String>> {
    let git = |arguments: &[&str]| sh::output(sh::command("git").args(arguments));
    let base = git(&["merge-base", "HEAD", "main"])
        .or_else(|| git(&["rev-parse", "HEAD"]))
        .ok_or("git does not say what has changed")?;
    let committed = git(&["diff", "--name-only", base.trim()]).ok_or("git does not say what has changed")?;
    let new = git(&["ls-files", "--others", "--exclude-standard"]).unwrap_or_default();
    let files: Vec<&str> = committed.lines().chain(new.lines()).collect();
    let names = of(&files);
    println!("  {} files have changed; cases: {}", files.len(), names.join(" "));
    Ok(names)
}

fn of(files: &[&str]) -> Vec<String> {
    let mut names: BTreeSet<String> = ALWAYS.iter().map(|name| (*name).to_owned()).collect();
    for file in files {
        if let Some(module) = file.strip_prefix("tests/e2e/cases/").and_then(|name| name.strip_suffix(".rs")) {
            names.insert(format!("{}::", module.replace('/', "::")));
        }
        let below = CASES.iter().filter(|(path, _)| file.starts_with(path));
        // The longest path says most exactly what a file is for.
        if let Some((_, cases)) = below.max_by_key(|(path, _)| path.len()) {
            names.extend(cases.iter().map(|name| (*name).to_owned()));
        }
    }
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_brings_the_cases_of_what_it_is_for() {
        let names = of(&["src/ui/pages/parts/cost.rs", "tests/e2e/cases/embedding/windows.rs", "docs/feed.md"]);
        assert!(names.contains(&"costs::".to_owned()), "{names:?}");
        assert!(names.contains(&"embedding::windows::".to_owned()), "{names:?}");
        assert!(!names.contains(&"layout::no_page".to_owned()), "{names:?}");
    }

    /// A path or a case that was renamed would bring nothing, silently.
    #[test]
    fn every_path_and_every_case_named_is_there() {
        let mut text = String::new();
        for file in sh::files(&sh::root().join("tests/e2e/cases"), &["rs"]).unwrap() {
            text.push_str(&sh::read(&file).unwrap());
        }
        for (path, cases) in CASES {
            let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
            let names = std::fs::read_dir(sh::root().join(folder)).unwrap().flatten().map(|entry| entry.file_name());
            assert!(names.into_iter().any(|there| there.to_string_lossy().starts_with(name)), "{path}");
            for case in cases.iter().chain(ALWAYS) {
                let (module, function) = case.split_once("::").unwrap();
                assert!(text.contains(function) && sh::root().join(format!("tests/e2e/cases/{module}.rs")).is_file(), "{case}");
            }
        }
    }
}
