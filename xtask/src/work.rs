//! `cargo xtask work`: speed guarded without a clock. Counts the instructions of `benches/native/src/bin/work.rs` under callgrind, the same ones on every run,
//! and holds them against bounds that a change raises on purpose.

use crate::Result;
use crate::log;
use crate::sh;
use std::process::Command;

/// What is counted: the function of the program behind `counted_`, what it does, and the most instructions that it may take.
const WORK: [(&str, &str, u64); 4] = [
    ("read", "reads 100,000 calls", 490_000_000),
    ("a", "charts of a service over a fortnight by hours", 10_700_000),
    ("b", "all services over a day by minutes", 4_660_000),
    ("c", "all services over a fortnight by days", 7_330_000),
];
/// A bound that is further above what is counted, percent, guards little: a note says to lower it. The folder of a checkout is part of the names of its
/// symbols, which decide what the compiler inlines: counts of the same code differed by up to 3 percent between two folders.
const SLACK: u64 = 7;
/// What the bounds were counted with, and how far above them another compiler's counts may be, percent.
const COMPILER: &str = "rustc 1.95.0";
const OTHER_COMPILER: u64 = 10;

pub fn run(_: &[String]) -> Result {
    match missing() {
        Some(why) => Err(why.into()),
        None => count(),
    }
}

/// Why nothing can be counted here, if so.
pub fn missing() -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    let counted = std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    let counted = false;
    if !counted {
        return Some("the bounds were counted on x86-64 with AVX2, which this machine is not");
    }
    sh::which("valgrind").is_none().then_some("there is no valgrind")
}

/// Counts all and compares.
///
/// # Errors
/// What takes more than its bound; or valgrind's own error.
pub fn count() -> Result {
    log::quietly("work-build", sh::cargo().args(["build", "--release", "--package", "callscope-bench", "--bin", "work"]))?;
    let program = sh::target_dir().join("release/work");
    let folder = sh::target_dir().join("work");
    std::fs::create_dir_all(&folder)?;
    let calls = folder.join("calls.ndjson");
    log::quietly("work-calls", Command::new(&program).arg("write").arg(&calls))?;
    let own = sh::output(Command::new("rustc").current_dir(sh::root()).arg("--version")).unwrap_or_default();
    let other = if own.starts_with(COMPILER) { 0 } else { OTHER_COMPILER };
    let mut wrong = Vec::new();
    for (name, what, bound) in WORK {
        let file = folder.join(name);
        let mut valgrind = sh::command("valgrind");
        valgrind.args(["--tool=callgrind", "--collect-atstart=no"]).arg(format!("--toggle-collect=*counted_{name}*"));
        valgrind.arg(format!("--callgrind-out-file={}", file.display())).arg(&program).arg("do").arg(&calls);
        log::quietly(&format!("work-{name}"), &mut valgrind)?;
        let count = summary(&sh::read(&file)?).ok_or_else(|| format!("{} says no count", file.display()))?;
        println!("{name:<5} {count:>11} of at most {bound:>11} instructions: {what}");
        if count * 100 > bound * (100 + other) {
            wrong.push(format!("{name}: {count} instructions, {bound} are allowed"));
        } else if let Some(lower) = loose(count, bound) {
            println!("      its bound may be lowered to {lower}");
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let of = if other == 0 { String::new() } else { format!(" The bounds are {COMPILER}'s, this is {}.", own.trim()) };
    Err(format!("{}.{of} The bounds stand in xtask/src/work.rs; say in the change's message why one moves.", wrong.join("; "))
        .into())
}

/// The most that a bound should be, where it is higher.
fn loose(count: u64, bound: u64) -> Option<u64> {
    let most = count * (100 + SLACK) / 100;
    (bound > most).then_some(most)
}

/// The count in a file of callgrind.
fn summary(text: &str) -> Option<u64> {
    let count = text.lines().find_map(|line| line.strip_prefix("summary:"))?.trim().parse().ok()?;
    // Nothing was counted where no function has that name.
    (count > 0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_far_above_its_count_is_noticed() {
        assert_eq!(loose(1_000_000, 1_070_000), None);
        assert_eq!(loose(1_000_000, 1_070_001), Some(1_070_000));
    }

    #[test]
    fn the_count_is_read_and_none_is_no_count() {
        assert_eq!(summary("events: Ir\nsummary: 471943930\ntotals: 1\n"), Some(471_943_930));
        assert_eq!(summary("summary: 0\n"), None);
    }
}
