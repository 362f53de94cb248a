// Plain JavaScript: the rows of a question, filtered and counted.

'use strict';

const FACET_VALUES_MAX = 500;
const MINUTE_MS = 60000;
// Lists are offered for the first two always, for others where the calls carry them.
const OFFERED = ['key', 'ip', 'inference', 'model', 'region'];

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
