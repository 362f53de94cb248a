//! Words that every page uses: app bar, filter bar, buttons.

use super::{Lang, Message, fill};
use crate::model::range::{DAY_MS, HOUR_MS, MINUTE_MS};

messages! {
    /// App bar, filter bar and buttons.
    Common {
        PartMissing => "A part of the page could not be loaded. Check the connection, or reload the page.", "页面的一部分未能加载。请检查网络连接，或重新加载页面。";
        FetchAgain => "Try again", "重试";
        Close => "Close", "关闭";
        Cancel => "Cancel", "取消";
        Dismiss => "Dismiss", "忽略";
        SkipToContent => "Skip to content", "跳到正文";
        Home => "{title}, to the Calls page", "{title}，前往调用统计";

        DataSetIs => "Data set: {name}", "数据集：{name}";
        DataSet => "Data set", "数据集";
        NoData => "No data", "无数据";
        Demonstration => "Demonstration data", "演示数据";
        CallOne => "{n} call", "{n} 次调用";
        CallMany => "{n} calls", "{n} 次调用";
        Newest => "newest {when}", "最新数据 {when}";
        FeedKind => "Feed", "数据源";
        FileKind => "File", "文件";
        KeptKind => "Saved", "已保存";
        DemoKind => "Sample", "示例";
        AzureKind => "Real trace", "真实轨迹";
        HoldsSpan => "{calls}, {from} to {to}", "{calls}，{from} 至 {to}";
        HoldsBytes => "{bytes} read; uses {memory} of memory.", "已读取 {bytes}，占用内存 {memory}。";
        SourceNote => "Source: {note}", "来源：{note}";
        LabelsLeftOut => "Labels omitted (too many or too long): {n}", "因过多或过长而略去的标签：{n}";
        UnknownFields => "Fields not shown: {fields}", "未显示的字段：{fields}";
        RejectedLink => "Show rejected records", "查看无法读取的记录";
        ConnectFeed => "Connect a feed", "连接数据源";
        OpenFile => "Open file", "打开文件";
        ChooseFiles => "Choose files", "选择文件";
        Sections => "Sections", "功能区";
        Share => "Share", "分享";
        ShareHint => "Copy a link to exactly this view", "复制当前视图的链接";
        DarkTheme => "Dark theme", "深色主题";
        Language => "Language", "语言";

        TimeZone => "Time zone", "时区";
        TimeZoneIs => "Time zone: {zone}", "时区：{zone}";
        FindZone => "Find a time zone", "查找时区";
        Suggested => "Suggested", "推荐";
        AllZones => "All time zones", "全部时区";
        NoZone => "No time zone matches “{text}”.", "没有与“{text}”匹配的时区。";

        Address => "Address", "地址";
        ConnectHint => "The address of a file of calls (plain, gzip or zip); its format is recognised. The browser requests it directly, so its server must allow this page to read it (CORS).", "调用记录文件的地址，可为 gzip 或 zip 压缩，格式自动识别。由浏览器直接请求，因此其服务器必须允许本页面读取（CORS）。";
        ConnectNoAddress => "The address must begin with http:// or https://.", "地址须以 http:// 或 https:// 开头。";
        Connect => "Connect", "连接";

        Filters => "Filters", "筛选条件";
        TimeRange => "Time range", "时间范围";
        Custom => "Custom", "自定义";
        Precision => "Precision", "时间精度";
        OnlyUpToDay => "{precision}: up to 1 day", "{precision}：时间范围不超过 1 天";
        OnlyUpToDays => "{precision}: up to {n} days", "{precision}：时间范围不超过 {n} 天";
        Ip => "IP", "IP 地址";
        All => "All", "全部";
        AllOf => "All {n}", "全部 {n} 项";
        SomeOf => "{n} of {all}", "已选 {n}/{all}";
        NoValue => "(none)", "(无)";
        MyServices => "My Services", "我的服务";
        CommercialServices => "Commercial Services", "预置服务-商用服务";
        AddFilter => "Add filter", "添加筛选";
        Filter => "Filter", "筛选";
        Reset => "Reset", "重置";
        ResetFilters => "Reset filters and time range", "重置筛选条件与时间范围";
        NoMoreFilters => "No other dimensions to filter by.", "没有其他可筛选的维度。";
        SearchIn => "Search {dim}", "搜索{dim}";
        FoundNone => "No value matches “{text}”.", "没有与“{text}”匹配的值。";
        UseText => "Exactly “{text}”", "精确匹配“{text}”";
        ListCut => "The {n} most frequent of {all}. Search finds the others.", "共 {all} 项，仅列出最常见的 {n} 项；可搜索其他项。";
        OnlyThese => "Only these", "仅选这些";
        Clear => "Clear", "清除";
        Apply => "Apply", "应用";

        From => "From", "开始时间";
        To => "To", "结束时间";
        RangeRule => "Up to 30 days, in {zone}.", "最长 30 天，时区 {zone}。";
        RangeData => "Data: {from} to {to}.", "数据：{from} 至 {to}。";
        RangeNotGiven => "Give both as YYYY-MM-DD HH:MM, for example 2026-03-12 14:30.", "请按 YYYY-MM-DD HH:MM 填写，例如 2026-03-12 14:30。";
        RangeEndFirst => "The end is not after the start.", "结束时间须晚于开始时间。";
        RangeOutOfTime => "Start and end must lie between 2000 and 2100.", "开始与结束时间须在 2000 年至 2100 年之间。";
        RangeTooLong => "{span} is longer than 30 days. Choose a shorter range.", "{span}超过 30 天，请缩短时间范围。";
        SpanDays => "{n} d", "{n} 天";
        SpanHours => "{n} h", "{n} 小时";
        SpanMinutes => "{n} min", "{n} 分钟";
        RangeOffers => "{span}, precision: {precisions}", "{span}，可选精度：{precisions}";
        Comma => ", ", "、";
        Semicolon => "; ", "；";
        Computing => "Computing", "计算中";

        DropToOpen => "Drop to open", "松开以打开";
        PasteNotCalls => "The clipboard contains neither calls (JSON, NDJSON, CSV) nor an address.", "剪贴板中既没有调用记录（JSON、NDJSON、CSV），也没有地址。";

        DemoFeed => "Demonstration feed", "演示数据";
        AzureTrace => "Azure code trace (2023)", "Azure 代码调用轨迹（2023）";
        Clipboard => "Clipboard", "剪贴板";
        LinkCopied => "Link copied", "链接已复制";
        Copied => "Copied", "已复制";
        CopyRefused => "The browser refused to copy", "浏览器拒绝复制";
    }
}

/// The length of a range to the minute: `3 d 14 h 37 min`.
pub fn span(lang: Lang, ms: i64) -> String {
    let minutes = ms / MINUTE_MS;
    let parts =
        [(Common::SpanDays, ms / DAY_MS), (Common::SpanHours, ms % DAY_MS / HOUR_MS), (Common::SpanMinutes, minutes % 60)];
    let said = parts.iter().filter(|(_, n)| *n > 0).map(|(words, n)| fill(words.text(lang), &[("n", &n.to_string())]));
    let said = said.collect::<Vec<_>>().join(" ");
    if said.is_empty() { fill(Common::SpanMinutes.text(lang), &[("n", "0")]) } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_names_only_what_it_has() {
        let ms = |d: i64, h: i64, m: i64| d * DAY_MS + h * HOUR_MS + m * MINUTE_MS;
        assert_eq!(span(Lang::En, ms(3, 14, 37)), "3 d 14 h 37 min");
        assert_eq!(span(Lang::En, ms(1, 0, 0)), "1 d");
        assert_eq!(span(Lang::Zh, ms(0, 2, 5)), "2 小时 5 分钟");
        assert_eq!(span(Lang::En, 30_000), "0 min");
    }
}
