//! Which values of a record an importer requests, as a tree of names, and the walk that picks them out of JSON or a table.
//!
//! A column is a path with dots. `a|b` are names of one column, the first that is there counts. `*` means any one name.
//! `list{}.name` looks into a list of `{"key": …, "value": …}` pairs, as OpenTelemetry writes attributes. Dots within a name of
//! the source are dots of the path: `{"a.b": 1}` has `a.b` as `{"a": {"b": 1}}` has. A text that is JSON itself is looked into where inner
//! values are requested, as a table's cell is.

use super::row::{Slot, Value};
use crate::ingest::json::{Cursor, JsonError, Kind, Text};

/// See the module's text.
#[derive(Debug, Default)]
pub struct Columns {
    nodes: Vec<Node>,
    /// How many columns there are.
    pub len: usize,
}

#[derive(Debug, Default)]
struct Node {
    children: Vec<(Box<str>, usize)>,
    any: Option<usize>,
    /// A list of pairs.
    pairs: bool,
    /// Columns that this is a name of, and its place among their names.
    columns: Vec<(usize, u8)>,
}

impl Columns {
    /// The tree of these columns.
    pub fn new<S: AsRef<str>>(columns: &[S]) -> Self {
        let mut tree = Self { nodes: vec![Node::default()], len: columns.len() };
        for (column, names) in columns.iter().enumerate() {
            for (rank, name) in names.as_ref().split('|').enumerate() {
                let mut node = 0;
                for segment in name.split('.') {
                    node = tree.child_or_new(node, segment);
                }
                tree.nodes[node].columns.push((column, rank.min(255) as u8));
            }
        }
        tree
    }

    fn child_or_new(&mut self, node: usize, segment: &str) -> usize {
        let new = self.nodes.len();
        let (name, pairs) = segment.strip_suffix("{}").map_or((segment, false), |name| (name, true));
        let found = if name == "*" {
            self.nodes[node].any
        } else {
            self.nodes[node].children.iter().find(|(known, _)| &**known == name).map(|&(_, child)| child)
        };
        let child = found.unwrap_or(new);
        if found.is_none() {
            self.nodes.push(Node::default());
            if name == "*" {
                self.nodes[node].any = Some(new);
            } else {
                self.nodes[node].children.push((name.into(), new));
            }
        }
        self.nodes[child].pairs |= pairs;
        child
    }

    /// The node of a name below a node; a name with dots goes several levels down.
    fn below(&self, mut node: usize, name: &str) -> Option<usize> {
        for segment in name.split('.') {
            let here = &self.nodes[node];
            node = here.children.iter().find(|(known, _)| &**known == segment).map(|&(_, child)| child).or(here.any)?;
        }
        Some(node)
    }

    /// The node of a table's column.
    pub fn of_header(&self, name: &str) -> Option<usize> {
        self.below(0, name)
    }

    /// Takes a table's cell. JSON in a cell whose inner values are requested is parsed.
    pub fn cell<'a>(&self, node: usize, text: &'a str, at: usize, slots: &mut [Slot<'a>], scratch: &mut String) {
        let inner = !self.nodes[node].children.is_empty() || self.nodes[node].any.is_some() || self.nodes[node].pairs;
        if inner
            && text.trim_start().starts_with(['{', '['])
            && let Ok(mut cursor) = Cursor::new(text.as_bytes())
        {
            // What is no JSON after all has no inner values.
            let _ = self.value(&mut cursor, node, slots, scratch);
            return;
        }
        self.put(node, Value::Text(Text::Plain(text)), at, slots);
    }

    /// Picks the columns out of the value at the cursor and moves the cursor behind it.
    ///
    /// # Errors
    /// Where it is no JSON; the cursor is anywhere within then.
    pub fn record<'a>(&self, cursor: &mut Cursor<'a>, slots: &mut [Slot<'a>], scratch: &mut String) -> Result<(), JsonError> {
        self.value(cursor, 0, slots, scratch)
    }

    fn put<'a>(&self, node: usize, value: Value<'a>, at: usize, slots: &mut [Slot<'a>]) {
        if value == Value::Absent {
            return;
        }
        for &(column, rank) in &self.nodes[node].columns {
            if let Some(slot) = slots.get_mut(column)
                && (slot.value == Value::Absent || rank < slot.rank)
            {
                *slot = Slot { value, at, rank };
            }
        }
    }

