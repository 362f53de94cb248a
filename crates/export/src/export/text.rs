//! Tables as text: CSV, JSON and TSV, head, rows and tail apart, so that a million rows can be written without being held.

use super::table::{Cell, Column, Kind, Table, TimeStyle, View};
use crate::base::civil::Civil;
use std::fmt::Write as _;

/// A kind of text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8 with a byte order mark, by which Excel knows the encoding.
    Csv,
    /// For the clipboard: what spreadsheets paste into cells.
    Tsv,
    /// Values in full precision under language-independent names, times with their offset.
    Json,
}

impl Format {
    /// Ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Json => "json",
        }
    }

    /// Media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Format::Csv => "text/csv;charset=utf-8",
            Format::Tsv => "text/tab-separated-values;charset=utf-8",
            Format::Json => "application/json",
        }
    }
}

/// RFC 4180 ends lines so; spreadsheets put the same on the clipboard.
const LINE_END: &str = "\r\n";

/// A whole table as text.
pub fn write(view: View<'_>, format: Format, table: &Table) -> String {
    let mut out = String::new();
    let mut writer = Writer::new(view, format, table, &mut out);
    for row in &table.rows {
        writer.row(row, &mut out);
    }
    writer.end(&mut out);
    out
}

/// Writes a table piece by piece; each call appends to the text given, which the caller may take away in between.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
    view: View<'a>,
    format: Format,
    columns: Vec<Column>,
    rows: u64,
}

