//! What has no answer, in words.

use super::calls::CallsWords;
use super::pages::Pages;
use super::{Lang, Message, metrics};
use crate::wire::{Missing, Piece};

/// The name of a piece.
pub fn piece(lang: Lang, piece: Piece) -> &'static str {
    match piece {
        Piece::Totals => CallsWords::Totals.text(lang),
        Piece::Services => Pages::Services.text(lang),
        Piece::Figures => Pages::HeadFigures.text(lang),
        Piece::Lists => Pages::Lists.text(lang),
        Piece::Chart(metric) => metrics::metric(lang, metric),
    }
}

/// A name with the source's reason: `Services (out of memory)`. `None` while the answer is still awaited.
pub fn failed(name: &str, why: &Missing) -> Option<String> {
    match why {
        Missing::Failed(why) if why.is_empty() => Some(name.to_owned()),
        Missing::Failed(why) => Some(format!("{name} ({why})")),
        Missing::Asked => None,
    }
}
