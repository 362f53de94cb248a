//! The records of a source's beginning, each as the paths of its values: JSON as far as it goes, and tables.

use crate::ingest::formats::sniff::Sniff;
use crate::ingest::formats::table::{Found, Table};
use crate::ingest::json::{Cursor, Kind};
use crate::ingest::text::visible;

/// Deepest level that is looked into.
const DEPTH_MAX: usize = 10;
/// Longest value that is kept as it is.
const VALUE_BYTES: usize = 100;
/// Most values that are kept.
const VALUES_MAX: usize = 100_000;

/// A value of the source.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
    Null,
    /// A text, number or word.
    Leaf(String),
    /// A text that is too long for a value of a call's field but a message.
    Long,
}

/// The paths of a record's values; `None` where there is null. Of lists, the first element.
pub type Row = Vec<(String, Option<Leaf>)>;

/// A value as it is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    Value(String),
    Long,
}

/// The values of the top level, of a table an object for each row.
pub fn values(prefix: &[u8]) -> Vec<Node> {
    let sniff = Sniff::of(prefix);
    if !sniff.json {
        return table(prefix, sniff.separator.unwrap_or(b','));
    }
    let text = visible(prefix);
    let sound = core::str::from_utf8(text).map_or_else(|e| e.valid_up_to(), str::len);
    let (mut all, mut left) = (Vec::new(), VALUES_MAX);
    let Ok(mut cursor) = Cursor::new(&text[..sound]) else { return all };
    while !cursor.at_end() {
        let at = cursor.at();
        let (node, whole) = value(&mut cursor, 0, &mut left);
        all.push(node);
        if !whole {
            // Behind a broken record the next line may do.
            let from = at.max(cursor.at());
            let Some(next) = cursor.raw(from, sound).find('\n') else { break };
            cursor = cursor.from(from + next + 1);
        }
    }
    all
}

/// A value, and whether it was read to its end.
fn value(cursor: &mut Cursor<'_>, depth: usize, left: &mut usize) -> (Node, bool) {
    *left = left.saturating_sub(1);
    let (Ok(kind), from) = (cursor.kind(), cursor.at()) else { return (Node::Null, false) };
    match kind {
        Kind::Object if depth < DEPTH_MAX && *left > 0 => object(cursor, depth, left),
        Kind::Array if depth < DEPTH_MAX && *left > 0 => list(cursor, depth, left),
        Kind::Text => {
            let mut scratch = String::new();
            match cursor.text(&mut scratch) {
                Ok(text) => (text_node(text.resolve(&scratch), depth, left), true),
                Err(_) => (Node::Null, false),
            }
        }
        _ => {
            let whole = cursor.skip_value().is_ok();
            match kind {
                Kind::Null | Kind::Object | Kind::Array => (Node::Null, whole),
                _ => (Node::Leaf(cursor.raw(from, cursor.at()).to_owned()), whole),
            }
        }
    }
}

/// A text; one that is JSON itself has the values that a path may lead to.
fn text_node(text: &str, depth: usize, left: &mut usize) -> Node {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(mut cursor) = Cursor::new(text.as_bytes())
        && let (node, true) = value(&mut cursor, depth + 1, left)
        && cursor.at_end()
    {
        return node;
    }
    if text.len() > VALUE_BYTES { Node::Long } else { Node::Leaf(text.to_owned()) }
}

fn object(cursor: &mut Cursor<'_>, depth: usize, left: &mut usize) -> (Node, bool) {
    let (mut members, mut first, mut scratch) = (Vec::new(), true, String::new());
    if cursor.expect(b'{').is_err() {
        return (Node::Null, false);
    }
    loop {
        match cursor.more(&mut first, b'}') {
            Ok(true) => {}
            Ok(false) => return (Node::Object(members), true),
            Err(_) => return (Node::Object(members), false),
        }
        scratch.clear();
        let Ok(key) = cursor.key(&mut scratch) else { return (Node::Object(members), false) };
        let name = key.resolve(&scratch).to_owned();
        let (node, whole) = value(cursor, depth + 1, left);
        members.push((name, node));
        if !whole {
            return (Node::Object(members), false);
        }
    }
}

