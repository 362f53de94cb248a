//! Words of the Calls, Details and Failed Calls pages.

messages! {
    /// Pages.
    Pages {
        Calls => "Calls", "调用统计";
    }
}
