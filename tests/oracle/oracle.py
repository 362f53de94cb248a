#!/usr/bin/env python3
"""What the console must show for a feed, computed by SQL in DuckDB. See README.md for the parameters and the answer's shape."""
import argparse
import json
import statistics
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import load

MINUTE_MS = 60_000
FAILED = "status BETWEEN 400 AND 599"
AVAILABLE = "status NOT BETWEEN 500 AND 599"
# A call without a status is not known to have failed.
GOOD = f"(status IS NULL OR NOT ({FAILED}))"
# Time to first token and incremental token latency are those of streaming calls; a call that does not say is not one.
STREAMED = f"{GOOD} AND stream"
# Charts of one line, which show the period before.
SINGLE = ("failure_rate", "availability", "rpm", "tpm", "latency", "generation")
FILTERS = {
    "service": "service", "version": "version", "type": "service_type", "key": "api_key", "ip": "ip", "inference": "inference_type",
}


def parser():
    out = argparse.ArgumentParser(description=__doc__)
    out.add_argument("file")
    out.add_argument("--from", dest="from_ms", type=int, required=True, help="epoch ms, included")
    out.add_argument("--to", dest="to_ms", type=int, required=True, help="epoch ms, excluded")
    out.add_argument("--before-from", type=int, help="start of the period compared with")
    out.add_argument("--before-to", type=int, help="its end")
    out.add_argument("--tz", default="UTC", help="IANA zone")
    out.add_argument("--precision", choices=["minute", "hour", "day"], default="hour")
    out.add_argument("--details", help="the service whose charts and failed calls are asked")
    for name in FILTERS:
        out.add_argument(f"--{name}", action="append", default=[])
    return out


