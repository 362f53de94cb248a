//! Words of exported files.

messages! {
    /// Workbooks and other files.
    Export {
        Summary => "Summary", "概要";
        About => "About", "说明";
        FailedCalls => "Failed Calls", "失败调用";
        CallList => "Calls", "调用记录";
        Per => " per ", "每";
        Tiles => "Totals of the selection", "所选范围合计";
        Services => "Services", "服务";
        Metrics => "Metrics", "指标";
        Item => "Item", "项目";
        Value => "Value", "值";
        Selection => "Selection", "所选范围";
        Before => "Previous period", "上一周期";
        Change => "Change", "变化";
        Service => "Service", "服务";
        Version => "Version", "版本";
        Type => "Type", "类型";
        AllVersions => "(all versions)", "（全部版本）";
        NoVersion => "(no version)", "（无版本）";
        Total => "Total", "合计";
        Time => "Time", "时间";
        Utc => "UTC", "UTC";
        Covered => "Covered", "覆盖时长";
        UnitMinutes => "min", "分钟";
        Metric => "Metric", "指标";
        Unit => "Unit", "单位";
        Latest => "Latest", "最新";
        Minimum => "Minimum", "最小";
        MinimumAt => "Time of minimum", "最小值时间";
        LatestAt => "Latest at", "最新值时间";
        Average => "Average", "平均";
        Maximum => "Maximum", "最大";
        MaximumAt => "Time of maximum", "最大值时间";
        MedianBucket => "Median", "中位数";
        Class => "Class", "类别";
        OwnCode => "Own Code", "自有错误码";
        Status => "HTTP Status", "HTTP 状态码";
        Stream => "Streaming", "流式";
        Yes => "yes", "是";
        No => "no", "否";
        RequestId => "Request ID", "请求 ID";
        ResponseLatency => "Response Latency", "端到端时延";
        GenerationTime => "Generation Time", "生成时长";

        AboutFile => "This file", "本文件";
        WrittenBy => "Written by", "生成程序";
        WrittenAt => "Time of export", "导出时间";
        Link => "Link to the view", "视图链接";
        AboutData => "Data", "数据";
        Feed => "Feed", "数据源";
        FeedNote => "Source stated by the feed", "数据源注明的来源";
        FeedBytes => "Size in bytes", "大小（字节）";
        Sha256 => "SHA-256", "SHA-256";
        NotComputed => "not computed", "未计算";
        CallsRead => "Calls read", "已读取的调用";
        CallsRejected => "Records rejected", "无法读取的记录";
        CutShort => "The source ended early; the calls before that are included", "数据源未完整结束，已包含此前的调用";
        Oldest => "Oldest call", "最早的调用";
        Newest => "Newest call", "最新的调用";
        Demonstration => "Demonstration data: sample calls, shifted to the present", "演示数据：示例调用，时间已平移至当前日期";
        AboutSelection => "Selection", "所选范围";
        From => "From (included)", "开始（含）";
        To => "To (not included)", "结束（不含）";
        Zone => "Time zone", "时区";
        Offsets => "Offset from UTC", "与 UTC 的偏移";
        Precision => "Precision", "时间精度";
        Now => "As of", "截至";
        ComparedFrom => "Compared with, from", "对比周期开始";
        ComparedTo => "Compared with, to (not included)", "对比周期结束（不含）";
        All => "All", "全部";
        NoValue => "(none)", "（无）";
        AboutRules => "Rules", "规则";
        Percentiles => "Percentiles", "百分位数";
        PercentilesRule => "Exact, over the calls themselves, by linear interpolation between closest ranks (Hyndman–Fan type 7, as PERCENTILE.INC). Never averaged over buckets.",
            "基于各次调用精确计算，在相邻名次之间线性插值（Hyndman–Fan 第 7 型，同 PERCENTILE.INC），不对各时段的百分位数取平均。";
        Failures => "Failed calls", "失败调用";
        FailuresRule => "HTTP status 400 to 599. The failure rate is failed calls × 100 / calls; a percentage of an error is of all failed calls of the selection.",
            "HTTP 状态码 400 至 599。失败率 = 失败调用 × 100 / 调用；错误的百分比以所选范围内的全部失败调用为基数。";
        Latencies => "Latencies and lengths", "时延与长度";
        LatenciesRule => "Over successful calls; time to first token and incremental token latency over successful streaming calls. Each call weighs the same.",
            "基于成功的调用；首 Token 时延与增量 Token 时延基于成功的流式调用。每次调用权重相同。";
        PerMinute => "RPM and TPM", "RPM 与 TPM";
        PerMinuteRule => "A bucket's amount divided by its minutes within the range (column “Covered”).", "时段内的总量除以该时段在所选范围内的分钟数（“覆盖时长”列）。";
        Gaps => "Empty cells and -", "空单元格与 -";
        GapsRule => "An empty cell: no call to measure in that time; counts and sums are 0 there. “-”: the metric does not apply to the service.",
            "空单元格：该时段没有可度量的调用，次数与总和则为 0。“-”：该指标不适用于此服务。";
        Clock => "Times that occur twice", "重复的时刻";
        ClockRule => "Times are local to the time zone. Where clocks go back, an hour occurs twice; the UTC column tells the two apart.",
            "时间为该时区的当地时间。时钟回拨时同一小时会出现两次，由 UTC 列区分。";
        Cut => "Long texts", "长文本";
        CutRule => "Texts longer than 32,767 characters, the limit of a cell, end with “{mark}”.", "超过单元格上限 32,767 个字符的文本以“{mark}”结尾。";
        CutMark => "… [cut]", "…［已截断］";

        Export => "Export", "导出";
        Confirm => "Export", "确定";
        TakeCsv => "Download CSV", "下载 CSV";
        TakeJson => "Download JSON", "下载 JSON";
        TakeCopy => "Copy as table", "复制为表格";
        TakePng => "Download PNG", "下载 PNG";
        TakeSvg => "Download SVG", "下载 SVG";
        TakePrintSvg => "Download SVG for print", "下载打印用 SVG";
        TakeServices => "Download table", "下载表格";
        TakeFailed => "Download error codes and messages", "下载错误码与错误描述";
        TakeAllFailed => "Download all failed calls", "下载全部失败调用";
        AllFailedCalls => "All failed calls", "全部失败调用";
        TakeCalls => "Download these calls", "下载这些调用";
        DialogMonitoring => "Export monitoring data", "导出监控数据";
        DialogServices => "Export services", "导出服务统计";
        AllMetrics => "All metrics", "全部指标";
        OnlyCharts => "Only the charts", "仅导出图表";
        OnlyChartsNote => "a sheet for each metric: time and lines", "每项指标一个工作表：时间与各曲线";
        WithCalls => "Include every call", "包含每次调用";
        CallsOnSheets => "{n} calls, sheets: {sheets}", "{n} 次调用，工作表：{sheets}";
        SheetsAndRows => "XLSX, {n} sheets; {m} metrics with {rows} rows each", "XLSX，{n} 个工作表；{m} 项指标，每项 {rows} 行";
        Sheets => "XLSX, {n} sheets", "XLSX，{n} 个工作表";
        TooMuch => "{n} calls would take about {need} of memory in a workbook; the limit of a tab is {most}. Narrow the range or the filters, or save the calls as CSV, which needs no memory.",
            "{n} 次调用写入工作簿约需 {need} 内存，超过标签页可用的 {most}。请缩小时间范围或筛选条件，或将调用记录保存为 CSV（不占内存）。";
        CallsAsCsv => "Calls as CSV", "调用记录 CSV";
        Writing => "Writing the file", "正在生成文件";
        WrittenRows => "{n} of {all} rows written", "已写入 {n}/{all} 行";
        Saved => "{name} ({size})", "{name}（{size}）";
        NothingSelected => "Nothing to export: choose at least one metric or table.", "没有可导出的内容：请至少选择一项指标或一张表。";
        RowsDiffer => "The data changed while it was exported. Start the export again.", "导出过程中数据发生了变化，请重新导出。";
        Unanswered => "No file was written: there is no answer for {what}. Try again.", "未写入文件：{what} 未得到结果，请重试。";
        WriteFailed => "The file could not be written: {detail}", "文件写入失败：{detail}";
        WriterMissing => "the code that writes files could not be loaded. Check the connection and try again.", "写入程序无法加载，请检查网络连接后重试。";
    }
}
