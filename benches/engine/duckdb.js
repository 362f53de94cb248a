// DuckDB-wasm (its blocking build, in this worker): the same answers by SQL over one table, ordered by service and time, names as enumerations.
//
// DuckDB-wasm reads JSON by an extension that it fetches from its maker's server, and `insertJSONFromPath`, which needs none, is slower than
// this and gives single precision: lines are read as plain-store.js reads them and handed over as Arrow, and what it
// held is let go.

'use strict';

importScripts('plain-store.js', 'plain-rows.js', 'plain-charts.js', 'arrow.js');
self.module = { exports: {} };
self.require = () => Arrow;
importScripts('duckdb-wasm.js');
const duckdb = self.module.exports;

const SLICE = 200000;
const LISTS = ['key', 'ip', 'model', 'region'];
const NAMES = ['service', 'key', 'ip', 'model', 'region', 'version'];

let connection = null;
let database = null;
let known = null;

async function start() {
  const at = name => new URL(name, location.href).href;
  const bundle = { mvp: { mainModule: at('duckdb.wasm'), mainWorker: '' }, eh: { mainModule: at('duckdb.wasm'), mainWorker: '' } };
  database = await duckdb.createDuckDB(bundle, new duckdb.VoidLogger(), duckdb.BROWSER_RUNTIME);
  await database.instantiate(() => {});
  database.open({ query: { castBigIntToDouble: true } });
  connection = database.connect();
}

const quoted = text => `'${text.replaceAll("'", "''")}'`;
const run = sql => connection.query(sql);

function taken() {
  const { n, order, requestIds, errors, dictionaries } = store;
  if (store.commercial.some(yes => yes)) throw new Error('no rows of versions are made here: these calls have none');
  if (connection) connection.close();
  database.reset();
  database.open({ query: { castBigIntToDouble: true } });
  connection = database.connect();
  for (const name of NAMES) run(`CREATE TYPE ${name}_name AS ENUM (${dictionaries[name].texts.map(quoted).join(', ')})`);
  const codes = serviceCodes();
  const columns = name => name === 'service' ? codes : store[name];
  const named = name => {
    const type = new Arrow.Dictionary(new Arrow.Utf8(), new Arrow.Uint16());
    const dictionary = Arrow.vectorFromArray(dictionaries[name].texts, new Arrow.Utf8());
    return (from, to) => Arrow.makeVector({ type, length: to - from, data: columns(name).subarray(from, to), dictionary });
  };
  const makers = Object.fromEntries(NAMES.map(name => [name, named(name)]));
  const absent = name => `nullif(${name}, -1) AS ${name}`;
  const select = `SELECT time::BIGINT AS time, ${NAMES.map(name => `${name}::${name}_name AS ${name}`).join(', ')}, status::SMALLINT AS status,
    (stream = 2) AS streaming, (status BETWEEN 400 AND 599) AS failed, ${NUMBERS.map(absent).join(', ')},
    request_id, error_code, error_message FROM slice`;
  for (let from = 0; from < n; from += SLICE) {
    const to = Math.min(n, from + SLICE);
    const part = {};
    for (const name of NAMES) part[name] = makers[name](from, to);
    for (const name of ['time', 'status', 'stream', ...NUMBERS]) part[name] = Arrow.makeVector(store[name].slice(from, to));
    const texts = of => Arrow.vectorFromArray(Array.from(order.subarray(from, to), row => of(row) ?? null), new Arrow.Utf8());
    part.request_id = texts(row => requestIds[row]);
    part.error_code = texts(row => errors[row]?.[0]);
    part.error_message = texts(row => errors[row]?.[1]);
    connection.insertArrowTable(new Arrow.Table(part), { name: 'slice', create: true });
    run(from === 0 ? `CREATE TABLE calls AS ${select}` : `INSERT INTO calls ${select}`);
    run('DROP TABLE slice');
  }
  known = { services: dictionaries.service.texts, involved: store.involved };
  store = null;
  return n;
}

function serviceCodes() {
  const codes = new Uint16Array(store.n);
  for (let service = 0; service < store.services; service++) codes.fill(service, store.starts[service], store.starts[service + 1]);
  return codes;
}