def bucket_minutes(from_ms, to_ms, zone_name, precision):
    """Every minute of the range with the bucket it lies in, and each bucket's start; the first begins with the range.

    A minute or hour bucket is a minute or hour of the wall clock under one offset from UTC; a day bucket is a calendar day.
    Found by walking the wall clock minute by minute, so that no arithmetic on offsets can go wrong.
    """
    zone = ZoneInfo(zone_name)

    def key(at_ms):
        local = datetime.fromtimestamp(at_ms // 1000, timezone.utc).astimezone(zone)
        if precision == "day":
            return local.date()
        stamp = local.replace(second=0, tzinfo=None)
        return (stamp if precision == "minute" else stamp.replace(minute=0)), local.utcoffset()

    first = from_ms // MINUTE_MS * MINUTE_MS
    rows, starts, covered, before = [], [], [], None
    for minute in range(first, to_ms, MINUTE_MS):
        this = key(minute)
        if this != before:
            starts.append(max(minute, from_ms))
            covered.append(0)
            before = this
        rows.append((minute, len(starts) - 1))
        covered[-1] += min(minute + MINUTE_MS, to_ms) - max(minute, from_ms)
    unfinished = bool(rows) and key(to_ms // MINUTE_MS * MINUTE_MS) == before
    return rows, starts, [ms / MINUTE_MS for ms in covered], unfinished


def beside(args, buckets, then, oldest_ms):
    """For each present bucket the place of the one that the wall clock showed so much earlier, or None.

    The periods begin together. A time that the wall clock shows for the second time stands beside a second time. Before the hour of the
    oldest call there is nothing to compare with.
    """
    begin = begin_of(oldest_ms, args.tz)
    zone = ZoneInfo(args.tz)

    def wall(at_ms):
        local = datetime.fromtimestamp(at_ms // 1000, timezone.utc).astimezone(zone)
        if args.precision == "day":
            return datetime(local.year, local.month, local.day), 0
        stamp = local.replace(second=0, tzinfo=None, fold=0)
        return (stamp if args.precision == "minute" else stamp.replace(minute=0)), local.fold

    apart = wall(args.from_ms)[0] - wall(args.before_from)[0]
    ends = then[1][1:] + [args.before_to]
    places = {wall(start): place for place, (start, end) in enumerate(zip(then[1], ends)) if start >= begin and end > oldest_ms}
    return [places.get((stamp - apart, fold)) for stamp, fold in map(wall, buckets[1])]


def begin_of(oldest_ms, zone_name):
    """Data begin with the wall clock's hour of their first call."""
    minute = oldest_ms // MINUTE_MS * MINUTE_MS
    while len(bucket_minutes(minute - MINUTE_MS, minute + 1, zone_name, "hour")[1]) == 1:
        minute -= MINUTE_MS
    return minute


def aligned(line, places):
    """A line of the period before, bucket by bucket beside the present one."""
    return [None if place is None else line[place] for place in places]


def summary(name, lines, finished, is_short, means, calls):
    """What stands above a chart. The leading line is the first, of errors all codes together; a distribution's maximum is that of its maxima.

    Latest is the newest finished bucket with calls and a value, average is over calls for what is of a call and over finished buckets else, the median
    is of finished buckets. An unfinished bucket counts as finished where no other has calls. The maximum is over all buckets, except that amounts
    per minute leave out an unfinished one of less than a minute.
    """
    if name == "errors":
        leading = [sum(line[i] for line in lines.values()) for i in range(len(calls))]
    else:
        leading = next(iter(lines.values()))
    highest = lines.get("max", leading)
    known = [value for value in leading[:finished] if value is not None]
    tops = [(value, -i) for i, value in enumerate(highest[:finished] if is_short and name in ("rpm", "tpm") else highest) if value is not None]
    lows = [(value, i) for i, value in enumerate(leading) if value is not None and name == "availability"]
    latest = max((i for i in range(finished) if calls[i] and leading[i] is not None), default=None)
    return {
        "latest": None if latest is None else leading[latest], "latest_at": latest,
        "average": means[name] if name in means else statistics.fmean(known) if known else None,
        "maximum": max(tops)[0] if tops else None, "maximum_at": -max(tops)[1] if tops else None,
        "minimum": min(lows)[0] if lows else None, "minimum_at": min(lows)[1] if lows else None,
        "median_bucket": statistics.median(known) if known else None,
    }


class Oracle:
    def __init__(self, path):
        self.db = load.database(path)

    @classmethod
    def of(cls, db):
        """Over calls that are in a database already."""
        out = cls.__new__(cls)
        out.db = db
        return out

    def all(self, sql, *values):
        cursor = self.db.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]

    def answer(self, args):
        """The whole answer for parsed parameters."""
        self.select("chosen", args, args.from_ms, args.to_ms)
        out = {"tiles": self.tiles(), "services": self.services()}
        buckets = bucket_minutes(args.from_ms, args.to_ms, args.tz, args.precision)
        then = None
        if args.before_from is not None and self.all(
                "SELECT count(*) AS n FROM feed WHERE time_ms >= ? AND time_ms < ?", args.before_from, args.before_to)[0]["n"]:
            then = bucket_minutes(args.before_from, args.before_to, args.tz, args.precision)
            oldest_ms = self.all("SELECT min(time_ms) AS n FROM feed")[0]["n"]
            places = beside(args, buckets, then, oldest_ms)
            if all(place is None for place in places):
                then = None
        out["sparks"] = self.sparks(buckets)
        if then:
            self.select("chosen", args, args.before_from, args.before_to)
            if args.before_from >= begin_of(oldest_ms, args.tz):
                out["tiles_before"] = self.tiles()
            out["sparks_before"] = {name: line and aligned(line, places) for name, line in self.sparks(then).items()}
        if args.details is not None:
            self.select("mine", args, args.from_ms, args.to_ms, args.details)
            out["failed"] = self.failed()
            out["details"] = self.details(args, buckets)
            if then:
                self.select("mine", args, args.before_from, args.before_to, args.details)
                charts = self.charts(args.details, then)
                out["details"]["before"] = {
                    name: aligned(next(iter(charts[name].values())), places) for name in SINGLE if name in charts}
        return out

    def select(self, table, args, from_ms, to_ms, service=None):
        """Makes a table of the calls that range and filters choose; a service whose details are asked takes the place of that filter."""
        where, values = ["time_ms >= ?", "time_ms < ?"], [from_ms, to_ms]
        for name, column in FILTERS.items():
            chosen = getattr(args, name)
            if chosen and not (name == "service" and service is not None):
                where.append(f"{column} IN ({', '.join('?' * len(chosen))})")
                values += chosen
        if service is not None:
            where.append("service = ?")
            values.append(service)
        self.db.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM feed WHERE {' AND '.join(where)}", values)

    def place(self, table, buckets):
        """Lays a table's calls out over buckets: `placed`."""
        rows, _, minutes, _ = buckets
        self.db.execute("CREATE OR REPLACE TABLE minute (at_ms BIGINT, bucket INTEGER)")
        self.db.execute("CREATE OR REPLACE TABLE bucket (bucket INTEGER, minutes DOUBLE)")
        self.fill("minute", rows)
        self.fill("bucket", list(enumerate(minutes)))
        self.db.execute(f"""CREATE OR REPLACE TABLE placed AS SELECT {table}.*, bucket FROM {table}
            JOIN minute ON {table}.time_ms - {table}.time_ms % {MINUTE_MS} = at_ms""")

    def sparks(self, buckets):
        self.place("chosen", buckets)
        known = self.tiles()
        sums = ", ".join(f"coalesce(sum({f}), 0)::BIGINT AS {f}" for f in ("total_tokens", "input_tokens", "output_tokens"))
        lines = self.series(f"count(c.time_ms) AS calls, count(c.status) FILTER ({FAILED}) AS failed, {sums}")
        return {name: lines.get(name, []) if value is not None else [] for name, value in known.items()}

    def tiles(self):
        """The five tiles. A sum is null where no call of the whole feed carries the field."""
        return self.all(f"""
            SELECT count(*) AS calls,
                CASE WHEN (SELECT count(status) > 0 FROM feed) THEN count(*) FILTER ({FAILED}) END AS failed,
                {', '.join(self.total(f, 'feed') for f in ('total_tokens', 'input_tokens', 'output_tokens'))}
            FROM chosen""")[0]

    @staticmethod
    def total(field, scope):
        known = f"(SELECT count({field}) > 0 FROM feed)" if scope == "feed" else f"any_value(has_{field})"
        return f"CASE WHEN {known} THEN coalesce(sum({field}), 0)::BIGINT END AS {field}"

    def services(self):
        figures = f"""
            count(*) AS calls, CASE WHEN any_value(has_status) THEN count(*) FILTER ({FAILED}) END AS failed,
            100.0 * count(*) FILTER ({FAILED}) / nullif(count(status), 0) AS failure_rate,
            {', '.join(self.total(f, 'service') for f in ('total_tokens', 'input_tokens', 'output_tokens'))},
            avg(latency_us) FILTER ({GOOD}) / 1e3 AS latency_ms, avg(ttft_us) FILTER ({STREAMED}) / 1e3 AS ttft_ms,
            avg(tpot_ns) FILTER ({STREAMED}) / 1e6 AS tpot_ms, avg(generation_us) FILTER ({GOOD}) / 1e6 AS generation_s"""
        source = """chosen JOIN (SELECT service, count(status) > 0 AS has_status, count(total_tokens) > 0 AS has_total_tokens, count(input_tokens) > 0 AS has_input_tokens,
            count(output_tokens) > 0 AS has_output_tokens FROM feed GROUP BY service) USING (service)"""
        rows = self.all(f"SELECT service AS name, any_value(service_type) AS type, {figures} FROM {source} GROUP BY service ORDER BY service")
        versions = self.all(f"""SELECT service, version AS name, {figures} FROM {source}
            WHERE service_type = 'commercial' AND service IN (SELECT service FROM feed WHERE version <> '')
            GROUP BY service, version ORDER BY service, version""")
        for row in rows:
            row["versions"] = [{k: v for k, v in version.items() if k != "service"}
                               for version in versions if version["service"] == row["name"]]
        return rows

    def details(self, args, buckets):
        _, starts, minutes, unfinished = buckets
        charts = self.charts(args.details, buckets)
        finished = len(starts) - (unfinished and any(charts.get("calls", {}).get("total", [])[:-1]))
        is_short = bool(minutes) and minutes[-1] < 1
        means = self.all(f"""SELECT 100.0 * count(*) FILTER ({FAILED}) / nullif(count(status), 0) AS failure_rate,
            100.0 * count(*) FILTER ({AVAILABLE}) / nullif(count(status), 0) AS availability,
            avg(ttft_us) FILTER ({STREAMED}) / 1e3 AS ttft, avg(tpot_ns) FILTER ({STREAMED}) / 1e6 AS tpot,
            avg(latency_us) FILTER ({GOOD}) / 1e3 AS latency, avg(generation_us) FILTER ({GOOD}) / 1e6 AS generation,
            avg(input_tokens) FILTER ({GOOD}) / 1e3 AS input_len, avg(output_tokens) FILTER ({GOOD}) / 1e3 AS output_len FROM mine""")[0]
        summaries = {name: summary(name, lines, finished, is_short, means, charts["calls"]["total"]) for name, lines in charts.items()}
        return {"service": args.details, "bucket_starts_ms": starts, "minutes": minutes, "charts": charts, "summaries": summaries}

    def charts(self, service, buckets):
        """All charts of the selected calls of a service, by name."""
        self.place("mine", buckets)
        has = self.all("""SELECT count(ttft_us) FILTER (stream) > 0 AS ttft, count(tpot_ns) FILTER (stream) > 0 AS tpot,
            count(latency_us) > 0 AS latency, count(generation_us) > 0 AS generation, count(total_tokens) > 0 AS total_len, count(*) > 0 AS calls,
            count(status) > 0 AS status, count(input_tokens) > 0 AS input_len, count(output_tokens) > 0 AS output_len FROM feed WHERE service = ?""", service)[0]
        if not has["calls"]:
            return {}
        charts = {
            "calls": self.series("count(c.time_ms) AS total"),
            "rpm": self.series("count(c.time_ms) / any_value(minutes) AS rpm"),
        }
        if has["status"]:
            charts["calls"] |= self.series(f"count(c.status) FILTER ({GOOD}) AS ok, count(c.status) FILTER ({FAILED}) AS failed")
            charts["failure_rate"] = self.series(f"100.0 * count(c.status) FILTER ({FAILED}) / nullif(count(c.status), 0) AS rate")
            charts["availability"] = self.series(f"100.0 * count(c.status) FILTER ({AVAILABLE}) / nullif(count(c.status), 0) AS rate")
            charts["errors"] = self.errors()
        tokens = {"total": has["total_len"], "input": has["input_len"], "output": has["output_len"]}
        lines = [f"coalesce(sum({line}_tokens), 0) / 1000 AS {line}" for line, involved in tokens.items() if involved]
        if lines:
            charts["tokens"] = self.series(", ".join(lines))
        if tokens["input"] or tokens["output"]:
            charts["tpm"] = self.series("(coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0)) / 1000 / any_value(minutes) AS tpm")
        for name, field, unit, which in (("ttft", "ttft_us", 1e3, STREAMED), ("tpot", "tpot_ns", 1e6, STREAMED),
                                         ("input_len", "input_tokens", 1e3, GOOD), ("output_len", "output_tokens", 1e3, GOOD)):
            if has[name]:
                percentiles = ", ".join(f"quantile_cont({field}, {p / 100}) FILTER ({which}) / {unit} AS p{p}" for p in (50, 80, 90, 99))
                charts[name] = self.series(f"avg({field}) FILTER ({which}) / {unit} AS avg, max({field}) FILTER ({which}) / {unit} AS max, {percentiles}")
        for name, field, unit in (("latency", "latency_us", 1e3), ("generation", "generation_us", 1e6)):
            if has[name]:
                charts[name] = self.series(f"avg({field}) FILTER ({GOOD}) / {unit} AS avg")
        return charts

    def fill(self, table, rows):
        """Inserts pairs of numbers; as one statement of lists, which is much faster than a row at a time."""
        self.db.execute(f"INSERT INTO {table} SELECT unnest(?), unnest(?)", [[row[0] for row in rows], [row[1] for row in rows]])

    def series(self, columns):
        """Each named column over all buckets, empty ones included."""
        rows = self.all(f"SELECT {columns} FROM bucket b LEFT JOIN placed c ON c.bucket = b.bucket GROUP BY b.bucket ORDER BY b.bucket")
        return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}

    def errors(self):
        codes = [row["status"] for row in self.all(f"SELECT DISTINCT status FROM placed WHERE {FAILED} ORDER BY status")]
        return self.series(", ".join(f'count(c.status) FILTER (status = {code}) AS "{code}"' for code in codes)) if codes else {}

    def failed(self):
        total = self.all(f"SELECT count(*) AS n FROM mine WHERE {FAILED}")[0]["n"]
        codes = self.all(f"""SELECT status, count(*) AS count, 100.0 * count(*) / {max(total, 1)} AS percent
            FROM mine WHERE {FAILED} GROUP BY status ORDER BY status""")
        messages = self.all(f"""SELECT status, error_code, error_message AS message, count(*) AS count
            FROM mine WHERE {FAILED} GROUP BY ALL ORDER BY count DESC, error_code, message""")
        for code in codes:
            code["messages"] = [{k: v for k, v in row.items() if k != "status"} for row in messages if row["status"] == code["status"]]
        return {"total": total, "codes": codes}


def main():
    args = parser().parse_args()
    print(json.dumps(Oracle(args.file).answer(args), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
