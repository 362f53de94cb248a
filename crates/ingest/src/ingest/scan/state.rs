//! What the scanner may be in the middle of.

/// Where the scanner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Before a byte order mark.
    Start,
    /// Between values of the top level.
    Top,
    /// At the beginning of a line that holds a call.
    Line,
    /// Within a line that is too long.
    LineSkip,
    /// In an object of the top level.
    Object,
    /// Between elements of an array of calls.
    Gap,
    /// In an element.
    Element,
    /// In an element that is neither object, array nor string.
    Scalar,
    /// After something broken: to the next line on which a call may begin.
    Resync,
}

/// How values of the top level lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Layout {
    Unknown,
    /// The first object filled its line; `Lines` once that line ended.
    FirstLine,
    Lines,
    Free,
}
