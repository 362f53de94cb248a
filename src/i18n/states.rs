//! Words of the states: first run, loading, empty, rejected rows, errors, banners.

messages! {
    /// States.
    States {
        Empty => "The file is empty.", "文件为空。";
    }
}