// The rows of a question, some of its conditions apart.
function where({ from, to, service, filter }, without = []) {
  const conditions = [`time >= ${from}`, `time < ${to}`];
  if (service !== undefined && service !== null && !without.includes('service')) conditions.push(`service = ${quoted(service)}`);
  for (const [dim, values] of Object.entries(filter)) {
    if (!without.includes(dim)) conditions.push(`${dim} IN (${values.map(quoted).join(', ')})`);
  }
  return `FROM calls WHERE ${conditions.join(' AND ')}`;
}

const SUMS = `count(*) AS calls, count(*) FILTER (failed) AS failed, coalesce(sum(input), 0)::DOUBLE AS input, coalesce(sum(output), 0)::DOUBLE AS output,
  coalesce(sum(total), 0)::DOUBLE AS total, coalesce(sum(latency) FILTER (NOT failed), 0)::DOUBLE AS latency, count(latency) FILTER (NOT failed) AS latencies,
  coalesce(sum(ttft) FILTER (streaming AND NOT failed), 0)::DOUBLE AS ttft, count(ttft) FILTER (streaming AND NOT failed) AS ttfts,
  coalesce(sum(tpot) FILTER (streaming AND NOT failed), 0)::DOUBLE AS tpot, count(tpot) FILTER (streaming AND NOT failed) AS tpots`;

function tallyOf(row) {
  return Object.assign(new Tally(), {
    calls: row.calls, failed: row.failed, inputSum: row.input, outputSum: row.output, totalSum: row.total, latencySum: row.latency,
    latencyCount: row.latencies, ttftSum: row.ttft, ttftCount: row.ttfts, tpotSum: row.tpot, tpotCount: row.tpots,
  });
}

const rowsOfTable = table => table.toArray().map(row => row.toJSON());
const count = from => rowsOfTable(run(`SELECT count(*) AS n ${from}`))[0].n;

function lists(question, passed) {
  const facets = { type: facet(['my', 'commercial'], [passed, 0], undefined) };
  for (const dim of LISTS) {
    const counted = rowsOfTable(run(`SELECT ${dim}::VARCHAR AS value, count(*) AS n ${where(question, [dim])} GROUP BY ALL`));
    facets[dim] = facet(counted.map(row => row.value), counted.map(row => row.n), question.filter[dim]);
  }
  const without = {};
  for (const dim of Object.keys(question.filter)) without[dim] = count(where(question, [dim]));
  return { facets, without, unfiltered: count(where({ ...question, filter: {} })) };
}

// The bucket of a row, by its place.
const bucketOf = ({ from, bucket }) => `(time // ${bucket} - ${Math.floor(from / bucket)})`;

function callsBySql(question) {
  const n = bucketsOf(question).starts.length;
  const sparks = Array.from({ length: 5 }, () => new Float64Array(n));
  const shapes = run(`SELECT ${bucketOf(question)} AS bucket, count(*) AS a, count(*) FILTER (failed) AS b, coalesce(sum(total), 0)::DOUBLE AS c,
    coalesce(sum(input), 0)::DOUBLE AS d, coalesce(sum(output), 0)::DOUBLE AS e ${where(question)} GROUP BY ALL`);
  for (const row of rowsOfTable(shapes)) ['a', 'b', 'c', 'd', 'e'].forEach((name, i) => { sparks[i][row.bucket] = row[name]; });
  const all = new Tally();
  const rows = rowsOfTable(run(`SELECT service::VARCHAR AS service, ${SUMS} ${where(question)} GROUP BY ALL`)).map(row => {
    const tally = tallyOf(row);
    all.merge(tally);
    return [row.service, tally.figures(known.involved[known.services.indexOf(row.service)]), []];
  });
  rows.sort((a, b) => b[1][0] - a[1][0] || byText(a[0], b[0]));
  const values = [all.calls, all.failed, all.totalSum, all.inputSum, all.outputSum];
  return {
    tiles: values.map((value, i) => [value, sparks[i]]),
    rows,
    all: all.figures({ total: true, input: true, output: true }),
    ...lists(question, all.calls),
  };
}

const LEVELS = [
  ['ttft', 'ttft', 'streaming AND NOT failed', 1e3], ['tpot', 'tpot', 'streaming AND NOT failed', 1e6],
  ['input-length', 'input', 'NOT failed', 1e3], ['output-length', 'output', 'NOT failed', 1e3],
];

