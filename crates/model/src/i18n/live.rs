//! Words of polled feeds, and of feeds in parts.

messages! {
    /// Polled feeds.
    Live {
        Checked => "checked {when}", "{when}检查";
        Unreached => "last reached {when}", "{when}最后连通";
        FailsTitle => "{name} could not refresh: {why}", "{name} 未能刷新：{why}";
        FailsText => "The data shown is as of {time}. The next attempt is in {wait}.", "当前数据截至 {time}，将于 {wait}后重试。";
        FailsSoon => "The data shown is as of {time}. Trying again.", "当前数据截至 {time}，正在重试。";
        StoppedTitle => "{name} refused the refresh: {why}", "{name} 拒绝刷新：{why}";
        StoppedText => "The data shown is as of {time}. It is not refreshed again until you choose to.", "当前数据截至 {time}，不会自动刷新。";
        AskNow => "Refresh now", "立即刷新";
        Reload => "Reload", "重新加载";
        PartsLoading => "Loading parts of this range: {here} of {needed} loaded.", "正在加载所选时间范围的各部分：已加载 {here} / {needed}。";
        PartsLoadingText => "Until all are loaded, figures include only these, newest first.", "全部加载之前，统计仅包含已加载的部分（从最新开始）。";
        PartsMissing => "{failed} of {needed} parts of this range could not be loaded and are not included.", "所选时间范围的 {needed} 个部分中有 {failed} 个无法加载，未计入统计。";
        PartsMissingText => "{url}: {why}", "{url}：{why}";
        PartsHeld => "{held} of {listed} parts loaded", "已加载 {held} / {listed} 个部分";
        Outside => "{n} parts have calls outside their span in the manifest.", "{n} 个部分含有清单所示时间段之外的调用。";
        OutsideText => "Such calls are counted, but may be missing from a range that does not touch their part.", "这些调用已计入，但所选范围未涉及相应部分时可能缺失。";
    }
}
