//! Words about what calls cost.

messages! {
    /// The column of costs, and what is not in it.
    Costs {
        Cost => "Cost", "费用";
        Exact => "{amount} {currency}", "{amount} {currency}";
        AtLeastOne => "At least: 1 call without a price is not in it", "至少：未计入 1 次无价格的调用";
        AtLeastMany => "At least: {n} calls without a price are not in it", "至少：未计入 {n} 次无价格的调用";
        NoneOne => "1 call without a price", "1 次调用无价格";
        NoneMany => "{n} calls without a price", "{n} 次调用无价格";
        NoTokens => "Its calls carry no tokens", "其调用未记录 Token";
        Why => "The price sheet does not name: {names}.", "价目表中没有：{names}。";
        WhyTotals => "They carry a total alone, not input and output tokens.", "这些调用只有总 Token 数，没有输入和输出 Token 数。";
        NameCalls => "{name} ({n})", "{name}（{n}）";
        Between => ", ", "、";
    }
}
