//! The tiles and the services table (docs/spec.md, section 4) with totals and rates as live formulas, and what the calls cost where that is known.

use super::chart::TILES;
use super::compute::live;
use super::exactness;
use super::formula::{Area, Formula, Spot};
use super::table::{Cell, Column, FormulaValue, Kind, Table, TableId, View};
use crate::i18n::export::Export;
use crate::i18n::{Message, costs as words, metrics as names, pages};
use crate::model::{Column as Figure, Line, Metric, Quality};
use crate::wire::{CallsReply, Cost, Costs, Figures, ServiceRow, Tile, is_summed};

/// Columns before the figures: service, version, type.
const NAMES: usize = 3;

/// The tiles' columns of the services table.
const TILE_FIGURES: [Figure; 5] = [Figure::Calls, Figure::Failed, Figure::TotalTokens, Figure::InputTokens, Figure::OutputTokens];

/// A service's figures in the table's order, tokens as whole numbers.
fn cell(figures: &Figures, figure: Figure) -> Cell<'static> {
    let whole = |n: Option<u64>| Cell::involved(n.map(Cell::Whole));
    if figures.quality.at(figure).1.is_some() {
        return Cell::Gap;
    }
    match figure {
        Figure::Calls => Cell::Whole(figures.calls),
        Figure::Failed => whole(figures.failed),
        Figure::TotalTokens => whole(figures.total_tokens),
        Figure::InputTokens => whole(figures.input_tokens),
        Figure::OutputTokens => whole(figures.output_tokens),
        _ => Cell::involved(figures.value(figure).map(Cell::number)),
    }
}

/// The services with their versions below them, and their total. A service's sums are formulas over its versions, the total's over the
/// services, every rate over its row. With costs, two more columns: amounts, and how many calls are no part of them.
pub fn services(view: View<'_>, reply: &CallsReply, costs: Option<&Costs>) -> Table {
    let lang = view.lang;
    let mut columns = vec![
        Column::new("service", Export::Service.text(lang), Kind::Text),
        Column::new("version", Export::Version.text(lang), Kind::Text),
        Column::new("type", Export::Type.text(lang), Kind::Text),
    ];
    columns.extend(Figure::FIGURES.into_iter().map(|figure| {
        let column = |kind| Column::new(figure.key(), names::column(lang, figure), kind);
        match figure {
            Figure::Calls | Figure::Failed | Figure::TotalTokens | Figure::InputTokens | Figure::OutputTokens => {
                column(Kind::Whole)
            }
            _ => column(Kind::Decimal(figure.decimals() as u8)).in_unit(names::column_unit(lang, figure)),
        }
    }));
    if let Some(costs) = costs {
        let cost =
            Column::new(Figure::Cost.key(), names::column(lang, Figure::Cost), Kind::Decimal(Figure::Cost.decimals() as u8));
        columns.push(cost.in_unit(&costs.currency));
        columns.push(Column::new("unpriced", words::Costs::Unpriced.text(lang), Kind::Whole));
    }
    let mut table = Table::new(TableId::Services, Export::Services.text(lang), columns);
    for row in &reply.rows {
        service(view, &mut table, row, costs);
    }
    let rows = table.rows.len();
    let total = costs.map(|costs| costs.reply.all());
    push(&mut table, [Cell::text(Export::Total.text(lang)), Cell::Gap, Cell::Gap], (&reply.all, total), Some(0..rows));
    // A mean over services would mislead, as on the page.
    if let Some(total) = table.rows.last_mut() {
        for (cell, figure) in total[NAMES..].iter_mut().zip(Figure::FIGURES) {
            if !is_summed(figure) {
                *cell = Cell::Gap;
            }
        }
    }
    table.total_rows = 1;
    let versions = |row: &'_ ServiceRow| row.versions.iter().map(|(_, figures)| *figures).collect::<Vec<_>>();
    let rows = reply.rows.iter().flat_map(|row| core::iter::once(row.figures).chain(versions(row)));
    let rows: Vec<Figures> = rows.chain([reply.all]).collect();
    for figure in Figure::FIGURES {
        exactness::add(view, &mut table, figure.key(), |row| {
            let (exactness, gap) = rows[row].quality.at(figure);
            // No mean over services is in the table.
            let total = row + 1 == rows.len() && !is_summed(figure);
            if total { Quality::default() } else { Quality { exactness, gap, bounds: None } }
        });
    }
    table
}

fn service(view: View<'_>, table: &mut Table, row: &ServiceRow, costs: Option<&Costs>) {
    let lang = view.lang;
    let cost = |version: Option<&str>| costs.map(|costs| costs.reply.of(&row.name, version));
    let name = |version: Cell<'static>| [Cell::text(row.title.clone()), version, Cell::text(pages::service_type(lang, row.kind))];
    let at = table.rows.len();
    if row.versions.is_empty() {
        push(table, name(Cell::Gap), (&row.figures, cost(None)), None);
        return;
    }
    // The service is above its versions, so its sums can only be computed once they are there.
    table.rows.push(Vec::new());
    for (version, figures) in &row.versions {
        table.sub_rows.push(table.rows.len());
        let said = if version.is_empty() { Cell::text(Export::NoVersion.text(lang)) } else { Cell::text(version.clone()) };
        push(table, name(said), (figures, cost(Some(version))), None);
    }
    let versions = at + 1..table.rows.len();
    push(table, name(Cell::text(Export::AllVersions.text(lang))), (&row.figures, cost(None)), Some(versions));
    if let Some(own) = table.rows.pop() {
        // The rate reads its own row, which now is higher.
        table.rows[at] = own;
        table.rows[at][NAMES + column_of(Figure::FailureRate)] = Cell::Gap;
        set_rate(table, at, &row.figures);
    }
}

