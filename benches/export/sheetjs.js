// SheetJS: what its documentation recommends for arrays of rows, compressed. It can write neither a chart nor a frozen header.

'use strict';

importScripts('xlsx.js');

let sheets = [];

onmessage = ({ data: [what, given] }) => {
  if (what === 'sheets') {
    sheets = given.map(sheet => ({ ...sheet, rows: sheet.rows.map(([at, ...values]) => [new Date(at), ...values]) }));
    postMessage(['ready']);
    return;
  }
  const book = XLSX.utils.book_new();
  for (const { name, header, rows } of sheets) {
    const sheet = XLSX.utils.aoa_to_sheet([header, ...rows], { dateNF: 'yyyy-mm-dd hh:mm' });
    sheet['!cols'] = header.map(() => ({ wch: 18 }));
    sheet['!autofilter'] = { ref: sheet['!ref'] };
    XLSX.utils.book_append_sheet(book, sheet, name);
  }
  const bytes = XLSX.write(book, { bookType: 'xlsx', type: 'array', compression: true });
  postMessage(['done', new Blob([bytes])]);
};
postMessage(['ready']);
