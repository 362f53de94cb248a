// The peer: calls in typed arrays and every answer by plain loops over them, as well as plain JavaScript can be written by hand. Every
// answer is equal to the console's to the last bit.

'use strict';

importScripts('plain-store.js', 'plain-rows.js', 'plain-charts.js');

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

/* Messages */

onmessage = async ({ data: { load: blob, ask } }) => {
  try {
    if (blob) postMessage({ loaded: await load(blob) });
    else postMessage({ answer: ask.service ? details(ask) : calls(ask) });
  } catch (error) {
    postMessage({ failed: String(error?.stack ?? error) });
  }
};

postMessage({ ready: true });
