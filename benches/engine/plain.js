// The peer: calls in typed arrays and every answer by plain loops over them, as well as plain JavaScript can be written by hand.
//
// Lines are cut from decoded text and read by JSON.parse. At the end calls are ordered by service, then time, so that a range is a run of
// rows found by bisection. Percentiles come of quickselect over each bucket's values. Durations are whole microseconds, the time between
// tokens whole nanoseconds: sums are exact, and every answer is equal to the console's to the last bit.

'use strict';

const PIECE = 8 << 20;
const FACET_VALUES_MAX = 500;
const MINUTE_MS = 60000;
const QUANTILES = [0.5, 0.8, 0.9, 0.99];
const DIMS = ['key', 'ip', 'inference', 'model', 'region', 'version'];
const FIELDS = { key: 'api_key', ip: 'ip', inference: 'inference_type', model: 'model', region: 'region', version: 'version' };
// Lists are offered for the first two always, for others where the calls carry them.
const OFFERED = ['key', 'ip', 'inference', 'model', 'region'];
const NUMBERS = ['input', 'output', 'total', 'latency', 'ttft', 'tpot'];

let store = null;

/* Reading */

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

/* Looking */

function bisect(time, from, to, at) {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (time[middle] < at) from = middle + 1;
    else to = middle;
  }
  return from;
}

function rowsOf(service, { from, to }) {
  const [first, end] = [store.starts[service], store.starts[service + 1]];
  const start = bisect(store.time, first, end, from);
  return [start, bisect(store.time, start, end, to)];
}

// Buckets of whole minutes, hours or days in UTC, the first cut by the range.
function bucketsOf({ from, to, bucket }) {
  const starts = [];
  const ends = [];
  for (let at = from; at < to;) {
    starts.push(at);
    at = Math.floor(at / bucket) * bucket + bucket;
    ends.push(at);
  }
  const minutes = starts.map((start, i) => (Math.min(ends[i], to) - start) / MINUTE_MS);
  return { starts, ends, minutes, unfinished: ends.length > 0 && to < ends[ends.length - 1] };
}

const isFailed = status => status >= 400 && status <= 599;
const percent = (part, whole) => whole > 0 ? part * 100 / whole : null;

// Lookup tables of the filtered dimensions.
function sieveOf(filter, without) {
  return DIMS.filter(dim => filter[dim] && !without.includes(dim)).map(dim => {
    const table = new Uint8Array(store.dictionaries[dim].texts.length);
    for (const value of filter[dim]) {
      const code = store.dictionaries[dim].codes.get(value);
      if (code !== undefined) table[code] = 1;
    }
    return { dim, column: store[dim], table };
  });
}

const PASS = -1;
const FAIL = -2;

// Whether a row passes, fails by one dimension alone (its place in the sieve), or fails.
function judge(sieve, row) {
  let verdict = PASS;
  for (let i = 0; i < sieve.length; i++) {
    if (sieve[i].table[sieve[i].column[row]] === 0) {
      if (verdict !== PASS) return FAIL;
      verdict = i;
    }
  }
  return verdict;
}

class Tally {
  constructor() {
    this.calls = 0;
    this.failed = 0;
    this.inputSum = 0;
    this.outputSum = 0;
    this.totalSum = 0;
    this.latencySum = 0;
    this.latencyCount = 0;
    this.ttftSum = 0;
    this.ttftCount = 0;
    this.tpotSum = 0;
    this.tpotCount = 0;
  }

  add(row) {
    const { input, output, total, latency, ttft, tpot, status, stream } = store;
    this.calls++;
    if (input[row] >= 0) this.inputSum += input[row];
    if (output[row] >= 0) this.outputSum += output[row];
    if (total[row] >= 0) this.totalSum += total[row];
    if (isFailed(status[row])) {
      this.failed++;
      return;
    }
    if (latency[row] >= 0) {
      this.latencySum += latency[row];
      this.latencyCount++;
    }
    if (stream[row] === 2) {
      if (ttft[row] >= 0) {
        this.ttftSum += ttft[row];
        this.ttftCount++;
      }
      if (tpot[row] >= 0) {
        this.tpotSum += tpot[row];
        this.tpotCount++;
      }
    }
  }

