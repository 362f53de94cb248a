#!/usr/bin/env python3
"""Compares every number the engine answers with the oracle's, over feeds, zones, precisions and filters.

Builds the native command once and asks `callscope report --json` and the oracle the same questions. Counts and tokens must be equal, all other
numbers within a relative 1e-9. Ends with the number of numbers compared, or with the first differences and an error.
"""
import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import generated
import oracle

ROOT = Path(__file__).resolve().parents[2]
DEMO = "public/feeds/demo.json.gz"
AZURE = "public/feeds/azure-code-2023.json.gz"
DAY_MS = 86_400_000
DEMO_START_MS = 1_774_483_200_000
AZURE_START_MS = 1_700_092_800_000
ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin"]
RELATIVE = 1e-9
DIFFERENCES_MAX = 20
EXACT = {"calls", "failed", "total_tokens", "input_tokens", "output_tokens", "count", "total", "bucket_starts_ms", "latest_at", "maximum_at", "minimum_at"}


def demo_cases():
    services = ["code-complete", "harbour-chat", "doc-embed", "nightly-digest", "poster-studio", "aster-chat", "aster-reason",
                "cobalt-vision", "ember-video", "birch-coder", "meeting-notes"]
    # Ranges in whole days from the feed's start, and one that begins and ends within a minute.
    for i, service in enumerate(services):
        for j, (days, at, precision) in enumerate([(15, 0, "day"), (7, 8, "hour"), (1, 10, "hour"), (1, 12, "minute"), (0.37, 13.6, "minute")]):
            zone = ZONES[(i + j) % len(ZONES)]
            from_ms = DEMO_START_MS + int(at * DAY_MS)
            yield DEMO, from_ms, from_ms + int(days * DAY_MS) + (12_345 if days < 1 else 0), zone, precision, service, []
    month = (DEMO_START_MS, DEMO_START_MS + 15 * DAY_MS)
    week = (DEMO_START_MS + 8 * DAY_MS, DEMO_START_MS + 15 * DAY_MS)
    for zone in ZONES:
        yield DEMO, *month, zone, "day", "aster-chat", []
        yield DEMO, *week, zone, "hour", "aster-chat", []
    filters = [
        ["--key", "key-web-prod"], ["--key", "", "--key", "key-load-test"], ["--ip", "192.0.2.11", "--ip", "192.0.2.40"],
        ["--ip", ""], ["--inference", "batch"], ["--inference", "realtime"], ["--type", "commercial"], ["--type", "my"],
        ["--version", "3.2"], ["--version", "3.1", "--version", "3.2-long", "--key", "key-mobile-prod"],
        ["--service", "aster-chat", "--service", "doc-embed"], ["--key", "nobody"], ["--type", "my", "--inference", "batch", "--key", "key-data-lab"],
    ]
    for chosen in filters:
        for service in ("aster-chat", "harbour-chat", "doc-embed"):
            yield DEMO, *week, "Australia/Lord_Howe", "hour", service, chosen
    yield DEMO, *week, "UTC", "day", "no-such-service", []
    yield DEMO, 0, DAY_MS, "UTC", "hour", "aster-chat", []


