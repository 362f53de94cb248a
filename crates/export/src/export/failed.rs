//! Failed calls as a table (docs/spec.md, section 5): a row for each class, code and message, their percentages over all failed calls.

use super::compute::live;
use super::exactness;
use super::formula::{Area, Formula, Spot};
use super::table::{Cell, Column, FormulaValue, Kind, Table, TableId, View};
use crate::i18n::export::Export;
use crate::i18n::failed::FailedWords;
use crate::i18n::{Message, metrics as names};
use crate::model::Column as Figure;
use crate::wire::FailedReply;

const OCCURRENCES: usize = 2;
const PERCENTAGE: usize = 3;

/// The table, in the page's order. The last row is the total, over which every percentage is taken.
pub fn table(view: View<'_>, reply: &FailedReply) -> Table {
    let lang = view.lang;
    let columns = vec![
        Column::new("class", Export::Class.text(lang), Kind::Text),
        Column::new("status", FailedWords::ErrorCode.text(lang), Kind::Code),
        Column::new("occurrences", FailedWords::Occurrences.text(lang), Kind::Whole),
        Column::new("percentage", FailedWords::Percentage.text(lang), Kind::Decimal(3))
            .in_unit(names::column_unit(lang, Figure::FailureRate)),
        Column::new("message", FailedWords::ErrorMessage.text(lang), Kind::LongText),
        Column::new("own-code", Export::OwnCode.text(lang), Kind::Text),
    ];
    let mut table = Table::new(TableId::Failed, Export::FailedCalls.text(lang), columns);
    let text = |text: &str| if text.is_empty() { Cell::Gap } else { Cell::text(text.to_owned()) };
    let (mut percents, mut exact) = (Vec::new(), Vec::new());
    for class in &reply.classes {
        for code in &class.codes {
            for message in &code.messages {
                percents.push(message.percent);
                exact.push(message.exactness);
                table.rows.push(vec![
                    Cell::text(format!("{}xx", class.class)),
                    Cell::Whole(code.status.into()),
                    Cell::Whole(message.count),
                    Cell::Gap,
                    text(&message.message),
                    text(&message.error_code),
                ]);
            }
        }
    }
    let rows = table.rows.len();
    if rows == 0 {
        return table;
    }
    let area = |column| Area { table: TableId::Failed, column, rows: 0..rows };
    let sum = live(FormulaValue::Whole(reply.total), [Formula::Sum(area(OCCURRENCES))], &[&table]);
    let label = Cell::text(FailedWords::AllFailed.text(lang));
    table.rows.push(vec![label, Cell::Gap, sum, Cell::Gap, Cell::Gap, Cell::Gap]);
    table.total_rows = 1;
    let spot = |row| Spot { table: TableId::Failed, row, column: OCCURRENCES };
    percents.push(100.0);
    exact.push(reply.exactness);
    for (row, percent) in percents.into_iter().enumerate() {
        let formula = Formula::Percent { part: spot(row), whole: spot(rows) };
        table.rows[row][PERCENTAGE] = live(FormulaValue::Number(percent), [formula], &[&table]);
    }
    exactness::add(view, &mut table, "occurrences", |row| exactness::of(exact[row]));
    table
}
