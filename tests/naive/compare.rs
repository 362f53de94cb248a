//! Compares two answers as trees: whole numbers, texts and order exactly, floats within a relative 1e-9, gaps only with gaps.

use serde_json::Value;

/// Panics with the path of the first difference.
pub fn same<T: serde::Serialize>(engine: &T, naive: &T) {
    let tree = |reply: &T| serde_json::to_value(reply).unwrap();
    walk("", &tree(engine), &tree(naive));
}

/// Whether two floats are the same number but for rounding, or both no number.
pub fn close(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

fn walk(path: &str, engine: &Value, naive: &Value) {
    match (engine, naive) {
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{path}: {engine} and {naive}");
            a.iter().zip(b).for_each(|((key, a), (_, b))| walk(&format!("{path}.{key}"), a, b));
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path}: engine {engine}, naive {naive}");
            a.iter().zip(b).enumerate().for_each(|(i, (a, b))| walk(&format!("{path}[{i}]"), a, b));
        }
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
            assert!(close(a.as_f64().unwrap(), b.as_f64().unwrap()), "{path}: engine {a}, naive {b}");
        }
        _ => assert_eq!(engine, naive, "{path}"),
    }
}
