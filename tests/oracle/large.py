#!/usr/bin/env python3
"""Holds the engine against the oracle at the size it is made for: ten million seeded calls, line by line, once per release.

Writes the calls of `benches/data`, reads them with Python's json and DuckDB alone, asks `callscope report --json` the same questions and compares
every number as `compare.py` does. Ten million calls are 3.4 GB of feed in a temporary folder; DuckDB takes some 3 GB of memory. `--calls N` takes fewer.
"""
import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import duckdb

import load
import oracle
from compare import DAY_MS, DIFFERENCES_MAX, ROOT, Comparison, engine_answer, ordered, report_program

# `callscope_bench_data::START_MS`.
START_MS = 1_772_323_200_000
LINES = 20_000


def converted(lines):
    """Lines of a feed as lines of the table; a service's type is settled in the table."""
    out = []
    for line in lines:
        call = json.loads(line, parse_float=load.Decimal)
        types = {call["service"]: call["service_type"]} if call.get("service_type") else {}
        out.append(json.dumps(load.normalised(call, types)))
    return "\n".join(out) + "\n"


def pieces(file):
    while lines := list(islice(file, LINES)):
        yield lines


def database(path, folder):
    """As `load.database`, without ever holding all calls in Python."""
    table = Path(folder) / "table.ndjson"
    with open(path, encoding="utf-8") as feed, open(table, "w", encoding="utf-8") as out, multiprocessing.Pool() as pool:
        for text in pool.imap(converted, pieces(feed)):
            out.write(text)
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE feed AS SELECT * FROM read_json('{table}', format='newline_delimited', columns={load.COLUMNS})")
    table.unlink()
    # A single call that says commercial makes its service so.
    connection.execute("UPDATE feed SET service_type = 'commercial' WHERE service IN "
                       "(SELECT DISTINCT service FROM feed WHERE service_type = 'commercial')")
    return connection


def questions(db):
    """What the benchmarks ask, and what people do: whole span and a day, a service and all of them, one key, one address."""
    def most(column):
        return db.execute(f"SELECT {column} FROM feed WHERE {column} <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1").fetchone()[0]
    service, key, ip = most("service"), most("api_key"), most("ip")
    fortnight = (START_MS + DAY_MS, START_MS + 15 * DAY_MS)
    day = (START_MS + 7 * DAY_MS, START_MS + 8 * DAY_MS)
    yield fortnight, "UTC", "hour", service, []
    yield fortnight, "UTC", "hour", service, ["--key", key]
    yield fortnight, "Asia/Shanghai", "hour", service, ["--ip", ip]
    yield day, "UTC", "minute", service, []
    yield fortnight, "America/New_York", "day", service, ["--type", "my"]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=10_000_000)
    calls = options.parse_args().calls
    program = report_program()
    comparison = Comparison()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.ndjson"
        with open(feed, "wb") as out:
            subprocess.run(["cargo", "run", "--release", "--quiet", "--package", "callscope-bench-data", "--example", "write", "--",
                            str(calls)], check=True, stdout=out)
        started = time.monotonic()
        answerer = oracle.Oracle.of(database(feed, folder))
        count = answerer.all("SELECT count(*) AS n FROM feed")[0]["n"]
        if count != calls:
            sys.exit(f"DuckDB took {count:,} of {calls:,} calls")
        print(f"{count:,} calls, {feed.stat().st_size:,} bytes; in DuckDB after {time.monotonic() - started:.0f} s", flush=True)
        for (from_ms, to_ms), zone, precision, service, filters in questions(answerer.db):
            question = [str(feed), "--from", str(from_ms), "--to", str(to_ms), "--tz", zone, "--precision", precision, "--details", service, *filters]
            started = time.monotonic()
            want = ordered(answerer.answer(oracle.parser().parse_args(question)))
            asked = time.monotonic()
            answered = subprocess.run([program, "report", "--json", *question], stdout=subprocess.PIPE, check=True, text=True)
            before = comparison.numbers
            comparison.check("", json.loads(json.dumps(want)), ordered(engine_answer(answered.stdout)))
            print(f"{' '.join(question[5:])}: {comparison.numbers - before:,} numbers; "
                  f"oracle {asked - started:.0f} s, command {time.monotonic() - asked:.0f} s", flush=True)
    for line in comparison.differences[:DIFFERENCES_MAX]:
        print("  ", line)
    print(f"{comparison.numbers:,} numbers compared, {len(comparison.differences)} differences")
    sys.exit(bool(comparison.differences))


if __name__ == "__main__":
    main()
