//! A selection as a line of text, and the query that the page puts for it.
//!
//! `PAGE RANGE [name=value …]`, parts apart by a space, which values write as `%20` (likewise `%` and control characters). RANGE is a preset with its now (`7d@2026-03-26T09:15Z`)
//! or two instants (`2026-03-26T09:15Z~2026-03-27T00:00:30.250Z`). `zone=` (UTC), `precision=`, `alone` (no period before); every dimension as a
//! filter, values repeated; for the pages of a service `service=` is that service. `status=`, `own-code=` with `message=`, `sort=latency.up`,
//! `offset=`, `limit=`, `windows=` (as many, one after the other), `price=NAME:INPUT/CACHED/OUTPUT`.

use callscope::model::price::Price;
use callscope::model::range::DAY_MS;
use callscope::model::{Dim, Filter, Precision, Preset, Range, RangeChoice};
use callscope::series::{Zone, calendar};
use callscope::wire::{
    CallsQuery, CostQuery, DetailsQuery, ErrorChoice, FailedQuery, ListQuery, ListSort, Query, RowsQuery, Selection,
};
use chrono::{Offset, TimeZone};

/// Pages, and the other questions about a selection.
pub const PAGES: [&str; 6] = ["calls", "details", "failed", "list", "rows", "cost"];

/// A question with what it takes to put it again.
#[derive(Debug)]
pub struct Asked {
    pub query: Query,
    /// Of [`RowsQuery`]: how many windows are requested, one after the other.
    pub windows: u32,
}

/// The question that a line is; the error says what is wrong with it.
pub fn parse(line: &str) -> Result<Asked, String> {
    let mut parts = line.split(' ');
    let page = parts.next().filter(|page| PAGES.contains(page)).ok_or("no such page")?;
    let range_text = parts.next().ok_or("no range")?;
    let pairs: Vec<(&str, String)> =
        parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(k, v)| (k, decode(v))).collect();
    let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    let number = |name: &str, or: u32| match get(name) {
        Some(text) => text.parse::<u32>().map_err(|_| format!("{name}={text}")),
        None => Ok(or),
    };
    let of_service = ["details", "failed", "list"].contains(&page);
    let service = get("service").unwrap_or_default().to_owned();

    let (choice, now_ms) = choice(range_text)?;
    let name = get("zone").unwrap_or("UTC");
    let zone = zone(name, now_ms.0, now_ms.1);
    let range = calendar::range_of(choice, now_ms.1, &zone);
    let before = get("alone").is_none().then(|| calendar::before_of(choice, range, &zone));
    let mut filter = Filter::default();
    for (key, value) in &pairs {
        if let Some(dim) = Dim::from_key(key).filter(|dim| !of_service || *dim != Dim::Service) {
            filter.0.slot(dim.into()).push(value.clone());
        }
    }
    let precision = match get("precision") {
        Some(key) => Precision::ALL.into_iter().find(|p| p.key() == key).ok_or_else(|| format!("precision={key}"))?,
        None if page == "calls" => of_sparklines(range),
        None => Precision::default_for(range),
    };
    let selection = Selection { range, before, filter, zone };
    let status = get("status").map(|text| text.parse().map_err(|_| format!("status={text}"))).transpose()?;
    let query = match page {
        "calls" => Query::Calls(CallsQuery { selection, precision }),
        "details" => Query::Details(DetailsQuery { service, selection, precision }),
        "failed" => {
            Query::Failed(FailedQuery { service, selection, precision, status, message: None, texts: 0, every_message: true })
        }
        "list" => {
            let (by, direction) = get("sort").unwrap_or("time.down").split_once('.').ok_or("sort without a direction")?;
            Query::List(ListQuery {
                service,
                selection,
                status: Some(status.ok_or("no status")?),
                message: get("own-code").map(|code| choice_of(code, get("message").unwrap_or_default())),
                sort: ListSort::ALL.into_iter().find(|sort| sort.key() == by).ok_or_else(|| format!("sort={by}"))?,
                descending: direction != "up",
                offset: number("offset", 0)?,
                limit: number("limit", 200)?,
            })
        }
        "rows" => Query::Rows(RowsQuery { selection, from: 0, limit: number("limit", 200)? }),
        _ => {
            let prices = pairs.iter().filter(|(key, _)| *key == "price").map(|(_, text)| price(text));
            Query::Cost(CostQuery { selection, prices: prices.collect::<Result<_, _>>()? })
        }
    };
    Ok(Asked { query, windows: number("windows", 1)? })
}

/// The calls of one message.
fn choice_of(code: &str, message: &str) -> ErrorChoice {
    ErrorChoice { error_code: code.to_owned(), message: Some(message.to_owned()) }
}

/// What the Calls page takes for its sparklines where nothing else is requested.
fn of_sparklines(range: Range) -> Precision {
    match Precision::default_for(range) {
        Precision::Minute => Precision::Minute,
        _ if range.span_ms() <= 15 * DAY_MS => Precision::Hour,
        _ => Precision::Day,
    }
}

/// A value as a line has it.
pub fn encode(value: &str) -> String {
    let of_char = |c: char| if c <= ' ' || c == '%' || c == '\u{7f}' { format!("%{:02X}", u32::from(c)) } else { c.to_string() };
    value.chars().map(of_char).collect()
}

fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let code = code.unwrap_or_else(|| panic!("{text}: two hexadecimal digits after each %"));
        out.push(char::from(code));
        out.push_str(&part[2..]);
    }
    out
}

