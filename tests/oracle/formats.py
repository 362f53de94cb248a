#!/usr/bin/env python3
"""Reads every capture of a foreign format again, in plain Python and DuckDB, and compares with `callscope report --json`.

    python3 tests/oracle/formats.py FOLDER [--table]

FOLDER holds `captures/` and `traces/` as docs/importers.md lists them. Shares no code with the importers: per service, calls,
failures, tokens and mean durations are worked out of the raw file. Counts must be equal, means within a relative 1e-9.
`--table` prints the rows of the table in docs/importers.md.
"""
import argparse
import collections
import datetime
import gzip
import json
import math
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import duckdb

from compare import report_program

UTC = datetime.timezone.utc
FIGURES = ("calls", "failed", "input_tokens", "output_tokens", "total_tokens", "latency_ms", "ttft_ms", "tpot_ms")


def lines(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as text:
        yield from (line for line in text if line.strip())


def micros(seconds):
    """Seconds as written to whole microseconds, half up."""
    return math.floor(Fraction(str(seconds)) * 1_000_000 + Fraction(1, 2))


def difference_us(start, end):
    """From one decimal text of seconds to another, in microseconds, half up; nanoseconds count, what is finer does not."""
    ns = lambda t: math.floor(Fraction(str(t)) * 10**9)
    return (ns(end) - ns(start) + 500) // 1000 if ns(end) >= ns(start) else None


def call(service, status, input=None, output=None, total=None, latency_us=None, ttft_us=None, stream=None, tpot_ns=None):
    if total is None and (input is not None or output is not None):
        total = (input or 0) + (output or 0)
    if tpot_ns is None and None not in (latency_us, ttft_us, output) and output >= 2 and latency_us >= ttft_us:
        tpot_ns = ((latency_us - ttft_us) * 1000 + (output - 1) // 2) // (output - 1)
    return dict(service=service, status=status, input_tokens=input, output_tokens=output, total_tokens=total, latency_us=latency_us,
                ttft_us=ttft_us if stream else None, tpot_ns=tpot_ns if stream else None)


def code_or(text, other):
    return int(text) if text and re.fullmatch(r"[45]\d\d", str(text)) else other


CLASSES = {"ContextWindowExceededError": 400, "BadRequestError": 400, "InternalServerError": 500, "RateLimitError": 429}


def standard_logging_payload(path):
    for row in map(lambda line: json.loads(line, parse_float=str), lines(path)):
        error = row["error_information"] or {}
        failed = row["status"] == "failure"
        known = row["total_tokens"] or row["prompt_tokens"] or row["completion_tokens"]
        stream = row["stream"] is True and not failed and row["completionStartTime"] != row["endTime"]
        yield call(row["model_group"] or row["model"], code_or(error.get("error_code"), CLASSES.get(error.get("error_class"), 500) if failed else 200),
                   *((row["prompt_tokens"], row["completion_tokens"], row["total_tokens"]) if known else ()),
                   latency_us=difference_us(row["startTime"], row["endTime"]),
                   ttft_us=difference_us(row["startTime"], row["completionStartTime"]) if stream else None, stream=stream)


def spend_row(row, error, naive):
    failed = row["status"] == "failure"
    ms = lambda name: round((datetime.datetime.fromisoformat(row[name]) - naive).total_seconds() * 1000)
    known = int(row["total_tokens"]) or int(row["prompt_tokens"]) or int(row["completion_tokens"])
    stream = not failed and ms("completionStartTime") < ms("endTime")
    return call(row["model_group"] or row["model"], code_or(error.get("error_code"), CLASSES.get(error.get("error_class"), 500) if failed else 200),
                *(map(int, (row["prompt_tokens"], row["completion_tokens"], row["total_tokens"])) if known else ()),
                latency_us=(ms("endTime") - ms("startTime")) * 1000,
                ttft_us=(ms("completionStartTime") - ms("startTime")) * 1000 if stream else None, stream=stream)


def spend_logs(path):
    text = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    for row in json.loads(text):
        yield spend_row(row, (row["metadata"] or {}).get("error_information") or {}, datetime.datetime(1970, 1, 1))


def spend_logs_table(path):
    table = duckdb.sql(f"select * from read_csv('{path}', all_varchar=true, header=true, quote='\"', escape='\"')")
    names = table.columns
    for values in table.fetchall():
        row = dict(zip(names, values))
        yield spend_row(row, row, datetime.datetime(1970, 1, 1))


def spans(path):
    for document in map(json.loads, lines(path)):
        for resource in document["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                yield from scope["spans"]


def otlp(path):
    for span in spans(path):
        if span["kind"] not in (3, "SPAN_KIND_CLIENT"):
            continue
        attributes = {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}
        failed = span.get("status", {}).get("code") in (2, "STATUS_CODE_ERROR")
        words = re.search(r"Error code: (\d{3})", span.get("status", {}).get("message", ""))
        tokens = [attributes.get(f"gen_ai.usage.{name}_tokens") for name in ("input", "output")]
        yield call(attributes["gen_ai.request.model"], int(words.group(1)) if words else 500 if failed else 200,
                   *(None if n is None else int(n) for n in tokens),
                   latency_us=(int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]) + 500) // 1000)


def azure(path):
    for tokens, generated in duckdb.sql(f"select ContextTokens, GeneratedTokens from read_csv('{path}')").fetchall():
        yield call("azure-llm", None, tokens, generated)


def mooncake(path):
    for row in map(json.loads, lines(path)):
        yield call("mooncake", None, row["input_length"], row["output_length"])


def guidellm(path):
    report = json.loads(path.read_text(), parse_float=str)
    backend = report["config"]["spec"]["backend"]
    for benchmark in report["benchmarks"]:
        for row in benchmark["requests"]["successful"]:
            yield call(backend["model"], 200, row["prompt_tokens"], row["output_tokens"], row["total_tokens"],
                       latency_us=micros(row["request_latency"]), stream=backend["stream"],
                       ttft_us=micros(Fraction(row["time_to_first_token_ms"]) / 1000) if row["time_to_first_token_ms"] is not None else None,
                       tpot_ns=math.floor(Fraction(row["inter_token_latency_ms"]) * 10**6 + Fraction(1, 2)) if row["inter_token_latency_ms"] is not None else None)
        for row in benchmark["requests"]["errored"]:
            words = re.search(r"error '(\d{3}) ", row["info"]["error"])
            yield call(backend["model"], int(words.group(1)) if words else 500, output=row["output_tokens"] or None)


PHRASES = {"Too Many Requests": 429, "Internal Server Error": 500, "Service Unavailable": 503, "Bad Request": 400, "Bad Gateway": 502}


def vllm_bench(path):
    report = json.loads(path.read_text(), parse_float=str)
    for n, error in enumerate(report["errors"]):
        if error:
            yield call(report["model_id"], PHRASES.get(error, 500))
            continue
        yield call(report["model_id"], 200, report["input_lens"][n], report["output_lens"][n], latency_us=micros(report["latencies"][n]),
                   ttft_us=micros(report["ttfts"][n]), stream=True)


CAPTURES = [
    ("captures/litellm/standard_logging_payload.jsonl.gz", "litellm-payload", standard_logging_payload),
    ("captures/litellm/standard_logging_payload_first500.jsonl", "litellm-payload", standard_logging_payload),
    ("captures/litellm/spendlogs.json.gz", "litellm-spend", spend_logs),
    ("captures/litellm/spendlogs_first400.json", "litellm-spend", spend_logs),
    ("captures/litellm/spendlogs_flat.csv", "litellm-spend", spend_logs_table),
    ("captures/otel/otlp_traces_default.jsonl", "otlp-spans", otlp),
    ("captures/otel/otlp_traces_experimental.jsonl", "otlp-spans", otlp),
    ("captures/otel/otlp_traces_experimental_protojson_base64ids.jsonl", "otlp-spans", otlp),
    ("captures/bench/guidellm.json", "guidellm", guidellm),
    ("captures/bench/vllm_bench_serve.json", "vllm-bench", vllm_bench),
    ("traces/AzureLLMInferenceTrace_code.csv", "azure-trace", azure),
    ("traces/mooncake_conversation_trace.jsonl", "mooncake-trace", mooncake),
]

REFUSED = ["captures/otel/otlp_metrics_default.jsonl", "captures/otel/otlp_metrics_experimental.jsonl", "captures/otel/otlp_logs_default.jsonl",
           "captures/litellm/metrics.prom.gz", "captures/bench/guidellm.csv"]


def expected(calls):
    services = collections.defaultdict(list)
    for one in calls:
        services[one["service"]].append(one)
    return {service: figures(rows) for service, rows in services.items()}


def failed(row):
    return row["status"] is not None and 400 <= row["status"] <= 599


def figures(rows):
    def total(name):
        values = [row[name] for row in rows if row[name] is not None]
        return sum(values) if values else None

    # Durations are those of calls that did not fail.
    def mean(name, unit):
        values = [row[name] for row in rows if row[name] is not None and not failed(row)]
        return sum(values) / len(values) / unit if values else None

    return {"calls": len(rows), "failed": sum(map(failed, rows)) if any(row["status"] is not None for row in rows) else None, "input_tokens": total("input_tokens"),
            "output_tokens": total("output_tokens"), "total_tokens": total("total_tokens"), "latency_ms": mean("latency_us", 1e3),
            "ttft_ms": mean("ttft_us", 1e3), "tpot_ms": mean("tpot_ns", 1e6)}


def equal(want, got):
    if want is None or got is None or isinstance(want, int):
        return want == got
    return math.isclose(want, got, rel_tol=1e-9)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--table", action="store_true", help="print the rows of the table in docs/importers.md")
    chosen = options.parse_args()
    program = report_program()
    listed = subprocess.run([program, "formats"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    numbers, wrong = 0, []
    for name, format_name, read in CAPTURES:
        path = chosen.folder / name
        answer = json.loads(subprocess.run([program, "report", "--json", str(path)], check=True, stdout=subprocess.PIPE).stdout)
        part, got = answer["data"]["parts"][0], {row["name"]: row for row in answer["services"]}
        want = expected(read(path))
        if part["format"] != format_name or part["rejected"] or got.keys() != want.keys():
            wrong.append(f"{name}: {part}, services {sorted(got.keys() ^ want.keys())}")
            continue
        for service, one in want.items():
            for figure in FIGURES:
                numbers += 1
                if not equal(one[figure], got[service][figure]):
                    wrong.append(f"{name}: {service}: {figure}: oracle {one[figure]}, importer {got[service][figure]}")
        if chosen.table:
            passed = ", ".join(f"{n} {what}" for what, n in part["passed"].items()) or "-"
            failed = sum(one["failed"] or 0 for one in want.values()) if any(one["failed"] is not None for one in want.values()) else None
            shown = "-" if failed is None else f"{failed:,}"
            print(f"| `{name}` | `{format_name}` | {part['calls']:,} | {shown} | {part['rejected']} | {passed} | {', '.join(part['lacks']) or '-'} |")
    for name, format_name, _ in CAPTURES:
        # The first 4 KB must tell the format as the whole does.
        path, numbers = chosen.folder / name, numbers + 1
        first = (gzip.open(path) if path.suffix == ".gz" else open(path, "rb")).read(4096)
        told = subprocess.run([program, "check", "-"], input=first, stdout=subprocess.PIPE).stdout.decode()
        title = next(line.split(maxsplit=1)[1] for line in listed if line.split()[0] == format_name)
        if title not in told:
            wrong.append(f"{name}: its first 4 KB are taken for {told}")
    for name in [*REFUSED, *sorted(str(p.relative_to(chosen.folder)) for p in (chosen.folder / "captures/prometheus").glob("*/*") if p.name != "queries.json")]:
        numbers += 1
        answered = subprocess.run([program, "report", "--json", str(chosen.folder / name)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # An answer without series, and an error of the server, are named as what they are.
        reasons = ["not calls", "totals of many calls", "without any series", "error message of Prometheus"]
        if answered.returncode != 1 or not any(reason in answered.stderr for reason in reasons):
            wrong.append(f"{name}: not refused as it should be: {answered.stdout[:80]}{answered.stderr[:200]}")
    print(*wrong[:40], sep="\n")
    print(f"{len(CAPTURES)} captures, {numbers:,} figures compared, {len(wrong)} differences")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
