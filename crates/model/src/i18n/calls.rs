//! Words of the Calls page.

use super::{Lang, Message, fill};
use crate::base::num;
use crate::model::{Preset, RangeChoice};
use crate::wire::{Figures, RateLevel};

messages! {
    /// The Calls page.
    CallsWords {
        CurrentPeriod => "Current period", "当前周期";
        PreviousDay => "Previous day", "前一天";
        PreviousDays => "Previous {n} days", "前 {n} 天";
        PreviousPeriod => "Previous period", "上一周期";
        VsPreviousDay => "vs previous day", "较前一天";
        VsPreviousDays => "vs previous {n} days", "较前 {n} 天";
        VsPreviousPeriod => "vs previous period", "较上一周期";
        Totals => "Totals", "总计";
        TotalCalls => "Total Calls", "总调用次数";
        FailedCallsOf => "Failed calls of {name}", "{name} 的失败调用";
        TotalFailedCalls => "Total Failed Calls", "总调用失败次数";
        TotalTokensUsed => "Total Tokens Used", "总调用 Tokens 数";
        InputTokens => "Input Tokens", "输入 Tokens 数";
        OutputTokens => "Output Tokens", "输出 Tokens 数";
        NotRecorded => "Not recorded in this data", "此数据未记录该项";
        FindService => "Find service", "查找服务";
        ExpandAll => "Expand all", "全部展开";
        CollapseAll => "Collapse all", "全部收起";
        Columns => "Columns", "列";
        AllColumns => "Show all", "全部显示";
        ColumnsShown => "{n} of {m}", "{n} / {m}";
        ServiceNameVersion => "Service Name/Version", "服务名称/版本";
        SortedAscending => "Services, sorted by {column}, ascending", "服务，按{column}升序";
        SortedDescending => "Services, sorted by {column}, descending", "服务，按{column}降序";
        DetailsColumn => "Details", "详情";
        ViewDetails => "View Monitoring Details", "查看监控详情";
        ViewDetailsOf => "View Monitoring Details of {name}", "查看监控详情：{name}";
        VersionsOf => "Versions of {name}", "{name} 的版本";
        AllServices => "All services", "全部服务";
        ShownServices => "Shown services", "所示服务";
        NoServiceMatches => "No service matches “{search}”.", "没有服务匹配“{search}”。";
        ClearSearch => "Clear the search", "清除搜索";
        FailureRateKey => "Failure rate:", "失败率：";
        RateLow => "below 1 %", "低于 1 %";
        RateRaised => "1 % to 5 %", "1 % 至 5 %";
        RateHigh => "5 % and above", "5 % 及以上";
        RateFew => "no colour below {n} calls", "少于 {n} 次调用时不着色";
        RateOf => "{failed} of {n} calls", "{n} 次调用中 {failed} 次失败";
        KeyRateBar => "Bar of the rate: full at 10 %, broken above", "失败率条形：10 % 时满格，超出则断开";
        KeyNotInvolved => "“-”: does not apply", "“-”：不适用";
        KeyBar => "Bar beside Calls: relative to the busiest service", "调用次数旁的条形：相对调用最多的服务";
        NoAnswer => "No answer from the source", "数据源未返回数据";
    }
}

/// `1 of 17 calls`, where a failure rate is of few calls.
pub fn few(lang: Lang, figures: &Figures) -> Option<String> {
    let failed = figures.failed.filter(|_| figures.rate_level() == Some(RateLevel::Few))?;
    Some(fill(CallsWords::RateOf.text(lang), &[("failed", &num::whole(failed)), ("n", &num::whole(figures.stated))]))
}

/// `Previous 3 days`: the period a range is compared with.
pub fn before(lang: Lang, choice: RangeChoice) -> String {
    period(lang, choice, [CallsWords::PreviousDay, CallsWords::PreviousDays, CallsWords::PreviousPeriod])
}

/// `vs previous 3 days`.
pub fn versus(lang: Lang, choice: RangeChoice) -> String {
    period(lang, choice, [CallsWords::VsPreviousDay, CallsWords::VsPreviousDays, CallsWords::VsPreviousPeriod])
}

fn period(lang: Lang, choice: RangeChoice, [day, days, other]: [CallsWords; 3]) -> String {
    match choice {
        RangeChoice::Preset(Preset::Today | Preset::Yesterday) => day.text(lang).into(),
        RangeChoice::Preset(Preset::Whole) | RangeChoice::Custom(_) => other.text(lang).into(),
        RangeChoice::Preset(preset) => fill(days.text(lang), &[("n", &preset.days().to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_named() {
        let three = RangeChoice::Preset(Preset::Days3);
        assert_eq!(before(Lang::En, three), "Previous 3 days");
        assert_eq!(versus(Lang::Zh, three), "较前 3 天");
        assert_eq!(versus(Lang::En, RangeChoice::Preset(Preset::Today)), "vs previous day");
    }
}
