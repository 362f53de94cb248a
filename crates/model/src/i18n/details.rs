//! Words of the Details page.

use super::pages::by_precision;
use super::{Lang, Message, fill};
use crate::base::num;
use crate::model::Precision;
use crate::series::Zone;
use crate::wire::Buckets;

messages! {
    /// The Details page.
    DetailsWords {
        MinuteBuckets => "{n} one-minute points", "{n} 个分钟级数据点";
        HourBuckets => "{n} hourly points", "{n} 个小时级数据点";
        DayBuckets => "{n} daily points", "{n} 个天级数据点";
        UnfinishedHour => "Dotted: {start} is incomplete ({n} of {m} min).", "虚线：{start} 不完整（{n}/{m} 分钟）。";
        UnfinishedDay => "Dotted: {start} is incomplete ({n} of {m} h).", "虚线：{start} 不完整（{n}/{m} 小时）。";
        Reading => "Values at {when} on all charts.", "所有图表显示 {when} 的值。";
        Hatched => "Hatched: no calls.", "斜纹：无调用。";
    }
}

/// `63 hourly points`.
pub fn buckets(lang: Lang, precision: Precision, n: usize) -> String {
    let key = by_precision(precision, [DetailsWords::MinuteBuckets, DetailsWords::HourBuckets, DetailsWords::DayBuckets]);
    fill(key.text(lang), &[("n", &num::whole(n as u64))])
}

/// `Dotted: 14:00 is incomplete (37 of 60 min).`; `None` where the last bucket is finished, or is a minute, which is too short to tell about.
pub fn unfinished(lang: Lang, zone: &Zone, precision: Precision, buckets: &Buckets) -> Option<String> {
    let last = buckets.unfinished()?;
    let (key, start, scale) = match precision {
        Precision::Minute => return None,
        Precision::Hour => (DetailsWords::UnfinishedHour, super::time::clock(zone, last.start_ms), 1.0),
        Precision::Day => (DetailsWords::UnfinishedDay, super::time::day(lang, zone, last.start_ms), 60.0),
    };
    let of = |minutes: f64| num::fixed((minutes / scale).floor(), 0);
    Some(fill(key.text(lang), &[("start", &start), ("n", &of(last.minutes)), ("m", &of(last.minutes_full))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unfinished_bucket_is_told() {
        let buckets = Buckets {
            starts_ms: vec![0, 86_400_000],
            ends_ms: vec![86_400_000, 172_800_000],
            minutes: vec![1440.0, 877.5],
            last_unfinished: true,
            first_clipped: false,
        };
        let told = unfinished(Lang::En, &Zone::utc(), Precision::Day, &buckets);
        assert_eq!(told.as_deref(), Some("Dotted: Fri 2 is incomplete (14 of 24 h)."));
        assert_eq!(unfinished(Lang::En, &Zone::utc(), Precision::Minute, &buckets), None);
    }
}
