//! Keys that are no characters (W3C WebDriver, 17.4.2).

pub const BACKSPACE: char = '\u{E003}';
pub const TAB: char = '\u{E004}';
pub const ENTER: char = '\u{E007}';
pub const SHIFT: char = '\u{E008}';
pub const CONTROL: char = '\u{E009}';
pub const ESCAPE: char = '\u{E00C}';
pub const PAGE_UP: char = '\u{E00E}';
pub const PAGE_DOWN: char = '\u{E00F}';
pub const END: char = '\u{E010}';
pub const HOME: char = '\u{E011}';
pub const LEFT: char = '\u{E012}';
pub const UP: char = '\u{E013}';
pub const RIGHT: char = '\u{E014}';
pub const DOWN: char = '\u{E015}';
pub const DELETE: char = '\u{E017}';
