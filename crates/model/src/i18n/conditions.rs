//! Conditions of a filter in words.

use super::common::Common;
use super::{Lang, Message, metrics};
use crate::model::{Column, Comparison, Matcher, Metric, NumberField};

messages! {
    /// What a condition says of a label or a number, with `{value}`.
    Conditions {
        IsNot => "is not {value}", "不是 {value}";
        Contains => "contains {value}", "包含 {value}";
        StartsWith => "starts with {value}", "以 {value} 开头";
        CallingMethod => "Calling method", "调用方式";
        CallingKey => "(API key)", "（API Key）";
        Operator => "Condition", "条件";
        Is => "is", "是";
        Not => "is not", "不是";
        Has => "contains", "包含";
        Starts => "starts with", "开头是";
        Status => "Status", "状态码";
        Latency => "Response Latency", "端到端时延";
        Generation => "Generation Time", "生成时长";
        CachedTokens => "Cached Tokens", "缓存 Tokens 数";
        TotalTokens => "Total Tokens", "总 Tokens 数";
    }
}

/// What a condition is on.
pub fn subject(lang: Lang, condition: &Matcher) -> &'static str {
    match condition {
        Matcher::OneOf(label, _) | Matcher::NoneOf(label, _) | Matcher::Contains(label, _) | Matcher::StartsWith(label, _) => {
            metrics::label(lang, *label)
        }
        Matcher::StatusClass { .. } | Matcher::Error(_) => Conditions::Status.text(lang),
        Matcher::Number(field, ..) => match field {
            NumberField::InputTokens => metrics::column(lang, Column::InputTokens),
            NumberField::OutputTokens => metrics::column(lang, Column::OutputTokens),
            NumberField::TotalTokens => Conditions::TotalTokens.text(lang),
            NumberField::CachedTokens => Conditions::CachedTokens.text(lang),
            NumberField::Latency => Conditions::Latency.text(lang),
            NumberField::Ttft => metrics::metric(lang, Metric::Ttft),
            NumberField::Tpot => metrics::metric(lang, Metric::Tpot),
            NumberField::Generation => Conditions::Generation.text(lang),
        },
    }
}

/// What it says.
pub fn words(lang: Lang, condition: &Matcher) -> String {
    let fill = |of: Conditions, value: &str| super::fill(of.text(lang), &[("value", value)]);
    let list = |values: &mut dyn Iterator<Item = String>| values.collect::<Vec<_>>().join(Common::Comma.text(lang));
    let name = |value: &String| if value.is_empty() { Common::NoValue.text(lang).to_owned() } else { value.clone() };
    match condition {
        Matcher::OneOf(_, values) => list(&mut values.iter().map(name)),
        Matcher::NoneOf(_, values) => fill(Conditions::IsNot, &list(&mut values.iter().map(name))),
        Matcher::Contains(_, text) => fill(Conditions::Contains, text),
        Matcher::StartsWith(_, text) => fill(Conditions::StartsWith, text),
        Matcher::StatusClass { classes, within } => {
            let classes = list(&mut classes.iter().map(|class| [&class.to_string(), "xx"].concat()));
            if *within { classes } else { fill(Conditions::IsNot, &classes) }
        }
        Matcher::Number(field, comparison, bound) => {
            let sign = match comparison {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "≤",
                Comparison::Equal => "=",
                Comparison::GreaterOrEqual => "≥",
                Comparison::Greater => ">",
            };
            let unit = match field {
                NumberField::Latency | NumberField::Ttft | NumberField::Tpot => " ms",
                NumberField::Generation => " s",
                _ => "",
            };
            [sign, " ", &field.write(*bound), unit].concat()
        }
        Matcher::Error(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dim, Label};

    #[test]
    fn every_condition_is_said() {
        let model = Label::Dim(Dim::Model);
        let said = |lang, condition: &Matcher| [subject(lang, condition), " ", &words(lang, condition)].concat();
        let not = Matcher::NoneOf(model, vec!["a".into(), String::new()]);
        assert_eq!((said(Lang::En, &not), said(Lang::Zh, &not)), ("Model is not a, (none)".into(), "模型 不是 a、(无)".into()));
        let starts = Matcher::StartsWith(model, "gpt".into());
        assert_eq!(said(Lang::En, &starts), "Model starts with gpt");
        let slow = Matcher::Number(NumberField::Latency, Comparison::GreaterOrEqual, 2_000_500);
        assert_eq!(said(Lang::En, &slow), "Response Latency ≥ 2000.5 ms");
        let class = Matcher::StatusClass { classes: vec![4, 5], within: false };
        assert_eq!(said(Lang::En, &class), "Status is not 4xx, 5xx");
    }
}