impl<'a> Writer<'a> {
    /// Writes what is before the rows. The table's own rows are not written.
    pub fn new(view: View<'a>, format: Format, table: &Table, out: &mut String) -> Self {
        let columns = table.columns.clone();
        match format {
            Format::Csv | Format::Tsv => {
                if format == Format::Csv {
                    out.push('\u{FEFF}');
                }
                for (i, column) in columns.iter().enumerate() {
                    separate(format, i, out);
                    field(format, &column.header(), out);
                }
                out.push_str(LINE_END);
            }
            Format::Json => {
                out.push_str("{\"table\":");
                json_text(table.id.key(), out);
                out.push_str(",\"title\":");
                json_text(&table.title, out);
                out.push_str(",\"zone\":");
                json_text(&view.zone.name, out);
                out.push_str(",\"columns\":[");
                for (i, column) in columns.iter().enumerate() {
                    out.push_str(if i > 0 { ",{\"key\":" } else { "{\"key\":" });
                    json_text(&column.key, out);
                    out.push_str(",\"name\":");
                    json_text(&column.name, out);
                    out.push_str(",\"unit\":");
                    match &column.unit {
                        Some(unit) => json_text(unit, out),
                        None => out.push_str("null"),
                    }
                    out.push('}');
                }
                out.push_str("],\"rows\":[");
            }
        }
        Self { view, format, columns, rows: 0 }
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[Cell<'_>], out: &mut String) {
        if self.format == Format::Json {
            out.push_str(if self.rows > 0 { ",\n{" } else { "\n{" });
            for (i, (cell, column)) in cells.iter().zip(&self.columns).enumerate() {
                if i > 0 {
                    out.push(',');
                }
                json_text(&column.key, out);
                out.push(':');
                self.json_value(cell, out);
            }
            out.push('}');
        } else {
            for (i, (cell, column)) in cells.iter().zip(&self.columns).enumerate() {
                separate(self.format, i, out);
                self.plain_value(cell, column.kind, out);
            }
            out.push_str(LINE_END);
        }
        self.rows += 1;
    }

    /// Writes what is after the rows.
    pub fn end(self, out: &mut String) {
        if self.format == Format::Json {
            out.push_str("\n]}\n");
        }
    }

    fn plain_value(&self, cell: &Cell<'_>, kind: Kind, out: &mut String) {
        let style = if let Kind::Time(style) = kind { style } else { TimeStyle::Second };
        match cell {
            Cell::Gap => {}
            Cell::NotInvolved => out.push('-'),
            Cell::Text(text) => field(self.format, text, out),
            Cell::Whole(n) => {
                let _ = write!(out, "{n}");
            }
            Cell::Number(x) => number(*x, out),
            Cell::Instant(at) => wall(self.view.zone.local_ms(*at), style, out),
            Cell::Utc(at) => wall(*at, style, out),
            Cell::Formula(_, computed) => self.plain_value(&computed.cell(), kind, out),
        }
    }

    fn json_value(&self, cell: &Cell<'_>, out: &mut String) {
        match cell {
            Cell::Gap | Cell::NotInvolved => out.push_str("null"),
            Cell::Text(text) => json_text(text, out),
            Cell::Whole(n) => {
                let _ = write!(out, "{n}");
            }
            Cell::Number(x) if !x.is_finite() => out.push_str("null"),
            Cell::Number(x) => number(*x, out),
            Cell::Instant(at) => json_time(*at, self.view.zone.offset_ms(*at), out),
            Cell::Utc(at) => json_time(*at, 0, out),
            Cell::Formula(_, computed) => self.json_value(&computed.cell(), out),
        }
    }
}

/// A number in full precision: reading it back gives the same bits.
fn number(value: f64, out: &mut String) {
    if value.is_finite() {
        let _ = write!(out, "{value}");
    }
}

fn separate(format: Format, i: usize, out: &mut String) {
    if i > 0 {
        out.push(if format == Format::Tsv { '\t' } else { ',' });
    }
}

/// A text that begins like a formula gets an apostrophe before it, so that a spreadsheet takes it for text (OWASP, "CSV Injection", with the
/// full-width signs that East Asian input gives). A text with separators, quotes or line ends is quoted.
fn field(format: Format, text: &str, out: &mut String) {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let separators: &[char] = if format == Format::Tsv { &['\t', '"', '\r', '\n'] } else { &[',', ';', '\t', '"', '\r', '\n'] };
    let quoted = text.contains(separators) || text.starts_with(' ') || text.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if risky {
        out.push('\'');
    }
    if quoted {
        for (i, part) in text.split('"').enumerate() {
            if i > 0 {
                out.push_str("\"\"");
            }
            out.push_str(part);
        }
        out.push('"');
    } else {
        out.push_str(text);
    }
}

/// A text in quotes, as RFC 8259 writes it; `<` and the two line ends of JavaScript are escaped as well, so that it can be in a page.
fn json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '\u{2028}' | '\u{2029}' | '\u{7F}' | '\u{0}'..='\u{1F}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A wall-clock time in the one order of parts that every spreadsheet reads: `2026-03-12 14:37`.
fn wall(local_ms: i64, style: TimeStyle, out: &mut String) {
    let c = Civil::of(local_ms);
    let _ = write!(out, "{:04}-{:02}-{:02}", c.year, c.month, c.day);
    let _ = match style.showing(local_ms) {
        TimeStyle::Day => Ok(()),
        TimeStyle::Minute => write!(out, " {:02}:{:02}", c.hour, c.minute),
        TimeStyle::Second => write!(out, " {:02}:{:02}:{:02}", c.hour, c.minute, c.second),
        TimeStyle::Milli => write!(out, " {:02}:{:02}:{:02}.{:03}", c.hour, c.minute, c.second, c.milli),
    };
}

/// RFC 3339 with the offset in force.
fn json_time(at_ms: i64, offset_ms: i64, out: &mut String) {
    let c = Civil::of(at_ms + offset_ms);
    let _ =
        write!(out, "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}", c.year, c.month, c.day, c.hour, c.minute, c.second, c.milli);
    let minutes = offset_ms / 60_000;
    if minutes == 0 {
        out.push_str("Z\"");
    } else {
        let sign = if minutes < 0 { '-' } else { '+' };
        let _ = write!(out, "{sign}{:02}:{:02}\"", minutes.abs() / 60, minutes.abs() % 60);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::table::TableId;
    use crate::i18n::Lang;
    use crate::model::Range;
    use crate::series::Zone;
    use proptest::prelude::*;

    const BERLIN_MS: i64 = 1_773_322_674_679; // 2026-03-12T13:37:54.679Z

    fn zone() -> Zone {
        Zone { name: "Europe/Berlin".into(), offsets: vec![(0, 3600)] }
    }

    fn table(cells: &[Cell<'static>]) -> Table {
        let columns = vec![
            Column::new("time", "Time", Kind::Time(TimeStyle::Minute)).in_unit("Europe/Berlin"),
            Column::new("text", "=Text", Kind::Text),
            Column::new("value", "Value", Kind::Decimal(3)).in_unit("ms"),
        ];
        let mut table = Table::new(TableId::Failed, "A \"table\"", columns);
        table.rows = cells.iter().map(|c| vec![Cell::Instant(BERLIN_MS), c.clone(), c.clone()]).collect();
        table
    }

    fn written(format: Format, cells: &[Cell<'static>]) -> String {
        let zone = zone();
        write(View { lang: Lang::En, zone: &zone, range: Range::default() }, format, &table(cells))
    }

    #[test]
    fn csv_has_a_mark_a_header_and_plain_values() {
        let cells = [Cell::Whole(u64::MAX), Cell::Number(-0.1), Cell::Gap, Cell::NotInvolved, Cell::Number(f64::NAN)];
        let text = written(Format::Csv, &cells);
        let at = "2026-03-12 14:37:54";
        let expected = format!(
            "\u{FEFF}Time (Europe/Berlin),'=Text,Value (ms)\r\n{at},18446744073709551615,18446744073709551615\r\n\
             {at},-0.1,-0.1\r\n{at},,\r\n{at},-,-\r\n{at},,\r\n"
        );
        assert_eq!(text, expected);
        assert!(!written(Format::Tsv, &cells).starts_with('\u{FEFF}'));
    }

    #[test]
    fn texts_do_not_run() {
        let of = |format, text: &'static str| {
            let mut out = String::new();
            field(format, text, &mut out);
            out
        };
        for text in ["=1+1", "+1", "-1", "@x", "＝1", "＠x"] {
            assert_eq!(of(Format::Csv, text), format!("'{text}"));
        }
        assert_eq!(of(Format::Csv, "\t=1"), "\"'\t=1\"");
        assert_eq!(of(Format::Csv, "\r=1"), "\"'\r=1\"");
        assert_eq!(of(Format::Csv, "a;=1"), "\"a;=1\"");
        assert_eq!((of(Format::Csv, "a,\"b\""), of(Format::Tsv, "a,b")), ("\"a,\"\"b\"\"\"".into(), "a,b".into()));
        assert_eq!(of(Format::Tsv, "a\tb"), "\"a\tb\"");
    }

    #[test]
    fn json_keeps_everything() {
        let cells = [Cell::text("</script>\u{1}\u{2028}é"), Cell::Whole(u64::MAX), Cell::Number(0.1 + 0.2), Cell::NotInvolved];
        let text = written(Format::Json, &cells);
        assert!(!text.contains("</script>"));
        let parsed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(parsed["columns"][2], serde_json::json!({"key": "value", "name": "Value", "unit": "ms"}));
        assert_eq!(parsed["rows"][0]["time"], "2026-03-12T14:37:54.679+01:00");
        assert_eq!(parsed["rows"][0]["text"], "</script>\u{1}\u{2028}é");
        assert_eq!(parsed["rows"][1]["value"], u64::MAX);
        assert_eq!(parsed["rows"][2]["value"].as_f64(), Some(0.1 + 0.2));
        assert!(parsed["rows"][3]["value"].is_null());
        assert_eq!(parsed["title"], "A \"table\"");
    }

    /// Reads CSV by the letter of RFC 4180.
    fn read(text: &str, separator: char) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().unwrap_or('"')),
                '"' => quoted = !quoted,
                c if quoted => field.push(c),
                '\r' if chars.peek() == Some(&'\n') => {
                    chars.next();
                    row.push(core::mem::take(&mut field));
                    rows.push(core::mem::take(&mut row));
                }
                c if c == separator => row.push(core::mem::take(&mut field)),
                c => field.push(c),
            }
        }
        rows
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_and_never_begins_a_formula(texts in prop::collection::vec("(\\PC|[=+@\t\r\n\",;-]){0,20}", 1..6)) {
            let cells: Vec<Cell> = texts.iter().map(|t| Cell::text(t.clone())).collect();
            for (format, separator) in [(Format::Csv, ','), (Format::Tsv, '\t')] {
                let rows = read(&written(format, &cells), separator);
                prop_assert_eq!(rows.len(), texts.len() + 1);
                for (row, text) in rows[1..].iter().zip(&texts) {
                    prop_assert_eq!(row.len(), 3);
                    let harmless = row[1].strip_prefix('\'').filter(|rest| rest == text).is_some() || &row[1] == text;
                    prop_assert!(harmless, "{:?} of {:?}", row[1], text);
                    prop_assert!(!row[1].starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
                }
            }
        }
    }
}
