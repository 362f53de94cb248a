//! Words that every page uses: app bar, filter bar, buttons.

messages! {
    /// App bar, filter bar and buttons.
    Common {
        Close => "Close", "关闭";
        Cancel => "Cancel", "取消";
    }
}