  merge(other) {
    for (const name of Object.keys(this)) this[name] += other[name];
  }

  figures(involved) {
    const mean = (sum, count, unit) => count > 0 ? sum / (count * unit) : null;
    return [
      this.calls, this.failed, percent(this.failed, this.calls),
      involved.total ? this.totalSum : null, involved.input ? this.inputSum : null, involved.output ? this.outputSum : null,
      mean(this.latencySum, this.latencyCount, 1e3), mean(this.ttftSum, this.ttftCount, 1e3), mean(this.tpotSum, this.tpotCount, 1e6),
    ];
  }
}

const byText = (a, b) => a < b ? -1 : a > b ? 1 : 0;

function mostFirst(counted) {
  return counted.sort((a, b) => b[1] - a[1] || byText(a[0], b[0]));
}

function facet(texts, counts, chosen) {
  let values = [];
  for (let code = 0; code < counts.length; code++) if (counts[code] > 0) values.push([texts[code], counts[code]]);
  mostFirst(values);
  const distinct = values.length;
  const cut = values.slice(FACET_VALUES_MAX);
  values = values.slice(0, FACET_VALUES_MAX);
  for (const value of chosen ?? []) {
    if (!values.some(([text]) => text === value)) values.push([value, cut.find(([text]) => text === value)?.[1] ?? 0]);
  }
  return [values, distinct];
}

class Facets {
  constructor() {
    this.kinds = [0, 0];
    this.counts = {};
    this.only = {};
    this.passed = 0;
    const carried = dim => store.dictionaries[dim].texts.some(text => text !== '' && !(dim === 'inference' && text === 'realtime'));
    this.dims = OFFERED.filter((dim, i) => i < 2 || carried(dim));
    for (const dim of this.dims) this.counts[dim] = new Uint32Array(store.dictionaries[dim].texts.length);
    this.lists = this.dims.map(dim => ({ column: store[dim], counts: this.counts[dim] }));
  }

  pass(kind, row) {
    this.passed++;
    this.kinds[kind]++;
    const { lists } = this;
    for (let i = 0; i < lists.length; i++) lists[i].counts[lists[i].column[row]]++;
  }

  fail(dim, row) {
    this.only[dim] = (this.only[dim] ?? 0) + 1;
    if (this.counts[dim]) this.counts[dim][store[dim][row]]++;
  }

  finish(filter) {
    const out = { type: facet(['my', 'commercial'], this.kinds, undefined) };
    for (const dim of this.dims) out[dim] = facet(store.dictionaries[dim].texts, this.counts[dim], filter[dim]);
    const without = {};
    for (const dim of Object.keys(filter)) without[dim] = this.passed + (this.only[dim] ?? 0);
    return { facets: out, without };
  }
}

function versionsNamed(service, counts) {
  return mostFirst(store.versions[service].map(code => [store.dictionaries.version.texts[code], counts[code]]));
}

/* The Calls page */

