//! How exact values are, in words: the one place where a metric's value becomes text.

use super::charts::Charts;
use super::{Lang, Message, fill, metrics};
use crate::base::num;
use crate::model::{Column, Exactness, Gap, Metric, Quality, Unit};
use crate::wire::{Absent, Figures, LabelName, Summary, Why};

messages! {
    /// Values that are not exact, and values that are missing.
    Exact {
        Between => "{value}, between {low} and {high}", "{value}，介于 {low} 与 {high} 之间";
        Follows => "{line} follows the bucket bound {bound} {unit}", "{line} 与桶边界 {bound} {unit} 重合";
        BeforeData => "no data yet", "尚无数据";
        NotScraped => "not observed", "未采集";
        NotAnswered => "no answer", "未返回数据";
        NotRecorded => "not measured", "未测量";
        NotIn => "Not in {name}:", "{name} 不提供：";
        NoLabel => "no label {label}", "无标签“{label}”";
        LineOf => "{line} of {metric}", "{metric}的{line}";
        Reason => "{names} ({why})", "{names}（{why}）";
        Status => "status", "状态码";
        Tail => "Max {line}", "{line} 最大";
        KeyEstimated => "≈ interpolated inside a histogram bucket or extrapolated; the bar at the crosshair spans the bucket.", "≈ 为桶内插值或外推的估算值；十字线处的竖条为所在分桶。";
        KeyAtLeast => "≥ beyond the last bound: drawn at the bound, hatched above.", "≥ 超出最大桶边界：绘制于边界处，其上为斜线。";
        HatchedUnobserved => "Hatched: no calls, or not observed.", "斜纹：无调用或未采集。";
        FailuresUnknown => "Failures are not known", "无法得知失败情况";
        FailuresUnknownWhy => "The source does not say which calls failed: {why}.", "数据源未提供失败调用：{why}。";
        NoServices => "The source does not list the services: {why}.", "数据源未列出服务：{why}。";
        ColumnExactness => "{name}, exactness", "{name}，准确性";
        ColumnLow => "{name}, at least", "{name}，下限";
        ColumnHigh => "{name}, at most", "{name}，上限";
        IsExact => "exact", "准确";
        IsEstimated => "≈ estimated", "≈ 估算值";
        IsAtLeast => "≥ at least", "≥ 至少";
        IsAtMost => "≤ at most", "≤ 至多";
        TailOf => "Latest and maximum of", "最新值与最大值所属曲线";
        NameAt => "{name}, {time}", "{name}（{time}）";
    }
}

/// A metric's value with the sign of its exactness: `≈ 2,339`; `-` for a gap.
pub fn value(metric: Metric, value: Option<f64>, exactness: Exactness) -> String {
    exactness.mark(metric.format(value.unwrap_or(f64::NAN)))
}

/// The same as tables have it, with all decimals where it is exact: `2,339.417`.
pub fn value_in_full(metric: Metric, of: Option<f64>, exactness: Exactness) -> String {
    if exactness == Exactness::Exact { metric.format_full(of.unwrap_or(f64::NAN)) } else { value(metric, of, exactness) }
}

/// A figure of a table's column with the sign of its exactness; `None` where it is missing.
pub fn figure(figures: &Figures, column: Column) -> Option<String> {
    let text = num::fixed(figures.value(column)?, column.decimals());
    Some(figures.exactness(column).mark(text))
}

/// A metric's value as tables have it, with its bounds where both are known: `≈ 2,339, between 1,500 and 2,500`. Of a gap, why there is no value,
/// where there is a reason.
pub fn reading(lang: Lang, metric: Metric, of: Option<f64>, quality: Quality) -> String {
    let text = value_in_full(metric, of, quality.exactness);
    if of.is_none_or(f64::is_nan) {
        return quality.gap.map_or(text, |why| gap(lang, why).to_owned());
    }
    match quality.bounds {
        Some(bounds) if quality.exactness != Exactness::Exact && bounds.high.is_finite() => {
            let (low, high) = (metric.format(bounds.low), metric.format(bounds.high));
            fill(Exact::Between.text(lang), &[("value", &text), ("low", &low), ("high", &high)])
        }
        _ => text,
    }
}

/// A figure of a chart's heading: short, and as tables have it.
pub struct Told {
    pub name: String,
    pub short: String,
    pub full: String,
}

/// A chart's figures with their names: latest, average and maximum, or the average and the tail where the source has no maximum. `at`: the name
/// of the bucket of the latest value.
pub fn summary(lang: Lang, metric: Metric, of: &Summary, at: Option<&str>) -> [Told; 3] {
    let word = |word: Charts| word.text(lang).to_owned();
    let timed = |name: String| at.map_or(name.clone(), |at| fill(Exact::NameAt.text(lang), &[("name", &name), ("time", at)]));
    let told = |name: String, short: String, of: Option<f64>, exactness: Exactness| {
        // The average of counts is no count.
        let full = if metric.is_whole() { short.clone() } else { value_in_full(metric, of, exactness) };
        Told { name, short, full }
    };
    let [latest, average, maximum] = figures(metric, of);
    let average = told(word(Charts::Average), average, of.average, of.exactness[1]);
    let latest = |name: String| told(timed(name), latest, of.latest, of.exactness[0]);
    let highest = |name: String| match of.minimum {
        Some((minimum, _)) => {
            let minimum = Some(minimum);
            told(word(Charts::Minimum), value(metric, minimum, of.exactness[3]), minimum, of.exactness[3])
        }
        None => told(name, maximum, of.maximum, of.exactness[2]),
    };
    match of.tail {
        // The lines of a chart by status are of single codes.
        None if metric.is_by_status() => [latest(word(Charts::Latest)), average, highest(word(Charts::MaximumAll))],
        None => [latest(word(Charts::Latest)), average, highest(word(Charts::Maximum))],
        Some(tail) => {
            let line = metrics::line(lang, metric, tail);
            let name = fill(Exact::Tail.text(lang), &[("line", &line)]);
            [average, latest(line), highest(name)]
        }
    }
}

