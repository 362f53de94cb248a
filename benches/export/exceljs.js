// ExcelJS: columns with widths and number formats, a frozen header, an autofilter. It can write no chart.

'use strict';

importScripts('excel.js');

let sheets = [];

onmessage = async ({ data: [what, given] }) => {
  if (what === 'sheets') {
    sheets = given.map(sheet => ({ ...sheet, rows: sheet.rows.map(([at, ...values]) => [new Date(at), ...values]) }));
    postMessage(['ready']);
    return;
  }
  const book = new ExcelJS.Workbook();
  for (const { name, header, rows } of sheets) {
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = header.map((header, i) => ({ header, width: 18, style: { numFmt: i ? '#,##0.0' : 'yyyy-mm-dd hh:mm' } }));
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows.length + 1, column: header.length } };
    sheet.addRows(rows);
  }
  const bytes = await book.xlsx.writeBuffer();
  postMessage(['done', new Blob([bytes])]);
};
postMessage(['ready']);