def azure_cases():
    for zone in ZONES:
        for precision, from_ms, span in (("minute", AZURE_START_MS + DAY_MS // 24 * 18, DAY_MS // 12), ("hour", AZURE_START_MS, DAY_MS),
                                         ("day", AZURE_START_MS - DAY_MS, 3 * DAY_MS)):
            yield AZURE, from_ms, from_ms + span, zone, precision, "azure-code", []


def generated_cases(folder, count):
    for seed in range(count):
        calls, zone, from_ms, to_ms, precision = generated.feed(seed)
        if not calls:
            continue
        path = Path(folder) / f"generated-{seed}.json"
        generated.write(path, calls, seed)
        rng = random.Random(-seed)
        chosen = [part for name, value in (("--key", "a"), ("--key", ""), ("--ip", ""), ("--ip", "192.0.2.2"), ("--version", "1"), ("--inference", "batch"), ("--type", "my"))
                  if rng.random() < 0.12 for part in (name, value)]
        yield str(path), from_ms, to_ms, zone, precision, rng.choice(["one", "two", "three", generated.TEXTS[3]]), chosen


class Comparison:
    def __init__(self):
        self.numbers = 0
        self.differences = []

    def differ(self, path, want, got):
        self.differences.append(f"{path}: oracle {want!r}, engine {got!r}")

    def check(self, path, want, got, key=""):
        """Compares two JSON values; `key` is the nearest name, which decides whether equality is exact."""
        if isinstance(want, dict) and isinstance(got, dict):
            for name in want.keys() | got.keys():
                if name not in want or name not in got:
                    self.differ(f"{path}.{name}", want.get(name, "nothing"), got.get(name, "nothing"))
                else:
                    self.check(f"{path}.{name}", want[name], got[name], name)
        elif isinstance(want, list) and isinstance(got, list):
            if len(want) != len(got):
                self.differ(f"{path} length", len(want), len(got))
            for i, (w, g) in enumerate(zip(want, got)):
                self.check(f"{path}[{i}]", w, g, key)
        elif isinstance(want, (int, float)) and isinstance(got, (int, float)) and not isinstance(want, bool):
            self.numbers += 1
            exact = key in EXACT and isinstance(want, int)
            # A negative zero would be shown with its sign.
            if got == 0 and math.copysign(1, got) < 0:
                self.differ(path, want, "-0.0")
            elif want != got if exact else not math.isclose(want, got, rel_tol=RELATIVE, abs_tol=1e-12):
                self.differ(path, want, got)
        else:
            # Gaps and texts: both sides must agree that there is nothing.
            self.numbers += want is None
            if want != got:
                self.differ(path, want, got)


def ordered(answer):
    """Orders lists whose order is free, so that they compare by name."""
    for row in answer["services"]:
        row["versions"].sort(key=lambda version: version["name"])
    answer["services"].sort(key=lambda row: row["name"])
    for code in answer["failed"]["codes"]:
        code["messages"].sort(key=lambda message: (-message["count"], message["error_code"], message["message"]))
    answer["failed"]["codes"].sort(key=lambda code: code["status"])
    return answer


def engine_answer(text):
    """The engine's answer without what only the command says. Every call must be taken in, or the comparison would be of different calls."""
    answer = json.loads(text)
    data = answer.pop("data")
    if data["rejected"] or data["cut_short"]:
        raise RuntimeError(f"{data['rejected']} calls rejected, cut short: {data['cut_short']}")
    for name in ("range", "bucket_starts_ms", "failed_calls"):
        answer.pop(name)
    return answer


def report_program():
    """Builds the command and tells where cargo put it."""
    built = subprocess.run(["cargo", "build", "--release", "--bin", "callscope", "--message-format=json"],
                           cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable") and message.get("target", {}).get("name") == "callscope":
            return message["executable"]
    raise RuntimeError("cargo named no executable for the command `callscope`")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--generated", type=int, default=200, help="how many generated feeds")
    count = options.parse_args().generated
    program = report_program()
    comparison, cases, oracles = Comparison(), 0, {}
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        for file, from_ms, to_ms, zone, precision, service, filters in [*demo_cases(), *azure_cases(), *generated_cases(folder, count)]:
            question = [file, "--from", str(from_ms), "--to", str(to_ms),
                        "--before-from", str(from_ms - (to_ms - from_ms)), "--before-to", str(from_ms), "--tz", zone, "--precision", precision,
                        "--details", service, *filters]
            if file not in oracles:
                if len(oracles) > 2:
                    oracles.popitem()[1].db.close()
                oracles[file] = oracle.Oracle(file)
            want = ordered(oracles[file].answer(oracle.parser().parse_args(question)))
            answered = subprocess.run([program, "report", "--json", *question], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            before = len(comparison.differences)
            if answered.returncode:
                comparison.differ("report", "an answer", answered.stderr.strip())
            else:
                comparison.check("", json.loads(json.dumps(want)), ordered(engine_answer(answered.stdout)))
            cases += 1
            if len(comparison.differences) > before:
                print("differs:", " ".join(repr(part) for part in question))
                for line in comparison.differences[before:before + DIFFERENCES_MAX]:
                    print("  ", line)
                if file.startswith(folder):
                    kept = Path(tempfile.gettempdir()) / Path(file).name
                    kept.write_bytes(Path(file).read_bytes())
                    print("   feed kept as", kept)
                if len(comparison.differences) > 10 * DIFFERENCES_MAX:
                    break
    print(f"{cases} cases, {comparison.numbers:,} numbers compared, {len(comparison.differences)} differences")
    sys.exit(bool(comparison.differences))


if __name__ == "__main__":
    main()