/// Latest, average and maximum for a sentence that names them so; of a tail the line is named with the value.
pub fn summary_values(lang: Lang, metric: Metric, of: &Summary) -> [String; 3] {
    let [latest, average, maximum] = figures(metric, of);
    let tail = |value: String| of.tail.map_or(value.clone(), |tail| format!("{} {value}", metrics::line(lang, metric, tail)));
    [tail(latest), average, tail(maximum)]
}

fn figures(metric: Metric, of: &Summary) -> [String; 3] {
    [
        value(metric, of.latest, of.exactness[0]),
        of.exactness[1].mark(metric.format_average(of.average.unwrap_or(f64::NAN))),
        value(metric, of.maximum, of.exactness[2]),
    ]
}

/// A chart's unit, marked where it shows estimates: `≈ ms`.
pub fn unit(lang: Lang, metric: Metric, estimated: bool) -> String {
    let unit = metrics::metric_unit(lang, metric).trim();
    match (estimated, unit) {
        (false, unit) => unit.to_owned(),
        (true, "") => Exactness::Estimated.sign().to_owned(),
        (true, unit) => format!("{} {unit}", Exactness::Estimated.sign()),
    }
}

/// The unit beside a chart's heading: counts need none there, as in `Calls`.
pub fn heading_unit(lang: Lang, metric: Metric, estimated: bool) -> String {
    match (metric.unit(), estimated) {
        (Unit::Times, false) => String::new(),
        (Unit::Times, true) => Exactness::Estimated.sign().to_owned(),
        _ => unit(lang, metric, estimated),
    }
}

/// Why a value is missing.
pub fn gap(lang: Lang, gap: Gap) -> &'static str {
    match gap {
        Gap::BeforeData => Exact::BeforeData,
        Gap::NotScraped => Exact::NotScraped,
        Gap::NotAnswered => Exact::NotAnswered,
        Gap::NotRecorded => Exact::NotRecorded,
    }
    .text(lang)
}

/// How exact a value is, or why it is missing, as a table of a file says it.
pub fn word(lang: Lang, exactness: Exactness, missing: Option<Gap>) -> &'static str {
    match (missing, exactness) {
        (Some(why), _) => return gap(lang, why),
        (None, Exactness::Exact) => Exact::IsExact,
        (None, Exactness::Estimated) => Exact::IsEstimated,
        (None, Exactness::AtLeast) => Exact::IsAtLeast,
        (None, Exactness::AtMost) => Exact::IsAtMost,
    }
    .text(lang)
}

/// `P99 follows the bound 50 ms`.
pub fn follows(lang: Lang, metric: Metric, line: &str, bound: f64) -> String {
    let (bound, unit) = (num::short(bound, 3), metrics::metric_unit(lang, metric).trim());
    fill(Exact::Follows.text(lang), &[("line", line), ("bound", &bound), ("unit", unit)]).trim_end().to_owned()
}

/// Why a source gives no answer.
pub fn why(lang: Lang, why: &Why) -> String {
    match why {
        Why::NotMeasured => Exact::NotRecorded.text(lang).to_owned(),
        Why::NoAnswer => Exact::NotAnswered.text(lang).to_owned(),
        Why::Failed(said) => said.clone(),
        Why::NoLabel(label) => {
            let name = match label {
                LabelName::Dim(dim) => metrics::dim(lang, *dim),
                LabelName::Status => Exact::Status.text(lang),
                LabelName::Own(name) => name,
            };
            fill(Exact::NoLabel.text(lang), &[("label", name)])
        }
    }
}

/// Charts and lines that a source does not give, those of one reason together: `Error Occurrences, MAX of Time to First Token (not measured).`
pub fn absent(lang: Lang, all: &[Absent]) -> Option<String> {
    let (comma, semicolon, stop) = if lang == Lang::Zh { ("、", "；", "。") } else { (", ", "; ", ".") };
    // A line of some metrics, or whole charts.
    type Line<'a> = (Option<String>, Vec<&'a str>);
    let mut reasons: Vec<(&Why, Vec<Line<'_>>)> = Vec::new();
    for Absent { metric, line, why } in all {
        let line = line.map(|line| metrics::line(lang, *metric, line));
        let at = reasons.iter().position(|(known, _)| *known == why).unwrap_or(reasons.len());
        if at == reasons.len() {
            reasons.push((why, Vec::new()));
        }
        let lines = &mut reasons[at].1;
        let name = metrics::metric(lang, *metric);
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, metrics)) => metrics.push(name),
            None => lines.push((line, vec![name])),
        }
    }
    let name = |(line, metrics): Line<'_>| match line {
        Some(line) => fill(Exact::LineOf.text(lang), &[("line", &line), ("metric", &metrics.join(comma))]),
        None => metrics.join(comma),
    };
    let said = reasons.into_iter().map(|(reason, mut lines)| {
        // Whole charts first.
        lines.sort_by_key(|(line, _)| line.is_some());
        let names = lines.into_iter().map(name).collect::<Vec<_>>().join(comma);
        fill(Exact::Reason.text(lang), &[("names", &names), ("why", &why(lang, reason))])
    });
    let said = said.collect::<Vec<_>>();
    (!said.is_empty()).then(|| format!("{}{stop}", said.join(semicolon)))
}