    /// The depth of the recursion is that of the tree, which the columns' names bound.
    fn value<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        node: usize,
        slots: &mut [Slot<'a>],
        scratch: &mut String,
    ) -> Result<(), JsonError> {
        let kind = cursor.kind()?;
        let at = cursor.at();
        let here = &self.nodes[node];
        let inner = !here.children.is_empty() || here.any.is_some();
        let value = match kind {
            Kind::Object if inner => {
                cursor.expect(b'{')?;
                let mut first = true;
                while cursor.more(&mut first, b'}')? {
                    let mark = scratch.len();
                    let key = cursor.key(scratch)?;
                    let child = self.below(node, key.resolve(scratch));
                    scratch.truncate(mark);
                    match child {
                        Some(child) => self.value(cursor, child, slots, scratch)?,
                        None => cursor.skip_value()?,
                    }
                }
                Value::Open
            }
            Kind::Array if here.pairs => {
                cursor.expect(b'[')?;
                let mut first = true;
                while cursor.more(&mut first, b']')? {
                    self.pair(cursor, node, slots, scratch)?;
                }
                Value::Open
            }
            Kind::Array if inner => {
                cursor.expect(b'[')?;
                let (mut first, mut n) = (true, 0_usize);
                while cursor.more(&mut first, b']')? {
                    match self.below(node, &n.to_string()) {
                        Some(child) => self.value(cursor, child, slots, scratch)?,
                        None => cursor.skip_value()?,
                    }
                    n += 1;
                }
                Value::Open
            }
            Kind::Object | Kind::Array => {
                cursor.skip_value()?;
                Value::Open
            }
            Kind::Text if inner || here.pairs => {
                let text = cursor.text(scratch)?;
                self.within(text, node, slots, scratch);
                Value::Text(text)
            }
            Kind::Text if !here.columns.is_empty() => Value::Text(cursor.text(scratch)?),
            Kind::Text => {
                cursor.skip_value()?;
                Value::Absent
            }
            Kind::Number => Value::Number(cursor.number()?),
            Kind::Bool => Value::Bool(cursor.bool()?),
            Kind::Null => {
                cursor.null()?;
                Value::Absent
            }
        };
        self.put(node, value, at, slots);
        Ok(())
    }

    /// Picks columns out of a text that is JSON; of any other there are none. Escapes hide its values in the source: they are copied.
    fn within(&self, text: Text<'_>, node: usize, slots: &mut [Slot<'_>], scratch: &mut String) {
        let text = text.resolve(scratch);
        if !text.trim_start().starts_with(['{', '[']) {
            return;
        }
        let text = text.to_owned();
        let (mut found, mut inner_scratch) = (vec![Slot::default(); slots.len()], String::new());
        let read =
            Cursor::new(text.as_bytes()).and_then(|mut cursor| self.value(&mut cursor, node, &mut found, &mut inner_scratch));
        if read.is_err() {
            return;
        }
        for (slot, found) in slots.iter_mut().zip(found) {
            let value = match found.value {
                Value::Text(text) => copied(text.resolve(&inner_scratch), scratch),
                Value::Number(text) => copied(text, scratch),
                Value::Bool(yes) => Value::Bool(yes),
                Value::Absent | Value::Open => continue,
            };
            if slot.value == Value::Absent || found.rank < slot.rank {
                *slot = Slot { value, at: 0, rank: found.rank };
            }
        }
    }

    /// One `{"key": "a.b", "value": {"stringValue": "x"}}`; the value may also be there by itself.
    fn pair<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        node: usize,
        slots: &mut [Slot<'a>],
        scratch: &mut String,
    ) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Object {
            return cursor.skip_value();
        }
        cursor.expect(b'{')?;
        let (mut first, mut name, mut value) = (true, None, None);
        while cursor.more(&mut first, b'}')? {
            let mark = scratch.len();
            let key = cursor.key(scratch)?;
            let kind = cursor.kind()?;
            match (key.resolve(scratch), kind) {
                ("key", Kind::Text) => name = Some(cursor.text(scratch)?),
                ("value", _) => {
                    scratch.truncate(mark);
                    value = Some(cursor.clone());
                    cursor.skip_value()?;
                }
                _ => cursor.skip_value()?,
            }
        }
        let child = name.and_then(|name| self.below(node, name.resolve(scratch)));
        if let (Some(child), Some(mut value)) = (child, value) {
            self.any_value(&mut value, child, slots, scratch)?;
        }
        Ok(())
    }

    /// OpenTelemetry's AnyValue: an object with one member that names the type. A 64-bit integer may be a number, a text or two halves.
    fn any_value<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        node: usize,
        slots: &mut [Slot<'a>],
        scratch: &mut String,
    ) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Object {
            return self.value(cursor, node, slots, scratch);
        }
        cursor.expect(b'{')?;
        let mut first = true;
        while cursor.more(&mut first, b'}')? {
            let mark = scratch.len();
            let key = cursor.key(scratch)?;
            let integer = matches!(key.resolve(scratch), "intValue" | "int_value");
            scratch.truncate(mark);
            if integer && cursor.kind()? == Kind::Object {
                let at = cursor.at();
                let halves = Columns::new(&["low", "high"]);
                let mut parts = [Slot::default(); 2];
                halves.value(cursor, 0, &mut parts, &mut String::new())?;
                let half = |slot: &Slot<'_>| match slot.value {
                    Value::Number(text) => text.parse::<i64>().unwrap_or(0),
                    _ => 0,
                };
                let number = half(&parts[1]).wrapping_shl(32) | (half(&parts[0]) & 0xffff_ffff);
                self.put(node, copied(&number.to_string(), scratch), at, slots);
            } else {
                self.value(cursor, node, slots, scratch)?;
            }
        }
        Ok(())
    }
}

