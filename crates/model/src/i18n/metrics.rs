//! Names and units of the metrics of `model::catalogue`, and of lines, columns and dimensions.

use super::{Lang, Message};
use crate::model::{Column, Dim, Label, Line, Metric, Precision, Preset, Unit};

messages! {
    /// Names and units.
    Names {
        Cost => "Cost", "费用";
        FailedCalls => "Failed Calls", "调用失败次数";
        TotalTokens => "Total Tokens", "总 Tokens 数";
        UnitTimes => "Times", "次";
        UnitKTokens => "K Tokens", "K Tokens";
        UnitPercent => "%", "%";
        UnitTimesPerMinute => "Times/Minute", "次/分钟";
        UnitKTokensPerMinute => "K Tokens/Minute", "K Tokens/分钟";
        UnitMs => "ms", "ms";
        UnitS => "s", "s";
        UnitK => "K", "K";
        UnitNone => " ", " ";
        LineTotal => "Total", "总数";
        LineSuccesses => "Successes", "成功";
        LineFailures => "Failures", "失败";
        LineInput => "Input", "输入";
        LineOutput => "Output", "输出";
        LineAvg => "AVG", "AVG";
        LineBefore => "Previous", "上一周期";
        LineMax => "MAX", "MAX";
        LineP50 => "P50", "P50";
        LineP80 => "P80", "P80";
        LineP90 => "P90", "P90";
        LineP99 => "P99", "P99";
        DimServiceType => "Service type", "服务类型";
        DimApiKey => "API key", "API Key";
        DimIp => "IP address", "IP 地址";
        DimInferenceType => "Inference type", "推理类型";
        DimModel => "Model", "模型";
        DimRegion => "Region", "区域";
        DimWorkspace => "Workspace", "业务空间";
        DimServiceTier => "Service tier", "服务等级";
        DimReplica => "Replica", "副本";
        DimVersion => "Version", "版本";
        DimService => "Service", "服务";
        Minute => "Minute", "分钟";
        Hour => "Hour", "小时";
        Day => "Day", "天";
        Today => "Today", "今天";
        Yesterday => "Yesterday", "昨天";
        Days3 => "3 days", "近 3 天";
        Days7 => "7 days", "近 7 天";
        Days14 => "14 days", "近 14 天";
        Whole => "All data", "全部数据";
        Newest => "Newest 30 days", "最新 30 天";
    }
}

/// Words of each metric: its chart's title and, where the chart has a single line, what its legend calls that line.
macro_rules! of_metrics {
    ($($metric:ident => $en:literal, $zh:literal $(, line $line_en:literal, $line_zh:literal)?;)+) => {
        /// A chart's title.
        pub fn metric(lang: Lang, metric: Metric) -> &'static str {
            match (metric, lang) {
                $((Metric::$metric, Lang::En) => $en, (Metric::$metric, Lang::Zh) => $zh,)+
            }
        }

        /// The name of the line of a metric that has one; empty for others.
        fn single_line(lang: Lang, metric: Metric) -> &'static str {
            match (metric, lang) {
                $($((Metric::$metric, Lang::En) => $line_en, (Metric::$metric, Lang::Zh) => $line_zh,)?)+
                _ => "",
            }
        }
    };
}

of_metrics! {
    Calls => "Calls", "调用次数";
    Tokens => "Tokens", "Tokens";
    FailureRate => "Call Failure Rate", "调用失败率", line "Failure rate", "失败率";
    Rpm => "RPM", "RPM", line "RPM", "RPM";
    Tpm => "TPM", "TPM", line "TPM", "TPM";
    Errors => "Error Occurrences", "错误次数";
    Ttft => "Time to First Token", "首 Token 时延";
    Tpot => "Incremental Token Latency", "增量 Token 时延";
    Latency => "Average Response Latency", "端到端时延", line "Average", "平均";
    InputLength => "Input Tokens", "输入 Tokens 数";
    OutputLength => "Output Tokens", "输出 Tokens 数";
    Generation => "Average Generation Time", "平均生成时长", line "Average", "平均";
    Availability => "Model Availability Rate", "模型可用率", line "Availability", "可用率";
}

