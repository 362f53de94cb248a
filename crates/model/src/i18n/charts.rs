//! Words of the chart panes.

use super::{Lang, Message, fill};
use crate::base::num;
use crate::model::Precision;
use crate::wire::UnfinishedBucket;

messages! {
    /// Chart panes.
    Charts {
        Latest => "Latest", "最新";
        Average => "Avg", "平均";
        Maximum => "Max", "最大";
        Minimum => "Min", "最小";
        MaximumAll => "Max, all codes", "最大（全部错误码）";
        Menu => "{title}: chart menu", "{title}：图表菜单";
        ViewAsTable => "View as table", "以表格查看";
        ViewAsChart => "View as chart", "以图表查看";
        Enlarge => "Enlarge", "放大";
        Logarithmic => "Logarithmic axis", "对数坐标轴";
        MaxScales => "MAX sets the scale (all charts)", "MAX 决定纵轴范围（所有图表）";
        Plot => "{title} ({unit}), {precision}, {n} points. Arrow keys move the crosshair on all charts, with Shift they select a time range, Enter zooms to it.",
            "{title}，单位 {unit}，{precision}，{n} 个数据点。方向键移动所有图表上的十字线，按住 Shift 选择时间范围，按 Enter 缩放到所选范围。";
        ByMinute => "by minute", "按分钟";
        Hourly => "hourly", "按小时";
        Daily => "daily", "按天";
        Lines => "Lines of {title}", "{title}的曲线";
        LineHint => "Click: show or hide. Shift+click or double-click: show only this line.", "单击：显示或隐藏。Shift+单击或双击：仅显示此曲线。";
        MaxAt => "Max at", "最大值时间";
        MinAt => "Min at", "最小值时间";
        MedianBucket => "Median", "中位数";
        Time => "Time", "时间";
        ZoomAll => "Zoom all charts to this range", "所有图表缩放至此范围";
        ZoomShort => "Zoom all charts", "所有图表缩放";
        Incomplete => "{time}, incomplete", "{time}（不完整）";
        IncompleteMinutes => "{time}, incomplete ({n} of {m} min)", "{time}（不完整，{m} 分钟中的 {n} 分钟）";
        IncompleteHours => "{time}, incomplete ({n} of {m} h)", "{time}（不完整，{m} 小时中的 {n} 小时）";
        ClearSelection => "Clear selection", "清除所选范围";
        BackTo => "Back to {range}", "返回{range}";
        Strip => "{n} failed calls over time, by status class; the table below has the figures.", "{n} 次失败调用的时间分布，按状态码类别；数据见下表。";
        NoValue => "no value", "无数据";
    }
}

/// How often a chart has a point.
/// A bucket's name with how much of it the range covers, where it is not over: `Thu 12 18:00, incomplete (10 of 60 min)`.
pub fn bucket(lang: Lang, precision: Precision, name: &str, unfinished: Option<UnfinishedBucket>) -> String {
    let Some(of) = unfinished else { return name.to_owned() };
    let (words, scale) = match precision {
        Precision::Minute => (Charts::Incomplete, 1.0),
        Precision::Hour => (Charts::IncompleteMinutes, 1.0),
        Precision::Day => (Charts::IncompleteHours, 60.0),
    };
    let [n, m] = [of.minutes, of.minutes_full].map(|minutes| num::fixed((minutes / scale).floor(), 0));
    fill(words.text(lang), &[("time", name), ("n", &n), ("m", &m)])
}

pub fn rhythm(lang: Lang, precision: Precision) -> &'static str {
    match precision {
        Precision::Minute => Charts::ByMinute,
        Precision::Hour => Charts::Hourly,
        Precision::Day => Charts::Daily,
    }
    .text(lang)
}
