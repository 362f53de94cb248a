//! Feature gates: code that a gate hides is neither compiled, linted nor tested in the other builds.
//!
//! What the first view leaves out follows the constant `base::build::FULL`, which every build compiles. A gate may be where a crate or
//! a module is left out as a whole: at the left margin, and seldom.

use super::{File, Finding};

/// How many there may be.
const GATES_MAX: usize = 40;
const GATE: &str = concat!("feature", " = \"");

/// Every gate in the middle of code, and too many of them.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut all = 0;
    for file in files.iter().filter(|file| file.path.ends_with(".rs") && super::below_a_root(&file.path).is_some()) {
        for (line, text) in (1..).zip(file.text.lines()) {
            let gates = text.matches(GATE).count();
            all += gates;
            if gates > 0 && text.starts_with(char::is_whitespace) {
                findings.push(Finding::new(file, line, "a feature gate in the middle of code: ask `base::build::FULL`"));
            }
        }
    }
    if all > GATES_MAX {
        findings.push(Finding { path: "src".to_owned(), line: 0, what: format!("{all} feature gates; {GATES_MAX} are allowed") });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn gates_stand_at_the_margin() {
        let gate = format!("#[cfg({GATE}full\")]");
        let found = |text: &str| check(&[sample("crates/store/src/store/mod.rs", text)]).len();
        assert_eq!(found(&format!("{gate}\nmod a;\n")), 0);
        assert_eq!(found(&format!("fn a() {{\n    {gate}\n    b();\n}}\n")), 1);
    }

    #[test]
    fn gates_are_counted_where_the_product_is() {
        let gates = format!("#[cfg({GATE}full\")]\n").repeat(GATES_MAX + 1);
        assert_eq!(check(&[sample("src/lib.rs", &gates)]).len(), 1);
        assert_eq!(check(&[sample("xtask/src/main.rs", &gates)]).len(), 0);
    }
}
