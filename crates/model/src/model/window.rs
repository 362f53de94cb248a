//! Long lists of rows of one height: which rows are in sight, where they lie, which rows to ask for.

use serde::{Deserialize, Serialize};

/// Highest a scrolled box is made, in pixels: browsers lose precision or cut higher ones (Firefox at about 17.9 million).
pub const SPACE_PX_MAX: f64 = 8_000_000.0;
/// Rows kept ready above and below those in sight.
const SPARE: u64 = 8;
/// Rows requested at once.
pub const WINDOW_ROWS: u32 = 200;

/// What a list of calls is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListSort {
    Time,
    Key,
    Ip,
    Latency,
}

impl ListSort {
    pub const ALL: [ListSort; 4] = [ListSort::Time, ListSort::Key, ListSort::Ip, ListSort::Latency];

    /// Stable name, as a link gives it.
    pub const fn key(self) -> &'static str {
        match self {
            ListSort::Time => "time",
            ListSort::Key => "key",
            ListSort::Ip => "ip",
            ListSort::Latency => "latency",
        }
    }
}

/// A list of rows of one height, of which only those in sight exist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongList {
    pub rows: u64,
    pub row_px: f64,
}

/// Rows to draw: `first` included to `end` excluded, the first lying at `top_px` in the scrolled box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InSight {
    pub first: u64,
    pub end: u64,
    pub top_px: f64,
    /// First and last row (from 0) that a user sees, without the spare ones.
    pub seen: (u64, u64),
}

impl InSight {
    /// All of so many rows from the one with this number on, from the top.
    pub const fn all_of(first: u64, rows: u64) -> Self {
        let end = first + rows;
        Self { first, end, top_px: 0.0, seen: (first, end.saturating_sub(1)) }
    }

    /// First and last row seen, counted from one; zeros in an empty list.
    pub const fn seen_from_one(self) -> (u64, u64) {
        if self.end == 0 { (0, 0) } else { (self.seen.0 + 1, self.seen.1 + 1) }
    }
}

impl LongList {
    /// Height of the scrolled box.
    pub fn space_px(self) -> f64 {
        (self.rows as f64 * self.row_px).min(SPACE_PX_MAX)
    }

    /// What is in sight `scroll_px` down in a window of `view_px`.
    ///
    /// Where the box is lower than its rows together, a pixel of scrolling moves over several rows; the last row is still reached at the end.
    pub fn in_sight(self, scroll_px: f64, view_px: f64) -> InSight {
        if self.rows == 0 {
            return InSight::default();
        }
        let full_px = self.rows as f64 * self.row_px;
        let space_px = self.space_px();
        let scroll_px = scroll_px.clamp(0.0, (space_px - view_px).max(0.0));
        // Where the window's upper edge lies among all rows.
        let at_px = if full_px > space_px { scroll_px / (space_px - view_px) * (full_px - view_px) } else { scroll_px };
        let top = ((at_px / self.row_px) as u64).min(self.rows - 1);
        let bottom = (((at_px + view_px - 1.0) / self.row_px).max(0.0) as u64).clamp(top, self.rows - 1);
        let first = top.saturating_sub(SPARE);
        let end = (bottom + 1 + SPARE).min(self.rows);
        InSight { first, end, top_px: scroll_px + (first as f64 * self.row_px - at_px), seen: (top, bottom) }
    }
}

impl LongList {
    /// The row that a key leads to from `row`: arrows, Page Up and Page Down by as many as a window of `view_px` shows, Home, End; `key`
    /// as browsers call it. `None` for any other, and where there is no row.
    pub fn after_key(self, key: &str, row: u64, view_px: f64) -> Option<u64> {
        let last = self.rows.checked_sub(1)?;
        let page = ((view_px / self.row_px) as u64).max(1);
        Some(match key {
            "ArrowDown" => row.saturating_add(1).min(last),
            "ArrowUp" => row.saturating_sub(1).min(last),
            "PageDown" => row.saturating_add(page).min(last),
            "PageUp" => row.saturating_sub(page).min(last),
            "Home" => 0,
            "End" => last,
            _ => return None,
        })
    }

    /// How far down a window of `view_px`, now at `scroll_px`, is to be scrolled so that a row is seen whole; no further than needed.
    pub fn scroll_to(self, row: u64, scroll_px: f64, view_px: f64) -> f64 {
        let (full_px, space_px) = (self.rows as f64 * self.row_px, self.space_px());
        // A pixel of the box is so many of the rows.
        let scale = if full_px > space_px { (full_px - view_px) / (space_px - view_px) } else { 1.0 };
        let (top, bottom) = (row as f64 * self.row_px, (row + 1) as f64 * self.row_px);
        let at_px = (scroll_px * scale).min(top).max(bottom - view_px);
        (at_px / scale).clamp(0.0, (space_px - view_px).max(0.0))
    }
}