function calls(question) {
  const buckets = bucketsOf(question);
  const sieve = sieveOf(question.filter, []);
  const facets = new Facets();
  const n = buckets.starts.length;
  const sparks = Array.from({ length: 5 }, () => new Float64Array(n));
  const [sparkCalls, sparkFailed, sparkTotal, sparkInput, sparkOutput] = sparks;
  const { time, status, total, input, output, version } = store;
  const all = new Tally();
  const rows = [];
  let unfiltered = 0;
  for (let service = 0; service < store.services; service++) {
    const [from, to] = rowsOf(service, question);
    unfiltered += to - from;
    const kind = store.commercial[service] ? 1 : 0;
    const tally = new Tally();
    const codes = store.versions[service];
    const versions = codes.length === 0 ? null : Array.from({ length: codes[codes.length - 1] + 1 }, () => new Tally());
    let bucket = 0;
    for (let row = from; row < to; row++) {
      const verdict = sieve.length === 0 ? PASS : judge(sieve, row);
      if (verdict !== PASS) {
        if (verdict !== FAIL) facets.fail(sieve[verdict].dim, row);
        continue;
      }
      facets.pass(kind, row);
      while (bucket + 1 < n && buckets.starts[bucket + 1] <= time[row]) bucket++;
      // A commercial service's sum is that of its versions.
      (versions === null ? tally : versions[version[row]]).add(row);
      sparkCalls[bucket]++;
      if (isFailed(status[row])) sparkFailed[bucket]++;
      if (total[row] >= 0) sparkTotal[bucket] += total[row];
      if (input[row] >= 0) sparkInput[bucket] += input[row];
      if (output[row] >= 0) sparkOutput[bucket] += output[row];
    }
    versions?.forEach(one => tally.merge(one));
    all.merge(tally);
    if (tally.calls > 0) {
      const name = store.dictionaries.service.texts[service];
      const named = codes.map(code => [store.dictionaries.version.texts[code], versions[code]]).filter(([, one]) => one.calls > 0);
      named.sort((a, b) => b[1].calls - a[1].calls || byText(a[0], b[0]));
      const involved = store.involved[service];
      rows.push([name, tally.figures(involved), named.map(([text, one]) => [text, one.figures(involved)])]);
    }
  }
  rows.sort((a, b) => b[1][0] - a[1][0] || byText(a[0], b[0]));
  const everything = { total: true, input: true, output: true };
  const values = [all.calls, all.failed, all.totalSum, all.inputSum, all.outputSum];
  return {
    tiles: values.map((value, i) => [value, sparks[i]]),
    rows,
    all: all.figures(everything),
    ...facets.finish(question.filter),
    unfiltered,
  };
}

/* The Details page */

function details(question) {
  const service = store.dictionaries.service.codes.get(question.service);
  const involved = store.involved[service];
  const sieve = sieveOf(question.filter, ['service']);
  const facets = new Facets();
  const kind = store.commercial[service] ? 1 : 0;
  const [from, to] = rowsOf(service, question);
  const versionCounts = new Uint32Array(store.dictionaries.version.texts.length);
  const passed = new Uint32Array(to - from);
  const tally = new Tally();
  let n = 0;
  for (let row = from; row < to; row++) {
    const verdict = sieve.length === 0 ? PASS : judge(sieve, row);
    if (verdict === PASS) {
      facets.pass(kind, row);
      versionCounts[store.version[row]]++;
      tally.add(row);
      passed[n++] = row;
    } else if (verdict !== FAIL) {
      facets.fail(sieve[verdict].dim, row);
      if (sieve[verdict].dim === 'version') versionCounts[store.version[row]]++;
    }
  }
  const buckets = bucketsOf(question);
  const rows = passed.subarray(0, n);
  const edges = new Uint32Array(buckets.starts.length + 1);
  let at = 0;
  buckets.starts.forEach((start, i) => {
    while (at < n && store.time[rows[at]] < start) at++;
    edges[i] = at;
  });
  edges[buckets.starts.length] = n;
  return {
    figures: tally.figures(involved),
    services: servicesOf(question),
    versions: versionsNamed(service, versionCounts),
    ...facets.finish(question.filter),
    unfiltered: to - from,
    buckets: Array.from(buckets.starts, (_, i) => edges[i + 1] - edges[i]),
    charts: charts(rows, edges, buckets, tally, involved),
  };
}

// All services with their calls; versions do not apply to others.
function servicesOf(question) {
  const sieve = sieveOf(question.filter, ['service', 'version']);
  const out = [];
  for (let service = 0; service < store.services; service++) {
    const [from, to] = rowsOf(service, question);
    let n = 0;
    if (sieve.length === 0) n = to - from;
    else if (sieve.length === 1) {
      const [{ column, table }] = sieve;
      for (let row = from; row < to; row++) n += table[column[row]];
    } else for (let row = from; row < to; row++) if (judge(sieve, row) === PASS) n++;
    out.push([store.dictionaries.service.texts[service], n]);
  }
  return mostFirst(out);
}

