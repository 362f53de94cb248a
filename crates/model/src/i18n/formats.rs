//! Words of foreign formats: what a file was taken for, how its records were understood, how to read it otherwise.

messages! {
    /// What a source was read as.
    Formats {
        ManyFiles => "{n} files", "{n} 个文件";
        EmptyFolder => "There is no file in that folder.", "该文件夹中没有文件。";

        Colon => ": ", "：";
        Stop => ". ", "。";
        ReadAsTitle => "Recognised as {format} ({percent} % confidence).", "已识别为 {format}（置信度 {percent}%）。";
        ReadAsChosen => "Read as {format}, as chosen.", "已按所选格式 {format} 读取。";
        ReadMapped => "Read with your field mapping.", "已按您的字段映射读取。";
        ReadMappedAs => "Read with the field mapping “{format}”.", "已按字段映射“{format}”读取。";
        ReadAsSeveral => "Recognised as {n} formats.", "已识别为 {n} 种格式。";
        Sure => "{percent} % confidence", "置信度 {percent}%";
        Chosen => "chosen by you", "手动选择";
        ToldBy => "Recognised by {reason}.", "识别依据：{reason}。";
        DialogTitle => "Import details: {name}", "导入详情：{name}";
        Ours => "Callscope feed", "Callscope 数据";
        PartCalls => "{calls}, {rejected} rejected", "{calls}，{rejected} 条无法读取";
        Passed => "Skipped: {what}", "已跳过：{what}";
        Nothing => "Nothing was read from it.", "未能从中读取内容。";
        ThisFile => "The file", "该文件";
        Lacks => "This format does not record {metrics}.", "此格式不记录：{metrics}。";
        LacksOne => "Not recorded by this format ({format})", "此格式（{format}）不记录该项";
        Mapping => "Field mapping", "字段映射";
        Field => "Field of a call", "调用字段";
        From => "Read from", "来源字段";
        Unit => "Unit or format", "单位或格式";
        First => "Preview of the first calls", "前几次调用预览";
        OwnNames => "Fields are read by their own names.", "各字段按其自身名称读取。";
        ReadAs => "Read as", "读取为";
        ByContent => "Automatic, by content", "按内容自动识别";
        ByMapping => "Field mapping", "字段映射";
        Claims => "Matching formats", "匹配的格式";
        Others => "Other formats", "其他格式";
        MoreParts => "and {n} more files", "另有 {n} 个文件";
        NotSaved => "The browser refused to save the file.", "浏览器拒绝保存文件。";
        Download => "Download as CSV", "下载 CSV";

        KindGateways => "Gateways", "网关";
        KindGatewaysText => "LiteLLM, Envoy AI Gateway, Kong AI, APISIX, Huawei Cloud APIG, Helicone", "LiteLLM、Envoy AI Gateway、Kong AI、APISIX、华为云 APIG、Helicone";
        KindTraces => "Observability", "可观测性";
        KindTracesText => "OpenTelemetry GenAI spans (OTLP JSON), Langfuse observations", "OpenTelemetry GenAI span（OTLP JSON）、Langfuse observation";
        KindProviders => "Providers", "模型服务";
        KindProvidersText => "Logged responses of OpenAI and Anthropic APIs, with a time", "带时间的 OpenAI、Anthropic 接口响应日志";
        KindBench => "Load tests and traces", "压测与公开轨迹";
        KindBenchText => "vLLM, guidellm; Azure LLM, Mooncake, BurstGPT", "vLLM、guidellm；Azure LLM、Mooncake、BurstGPT";
        KindOurs => "Callscope", "Callscope";
        KindOursText => "A document, an array, or one call a line", "文档、数组，或每行一次调用";
    }
}
