//! Reads what a host says: each field is looked at, an unknown one is a fault, and nothing is done by halves.

use super::foreign::{Budget, Foreign, Shape, short};
use super::{ASKS, Code, Fault, PROTOCOL, brand};
use crate::model::Metric;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

type Object = Map<String, Value>;

/// Length of a nonce, in characters: enough that two conversations of one page never meet.
const NONCE: RangeInclusive<usize> = 8..=64;
/// Longest name of what is passed on, and longest address, in characters.
const NAME_MAX: usize = 255;
const ADDRESS_MAX: usize = 2_000;
/// Largest number by which JavaScript counts without gaps.
const ID_MAX: u64 = (1 << 53) - 1;
/// Beginning of every version's name.
const FAMILY: &str = "callscope/";
/// Longest protocol, type and nonce that are looked at, in characters.
const WORD_MAX: usize = 64;
const KIND: &str = "the name of a message";
const NUMBER: &str = "a whole number, by which the answer is known";

/// What came beside a message's plain fields, in its `data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageData {
    Nothing,
    /// An `ArrayBuffer` or a `Blob`.
    Bytes,
    /// Something that holds no calls.
    Other,
}

/// A message, read.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// Not of this protocol: other scripts talk too.
    Foreign,
    Wrong {
        nonce: Option<String>,
        id: Option<u64>,
        fault: Fault,
    },
    Right(Incoming),
}

/// A message that is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    pub nonce: String,
    /// What its answer is to name.
    pub id: Option<u64>,
    pub ask: Ask,
}

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    Hello,
    /// Read what came with the message, or what lies at an address.
    Load {
        data: Data,
        /// The importer or mapping to read it by; `None`: recognised by content.
        format: Option<String>,
    },
    /// End the load or export that the message of this number requested.
    Cancel(u64),
    GetView,
    /// Fields of a view (`view_of` reads them); `replace`: without a step in the history.
    SetView {
        view: Object,
        replace: bool,
    },
    /// Custom properties with their values; `None`: the console's own again.
    SetBrand(Vec<(String, Option<String>)>),
    Export(Export),
    Close,
}

/// Where calls come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// They came with the message; what they are to be called.
    Bytes(String),
    /// They lie at this address.
    Address(String),
}

/// A file that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    pub what: What,
    pub format: FileFormat,
    /// Whether a report lists the calls too.
    pub calls: bool,
}

/// What it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The workbook of the page that is shown.
    Report,
    /// Every call of the selection.
    Calls,
    /// The services table.
    Services,
    /// Error codes and messages of the service that is shown.
    Failed,
    /// A chart of the service that is shown.
    Metric(Metric),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    Xlsx,
    Csv,
    Json,
    Tsv,
    Svg,
    Png,
}

impl FileFormat {
    pub const ALL: [FileFormat; 6] =
        [FileFormat::Xlsx, FileFormat::Csv, FileFormat::Json, FileFormat::Tsv, FileFormat::Svg, FileFormat::Png];

    /// Word in a message, and ending of the file's name.
    pub const fn key(self) -> &'static str {
        match self {
            FileFormat::Xlsx => "xlsx",
            FileFormat::Csv => "csv",
            FileFormat::Json => "json",
            FileFormat::Tsv => "tsv",
            FileFormat::Svg => "svg",
            FileFormat::Png => "png",
        }
    }
}

/// What can be exported, and as what.
pub const FORMATS: [(&str, &[FileFormat]); 5] = {
    use FileFormat::{Csv, Json, Png, Svg, Tsv, Xlsx};
    [
        ("report", &[Xlsx]),
        ("calls", &[Csv]),
        ("services", &[Csv, Json, Tsv]),
        ("failed", &[Csv, Json, Tsv]),
        ("metric", &[Csv, Json, Tsv, Svg, Png]),
    ]
};

/// The fields of every message; `data`, which travels beside, is among them.
const COMMON: [&str; 5] = ["protocol", "type", "nonce", "id", "data"];

/// The fields that a message of this type has besides; `None`: there is no such type.
fn fields_of(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "hello" | "close" | "get-view" => &[],
        "load" => &["name", "url", "format"],
        "cancel" => &["of"],
        "set-view" => &["view", "replace"],
        "set-brand" => &["tokens"],
        "export" => &["what", "format", "metric", "calls"],
        _ => return None,
    })
}

