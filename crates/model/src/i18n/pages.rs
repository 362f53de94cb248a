//! Words of the Calls, Details and Failed Calls pages.

use super::exact::{self, Exact};
use super::{Lang, Message, fill, plural};
use crate::base::num;
use crate::model::{Column, Precision, Preset, RangeChoice, ServiceType};
use crate::series::Zone;
use crate::wire::{Buckets, Figures, Why};

messages! {
    /// Pages.
    Pages {
        Calls => "Calls", "调用统计";
        Comma => ", ", "，";
        Stop => ".", "。";
        Title => "{page} · {title}", "{page} · {title}";
        FailedTitle => "{service}: failed calls", "{service}：失败调用";
        NowByClock => "now by the clock", "以时钟为准";
        NowNewestCall => "now = newest call of the file", "以文件中最新调用为准";
        NowPinned => "now as in the link", "以链接中的时间为准";
        CurrentPeriod => "Current period", "当前周期";
        PreviousDay => "Previous day", "前一天";
        PreviousDays => "Previous {n} days", "前 {n} 天";
        PreviousPeriod => "Previous period", "上一周期";
        VsPreviousDay => "vs previous day", "较前一天";
        VsPreviousDays => "vs previous {n} days", "较前 {n} 天";
        VsPreviousPeriod => "vs previous period", "较上一周期";
        Totals => "Totals", "总计";
        TotalCalls => "Total Calls", "调用总次数";
        TotalFailedCalls => "Total Failed Calls", "调用失败总次数";
        TotalTokensUsed => "Total Tokens Used", "Tokens 总用量";
        InputTokens => "Input Tokens", "输入 Tokens";
        OutputTokens => "Output Tokens", "输出 Tokens";
        Asked => "Asked for, no answer yet", "查询中，尚未得到结果";
        NoAnswerWhy => "No answer: {why}", "未得到结果：{why}";
        StillAsked => "Still asked for: {what}.", "仍在查询：{what}。";
        NotAnswered => "Not answered: {what}.", "未得到结果：{what}。";
        HeadFigures => "figures of the service", "服务概览";
        Lists => "lists of the filters", "筛选项列表";
        NotRecorded => "No call of the data carries it", "数据中没有调用记录此项";
        Services => "Services", "服务";
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
        NoVersion => "No version", "无版本";
        My => "My", "我的";
        Commercial => "Commercial", "商用";
        NotPrinted => "{n} more rows are not printed; an export has all of them.", "另有 {n} 行未打印；导出文件包含全部行。";
        AllServices => "All services", "全部服务";
        ShownServices => "Shown services", "所示服务";
        NotInvolved => "Not involved in this service", "此服务不涉及该指标";
        NoServiceMatches => "No service matches “{search}”.", "没有服务匹配“{search}”。";
        ClearSearch => "Clear the search", "清除搜索";
        FailureRateKey => "Failure rate:", "失败率：";
        RateLow => "below 1 %", "低于 1 %";
        RateRaised => "1 % to 5 %", "1 % 至 5 %";
        RateHigh => "5 % and above", "5 % 及以上";
        KeyNotInvolved => "- : the metric is not involved in the service", "- ：该服务不涉及此指标";
        KeyBar => "Bar beside Calls: relative to the busiest service", "调用次数旁的条形：相对调用最多的服务";
        BackToCalls => "Calls", "调用统计";
        SwitchService => "Service: {name}. Switch service", "服务：{name}。切换服务";
        SearchServices => "Search services", "搜索服务";
        NothingFound => "Nothing found.", "未找到。";
        MoreServices => "{n} more: search for them", "还有 {n} 个，请搜索";
        Version => "Version", "版本";
        AllVersions => "All ({n})", "全部 ({n})";
        VersionsChosen => "{n} of {m}", "{n} / {m}";
        ShowAll => "All versions", "全部版本";
        CallsOne => "{n} call", "{n} 次调用";
        CallsMany => "{n} calls", "{n} 次调用";
        PercentFailed => "{n} % failed", "失败率 {n} %";
        ServiceDetails => "Service Call Details", "服务调用详情";
        Monitoring => "Monitoring", "监控";
        FailedCalls => "Failed Calls", "失败调用";
        MinuteBuckets => "{n} one-minute buckets", "{n} 个分钟粒度的点";
        HourBuckets => "{n} hourly buckets", "{n} 个小时粒度的点";
        DayBuckets => "{n} daily buckets", "{n} 个天粒度的点";
        UnfinishedHour => "Dotted: {start} is unfinished, {n} of {m} min.", "虚线：{start} 尚未结束，已过 {n} / {m} 分钟。";
        UnfinishedDay => "Dotted: {start} is unfinished, {n} of {m} h.", "虚线：{start} 尚未结束，已过 {n} / {m} 小时。";
        Reading => "Reading {when} on all charts.", "所有图表均读取 {when}。";
        Hatched => "Hatched: no calls.", "斜纹：无调用。";
        UnknownService => "This data has no service “{name}”", "数据中没有服务“{name}”";
        UnknownServiceWhy => "It may be called otherwise here, or belong to another data set.", "它在此处可能名称不同，或属于另一数据集。";
        ToCalls => "All services", "全部服务";
        PercentageNote => "Percentage is of all failed calls in the selection.", "百分比以所选范围内的全部失败调用为基数。";
        FailedPerMinute => "Failed calls per minute", "每分钟失败调用";
        FailedPerHour => "Failed calls per hour", "每小时失败调用";
        FailedPerDay => "Failed calls per day", "每天失败调用";
        Times => "Times", "次";
        KeySelected => "{code}, selected", "{code}（已选）";
        KeyOther => "other {class}", "其他 {class}";
        LastUnfinished => "last bar unfinished", "最后一格尚未结束";
        ErrorCodes => "Error codes", "错误码";
        CodesCaption => "Failed calls by error code", "按错误码统计的失败调用";
        ErrorCode => "Error Code", "错误码";
        Occurrences => "Occurrences", "出现次数";
        Percentage => "Percentage", "百分比";
        PerMinute => "Per minute", "每分钟";
        PerHour => "Per hour", "每小时";
        PerDay => "Per day", "每天";
        ErrorMessage => "Error Message", "错误描述";
        CodesOne => "{n} code", "{n} 个错误码";
        CodesMany => "{n} codes", "{n} 个错误码";
        MessagesMany => "{n} messages", "{n} 种描述";
        TemplatesOne => "1 template of {m} messages", "{m} 种描述，归为 1 个模板";
        TemplatesMany => "{n} templates of {m} messages", "{m} 种描述，归为 {n} 个模板";
        MoreTemplates => "Show {n} more", "再显示 {n} 个";
        FewerTemplates => "Show the {n} most frequent", "只显示最常见的 {n} 个";
        TemplatesBeyond => "{n} more templates, not listed; exports have all messages.", "另有 {n} 个模板未列出；导出文件包含全部描述。";
        TemplateNote => "Messages that differ only in numbers, ids, addresses, times, or in quoted or other varying words are one row; what varies is blue. Exports (XLSX, CSV, JSON) list each message.", "仅编号、数字、地址、时间、引号内文字或个别词语不同的描述归为一行；变化的部分以蓝色标出。导出文件（XLSX、CSV、JSON）逐条列出全部描述。";
        VariesNumber => "number", "数字";
        VariesId => "id", "编号";
        VariesAddress => "address", "地址";
        VariesTime => "time", "时间";
        VariesText => "text", "文字";
        VariesWord => "word", "词语";
        VariesRest => "…", "…";
        MessagesOfTemplate => "Messages of this template", "此模板的描述";
        MoreMessages => "Show {n} more", "再显示 {n} 条";
        MessagesBeyond => "{n} more messages, not listed; exports have all.", "另有 {n} 种描述未列出；导出文件包含全部。";
        NoMessage => "no message recorded", "未记录描述";
        AllFailed => "All failed", "全部失败";
        LookInto => "Calls with code {code}", "错误码 {code} 的调用";
        Close => "Close", "关闭";
        OfAllFailed => "Of all failed", "占全部失败";
        PeakMinute => "Peak minute", "峰值分钟";
        PeakHour => "Peak hour", "峰值小时";
        PeakDay => "Peak day", "峰值日";
        KeysAffected => "Keys affected", "受影响的调用方式";
        KeysOf => "{n} of {m}", "{n} / {m}";
        ByKey => "By calling method", "按调用方式";
        NoKey => "no key", "无密钥";
        OtherKeys => "{n} others", "其他 {n} 个";
        OnlyMessage => "Only: {message}", "仅：{message}";
        AllMessages => "All messages", "全部描述";
        ColumnTime => "Time", "时间";
        ColumnKey => "Key", "调用方式";
        ColumnIp => "IP", "IP 地址";
        ColumnLatency => "Latency", "时延";
        ColumnRequest => "Request id", "请求 ID";
        ColumnVersion => "Version", "版本";
        CopyId => "Copy the request id {id}", "复制请求 ID {id}";
        RowsNewest => "{a}–{b} of {n}, newest first", "第 {a}–{b} 条，共 {n} 条，最新在前";
        RowsOldest => "{a}–{b} of {n}, oldest first", "第 {a}–{b} 条，共 {n} 条，最早在前";
        RowsBy => "{a}–{b} of {n}, by {column}", "第 {a}–{b} 条，共 {n} 条，按{column}";
        NoFailures => "No failed calls", "没有失败调用";
        NoFailuresWhy => "None of the {n} calls in the selection was answered with 4xx or 5xx.", "所选范围内的 {n} 次调用均未返回 4xx 或 5xx。";
        NoStatus => "Failures are not recorded", "未记录失败情况";
        NoStatusWhy => "The source records no status for these {n} calls, so nothing says which of them failed.", "数据源未记录这 {n} 次调用的状态，无法得知哪些调用失败。";
        NoAnswer => "The source gives no answer", "数据源未返回数据";
        NoCallsAtAll => "The selection holds no calls.", "所选范围内没有调用。";
    }
}

