//! Words of saved reports, and of the dialog that saves them.

messages! {
    /// Saved reports.
    Report {
        Save => "Save report", "保存报告";
        SaveHint => "Save what is shown as one file that opens anywhere, without a network", "将当前内容保存为单个文件，无需网络即可打开";
        Hint => "One HTML file with what the page shows now: it opens without a network, runs no script, and contains only the calls that are shown.",
            "一个包含当前页面内容的 HTML 文件：无需网络即可打开，不运行脚本，也不含未显示的调用。";
        NoteLabel => "Note at the top (optional)", "顶部备注（可选）";
        GoesOut => "Data in the report", "报告中的数据";
        GoesOutHint => "The values of these fields are replaced by pseudonyms, equal values by the same one; the link is omitted. Select the fields to keep unchanged.",
            "以下各项默认替换为代号，同一报告内相同的值使用相同的代号；链接不包含在内。请勾选要保留原值的项。";
        AlsoGoesOut => "The report includes unchanged: the names of the data set, services, versions, models and regions, your own labels, the search, the note, and error codes that are numbers or identifiers such as rate_limit_exceeded.",
            "以下内容以原值写入报告：数据集、服务、版本、模型和区域的名称，自定义标签，搜索词，备注，以及数字或标识符（如 rate_limit_exceeded）形式的错误码。";
        AsItIs => "Keep original", "保留原值";
        FieldColumn => "Field", "字段";
        ValuesColumn => "Values", "值的个数";
        BecomesColumn => "Replaced by", "替换为";
        Becomes => "{before} → {after}", "{before} → {after}";
        LeftOut => "omitted", "不包含";
        NothingPersonal => "Nothing in this view has to be replaced.", "当前视图中没有需要替换的内容。";
        OpenPreview => "Preview", "预览";
        Preparing => "Preparing the report", "正在准备报告";
        Size => "HTML, {size}", "HTML，{size}";
        NothingShown => "The page shows no figures yet that could be saved.", "页面尚无可保存的数据。";

        ApiKeys => "API keys", "API Key";
        Ips => "IP addresses", "IP 地址";
        Workspaces => "Workspaces", "业务空间";
        OwnCodes => "Services' own error codes", "服务自有错误码";
        Messages => "Error messages", "错误描述";
        RequestIds => "Request IDs", "请求 ID";
        LinkField => "Link to this view", "当前视图的链接";
        KeyN => "key-{n}", "key-{n}";
        IpN => "ip-{n}", "ip-{n}";
        WorkspaceN => "workspace-{n}", "空间-{n}";
        CodeN => "code-{n}", "错误码-{n}";
        MessageN => "message-{n}", "描述-{n}";
        RequestN => "request-{n}", "请求-{n}";

        DataSet => "Data set", "数据集";
        DataFacts => "{calls}, {from} to {to}", "{calls}，{from} 至 {to}";
        Rejected => "{n} records were rejected", "{n} 条记录无法读取";
        TimeRange => "Time range", "时间范围";
        TimeZone => "Time zone", "时区";
        Filters => "Filters", "筛选条件";
        NoFilters => "none", "无";
        Search => "Search", "搜索";
        LinesOff => "Hidden lines", "已隐藏的曲线";
        Link => "Link", "链接";
        Note => "Note", "备注";
        Replaced => "Replaced by pseudonyms", "已替换为代号";
        Written => "Written", "生成";
        WrittenBy => "{at} UTC by {console}", "{at} UTC，{console}";
        Numbers => "Numbers", "数据";
        NumbersOf => "Numbers: {title}", "数据：{title}";
        NumbersCaption => "{title} ({unit}), {rhythm}, times in {zone}", "{title}（{unit}），{rhythm}，时区 {zone}";
        Alternative => "{title} ({unit}), {rhythm}, {n} points. Latest {latest}, average {average}, maximum {maximum}. The numbers are in the table below.",
            "{title}，单位 {unit}，{rhythm}，{n} 个数据点。最新 {latest}，平均 {average}，最大 {maximum}。数据见下表。";
        TileAlternative => "{title} over time, {n} points; the numbers are in the table below.", "{title}随时间的变化，{n} 个数据点；数据见下表。";
        TilesCaption => "Totals over time, times in {zone}", "各项总计随时间的变化，时区 {zone}";
        BeforeOf => "{name}, previous", "{name}（上一周期）";
        Whole => "Whole range", "整个范围";
        ListCaption => "Calls with code {code}", "错误码 {code} 的调用";
        ListOf => "{a} of {n} calls, in the order of the page", "{n} 次调用中的 {a} 次，顺序与页面一致";
        NoAnswer => "No answer for", "未得到结果";
        TemplateNote => "Messages that differ only in numbers, IDs, addresses, times, or in quoted or other varying words are one row.", "仅编号、数字、地址、时间、引号内文字或个别词语不同的描述归为一行。";
        Static => "Saved from a page that computes its figures in the browser. This file runs no code and sends no requests.",
            "由在浏览器中完成计算的页面保存。本文件不运行任何程序，也不发出任何请求。";
    }
}