/// A text that is kept in the scratch.
fn copied<'a>(text: &str, scratch: &mut String) -> Value<'a> {
    let from = scratch.len();
    scratch.push_str(text);
    Value::Text(Text::Unescaped(from, scratch.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(columns: &[&str], json: &str) -> Vec<String> {
        let tree = Columns::new(columns);
        let (mut slots, mut scratch) = (vec![Slot::default(); tree.len], String::new());
        let mut cursor = Cursor::new(json.as_bytes()).unwrap();
        tree.record(&mut cursor, &mut slots, &mut scratch).unwrap();
        assert!(cursor.at_end());
        let word = |slot: &Slot<'_>| match slot.value {
            Value::Text(text) => text.resolve(&scratch).to_owned(),
            Value::Number(text) => format!("#{text}"),
            other => format!("{other:?}"),
        };
        slots.iter().map(word).collect()
    }

    #[test]
    fn paths_names_of_one_column_and_any_name() {
        let json = r#"{"x":{"y.z":"a\n"},"x.w":1,"old":2,"new":3,"p":{"q":{"u":true},"r":{"v":[5,6]}},"n":null}"#;
        let got = pick(&["x.y.z", "x.w", "new|old", "old", "p.*.u", "p.*.v.1", "n|x", "none"], json);
        assert_eq!(got, ["a\n", "#1", "#3", "#2", "Bool(true)", "#6", "Open", "Absent"]);
    }

    #[test]
    fn a_name_may_be_of_two_columns_and_null_is_no_value() {
        assert_eq!(pick(&["a|b", "b", "c"], r#"{"b":1,"a":null}"#), ["#1", "#1", "Absent"]);
    }

    #[test]
    fn attributes_are_pairs_and_integers_come_in_three_forms() {
        let json = r#"{"attributes":[{"key":"a.b","value":{"intValue":"7"}},{"value":{"intValue":8},"key":"c"},
            {"key":"d","value":{"intValue":{"low":-1,"high":1}}},{"key":"e","value":{"stringValue":"x"}},{"key":"f"},3]}"#;
        let columns = ["attributes{}.a.b", "attributes{}.c", "attributes{}.d", "attributes{}.e", "attributes{}.f"];
        assert_eq!(pick(&columns, json), ["7", "#8", "8589934591", "x", "Absent"]);
    }

    #[test]
    fn json_in_a_text_is_looked_into() {
        let json =
            r#"{"p":"{\"u\":{\"in\":5,\"ok\":true},\"t\":\"{\\\"x\\\":\\\"é\\\"}\"}","q":"{ no","r":"[7,{\"v\":8}]","n":1}"#;
        let columns = ["p.u.in", "p.u.ok", "p.t.x", "q.a", "q", "r.1.v", "p.none", "n"];
        assert_eq!(pick(&columns, json), ["5", "Bool(true)", "é", "Absent", "{ no", "8", "Absent", "#1"]);
    }

    #[test]
    fn a_cell_with_json_is_looked_into() {
        let tree = Columns::new(&["u.in", "t"]);
        let (mut slots, mut scratch) = (vec![Slot::default(); 2], String::new());
        tree.cell(tree.of_header("u").unwrap(), r#"{"in":5}"#, 0, &mut slots, &mut scratch);
        tree.cell(tree.of_header("t").unwrap(), "{5", 9, &mut slots, &mut scratch);
        assert_eq!(slots[0].value, Value::Number("5"));
        assert_eq!((slots[1].value, slots[1].at), (Value::Text(Text::Plain("{5")), 9));
    }
}
