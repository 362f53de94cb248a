//! Words about what calls cost.

use super::{Lang, Message, fill, plural};
use crate::base::num;
use crate::wire::{Cost, CostReply};

messages! {
    /// Amounts, and what is not in them.
    Costs {
        Exact => "{amount} {currency}", "{amount} {currency}";
        AtLeast => "≥ {amount}", "≥ {amount}";
        Headline => "cost {amount} {currency}", "费用 {amount} {currency}";
        AtLeastOne => "At least: 1 call without a price is not included", "至少：未计入 1 次无价格的调用";
        AtLeastMany => "At least: {n} calls without a price are not included", "至少：未计入 {n} 次无价格的调用";
        NoneOne => "1 call without a price", "1 次调用无价格";
        NoneMany => "{n} calls without a price", "{n} 次调用无价格";
        NoTokens => "Its calls have no token counts", "其调用未记录 Tokens 数";
        Why => "The price sheet does not name: {names}.", "价目表中没有：{names}。";
        WhyTotals => "With a total, but without input or output tokens: {n}.", "有总 Tokens 数，但缺少输入或输出 Tokens 数：{n} 次。";
        NameCalls => "{name} ({n})", "{name}（{n}）";
        Others => "others ({n})", "其他（{n}）";
        Between => ", ", "、";
        Unpriced => "Calls without a Price", "无价格的调用";
        Rule => "Costs", "费用";
        RuleText => "Exact, by this site's price sheet: (input − cached) tokens × the input price + cached × the cached price + output × the output price of the call's model. Calls with tokens but without a price are not included in an amount; they are counted separately.",
            "按本站的价目表精确计算：（输入 − 缓存）Tokens × 输入价格 + 缓存 Tokens × 缓存价格 + 输出 Tokens × 输出价格，价格取自该次调用的模型。有 Tokens 但无价格的调用不计入金额，另行计数。";
    }
}

/// A cost as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostText {
    /// The amount without its currency, marked where it is a lower bound; `None` where no call has a price.
    pub amount: Option<String>,
    /// To the last digit and with the currency, and what is not in it; or why there is none.
    pub title: String,
}

/// A cost as text, with what is not included in it.
pub fn tell(lang: Lang, currency: &str, cost: &Cost) -> CostText {
    let counted = |one, many| count(lang, cost.unpriced, one, many);
    let Some(exact) = cost.exact() else {
        let none =
            if cost.carries_tokens() { counted(Costs::NoneOne, Costs::NoneMany) } else { Costs::NoTokens.text(lang).to_owned() };
        return CostText { amount: None, title: none };
    };
    let amount = num::money(cost.parts);
    let exact = fill(Costs::Exact.text(lang), &[("amount", &exact), ("currency", currency)]);
    if cost.unpriced == 0 {
        return CostText { amount: Some(amount), title: exact };
    }
    let least = fill(Costs::AtLeast.text(lang), &[("amount", &amount)]);
    CostText { amount: Some(least), title: format!("{exact}\n{}", counted(Costs::AtLeastOne, Costs::AtLeastMany)) }
}

/// `cost 1,234.50 EUR`, or how many calls have no price; `None` where no call carries tokens. With its title.
pub fn headline(lang: Lang, currency: &str, cost: &Cost) -> Option<(String, String)> {
    let CostText { amount, title } = tell(lang, currency, cost);
    let said = match amount {
        Some(amount) => fill(Costs::Headline.text(lang), &[("amount", &amount), ("currency", currency)]),
        None => title.clone(),
    };
    cost.carries_tokens().then_some((said, title))
}

/// How many calls have no price, and why; `None` where each has one.
pub fn unpriced(lang: Lang, reply: &CostReply) -> Option<(String, String)> {
    let n = reply.all().unpriced;
    let mut why = Vec::new();
    if !reply.unpriced.is_empty() {
        let name = |(name, n): &(String, u64)| fill(Costs::NameCalls.text(lang), &[("name", name), ("n", &num::whole(*n))]);
        let mut names: Vec<_> = reply.unpriced.iter().map(name).collect();
        let named = reply.unpriced.iter().map(|(_, n)| n).sum::<u64>() + reply.totals_alone;
        if n > named {
            names.push(fill(Costs::Others.text(lang), &[("n", &num::whole(n - named))]));
        }
        why.push(fill(Costs::Why.text(lang), &[("names", &names.join(Costs::Between.text(lang)))]));
    }
    if reply.totals_alone > 0 {
        why.push(fill(Costs::WhyTotals.text(lang), &[("n", &num::whole(reply.totals_alone))]));
    }
    (n > 0).then(|| (count(lang, n, Costs::NoneOne, Costs::NoneMany), why.join(if lang == Lang::Zh { "" } else { " " })))
}

fn count(lang: Lang, n: u64, one: Costs, many: Costs) -> String {
    fill(plural(lang, n, one, many), &[("n", &num::whole(n))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_tells_what_is_not_in_it() {
        let told = |parts, priced, unpriced| {
            let told = tell(Lang::En, "EUR", &Cost { parts, priced, unpriced });
            (told.amount, told.title)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(told(1_240_000_001_000, 2, 0), (some("1.24"), "1.240000001 EUR".into()));
        assert_eq!(
            told(5_000_000_000_000_000, 2, 1234),
            (some("≥ 5,000.00"), "5000 EUR\nAt least: 1,234 calls without a price are not included".into())
        );
        assert_eq!(told(0, 0, 1), (None, "1 call without a price".into()));
        assert_eq!(told(0, 0, 0), (None, "Its calls have no token counts".into()));
        assert_eq!(told(0, 3, 0), (some("0.00"), "0 EUR".into()));
        let head = |lang, priced, unpriced| headline(lang, "CNY", &Cost { parts: 500_000_000_000, priced, unpriced });
        assert_eq!(head(Lang::En, 1, 0).map(|(said, _)| said), some("cost 0.50 CNY"));
        assert_eq!(head(Lang::Zh, 1, 2).map(|(said, _)| said), some("费用 ≥ 0.50 CNY"));
        assert_eq!(head(Lang::En, 0, 2).map(|(said, _)| said), some("2 calls without a price"));
        assert_eq!(head(Lang::En, 0, 0), None);
    }

    #[test]
    fn what_has_no_price_is_told_with_its_reason() {
        let row = |unpriced| crate::wire::ServiceCost { cost: Cost { unpriced, ..Cost::default() }, ..Default::default() };
        let names = vec![("a".to_owned(), 3), ("b".to_owned(), 1)];
        let of = |rows, unpriced, totals_alone| CostReply { rows, unpriced, totals_alone };
        let said = |reply: &CostReply| unpriced(Lang::En, reply).map(|(n, why)| format!("{n} | {why}"));
        let unnamed = "4 calls without a price | The price sheet does not name: a (3), b (1).";
        assert_eq!(said(&of(vec![row(3), row(1)], names.clone(), 0)).as_deref(), Some(unnamed));
        let more = "1,009 calls without a price | The price sheet does not name: a (3), b (1), others (1,005).";
        assert_eq!(said(&of(vec![row(1009)], names.clone(), 0)).as_deref(), Some(more));
        let totals = "1 call without a price | With a total, but without input or output tokens: 1.";
        assert_eq!(said(&of(vec![row(1)], Vec::new(), 1)).as_deref(), Some(totals));
        let both = "6 calls without a price | The price sheet does not name: a (3), b (1). With a total, but without input or output tokens: 2.";
        assert_eq!(said(&of(vec![row(6)], names, 2)).as_deref(), Some(both));
        assert_eq!(said(&of(vec![row(0)], Vec::new(), 0)), None);
    }
}
