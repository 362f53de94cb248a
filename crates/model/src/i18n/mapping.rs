//! Words of the mapping editor, and of calls as they were understood.

use super::{Lang, Message, fill, time};
use crate::base::num;
use crate::model::mapping::{Doubt, Fault, Warning};
use crate::model::understood::Value;
use crate::series::Zone;

messages! {
    /// Which field of a call is read from where.
    Mappings {
        Title => "How to read {name}", "如何读取 {name}";
        Name => "Name", "名称";
        NamePlaceholder => "Our gateway", "我方网关";
        Which => "File", "文件";
        Begin => "Start from", "起始映射";
        Suggested => "Suggested by names and values", "按名称与取值建议";
        Own => "Current edits", "当前编辑";
        Saved => "Saved in this browser", "已保存在本浏览器中";
        Configured => "Provided by this site", "本站提供";
        OpenJson => "Open a mapping", "打开映射文件";
        Field => "Field of a call", "调用字段";
        From => "Read from", "来源字段";
        Unit => "Unit or format", "单位或格式";
        Sample => "Samples", "样例";
        NotThere => "not present", "无";
        Fixed => "a fixed value", "固定值";
        FixedValue => "Fixed value of {field}", "{field} 的固定值";
        FromOf => "Source of {field}", "{field} 的来源";
        UnitOf => "Unit of {field}", "{field} 的单位";
        AllFields => "All fields of a call", "全部调用字段";
        Tokens => "tokens", "Tokens";
        Thousands => "thousands", "千";
        FormAny => "text, or epoch (unit detected)", "文本，或时间戳（自动识别单位）";
        FormEpoch => "epoch, {unit}", "时间戳，{unit}";
        FormRelative => "since the start, {unit}", "自起点起，{unit}";
        Zone => "Zone for times without one", "无时区时间所属时区";
        ZoneFixed => "Same offset all year", "全年不变";
        ZoneNamed => "With daylight saving time", "随夏令时变化";
        Words => "Values that mean success", "表示成功的值";
        FailedAs => "Any other value counts as", "其他值计为";
        AbsentAs => "Missing counts as", "缺失时计为";
        CachedIs => "Cached tokens are", "缓存 Tokens";
        PartOf => "part of the input", "已含于输入";
        AddedTo => "added to the input", "另加于输入";
        Records => "List of records in the document", "文档中记录列表的路径";
        RecordsHint => "empty: lines, an array, a table", "留空：逐行、数组或表格";
        Counts => "In the sample: {calls}, {rejected} rejected.", "样本中：{calls}，{rejected} 条无法读取。";
        LeftOut => "Excluded by the conditions: {n} records.", "因条件不符而略过 {n} 条记录。";
        UseSeconds => "Use seconds", "改用秒";
        Where => "Only records where", "仅读取满足以下条件的记录";
        WhereField => "Field of condition {n}", "条件 {n} 的字段";
        WhereHow => "Comparison of condition {n}", "条件 {n} 的比较方式";
        WhereValue => "Value of condition {n}", "条件 {n} 的值";
        Is => "is", "等于";
        IsNot => "is not", "不等于";
        Nothing => "nothing", "空";
        AddCondition => "Add a condition", "添加条件";
        RemoveCondition => "Remove condition {n}", "移除条件 {n}";
        NoFields => "No fields with names were found: neither JSON, lines of JSON, nor a table with a header.", "未找到有名称的字段：既不是 JSON、逐行 JSON，也不是带表头的表格。";
        Save => "Save", "保存";
        SavedAs => "Saved as “{name}” in this browser.", "已以“{name}”保存到本浏览器。";
        NotKept => "This browser saves nothing for this page. Download the mapping instead.", "本浏览器不为此页面保存数据，请改为下载映射。";
        NeedsName => "Enter a name first.", "请先命名。";
        Forget => "Delete", "删除";
        Download => "Download", "下载";
        Use => "Read with this mapping", "按此映射读取";
        NoMapping => "This is not a mapping: {why}", "这不是映射文件：{why}";
        NoReader => "The reader could not be started: {why}", "读取程序无法启动：{why}";
        Looking => "Reading the file", "正在读取文件";

        FaultMissing => "{field} is required: every call has one.", "缺少 {field}：每次调用都需要该字段。";
        FaultNowhere => "{field} has no source field.", "{field} 没有来源字段。";
        FaultUnknown => "A call has no field {field}.", "调用没有 {field} 字段。";
        FaultCondition => "Condition {field} names no field.", "第 {field} 个条件未指定字段。";
        FaultStatus => "{field} is not an HTTP status.", "{field} 不是 HTTP 状态码。";

        DoubtSeconds => "Latencies look like seconds: as milliseconds, {calls} of {of} calls would be faster than any model.", "时延看起来以秒为单位：{of} 次调用中有 {calls} 次快于任何模型的生成速度。";
        DoubtLong => "Latencies look like micro- or nanoseconds: {calls} of {of} are longer than an hour.", "时延看起来以微秒或纳秒为单位：{of} 次中有 {calls} 次超过一小时。";
        DoubtTtft => "The first token comes after the last in {calls} of {of} calls: columns swapped, or different units?", "{of} 次调用中有 {calls} 次首 Token 晚于结束：列对调，或单位不同？";
        DoubtFuture => "{calls} of {of} calls lie in the future: check format, unit and zone of the time.", "{of} 次调用中有 {calls} 次在未来：请检查时间的格式、单位与时区。";
        DoubtTotal => "The total is not input + output in {calls} of {of} calls.", "{of} 次调用中有 {calls} 次的总量不等于输入与输出之和。";
        DoubtCached => "Cached tokens exceed input tokens in {calls} of {of} calls: are they added to the input?", "{of} 次调用中有 {calls} 次缓存 Tokens 多于输入：是否另加于输入？";
        DoubtSame => "{calls} of {of} calls share their request ID with another: does the source write several records for one call?", "{of} 次调用中有 {calls} 次与其他调用的请求 ID 相同：数据源是否以多条记录表示一次调用？";
        DoubtSums => "{calls} of {of} records count several calls each: they are totals, and single calls cannot be read from them. Open a log with one record for each call.", "{of} 条记录中有 {calls} 条各自包含多次调用：它们是汇总值，无法从中读取单次调用。请打开逐次调用的日志。";
        DoubtNoStatus => "No status is mapped: which calls failed is not known, and failures show as “-”. Map a status or an error.", "未映射状态：无法得知哪些调用失败，失败指标显示为“-”。请映射状态或错误。";
        DoubtFailed => "All {of} calls failed: check the status and the values that mean success.", "全部 {of} 次调用均失败：请检查状态与表示成功的值。";
    }
}