fn list(cursor: &mut Cursor<'_>, depth: usize, left: &mut usize) -> (Node, bool) {
    let (mut elements, mut first) = (Vec::new(), true);
    if cursor.expect(b'[').is_err() {
        return (Node::Null, false);
    }
    loop {
        match cursor.more(&mut first, b']') {
            Ok(true) => {}
            Ok(false) => return (Node::List(elements), true),
            Err(_) => return (Node::List(elements), false),
        }
        let (node, whole) = value(cursor, depth + 1, left);
        elements.push(node);
        if !whole {
            return (Node::List(elements), false);
        }
    }
}

fn table(prefix: &[u8], separator: u8) -> Vec<Node> {
    let (mut table, mut header, mut rows, mut left) = (Table::new(separator, false), Vec::new(), Vec::new(), VALUES_MAX);
    table.push(prefix, &mut |found| {
        let Found::Record { cells, .. } = found else { return };
        let cell = |n: usize| String::from_utf8_lossy(cells.cell(n)).trim().to_owned();
        if header.is_empty() {
            header = (0..cells.ends.len()).map(cell).collect();
        } else if left > 0 {
            let node = |text: String| if text.is_empty() { Node::Null } else { text_node(&text, 0, &mut left) };
            let members: Vec<Node> = (0..cells.ends.len()).map(cell).map(node).collect();
            left = left.saturating_sub(members.len());
            rows.push(Node::Object(header.iter().cloned().zip(members).collect()));
        }
    });
    if rows.is_empty() && !header.is_empty() {
        rows.push(Node::Object(header.into_iter().map(|name| (name, Node::Null)).collect()));
    }
    rows
}

/// The records that lie in the list of this path, or at the top level where it is empty.
pub fn records(values: &[Node], path: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for value in values {
        let here = if path.is_empty() { Some(value) } else { at(value, path) };
        match here {
            Some(Node::List(elements)) => elements.iter().for_each(|element| add(element, &mut rows)),
            Some(node) if path.is_empty() => add(node, &mut rows),
            _ => {}
        }
    }
    rows
}

fn add(node: &Node, rows: &mut Vec<Row>) {
    if let Node::Object(_) = node {
        let mut row = Row::new();
        flatten(node, &mut String::new(), &mut row);
        rows.push(row);
    }
}

fn flatten(node: &Node, path: &mut String, row: &mut Row) {
    let length = path.len();
    let mut below = |path: &mut String, name: &str, node: &Node| {
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        flatten(node, path, row);
        path.truncate(length);
    };
    match node {
        Node::Object(members) => members.iter().for_each(|(name, node)| below(path, name, node)),
        Node::List(elements) => {
            if let Some(first) = elements.first() {
                below(path, "0", first);
            }
        }
        Node::Null => row.push((path.clone(), None)),
        Node::Leaf(value) => row.push((path.clone(), Some(Leaf::Value(value.clone())))),
        Node::Long => row.push((path.clone(), Some(Leaf::Long))),
    }
}

/// The value at a path of names.
fn at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(node, |node, name| match node {
        Node::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, node)| node),
        _ => None,
    })
}

/// Paths of the lists of objects that documents of the top level have, the outer ones first.
pub fn lists(values: &[Node]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let mut level: Vec<(String, &Node)> = values.iter().map(|value| (String::new(), value)).collect();
    while !level.is_empty() {
        let mut next = Vec::new();
        for (path, node) in level {
            match node {
                Node::Object(members) => next.extend(
                    members
                        .iter()
                        .map(|(name, node)| (if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, node)),
                ),
                Node::List(elements)
                    if matches!(elements.first(), Some(Node::Object(_))) && !path.is_empty() && !paths.contains(&path) =>
                {
                    paths.push(path);
                }
                _ => {}
            }
        }
        level = next;
    }
    paths
}
