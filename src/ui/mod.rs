//! The page: state, pages, components, charts. It shows what a query answered and holds no arithmetic.

pub mod charts;
pub mod client;
pub mod components;
pub mod pages;
pub mod state;
