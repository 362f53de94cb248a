//! How a source is to be read, as a link says it: a format's name, a mapping in JSON, or the name of one in the deployment's configuration.

use super::reader::{self, words};
use super::zones;
use crate::config::{self, Configuration, Reading};
use crate::i18n::Lang;
use crate::ingest::importer;
use crate::ingest::mapping::Mapping;
use crate::ingest::source::Choice;
use crate::model::mapping::ZONE_SPAN;
use crate::wire::Access;
use std::collections::BTreeMap;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit, Response};

/// The deployment's configuration, beside the page and the workers.
const CONFIGURATION: &str = "config.json";
/// Longest wait for it, as the page waits: a load is not to stand still for it.
const WAIT_MS: i32 = 3_000;

/// What these words choose.
///
/// # Errors
/// What is wrong: a damaged mapping, a damaged configuration, a name that is nowhere.
pub async fn by_words(words: &str) -> Result<Choice, String> {
    if let Some(format) = importer::by_name(words) {
        return Ok(Choice::Format(format));
    }
    mapping(words).await.map(|mapping| Choice::Mapping(Box::new(mapping)))
}

/// The mapping of these words: JSON, or a name in the configuration.
///
/// # Errors
/// As for [`by_words`].
pub async fn mapping(words: &str) -> Result<Mapping, String> {
    let mut mapping = if words.trim_start().starts_with('{') {
        Mapping::of_json(words)?
    } else {
        let mut named = in_configuration().await?;
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
pub async fn in_configuration() -> Result<BTreeMap<String, Mapping>, String> {
    configuration().await.map(|all| all.mappings)
}

/// The deployment's configuration; an empty one where there is none.
///
/// # Errors
/// Why it cannot be read; what is wrong in it is the page's to tell, and keeps its default.
pub async fn configuration() -> Result<Configuration, String> {
    let said = |detail: String| format!("{CONFIGURATION}: {detail}");
    let abort = AbortController::new().ok();
    let asked = reader::within(WAIT_MS, text(abort.as_ref())).await;
    let text = match asked {
        Some(Ok(Some(text))) => text,
        Some(Ok(None)) => return Ok(Configuration::default()),
        Some(Err(detail)) => return Err(said(detail)),
        None => {
            // A request that stays open would be one that feeds lack.
            if let Some(abort) = abort {
                abort.abort();
            }
            return Err(said(format!("{WAIT_MS} ms")));
        }
    };
    let Reading { configuration, faults } = config::read(&text, |_| true);
    match faults.into_iter().find(|fault| fault.path.is_empty()) {
        Some(fault) => Err(fault.text(Lang::En)),
        None => Ok(configuration),
    }
}

/// The text of it; `None` where there is none.
async fn text(abort: Option<&AbortController>) -> Result<Option<String>, String> {
    let asked = reader::fetch_as(CONFIGURATION, &Access::default(), abort, &RequestInit::new(), None);
    let response: Response = reader::answered(asked, abort).await.map_err(|trouble| trouble.detail)?;
    if !response.ok() {
        return if response.status() == 404 { Ok(None) } else { Err(response.status_text()) };
    }
    let text = response.text().map_err(|why| words(&why))?;
    JsFuture::from(text).await.map(|text| text.as_string()).map_err(|why| words(&why))
}
