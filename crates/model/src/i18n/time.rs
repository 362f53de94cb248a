//! Dates and times in words, always in a zone that the caller names.

use super::{Lang, Message, fill};
use crate::base::civil::Civil;
use crate::model::{Precision, Range};
use crate::series::Zone;
use crate::series::calendar::civil;

messages! {
    /// Calendar words.
    Time {
        Mon => "Mon", "周一";
        Tue => "Tue", "周二";
        Wed => "Wed", "周三";
        Thu => "Thu", "周四";
        Fri => "Fri", "周五";
        Sat => "Sat", "周六";
        Sun => "Sun", "周日";
        Jan => "Jan", "1 月";
        Feb => "Feb", "2 月";
        Mar => "Mar", "3 月";
        Apr => "Apr", "4 月";
        May => "May", "5 月";
        Jun => "Jun", "6 月";
        Jul => "Jul", "7 月";
        Aug => "Aug", "8 月";
        Sep => "Sep", "9 月";
        Oct => "Oct", "10 月";
        Nov => "Nov", "11 月";
        Dec => "Dec", "12 月";
        SecondsAgo => "{n} s ago", "{n} 秒前";
        MinutesAgo => "{n} min ago", "{n} 分钟前";
        HoursAgo => "{h} h {n} min ago", "{h} 小时 {n} 分钟前";
        DaysAgo => "{n} days ago", "{n} 天前";
        Seconds => "{n} s", "{n} 秒";
        Minutes => "{n} min", "{n} 分钟";
        Hours => "{n} h", "{n} 小时";
        Days => "{n} days", "{n} 天";
        HoursMinutes => "{h} h {n} min", "{h} 小时 {n} 分钟";
    }
}

const WEEKDAYS: [Time; 7] = [Time::Mon, Time::Tue, Time::Wed, Time::Thu, Time::Fri, Time::Sat, Time::Sun];
const MONTHS: [Time; 12] = [
    Time::Jan,
    Time::Feb,
    Time::Mar,
    Time::Apr,
    Time::May,
    Time::Jun,
    Time::Jul,
    Time::Aug,
    Time::Sep,
    Time::Oct,
    Time::Nov,
    Time::Dec,
];

fn month(lang: Lang, c: Civil) -> &'static str {
    MONTHS.get(c.month as usize - 1).map_or("", |m| m.text(lang))
}

fn weekday(lang: Lang, c: Civil) -> &'static str {
    WEEKDAYS.get(c.weekday as usize).map_or("", |d| d.text(lang))
}

/// `Tue 10`.
pub fn day(lang: Lang, zone: &Zone, at_ms: i64) -> String {
    let c = civil(zone, at_ms);
    format!("{} {}", weekday(lang, c), c.day)
}

/// `Tue 14:37`.
pub fn weekday_clock(lang: Lang, zone: &Zone, at_ms: i64) -> String {
    format!("{} {}", weekday(lang, civil(zone, at_ms)), clock(zone, at_ms))
}

/// `10 Mar`, `3 月 10 日`.
pub fn date(lang: Lang, zone: &Zone, at_ms: i64) -> String {
    let c = civil(zone, at_ms);
    match lang {
        Lang::En => format!("{} {}", c.day, month(lang, c)),
        Lang::Zh => format!("{} {} 日", month(lang, c), c.day),
    }
}

/// `14:37`.
pub fn clock(zone: &Zone, at_ms: i64) -> String {
    let c = civil(zone, at_ms);
    format!("{:02}:{:02}", c.hour, c.minute)
}

/// `11:59:54.679`.
pub fn clock_exact(zone: &Zone, at_ms: i64) -> String {
    let c = civil(zone, at_ms);
    format!("{:02}:{:02}:{:02}.{:03}", c.hour, c.minute, c.second, c.milli)
}

/// `2026-03-10 11:59:54.679`: every part of it, for who has to check it.
pub fn stamp(zone: &Zone, at_ms: i64) -> String {
    let c = civil(zone, at_ms);
    format!("{:04}-{:02}-{:02} {}", c.year, c.month, c.day, clock_exact(zone, at_ms))
}