function charts(rows, edges, buckets, tally, involved) {
  const n = buckets.starts.length;
  const { status, stream, input, output, total, latency } = store;
  const sums = name => ({ [name]: new Float64Array(n) });
  const { all, failures, totals, inputs, outputs, latencies } = {
    ...sums('all'), ...sums('failures'), ...sums('totals'), ...sums('inputs'), ...sums('outputs'), ...sums('latencies'),
  };
  const byStatus = new Map();
  for (let bucket = 0; bucket < n; bucket++) {
    let [failed, totalSum, inputSum, outputSum, latencySum, latencyCount] = [0, 0, 0, 0, 0, 0];
    for (let i = edges[bucket]; i < edges[bucket + 1]; i++) {
      const row = rows[i];
      if (total[row] >= 0) totalSum += total[row];
      if (input[row] >= 0) inputSum += input[row];
      if (output[row] >= 0) outputSum += output[row];
      if (isFailed(status[row])) {
        failed++;
        let line = byStatus.get(status[row]);
        if (line === undefined) byStatus.set(status[row], line = { count: 0, values: new Float64Array(n) });
        line.count++;
        line.values[bucket]++;
      } else if (latency[row] >= 0) {
        latencySum += latency[row];
        latencyCount++;
      }
    }
    all[bucket] = edges[bucket + 1] - edges[bucket];
    failures[bucket] = failed;
    totals[bucket] = totalSum;
    inputs[bucket] = inputSum;
    outputs[bucket] = outputSum;
    latencies[bucket] = latencyCount > 0 ? latencySum / (latencyCount * 1e3) : NaN;
  }
  const each = value => Float64Array.from({ length: n }, (_, i) => value(i));
  const perCall = (sum, count, unit) => count > 0 ? sum / (count * unit) : null;
  const out = {};
  const put = (metric, lines, perCallAverage, perMinute = false) => {
    out[metric] = [lines, summary(metric, lines, buckets, all, perCallAverage, perMinute)];
  };
  put('calls', { total: all, ok: each(i => all[i] - failures[i]), failed: failures });
  const tokens = {};
  if (involved.total) tokens.total = each(i => totals[i] / 1e3);
  if (involved.input) tokens.input = each(i => inputs[i] / 1e3);
  if (involved.output) tokens.output = each(i => outputs[i] / 1e3);
  if (Object.keys(tokens).length > 0) put('tokens', tokens);
  put('rpm', { 'rate-per-minute': each(i => all[i] / buckets.minutes[i]) }, undefined, true);
  if (involved.input || involved.output) {
    put('tpm', { 'rate-per-minute': each(i => (inputs[i] + outputs[i]) / 1e3 / buckets.minutes[i]) }, undefined, true);
  }
  put('failure-rate', { rate: each(i => all[i] > 0 ? failures[i] * 100 / all[i] : NaN) }, percent(tally.failed, tally.calls));
  put('errors', Object.fromEntries([...byStatus].map(([code, line]) => [String(code), line.values])));
  if (involved.latency) put('latency', { avg: latencies }, perCall(tally.latencySum, tally.latencyCount, 1e3));
  const successes = row => !isFailed(status[row]);
  const streaming = row => !isFailed(status[row]) && stream[row] === 2;
  if (involved.ttft) put('ttft', distribution(rows, edges, store.ttft, streaming, 1e3), perCall(tally.ttftSum, tally.ttftCount, 1e3));
  if (involved.tpot) put('tpot', distribution(rows, edges, store.tpot, streaming, 1e6), perCall(tally.tpotSum, tally.tpotCount, 1e6));
  const length = column => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < rows.length; i++) {
      if (successes(rows[i]) && column[rows[i]] >= 0) {
        sum += column[rows[i]];
        count++;
      }
    }
    return perCall(sum, count, 1e3);
  };
  if (involved.input) put('input-length', distribution(rows, edges, input, successes, 1e3), length(input));
  if (involved.output) put('output-length', distribution(rows, edges, output, successes, 1e3), length(output));
  return out;
}