/// A short field of every message.
fn word<V: Foreign>(message: &V, name: &str) -> Option<String> {
    short(&message.field(name)?, WORD_MAX)
}

fn nonce<V: Foreign>(message: &V) -> Option<String> {
    word(message, "nonce").filter(|nonce| is_nonce(nonce))
}

/// Whether something that was said is a message of any version of the protocol. Other scripts talk too.
pub fn is_ours<V: Foreign>(message: &V) -> bool {
    message.shape() == Shape::Object && word(message, "protocol").is_some_and(|name| name.starts_with(FAMILY))
}

/// The nonce of a hello. Nothing else of it is read: the user has not agreed to its sender yet.
pub fn hello<V: Foreign>(message: &V) -> Option<String> {
    let is_hello = word(message, "protocol")? == PROTOCOL && word(message, "type")? == "hello";
    nonce(message).filter(|_| is_hello)
}

/// Reads a message, but for what travels beside in its `data`.
pub fn read<V: Foreign>(message: &V, carried: MessageData) -> Read {
    if !is_ours(message) {
        return Read::Foreign;
    }
    let (protocol, nonce) = (word(message, "protocol").unwrap_or_default(), nonce(message));
    let id = message.field("id");
    let is_numbered = id.is_some();
    let id = id.and_then(|id| if let Shape::Number(number) = id.shape() { whole(number) } else { None });
    let read = match &nonce {
        _ if protocol != PROTOCOL => Err(Fault::new(Code::Version, format!("{protocol} is not spoken here, {PROTOCOL} is."))),
        None => Err(Fault::field("nonce", "8 to 64 letters, digits, - or _")),
        Some(_) if is_numbered && id.is_none() => Err(Fault::field("id", NUMBER)),
        Some(nonce) => ask(message, id, carried).map(|ask| Incoming { nonce: nonce.clone(), id, ask }),
    };
    match read {
        Ok(incoming) => Read::Right(incoming),
        Err(fault) => Read::Wrong { nonce, id, fault },
    }
}

fn is_nonce(text: &str) -> bool {
    NONCE.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..=ID_MAX as f64).contains(&number)).then_some(number as u64)
}

fn ask<V: Foreign>(message: &V, id: Option<u64>, carried: MessageData) -> Result<Ask, Fault> {
    let kind = message.field("type").ok_or_else(|| Fault::field("type", KIND))?;
    let kind = short(&kind, WORD_MAX).ok_or_else(|| Fault::field("type", KIND))?;
    let known = fields_of(&kind).ok_or_else(|| unknown(&kind))?;
    // Hello and close are answered by themselves; whatever else is answered needs its number.
    if id.is_none() && !matches!(&*kind, "hello" | "close") {
        return Err(Fault::field("id", NUMBER));
    }
    if kind != "load" && carried != MessageData::Nothing {
        return Err(Fault::field("data", &format!("no such field in {kind}")));
    }
    let all = &fields(message, &kind, known)?;
    match &*kind {
        "hello" => Ok(Ask::Hello),
        "close" => Ok(Ask::Close),
        "load" => load(all, carried),
        "cancel" => {
            let of = all.get("of").and_then(Value::as_u64);
            of.map(Ask::Cancel).ok_or_else(|| Fault::field("of", "the id of the message that is to be cancelled"))
        }
        "set-view" => {
            let view = all.get("view").and_then(Value::as_object);
            let view = view.cloned().ok_or_else(|| Fault::field("view", "an object with the fields to set"))?;
            Ok(Ask::SetView { view, replace: switch(all, "replace")? })
        }
        "set-brand" => {
            let tokens = all.get("tokens").and_then(Value::as_object);
            let tokens = tokens.ok_or_else(|| Fault::field("tokens", "an object of tokens and their values"))?;
            let set: Result<_, _> = tokens.iter().map(|(name, value)| Ok((name.clone(), brand::value(name, value)?))).collect();
            set.map(Ask::SetBrand)
        }
        "get-view" => Ok(Ask::GetView),
        "export" => export(all).map(Ask::Export),
        other => Err(unknown(other)),
    }
}

