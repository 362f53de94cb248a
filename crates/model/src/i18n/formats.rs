//! Words of foreign formats: what a file was taken for, how its records were understood, how to read it otherwise.

messages! {
    /// What a source was read as.
    Formats {
        ManyFiles => "{n} files", "{n} 个文件";
        EmptyFolder => "There is no file in that folder.", "该文件夹中没有文件。";

        Colon => ": ", "：";
        Stop => ". ", "。";
        ReadAsTitle => "Read as {format}.", "已按 {format} 读取。";
        ReadAsSeveral => "Read as {n} formats.", "已按 {n} 种格式读取。";
        Sure => "{percent} % sure", "{percent}% 确定";
        Chosen => "chosen", "手动选择";
        ToldBy => "Told by {reason}.", "依据：{reason}。";
        DialogTitle => "How {name} was read", "{name} 的读取方式";
        Ours => "Callscope feed", "Callscope 数据";
        PartCalls => "{calls}, {rejected} rejected", "{calls}，{rejected} 次被拒绝";
        Passed => "Passed over: {what}", "已略过：{what}";
        Nothing => "Nothing was read of it.", "未能从中读取内容。";
        ThisFile => "The file", "该文件";
        Lacks => "This format has no: {metrics}.", "此格式不含：{metrics}。";
        LacksOne => "Not in this format ({format})", "此格式（{format}）不含该项";
        Mapping => "Field by field", "逐字段对应";
        Field => "Field of a call", "调用字段";
        From => "Read from", "来源字段";
        Unit => "Unit or form", "单位或形式";
        First => "First calls as understood", "按此理解的前几次调用";
        OwnNames => "Fields are read by their own names.", "各字段按其自身名称读取。";
        ReadAs => "Read as", "读取为";
        ByContent => "What its content says", "按内容自动判断";
        ByMapping => "Mapped fields", "字段映射";
        Claims => "Formats that claim it", "符合其内容的格式";
        Others => "Other formats", "其他格式";
        MoreParts => "and {n} more files", "另有 {n} 个文件";
        NotSaved => "The browser refused to save the file.", "浏览器拒绝保存文件。";
        Download => "Download as CSV", "下载 CSV";

        KindGateways => "Gateways", "网关";
        KindGatewaysText => "LiteLLM, Envoy AI Gateway, Kong AI, APISIX, Huawei Cloud APIG, Helicone", "LiteLLM、Envoy AI Gateway、Kong AI、APISIX、华为云 APIG、Helicone";
        KindTraces => "Observability", "可观测性";
        KindTracesText => "OpenTelemetry GenAI spans (OTLP JSON), Langfuse observations", "OpenTelemetry GenAI span（OTLP JSON）、Langfuse observation";
        KindProviders => "Providers", "模型服务";
        KindProvidersText => "Logged responses of OpenAI and Anthropic APIs, with a time", "带时间的 OpenAI、Anthropic 接口应答日志";
        KindBench => "Load tests and traces", "压测与公开轨迹";
        KindBenchText => "vLLM, guidellm; Azure LLM, Mooncake, BurstGPT", "vLLM、guidellm；Azure LLM、Mooncake、BurstGPT";
        KindOurs => "Callscope", "Callscope";
        KindOursText => "A document, an array, or one call a line", "文档、数组，或每行一次调用";
    }
}
