// In the place of the engine: answers every question about the Monitoring tab with the next of the prepared answers (answers.rs), so that what is
// measured is the page alone, as it ships.

'use strict';

// Variants of `ToEngine` and `FromEngine`, in the order of crates/model/src/wire.
const [, ASK, LOAD] = [0, 1, 2];
const [READY, LOADED, ANSWER] = [0, 2, 5];
const ANSWERS = 4;
// Until the page's parts stand: what is fetched is not what is measured.
const FIRST_MS = 1500;

const fetched = new Map();
let next = 0;

async function bytes(name) {
  if (!fetched.has(name)) fetched.set(name, new Uint8Array(await (await fetch(`bench/${name}`)).arrayBuffer()));
  return fetched.get(name);
}

function varint(value) {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push(value % 128 + 128);
  return [...out, value];
}

function number(message, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = message[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}

function send(head, body, tail = []) {
  const message = new Uint8Array(head.length + body.length + tail.length);
  message.set(head);
  message.set(body, head.length);
  message.set(tail, head.length + body.length);
  postMessage([message]);
}

onmessage = async ({ data: [message] }) => {
  if (message[0] === LOAD) {
    send([LOADED, ...varint(number(message, 1))], await bytes('data.bin'));
  } else if (message[0] === ASK) {
    const points = new TextDecoder().decode(message).match(/points-(\d+)/)[1];
    const answers = await Promise.all(Array.from({ length: ANSWERS }, (_, i) => bytes(`details-${points}-${i}.bin`)));
    if (next === 0) await new Promise(resolve => { setTimeout(resolve, FIRST_MS); });
    // No progress, and no more to come.
    send([ANSWER, ...varint(number(message, 1)), 1], answers[next++ % ANSWERS], [0, 1]);
  }
};

const build = new TextEncoder().encode(new URL(location.href).searchParams.get('b') ?? '');
send([READY, ...varint(build.length)], build);
