//! The catalogue: what each metric is, stated once. Charts, table columns, links, exports and tests derive from it; its words are in
//! `i18n::metrics` under its name.

use super::line::{Format, Line, Tone};
use super::quantity::{Class, Quantity};
use serde::{Deserialize, Serialize};

/// How a metric's lines are made of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Each line counts the calls of a class.
    Counts(&'static [(Line, Class)]),
    /// A line for each HTTP status of such calls that occurs.
    CountsByStatus(Class),
    /// Each line adds up a quantity.
    Sums(&'static [(Line, Quantity)]),
    /// A quantity for each minute.
    PerMinute(&'static Quantity),
    /// Calls of a class in percent of all calls with a status.
    Share(Class),
    /// The average of a quantity over the calls that count in it.
    Mean(&'static Quantity),
    /// Average, maximum and percentiles of a quantity over the calls that count in it.
    Distribution(&'static Quantity),
}

/// What values are given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    None,
    Times,
    KTokens,
    Percent,
    TimesPerMinute,
    KTokensPerMinute,
    Ms,
    S,
}

/// What the catalogue says of a metric.
struct Entry {
    /// Word in the query string, in ids and in exports.
    key: &'static str,
    made: Made,
    unit: Unit,
    shown: Format,
    tone: Tone,
    /// Places on a sheet of charts three panes wide, in pairs, and four panes wide, from low to high.
    places: [u8; 3],
}

const SUCCESSFUL: Class = Class::NotIn(&[4, 5]);
const FAILED: Class = Class::In(&[4, 5]);

/// Defines [`Metric`] with the entry of each. A field is looked up by a `match` of its own, so that a program holds those alone that it uses.
macro_rules! metrics {
    ($($name:ident = $entry:expr;)+) => {
        /// A chart of the Monitoring tab.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Metric {
            $($name),+
        }

        #[expect(non_upper_case_globals, reason = "each is named as its metric")]
        mod entries {
            use super::*;
            $(pub(super) const $name: Entry = $entry;)+
        }

        impl Metric {
            /// Number of metrics.
            pub const COUNT: usize = Self::ALL.len();
            /// In the order of the catalogue, which links follow.
            pub const ALL: [Metric; [$(Metric::$name),+].len()] = [$(Metric::$name),+];

            /// Word in the query string, in ids and in exports.
            pub const fn key(self) -> &'static str {
                match self { $(Metric::$name => entries::$name.key),+ }
            }

            pub const fn made(self) -> Made {
                match self { $(Metric::$name => entries::$name.made),+ }
            }

            pub const fn unit(self) -> Unit {
                match self { $(Metric::$name => entries::$name.unit),+ }
            }

            pub const fn shown(self) -> Format {
                match self { $(Metric::$name => entries::$name.shown),+ }
            }

            /// Of the line of a metric that has one.
            pub const fn tone(self) -> Tone {
                match self { $(Metric::$name => entries::$name.tone),+ }
            }

            pub(super) const fn places(self) -> [u8; 3] {
                match self { $(Metric::$name => entries::$name.places),+ }
            }
        }
    };
}

metrics! {
    Calls = Entry {
        key: "calls",
        made: Made::Counts(&[(Line::Total, Class::All), (Line::Successes, SUCCESSFUL), (Line::Failures, FAILED)]),
        unit: Unit::Times,
        shown: Format::Fixed(0),
        tone: Tone::Neutral,
        places: [10, 10, 10],
    };
    Tokens = Entry {
        key: "tokens",
        made: Made::Sums(&[
            (Line::Total, Quantity::TotalTokens),
            (Line::Input, Quantity::InputTokens),
            (Line::Output, Quantity::OutputTokens),
        ]),
        unit: Unit::KTokens,
        shown: Format::Significant,
        tone: Tone::Neutral,
        places: [20, 30, 30],
    };
    FailureRate = Entry {
        key: "failure-rate",
        made: Made::Share(FAILED),
        unit: Unit::Percent,
        shown: Format::Fixed(3),
        tone: Tone::Bad,
        places: [30, 50, 50],
    };
    Rpm = Entry {
        key: "rpm",
        made: Made::PerMinute(&Quantity::Calls),
        unit: Unit::TimesPerMinute,
        shown: Format::Significant,
        tone: Tone::Neutral,
        places: [40, 20, 20],
    };
    Tpm = Entry {
        key: "tpm",
        made: Made::PerMinute(&Quantity::MovedTokens),
        unit: Unit::KTokensPerMinute,
        shown: Format::Significant,
        tone: Tone::Neutral,
        places: [50, 40, 40],
    };
    Errors = Entry {
        key: "errors",
        made: Made::CountsByStatus(FAILED),
        unit: Unit::Times,
        shown: Format::Fixed(0),
        tone: Tone::Bad,
        places: [60, 60, 60],
    };
    Ttft = Entry {
        key: "ttft",
        made: Made::Distribution(&Quantity::Ttft),
        unit: Unit::Ms,
        shown: Format::Milliseconds,
        tone: Tone::Neutral,
        places: [70, 70, 90],
    };
    Tpot = Entry {
        key: "tpot",
        made: Made::Distribution(&Quantity::Tpot),
        unit: Unit::Ms,
        shown: Format::Fixed(2),
        tone: Tone::Neutral,
        places: [80, 80, 100],
    };
    Latency = Entry {
        key: "latency",
        made: Made::Mean(&Quantity::Latency),
        unit: Unit::Ms,
        shown: Format::Milliseconds,
        tone: Tone::Neutral,
        places: [90, 90, 70],
    };
    InputLength = Entry {
        key: "input-length",
        made: Made::Distribution(&Quantity::InputLength),
        unit: Unit::KTokens,
        shown: Format::Fixed(3),
        tone: Tone::Neutral,
        places: [100, 110, 110],
    };
    OutputLength = Entry {
        key: "output-length",
        made: Made::Distribution(&Quantity::OutputLength),
        unit: Unit::KTokens,
        shown: Format::Fixed(3),
        tone: Tone::Neutral,
        places: [110, 120, 120],
    };
    Generation = Entry {
        key: "generation",
        made: Made::Mean(&Quantity::Generation),
        unit: Unit::S,
        shown: Format::Fixed(3),
        tone: Tone::Neutral,
        places: [120, 100, 80],
    };
    Availability = Entry {
        key: "availability",
        made: Made::Share(Class::NotIn(&[5])),
        unit: Unit::Percent,
        shown: Format::Fixed(3),
        tone: Tone::Good,
        places: [115, 105, 55],
    };
}
