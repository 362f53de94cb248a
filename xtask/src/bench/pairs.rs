//! Figures measured in pairs, of an earlier build and of this one: the median of their ratios with its interval, and which are worse.

use std::fmt::Write as _;

/// A figure is worse where its ratio's whole interval lies above this.
pub const RATIO_MAX: f64 = 1.05;
/// And where the median difference is more than this, in milliseconds.
pub const DIFFERENCE_MS_MAX: f64 = 0.2;
/// Times are whole steps of the clock: 1.1 less 0.9 is not more than 0.2.
const ROUNDING_MS: f64 = 1e-6;
/// How sure the interval is.
const CONFIDENCE: f64 = 0.95;
/// With fewer pairs not even their whole range is so sure.
pub const PAIRS_MIN: usize = 6;
/// The finest step of a browser's clock, in milliseconds: times below it are taken for it.
const CLOCK_MS: f64 = 0.1;

/// Times of one figure, earlier build first.
#[derive(Default)]
pub struct Pairs(Vec<(f64, f64)>);

/// What came of the pairs of a figure.
#[derive(Debug, PartialEq)]
pub struct Verdict {
    pub before_ms: f64,
    pub now_ms: f64,
    /// Median of the ratios of now to before, and the bounds of its interval.
    pub ratio: f64,
    pub low: f64,
    pub high: f64,
    /// Median of the differences.
    pub difference_ms: f64,
}

impl Pairs {
    pub fn add(&mut self, before_ms: f64, now_ms: f64) {
        self.0.push((before_ms.max(CLOCK_MS), now_ms.max(CLOCK_MS)));
    }

    /// `None` with fewer than [`PAIRS_MIN`] pairs.
    pub fn verdict(&self) -> Option<Verdict> {
        let of = |figure: fn(&(f64, f64)) -> f64| {
            let mut all: Vec<f64> = self.0.iter().map(figure).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let ratios = of(|(before, now)| now / before);
        let outside = outside(ratios.len())?;
        Some(Verdict {
            before_ms: median(&of(|pair| pair.0)),
            now_ms: median(&of(|pair| pair.1)),
            ratio: median(&ratios),
            low: ratios[outside],
            high: ratios[ratios.len() - 1 - outside],
            difference_ms: median(&of(|(before, now)| now - before)),
        })
    }
}

impl Verdict {
    pub fn is_worse(&self) -> bool {
        self.low > RATIO_MAX && self.difference_ms > DIFFERENCE_MS_MAX + ROUNDING_MS
    }
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { (sorted[middle - 1] + sorted[middle]) / 2.0 } else { sorted[middle] }
}

/// How many values lie outside the interval of a median on either side, by order statistics: each value lies below the true median as
/// often as above, so the number of those below is that of heads of as many coins. `None` where there are too few.
fn outside(values: usize) -> Option<usize> {
    let mut heads = 0.5_f64.powi(i32::try_from(values).ok()?);
    let mut tail = heads;
    let mut outside = None;
    for k in 0..values / 2 {
        if 2.0 * tail > 1.0 - CONFIDENCE {
            break;
        }
        outside = Some(k);
        heads *= (values - k) as f64 / (k + 1) as f64;
        tail += heads;
    }
    outside
}

/// A table of all figures in Markdown, and the names of those that are worse.
pub fn table(figures: &[(String, Pairs)]) -> (String, Vec<&str>) {
    let mut out = String::from("| figure | before | now | ratio (95 % interval) | difference | |\n|---|---|---|---|---|---|\n");
    let mut worse = Vec::new();
    for (name, pairs) in figures {
        let Some(v) = pairs.verdict() else {
            let _ = writeln!(out, "| {name} | | | fewer than {PAIRS_MIN} pairs | | |");
            continue;
        };
        let word = match &v {
            v if v.is_worse() => "worse",
            v if v.high < 1.0 => "better",
            _ => "",
        };
        let _ = writeln!(
            out,
            "| {name} | {:.2} ms | {:.2} ms | {:.3} ({:.3} to {:.3}) | {:+.2} ms | {word} |",
            v.before_ms, v.now_ms, v.ratio, v.low, v.high, v.difference_ms
        );
        if v.is_worse() {
            worse.push(name.as_str());
        }
    }
    (out, worse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: impl IntoIterator<Item = (f64, f64)>) -> Pairs {
        let mut pairs = Pairs::default();
        of.into_iter().for_each(|(before, now)| pairs.add(before, now));
        pairs
    }

    #[test]
    fn intervals_are_those_of_tables_of_the_sign_test() {
        // Of 15 values the 4th and the 12th (96.5 %), of 20 the 6th and the 15th (95.9 %).
        assert_eq!([15, 20, 6, 8, 9, 100].map(outside), [Some(3), Some(5), Some(0), Some(0), Some(1), Some(39)]);
        assert_eq!([0, 1, 5].map(outside), [None, None, None]);
    }

    #[test]
    fn a_figure_is_worse_where_it_surely_is_and_somebody_could_feel_it() {
        let of = |before: f64, now: f64, noise: f64| {
            let beside = move |i: i32| 1.0 + noise * f64::from(i - 7) / 7.0;
            pairs((0..15).map(move |i| (before, now * beside(i)))).verdict().unwrap()
        };
        let v = of(10.0, 11.0, 0.02);
        assert!(v.is_worse() && v.ratio == 1.1 && (v.difference_ms - 1.0).abs() < 1e-9, "{v:?}");
        assert!(v.low < v.ratio && v.ratio < v.high);
        // Perhaps, a little, by less than anybody feels, and for the better.
        for (before, now, noise) in [(10.0, 11.0, 0.2), (10.0, 10.4, 0.001), (1.0, 1.15, 0.001), (11.0, 10.0, 0.02)] {
            let v = of(before, now, noise);
            assert!(!v.is_worse(), "{v:?}");
        }
    }

    #[test]
    fn the_worse_are_named_and_the_better_told() {
        let figures = [("slow", 10.0, 12.0), ("same", 10.0, 10.0), ("fast", 10.0, 8.0)];
        let figures = figures.map(|(name, before, now)| (name.to_owned(), pairs([(before, now); 15])));
        let (text, worse) = table(&figures);
        assert_eq!(worse, ["slow"]);
        assert!(text.contains("| slow | 10.00 ms | 12.00 ms | 1.200 (1.200 to 1.200) | +2.00 ms | worse |\n"), "{text}");
        assert!(text.contains("0.800 (0.800 to 0.800) | -2.00 ms | better |\n"), "{text}");
        // No difference, however small the numbers are.
        assert_eq!(pairs([(0.0, 0.05); 15]).verdict().unwrap().ratio, 1.0);
        assert_eq!(pairs([(1.0, 2.0); PAIRS_MIN - 1]).verdict(), None);
    }
}
