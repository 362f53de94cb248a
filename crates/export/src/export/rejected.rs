//! Records that could not be read, with their places, reasons and what was found there.

use super::table::{Cell, Column, Kind, Table, TableId};
use crate::i18n::states::{self, States};
use crate::i18n::{Lang, Message};
use crate::wire::Rejected;

/// The records kept of those rejected ([`Rejected::samples`]), in order of their places. A place that is not known is a gap.
pub fn table(lang: Lang, rejected: &Rejected) -> Table {
    let columns = vec![
        Column::new("call", States::ColumnCall.text(lang), Kind::Whole),
        Column::new("line", States::ColumnLine.text(lang), Kind::Whole),
        Column::new("byte", States::ColumnByte.text(lang), Kind::Whole),
        Column::new("field", States::ColumnField.text(lang), Kind::Text),
        Column::new("reason", States::ColumnReason.text(lang), Kind::LongText),
        Column::new("found", States::ColumnFound.text(lang), Kind::LongText),
    ];
    let mut table = Table::new(TableId::Rejected, States::DialogTitle.text(lang), columns);
    let number = |n: u64| if n == 0 { Cell::Gap } else { Cell::Whole(n) };
    table.rows = rejected
        .samples
        .iter()
        .map(|sample| {
            vec![
                number(sample.place.call),
                number(sample.place.line),
                // The first byte of a source is byte 0.
                if sample.place.line == 0 { Cell::Gap } else { Cell::Whole(sample.place.byte) },
                Cell::text(sample.field.clone()),
                Cell::text(states::problem(lang, sample.problem)),
                Cell::text(sample.found.clone()),
            ]
        })
        .collect();
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::View;
    use crate::export::text::{Format, write};
    use crate::model::Range;
    use crate::series::Zone;
    use crate::wire::{Place, Problem, RecordError};

    #[test]
    fn what_stood_there_is_no_formula_in_a_spreadsheet() {
        let place = Place { line: 3, byte: 40, call: 2 };
        let record_error =
            RecordError { place, problem: Problem::WrongType, field: "status".into(), found: "=1+1, \"x\"".into() };
        let unplaced =
            RecordError { place: Place::default(), problem: Problem::NotJson, field: String::new(), found: "?".into() };
        let rejected = Rejected { count: 2, reasons: Vec::new(), samples: vec![record_error, unplaced] };
        let zone = Zone::utc();
        let view = View { lang: Lang::En, zone: &zone, range: Range { from_ms: 0, to_ms: 1 } };
        let text = write(view, Format::Csv, &table(Lang::En, &rejected));
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "Call,Line,Byte,Field,Reason,Found");
        assert!(lines[1].starts_with("2,3,40,status,"), "{}", lines[1]);
        assert!(lines[1].ends_with(",\"'=1+1, \"\"x\"\"\""), "{}", lines[1]);
        assert!(lines[2].starts_with(",,,,"), "{}", lines[2]);
    }
}
