//! Recorded answers: replies to 2,000 selections of six data sets, and the states that links open, as of an earlier build.
//!
//! - `replies/DATA SET.txt`: one selection a line, after the 64-bit FNV-1a hash of its reply as text (`text`). Selections are read from
//!   these files, so a new build does not influence its questions.
//! - `full/`: the whole text of one reply of each page, for people, and for a first look at a difference.
//! - `links.txt`: links, each with the state that it opens.
//!
//! To record: `UPDATE_GOLDEN=1 cargo test --test native recorded`. It rewrites hashes, texts and states of the selections and links that are there.
//! If a file of `replies/` is missing, its selections are drawn anew (`draw`). Review the difference before you commit it.
//!
//! To compare two builds: `RECORDED_TEXTS=FOLDER` writes the whole text of each selection that differs, as `DATA SET-LINE.txt`.
//! On the earlier build, name the same selections with `RECORDED_ONLY=demo-17,ties-203`: these are written whether they differ or not.
//! Then `diff -r` the two folders.

mod data;
mod draw;
mod links;
mod replies;
mod selection;
mod text;
