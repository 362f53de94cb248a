#!/usr/bin/env python3
"""Validates feeds against public/callscope-1.schema.json. Without arguments: the bundled feeds. Needs `pip install jsonschema`."""
import gzip
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
COMPLAINTS_MAX = 10
# Calls the schema must refuse: a check of the check.
BAD_CALLS = [
    {"service": "s", "status": 200},
    {"time": 1774483200000, "service": "", "status": 200},
    {"time": 1774483200000, "service": "s", "status": "200"},
    {"time": "9999-01-01T00:00:00Z", "service": "s", "status": 200},
    {"time": "2026-03-26T09:15:00", "service": "s", "status": 200},
    {"time": 17744832, "service": "s", "status": 200},
    {"time": 1774483200000, "service": "s", "status": 200, "input_tokens": -1},
    {"time": 1774483200000, "service": "s", "status": 200, "latency_ms": "12"},
]


def read(path):
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return [document] if isinstance(document, dict) and "format" not in document else document


def main():
    schema = json.loads((ROOT / "public/callscope-1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    call = Draft202012Validator({"$ref": "#/$defs/call", "$defs": schema["$defs"]})
    for bad in BAD_CALLS:
        if call.is_valid(bad):
            sys.exit(f"the schema accepts {bad}")
    document = Draft202012Validator(schema)
    paths = [Path(arg) for arg in sys.argv[1:]] or sorted((ROOT / "public/feeds").glob("*.gz"))
    failed = False
    for path in paths:
        feed = read(path)
        calls = feed["calls"] if isinstance(feed, dict) else feed
        # Calls one by one, because an error inside `oneOf` would not name the call; then the document around them.
        complaints = [f"call {i}: {e.message}" for i, one in enumerate(calls, 1) for e in call.iter_errors(one)]
        frame = {**feed, "calls": calls[:1]} if isinstance(feed, dict) else calls[:1]
        complaints += [error.message for error in document.iter_errors(frame)]
        known = set(schema["$defs"]["call"]["properties"])
        unknown = sorted({field for one in calls for field in one} - known)
        print(f"{path.name}: {len(calls)} calls, {len(complaints)} complaints, unknown fields: {', '.join(unknown) or 'none'}")
        for complaint in complaints[:COMPLAINTS_MAX]:
            print("  ", complaint)
        failed |= bool(complaints) or not calls
    sys.exit(failed)


if __name__ == "__main__":
    main()