/// Where a row lies: `top_px` of the first one and its number among those drawn.
pub fn row_top_px(top_px: f64, number: usize, row_px: f64) -> f64 {
    top_px + number as f64 * row_px
}

/// The offset of a window of [`WINDOW_ROWS`] to ask for so that all rows drawn are held; `None` where they are: `held` starts at `offset`.
pub fn ask(in_sight: InSight, offset: u64, held: u64) -> Option<u32> {
    let missing = in_sight.end > in_sight.first && (in_sight.first < offset || in_sight.end > offset + held);
    let rows = u64::from(WINDOW_ROWS);
    let middle = in_sight.first + (in_sight.end - in_sight.first) / 2;
    missing.then(|| u32::try_from(middle.saturating_sub(rows / 2)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_lies_row_by_row() {
        let list = LongList { rows: 1000, row_px: 26.0 };
        assert_eq!(list.space_px(), 26_000.0);
        let top = list.in_sight(0.0, 260.0);
        assert_eq!((top.first, top.end, top.top_px, top.seen), (0, 18, 0.0, (0, 9)));
        let middle = list.in_sight(2600.0, 260.0);
        assert_eq!((middle.first, middle.top_px, middle.seen), (92, 92.0 * 26.0, (100, 109)));
        let end = list.in_sight(1e9, 260.0);
        assert_eq!((end.end, end.seen.1), (1000, 999));
        assert_eq!(end.seen_from_one().1, 1000);
        assert_eq!(LongList { rows: 0, row_px: 26.0 }.in_sight(5.0, 260.0).seen_from_one(), (0, 0));
        assert_eq!(row_top_px(10.0, 2, 26.0), 62.0);
    }

    #[test]
    fn a_list_beyond_what_browsers_can_scroll_reaches_its_end() {
        let list = LongList { rows: 10_000_000, row_px: 26.0 };
        assert_eq!(list.space_px(), SPACE_PX_MAX);
        let end = list.in_sight(SPACE_PX_MAX - 260.0, 260.0);
        assert_eq!((end.end, end.seen.1), (10_000_000, 9_999_999));
        // The last row ends where the box ends.
        let last_top = row_top_px(end.top_px, (end.end - 1 - end.first) as usize, 26.0);
        assert!((last_top + 26.0 - SPACE_PX_MAX).abs() < 0.01, "{last_top}");
        assert_eq!(list.in_sight(0.0, 260.0).seen, (0, 9));
    }

    #[test]
    fn keys_lead_from_row_to_row() {
        let list = LongList { rows: 1000, row_px: 26.0 };
        let to = |key, row| list.after_key(key, row, 260.0);
        assert_eq!((to("ArrowDown", 5), to("ArrowUp", 5)), (Some(6), Some(4)));
        assert_eq!((to("ArrowDown", 999), to("ArrowUp", 0)), (Some(999), Some(0)));
        assert_eq!((to("PageDown", 5), to("PageUp", 5), to("PageDown", 995)), (Some(15), Some(0), Some(999)));
        assert_eq!((to("Home", 5), to("End", 5), to("a", 5)), (Some(0), Some(999), None));
        assert_eq!(LongList { rows: 0, row_px: 26.0 }.after_key("End", 0, 260.0), None);
    }

    #[test]
    fn a_row_is_scrolled_into_sight_and_no_further() {
        for rows in [1000, 10_000_000] {
            let list = LongList { rows, row_px: 26.0 };
            for row in [0, 1, 7, rows / 2, rows - 2, rows - 1] {
                let scroll_px = list.scroll_to(row, 0.0, 260.0);
                let (first, last) = list.in_sight(scroll_px, 260.0).seen;
                assert!((first..=last).contains(&row), "{row} of {rows}: {first} to {last}");
            }
        }
        let list = LongList { rows: 1000, row_px: 26.0 };
        assert_eq!(list.scroll_to(9, 0.0, 260.0), 0.0);
        assert_eq!(list.scroll_to(10, 0.0, 260.0), 26.0);
        assert_eq!(list.scroll_to(105, 2600.0, 260.0), 2600.0);
        assert_eq!(list.scroll_to(99, 2600.0, 260.0), 99.0 * 26.0);
        assert_eq!(list.scroll_to(3, 50.0, 2600.0), 50.0);
    }

    #[test]
    fn rows_are_asked_for_only_when_missing() {
        let at = |first, end| InSight { first, end, ..InSight::default() };
        assert_eq!(ask(at(0, 18), 0, 200), None);
        assert_eq!(ask(at(190, 208), 0, 200), Some(99));
        assert_eq!(ask(at(0, 18), 0, 0), Some(0));
        assert_eq!(ask(at(0, 0), 0, 0), None);
    }
}
