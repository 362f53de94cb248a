"""Small awkward feeds for the comparison: daylight-saving days, calls on bucket edges, missing fields, every shape.

Times are chosen on and beside full minutes, hours and midnights around the zone's change of offset; values repeat on
purpose, so that percentiles meet ties; every optional field is absent at random.
"""
import gzip
import json
import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

# Zone and a calendar day (local) on which its offset changes, or does not.
DAYS = [
    ("America/New_York", (2026, 3, 8)), ("America/New_York", (2026, 11, 1)), ("Australia/Lord_Howe", (2026, 4, 5)),
    ("Australia/Lord_Howe", (2026, 10, 4)), ("Africa/Cairo", (2026, 4, 24)), ("America/Santiago", (2026, 9, 6)),
    ("America/Santiago", (2026, 4, 5)), ("Asia/Kathmandu", (2026, 5, 1)), ("Pacific/Apia", (2011, 12, 30)), ("UTC", (2024, 2, 29)),
]
TEXTS = ["a", "b", "", "<img src=x onerror=alert(1)>", "名前", "quote\" back\\slash", "x, y"]


def spell(rng, ms):
    """One instant in one of the spellings a feed may use."""
    at = datetime.fromtimestamp(ms // 1000, timezone.utc)
    digits = f"{ms % 1000:03d}"
    return rng.choice([
        ms, ms, ms * 1000 + rng.randrange(1000), ms * 10**6 + rng.randrange(10**6),
        ms // 1000 if ms % 1000 == 0 else ms,
        f"{at:%Y-%m-%dT%H:%M:%S}.{digits}Z", f"{at:%Y-%m-%d %H:%M:%S}.{digits}999999z",
        f"{at + timedelta(hours=5, minutes=45):%Y-%m-%dT%H:%M:%S}.{digits}+05:45",
        f"{at - timedelta(hours=3, minutes=30):%Y-%m-%dT%H:%M:%S}.{digits}-03:30",
    ])


def feed(seed):
    """A feed, and the questions to ask of it: (document, zone, from_ms, to_ms, precision)."""
    rng = random.Random(seed)
    zone, date = DAYS[seed % len(DAYS)]
    day = datetime(*date, tzinfo=ZoneInfo(zone))
    start = int((day - timedelta(days=rng.choice([0, 1]))).timestamp() * 1000)
    days = rng.choice([1, 2, 3])
    calls = []
    for _ in range(rng.choice([0, 1, 2, 40, 300])):
        ms = start + rng.randrange(days * 86_400_000)
        edge = rng.choice([1, 60_000, 1_800_000, 3_600_000, 21_600_000])
        ms = ms // edge * edge + rng.choice([0, 0, -1, 1])
        call = {"time": spell(rng, ms), "service": rng.choice(["one", "two", "three", TEXTS[3]]),
                "status": rng.choice([None, 200, 200, 200, 204, 302, 400, 429, 429, 499, 500, 503, 599])}
        options = {
            "service_type": lambda: "commercial" if call["service"] == "two" else "my", "version": lambda: rng.choice(["1", "2", ""]),
            "api_key": lambda: rng.choice(TEXTS), "http_x_forwarded_for": lambda: rng.choice(["192.0.2.1", " 192.0.2.2 , 10.0.0.1", "-", ""]),
            "ip": lambda: rng.choice(["192.0.2.9", "2001:db8::1"]), "error_code": lambda: rng.choice(TEXTS),
            "error_message": lambda: rng.choice(TEXTS), "stream": lambda: rng.choice([True, True, False]),
            "input_tokens": lambda: rng.choice([0, 1, 7, 7, 4096, rng.randrange(200_000)]),
            "output_tokens": lambda: rng.choice([0, 1, 2, 2, 3, 17, rng.randrange(9000)]),
            "total_tokens": lambda: rng.choice([0, 5000]), "latency_ms": lambda: rng.choice([10, 10, 2500.5, rng.randrange(10**7) / 1000]),
            "ttft_ms": lambda: rng.choice([0, 5, 5, 12.345, rng.randrange(10**6) / 1000]),
            "tpot_ms": lambda: rng.choice([20, 20, 0.000001, 33.333333]), "generation_s": lambda: rng.choice([1, 1.5, 0.000001]),
            "inference_type": lambda: rng.choice(["realtime", "batch"]), "surprise": lambda: {"deep": [1, {"er": None}]},
        }
        never = {"generation_s"} if call["service"] == "one" else {"ttft_ms", "tpot_ms"} if call["service"] == "three" else set()
        for field, value in options.items():
            if field not in never and rng.random() < 0.7:
                call[field] = value()
        calls.append(call)
    # The range may begin and end within a bucket.
    from_ms = start + rng.choice([0, 0, 7 * 60_000, 3_661_000])
    to_ms = start + days * 86_400_000 - rng.choice([0, 0, 13 * 60_000, 5_000_123])
    return calls, zone, from_ms, to_ms, rng.choice(["minute", "hour", "day"] if days == 1 else ["hour", "day"])


def write(path, calls, seed):
    """Writes the calls in one of the shapes, plain or gzipped."""
    shape = seed % 3
    if shape == 0:
        text = json.dumps(calls, ensure_ascii=seed % 2 == 0)
    elif shape == 1:
        text = json.dumps({"format": "callscope/1", "services": [{"name": "three", "type": "my"}], "calls": calls}, indent=seed % 4)
    else:
        text = "\n".join(json.dumps(call) for call in calls) + "\n"
    data = text.encode()
    path.write_bytes(gzip.compress(data) if seed % 2 else data)
