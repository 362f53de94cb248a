//! How a failure rate is emphasised: its level and its bar.

use super::Figures;

/// Failure rates from here on are raised, in percent.
const RAISED_PERCENT: f64 = 1.0;
/// Failure rates from here on are high, in percent.
const HIGH_PERCENT: f64 = 5.0;
/// The failure rate that fills its bar, in percent.
const FULL_PERCENT: f64 = 10.0;
/// Fewer calls than these have no level: one failure would decide it.
pub const RATE_CALLS_MIN: u64 = 100;

/// How a failure rate is emphasised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLevel {
    /// Of too few calls to say.
    Few,
    Low,
    Raised,
    High,
}

impl Figures {
    /// How the failure rate is emphasised, as it reads with three decimals: 0.9996 reads 1.000 and is raised. `None` without a rate.
    pub fn rate_level(&self) -> Option<RateLevel> {
        let read = (self.failure_rate? * 1000.0).round() / 1000.0;
        // A source may know a rate and not of how many calls.
        let of = if self.stated > 0 { self.stated } else { self.calls };
        Some(match read {
            _ if (1..RATE_CALLS_MIN).contains(&of) => RateLevel::Few,
            HIGH_PERCENT.. => RateLevel::High,
            RAISED_PERCENT.. => RateLevel::Raised,
            _ => RateLevel::Low,
        })
    }
}

/// Length of a failure rate's bar, 0 to 1; more where the rate goes beyond the bar's end.
pub fn rate_share(percent: f64) -> f64 {
    percent / FULL_PERCENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_stand_out_as_they_read_and_not_of_few_calls() {
        use RateLevel::{Few, High, Low, Raised};
        let level = |calls, rate| Figures { calls, stated: calls, failure_rate: Some(rate), ..Figures::default() }.rate_level();
        let levels = [0.999, 0.9996, 1.0, 4.9994, 4.9996, 100.0].map(|rate| level(1000, rate));
        assert_eq!(levels, [Low, Raised, Raised, Raised, High, High].map(Some));
        // One of 17 calls.
        assert_eq!([level(17, 5.882), level(99, 50.0), level(100, 5.0), level(0, 5.0)], [Few, Few, High, High].map(Some));
        assert_eq!(Figures::default().rate_level(), None);
        assert_eq!((rate_share(2.5), rate_share(25.0), rate_share(0.0)), (0.25, 2.5, 0.0));
    }
}
