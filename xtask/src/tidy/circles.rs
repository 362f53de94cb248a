//! Circles: files of one crate that import each other, directly or through others.
//!
//! File A imports file B where a path in A leads to an item that B itself defines. A path begins with `crate`, `super`, `self` or the name of a
//! module in scope; re-exports are followed to the file of the item. Three kinds of import do not count:
//! - Between a module and the modules inside it: a parent re-exports what its children define, and they share its types.
//! - Of tests (`#[cfg(test)]` modules and files): they may look at anything.
//! - Of the crate's root file, which names every module.

use super::{File, Finding, habits};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Files of a crate that are no modules of it.
const NOT_MODULES: &[&str] = &["bin/", "lib.rs", "main.rs", "build.rs"];
/// Re-exports that a path may lead through.
const HOPS_MAX: usize = 8;

type Segments = Vec<String>;

/// One file as a module.
struct Module<'f> {
    file: &'f File,
    path: Segments,
    code: String,
    /// Items at the left margin.
    defines: BTreeSet<String>,
    uses: Vec<Use>,
}

/// One name that a `use` brings into scope.
#[derive(Debug, PartialEq, Eq)]
struct Use {
    path: Segments,
    /// `None`: everything of the module.
    name: Option<String>,
}

/// Every circle, as a finding of its first file.
pub fn check(files: &[File]) -> Vec<Finding> {
    roots(files).iter().flat_map(|root| Graph::of(files, root).circles()).collect()
}

/// Folders that hold a crate each: the page's, the tools', and each of `crates`.
fn roots(files: &[File]) -> BTreeSet<String> {
    let below = files.iter().filter_map(|file| file.path.strip_prefix("crates/")?.split_once("/src/"));
    below.map(|(name, _)| format!("crates/{name}/src/")).chain(["src/".to_owned(), "xtask/src/".to_owned()]).collect()
}

struct Graph<'f> {
    modules: Vec<Module<'f>>,
    by_path: BTreeMap<Segments, usize>,
    imports: Vec<BTreeSet<usize>>,
}

impl<'f> Graph<'f> {
    fn of(files: &'f [File], root: &str) -> Self {
        let mut modules: Vec<Module<'f>> = files.iter().filter_map(|file| Module::of(file, root)).collect();
        modules.sort_by(|a, b| a.file.path.cmp(&b.file.path));
        let by_path = modules.iter().enumerate().map(|(i, module)| (module.path.clone(), i)).collect();
        let mut graph = Self { modules, by_path, imports: Vec::new() };
        graph.imports = (0..graph.modules.len()).map(|of| graph.imports_of(of)).collect();
        graph
    }

    fn imports_of(&self, of: usize) -> BTreeSet<usize> {
        let module = &self.modules[of];
        let used = module.uses.iter().map(|used| used.path.clone());
        let found = used.chain(paths(&module.code)).filter_map(|path| self.resolve(of, &path, 0));
        found.filter(|&to| !self.modules[to].is_within(module) && !module.is_within(&self.modules[to])).collect()
    }

