#!/usr/bin/env python3
"""Derives mooncake-conversation.txt, the compact table the demonstration feed is drawn from.

Usage: python3 xtask/data/mooncake_table.py conversation_trace.jsonl > xtask/data/mooncake-conversation.txt

The input is FAST25-release/traces/conversation_trace.jsonl of the Mooncake repository, commit
3b5a594133958449a1feaf1c9e0fc1b553e34a28 (Apache-2.0): one line for each request with `timestamp` (ms, in ticks of
about three seconds), `input_length`, `output_length` and `hash_ids` (ids of 512-token prefix blocks).

The output is a text table: `name: value value ...`. A row of k values holds the empirical quantiles at 0, 1/(k-1),
..., 1 (the sorted value at the nearest rank), so that inverse-transform sampling needs nothing but the row.
"""
import json
import sys
from collections import Counter

BLOCK_TOKENS = 512


def quantiles(values, points):
    ordered = sorted(values)
    last = len(ordered) - 1
    return [ordered[round(i * last / (points - 1))] for i in range(points)]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]

    # Share of the prompt whose leading blocks were seen in an earlier request: what a prefix cache could serve.
    seen, reuse_permille = set(), []
    for row in rows:
        hits = 0
        for block in row["hash_ids"]:
            if block not in seen:
                break
            hits += 1
        seen.update(row["hash_ids"])
        reuse_permille.append(round(1000 * min(hits * BLOCK_TOKENS, row["input_length"]) / row["input_length"]))

    # Requests in each tick; ticks are told apart by rounding to 3 s, because they drift by single milliseconds.
    ticks = Counter(round(row["timestamp"] / 3000) for row in rows)
    per_tick = [ticks[tick] for tick in range(max(ticks) + 1)]

    print("# Mooncake conversation trace (Apache-2.0), quantiles made by mooncake_table.py")
    print(f"requests: {len(rows)}")
    print("requests_per_tick:", *quantiles(per_tick, 101))
    print("input_tokens:", *quantiles([row["input_length"] for row in rows], 1001))
    print("reuse_permille:", *quantiles(reuse_permille, 101))
    # Output lengths by decile of the input length, so that long prompts keep their own answers.
    by_input = sorted(rows, key=lambda row: row["input_length"])
    for decile in range(10):
        part = by_input[decile * len(rows) // 10:(decile + 1) * len(rows) // 10]
        print(f"output_tokens_{decile}:", *quantiles([row["output_length"] for row in part], 201))


if __name__ == "__main__":
    main()