function detailsBySql(question) {
  const buckets = bucketsOf(question);
  const n = buckets.starts.length;
  const involved = known.involved[known.services.indexOf(question.service)];
  const tally = tallyOf(rowsOfTable(run(`SELECT ${SUMS} ${where(question)}`))[0]);
  const counted = new Map(rowsOfTable(run(`SELECT service::VARCHAR AS service, count(*) AS n ${where(question, ['service', 'version'])} GROUP BY ALL`))
    .map(row => [row.service, row.n]));
  const levels = LEVELS.map(([name, column, rows]) => `count(${column}) FILTER (${rows}) AS "${name} n",
    sum(${column}) FILTER (${rows})::DOUBLE AS "${name} sum", max(${column}) FILTER (${rows})::DOUBLE AS "${name} max",
    quantile_cont(${column}, [0.5, 0.8, 0.9, 0.99]) FILTER (${rows}) AS "${name} p"`);
  const table = rowsOfTable(run(`SELECT ${bucketOf(question)} AS bucket, ${SUMS}, ${levels.join(', ')} ${where(question)} GROUP BY ALL`));
  const failures = rowsOfTable(run(`SELECT ${bucketOf(question)} AS bucket, status, count(*) AS n ${where(question)} AND failed GROUP BY ALL`));
  const each = (value, absent) => {
    const out = new Float64Array(n).fill(absent);
    for (const row of table) out[row.bucket] = value(row);
    return out;
  };
  const charts = {};
  const all = each(row => row.calls, 0);
  const put = (metric, lines, perCall, perMinute = false) => { charts[metric] = [lines, summary(metric, lines, buckets, all, perCall, perMinute)]; };
  const perCall = (sum, n, unit) => n > 0 ? sum / (n * unit) : null;
  put('calls', { total: all, ok: each(row => row.calls - row.failed, 0), failed: each(row => row.failed, 0) });
  put('tokens', { total: each(row => row.total / 1e3, 0), input: each(row => row.input / 1e3, 0), output: each(row => row.output / 1e3, 0) });
  put('rpm', { 'rate-per-minute': each(row => row.calls / buckets.minutes[row.bucket], 0) }, undefined, true);
  put('tpm', { 'rate-per-minute': each(row => (row.input + row.output) / 1e3 / buckets.minutes[row.bucket], 0) }, undefined, true);
  put('failure-rate', { rate: each(row => row.failed * 100 / row.calls, NaN) }, percent(tally.failed, tally.calls));
  const codes = {};
  for (const row of failures) (codes[row.status] ??= new Float64Array(n))[row.bucket] = row.n;
  put('errors', codes);
  put('latency', { avg: each(row => row.latencies > 0 ? row.latency / (row.latencies * 1e3) : NaN, NaN) }, perCall(tally.latencySum, tally.latencyCount, 1e3));
  for (const [name, , , unit] of LEVELS) {
    let [sum, calls] = [0, 0];
    for (const row of table) {
      sum += row[`${name} sum`] ?? 0;
      calls += row[`${name} n`];
    }
    const of = value => each(row => row[`${name} n`] > 0 ? value(row) : NaN, NaN);
    const lines = { avg: of(row => row[`${name} sum`] / (row[`${name} n`] * unit)), max: of(row => row[`${name} max`] / unit) };
    ['p50', 'p80', 'p90', 'p99'].forEach((line, i) => { lines[line] = of(row => row[`${name} p`].get(i) / unit); });
    put(name, lines, perCall(sum, calls, unit));
  }
  return {
    figures: tally.figures(involved),
    services: mostFirst(known.services.map(service => [service, counted.get(service) ?? 0])),
    versions: [],
    ...lists(question, tally.calls),
    buckets: all,
    charts,
  };
}

onmessage = async ({ data: { load: blob, ask } }) => {
  try {
    if (blob) {
      await load(blob);
      postMessage({ loaded: taken() });
    } else {
      postMessage({ answer: ask.service ? detailsBySql(ask) : callsBySql(ask) });
    }
  } catch (error) {
    postMessage({ failed: String(error?.stack ?? error) });
  }
};

start().then(() => postMessage({ ready: true }), error => postMessage({ failed: String(error?.stack ?? error) }));