/// A unit; a blank where there is none.
fn unit(lang: Lang, unit: Unit) -> &'static str {
    match unit {
        Unit::None => Names::UnitNone,
        Unit::Times => Names::UnitTimes,
        Unit::KTokens => Names::UnitKTokens,
        Unit::Percent => Names::UnitPercent,
        Unit::TimesPerMinute => Names::UnitTimesPerMinute,
        Unit::KTokensPerMinute => Names::UnitKTokensPerMinute,
        Unit::Ms => Names::UnitMs,
        Unit::S => Names::UnitS,
    }
    .text(lang)
}

/// A chart's unit.
pub fn metric_unit(lang: Lang, metric: Metric) -> &'static str {
    unit(lang, metric.unit())
}

/// A line's name in its chart's legend.
pub fn line(lang: Lang, of: Metric, line: Line) -> String {
    let name = match line {
        Line::Rate | Line::PerMinute => return single_line(lang, of).to_owned(),
        Line::Avg if of.is_single() => return single_line(lang, of).to_owned(),
        Line::Total => Names::LineTotal,
        Line::Successes => Names::LineSuccesses,
        Line::Failures => Names::LineFailures,
        Line::Input => Names::LineInput,
        Line::Output => Names::LineOutput,
        Line::Avg => Names::LineAvg,
        Line::Max => Names::LineMax,
        Line::Before => Names::LineBefore,
        Line::P50 => Names::LineP50,
        Line::P80 => Names::LineP80,
        Line::P90 => Names::LineP90,
        Line::P99 => Names::LineP99,
        Line::Status(code) => return code.to_string(),
    };
    name.text(lang).to_owned()
}

/// A table column's title: its metric's, unless that has several.
pub fn column(lang: Lang, column: Column) -> &'static str {
    match column {
        Column::Failed => Names::FailedCalls.text(lang),
        Column::TotalTokens => Names::TotalTokens.text(lang),
        Column::Cost => Names::Cost.text(lang),
        of => metric(lang, of.metric()),
    }
}

/// A table column's unit; a blank where it needs none. Tokens are named by the title. That of costs is the price sheet's currency.
pub fn column_unit(lang: Lang, column: Column) -> &'static str {
    match column.unit() {
        Unit::KTokens => Names::UnitK.text(lang),
        other => unit(lang, other),
    }
}

/// A label's name: a dimension's, else the one that the feed gives it.
pub fn label(lang: Lang, label: Label) -> &'static str {
    match label {
        Label::Dim(of) => dim(lang, of),
        Label::Named(name) => name.as_str(),
        Label::Status | Label::ErrorCode | Label::ErrorMessage | Label::ErrorTemplate | Label::Derived(_) => "",
    }
}

/// A dimension's name.
pub fn dim(lang: Lang, dim: Dim) -> &'static str {
    match dim {
        Dim::ServiceType => Names::DimServiceType,
        Dim::ApiKey => Names::DimApiKey,
        Dim::Ip => Names::DimIp,
        Dim::InferenceType => Names::DimInferenceType,
        Dim::Model => Names::DimModel,
        Dim::Region => Names::DimRegion,
        Dim::Workspace => Names::DimWorkspace,
        Dim::ServiceTier => Names::DimServiceTier,
        Dim::Replica => Names::DimReplica,
        Dim::Version => Names::DimVersion,
        Dim::Service => Names::DimService,
    }
    .text(lang)
}

/// A precision's name.
pub fn precision(lang: Lang, precision: Precision) -> &'static str {
    match precision {
        Precision::Minute => Names::Minute,
        Precision::Hour => Names::Hour,
        Precision::Day => Names::Day,
    }
    .text(lang)
}

/// A preset's name. `is_cut`: the data span more than a view may.
pub fn preset(lang: Lang, preset: Preset, is_cut: bool) -> &'static str {
    match preset {
        Preset::Whole if is_cut => Names::Newest,
        Preset::Whole => Names::Whole,
        Preset::Today => Names::Today,
        Preset::Yesterday => Names::Yesterday,
        Preset::Days3 => Names::Days3,
        Preset::Days7 => Names::Days7,
        Preset::Days14 => Names::Days14,
    }
    .text(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_with_a_single_line_names_it() {
        for metric in Metric::ALL {
            for lang in [Lang::En, Lang::Zh] {
                assert!(!super::metric(lang, metric).is_empty(), "{metric:?}");
                assert_eq!(single_line(lang, metric).is_empty(), !metric.is_single(), "{metric:?}");
            }
        }
    }
}
