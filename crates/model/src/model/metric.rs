//! What follows from the catalogue of metrics, the lines of their charts, and the columns of the services table.

use super::catalogue::{Made, Metric, Unit};
use super::line::Format;
use super::quantity::Needs;
use crate::base::num;
use serde::{Deserialize, Serialize};

/// How a metric's line is made within a bucket, which decides how empty buckets look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agg {
    /// Counts and sums: an empty bucket is 0.
    Amount,
    /// Amounts per minute: an empty bucket is 0.
    PerMinute,
    /// Averages, rates and percentiles: an empty bucket is a gap.
    Level,
}

impl Metric {
    /// All charts in the reading order of a sheet three panes wide: related charts are below each other.
    pub const THREE_WIDE: [Metric; Self::COUNT] = ordered(0);

    /// All charts in the reading order of any other width: pairs are beside or after each other.
    pub const IN_PAIRS: [Metric; Self::COUNT] = ordered(1);

    /// The reading order of a sheet four panes wide: a row each for volume, for failure and duration, and for distributions.
    pub const FOUR_WIDE: [Metric; Self::COUNT] = ordered(2);

    /// The metric of a query-string word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.key() == key)
    }

    pub const fn agg(self) -> Agg {
        match self.made() {
            Made::Counts(_) | Made::CountsByStatus(_) | Made::Sums(_) => Agg::Amount,
            Made::PerMinute(_) => Agg::PerMinute,
            Made::Share(_) | Made::Mean(_) | Made::Distribution(_) => Agg::Level,
        }
    }

    /// Whether it has one line, of which the period before is drawn, too.
    pub const fn is_single(self) -> bool {
        matches!(self.made(), Made::PerMinute(_) | Made::Share(_) | Made::Mean(_))
    }

    /// Whether its lines are those of the HTTP statuses that occur.
    pub const fn is_by_status(self) -> bool {
        matches!(self.made(), Made::CountsByStatus(_))
    }

    /// Whether its lowest value is the bad one, so that charts show that in place of the highest.
    pub fn is_worst_low(self) -> bool {
        self == Self::Availability
    }

    /// Whether its values are whole numbers.
    pub const fn is_whole(self) -> bool {
        matches!(self.made(), Made::Counts(_) | Made::CountsByStatus(_))
    }

    /// A value as charts and legends show it, without its unit. Not a number gives `-`.
    pub fn format(self, value: f64) -> String {
        match self.shown() {
            Format::Fixed(decimals) => num::fixed(value, decimals.into()),
            Format::Milliseconds => num::fixed(value, usize::from(value.abs() < 1000.0)),
            Format::Significant => num::significant(value),
        }
    }

    /// A value as tables and files show it: three decimals, and none for counts. Not a number gives `-`.
    pub fn format_full(self, value: f64) -> String {
        num::fixed(value, self.decimals().into())
    }

    /// An average of its values, as they are shown. Averages of counts have decimals, small ones enough for two figures.
    pub fn format_average(self, value: f64) -> String {
        if !self.is_whole() {
            return self.format(value);
        }
        let size = value.abs();
        let decimals = match size {
            1000.0.. => 0,
            100.0.. => 1,
            10.0.. => 2,
            0.01.. => 3,
            _ => 6,
        };
        num::short(value, decimals)
    }

    /// Decimals of a column of its values in an exported file: three, and none for counts (docs/spec.md, section 4).
    pub const fn decimals(self) -> u8 {
        if self.is_whole() { 0 } else { 3 }
    }

    /// The highest value that is possible, where there is one.
    pub const fn ceiling(self) -> Option<f64> {
        if let Made::Share(_) = self.made() { Some(100.0) } else { None }
    }

    /// Whether the area under the line is filled: amounts per time and failures, never averages, rates or percentiles.
    pub const fn filled(self) -> bool {
        matches!(self.made(), Made::PerMinute(_))
    }

    /// Whether calls of these fields can have it; `has` says whether they carry a field.
    pub fn is_carried(self, has: &dyn Fn(&str) -> bool) -> bool {
        let carried = |needs: Needs| needs.iter().any(|fields| fields.iter().all(|field| has(field)));
        match self.made() {
            Made::Counts(lines) => lines.iter().any(|(_, class)| carried(class.needs())),
            Made::CountsByStatus(class) | Made::Share(class) => carried(class.needs()),
            Made::Sums(lines) => lines.iter().any(|(_, of)| carried(of.needs())),
            Made::PerMinute(of) | Made::Mean(of) | Made::Distribution(of) => carried(of.needs()),
        }
    }
}

