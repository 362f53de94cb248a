//! What benchmarks of engines share: the participants, the questions, the calls that are read, and the browser's output.

use crate::Result;
use crate::sh;
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use std::path::{Path, PathBuf};

/// As benches/engine/page.js names them; ratios are of the others to the first.
pub const ENGINES: [&str; 3] = ["callscope", "plain", "duckdb"];
/// Brings the file's bytes into a worker and nothing else, and answers with nothing: what no engine can be faster than.
pub const BARE: &str = "bare";
/// Calls by default.
pub const CALLS: u64 = 1_000_000;

/// A group of questions, in the words of benches/engine/questions.rs, and what is said of it.
pub const GROUPS: [(&str, &str); 10] = [
    ("a", "A: details of the most used service, 14 days by the hour"),
    ("a-day", "A by the day, of which nothing is known beforehand"),
    ("a-key", "A again, another API key"),
    ("a-ip", "A again, another address"),
    ("b", "B: all services, a day by the minute"),
    ("b-key", "B again, another API key"),
    ("b-ip", "B again, another address"),
    ("c", "C: services table, 14 days"),
    ("c-key", "C again, another API key"),
    ("c-ip", "C again, another address"),
];

/// Seeded calls in a file, written once.
pub fn seeded(calls: u64) -> Result<PathBuf> {
    let made = sh::target_dir().join("bench-engine");
    std::fs::create_dir_all(&made)?;
    let file = made.join(format!("calls-{calls}.ndjson"));
    if !file.is_file() {
        let part = made.join("calls.part");
        let example = ["run", "--quiet", "--release", "--package", "callscope-bench-data", "--example", "write", "--"];
        sh::run(sh::cargo().args(example).arg(calls.to_string()).stdout(std::fs::File::create(&part)?))?;
        std::fs::rename(&part, &file)?;
    }
    Ok(file)
}

/// The example that knows the worker's questions.
pub fn questions(words: &[&str]) -> Result {
    sh::run(sh::cargo().args(["run", "--quiet", "--release", "--example", "questions", "--"]).args(words))
}

/// The files of a folder below `bench/`.
pub fn serve(server: &Server, folder: &Path, extensions: &[&str]) -> Result {
    for file in sh::files(folder, extensions)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let kind = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("json") => "application/json",
            _ => "application/octet-stream",
        };
        let reply = Reply::ok(kind, std::fs::read(&file)?);
        server.route(&format!("/bench/{name}"), move |_| reply.clone());
    }
    Ok(())
}

/// None goes first every time.
pub fn turned<T: Copy>(all: &[T], round: usize) -> Vec<T> {
    let mut turned = all.to_vec();
    turned.rotate_left(round % all.len().max(1));
    turned
}

/// Milliseconds that a script measured.
pub fn script(page: &Page<'_>, body: &str) -> Result<f64> {
    let seen = page.script_async(body)?;
    seen.as_f64().ok_or_else(|| format!("{body}: {seen}").into())
}

/// The most memory that a renderer of this profile's browser ever had, in bytes; `None` where the system does not tell (it is Linux that does).
pub fn peak_bytes(profile: &Path) -> Option<u64> {
    let profile = profile.to_string_lossy().into_owned();
    let read = |pid: u32, what: &str| std::fs::read_to_string(format!("/proc/{pid}/{what}")).unwrap_or_default();
    let of_status = |pid: u32, field: &str| {
        let status = read(pid, "status");
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let pids: Vec<u32> =
        std::fs::read_dir("/proc").ok()?.flatten().filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    let ours = |mut pid: u32| {
        while pid > 1 {
            if read(pid, "cmdline").contains(&profile) {
                return true;
            }
            let Some(parent) = of_status(pid, "PPid:") else { return false };
            pid = parent as u32;
        }
        false
    };
    let renderers = pids.into_iter().filter(|&pid| read(pid, "cmdline").contains("--type=renderer") && ours(pid));
    renderers.filter_map(|pid| of_status(pid, "VmHWM:")).max().map(|kib| kib * 1024)
}
