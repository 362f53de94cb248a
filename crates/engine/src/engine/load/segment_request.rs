//! What a helper needs to know to parse a segment of a text.

use super::Loader;
use crate::engine::Engine;
use crate::ingest::importer::{DETECT_BYTES, Importer, Reads};
use crate::ingest::registry;
use crate::ingest::split_point::SplitPoint;
use serde::{Deserialize, Serialize};

/// What one has to know to read a segment of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentRequest {
    /// The name of the text's format.
    format: String,
    /// What the text begins with.
    first: Vec<u8>,
    pub(super) split_point: SplitPoint,
    /// Bytes from one checkpoint to the next.
    pub(super) checkpoint_bytes: u64,
}

impl SegmentRequest {
    /// What reads on at such a place; `None` where a text of this kind cannot be read so.
    pub fn importer(&self) -> Option<Box<dyn Importer>> {
        let Reads::Calls(importer) = registry::by_name(&self.format)?.reads else { return None };
        let mut importer = importer(&self.first[..self.first.len().min(DETECT_BYTES)]);
        importer.begin_at(&self.split_point).then_some(importer)
    }

    /// The same at another place of the text.
    pub fn at(&self, split_point: &SplitPoint) -> Self {
        Self { split_point: split_point.clone(), ..self.clone() }
    }

    /// What the text begins with.
    pub fn first(&self) -> &[u8] {
        &self.first
    }

    /// Whether each record fills its line.
    pub const fn by_lines(&self) -> bool {
        self.split_point.lines
    }
}

impl Loader {
    /// How the text at hand may be read on from here beside what follows; `None` where it cannot be, or not here.
    pub fn segment_request(&self) -> Option<SegmentRequest> {
        let (format, split_point) = self.source.split_point().filter(|_| self.failed.is_none())?;
        let checkpoint_bytes = self.indexer.every;
        Some(SegmentRequest {
            format: format.name.to_owned(),
            first: self.source.prefix().to_vec(),
            split_point,
            checkpoint_bytes,
        })
    }
}

impl Engine {
    /// The request by which a helper parses text further back while this loader reads on ([`Loader::segment_request`]).
    pub fn segment_request(&self, load: u32) -> Option<SegmentRequest> {
        self.loading.as_ref().filter(|(current, _)| *current == load)?.1.segment_request()
    }
}
