//! Values of another page, read within limits: nothing is copied before its size is known, and no more is visited than a message may hold.
//!
//! A value that is cheap to send may be huge to write out: an array of holes, or one list that holds another ten times, which holds another
//! ten times.

use super::Fault;
use crate::model::limits::{MESSAGE_CHARS_MAX, MESSAGE_DEPTH_MAX, MESSAGE_ENTRIES_MAX};
use serde_json::{Map, Value};

/// The type of a foreign value, without reading its content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Also an item that is undefined, as JSON writes it.
    Null,
    Bool(bool),
    Number(f64),
    /// Of so many characters.
    Text(usize),
    /// Of so many items.
    List(usize),
    Object,
    /// Nothing that JSON has.
    Other,
}

/// A value as another page sent it.
pub trait Foreign: Sized {
    fn shape(&self) -> Shape;
    /// A text, copied.
    fn text(&self) -> String;
    fn item(&self, at: usize) -> Self;
    /// The names of an object's fields, as a list of texts.
    fn names(&self) -> Self;
    /// A field of an object; `None` where it is undefined.
    fn field(&self, name: &str) -> Option<Self>;
}

/// A text of at most so many characters.
pub fn short<V: Foreign>(value: &V, most: usize) -> Option<String> {
    matches!(value.shape(), Shape::Text(chars) if chars <= most).then(|| value.text())
}

/// What of a message may still be visited.
pub struct Budget {
    entries: usize,
    chars: usize,
}

/// Where a value is not what it must be, from the value that is read on.
struct Wrong {
    at: String,
    expected: String,
}

impl Wrong {
    fn new(expected: impl Into<String>) -> Self {
        Self { at: String::new(), expected: expected.into() }
    }

    fn below(self, step: &str) -> Self {
        Self { at: format!("{step}{}", self.at), ..self }
    }
}

impl Budget {
    /// Of a whole message.
    pub fn new() -> Self {
        Self { entries: MESSAGE_ENTRIES_MAX, chars: MESSAGE_CHARS_MAX }
    }

    /// The names of a message's fields.
    ///
    /// # Errors
    /// There are more than a message may hold.
    pub fn names<V: Foreign>(&mut self, message: &V) -> Result<Vec<String>, Fault> {
        self.names_of(message).map_err(|wrong| Fault::new(super::Code::BadField, format!("Expected {}.", wrong.expected)))
    }

    /// The value of a message's field.
    ///
    /// # Errors
    /// Names the place where the message holds what is no JSON, or more than a message may hold.
    pub fn read<V: Foreign>(&mut self, field: &str, value: &V) -> Result<Value, Fault> {
        self.value(value, 1).map_err(|wrong| {
            let wrong = wrong.below(field);
            Fault::field(wrong.at, &wrong.expected)
        })
    }

    fn value<V: Foreign>(&mut self, value: &V, depth: usize) -> Result<Value, Wrong> {
        let shape = value.shape();
        if depth > MESSAGE_DEPTH_MAX && matches!(shape, Shape::List(_) | Shape::Object) {
            return Err(Wrong::new(format!("at most {MESSAGE_DEPTH_MAX} lists and objects within each other")));
        }
        Ok(match shape {
            Shape::Null => Value::Null,
            Shape::Bool(is) => Value::Bool(is),
            Shape::Number(number) => number_of(number).ok_or_else(|| Wrong::new("a number that JSON has"))?,
            Shape::Text(chars) => {
                self.chars(chars)?;
                Value::String(value.text())
            }
            Shape::List(count) => {
                self.entries(count)?;
                let item = |i| self.value(&value.item(i), depth + 1).map_err(|wrong| wrong.below(&format!("[{i}]")));
                Value::Array((0..count).map(item).collect::<Result<_, _>>()?)
            }
            Shape::Object => {
                let mut all = Map::new();
                for name in self.names_of(value)? {
                    let Some(field) = value.field(&name) else { continue };
                    let field = self.value(&field, depth + 1).map_err(|wrong| wrong.below(&format!(".{name}")))?;
                    all.insert(name, field);
                }
                Value::Object(all)
            }
            Shape::Other => return Err(Wrong::new("plain JSON")),
        })
    }

    fn names_of<V: Foreign>(&mut self, object: &V) -> Result<Vec<String>, Wrong> {
        let names = object.names();
        let Shape::List(count) = names.shape() else { return Ok(Vec::new()) };
        self.entries(count)?;
        let one = |i| {
            let name = names.item(i);
            if let Shape::Text(chars) = name.shape() {
                self.chars(chars)?;
            }
            Ok(name.text())
        };
        (0..count).map(one).collect()
    }

    fn entries(&mut self, more: usize) -> Result<(), Wrong> {
        let left = self.entries.checked_sub(more);
        let expected = || format!("a message of at most {MESSAGE_ENTRIES_MAX} fields and items");
        self.entries = left.ok_or_else(|| Wrong::new(expected()))?;
        Ok(())
    }

    fn chars(&mut self, more: usize) -> Result<(), Wrong> {
        let left = self.chars.checked_sub(more);
        let expected = || format!("a message of at most {MESSAGE_CHARS_MAX} characters");
        self.chars = left.ok_or_else(|| Wrong::new(expected()))?;
        Ok(())
    }
}

