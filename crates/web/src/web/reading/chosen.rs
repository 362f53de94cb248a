//! What a worker knows of the deployment's configuration, and how a source is to be read, as a link says it: a format's name, a mapping in JSON, or
//! the name of one in the configuration.

use crate::config::{self, Configuration, Reading};
use crate::i18n::Lang;
use crate::ingest::mapping::Mapping;
use crate::ingest::registry;
use crate::ingest::source_reader::Choice;
use crate::model::mapping::ZONE_SPAN;
use crate::web::zones;
use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    /// The text of the configuration in force, as the page told it; empty where it could not be read.
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Takes the text of the configuration in force.
pub fn configure(text: String) {
    TEXT.set(text);
}

/// What these words choose.
///
/// # Errors
/// What is wrong: a damaged mapping, a damaged configuration, a name that is nowhere.
pub fn by_words(words: &str) -> Result<Choice, String> {
    if let Some(format) = registry::by_name(words) {
        return Ok(Choice::Format(format));
    }
    mapping(words).map(Choice::mapping)
}

/// The mapping of these words: JSON, or a name in the configuration.
///
/// # Errors
/// As for [`by_words`].
pub fn mapping(words: &str) -> Result<Mapping, String> {
    let mut mapping = if words.trim_start().starts_with('{') {
        Mapping::of_json(words)?
    } else {
        let mut named = in_configuration()?;
        let names = named.keys().cloned().collect::<Vec<_>>().join(", ");
        named.remove(words).ok_or_else(|| format!("{words:?} ≠ {names}"))?
    };
    fill_zone(&mut mapping)?;
    Ok(mapping)
}

/// Fills in the changes of a mapping's zone.
///
/// # Errors
/// Where the browser knows no zone of that name.
pub fn fill_zone(mapping: &mut Mapping) -> Result<(), String> {
    if mapping.zone.is_empty() {
        return Ok(());
    }
    if !zones::is_known(&mapping.zone) {
        return Err(format!("zone: {:?}", mapping.zone));
    }
    mapping.changes = Some(zones::zone(&mapping.zone, ZONE_SPAN.0, ZONE_SPAN.1));
    Ok(())
}

/// All mappings that the configuration has.
///
/// # Errors
/// As for [`configuration`].
pub fn in_configuration() -> Result<BTreeMap<String, Mapping>, String> {
    configuration().map(|all| all.mappings)
}

/// The configuration in force.
///
/// # Errors
/// Why there is none: it could not be read, and what it would forbid is not to be done. What is wrong in it is the page's to tell, and keeps its
/// default.
pub fn configuration() -> Result<Configuration, String> {
    let Reading { configuration, faults } = TEXT.with_borrow(|text| config::read(text, |_| true));
    match faults.into_iter().find(|fault| fault.path.is_empty()) {
        Some(fault) => Err(fault.text(Lang::En)),
        None => Ok(configuration),
    }
}
