//! `cargo xtask tidy`: the walls of the house, held by a program.
//!
//! - [`circles`]: no file imports another that imports it, directly or through others.
//! - [`layers`]: imports point only to rooms that the table at the top of `src/lib.rs` allows.
//! - [`gates`]: few features, and none in the middle of code.
//! - [`habits`]: what every file keeps: a first line that says what it is for, a length that can be read, no browser in the core.
//! - [`language`]: documents and comments in plain words.
//! - [`records`]: documents that must follow the code: every dependency has its reason in `docs/dependencies.md`.
//!
//! What cannot be mended at once is in `xtask/tidy-debt.txt`, a list that only shrinks: a line that is no longer true is a failure too.

mod circles;
mod gates;
mod habits;
mod language;
mod layers;
mod records;

use crate::Result;
use crate::sh;

/// How many lines the debt list may have. It is lowered whenever one is paid, and never raised.
const DEBT_MAX: usize = 0;

/// Files that are not looked into: what is generated, and data.
const SKIPPED: &[&str] = &["public/feeds/", "xtask/data/", "tests/e2e/data/", "docs/images/"];
const LOOKED_INTO: &[&str] = &["src", "crates", "style", "public", "tests", "benches", "xtask", "docs", ".ci", ".cargo"];

/// The path of a file below the root of its crate, where it is of the product: what `src` holds, and each of `crates`.
pub fn below_a_root(path: &str) -> Option<&str> {
    path.strip_prefix("src/").or_else(|| path.strip_prefix("crates/")?.split_once("/src/").map(|(_, below)| below))
}

/// One file as the checks see it.
pub struct File {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

/// Something that is not tidy.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    /// Counted from 1; 0 where it is about the whole file.
    pub line: usize,
    pub what: String,
}

impl Finding {
    pub fn new(file: &File, line: usize, what: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into() }
    }

    /// As it is in the debt list: line numbers move, the fact stays.
    fn debt(&self) -> String {
        format!("{}: {}", self.path, self.what)
    }
}

pub fn run(_: &[String]) -> Result {
    let files = gather()?;
    let table = layers::Table::parse(&sh::read(&sh::root().join("src/lib.rs"))?)?;
    let mut findings = table.check(&files);
    findings.extend(files.iter().flat_map(habits::check));
    findings.extend(files.iter().flat_map(language::check));
    findings.extend(gates::check(&files));
    findings.extend(records::check(&files));
    findings.extend(circles::check(&files));
    let debt = sh::read(&sh::root().join("xtask/tidy-debt.txt"))?;
    let (open, paid) = settle(findings, &debt);
    let mut wrong: Vec<String> = open.iter().map(|f| format!("{}:{}: {}", f.path, f.line, f.what)).collect();
    wrong.extend(paid.iter().map(|line| format!("xtask/tidy-debt.txt: paid, remove it: {line}")));
    if debt_lines(&debt).count() > DEBT_MAX {
        wrong.push(format!("xtask/tidy-debt.txt: more than {DEBT_MAX} lines; the list only shrinks"));
    }
    if wrong.is_empty() {
        println!("tidy: {} files are in order", files.len());
        return Ok(());
    }
    Err(format!("{} to mend:\n{}", wrong.len(), wrong.join("\n")).into())
}

/// Findings that the debt list does not excuse, and lines of the list that excuse nothing.
fn settle(findings: Vec<Finding>, debt: &str) -> (Vec<Finding>, Vec<String>) {
    let paid = debt_lines(debt).filter(|line| findings.iter().all(|f| f.debt() != *line)).map(str::to_owned).collect();
    let open = findings.into_iter().filter(|f| debt_lines(debt).all(|line| f.debt() != line)).collect();
    (open, paid)
}

fn debt_lines(debt: &str) -> impl Iterator<Item = &str> {
    debt.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn gather() -> Result<Vec<File>> {
    let root = sh::root();
    let mut paths = Vec::new();
    for folder in LOOKED_INTO {
        paths.extend(sh::all_files(&root.join(folder))?);
    }
    for entry in std::fs::read_dir(&root)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| ["md", "toml", "html"].iter().any(|known| e == *known)) {
            paths.push(path);
        }
    }
    let mut files = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if SKIPPED.iter().any(|skipped| name.starts_with(skipped)) {
            continue;
        }
        // What is no text has no lines to keep tidy.
        if let Ok(text) = String::from_utf8(std::fs::read(&path)?) {
            files.push(File { path: name, text });
        }
    }
    Ok(files)
}

#[cfg(test)]
pub fn sample(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debt_list_excuses_what_it_names_and_nothing_else() {
        let file = sample("src/store/mod.rs", "");
        let findings = vec![Finding::new(&file, 3, "imports `source`"), Finding::new(&file, 9, "imports `wire`")];
        let debt = "# what is left\nsrc/store/mod.rs: imports `source`\nsrc/gone.rs: imports `ui`\n";
        let (open, paid) = settle(findings, debt);
        assert_eq!(open, [Finding::new(&file, 9, "imports `wire`")]);
        assert_eq!(paid, ["src/gone.rs: imports `ui`"]);
    }
}
