// Has the same 14 sheets written by each of three writers, every run in a fresh worker, as the console does it.
//
// `start` is the time from `new Worker` until it listens (script or module fetched from the browser's cache, compiled);
// `write` is the time from posting the order until the finished file is on the page as a Blob; `again` the same for the worker's next file.
// Between the start and the order a user chooses: our console starts its worker with the dialog, so the others get the same time.

'use strict';

const writers = {
  callscope: { script: '/writer_loader.js', order: async () => [new Uint8Array(await bytes('order.bin'))] },
  sheetjs: { script: 'sheetjs.js', order: async () => ['write'], before: sheets },
  exceljs: { script: 'exceljs.js', order: async () => ['write'], before: sheets },
};

// Variants of `FromWriter`, in the order of crates/export/src/export/writer_protocol.rs.
const READY = 0;
const DONE = 3;
const FAILED = 4;

// Milliseconds between the dialog and OK.
const CHOOSING = 1500;

let last = null;

async function bytes(name) {
  return (await fetch(name)).arrayBuffer();
}

// The rows lie in the worker before the clock starts: a page would have them in some form, too.
async function sheets() {
  return ['sheets', await (await fetch('sheets.json')).json()];
}

async function measure(name) {
  const { script, order, before } = writers[name];
  const message = await order();
  const data = before && await before();
  const begun = performance.now();
  const worker = new Worker(script);
  const heard = [];
  let wake = null;
  worker.onmessage = event => { heard.push(kind(event.data)); wake?.(); };
  worker.onerror = event => { heard.push({ kind: FAILED, text: event.message }); wake?.(); };
  const next = async wanted => {
    for (;;) {
      while (heard.length === 0) await new Promise(resolve => { wake = resolve; });
      const found = heard.shift();
      if (found.kind === FAILED) throw new Error(`${name}: ${found.text}`);
      if (found.kind === wanted) return found;
    }
  };
  try {
    await next(READY);
    const ready = performance.now();
    if (data) {
      worker.postMessage(data);
      await next(READY);
    }
    await new Promise(resolve => { setTimeout(resolve, CHOOSING); });
    const posted = performance.now();
    worker.postMessage(message);
    const { file } = await next(DONE);
    const done = performance.now();
    last = file;
    worker.postMessage(message);
    await next(DONE);
    return { start: ready - begun, write: done - posted, again: performance.now() - done, bytes: file.size };
  } finally {
    worker.terminate();
  }
}

// Our worker speaks packed messages, whose first byte is the variant; the others say it in words.
function kind([first, second]) {
  if (first instanceof Uint8Array) return { kind: first[0], file: second, text: new TextDecoder().decode(first.slice(1)) };
  return { kind: { ready: READY, done: DONE }[first] ?? FAILED, file: second, text: second };
}

// The last file, so that it can be kept and looked into.
async function lastFile() {
  const all = new Uint8Array(await last.arrayBuffer());
  let text = '';
  for (let at = 0; at < all.length; at += 32768) text += String.fromCharCode(...all.subarray(at, at + 32768));
  return btoa(text);
}