fn price(text: &str) -> Result<(String, Price), String> {
    let fault = || format!("price={text}");
    let (name, amounts) = text.rsplit_once(':').ok_or_else(fault)?;
    let amounts: Vec<u64> = amounts.split('/').map(|n| n.parse().map_err(|_| fault())).collect::<Result<_, _>>()?;
    match amounts[..] {
        [input, cached, output] => Ok((name.to_owned(), Price { input, cached, output })),
        _ => Err(fault()),
    }
}

/// A zone around two instants, wide enough for any range that ends there and the one before it.
pub fn zone(name: &str, from_ms: i64, to_ms: i64) -> Zone {
    let place: chrono_tz::Tz = name.parse().unwrap_or_else(|_| panic!("zone {name}"));
    let spare_ms = (to_ms - from_ms) + 33 * DAY_MS;
    let offset = |ms: i64| place.timestamp_millis_opt(ms).unwrap().offset().fix().local_minus_utc();
    Zone::probe(name, from_ms - spare_ms, to_ms + 3 * DAY_MS, offset)
}

/// A range as chosen, and the first and last instant that its zone is needed for: the last is now.
fn choice(text: &str) -> Result<(RangeChoice, (i64, i64)), String> {
    if let Some((key, now)) = text.split_once('@') {
        let preset = Preset::ALL.into_iter().find(|p| p.key() == key).ok_or_else(|| format!("preset {key}"))?;
        let now_ms = instant(now)?;
        return Ok((RangeChoice::Preset(preset), (now_ms, now_ms)));
    }
    let (from, to) = text.split_once('~').ok_or_else(|| format!("range {text}"))?;
    let range = Range { from_ms: instant(from)?, to_ms: instant(to)? };
    Ok((RangeChoice::Custom(range), (range.from_ms, range.to_ms)))
}

/// The range of a line as [`parse`] reads it.
pub fn range_text(choice: RangeChoice, now_ms: i64) -> String {
    match choice {
        RangeChoice::Preset(preset) => format!("{}@{}", preset.key(), instant_text(now_ms)),
        RangeChoice::Custom(range) => format!("{}~{}", instant_text(range.from_ms), instant_text(range.to_ms)),
    }
}

/// `2026-03-26T09:15Z`; seconds and milliseconds where there are some.
pub fn instant_text(ms: i64) -> String {
    let (days, of_day) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let (year, month, day) = calendar::date_of(days);
    let (minutes, seconds, millis) = (of_day / 60_000, of_day / 1_000 % 60, of_day % 1_000);
    let rest = match (seconds, millis) {
        (0, 0) => String::new(),
        (_, 0) => format!(":{seconds:02}"),
        _ => format!(":{seconds:02}.{millis:03}"),
    };
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}{rest}Z", minutes / 60, minutes % 60)
}

fn instant(text: &str) -> Result<i64, String> {
    let fault = || format!("instant {text}");
    let (date, time) = text.strip_suffix('Z').and_then(|t| t.split_once('T')).ok_or_else(fault)?;
    let numbers = |text: &str, apart: &[char]| -> Result<Vec<i64>, String> {
        text.split(apart).map(|n| n.parse().map_err(|_| fault())).collect()
    };
    let (date, mut time) = (numbers(date, &['-'])?, numbers(time, &[':', '.'])?);
    time.resize(4, 0);
    let [year, month, day] = date[..] else { return Err(fault()) };
    let days = calendar::days_of(year as i32, month as u32, day as u32);
    Ok(days * DAY_MS + ((time[0] * 60 + time[1]) * 60 + time[2]) * 1_000 + time[3])
}

#[test]
fn lines_are_read_as_they_are_written() {
    for ms in [0, 1_774_951_200_000, 1_774_951_230_000, 1_774_951_230_007, -1] {
        assert_eq!(instant(&instant_text(ms)), Ok(ms));
    }
    for value in ["a b%c\n\u{1}é", "", "%20"] {
        assert_eq!(decode(&encode(value)), value);
        assert!(!encode(value).contains([' ', '\n']));
    }
    let line = "list 3d@2026-03-26T09:15Z zone=Europe/Berlin service=a%20b key= key=x status=429 own-code=c message=%20 sort=ip.up offset=7";
    let Query::List(list) = parse(line).unwrap().query else { panic!("another query") };
    assert_eq!((list.service.as_str(), list.status, list.offset, list.limit), ("a b", Some(429), 7, 200));
    assert_eq!((list.sort, list.descending, list.message), (ListSort::Ip, false, Some(choice_of("c", " "))));
    assert_eq!(list.selection.filter.get(Dim::ApiKey), Some(&[String::new(), "x".into()][..]));
    // Two whole days before, in Berlin, and the third up to now; and the three days before.
    let (range, before) = (list.selection.range, list.selection.before.unwrap());
    assert_eq!(range_text(RangeChoice::Custom(range), 0), "2026-03-23T23:00Z~2026-03-26T09:15:00.001Z");
    assert_eq!(range_text(RangeChoice::Custom(before), 0), "2026-03-20T23:00Z~2026-03-23T09:15:00.001Z");
    for wrong in [
        "",
        "page 3d@2026-03-26T09:15Z",
        "calls",
        "calls 3d",
        "rows 1d@2026-03-26T09:15Z",
        "list 3d@2026-03-26T09:15Z",
        "cost 3d@2026-03-26T09:15Z price=a:1/2",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}