/// `Previous 3 days`: the period a range is compared with.
pub fn before(lang: Lang, choice: RangeChoice) -> String {
    period(lang, choice, [Pages::PreviousDay, Pages::PreviousDays, Pages::PreviousPeriod])
}

/// `vs previous 3 days`.
pub fn versus(lang: Lang, choice: RangeChoice) -> String {
    period(lang, choice, [Pages::VsPreviousDay, Pages::VsPreviousDays, Pages::VsPreviousPeriod])
}

fn period(lang: Lang, choice: RangeChoice, [day, days, other]: [Pages; 3]) -> String {
    match choice {
        RangeChoice::Preset(Preset::Today | Preset::Yesterday) => day.text(lang).into(),
        RangeChoice::Preset(preset) => fill(days.text(lang), &[("n", &preset.days().to_string())]),
        RangeChoice::Custom(_) => other.text(lang).into(),
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

/// Why a page of failed calls shows none: a title and a sentence.
pub fn no_failures(lang: Lang, of: &Figures, absent: Option<&Why>) -> (&'static str, String) {
    if let Some(why) = absent {
        let why = fill(Exact::FailuresUnknownWhy.text(lang), &[("why", &exact::why(lang, why))]);
        return (Exact::FailuresUnknown.text(lang), why);
    }
    let (title, why) = match of.failed {
        Some(_) => (Pages::NoFailures, Pages::NoFailuresWhy),
        None => (Pages::NoStatus, Pages::NoStatusWhy),
    };
    (title.text(lang), fill(why.text(lang), &[("n", &num::whole(of.calls))]))
}

/// `4 codes`.
pub fn codes(lang: Lang, n: usize) -> String {
    fill(plural(lang, n as u64, Pages::CodesOne, Pages::CodesMany), &[("n", &num::whole(n as u64))])
}

/// `2 messages`, or `2 templates of 5,000 messages`.
pub fn messages(lang: Lang, templates: u64, messages: u64) -> String {
    let key = match (templates, messages) {
        (n, m) if n == m => Pages::MessagesMany,
        (1, _) => Pages::TemplatesOne,
        _ => Pages::TemplatesMany,
    };
    fill(key.text(lang), &[("n", &num::whole(templates)), ("m", &num::whole(messages))])
}

/// A template in pieces: what stands in all its messages, and (true) the name of what varies.
pub fn template(lang: Lang, text: &str) -> Vec<(bool, &str)> {
    let name = |placeholder: &str| {
        let key = match placeholder {
            "number" => Pages::VariesNumber,
            "id" => Pages::VariesId,
            "address" => Pages::VariesAddress,
            "time" => Pages::VariesTime,
            "text" => Pages::VariesText,
            "word" => Pages::VariesWord,
            "rest" => Pages::VariesRest,
            _ => return None,
        };
        Some(key.text(lang))
    };
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = text[at..].find('⟨') {
        let inside = at + open + '⟨'.len_utf8();
        let close = text[inside..].find('⟩').map(|len| inside + len);
        let found = close.and_then(|close| Some((name(&text[inside..close])?, close + '⟩'.len_utf8())));
        at = inside;
        if let Some((name, end)) = found {
            pieces.push((false, &text[from..inside - '⟨'.len_utf8()]));
            pieces.push((true, name));
            (from, at) = (end, end);
        }
    }
    pieces.push((false, &text[from..]));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

/// A template as plain text, with what varies in the page's language.
pub fn template_text(lang: Lang, text: &str) -> String {
    let piece = |(varies, piece): (bool, &str)| if varies { format!("⟨{piece}⟩") } else { piece.to_owned() };
    template(lang, text).into_iter().map(piece).collect()
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
pub fn by_precision(precision: Precision, [minute, hour, day]: [Pages; 3]) -> Pages {
    match precision {
        Precision::Minute => minute,
        Precision::Hour => hour,
        Precision::Day => day,
    }
}

/// `63 hourly buckets`.
pub fn buckets(lang: Lang, precision: Precision, n: usize) -> String {
    let key = by_precision(precision, [Pages::MinuteBuckets, Pages::HourBuckets, Pages::DayBuckets]);
    fill(key.text(lang), &[("n", &num::whole(n as u64))])
}

/// `Dotted: 14:00 is unfinished, 37 of 60 min.`; `None` where the last bucket is finished, or is a minute, which is too short to tell about.
pub fn unfinished(lang: Lang, zone: &Zone, precision: Precision, buckets: &Buckets) -> Option<String> {
    let last = buckets.unfinished()?;
    let (key, start, scale) = match precision {
        Precision::Minute => return None,
        Precision::Hour => (Pages::UnfinishedHour, super::time::clock(zone, last.start_ms), 1.0),
        Precision::Day => (Pages::UnfinishedDay, super::time::day(lang, zone, last.start_ms), 60.0),
    };
    let of = |minutes: f64| num::fixed((minutes / scale).floor(), 0);
    Some(fill(key.text(lang), &[("start", &start), ("n", &of(last.minutes)), ("m", &of(last.minutes_full))]))
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
        assert_eq!((calls(Lang::En, 1), calls(Lang::En, 1200)), ("1 call".into(), "1,200 calls".into()));
    }

    #[test]
    fn templates_name_what_varies() {
        let text = "⟨x⟩ Limit ⟨number⟩⟨id⟩ of ⟨open";
        let pieces = template(Lang::En, text);
        assert_eq!(pieces, [(false, "⟨x⟩ Limit "), (true, "number"), (true, "id"), (false, " of ⟨open")]);
        assert_eq!(template_text(Lang::En, text), text);
        assert_eq!(template_text(Lang::Zh, "⟨number⟩ s"), "⟨数字⟩ s");
        assert_eq!(template(Lang::En, ""), []);
        let told = [(2, 2), (1, 1200), (3, 1200)].map(|(n, m)| messages(Lang::En, n, m));
        assert_eq!(told, ["2 messages", "1 template of 1,200 messages", "3 templates of 1,200 messages"]);
    }

    #[test]
    fn the_unfinished_bucket_is_told() {
        let buckets = Buckets {
            starts_ms: vec![0, 86_400_000],
            ends_ms: vec![86_400_000, 172_800_000],
            minutes: vec![1440.0, 877.5],
            last_unfinished: true,
            first_clipped: false,
        };
        let told = unfinished(Lang::En, &Zone::utc(), Precision::Day, &buckets);
        assert_eq!(told.as_deref(), Some("Dotted: Fri 2 is unfinished, 14 of 24 h."));
        assert_eq!(unfinished(Lang::En, &Zone::utc(), Precision::Minute, &buckets), None);
    }
}
