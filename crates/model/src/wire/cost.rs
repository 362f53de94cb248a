//! What the calls of a selection cost: asked only where a deployment has a price sheet, answered by the reader alone.

use super::selection::Selection;
use crate::base::float;
use crate::model::price::{COST_PARTS, Price};
use serde::{Deserialize, Serialize};

pub use crate::model::limits::UNPRICED_NAMED_MAX;

/// Asks what the calls of a selection cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostQuery {
    pub selection: Selection,
    /// By a model's name, or a service's where its calls carry none.
    pub prices: Vec<(String, Price)>,
}

/// What calls cost. Failed calls cost what tokens they carry; calls without tokens cost nothing and are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// In parts of the currency's unit ([`COST_PARTS`]); exact.
    pub parts: u128,
    /// Calls with tokens that have a price.
    pub priced: u64,
    /// Calls with tokens that have none: the sheet does not name their model, or they carry a total that their input and output tokens do
    /// not make up.
    pub unpriced: u64,
}

impl Cost {
    /// The number nearest to the amount in the currency's unit; `None` where no call has a price.
    pub fn amount(&self) -> Option<f64> {
        // To divide what is beyond 2^53 would round twice.
        self.exact().and_then(|text| float::parse(&text))
    }

    /// The amount to the last digit, in decimal; `None` where no call has a price.
    pub fn exact(&self) -> Option<String> {
        let text = format!("{}.{:012}", self.parts / COST_PARTS, self.parts % COST_PARTS);
        (self.priced > 0).then(|| text.trim_end_matches('0').trim_end_matches('.').to_owned())
    }

    /// Whether any call carries tokens.
    pub const fn carries_tokens(&self) -> bool {
        self.priced > 0 || self.unpriced > 0
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            parts: self.parts.saturating_add(other.parts),
            priced: self.priced + other.priced,
            unpriced: self.unpriced + other.unpriced,
        }
    }
}

/// What a service's calls cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCost {
    pub name: String,
    pub cost: Cost,
    /// By version, in the order of their names; empty for services without versions.
    pub versions: Vec<(String, Cost)>,
}

/// Every call of the selection that carries tokens is in it once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostReply {
    /// Services with calls that carry tokens, in the order of their names.
    pub rows: Vec<ServiceCost>,
    /// Models (or services) that the sheet does not name, with their calls, most first: at most [`UNPRICED_NAMED_MAX`].
    pub unpriced: Vec<(String, u64)>,
    /// Calls of models that the sheet names, which have no price because the input and output parts of their total are unknown.
    pub totals_alone: u64,
}

/// What calls cost, and in what currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Costs {
    /// Three letters of ISO 4217.
    pub currency: String,
    pub reply: CostReply,
}

impl CostReply {
    /// What a service's calls cost, or those of one of its versions; nothing where none carries tokens.
    pub fn of(&self, service: &str, version: Option<&str>) -> Cost {
        let Ok(at) = self.rows.binary_search_by(|row| row.name.as_str().cmp(service)) else { return Cost::default() };
        let row = &self.rows[at];
        let Some(version) = version else { return row.cost };
        row.versions.iter().find(|(name, _)| name == version).map_or_else(Cost::default, |(_, cost)| *cost)
    }

    /// What all calls cost.
    pub fn all(&self) -> Cost {
        self.rows.iter().fold(Cost::default(), |sum, row| sum.and(row.cost))
    }

    /// What the calls of these services cost together.
    pub fn sum<'a>(&self, services: impl IntoIterator<Item = &'a str>) -> Cost {
        let services: std::collections::BTreeSet<&str> = services.into_iter().collect();
        let named = self.rows.iter().filter(|row| services.contains(row.name.as_str()));
        named.fold(Cost::default(), |sum, row| sum.and(row.cost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_told_to_the_last_digit() {
        let cost = |parts: u128| Cost { parts, priced: 1, unpriced: 0 };
        let cases = [
            (0, "0", 0.0),
            (1, "0.000000000001", 1e-12),
            (1_500_000_000_000, "1.5", 1.5),
            (120_000_000_000_000, "120", 120.0),
            (9_007_199_254_740_993_000_000_000_001, "9007199254740993.000000000001", 9_007_199_254_740_994.0),
        ];
        for (parts, exact, amount) in cases {
            assert_eq!((cost(parts).exact().as_deref(), cost(parts).amount()), (Some(exact), Some(amount)));
        }
        // Made a float before it is divided, this is 667817774.8506999.
        assert_eq!(cost(667_817_774_850_700_000_000).amount(), Some(667_817_774.850_7));
        let none = Cost { unpriced: 3, ..Cost::default() };
        assert_eq!((none.exact(), none.amount(), none.carries_tokens()), (None, None, true));
    }

    #[test]
    fn a_sum_is_of_the_services_named() {
        let of = |parts, priced, unpriced| Cost { parts, priced, unpriced };
        let row = |name: &str, cost| ServiceCost { name: name.into(), cost, versions: vec![("1".into(), cost)] };
        let reply = CostReply { rows: vec![row("a", of(5, 1, 0)), row("b", of(7, 2, 3))], ..CostReply::default() };
        assert_eq!((reply.sum(["a", "b", "c"]), reply.sum(["b", "b"]), reply.all()), (of(12, 3, 3), of(7, 2, 3), of(12, 3, 3)));
        assert_eq!((reply.of("b", Some("1")), reply.of("b", Some("2"))), (of(7, 2, 3), Cost::default()));
    }
}
