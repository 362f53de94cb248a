//! Words of the chart panes.

messages! {
    /// Chart panes.
    Charts {
        Current => "Current", "当前";
    }
}
