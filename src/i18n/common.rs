//! Words that every page uses: app bar, filter bar, buttons.

messages! {
    /// App bar, filter bar and buttons.
    Common {
        Close => "Close", "关闭";
        Cancel => "Cancel", "取消";
        DemoFeed => "Demonstration feed", "演示数据";
        AzureTrace => "Azure code trace (2023)", "Azure 代码轨迹（2023）";
        Clipboard => "Clipboard", "剪贴板";
        LinkCopied => "Link copied", "链接已复制";
        Copied => "Copied", "已复制";
        CopyRefused => "The browser refused to copy", "浏览器拒绝复制";
    }
}