    /// The file that defines what a path in a file leads to; `None` where it leads out of the crate.
    fn resolve(&self, from: usize, path: &[String], hops: usize) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let module = &self.modules[from];
        let mut at: Segments = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.path.clone(),
            "super" => module.path[..module.path.len() - 1].to_vec(),
            name => {
                let child = [module.path.as_slice(), &[name.to_owned()]].concat();
                if self.by_path.contains_key(&child) {
                    child
                } else {
                    let used = module.uses.iter().find(|used| used.name.as_deref() == Some(name) && used.path != path)?;
                    let whole = [used.path.as_slice(), rest].concat();
                    return (hops < HOPS_MAX).then(|| self.resolve(from, &whole, hops + 1))?;
                }
            }
        };
        for (i, name) in rest.iter().enumerate() {
            if name == "super" {
                at.pop();
                continue;
            }
            at.push(name.clone());
            if !self.by_path.contains_key(&at) {
                at.pop();
                return self.item(*self.by_path.get(&at)?, &rest[i..], hops);
            }
        }
        self.by_path.get(&at).copied()
    }

    /// The file of an item that is named in a module: this one, or the one that it re-exports it from.
    fn item(&self, module: usize, rest: &[String], hops: usize) -> Option<usize> {
        let (name, behind) = rest.split_first()?;
        if self.modules[module].defines.contains(name) || hops == HOPS_MAX {
            return Some(module);
        }
        for used in &self.modules[module].uses {
            let path = match &used.name {
                Some(known) if known == name => [used.path.as_slice(), behind].concat(),
                None => [used.path.as_slice(), rest].concat(),
                Some(_) => continue,
            };
            let found = self.resolve(module, &path, hops + 1);
            if used.name.is_some() {
                return found;
            }
            if let Some(found) = found.filter(|&found| self.modules[found].defines.contains(name)) {
                return Some(found);
            }
        }
        Some(module)
    }

    fn circles(&self) -> Vec<Finding> {
        let reach: Vec<BTreeSet<usize>> = (0..self.modules.len()).map(|from| self.reach(from)).collect();
        let mut findings = Vec::new();
        for first in 0..self.modules.len() {
            let all: Vec<usize> = reach[first].iter().copied().filter(|&other| reach[other].contains(&first)).collect();
            // Told of its first file alone.
            if all.first() == Some(&first) && all.len() > 1 {
                findings.push(Finding::new(self.modules[first].file, 0, self.tell(first, &all)));
            }
        }
        findings
    }

    /// What a file imports, directly or not; itself only in a circle.
    fn reach(&self, from: usize) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut next: Vec<usize> = self.imports[from].iter().copied().collect();
        while let Some(at) = next.pop() {
            if seen.insert(at) {
                next.extend(&self.imports[at]);
            }
        }
        seen
    }

    /// The shortest circle through a file, and which others belong to it.
    fn tell(&self, first: usize, all: &[usize]) -> String {
        let circle = self.shortest(first);
        let name = |&at: &usize| self.modules[at].path.join("::");
        let walk: Vec<String> = circle.iter().chain([&first]).map(name).collect();
        let others: Vec<String> = all.iter().filter(|at| !circle.contains(at)).map(name).collect();
        let rest = if others.is_empty() { String::new() } else { format!(", with {}", others.join(", ")) };
        format!("imports in a circle: {}{rest}", walk.join(" -> "))
    }

    fn shortest(&self, first: usize) -> Vec<usize> {
        let mut walks = VecDeque::from([vec![first]]);
        let mut seen = BTreeSet::new();
        while let Some(walk) = walks.pop_front() {
            for &next in walk.last().map(|&at| &self.imports[at]).into_iter().flatten() {
                if next == first {
                    return walk;
                }
                if seen.insert(next) {
                    walks.push_back([walk.as_slice(), &[next]].concat());
                }
            }
        }
        vec![first]
    }
}

impl<'f> Module<'f> {
    fn of(file: &'f File, root: &str) -> Option<Self> {
        let inside = file.path.strip_prefix(root)?;
        let is_test = inside.ends_with("/tests.rs") || inside.contains("/tests/");
        if NOT_MODULES.iter().any(|other| inside.starts_with(other)) || is_test {
            return None;
        }
        let name = inside.strip_suffix(".rs")?;
        let path = name.strip_suffix("/mod").unwrap_or(name).split('/').map(str::to_owned).collect();
        let code = without_tests(&habits::code_only(&file.text));
        Some(Self { file, path, defines: defined(&code), uses: uses(&code), code })
    }

    fn is_within(&self, other: &Self) -> bool {
        self.path.starts_with(&other.path)
    }
}

/// Code without its `#[cfg(test)]` items.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(['{', ';']).unwrap_or(rest.len());
        let length = if rest[end..].starts_with('{') { end + block(&rest[end..]) } else { (end + 1).min(rest.len()) };
        rest = &rest[length..];
    }
    out + rest
}

/// The length of a text in braces.
fn block(code: &str) -> usize {
    let mut depth = 0_i32;
    for (at, c) in code.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Names of the items at the left margin.
fn defined(code: &str) -> BTreeSet<String> {
    const QUALIFIERS: &[&str] = &["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe", "extern"];
    const KINDS: &[&str] = &["fn", "struct", "enum", "union", "trait", "type", "static", "macro_rules!", "const"];
    let mut names = BTreeSet::new();
    for line in code.lines().filter(|line| line.starts_with(|c: char| c.is_alphabetic())) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let kind = words.iter().position(|word| !QUALIFIERS.contains(word));
        let Some(at) = kind else { continue };
        // Of `const NAME` the kind is the last qualifier.
        let name =
            if KINDS.contains(&words[at]) { words.get(at + 1) } else { (at > 0 && words[at - 1] == "const").then(|| &words[at]) };
        names.extend(name.map(|name| identifier(name)).filter(|name| !name.is_empty()));
    }
    names
}

fn identifier(text: &str) -> String {
    text.trim_start_matches("r#").chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Everything that `use` brings into scope.
fn uses(code: &str) -> Vec<Use> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        if code[..at].chars().next_back().is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        let tree = &code[at + 4..];
        let tree = tree[..tree.find(';').unwrap_or(tree.len())].split_whitespace().collect::<Vec<_>>().join(" ");
        branches(&tree, &[], &mut found);
    }
    found
}

fn branches(tree: &str, before: &[String], found: &mut Vec<Use>) {
    let tree = tree.trim();
    if let Some((path, group)) = tree.split_once('{') {
        let path = joined(before, path);
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        let mut depth = 0_i32;
        for branch in group.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        }) {
            branches(branch, &path, found);
        }
        return;
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim().to_owned())));
    let mut path = joined(before, path);
    match path.last().map(String::as_str) {
        None => return,
        Some("*") => {
            path.pop();
            return found.push(Use { path, name: None });
        }
        // `a::{self}` is `a`.
        Some("self") if path.len() > 1 => drop(path.pop()),
        Some(_) => {}
    }
    let name = alias.or_else(|| path.last().cloned());
    found.push(Use { path, name });
}

