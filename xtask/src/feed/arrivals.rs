//! When calls arrive: an intensity by minute (time of day, weekend, slow drift) filled with the short-term pattern of a
//! real trace. Gaps of the trace are laid out in operational time, in which the mean rate is one, and mapped to the clock
//! through the inverse of the cumulated intensity.

use super::dice::Dice;
use super::traces::{AzureRow, Mooncake};

pub const DAYS: usize = 15;
pub const MINUTE_MS: i64 = 60_000;
pub const DAY_MS: i64 = 1440 * MINUTE_MS;
const MINUTES: usize = DAYS * 1440;
/// 2026-03-26T00:00:00Z, a Thursday. The fifteen days hold the change to summer time in Europe and the change to winter
/// time in Australia, so that the feed exercises both in the zones that have them.
pub const START_MS: i64 = 1_774_483_200_000;
/// Days (from 0) that fall on Saturday and Sunday.
const WEEKEND: [usize; 4] = [2, 3, 9, 10];
/// Minutes from the start in which no service receives anything: Wednesday of the first week, 02:10 to 05:00.
pub const QUIET: core::ops::Range<usize> = 6 * 1440 + 130..6 * 1440 + 300;

/// Rows of the Azure trace that are taken in one piece, so that its bursts survive.
const RUN_ROWS: usize = 8;

/// The load over a day, as weights at each full hour.
#[derive(Clone, Copy)]
pub enum Profile {
    /// People at work.
    Office,
    /// People at home.
    Evening,
    /// Customers in all zones.
    Global,
    /// Scheduled work after midnight.
    Night,
}

impl Profile {
    fn hours(self) -> [f64; 24] {
        match self {
            Self::Office => {
                [4., 3., 2., 2., 2., 4., 9., 25., 62., 92., 100., 94., 61., 78., 96., 98., 90., 70., 42., 26., 19., 14., 9., 6.]
            }
            Self::Evening => [
                34., 20., 12., 8., 7., 9., 16., 30., 42., 48., 52., 58., 66., 60., 56., 58., 63., 72., 84., 96., 100., 95., 78.,
                54.,
            ],
            Self::Global => [
                62., 57., 53., 52., 54., 58., 66., 76., 87., 94., 98., 97., 92., 95., 100., 99., 95., 90., 86., 83., 79., 75.,
                70., 66.,
            ],
            Self::Night => {
                [100., 82., 70., 55., 30., 10., 3., 2., 2., 2., 2., 2., 2., 2., 2., 2., 2., 2., 2., 2., 3., 5., 12., 34.]
            }
        }
    }
}

/// A service's load.
pub struct Load {
    pub profile: Profile,
    /// Load of a weekend day as a share of a working day's.
    pub weekend: f64,
    /// First day with calls, from 0.
    pub from_day: usize,
}

/// Where the short-term pattern and the token counts come from.
pub enum Pattern<'a> {
    Azure(&'a [AzureRow]),
    Mooncake(&'a Mooncake),
}

/// One arrival.
pub struct Arrival {
    /// Milliseconds since the epoch.
    pub time_ms: i64,
    /// Load of the minute against the service's busiest, 0 to 1.
    pub load: f64,
    /// The row of the Azure trace whose gap led here.
    pub row: usize,
}

/// About `calls` arrivals in the order of time.
pub fn arrivals(dice: &mut Dice, calls: usize, load: &Load, pattern: &Pattern) -> Vec<Arrival> {
    let intensity = intensity(dice, load);
    let peak = intensity.iter().copied().fold(0.0, f64::max);
    let total: f64 = intensity.iter().sum();
    let mut minute = 0;
    let mut passed = 0.0;
    let mut out = Vec::with_capacity(calls + calls / 8);
    for (at, row) in operational(dice, calls as f64, pattern) {
        let target = at / calls as f64 * total;
        while minute + 1 < MINUTES && passed + intensity[minute] <= target {
            passed += intensity[minute];
            minute += 1;
        }
        let within = ((target - passed) / intensity[minute]).clamp(0.0, 0.999_99);
        let time_ms = START_MS + minute as i64 * MINUTE_MS + (within * MINUTE_MS as f64) as i64;
        out.push(Arrival { time_ms, load: intensity[minute] / peak, row });
    }
    out.sort_by_key(|arrival| arrival.time_ms);
    out
}

/// Positions in `0..end` whose mean distance is one, with the row each belongs to.
fn operational(dice: &mut Dice, end: f64, pattern: &Pattern) -> Vec<(f64, usize)> {
    let mut out = Vec::new();
    let mut at = 0.0;
    match pattern {
        Pattern::Azure(rows) => loop {
            let first = dice.below(rows.len() - RUN_ROWS);
            for (row, azure) in rows.iter().enumerate().skip(first).take(RUN_ROWS) {
                at += azure.gap;
                if at >= end {
                    return out;
                }
                out.push((at, row));
            }
        },
        Pattern::Mooncake(table) => {
            while at < end {
                let requests = (dice.quantile(&table.per_tick) + 0.5) as usize;
                for _ in 0..requests {
                    let position = at + dice.unit() * table.per_tick_mean;
                    if position < end {
                        out.push((position, 0));
                    }
                }
                at += table.per_tick_mean;
            }
            out.sort_by(|a, b| a.0.total_cmp(&b.0));
            out
        }
    }
}

fn intensity(dice: &mut Dice, load: &Load) -> Vec<f64> {
    let hours = load.profile.hours();
    let mut out = Vec::with_capacity(MINUTES);
    for day in 0..DAYS {
        let weekend = if WEEKEND.contains(&day) { load.weekend } else { 1.0 };
        let of_day = weekend * dice.log_normal(1.0, 0.07);
        let mut drift = 1.0;
        for minute in 0..1440 {
            if minute % 20 == 0 {
                drift = dice.log_normal(1.0, 0.16);
            }
            let hour = minute / 60;
            let share = (minute % 60) as f64 / 60.0;
            let base = hours[hour] * (1.0 - share) + hours[(hour + 1) % 24] * share;
            let silent = day < load.from_day || QUIET.contains(&(day * 1440 + minute));
            out.push(if silent { 0.0 } else { base * of_day * drift });
        }
    }
    out
}
