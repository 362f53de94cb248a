//! What several pages share: the head of a service's pages, costs, questions, replies, words.

pub mod cost;
pub mod head;
pub mod only;
pub mod question;
pub mod reply;
pub mod words;
