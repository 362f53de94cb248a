//! The state of a page, as its pairs in the address.

use super::page::Page;
use super::state::ViewState;

/// The state of a page that a link carries.
///
/// `read` of all pairs that `write` emits, in their order, gives the same state.
pub trait PageState: Default {
    const PAGE: Page;

    /// Reads one pair; an unreadable one is dropped. `key` is without the page's name.
    fn read(&mut self, key: &str, value: &str);

    /// Emits the pairs in which it differs from the default, in a fixed order.
    fn write(&self, put: &mut dyn FnMut(&str, &str));
}

impl ViewState {
    /// The state of a page.
    pub fn own<S: PageState>(&self) -> S {
        let mut state = S::default();
        for (key, value) in self.pages.get(S::PAGE.key()).into_iter().flatten() {
            state.read(key, value);
        }
        state
    }

    /// Changes the state of a page. Pairs of the page that it does not understand are dropped.
    pub fn change<S: PageState>(&mut self, change: impl FnOnce(&mut S)) {
        let mut state = self.own::<S>();
        change(&mut state);
        let mut pairs = Vec::new();
        state.write(&mut |key, value| pairs.push((key.to_owned(), value.to_owned())));
        self.set_pairs(S::PAGE, pairs);
    }

    /// The value of a page's pair; of several, the last.
    pub fn pair(&self, page: Page, key: &str) -> Option<&str> {
        self.pages.get(page.key())?.iter().rev().find(|(own, _)| own == key).map(|(_, value)| value.as_str())
    }

    /// Sets a page's pair in place of all of this key.
    pub fn set_pair(&mut self, page: Page, key: &str, value: Option<&str>) {
        let mut pairs = self.pages.get(page.key()).cloned().unwrap_or_default();
        pairs.retain(|(own, _)| own != key);
        pairs.extend(value.map(|value| (key.to_owned(), value.to_owned())));
        self.set_pairs(page, pairs);
    }

    fn set_pairs(&mut self, page: Page, pairs: Vec<(String, String)>) {
        if pairs.is_empty() {
            self.pages.remove(page.key());
        } else {
            self.pages.insert(page.key().to_owned(), pairs);
        }
    }
}