/// What is wrong with a mapping.
pub fn fault(lang: Lang, fault: &Fault) -> String {
    let (words, field) = match fault {
        Fault::Missing(field) => (Mappings::FaultMissing, field.clone()),
        Fault::Nowhere(field) => (Mappings::FaultNowhere, field.clone()),
        Fault::UnknownField(field) => (Mappings::FaultUnknown, field.clone()),
        Fault::Status(status) => (Mappings::FaultStatus, status.to_string()),
        Fault::Condition(n) => (Mappings::FaultCondition, n.to_string()),
    };
    fill(words.text(lang), &[("field", &field)])
}

/// What looks like a slip.
pub fn warning(lang: Lang, warning: &Warning) -> String {
    let words = match warning.doubt {
        Doubt::LatencyLooksLikeSeconds => Mappings::DoubtSeconds,
        Doubt::LatencyLooksTooLong => Mappings::DoubtLong,
        Doubt::FirstTokenAfterEnd => Mappings::DoubtTtft,
        Doubt::InFuture => Mappings::DoubtFuture,
        Doubt::TotalUnlikeSum => Mappings::DoubtTotal,
        Doubt::CachedAboveInput => Mappings::DoubtCached,
        Doubt::AllFailed => Mappings::DoubtFailed,
        Doubt::SameRequest => Mappings::DoubtSame,
        Doubt::NoStatus => Mappings::DoubtNoStatus,
        Doubt::Sums => Mappings::DoubtSums,
    };
    fill(words.text(lang), &[("calls", &num::whole(warning.calls)), ("of", &num::whole(warning.of))])
}

/// A value as it was understood: times in the page's zone, durations in milliseconds.
pub fn value(zone: &Zone, value: &Value) -> String {
    match value {
        Value::Time(ms) => time::stamp(zone, *ms),
        Value::Text(text) => text.clone(),
        Value::Whole(n) => num::whole(*n),
        Value::Flag(yes) => yes.to_string(),
        Value::Micros(us) => format!("{} ms", num::short(*us as f64 / 1e3, 3)),
        Value::Nanos(ns) => format!("{} ms", num::short(*ns as f64 / 1e6, 3)),
        Value::Amount(amount) => num::short(*amount, 6),
    }
}
