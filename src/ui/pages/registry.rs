//! The pages of the console: a line for each. To add one: its folder, its variant of [`Page`], its line here.

use super::{calls, details, failed};
use crate::ask::Slot;
use crate::ui::lazy::PageResult;
use crate::ui::state::{App, PageCode, Section};
use crate::url::Page;
use crate::wire::Query;
use leptos::prelude::*;
use std::pin::Pin;

/// How the code of a page is had.
pub enum Code {
    /// It is part of the first view.
    Here(&'static PageCode),
    /// It is a chunk.
    Chunk(fn() -> Pin<Box<dyn Future<Output = PageResult>>>),
}

/// A page with its code and the slots of its questions.
type Entry = (Page, Code, &'static [Slot]);

static PAGES: [Entry; Page::ALL.len()] = [
    (Page::Calls, Code::Here(&calls::CODE), &[Query::CALLS]),
    (Page::Details, Code::Chunk(|| Box::pin(details::code())), &[Query::DETAILS]),
    (Page::Failed, Code::Chunk(|| Box::pin(failed::code())), &[Query::FAILED, Query::LIST]),
];

/// The sections, in the order of the app bar. Every source serves *Calls*.
pub const SECTIONS: [Section; 1] = [calls::SECTION];

/// How the code of a page is had.
pub fn code(page: Page) -> &'static Code {
    &PAGES[page as usize].1
}

/// The page that asks in a slot.
pub fn of_slot(slot: Slot) -> Option<Page> {
    PAGES.iter().find(|(_, _, slots)| slots.contains(&slot)).map(|(page, ..)| *page)
}

/// Fetches the code of a page and leaves it with the shell.
///
/// # Errors
/// Where its chunk cannot be fetched.
pub async fn fetch(app: App, page: Page) -> PageResult {
    let found = match code(page) {
        Code::Here(code) => code,
        Code::Chunk(load) => load().await?,
    };
    if app.codes.with_untracked(|codes| codes[page as usize].is_none()) {
        app.codes.update(|codes| codes[page as usize] = Some(found));
    }
    Ok(found)
}

/// The code of the pages that the first view has.
pub fn first() -> [Option<&'static PageCode>; Page::ALL.len()] {
    PAGES.each_ref().map(|(_, code, _)| if let Code::Here(code) = code { Some(*code) } else { None })
}
