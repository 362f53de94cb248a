//! What a helper needs to know to parse a segment of a text.

use super::Loader;
use crate::engine::Engine;
use crate::ingest::importer::{DETECT_BYTES, Importer, Reads};
use crate::ingest::registry;
use crate::ingest::seam::Seam;
use serde::{Deserialize, Serialize};

/// What one has to know to read a stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The name of the text's format.
    format: String,
    /// What the text begins with.
    first: Vec<u8>,
    pub(super) seam: Seam,
    /// Bytes after which it is marked.
    pub(super) mark_bytes: u64,
}

impl Ask {
    /// What reads on at such a place; `None` where a text of this kind cannot be read so.
    pub fn importer(&self) -> Option<Box<dyn Importer>> {
        let Reads::Calls(importer) = registry::by_name(&self.format)?.reads else { return None };
        let mut importer = importer(&self.first[..self.first.len().min(DETECT_BYTES)]);
        importer.begin_at(&self.seam).then_some(importer)
    }

    /// The same at another place of the text.
    pub fn at(&self, seam: &Seam) -> Self {
        Self { seam: seam.clone(), ..self.clone() }
    }

    /// What the text begins with.
    pub fn first(&self) -> &[u8] {
        &self.first
    }

    /// Whether each record fills its line.
    pub const fn by_lines(&self) -> bool {
        self.seam.lines
    }
}

impl Loader {
    /// How the text at hand may be read on from here beside what follows; `None` where it cannot be, or not here.
    pub fn seam(&self) -> Option<Ask> {
        let (format, seam) = self.source.seam().filter(|_| self.failed.is_none())?;
        let mark_bytes = self.marking.every;
        Some(Ask { format: format.name.to_owned(), first: self.source.prefix().to_vec(), seam, mark_bytes })
    }
}

impl Engine {
    /// How the text that is loaded may be read on from here beside what follows ([`Loader::seam`]).
    pub fn seam(&self, load: u32) -> Option<Ask> {
        self.loading.as_ref().filter(|(current, _)| *current == load)?.1.seam()
    }
}
