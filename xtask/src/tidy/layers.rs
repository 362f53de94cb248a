//! The layers: which room of `src/` may import which, read from the table in `src/lib.rs` itself.

use super::{File, Finding};
use crate::Result;

/// The rooms in the order of the table, each with the rooms that it may import.
pub struct Table {
    rooms: Vec<(String, Vec<String>)>,
}

impl Table {
    /// Reads the rows ``//! | `room` | what it is for | may import |``.
    ///
    /// # Errors
    /// When there is no table, or a row allows a room that is not above it: the table itself would be upside down.
    pub fn parse(lib: &str) -> Result<Self> {
        let mut rooms: Vec<(String, Vec<String>)> = Vec::new();
        for line in lib.lines().filter_map(|line| line.strip_prefix("//! | `")) {
            let (room, rest) = line.split_once('`').ok_or("a row of the layer table has no room")?;
            let allowed = rest.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
            let above: Vec<String> = rooms.iter().map(|(name, _)| name.clone()).collect();
            let may = match allowed {
                "nothing" => vec![],
                "all above" => above,
                list => {
                    let named: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
                    if let Some(wrong) = named.iter().find(|name| !above.contains(name)) {
                        return Err(format!("the layer table lets `{room}` import `{wrong}`, which is not above it").into());
                    }
                    named
                }
            };
            rooms.push((room.to_owned(), may));
        }
        if rooms.is_empty() { Err("src/lib.rs has no layer table".into()) } else { Ok(Self { rooms }) }
    }

    /// Every import that the table does not allow, and every room without a row.
    pub fn check(&self, files: &[File]) -> Vec<Finding> {
        files.iter().flat_map(|file| self.check_file(file)).collect()
    }

    fn check_file(&self, file: &File) -> Vec<Finding> {
        let Some((room, inside)) = super::below_a_root(&file.path).and_then(|path| path.split_once('/')) else {
            return vec![];
        };
        if room == "bin" || !file.path.ends_with(".rs") {
            return vec![];
        }
        let Some((_, may)) = self.rooms.iter().find(|(name, _)| name == room) else {
            return vec![Finding::new(file, 0, format!("room `{room}` has no row in the layer table of src/lib.rs"))];
        };
        let is_root = inside == "mod.rs";
        let mut findings = Vec::new();
        for (line, name) in imports(&file.text, is_root) {
            let is_room = self.rooms.iter().any(|(known, _)| *known == name);
            if is_room && name != room && !may.contains(&name) {
                findings.push(Finding::new(
                    file,
                    line,
                    format!("imports `{name}`, which the layer table does not allow `{room}`"),
                ));
            }
        }
        // What a crate brings in is in its lib.rs, so that rooms have one path each.
        if file.path.starts_with("crates/") {
            let code = super::habits::code_only(&file.text);
            let past = code.lines().zip(1..).filter(|(text, _)| text.contains("callscope_") && !text.contains("callscope_bench"));
            findings.extend(past.map(|(_, line)| Finding::new(file, line, "names another crate: its lib.rs brings rooms in")));
        }
        findings
    }
}

/// The first segment of every path from the crate's root, with its line. `is_root`: whether `super` of the file is the crate.
fn imports(text: &str, is_root: bool) -> Vec<(usize, String)> {
    let code = super::habits::code_only(text);
    let mut starts = vec!["crate::", "super::super::"];
    if is_root {
        // Only at the left margin: inside a module of the file, `super` is the file.
        starts.extend(["\nuse super::", "\npub use super::"]);
    }
    let mut found = Vec::new();
    for start in starts {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if !start.starts_with('\n') && before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let begin = at + start.len();
            let line = code[..begin].matches('\n').count() + 1;
            found.extend(first_segments(&code[begin..]).into_iter().map(|name| (line, name)));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// `base::x` gives `base`; `{base::{x, y}, model}` gives `base` and `model`.
fn first_segments(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![identifier(path)];
    };
    let mut names = vec![];
    let mut depth = 0;
    let mut rest = group;
    let mut expecting = true;
    while let Some(c) = rest.chars().next() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => expecting = true,
            c if expecting && !c.is_whitespace() => {
                names.push(identifier(rest));
                expecting = false;
            }
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    names
}

fn identifier(text: &str) -> String {
    text.trim_start_matches("r#").chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const TABLE: &str = "//! | room | what | may import |\n//! |---|---|---|\n//! | `base` | numbers | nothing |\n\
        //! | `model` | calls | base |\n//! | `store` | columns | base, model |\n//! | `ui` | pages | all above |\n";

    fn upward(path: &str, text: &str) -> Vec<usize> {
        let table = Table::parse(TABLE).unwrap();
        table.check(&[sample(path, text)]).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn an_import_downward_is_fine() {
        assert!(upward("src/store/mod.rs", "use crate::base::Text;\nuse crate::{model, store::x};\n").is_empty());
        assert!(upward("src/ui/page.rs", "use crate::store::Store;\n").is_empty());
        assert!(upward("src/bin/app.rs", "use callscope::ui;\n").is_empty());
        assert!(upward("crates/store/src/store/mod.rs", "use crate::model::Call;\n").is_empty());
        assert!(upward("crates/store/src/lib.rs", "use callscope_model::{base, model};\n").is_empty());
    }

    #[test]
    fn an_upward_import_is_caught_however_it_is_written() {
        for text in [
            "use crate::ui::Page;",
            "use crate::{base::{a, b}, ui::Page};",
            "use crate::{\n    base,\n    ui,\n};",
            "fn f() { crate::ui::show() }",
            "pub(crate) use crate::ui;",
            "use super::ui::Page;",
        ] {
            assert_eq!(upward("src/store/mod.rs", &format!("//! x\n{text}\n")).len(), 1, "{text}");
        }
        assert_eq!(upward("src/store/deep/x.rs", "use super::super::ui::Page;").len(), 1);
        assert_eq!(upward("crates/any/src/store/deep/x.rs", "use crate::ui::Page;").len(), 1);
        assert_eq!(upward("crates/any/src/store/x.rs", "use callscope_model::model::Call;").len(), 1);
        assert_eq!(upward("src/model/mod.rs", "//! a\n\nuse crate::store::S;"), [3]);
    }

    #[test]
    fn words_in_comments_and_texts_are_no_imports() {
        assert!(upward("src/base/mod.rs", "// crate::ui::Page\nconst A: &str = \"crate::ui\";\n/* crate::ui */").is_empty());
        assert!(upward("src/base/mod.rs", "fn f() { mycrate::ui() }").is_empty());
    }

    #[test]
    fn a_room_without_a_row_and_a_table_upside_down_are_caught() {
        assert_eq!(upward("src/attic/mod.rs", "//! x").len(), 1);
        assert!(Table::parse("//! | `base` | x | model |\n//! | `model` | x | nothing |").is_err());
        assert!(Table::parse("//! no table").is_err());
    }
}
