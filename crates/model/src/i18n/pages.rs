//! Words that several pages show. A page has a table of its own, in the file of its name.

use super::{Lang, Message, fill, plural};
use crate::base::num;
use crate::model::{Column, Precision, ServiceType};
use crate::wire::Figures;

messages! {
    /// Several pages.
    Pages {
        Calls => "Calls", "调用统计";
        Comma => ", ", "，";
        Stop => ".", "。";
        Title => "{page} · {title}", "{page} · {title}";
        NowByClock => "as of now", "截至当前时间";
        NowOpened => "as of when the demonstration was opened", "截至打开演示数据的时间";
        NowNewestCall => "as of the newest call in the file", "截至文件中最新的调用";
        NowPinned => "as of the time in the link", "截至链接中的时间";
        Asked => "Waiting for an answer", "等待结果";
        NoAnswerWhy => "No answer: {why}", "未得到结果：{why}";
        StillAsked => "Waiting for: {what}.", "等待结果：{what}。";
        NotAnswered => "No answer: {what}.", "未得到结果：{what}。";
        HeadFigures => "figures of the service", "服务概览";
        Lists => "filter lists", "筛选项列表";
        Services => "Services", "服务";
        NoVersion => "No version", "无版本";
        My => "My", "我的";
        Commercial => "Commercial", "商用";
        NotPrinted => "{n} more rows are not printed; an export has all of them.", "另有 {n} 行未打印；导出文件包含全部行。";
        Printed => "printed {when}", "打印于 {when}";
        NoFilter => "no filter", "未筛选";
        OnlyCallsOf => "Only calls of {value}", "仅看 {value} 的调用";
        NotInvolved => "Not applicable to this service", "不适用于此服务";
        BackToCalls => "Calls", "调用统计";
        SwitchService => "Service: {name}. Switch service", "服务：{name}。切换服务";
        SearchServices => "Search services", "搜索服务";
        NothingFound => "Nothing found.", "未找到。";
        MoreServices => "{n} more: search for them", "还有 {n} 个，请搜索";
        AllVersions => "All ({n})", "全部 ({n})";
        VersionsChosen => "{n} of {m}", "{n} / {m}";
        CallsOne => "{n} call", "{n} 次调用";
        CallsMany => "{n} calls", "{n} 次调用";
        PercentFailed => "{n} % failed", "失败率 {n} %";
        ServiceDetails => "Service Call Details", "服务调用详情";
        Monitoring => "Monitoring", "监控";
        FailedCalls => "Failed Calls", "失败调用";
        UnknownService => "This data has no service “{name}”", "数据中没有服务“{name}”";
        UnknownServiceWhy => "It may have another name here, or belong to another data set.", "它在此处可能名称不同，或属于另一数据集。";
        ToCalls => "All services", "全部服务";
        PerMinute => "Per minute", "每分钟";
        PerHour => "Per hour", "每小时";
        PerDay => "Per day", "每天";
        NoCallsAtAll => "No calls in the selection.", "所选范围内没有调用。";
    }
}

/// `258,367 calls`.
pub fn calls(lang: Lang, n: u64) -> String {
    fill(plural(lang, n, Pages::CallsOne, Pages::CallsMany), &[("n", &num::whole(n))])
}

/// The same of figures, with the sign of its exactness; `None` where the source does not count calls.
pub fn calls_of(lang: Lang, of: &Figures) -> Option<String> {
    of.value(Column::Calls).map(|_| of.exactness(Column::Calls).mark(calls(lang, of.calls)))
}

/// The badge of a service's type.
pub fn service_type(lang: Lang, kind: ServiceType) -> &'static str {
    match kind {
        ServiceType::My => Pages::My,
        ServiceType::Commercial => Pages::Commercial,
    }
    .text(lang)
}

/// One of three messages, by precision: minute, hour, day.
pub fn by_precision<T>(precision: Precision, [minute, hour, day]: [T; 3]) -> T {
    match precision {
        Precision::Minute => minute,
        Precision::Hour => hour,
        Precision::Day => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted() {
        assert_eq!((calls(Lang::En, 1), calls(Lang::En, 1200)), ("1 call".into(), "1,200 calls".into()));
    }
}