/// A whole number as such, wherever JavaScript counts without gaps.
fn number_of(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        return Some(Value::from(number as i64));
    }
    serde_json::Number::from_f64(number).map(Value::Number)
}

/// JSON, as if another page had sent it.
impl Foreign for Value {
    fn shape(&self) -> Shape {
        match self {
            Value::Null => Shape::Null,
            Value::Bool(is) => Shape::Bool(*is),
            Value::Number(number) => number.as_f64().map_or(Shape::Other, Shape::Number),
            Value::String(text) => Shape::Text(text.encode_utf16().count()),
            Value::Array(items) => Shape::List(items.len()),
            Value::Object(_) => Shape::Object,
        }
    }

    fn text(&self) -> String {
        self.as_str().unwrap_or_default().to_owned()
    }

    fn item(&self, at: usize) -> Self {
        self.get(at).cloned().unwrap_or_default()
    }

    fn names(&self) -> Self {
        self.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
    }

    fn field(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use std::cell::Cell;
    use std::rc::Rc;

    /// A value of a page that means no good; every look at a list or an object of it is counted.
    #[derive(Clone)]
    struct Hostile {
        kind: Kind,
        looks: Rc<Cell<usize>>,
    }

    #[derive(Clone, Copy)]
    enum Kind {
        /// A list of so many holes.
        Holes(usize),
        /// Lists of ten of the same, without an end.
        Tenfold,
        /// An object that is in itself.
        Circle,
        /// A text of so many characters; it must not be copied.
        Text(usize),
        /// An object of so many fields.
        Wide(usize),
        /// A list of texts of a thousand characters.
        Texts,
        Name,
    }

    impl Hostile {
        fn of(&self, kind: Kind) -> Self {
            Self { kind, looks: self.looks.clone() }
        }
    }

    impl Foreign for Hostile {
        fn shape(&self) -> Shape {
            self.looks.set(self.looks.get() + 1);
            match self.kind {
                Kind::Holes(count) => Shape::List(count),
                Kind::Tenfold => Shape::List(10),
                Kind::Texts => Shape::List(MESSAGE_ENTRIES_MAX),
                Kind::Circle | Kind::Wide(_) => Shape::Object,
                Kind::Text(chars) => Shape::Text(chars),
                Kind::Name => Shape::Text(1),
            }
        }

        fn text(&self) -> String {
            match self.kind {
                Kind::Text(chars) => {
                    assert!(chars <= 1_000, "a text of {chars} characters is copied");
                    "x".repeat(chars)
                }
                _ => "a".to_owned(),
            }
        }

        fn item(&self, _: usize) -> Self {
            self.of(match self.kind {
                Kind::Texts => Kind::Text(1_000),
                Kind::Holes(_) => Kind::Name,
                same => same,
            })
        }

        fn names(&self) -> Self {
            self.of(Kind::Holes(if let Kind::Wide(count) = self.kind { count } else { 1 }))
        }

        fn field(&self, _: &str) -> Option<Self> {
            Some(self.clone())
        }
    }

    #[test]
    fn little_is_looked_at_of_what_is_huge() {
        for (kind, at) in [
            (Kind::Holes(100_000_000), "view"),
            (Kind::Tenfold, "view[0][0][0][0][0][0][0][0]"),
            (Kind::Circle, "view.a.a.a.a.a.a.a.a"),
            (Kind::Text(100_000_000), "view"),
            (Kind::Wide(100_000_000), "view"),
            (Kind::Texts, "view[1000]"),
        ] {
            let looks = Rc::new(Cell::new(0));
            let fault = Budget::new().read("view", &Hostile { kind, looks: looks.clone() }).unwrap_err();
            assert_eq!(fault.field, at, "{}", fault.message);
            assert!(looks.get() <= 2 * MESSAGE_ENTRIES_MAX, "{at}: {} looks", looks.get());
        }
    }

    #[test]
    fn a_budget_is_of_the_whole_message() {
        let half = json!(vec![0; MESSAGE_ENTRIES_MAX / 2]);
        let mut budget = Budget::new();
        assert!(budget.read("view", &half).is_ok() && budget.read("tokens", &half).is_ok());
        assert_eq!(budget.read("name", &json!([1])).unwrap_err().field, "name");
        let texts = json!({ "a": "x".repeat(MESSAGE_CHARS_MAX - 2), "b": "yz" });
        assert_eq!(Budget::new().read("view", &texts).unwrap_err().field, "view.b");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(MESSAGE_DEPTH_MAX as u32, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-z]{0,3}", inner, 0..4).prop_map(|all| all.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_fits_is_read_as_it_is(value in any_json()) {
            let read = Budget::new().read("view", &value).expect("it fits");
            // Numbers travel as JavaScript has them.
            let same = |a: &Value, b: &Value| a.as_f64() == b.as_f64();
            prop_assert!(alike(&value, &read, &same), "{value} is read as {read}");
        }
    }

    fn alike(a: &Value, b: &Value, same: &dyn Fn(&Value, &Value) -> bool) -> bool {
        match (a, b) {
            (Value::Number(_), Value::Number(_)) => same(a, b),
            (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b, same)),
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| alike(value, other, same)))
            }
            (a, b) => a == b,
        }
    }
}