fn joined(before: &[String], path: &str) -> Segments {
    let more = path.split("::").map(str::trim).filter(|name| !name.is_empty());
    before.iter().cloned().chain(more.map(|name| name.trim_start_matches("r#").to_owned())).collect()
}

/// Every path of two names or more that is in the code, `use` or not.
fn paths(code: &str) -> BTreeSet<Segments> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$';
    let texts = code.split(|c| !is_path(c)).filter(|text| !text.starts_with([':', '$']));
    texts.map(|text| joined(&[], text)).filter(|path| path.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = files.iter().map(|(path, text)| sample(path, text)).collect();
        check(&files).into_iter().map(|finding| format!("{}: {}", finding.path, finding.what)).collect()
    }

    #[test]
    fn files_that_import_each_other_are_a_circle() {
        let a = ("src/store/a.rs", "use super::b::B;\npub struct A;");
        let room = ("src/store/mod.rs", "mod a;\nmod b;");
        assert_eq!(
            found(&[room, a, ("src/store/b.rs", "use crate::store::{\n    a::{A, self},\n};\npub struct B;")]),
            ["src/store/a.rs: imports in a circle: store::a -> store::b -> store::a"]
        );
        assert!(
            found(&[a, ("src/store/b.rs", "use crate::base::a::A;\npub struct B;"), ("src/base/a.rs", "pub struct A;")])
                .is_empty()
        );
    }

    #[test]
    fn a_longer_circle_is_told_with_all_who_belong_to_it() {
        let files = [
            ("src/ui/a.rs", "fn a() { super::b::b() }"),
            ("src/ui/b.rs", "pub fn b() { super::c::c(); super::d::d() }"),
            ("src/ui/c.rs", "pub fn c() { super::a::a() }"),
            ("src/ui/d.rs", "use super::c;\npub fn d() { c::c() }"),
            ("src/ui/e.rs", "use super::a;"),
        ];
        assert_eq!(found(&files), ["src/ui/a.rs: imports in a circle: ui::a -> ui::b -> ui::c -> ui::a, with ui::d"]);
    }

    #[test]
    fn reexports_are_followed_to_the_file_of_the_item() {
        let room = ("src/wire/mod.rs", "mod a;\nmod b;\npub use a::{A, Other as Another};\npub use b::*;");
        let b = ("src/wire/b.rs", "use super::Another;\npub const fn make() {}\npub const B: u8 = 1;");
        for name in ["B", "make"] {
            let a = format!("use crate::wire::{name};\npub struct A;\npub(super) enum Other {{}}");
            assert_eq!(found(&[room, ("src/wire/a.rs", &a), b]).len(), 1, "{name}");
        }
        assert!(found(&[room, ("src/wire/a.rs", "use super::A;\npub struct A;"), b]).is_empty());
    }

    #[test]
    fn a_module_and_what_is_inside_it_are_no_circle() {
        let parent = ("src/engine/load.rs", "mod a;\nuse a::A;\npub struct Loader(A, a::A);");
        assert!(found(&[parent, ("src/engine/load/a.rs", "use super::Loader;\npub struct A;\nimpl Loader {}")]).is_empty());
        let inside = ("src/engine/load/a.rs", "use super::super::record::Record;\npub struct A;");
        let other = ("src/engine/record.rs", "use super::load::a::A;\npub struct Record;");
        assert_eq!(found(&[parent, inside, other]).len(), 1);
    }

    #[test]
    fn tests_and_the_root_may_look_at_anything() {
        let a = ("src/store/a.rs", "pub struct A;\n#[cfg(test)]\nmod tests {\n    use crate::store::b::B;\n    fn f() {}\n}\n");
        let b = ("src/store/b.rs", "use super::a::A;\npub struct B;");
        assert!(found(&[a, b]).is_empty());
        let tests = ("src/store/a/tests.rs", "use crate::store::b::B;");
        assert!(found(&[("src/store/a.rs", "pub struct A;\n#[cfg(test)]\nmod tests;"), tests, b]).is_empty());
        let root = ("xtask/src/main.rs", "mod sh;\npub type Result = ();\nuse sh::run;");
        assert!(found(&[root, ("xtask/src/sh.rs", "use crate::Result;\npub fn run() {}")]).is_empty());
    }

    #[test]
    fn words_in_comments_and_texts_are_no_imports() {
        let a = ("src/store/a.rs", "// use super::b::B;\nconst A: &str = \"crate::store::b::B\";");
        assert!(found(&[a, ("src/store/b.rs", "use super::a::A;\npub struct B;")]).is_empty());
    }
}