fn column_of(figure: Figure) -> usize {
    Figure::FIGURES.iter().position(|f| *f == figure).unwrap_or(0)
}

/// Adds a row; `over`: its sums are subtotals of these rows.
fn push(
    table: &mut Table,
    names: [Cell<'static>; NAMES],
    (figures, cost): (&Figures, Option<Cost>),
    over: Option<core::ops::Range<usize>>,
) {
    let mut row: Vec<Cell<'static>> = names.into();
    let mut add = |value: Cell<'static>, summed: bool| {
        let computed = match value {
            Cell::Whole(n) => Some(FormulaValue::Whole(n)),
            Cell::Number(x) => Some(FormulaValue::Number(x)),
            _ => None,
        };
        row.push(match (&over, computed) {
            (Some(rows), Some(computed)) if summed => {
                let area = Area { table: TableId::Services, column: row.len(), rows: rows.clone() };
                live(computed, [Formula::Subtotal(area)], &[table])
            }
            _ => value,
        });
    };
    for figure in Figure::FIGURES {
        add(cell(figures, figure), is_summed(figure) && figure != Figure::FailureRate);
    }
    if let Some(cost) = cost {
        add(Cell::involved(cost.amount().map(Cell::number)), true);
        add(Cell::Whole(cost.unpriced), true);
    }
    table.rows.push(row);
    set_rate(table, table.rows.len() - 1, figures);
}

fn set_rate(table: &mut Table, row: usize, figures: &Figures) {
    let spot = |figure| Spot { table: TableId::Services, row, column: NAMES + column_of(figure) };
    let formula = Formula::Percent { part: spot(Figure::Failed), whole: spot(Figure::Calls) };
    let value = figures.failure_rate.map_or(FormulaValue::Nothing, FormulaValue::Number);
    let cell = if figures.quality.at(Figure::FailureRate).1.is_some() {
        Cell::Gap
    } else if figures.failed.is_none() && figures.failure_rate.is_none() {
        Cell::NotInvolved
    } else {
        live(value, [formula], &[table])
    };
    table.rows[row][NAMES + column_of(Figure::FailureRate)] = cell;
}

/// The tiles. Each figure is a formula over a metric's buckets where `tables` has them, else over the services' total.
pub fn tiles(view: View<'_>, reply: &CallsReply, tables: &[&Table]) -> Table {
    let lang = view.lang;
    let compared = reply.tiles.iter().any(|t| t.before.is_some());
    let mut columns = vec![
        Column::new("item", Export::Item.text(lang), Kind::Text),
        Column::new("value", Export::Selection.text(lang), Kind::Whole),
    ];
    if compared {
        columns.push(Column::new("before", Export::Before.text(lang), Kind::Whole));
        columns.push(
            Column::new("change", Export::Change.text(lang), Kind::Decimal(1))
                .in_unit(names::column_unit(lang, Figure::FailureRate)),
        );
    }
    let mut table = Table::new(TableId::Tiles, Export::Tiles.text(lang), columns);
    for (i, tile) in reply.tiles.iter().enumerate() {
        let formulas = sources(i, tables);
        let value = tile.value.map(|n| live(FormulaValue::Whole(n), formulas, tables));
        let value = if tile.gap.is_some() { Cell::Gap } else { Cell::involved(value) };
        let mut row = vec![Cell::text(TILES[i].0.text(lang)), value];
        if compared {
            row.extend([tile.before.map_or(Cell::Gap, Cell::Whole), Cell::Gap]);
        }
        table.rows.push(row);
        if compared {
            table.rows[i][3] = change(&table, i, tile);
        }
    }
    let of = |row: usize| &reply.tiles[row];
    exactness::add(view, &mut table, "value", |row| Quality { gap: of(row).gap, ..exactness::of(of(row).exactness[0]) });
    exactness::add(view, &mut table, "before", |row| exactness::of(of(row).exactness[1]));
    exactness::add(view, &mut table, "change", |row| exactness::of(of(row).change_exactness()));
    table
}

fn change(table: &Table, row: usize, tile: &Tile) -> Cell<'static> {
    let spot = |column| Spot { table: TableId::Tiles, row, column };
    let formula = Formula::Change { now: spot(1), before: spot(2) };
    match (tile.change_percent(), formula.compute(&[table])) {
        (Some(_), Some(computed)) => Cell::Formula(formula, computed),
        _ => Cell::Gap,
    }
}

/// Where a tile's figure can be computed from, the best first.
fn sources(tile: usize, tables: &[&Table]) -> Vec<Formula> {
    let mut formulas = Vec::new();
    let (metric, line) = match tile {
        0 => (Metric::Calls, Line::Total),
        1 => (Metric::Calls, Line::Failures),
        2 => (Metric::Tokens, Line::Total),
        3 => (Metric::Tokens, Line::Input),
        _ => (Metric::Tokens, Line::Output),
    };
    let id = TableId::Metric(0, metric);
    if let Some(table) = tables.iter().find(|t| t.id == id)
        && let Some(column) = table.column(&line.key())
        && !table.rows.is_empty()
    {
        let area = Area { table: id, column, rows: 0..table.rows.len() };
        formulas.push(if metric == Metric::Tokens { Formula::SumOfThousands(area) } else { Formula::Sum(area) });
    }
    if let Some(table) = tables.iter().find(|t| t.id == TableId::Services) {
        let row = table.rows.len().saturating_sub(1);
        formulas.push(Formula::Same(Spot { table: TableId::Services, row, column: NAMES + column_of(TILE_FIGURES[tile]) }));
    }
    formulas
}