fn unknown(kind: &str) -> Fault {
    Fault::new(Code::UnknownType, format!("There is no message {kind:?}. There are: {}.", ASKS.join(", ")))
}

/// The fields of a message that its type has; of another one no more than its name is read.
fn fields<V: Foreign>(message: &V, kind: &str, known: &[&str]) -> Result<Object, Fault> {
    let mut budget = Budget::new();
    let mut all = Object::new();
    for name in budget.names(message)? {
        let Some(value) = message.field(&name) else { continue };
        if known.contains(&name.as_str()) {
            let value = budget.read(&name, &value)?;
            all.insert(name, value);
        } else if !COMMON.contains(&name.as_str()) {
            return Err(Fault::field(name, &format!("no such field in {kind}")));
        }
    }
    Ok(all)
}

fn load(all: &Object, carried: MessageData) -> Result<Ask, Fault> {
    const BYTES: &str = "an ArrayBuffer or a Blob, or else url";
    let format = text(all, "format", NAME_MAX, "the name of a format or of a mapping of config.json")?;
    let name = text(all, "name", NAME_MAX, "a name of 1 to 255 characters")?;
    let data = match (carried, text(all, "url", ADDRESS_MAX, "an address of at most 2,000 characters")?) {
        (MessageData::Bytes, None) => Data::Bytes(name.ok_or_else(|| Fault::field("name", "a name of 1 to 255 characters"))?),
        (MessageData::Nothing, Some(_)) if name.is_some() => return Err(Fault::field("name", "none beside url")),
        (MessageData::Nothing, Some(address)) => Data::Address(address),
        (MessageData::Bytes, Some(_)) => return Err(Fault::field("url", "none beside data")),
        (MessageData::Nothing | MessageData::Other, _) => return Err(Fault::field("data", BYTES)),
    };
    Ok(Ask::Load { data, format })
}

fn export(all: &Object) -> Result<Export, Fault> {
    let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
    let wanted = all.get("what").and_then(Value::as_str).unwrap_or_default();
    let Some((_, formats)) = FORMATS.iter().find(|(name, _)| *name == wanted) else {
        return Err(Fault::field("what", &format!("one of: {}", names.join(", "))));
    };
    let metric = all.get("metric").and_then(Value::as_str).and_then(Metric::from_key);
    let what = match (wanted, metric) {
        ("report", None) => What::Report,
        ("calls", None) => What::Calls,
        ("services", None) => What::Services,
        ("failed", None) => What::Failed,
        ("metric", Some(metric)) => What::Metric(metric),
        ("metric", None) => {
            let known: Vec<&str> = Metric::IN_PAIRS.iter().map(|metric| metric.key()).collect();
            return Err(Fault::field("metric", &format!("one of: {}", known.join(", "))));
        }
        _ => return Err(Fault::field("metric", &format!("none with {wanted}"))),
    };
    if metric.is_none() && all.contains_key("metric") {
        return Err(Fault::field("metric", &format!("none with {wanted}")));
    }
    let format = all.get("format").and_then(Value::as_str).unwrap_or_default();
    let Some(format) = formats.iter().copied().find(|known| known.key() == format) else {
        let known: Vec<&str> = formats.iter().map(|format| format.key()).collect();
        return Err(Fault::field("format", &format!("one of: {}", known.join(", "))));
    };
    let calls = switch(all, "calls")?;
    if calls && what != What::Report {
        return Err(Fault::field("calls", "none but with report"));
    }
    Ok(Export { what, format, calls })
}

fn text(all: &Object, key: &str, longest: usize, expected: &str) -> Result<Option<String>, Fault> {
    let Some(value) = all.get(key) else { return Ok(None) };
    let fits = |text: &&str| !text.trim().is_empty() && text.chars().count() <= longest;
    match value.as_str().filter(fits) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(Fault::field(key, expected)),
    }
}

fn switch(all: &Object, key: &str) -> Result<bool, Fault> {
    let value = all.get(key).unwrap_or(&Value::Bool(false));
    value.as_bool().ok_or_else(|| Fault::field(key, "true or false"))
}