function distribution(rows, edges, column, counts, unit) {
  const n = edges.length - 1;
  const [avg, max, p50, p80, p90, p99] = Array.from({ length: 6 }, () => new Float64Array(n).fill(NaN));
  const percentiles = [p50, p80, p90, p99];
  const room = new Int32Array(rows.length);
  for (let bucket = 0; bucket < n; bucket++) {
    let [count, sum, highest] = [0, 0, 0];
    for (let i = edges[bucket]; i < edges[bucket + 1]; i++) {
      const row = rows[i];
      const value = column[row];
      if (value >= 0 && counts(row)) {
        room[count++] = value;
        sum += value;
        if (value > highest) highest = value;
      }
    }
    if (count === 0) continue;
    avg[bucket] = sum / (count * unit);
    max[bucket] = highest / unit;
    let from = 0;
    for (let q = 0; q < 4; q++) {
      const h = (count - 1) * QUANTILES[q];
      const rank = Math.max(from, Math.floor(h));
      select(room, from, count - 1, rank);
      const low = room[rank];
      let value = low;
      if (h > rank && rank + 1 < count) {
        let next = room[rank + 1];
        for (let i = rank + 2; i < count; i++) if (room[i] < next) next = room[i];
        value = low + (next - low) * (h - rank);
      }
      percentiles[q][bucket] = value / unit;
      from = rank;
    }
  }
  return { avg, max, p50, p80, p90, p99 };
}

// Quickselect, the pivot a median of three (Hoare).
function select(values, left, right, rank) {
  while (right > left) {
    const [a, b, c] = [values[left], values[(left + right) >>> 1], values[right]];
    const pivot = a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
      }
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else return;
  }
}

function summary(metric, lines, buckets, calls, perCallAverage, perMinute) {
  const n = buckets.starts.length;
  const finished = buckets.unfinished && n > 1 ? n - 1 : n;
  let leading = Object.values(lines)[0];
  if (metric === 'errors') {
    leading = new Float64Array(n);
    for (const values of Object.values(lines)) for (let i = 0; i < n; i++) leading[i] += values[i];
  }
  let highest = lines.max ?? leading;
  if (perMinute) highest = highest.subarray(0, finished);
  const known = leading.slice(0, finished).filter(value => !Number.isNaN(value));
  let sum = 0;
  for (const value of known) sum += value;
  const mean = known.length > 0 ? sum / known.length : null;
  known.sort();
  const half = known.length >> 1;
  const median = known.length === 0 ? null : known.length % 2 === 1 ? known[half] : (known[half - 1] + known[half]) / 2;
  let top = -1;
  for (let i = 0; i < highest.length; i++) if (!Number.isNaN(highest[i]) && (top < 0 || highest[i] > highest[top])) top = i;
  let latest = finished - 1;
  while (latest >= 0 && (calls[latest] === 0 || Number.isNaN(leading[latest]))) latest--;
  return [
    latest < 0 ? null : leading[latest],
    perCallAverage === undefined ? mean : perCallAverage,
    top < 0 ? null : highest[top],
    top < 0 ? null : top,
    median,
  ];
}

/* Messages */

// duckdb.js borrows the reader and the definitions of this file, and answers itself.
if (!self.borrowed) {
  onmessage = async ({ data: { load: blob, ask } }) => {
    try {
      if (blob) postMessage({ loaded: await load(blob) });
      else postMessage({ answer: ask.service ? details(ask) : calls(ask) });
    } catch (error) {
      postMessage({ failed: String(error?.stack ?? error) });
    }
  };
  postMessage({ ready: true });
}
