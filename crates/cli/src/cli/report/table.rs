//! The report as text for a terminal.

use super::Answers;
use crate::base::civil::Civil;
use crate::base::num;
use crate::cli::text::{part, record_error};
use crate::i18n::Lang;
use crate::i18n::metrics::column;
use crate::model::Column;
use crate::wire::{Figures, ServiceOrder};

/// Buckets of the series that are printed; of more, those with calls come first to mind, so the rest is named by number.
const SERIES_MAX: usize = 400;

/// See the module's text.
pub fn of(answers: &Answers) -> String {
    let Answers { data, selection, calls, .. } = answers;
    let at = |ms: i64| {
        let Civil { year, month, day, hour, minute, second, .. } = Civil::of(selection.zone.local_ms(ms));
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    };
    let mut out = format!("{}\n", data.name);
    for text in &data.parts {
        out.push_str(&format!("  {}\n", part(text)));
    }
    out.push_str(&format!(
        "{} calls from {} to {} ({})\n",
        num::whole(data.calls),
        at(data.oldest_ms),
        at(data.newest_ms),
        selection.zone.name
    ));
    if selection.range.from_ms != data.oldest_ms || selection.range.to_ms != data.newest_ms + 1 {
        out.push_str(&format!("Shown: {} to {}\n", at(selection.range.from_ms), at(selection.range.to_ms)));
    }
    out.push('\n');
    out.push_str(&services(answers));
    out.push_str(&failures(answers));
    let title = |of| column(Lang::En, of);
    let titles = ["from", title(Column::Calls), title(Column::Failed), title(Column::TotalTokens)].map(str::to_owned);
    let [all, failed, tokens] = [0, 1, 2].map(|n| calls.tiles[n].spark.as_slice());
    let busy: Vec<usize> = (0..calls.buckets.starts_ms.len()).filter(|&n| all.get(n).is_some_and(|v| *v > 0.0)).collect();
    let value = |of: &[f64], n: usize| of.get(n).map_or_else(|| "-".to_owned(), |v| num::fixed(*v, 0));
    let rows = busy
        .iter()
        .take(SERIES_MAX)
        .map(|&n| vec![at(calls.buckets.starts_ms[n]), value(all, n), value(failed, n), value(tokens, n)]);
    out.push_str(&grid(titles.to_vec(), rows.collect()));
    if busy.len() > SERIES_MAX {
        out.push_str(&format!("… and {} more; choose --precision hour or day, or --json\n", busy.len() - SERIES_MAX));
    }
    if let Some(cut) = &data.cut_short {
        out.push_str(&format!("\n{}\n", record_error(cut)));
    }
    out
}

fn services(answers: &Answers) -> String {
    let titles = ["service", "calls", "failed", "failed %", "tokens", "input", "output", "latency ms", "TTFT ms", "TPOT ms"];
    let mut rows = vec![row("all", &answers.calls.all)];
    for service in answers.calls.shown("", ServiceOrder { column: Some(Column::Calls), descending: true, costs: None }) {
        rows.push(row(&service.title, &service.figures));
        rows.extend(service.versions.iter().map(|(version, of)| row(&format!("  {version}"), of)));
    }
    grid(titles.map(str::to_owned).to_vec(), rows) + "\n"
}

fn row(name: &str, of: &Figures) -> Vec<String> {
    let count = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), num::whole);
    let level = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| num::fixed(v, 3));
    vec![
        printable(name),
        num::whole(of.calls),
        count(of.failed),
        level(of.failure_rate),
        count(of.total_tokens),
        count(of.input_tokens),
        count(of.output_tokens),
        level(of.latency_ms),
        level(of.ttft_ms),
        level(of.tpot_ms),
    ]
}

fn failures(answers: &Answers) -> String {
    let mut rows = Vec::new();
    for reply in &answers.failed {
        for code in reply.classes.iter().flat_map(|class| &class.codes) {
            let message = code.messages.first();
            let text = message.map_or_else(String::new, |m| format!("{} {}", m.error_code, m.message));
            let more = code.messages.len().saturating_sub(1);
            let more = if more > 0 { format!(" (+{more} other)") } else { String::new() };
            let short: String = printable(text.trim()).chars().take(70).collect();
            rows.push(vec![printable(&reply.service), code.status.to_string(), num::whole(code.count), short + &more]);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    grid(["service", "status", "failed", "most frequent message"].map(str::to_owned).to_vec(), rows) + "\n"
}

/// Text from a source must not steer a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Columns aligned; numbers to the right, the first and the last column of words to the left.
fn grid(titles: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let columns = titles.len();
    let numeric = |c: usize| {
        let is_number = |cell: &String| {
            cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | ',' | ' ' | '\u{a0}' | '\u{202f}'))
        };
        c > 0 && rows.iter().filter_map(|row| row.get(c)).all(is_number)
    };
    let width = |c: usize| {
        let cells = rows.iter().filter_map(|row| row.get(c)).chain([&titles[c]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let right: Vec<bool> = (0..columns).map(numeric).collect();
    let mut out = String::new();
    for line in core::iter::once(&titles).chain(&rows) {
        let mut text = String::new();
        for (c, cell) in line.iter().enumerate() {
            let pad = " ".repeat(widths[c].saturating_sub(cell.chars().count()));
            text.push_str(&if right[c] { format!("{pad}{cell}  ") } else { format!("{cell}{pad}  ") });
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}
