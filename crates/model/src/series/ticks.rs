//! Round times for a time axis, in a zone: midnights first, hours and minutes between them as far as there is room.

use super::{Zone, calendar};
use crate::model::Range;
use crate::model::range::{DAY_MS, HOUR_MS, MINUTE_MS};

/// Room a label needs, in CSS pixels.
const LABEL_PX: f64 = 56.0;

/// A round time on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    pub at_ms: i64,
    pub kind: TickKind,
}

/// What changes at a tick, which decides what its label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickKind {
    Minute,
    Hour,
    /// The start of a day.
    Day,
    /// The start of the first day of a month.
    Month,
}

/// The ticks of an axis over `range` that is `width_px` CSS pixels wide, ascending. Each is at a round time on the wall, both times where the
/// clock goes back; neighbours are at least a label apart, the start of a day winning over a time of day beside it.
pub fn ticks(range: Range, zone: &Zone, width_px: f64) -> Vec<Tick> {
    if range.span_ms() <= 0 || width_px.is_nan() || width_px < 1.0 {
        return Vec::new();
    }
    let room_ms = (range.span_ms() as f64 / width_px * LABEL_PX).ceil() as i64;
    const STEPS: [i64; 9] = [
        MINUTE_MS,
        5 * MINUTE_MS,
        10 * MINUTE_MS,
        15 * MINUTE_MS,
        30 * MINUTE_MS,
        HOUR_MS,
        3 * HOUR_MS,
        6 * HOUR_MS,
        12 * HOUR_MS,
    ];
    let days = day_ticks(range, zone, room_ms);
    let Some(&step) = STEPS.iter().find(|&&step| step >= room_ms) else { return days };
    let mut out: Vec<Tick> = times_of_day(range, zone, step)
        .into_iter()
        .filter(|tick| {
            let next = days.partition_point(|d| d.at_ms <= tick.at_ms);
            let near = |i: usize| days.get(i).is_some_and(|d: &Tick| (d.at_ms - tick.at_ms).abs() < room_ms);
            !near(next) && (next == 0 || !near(next - 1))
        })
        .collect();
    out.extend(days);
    out.sort_by_key(|tick| tick.at_ms);
    out
}

/// Starts of days, thinned to every second, third, fifth day, or to Mondays, every second Monday and so on where they are too close.
fn day_ticks(range: Range, zone: &Zone, room_ms: i64) -> Vec<Tick> {
    let room_days = (room_ms + DAY_MS - 1) / DAY_MS;
    let step = [1, 2, 3, 5].into_iter().find(|&s| s >= room_days).unwrap_or((room_days + 6) / 7 * 7);
    let mut out: Vec<Tick> = Vec::new();
    let first = calendar::day_of(zone, range.from_ms);
    let mut day = first + (-(first + 3)).rem_euclid(step);
    loop {
        let at_ms = calendar::day_start_of(zone, day);
        if at_ms >= range.to_ms {
            return out;
        }
        if at_ms >= range.from_ms && out.last().is_none_or(|last| last.at_ms < at_ms) {
            let kind = if calendar::date_of(day).2 == 1 { TickKind::Month } else { TickKind::Day };
            out.push(Tick { at_ms, kind });
        }
        day += step;
    }
}

/// Instants at which the wall clock shows a multiple of `step`, offset by offset.
fn times_of_day(range: Range, zone: &Zone, step: i64) -> Vec<Tick> {
    let mut out: Vec<Tick> = Vec::new();
    let mut from = range.from_ms;
    while from < range.to_ms {
        let until = zone.next_change(from).map_or(range.to_ms, |change| change.min(range.to_ms));
        let offset = zone.offset_ms(from);
        let mut at_ms = (from + offset + step - 1).div_euclid(step) * step - offset;
        while at_ms < until {
            // Right after a change a time may be closer to the last one than the step.
            if out.last().is_none_or(|last| at_ms - last.at_ms >= step.min(HOUR_MS)) {
                let kind = if (at_ms + offset).rem_euclid(HOUR_MS) == 0 { TickKind::Hour } else { TickKind::Minute };
                out.push(Tick { at_ms, kind });
            }
            at_ms += step;
        }
        from = until;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Offset, TimeZone};

    fn labels(name: &str, from: &str, hours: i64, width: f64) -> Vec<String> {
        let tz: chrono_tz::Tz = name.parse().unwrap();
        let zone = Zone::probe(name, calendar::days_of(2024, 1, 1) * DAY_MS, calendar::days_of(2025, 1, 1) * DAY_MS, |at| {
            tz.timestamp_millis_opt(at).unwrap().offset().fix().local_minus_utc()
        });
        let from_ms = calendar::parse_minute(&zone, from).unwrap();
        let range = Range { from_ms, to_ms: from_ms + hours * HOUR_MS };
        ticks(range, &zone, width).iter().map(|t| calendar::print_minute(&zone, t.at_ms)[5..].replace(' ', "T")).collect()
    }

    #[test]
    fn a_day_gets_hours_by_the_room_there_is() {
        assert_eq!(
            labels("Asia/Shanghai", "2024-05-01T00:00", 24, 250.0),
            ["05-01T00:00", "05-01T06:00", "05-01T12:00", "05-01T18:00"]
        );
        assert_eq!(labels("Asia/Shanghai", "2024-05-01T00:00", 24, 500.0).len(), 8);
        assert_eq!(labels("Asia/Kathmandu", "2024-05-01T09:10", 1, 500.0)[..2], ["05-01T09:10", "05-01T09:20"]);
    }

    #[test]
    fn times_stay_round_across_a_change_of_the_clock() {
        let got = labels("Europe/Berlin", "2024-10-27T00:00", 25, 300.0);
        assert_eq!(got, ["10-27T00:00", "10-27T06:00", "10-27T12:00", "10-27T18:00"]);
        let got = labels("America/New_York", "2024-11-03T00:00", 6, 700.0);
        assert_eq!(got.iter().filter(|l| l.ends_with("01:00")).count(), 2);
    }

    #[test]
    fn days_thin_out_when_narrow() {
        let wide = labels("UTC", "2024-05-01T00:00", 14 * 24, 900.0);
        assert_eq!(wide.len(), 14);
        let narrow = labels("UTC", "2024-05-01T00:00", 14 * 24, 250.0);
        assert!(narrow.len() <= 4 && narrow.len() >= 2, "{narrow:?}");
        assert!(narrow.iter().all(|l| l.ends_with("T00:00")));
    }
}
