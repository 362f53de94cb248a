//! Words of data sets: those opened in the tab, those kept in the browser.

messages! {
    /// Data sets.
    Sets {
        Title => "Data sets", "数据集";
        Manage => "Data sets", "管理数据集";
        InTab => "Opened in this tab", "本标签页中打开的数据集";
        NoneInTab => "No file or feed was opened in this tab.", "本标签页尚未打开文件或数据源。";
        Facts => "{calls}, {from} to {to}, {bytes}", "{calls}，{from} 至 {to}，{bytes}";
        Show => "Show", "查看";
        ShowNamed => "Show {name}", "查看 {name}";
        Shown => "Shown", "当前显示";
        Remove => "Remove", "移除";
        RemoveNamed => "Remove {name} from this tab", "从本标签页移除 {name}";
        Tick => "Choose {name}", "选择 {name}";
        Together => "Combine", "合并查看";
        TogetherText => "Select two or more to see all their calls as one data set.", "勾选两个或更多数据集，将其全部调用合并查看。";
        Several => "{n} data sets", "{n} 个数据集";
        KeptHere => "Saved in this browser", "已保存在本浏览器中";
        Private => "Nothing is saved unless you choose to. Saved data sets stay on this device and are in no link.", "除非您选择保存，否则不会保存任何内容。保存的数据集仅存于此设备，不会包含在链接中。";
        NoneKept => "Nothing is saved.", "尚未保存任何数据集。";
        Missing => "This browser provides no storage for this page, as in private windows and in frames of other sites. Data sets cannot be saved here.", "本浏览器未向此页面提供存储空间（例如隐私窗口或其他网站的框架内），无法保存数据集。";
        Keep => "Save in this browser", "保存到本浏览器";
        KeepAs => "Name", "名称";
        KeepReplaces => "A data set of this name is already saved; it will be replaced.", "已保存同名数据集，将被替换。";
        Keeping => "Saving {name}: {percent} %", "正在保存 {name}：{percent} %";
        Kept => "{name} is saved. This page's address opens it again.", "{name} 已保存，可通过此页面的地址再次打开。";
        KeptCopy => "A copy of {name} is saved.", "已保存 {name} 的副本。";
        Full => "Not saved: it needs {bytes}, and the browser has no more space for this site. Delete other data sets first.", "未能保存：需要 {bytes}，浏览器为本站提供的空间不足。请先删除其他数据集。";
        Short => "Not saved: the browser wrote {written} of {bytes}. What was saved before is still there.", "未能保存：浏览器只写入了 {bytes} 中的 {written}。此前保存的数据仍在。";
        NoMeans => "Not saved: this browser cannot write files for this site. A newer version of it may.", "未能保存：本浏览器无法写入本站的文件，请尝试更新浏览器。";
        Failed => "Not saved. {detail}", "未能保存。{detail}";
        Open => "Open", "打开";
        OpenNamed => "Open {name}", "打开 {name}";
        Forget => "Delete", "删除";
        ForgetNamed => "Delete {name}", "删除已保存的 {name}";
        ForgetAll => "Delete all", "全部删除";
        ForgetAllSure => "Delete all {n}? This cannot be undone.", "确定删除全部 {n} 个数据集？此操作无法撤销。";
        NotForgotten => "{name} is in use in another tab and was not deleted.", "{name} 正在其他标签页中使用，未能删除。";
        Room => "This site uses {used} of the {all} that the browser provides.", "本站已使用 {used}，浏览器提供的空间为 {all}。";
        CutShort => "Damaged: only its first {bytes} are there. It cannot be opened; delete it, and save the file or feed again.", "已损坏：仅剩开头的 {bytes}，无法打开。请删除后重新保存该文件或数据源。";
        Damaged => "Damaged at its beginning ({bytes}). It cannot be opened; delete it, and save the file or feed again.", "开头部分已损坏（{bytes}），无法打开。请删除后重新保存该文件或数据源。";
        OtherVersion => "Saved by another version of this console ({bytes}), which can open it.", "由本控制台的其他版本保存（{bytes}），可用该版本打开。";
        Estimated => "About {calls} calls in total: up to {peak} of memory while they are read, {memory} after. They fit.", "总计约 {calls} 次调用，读取时最多占用内存 {peak}，读取后占用 {memory}：可以容纳。";
    }
}
