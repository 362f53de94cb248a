//! The members of a `callscope/1` document around its calls.

use super::call::{Fault, shorten};
use super::importer::DeclaredService;
use super::json::{Cursor, JsonError, Kind};
use super::time;
use crate::model::limits::TEXT_BYTES_MAX;
use crate::model::{Problem, ServiceType};

/// What was read of a document's members so far.
#[derive(Debug, Default)]
pub struct Head {
    pub format: Option<String>,
    pub source: Option<String>,
    pub generated_at_ms: Option<i64>,
    pub demonstration: bool,
    pub services: Vec<DeclaredService>,
    /// What was wrong with members; the calls are read all the same.
    pub faults: Vec<Fault>,
}

/// Whether a name is a member of a document.
pub fn is_member(key: &str) -> bool {
    matches!(key, "format" | "source" | "licence" | "generated_at" | "demonstration" | "services" | "calls")
}

impl Head {
    /// Reads members from an object's brace to its end, or from behind a member; stops at a name without a value, which is `calls`.
    pub fn read(&mut self, bytes: &[u8]) {
        let read = Cursor::new(bytes).and_then(|mut cursor| self.members(&mut cursor));
        if let Err(JsonError { at, problem }) = read {
            let found = super::call::shorten_bytes(&bytes[at.min(bytes.len())..]);
            self.faults.push(Fault { at, problem, field: String::new(), found });
        }
    }

    fn members(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        let mut scratch = String::new();
        // Either the object's own brace, or the comma behind a member, or its end.
        let mut first = cursor.take(b'{');
        while cursor.more(&mut first, b'}')? {
            scratch.clear();
            let key = cursor.key(&mut scratch)?;
            if cursor.at_end() {
                return Ok(());
            }
            let kind = cursor.kind()?;
            let from = cursor.at();
            let sound = match (key.resolve(&scratch), kind) {
                (_, Kind::Null) => cursor.null().map(|()| true)?,
                ("format", Kind::Text) => text(cursor)?.map(|t| self.format = Some(t)).is_some(),
                ("source", Kind::Text) => text(cursor)?.map(|t| self.source = Some(t)).is_some(),
                ("licence", Kind::Text) => text(cursor)?.is_some(),
                ("generated_at", Kind::Text) => {
                    self.generated_at_ms = text(cursor)?.and_then(|t| time::from_text(&t).ok());
                    self.generated_at_ms.is_some()
                }
                ("generated_at", Kind::Number) => {
                    self.generated_at_ms = time::from_number(cursor.number()?).ok();
                    self.generated_at_ms.is_some()
                }
                ("demonstration", Kind::Bool) => {
                    self.demonstration = cursor.bool()?;
                    true
                }
                ("services", Kind::Array) => self.services(cursor)?,
                (key, _) => {
                    let known = is_member(key);
                    cursor.skip_value()?;
                    !known
                }
            };
            if !sound {
                let field = shorten(key.resolve(&scratch));
                let found = shorten(cursor.raw(from, cursor.at()));
                self.faults.push(Fault { at: from, problem: Problem::WrongType, field, found });
            }
        }
        Ok(())
    }

    /// False where an element is no service.
    fn services(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, JsonError> {
        let (mut sound, mut first) = (true, true);
        cursor.expect(b'[')?;
        while cursor.more(&mut first, b']')? {
            if cursor.kind()? == Kind::Object {
                let service = service(cursor)?;
                sound &= service.is_some();
                self.services.extend(service);
            } else {
                cursor.skip_value()?;
                sound = false;
            }
        }
        Ok(sound)
    }
}

fn service(cursor: &mut Cursor<'_>) -> Result<Option<DeclaredService>, JsonError> {
    let mut service = DeclaredService { name: String::new(), display_name: None, kind: None };
    let (mut scratch, mut first, mut sound) = (String::new(), true, true);
    cursor.expect(b'{')?;
    while cursor.more(&mut first, b'}')? {
        scratch.clear();
        let key = cursor.key(&mut scratch)?;
        match (key.resolve(&scratch), cursor.kind()?) {
            (_, Kind::Null) => cursor.null()?,
            ("name", Kind::Text) => service.name = text(cursor)?.unwrap_or_default(),
            ("display_name", Kind::Text) => service.display_name = text(cursor)?.filter(|t| !t.is_empty()),
            ("type", Kind::Text) => match text(cursor)?.as_deref() {
                Some("my") => service.kind = Some(ServiceType::My),
                Some("commercial") => service.kind = Some(ServiceType::Commercial),
                _ => sound = false,
            },
            (key, _) => {
                sound &= !matches!(key, "name" | "display_name" | "type");
                cursor.skip_value()?;
            }
        }
    }
    Ok(Some(service).filter(|s| sound && !s.name.is_empty()))
}

/// A text; `None` where it is too long.
fn text(cursor: &mut Cursor<'_>) -> Result<Option<String>, JsonError> {
    let mut scratch = String::new();
    let text = cursor.text(&mut scratch)?;
    Ok(Some(text.resolve(&scratch)).filter(|t| t.len() <= TEXT_BYTES_MAX).map(String::from))
}
