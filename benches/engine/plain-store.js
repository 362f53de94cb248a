// Plain JavaScript: calls in typed arrays, read line by line.
//
// Lines are cut from decoded text and read by JSON.parse. At the end calls are ordered by service, then time, so that a range is a run of
// rows found by bisection. Durations are whole microseconds, the time between tokens whole nanoseconds: sums are exact.

'use strict';

const PIECE = 8 << 20;
const DIMS = ['key', 'ip', 'inference', 'model', 'region', 'version'];
const NUMBERS = ['input', 'output', 'total', 'latency', 'ttft', 'tpot'];

let store = null;

class Dictionary {
  constructor() {
    this.codes = new Map([['', 0]]);
    this.texts = [''];
  }

  code(text) {
    const known = this.codes.get(text);
    if (known !== undefined) return known;
    const code = this.texts.length;
    this.codes.set(text, code);
    this.texts.push(text);
    return code;
  }
}

class Columns {
  constructor(room) {
    this.room = room;
    this.n = 0;
    this.time = new Float64Array(room);
    this.service = new Uint16Array(room);
    this.status = new Uint16Array(room);
    this.stream = new Uint8Array(room);
    for (const dim of DIMS) this[dim] = new Uint16Array(room);
    // -1 stands for absent.
    for (const name of NUMBERS) this[name] = new Int32Array(room);
  }

  grow() {
    const wider = new Columns(this.room * 2);
    for (const [name, column] of Object.entries(this)) {
      if (ArrayBuffer.isView(column)) wider[name].set(column);
    }
    wider.n = this.n;
    return wider;
  }
}

let dayText = '';
let dayMs = 0;

// `2026-03-26T09:15:00.250Z`, or what Date.parse makes of another form.
function timeOf(text) {
  if (text.length !== 24 || text.charCodeAt(23) !== 90) return Date.parse(text);
  if (!text.startsWith(dayText) || dayText === '') {
    dayText = text.slice(0, 10);
    dayMs = Date.parse(dayText);
  }
  const digit = at => text.charCodeAt(at) - 48;
  return dayMs + (digit(11) * 10 + digit(12)) * 3600000 + (digit(14) * 10 + digit(15)) * 60000
    + (digit(17) * 10 + digit(18)) * 1000 + digit(20) * 100 + digit(21) * 10 + digit(22);
}

async function load(blob) {
  const dictionaries = { service: new Dictionary() };
  dictionaries.service.codes.clear();
  dictionaries.service.texts.length = 0;
  for (const dim of DIMS) dictionaries[dim] = new Dictionary();
  const commercial = [];
  let columns = new Columns(1 << 16);
  let requestIds = [];
  let errors = [];
  const take = line => {
    const call = JSON.parse(line);
    if (columns.n === columns.room) columns = columns.grow();
    const row = columns.n++;
    columns.time[row] = timeOf(call.time);
    const service = dictionaries.service.code(call.service);
    columns.service[row] = service;
    if (call.service_type === 'commercial') commercial[service] = true;
    columns.status[row] = call.status;
    columns.stream[row] = call.stream === undefined ? 0 : call.stream ? 2 : 1;
    columns.key[row] = dictionaries.key.code(call.api_key ?? '');
    columns.ip[row] = dictionaries.ip.code(call.ip ?? '');
    columns.inference[row] = dictionaries.inference.code(call.inference_type ?? 'realtime');
    columns.model[row] = dictionaries.model.code(call.model ?? '');
    columns.region[row] = dictionaries.region.code(call.region ?? '');
    columns.version[row] = dictionaries.version.code(call.version ?? '');
    const { input_tokens: input = -1, output_tokens: output = -1 } = call;
    columns.input[row] = input;
    columns.output[row] = output;
    columns.total[row] = call.total_tokens ?? (input < 0 && output < 0 ? -1 : Math.max(input, 0) + Math.max(output, 0));
    const latency = call.latency_ms === undefined ? -1 : Math.round(call.latency_ms * 1000);
    const ttft = call.ttft_ms === undefined ? -1 : Math.round(call.ttft_ms * 1000);
    columns.latency[row] = latency;
    columns.ttft[row] = ttft;
    const between = latency >= 0 && ttft >= 0 && output >= 2 && latency >= ttft;
    columns.tpot[row] = between ? Math.floor(((latency - ttft) * 1000 + Math.floor((output - 1) / 2)) / (output - 1)) : -1;
    requestIds.push(call.request_id);
    errors.push(call.error_code === undefined ? undefined : [call.error_code, call.error_message]);
  };
  const decoder = new TextDecoder();
  let rest = '';
  for (let at = 0; at < blob.size; at += PIECE) {
    const bytes = await blob.slice(at, at + PIECE).arrayBuffer();
    const text = rest + decoder.decode(bytes, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (end > start) take(text.slice(start, end));
      start = end + 1;
    }
    rest = text.slice(start);
  }
  if (rest) take(rest);
  store = ordered(columns, dictionaries, commercial);
  store.requestIds = requestIds;
  store.errors = errors;
  return store.n;
}

// By service, then time, then the order they came in.
function ordered(columns, dictionaries, commercial) {
  const { n } = columns;
  const services = dictionaries.service.texts.length;
  const starts = new Uint32Array(services + 1);
  for (let row = 0; row < n; row++) starts[columns.service[row] + 1]++;
  for (let service = 0; service < services; service++) starts[service + 1] += starts[service];
  const next = starts.slice();
  const order = new Uint32Array(n);
  for (let row = 0; row < n; row++) order[next[columns.service[row]]++] = row;
  for (let service = 0; service < services; service++) {
    const rows = order.subarray(starts[service], starts[service + 1]);
    if (!inserted(rows, columns.time)) rows.set(Array.from(rows).sort((a, b) => columns.time[a] - columns.time[b] || a - b));
  }
  const out = { n, starts, services, dictionaries, order, commercial: Array.from({ length: services }, (_, i) => commercial[i] === true) };
  for (const name of ['time', 'status', 'stream', ...DIMS, ...NUMBERS]) {
    const from = columns[name];
    const to = new from.constructor(n);
    for (let row = 0; row < n; row++) to[row] = from[order[row]];
    out[name] = to;
  }
  out.versions = out.commercial.map((yes, service) => {
    if (!yes) return [];
    const met = new Set(out.version.subarray(starts[service], starts[service + 1]));
    return met.size === 1 && met.has(0) ? [] : [...met].sort((a, b) => a - b);
  });
  out.involved = Array.from({ length: services }, (_, service) => {
    const [from, to] = [starts[service], starts[service + 1]];
    const any = name => out[name].subarray(from, to).some(value => value >= 0);
    const streaming = name => out[name].subarray(from, to).some((value, i) => value >= 0 && out.stream[from + i] === 2);
    return {
      total: any('total'), input: any('input'), output: any('output'), latency: any('latency'),
      ttft: streaming('ttft'), tpot: streaming('tpot'),
    };
  });
  return out;
}

// Brings rows that are nearly in order into it; false where they are not, for a sort to do it.
function inserted(rows, time) {
  let left = rows.length * 8;
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i];
    let at = i;
    while (at > 0 && time[rows[at - 1]] > time[row]) {
      rows[at] = rows[at - 1];
      at--;
    }
    rows[at] = row;
    left -= i - at;
    if (left < 0) return false;
  }
  return true;
}
