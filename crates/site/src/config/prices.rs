//! Reads the price sheet of a configuration.

use super::read::{Object, Reader, member};
use crate::i18n::config::Config;
use crate::model::price::{Price, PriceSheet, parts_of_price};
use serde_json::Value;

impl Reader {
    /// The sheet, without the models whose prices are wrong; none without a currency.
    pub(super) fn prices(&mut self, all: &Object) -> Option<PriceSheet> {
        let all = self.object(all.get("prices")?, "prices", &["currency", "models"])?;
        let is_code = |code: &str| code.len() == 3 && code.bytes().all(|c| c.is_ascii_uppercase());
        let currency = self.needed(all, "prices", "currency", Config::Currency, is_code);
        let path = member("prices", "models");
        let named = match all.get("models") {
            Some(value) => self.any_object(value, &path),
            None => {
                self.fault(&path, Config::Object, String::new(), String::new());
                None
            }
        };
        let mut models = std::collections::BTreeMap::new();
        for (name, value) in named.into_iter().flatten() {
            if let Some(price) = self.price(value, &member(&path, name)) {
                models.insert(name.clone(), price);
            }
        }
        Some(PriceSheet { currency: currency?, models })
    }

    fn price(&mut self, value: &Value, path: &str) -> Option<Price> {
        let all = self.object(value, path, &["input", "cached", "output"])?;
        let input = self.amount(all, path, "input");
        let output = self.amount(all, path, "output");
        let cached = if all.contains_key("cached") { self.amount(all, path, "cached") } else { input };
        Some(Price { input: input?, cached: cached?, output: output? })
    }

    fn amount(&mut self, of: &Object, path: &str, key: &str) -> Option<u64> {
        let Some(value) = of.get(key) else {
            self.fault(&member(path, key), Config::Price, String::new(), String::new());
            return None;
        };
        let parts = value.as_f64().and_then(parts_of_price);
        if parts.is_none() {
            self.wrong(&member(path, key), Config::Price, value);
        }
        parts
    }
}
