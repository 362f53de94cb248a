// Has the same calls read, and the same questions answered, by the console's worker as it ships and by its peers, each in a worker of its own.
//
// A time runs from posting the message until the answer is on the page.

'use strict';

// Variants of `FromEngine`, in the order of crates/model/src/wire/reply.rs.
const [READY, PROGRESS, LOADED, LOAD_FAILED, , ANSWER] = [0, 1, 2, 3, 4, 5];

const fetched = new Map();

async function bytes(name) {
  if (!fetched.has(name)) {
    const response = await fetch(name);
    if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
    fetched.set(name, new Uint8Array(await response.arrayBuffer()));
  }
  return fetched.get(name);
}

let questions = null;

async function question(name) {
  questions ??= await (await fetch('questions.json')).json();
  return questions.find(one => one.name === name);
}

// Our worker speaks arrays that begin with a packed message, whose first byte is the variant.
const callscope = {
  script: '/reader_loader.js',
  kind: ([[kind]]) => ({ [READY]: 'ready', [PROGRESS]: 'progress', [LOADED]: 'loaded', [ANSWER]: 'answer', [LOAD_FAILED]: 'failed' })[kind],
  load: async file => [await bytes('load.bin'), file],
  ask: async name => [await bytes(`${name}.bin`)],
  kept: async ([answer]) => base64(answer),
  failure: ([message]) => new TextDecoder().decode(message),
};

const plain = {
  script: 'plain.js',
  kind: message => Object.keys(message)[0],
  load: async file => ({ load: file }),
  ask: async name => ({ ask: await question(name) }),
  kept: async ({ answer }) => base64(new TextEncoder().encode(JSON.stringify(answer, plainly))),
  failure: message => message.failed,
};

// Speaks as plain JavaScript does.
const duckdb = { ...plain, script: 'duckdb.js' };

// Brings the bytes alone, and answers nothing.
const bare = { ...plain, script: 'bytes.js' };

const engines = { callscope, plain, duckdb, bare };
const open = {};

// A gap is null, a typed array a list.
function plainly(_, value) {
  if (ArrayBuffer.isView(value)) return Array.from(value, one => Number.isNaN(one) ? null : one);
  return value;
}

function base64(all) {
  let text = '';
  for (let at = 0; at < all.length; at += 32768) text += String.fromCharCode(...all.subarray(at, at + 32768));
  return btoa(text);
}

async function begin(name) {
  const engine = engines[name];
  const worker = new Worker(engine.script);
  const heard = [];
  let wake = null;
  const hear = (kind, message) => { heard.push({ kind, message, at: performance.now() }); wake?.(); };
  worker.onmessage = ({ data }) => hear(engine.kind(data), data);
  worker.onerror = event => hear('failed', { failed: event.message });
  const next = async wanted => {
    for (;;) {
      while (heard.length === 0) await new Promise(resolve => { wake = resolve; });
      const found = heard.shift();
      if (found.kind === 'failed') throw new Error(`${name}: ${engine.failure(found.message)}`);
      if (found.kind === wanted) return found;
    }
  };
  open[name] = { worker, next, last: null };
  await next('ready');
}

async function load(name) {
  const { worker, next } = open[name];
  const message = await engines[name].load(document.querySelector('#file').files[0]);
  const posted = performance.now();
  worker.postMessage(message);
  return (await next('loaded')).at - posted;
}

async function ask(name, asked) {
  const { worker, next } = open[name];
  const message = await engines[name].ask(asked);
  const posted = performance.now();
  worker.postMessage(message);
  const { message: answer, at } = await next('answer');
  open[name].last = answer;
  return at - posted;
}

// The last answer, to be compared.
const answer = name => engines[name].kept(open[name].last);

function end(name) {
  open[name].worker.terminate();
  delete open[name];
}
