//! Words of feeds that are asked again, and of feeds in parts.

messages! {
    /// Feeds that are asked again.
    Live {
        Checked => "checked {when}", "{when}检查";
        Unreached => "last reached {when}", "{when}最后连通";
        FailsTitle => "{name} could not be asked for more: {why}", "无法更新 {name}：{why}";
        FailsText => "What is shown is as of {time}. It is asked again in {wait}.", "当前显示 {time} 的数据，将于 {wait}后重试。";
        FailsSoon => "What is shown is as of {time}. It is being asked again.", "当前显示 {time} 的数据，正在重试。";
        StoppedTitle => "{name} refuses to be asked: {why}", "{name} 拒绝访问：{why}";
        StoppedText => "What is shown is as of {time}. It is not asked again until you say so.", "当前显示 {time} 的数据。在您要求之前不会再次请求。";
        AskNow => "Ask now", "立即请求";
        Reload => "Reload", "重新载入";
        PartsLoading => "Reading parts of this range: {here} of {needed} are there.", "正在读取所选时间范围的各部分：已读取 {here} / {needed}。";
        PartsLoadingText => "Figures count only those, newest first, until all have come.", "全部读取之前，统计仅包含已读取的部分（从最新开始）。";
        PartsMissing => "{failed} of {needed} parts of this range could not be had.", "所选时间范围的 {needed} 个部分中有 {failed} 个无法获取。";
        PartsMissingText => "Figures leave their calls out. {url}: {why}", "统计不包含其中的调用。{url}：{why}";
        PartsHeld => "{held} of {listed} parts read", "已读取 {held} / {listed} 个部分";
        Outside => "{n} parts have calls outside the span that the manifest gives them.", "{n} 个部分含有清单所示时间段之外的调用。";
        OutsideText => "Such calls are counted, but may be missing from a range that does not touch their part.", "这些调用已计入，但所选范围未涉及相应部分时可能缺失。";
    }
}
