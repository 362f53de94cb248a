//! The engine worker as the page sees it.
