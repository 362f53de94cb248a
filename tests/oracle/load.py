"""Reads a feed with Python's json alone and puts its calls into DuckDB, as docs/feed.md says they are to be read.

Shares no code with the engine. Times are taken as they stand: demonstration data is not moved to the present.
"""
import gzip
import json
import os
import re
import tempfile
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

import duckdb

COLUMNS = {
    "time_ms": "BIGINT", "service": "VARCHAR", "service_type": "VARCHAR", "version": "VARCHAR", "api_key": "VARCHAR",
    "ip": "VARCHAR", "inference_type": "VARCHAR", "status": "INTEGER", "error_code": "VARCHAR", "error_message": "VARCHAR",
    "stream": "BOOLEAN", "input_tokens": "BIGINT", "output_tokens": "BIGINT", "total_tokens": "BIGINT", "latency_us": "BIGINT",
    "ttft_us": "BIGINT", "tpot_ns": "BIGINT", "generation_us": "BIGINT", "media": "VARCHAR",
}
RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))$")


def time_ms(value):
    """Epoch milliseconds, rounded down."""
    if isinstance(value, str):
        year, month, day, hour, minute, second, digits, zulu, sign, off_h, off_m = RFC3339.match(value).groups()
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=timezone.utc)
        seconds = int(at.timestamp()) + int(second)
        if not zulu:
            offset = int(off_h) * 3600 + int(off_m) * 60
            seconds -= offset if sign == "+" else -offset
        return seconds * 1000 + int(((digits or "") + "000")[:3])
    for per_ms_below, scale in ((10**11, 1000), (10**14, 1), (10**17, Decimal(1) / 1000), (10**20, Decimal(1) / 10**6)):
        if abs(value) < per_ms_below:
            return int(value * scale // 1)
    raise ValueError(f"time {value}")


def scaled(value, factor):
    """A number in a unit `factor` times smaller, rounded half up to a whole one."""
    return None if value is None else int((Decimal(value) * factor).quantize(Decimal(1), ROUND_HALF_UP))


def normalised(call, types):
    forwarded = call.get("http_x_forwarded_for")
    ip = call.get("ip") if forwarded is None else forwarded.split(",")[0].strip()
    input_tokens, output_tokens, total = call.get("input_tokens"), call.get("output_tokens"), call.get("total_tokens")
    if total is None and (input_tokens is not None or output_tokens is not None):
        total = (input_tokens or 0) + (output_tokens or 0)
    latency, ttft = scaled(call.get("latency_ms"), 1000), scaled(call.get("ttft_ms"), 1000)
    tpot = scaled(call.get("tpot_ms"), 1_000_000)
    if tpot is None and None not in (latency, ttft, output_tokens) and output_tokens >= 2 and latency >= ttft:
        tpot = scaled(Decimal((latency - ttft) * 1000) / (output_tokens - 1), 1)
    return {
        "time_ms": time_ms(call["time"]), "service": call["service"], "service_type": types.get(call["service"], "my"),
        "version": call.get("version") or "", "api_key": call.get("api_key") or "",
        "ip": "" if ip in (None, "-") else ip, "inference_type": call.get("inference_type") or "realtime",
        "status": call["status"], "error_code": call.get("error_code") or "",
        "error_message": call.get("error_message") or "", "stream": call.get("stream"), "input_tokens": input_tokens,
        "output_tokens": output_tokens, "total_tokens": total, "latency_us": latency, "ttft_us": ttft, "tpot_ns": tpot,
        "generation_us": scaled(call.get("generation_s"), 1_000_000), "media": call.get("media"),
    }


def read(path):
    """The calls of a feed and the types its document declares."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    text = data.decode("utf-8-sig")
    parse = {"parse_float": Decimal}
    try:
        document = json.loads(text, **parse)
    except json.JSONDecodeError:
        document = [json.loads(line, **parse) for line in text.splitlines() if line.strip()]
    if isinstance(document, dict) and "calls" not in document:
        document = [document]
    if isinstance(document, list):
        return document, {}
    return document["calls"], {s["name"]: s["type"] for s in document.get("services", []) if s.get("type")}


def database(path):
    """A DuckDB connection with the table `feed`, one row a call."""
    calls, types = read(path)
    # A service has one type: a single call that says commercial makes it so.
    for call in calls:
        if call.get("service_type") == "commercial":
            types[call["service"]] = "commercial"
    connection = duckdb.connect()
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", delete=False, encoding="utf-8") as file:
        for call in calls:
            file.write(json.dumps(normalised(call, types)) + "\n")
    try:
        connection.execute(
            f"CREATE TABLE feed AS SELECT * FROM read_json('{file.name}', format='newline_delimited', columns={COLUMNS})")
    finally:
        os.unlink(file.name)
    if connection.execute("SELECT count(*) FROM feed").fetchone()[0] != len(calls):
        raise RuntimeError("DuckDB did not take every call")
    return connection
