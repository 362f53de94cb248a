//! `cargo xtask bench export`: 14 sheets of 1,440 rows and 7 columns, written by our worker (with a chart on each), by SheetJS (compressed)
//! and by ExcelJS, in one browser, in turns.

use super::npm;
use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The writers as benches/export/page.js names them; the goal is set against the second.
const WRITERS: [&str; 3] = ["callscope", "sheetjs", "exceljs"];
/// The newest versions of the registry.
const LIBRARIES: [(&str, &str, &str, &str); 2] =
    [("xlsx", "0.18.5", "dist/xlsx.full.min.js", "xlsx.js"), ("exceljs", "4.4.0", "dist/exceljs.min.js", "excel.js")];
const RUNS: usize = 9;
/// Our time as a share of SheetJS's.
const SHARE_MAX: f64 = 0.25;
/// Milliseconds that one file may take.
const FILE_MS_MAX: u64 = 55_000;

pub fn run(args: &[String]) -> Result {
    let runs: usize = match sh::option(args, "--runs") {
        Some(text) => text.parse().map_err(|_| format!("--runs {text} is no number"))?,
        None => RUNS,
    };
    setup::for_looking()?;
    let site = match sh::option(args, "--site") {
        Some(folder) => PathBuf::from(folder),
        None => build::dist(),
    };
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let libraries = npm::install(&LIBRARIES.map(|(package, version, ..)| (package, version)))?;
    let made = sh::target_dir().join("bench-export");
    let example = ["run", "--quiet", "--release", "--example", "workbook", "--", "--order"];
    sh::run(sh::cargo().args(example).arg(&made))?;

    let server = Server::start(&site, "/", "127.0.0.1", 0)?;
    let page_folder = sh::root().join("benches/export");
    for name in ["index.html", "page.js", "sheetjs.js", "exceljs.js"] {
        serve(&server, name, &page_folder.join(name))?;
    }
    for name in ["order.bin", "sheets.json"] {
        serve(&server, name, &made.join(name))?;
    }
    for (package, _, file, name) in LIBRARIES {
        serve(&server, name, &libraries.join(package).join(file))?;
    }
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let page = Page::new(driver.session(&Options::default())?);
    page.session().call("POST", "/timeouts", Some(&json!({ "script": FILE_MS_MAX })))?;
    page.open(&format!("{}bench/index.html", server.url()))?;
    page.quiet(Duration::from_millis(500))?;

    let mut of = WRITERS.map(|_| Measured::default());
    // The first round fills the browser's caches, for all alike.
    for round in 0..=runs.max(1) {
        for (writer, measured) in WRITERS.iter().zip(&mut of) {
            let seen = page.script_async(&format!("return measure('{writer}')"))?;
            if let Some(error) = seen.as_str() {
                return Err(error.into());
            }
            if round > 0 {
                measured.take(&seen)?;
            } else if let Some(folder) = sh::option(args, "--keep") {
                let text = page.script_async("return lastFile()")?;
                let bytes = BASE64.decode(text.as_str().unwrap_or_default())?;
                sh::write(&Path::new(folder).join(format!("{writer}.xlsx")), bytes)?;
            }
        }
    }
    report(&mut of)
}

fn serve(server: &Server, name: &str, file: &Path) -> Result {
    let kind = match file.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let body = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let reply = Reply::ok(kind, body).header("Cache-Control", "max-age=3600");
    server.route(&format!("/bench/{name}"), move |_| reply.clone());
    Ok(())
}

/// Milliseconds of each run, and bytes of the file.
#[derive(Default)]
struct Measured {
    start: Vec<f64>,
    write: Vec<f64>,
    again: Vec<f64>,
    bytes: u64,
}

impl Measured {
    fn take(&mut self, seen: &Value) -> Result {
        let figure = |name: &str| seen[name].as_f64().ok_or_else(|| format!("no {name} in {seen}"));
        self.start.push(figure("start")?);
        self.write.push(figure("write")?);
        self.again.push(figure("again")?);
        self.bytes = figure("bytes")? as u64;
        Ok(())
    }
}

fn report(of: &mut [Measured; 3]) -> Result {
    println!("| writer | worker ready | first file | next file | bytes |\n|---|---|---|---|---|");
    for (writer, measured) in WRITERS.iter().zip(of.iter_mut()) {
        let [start, write, again] = [&mut measured.start, &mut measured.write, &mut measured.again].map(|values| spread(values));
        println!("| {writer} | {start} | {write} | {again} | {} |", measured.bytes);
    }
    let [ours, sheetjs, _] = of;
    let share = median(&ours.write) / median(&sheetjs.write);
    let whole = (median(&ours.start) + median(&ours.write)) / (median(&sheetjs.start) + median(&sheetjs.write));
    println!(
        "\nours as a share of SheetJS: {share:.3} of its time to write ({whole:.3} with the start of the worker), at most {SHARE_MAX}"
    );
    println!("bytes: {:.3} of SheetJS's", ours.bytes as f64 / sheetjs.bytes as f64);
    if share > SHARE_MAX || ours.bytes >= sheetjs.bytes {
        return Err("the goal is missed".into());
    }
    Ok(())
}

/// Sorts the values: median (from least to most).
fn spread(values: &mut [f64]) -> String {
    values.sort_by(f64::total_cmp);
    let (least, most) = (values.first().copied().unwrap_or(f64::NAN), values.last().copied().unwrap_or(f64::NAN));
    format!("{:.0} ms ({least:.0} to {most:.0})", median(values))
}

/// The middle of sorted values; of an even number, the upper one.
fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
