//! Prices of tokens by model, and what calls cost by them: whole numbers throughout, divided once where an amount is shown.

use crate::base::num;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parts of a currency's unit in which prices per million tokens are held.
pub const PRICE_PARTS: u64 = 1_000_000;
/// The highest price per million tokens, in whole units of the currency: with six decimals it is still exact as JSON gives it.
pub const PRICE_MAX: u64 = 1_000_000_000;
/// Parts of a currency's unit in which costs are summed: a price's millionths, times the millionths of a price's tokens.
pub const COST_PARTS: u128 = 10_u128.pow(num::MONEY_DECIMALS);

/// What the tokens of a model cost, in millionths of the currency's unit per million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Input tokens that missed the cache.
    pub input: u64,
    /// Input tokens that hit the cache.
    pub cached: u64,
    pub output: u64,
}

impl Price {
    /// What tokens cost, in parts of the currency's unit ([`COST_PARTS`]). `cached` is a part of `input` (docs/spec.md, section 1) and
    /// counts no further than it.
    pub fn cost(&self, input: u64, cached: u64, output: u64) -> u128 {
        let of = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let cached = cached.min(input);
        of(input - cached, self.input).saturating_add(of(cached, self.cached)).saturating_add(of(output, self.output))
    }
}

/// What a deployment pays, by model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceSheet {
    /// Three letters of ISO 4217.
    pub currency: String,
    /// By a model's name as calls carry it, or a service's where its calls carry none.
    pub models: BTreeMap<String, Price>,
}

/// A price per million tokens as millionths; `None` where it is negative, beyond [`PRICE_MAX`] or has more than six decimals.
pub fn parts_of_price(price: f64) -> Option<u64> {
    let parts = (price * PRICE_PARTS as f64).round();
    let fits = (0.0..=(PRICE_MAX * PRICE_PARTS) as f64).contains(&parts) && price >= 0.0;
    // Below 2^53 both are whole, so the quotient is the number nearest to the decimal, which is what JSON's text was read as.
    (fits && parts / PRICE_PARTS as f64 == price).then_some(parts as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_price_is_exact_or_refused() {
        let cases = [(0.0, Some(0)), (-0.0, Some(0)), (0.05, Some(50_000)), (1e-6, Some(1)), (1e9, Some(1_000_000_000_000_000))];
        for (price, parts) in cases {
            assert_eq!(parts_of_price(price), parts, "{price}");
        }
        for price in [-1e-9, -1.0, 1e-7, 5e-7, 0.000_000_49, 0.123_456_7, 1_000_000_000.000_001, 1e300, f64::INFINITY, f64::NAN] {
            assert_eq!(parts_of_price(price), None, "{price}");
        }
    }

    proptest! {
        #[test]
        fn any_price_of_six_decimals_is_read_as_it_is_written(parts in 0..=PRICE_MAX * PRICE_PARTS) {
            let text = format!("{}.{:06}", parts / PRICE_PARTS, parts % PRICE_PARTS);
            let read: serde_json::Value = serde_json::from_str(&text).expect("a number");
            prop_assert_eq!(read.as_f64().and_then(parts_of_price), Some(parts), "{}", text);
        }

        #[test]
        fn tokens_cost_what_they_cost_each(input in 0..3000u64, cached in 0..4000u64, output in 0..3000u64, prices: [u32; 3]) {
            let [a, b, c] = prices.map(u64::from);
            let mut one_by_one = 0_u128;
            for token in 0..input {
                one_by_one += u128::from(if token < cached { b } else { a });
            }
            for _ in 0..output {
                one_by_one += u128::from(c);
            }
            prop_assert_eq!(Price { input: a, cached: b, output: c }.cost(input, cached, output), one_by_one);
        }
    }

    #[test]
    fn the_most_there_is_does_not_overflow() {
        let most = PRICE_MAX * PRICE_PARTS;
        let price = Price { input: most, cached: most, output: most };
        assert_eq!(price.cost(u64::MAX, 0, u64::MAX), 2 * u128::from(u64::MAX) * u128::from(most));
    }
}
