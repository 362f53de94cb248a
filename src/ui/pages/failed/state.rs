//! The state of the Failed Calls page in the address.

use crate::base::sorted::Set;
use crate::model::window::ListSort;
use crate::url::{Page, PageState};

/// What a user chose on the Failed Calls page.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedState {
    /// Error classes (4, 5) that are closed.
    pub closed_classes: Set<u8>,
    /// The code looked into.
    pub status: Option<u16>,
    /// The message looked into: the service's own code and its text.
    pub message: Option<(String, String)>,
    /// Templates of all codes together, the most frequent first, and not below their codes.
    pub by_message: bool,
    /// The order of the calls looked into, and whether it is descending.
    pub list_sort: (ListSort, bool),
}

/// The newest calls first.
const LIST_SORT: (ListSort, bool) = (ListSort::Time, true);

impl Default for FailedState {
    fn default() -> Self {
        Self { closed_classes: Set::default(), status: None, message: None, by_message: false, list_sort: LIST_SORT }
    }
}

impl FailedState {
    /// Looks into a code, with what some of its calls say or all.
    pub fn look_into(&mut self, status: u16, message: Option<(String, String)>) {
        (self.status, self.message) = (Some(status), message);
    }

    /// Looks into nothing: codes and messages belong to a service.
    pub fn leave(&mut self) {
        (self.status, self.message) = (None, None);
    }
}

impl PageState for FailedState {
    const PAGE: Page = Page::Failed;

    fn read(&mut self, key: &str, value: &str) {
        match key {
            "closed" => self.closed_classes.extend(value.parse::<u8>().ok().filter(|c| matches!(c, 4 | 5))),
            "status" => self.status = value.parse().ok().filter(|s| (400..=599).contains(s)),
            "own-code" => self.message.get_or_insert_default().0 = value.into(),
            "message" => self.message.get_or_insert_default().1 = value.into(),
            "by" => self.by_message = value == "message",
            "order" => {
                let (name, direction) = value.split_once('.').unwrap_or((value, "down"));
                if let Some(by) = ListSort::ALL.into_iter().find(|by| by.key() == name) {
                    self.list_sort = (by, direction != "up");
                }
            }
            _ => {}
        }
    }

    fn write(&self, put: &mut dyn FnMut(&str, &str)) {
        for class in &self.closed_classes {
            put("closed", &class.to_string());
        }
        if let Some(status) = self.status {
            put("status", &status.to_string());
        }
        if let Some((code, message)) = &self.message {
            put("own-code", code);
            put("message", message);
        }
        if self.by_message {
            put("by", "message");
        }
        if self.list_sort != LIST_SORT {
            let (by, descending) = self.list_sort;
            put("order", &format!("{}.{}", by.key(), if descending { "down" } else { "up" }));
        }
    }
}
