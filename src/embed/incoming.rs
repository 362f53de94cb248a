//! Reads what a host says: each field is looked at, an unknown one is a fault, and nothing is done by halves.

use super::{ASKS, Code, Fault, MESSAGE_CHARS_MAX, PROTOCOL, brand};
use crate::model::Metric;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

type Object = Map<String, Value>;

/// Length of a nonce, in characters: enough that two conversations of one page never meet.
const NONCE: RangeInclusive<usize> = 8..=64;
/// Longest name of what is handed over, and longest address, in characters.
const NAME_MAX: usize = 255;
const ADDRESS_MAX: usize = 2_000;
/// Largest number by which JavaScript counts without gaps.
const ID_MAX: u64 = (1 << 53) - 1;
/// Beginning of every version's name.
const FAMILY: &str = "callscope/";

/// What came beside a message's plain fields, in its `data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
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

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    Hello,
    /// Read what came with the message, or what lies at an address.
    Load {
        data: Data,
        /// The importer or mapping to read it by; `None`: told by the content.
        format: Option<String>,
    },
    /// End the load or export that the message of this number asked for.
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

/// Reads a message: its plain fields as JSON, without `data`.
pub fn read(text: &str, carried: Carried) -> Read {
    let Ok(Value::Object(all)) = serde_json::from_str(text) else { return Read::Foreign };
    let Some(protocol) = all.get("protocol").and_then(Value::as_str).filter(|name| name.starts_with(FAMILY)) else {
        return Read::Foreign;
    };
    let nonce = all.get("nonce").and_then(Value::as_str).filter(|nonce| is_nonce(nonce)).map(str::to_owned);
    let id = all.get("id").and_then(Value::as_u64).filter(|id| *id <= ID_MAX);
    let read = match (&nonce, protocol) {
        (_, other) if other != PROTOCOL => Err(Fault::new(Code::Version, format!("{other} is not spoken here, {PROTOCOL} is."))),
        (None, _) => Err(Fault::field("nonce", "8 to 64 letters, digits, - or _")),
        (Some(nonce), _) => ask(&all, id, carried).map(|ask| Incoming { nonce: nonce.clone(), id, ask }),
    };
    match read {
        Ok(_) if text.len() > MESSAGE_CHARS_MAX => {
            Read::Wrong { nonce, id, fault: Fault::new(Code::BadField, "The message is longer than a million characters.") }
        }
        Ok(incoming) => Read::Right(incoming),
        Err(fault) => Read::Wrong { nonce, id, fault },
    }
}

fn is_nonce(text: &str) -> bool {
    NONCE.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn ask(all: &Object, id: Option<u64>, carried: Carried) -> Result<Ask, Fault> {
    let kind = all.get("type").and_then(Value::as_str).ok_or_else(|| Fault::field("type", "the name of a message"))?;
    // Whatever is answered needs its number; hello and close are answered by themselves.
    let numbered = || id.map(drop).ok_or_else(|| Fault::field("id", "a whole number, by which the answer is known"));
    let only = |fields: &[&str]| {
        let known = |key: &&String| ["protocol", "type", "nonce", "id"].contains(&key.as_str()) || fields.contains(&key.as_str());
        match all.keys().find(|key| !known(key)) {
            Some(key) => Err(Fault::field(key.clone(), &format!("no such field in {kind}"))),
            None => Ok(()),
        }
    };
    if all.contains_key("id") && id.is_none() {
        numbered()?;
    }
    if kind != "load" && carried != Carried::Nothing {
        return Err(Fault::field("data", &format!("no such field in {kind}")));
    }
    match kind {
        "hello" => only(&[]).map(|()| Ask::Hello),
        "close" => only(&[]).map(|()| Ask::Close),
        "load" => {
            numbered()?;
            only(&["name", "url", "format"])?;
            load(all, carried)
        }
        "cancel" => {
            numbered()?;
            only(&["of"])?;
            let of = all.get("of").and_then(Value::as_u64);
            of.map(Ask::Cancel).ok_or_else(|| Fault::field("of", "the id of the message that is to be cancelled"))
        }
        "get-view" => numbered().and_then(|()| only(&[])).map(|()| Ask::GetView),
        "set-view" => {
            numbered()?;
            only(&["view", "replace"])?;
            let view = all.get("view").and_then(Value::as_object);
            let view = view.cloned().ok_or_else(|| Fault::field("view", "an object with the fields to set"))?;
            Ok(Ask::SetView { view, replace: switch(all, "replace")? })
        }
        "set-brand" => {
            numbered()?;
            only(&["tokens"])?;
            let tokens = all.get("tokens").and_then(Value::as_object);
            let tokens = tokens.ok_or_else(|| Fault::field("tokens", "an object of tokens and their values"))?;
            let set: Result<_, _> = tokens.iter().map(|(name, value)| Ok((name.clone(), brand::value(name, value)?))).collect();
            set.map(Ask::SetBrand)
        }
        "export" => {
            numbered()?;
            only(&["what", "format", "metric", "calls"])?;
            export(all).map(Ask::Export)
        }
        other => {
            let known = ASKS.join(", ");
            let shown: String = other.chars().take(40).collect();
            Err(Fault::new(Code::UnknownType, format!("There is no message {shown:?}. There are: {known}.")))
        }
    }
}

fn load(all: &Object, carried: Carried) -> Result<Ask, Fault> {
    const BYTES: &str = "an ArrayBuffer or a Blob, or else url";
    let format = text(all, "format", NAME_MAX, "the name of a format or of a mapping of config.json")?;
    let name = text(all, "name", NAME_MAX, "a name of 1 to 255 characters")?;
    let data = match (carried, text(all, "url", ADDRESS_MAX, "an address of at most 2,000 characters")?) {
        (Carried::Bytes, None) => Data::Bytes(name.ok_or_else(|| Fault::field("name", "a name of 1 to 255 characters"))?),
        (Carried::Nothing, Some(_)) if name.is_some() => return Err(Fault::field("name", "none beside url")),
        (Carried::Nothing, Some(address)) => Data::Address(address),
        (Carried::Bytes, Some(_)) => return Err(Fault::field("url", "none beside data")),
        (Carried::Nothing | Carried::Other, _) => return Err(Fault::field("data", BYTES)),
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