/// All metrics by their places in a reading order.
const fn ordered(order: usize) -> [Metric; Metric::COUNT] {
    let mut all = Metric::ALL;
    let mut at = 1;
    while at < all.len() {
        let mut to = at;
        while to > 0 && all[to - 1].places()[order] > all[to].places()[order] {
            (all[to - 1], all[to]) = (all[to], all[to - 1]);
            to -= 1;
        }
        at += 1;
    }
    all
}

/// Defines [`Column`] with what is known of each.
macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident $key:literal, $metric:ident, $unit:ident, $decimals:literal;)+) => {
        /// A column of the services table, after the name (docs/spec.md, section 4), and what the calls cost where the deployment has a price sheet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Column {
            $($(#[$doc])* $name),+
        }

        impl Column {
            /// The order of docs/spec.md, section 4, costs last.
            pub const ALL: [Column; [$($key),+].len()] = [$(Column::$name),+];

            /// Word in the query string and in exports.
            pub const fn key(self) -> &'static str {
                match self { $(Column::$name => $key),+ }
            }

            /// The metric of which it shows the whole range; where the metric is not involved, its figure is missing.
            pub const fn metric(self) -> Metric {
                match self { $(Column::$name => Metric::$metric),+ }
            }

            /// [`Unit::None`] where it needs none. That of costs is the price sheet's currency.
            pub const fn unit(self) -> Unit {
                match self { $(Column::$name => Unit::$unit),+ }
            }

            /// Fixed decimals of the column, so that figures align. Of costs, in files; a page writes them by [`num::money`].
            pub const fn decimals(self) -> usize {
                match self { $(Column::$name => $decimals),+ }
            }
        }
    };
}

columns! {
    Calls "calls", Calls, None, 0;
    Failed "failed", FailureRate, None, 0;
    FailureRate "failure-rate", FailureRate, Percent, 3;
    TotalTokens "total-tokens", Tokens, KTokens, 3;
    InputTokens "input-tokens", InputLength, KTokens, 3;
    OutputTokens "output-tokens", OutputLength, KTokens, 3;
    Latency "latency", Latency, Ms, 3;
    Ttft "ttft", Ttft, Ms, 3;
    Tpot "tpot", Tpot, Ms, 3;
    Generation "generation", Generation, S, 3;
    /// Not of a call's figures: [`crate::wire::CostReply`] has it.
    Cost "cost", Tokens, None, 4;
}

impl Column {
    /// Those that every deployment shows: all but the last.
    pub const FIGURES: [Column; Self::ALL.len() - 1] = {
        let (mut figures, mut at) = ([Column::Calls; Self::ALL.len() - 1], 0);
        while at < figures.len() {
            figures[at] = Self::ALL[at];
            at += 1;
        }
        figures
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_of_counts_have_decimals() {
        let texts = [1234.5, 132.14, 12.345, 5.0, 1.0 / 54.0, 0.0004, 0.0].map(|value| Metric::Errors.format_average(value));
        assert_eq!(texts, ["1,235", "132.1", "12.35", "5", "0.019", "0.0004", "0"]);
        assert_eq!((Metric::Latency.format_average(4.5), Metric::Calls.format_average(f64::NAN)), ("4.5".into(), "-".into()));
    }

    #[test]
    fn keys_and_places_are_each_one_metrics() {
        for (at, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(Metric::from_key(metric.key()), Some(metric));
            let others = &Metric::ALL[..at];
            assert!(others.iter().all(|other| (0..3).all(|order| other.places()[order] != metric.places()[order])), "{metric:?}");
        }
    }
}