/// `10 Mar 14:37`; with the year where it is not this one.
pub fn date_time(lang: Lang, zone: &Zone, at_ms: i64, this_year: i32) -> String {
    let c = civil(zone, at_ms);
    let date = date(lang, zone, at_ms);
    let dated = match lang {
        _ if c.year == this_year => date,
        Lang::En => format!("{date} {}", c.year),
        Lang::Zh => format!("{} 年 {date}", c.year),
    };
    format!("{dated} {}", clock(zone, at_ms))
}

/// The year on the wall at an instant.
pub fn year(zone: &Zone, at_ms: i64) -> i32 {
    civil(zone, at_ms).year
}

/// `10 Mar 00:00 – 12 Mar 14:37`: first and last instant shown, the end not included shown as it is.
pub fn range(lang: Lang, zone: &Zone, range: Range, this_year: i32) -> String {
    format!("{} \u{2013} {}", date_time(lang, zone, range.from_ms, this_year), date_time(lang, zone, range.to_ms, this_year))
}

/// A bucket by its start: `Thu 12 10:00`, `Thu 12` for days.
pub fn bucket(lang: Lang, zone: &Zone, precision: Precision, at_ms: i64) -> String {
    match precision {
        Precision::Day => day(lang, zone, at_ms),
        _ => format!("{} {}", day(lang, zone, at_ms), clock(zone, at_ms)),
    }
}

/// How long ago: `41 s ago`, `3 h 12 min ago`.
pub fn ago(lang: Lang, ms: i64) -> String {
    let s = (ms / 1000).max(0);
    let say = |m: Time, n: i64, h: i64| fill(m.text(lang), &[("n", &n.to_string()), ("h", &h.to_string())]);
    match s {
        0..=89 => say(Time::SecondsAgo, s, 0),
        90..=5_399 => say(Time::MinutesAgo, s / 60, 0),
        5_400..=172_799 => say(Time::HoursAgo, s / 60 % 60, s / 3600),
        _ => say(Time::DaysAgo, s / 86_400, 0),
    }
}

/// How long: `41 s`, `17 h`, `3 h 12 min`, `4 days`.
pub fn duration(lang: Lang, ms: i64) -> String {
    let s = (ms / 1000).max(0);
    let say = |m: Time, n: i64, h: i64| fill(m.text(lang), &[("n", &n.to_string()), ("h", &h.to_string())]);
    match s {
        0..=89 => say(Time::Seconds, s, 0),
        90..=5_399 => say(Time::Minutes, s / 60, 0),
        _ if s % 86_400 == 0 && s > 86_400 => say(Time::Days, s / 86_400, 0),
        _ if s % 3600 == 0 => say(Time::Hours, s / 3600, 0),
        _ => say(Time::HoursMinutes, s / 60 % 60, s / 3600),
    }
}

/// How old something is: of what is days old, whole days.
pub fn age(lang: Lang, ms: i64) -> String {
    const DAY_MS: i64 = 86_400_000;
    duration(lang, if ms >= 2 * DAY_MS { ms - ms % DAY_MS } else { ms })
}

/// Offset from UTC: `UTC+8`, `UTC−3:30`, `UTC`.
pub fn offset(zone: &Zone, at_ms: i64) -> String {
    let minutes = zone.offset_ms(at_ms) / 60_000;
    let sign = if minutes < 0 { '\u{2212}' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".into(),
        (h, 0) => format!("UTC{sign}{h}"),
        (h, m) => format!("UTC{sign}{h}:{m:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        let zone = Zone { name: "Asia/Shanghai".into(), offsets: vec![(0, 8 * 3600)] };
        let at = 1_773_297_474_679; // 2026-03-12T06:37:54.679Z
        assert_eq!(day(Lang::En, &zone, at), "Thu 12");
        assert_eq!(clock_exact(&zone, at), "14:37:54.679");
        assert_eq!(date_time(Lang::En, &zone, at, 2026), "12 Mar 14:37");
        assert_eq!(date_time(Lang::Zh, &zone, at, 2025), "2026 年 3 月 12 日 14:37");
        assert_eq!(ago(Lang::En, 11_520_000), "3 h 12 min ago");
        assert_eq!(duration(Lang::En, 17 * 3_600_000), "17 h");
        assert_eq!(offset(&zone, at), "UTC+8");
    }
}
