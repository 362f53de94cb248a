//! The state of the Calls page in the address.

use crate::base::sorted::Set;
use crate::model::Column;
use crate::url::{Page, PageState};

/// What a user chose on the Calls page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallsState {
    /// Services whose versions are open.
    pub open: Set<String>,
    pub sort: Sort,
    /// The services table's search.
    pub search: String,
    /// Columns of the services table that are hidden.
    pub hidden_columns: Set<&'static str>,
}

/// The services table's order. `None`: by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: Option<Column>,
    pub descending: bool,
}

impl Sort {
    /// The order in force: a link may be ordered by costs, and be opened where none are known.
    #[must_use]
    pub fn with_costs(self, known: bool) -> Self {
        if known || self.column != Some(Column::Cost) { self } else { Self::default() }
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self { column: Some(Column::Calls), descending: true }
    }
}

impl PageState for CallsState {
    const PAGE: Page = Page::Calls;

    fn read(&mut self, key: &str, value: &str) {
        let column = |name: &str| Column::ALL.into_iter().find(|c| c.key() == name);
        match key {
            "open" => drop(self.open.insert(value.into())),
            "sort" => {
                let (name, direction) = value.split_once('.').unwrap_or((value, "down"));
                let column = column(name);
                if column.is_some() || name == "name" {
                    self.sort = Sort { column, descending: direction != "up" };
                }
            }
            "search" => self.search = value.into(),
            "hide" => {
                if let Some(column) = column(value) {
                    self.hidden_columns.insert(column.key());
                }
            }
            _ => {}
        }
    }

    fn write(&self, put: &mut dyn FnMut(&str, &str)) {
        for service in &self.open {
            put("open", service);
        }
        if self.sort != Sort::default() {
            let name = self.sort.column.map_or("name", Column::key);
            put("sort", &format!("{name}.{}", if self.sort.descending { "down" } else { "up" }));
        }
        if !self.search.is_empty() {
            put("search", &self.search);
        }
        for column in &self.hidden_columns {
            put("hide", column);
        }
    }
}
