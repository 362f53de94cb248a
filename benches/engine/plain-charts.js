// Plain JavaScript: the charts of the Details page, percentiles by quickselect over each bucket's values.

'use strict';

const QUANTILES = [0.5, 0.8, 0.9, 0.99];

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
