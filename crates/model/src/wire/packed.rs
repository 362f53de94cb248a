//! An answer on its way: packed as bytes of its own, so that the page opens it where the code for that kind of answer is.

use crate::ask::{AskId, Frame};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};

/// Frames that answer asks of a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frames(pub Vec<(AskId, Frame)>);

/// [`Frames`] as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// The frames within.
    ///
    /// # Errors
    /// Where the bytes are no frames.
    pub fn open(&self) -> Result<Frames, postcard::Error> {
        postcard::from_bytes(&self.0).map(Frames)
    }
}

/// Frames of all asks, in their order.
impl From<Vec<Frame>> for Frames {
    fn from(frames: Vec<Frame>) -> Self {
        Self(frames.into_iter().enumerate().map(|(ask, frame)| (AskId(ask as u16), frame)).collect())
    }
}

impl Frames {
    /// In the order of the asks.
    pub fn in_order(self) -> Vec<Frame> {
        let mut all = Vec::new();
        self.put_into(&mut all);
        all
    }

    /// Puts each where it belongs, in place of an earlier one.
    pub fn put_into(self, all: &mut Vec<Frame>) {
        for (AskId(ask), frame) in self.0 {
            let at = usize::from(ask);
            if at >= all.len() {
                all.resize_with(at + 1, Frame::awaited);
            }
            all[at] = frame;
        }
    }
}

impl Serialize for Frames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_allocvec(&self.0).map_err(S::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(<&[u8]>::deserialize(deserializer)?.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::{Column, Group, Values};
    use crate::wire::{FromEngine, decode, encode};

    #[test]
    fn an_answer_is_opened_as_it_was_packed() {
        let columns = vec![
            Column::exact(0, 0, 0, Values::Real(vec![1.5, 0.1 + 0.2])),
            Column::exact(0, 1, 0, Values::Whole(vec![None, Some(7)])),
        ];
        let frame =
            Frame { groups: vec![Group { values: vec!["a".into()], others: false }], columns, total: 3, ..Frame::default() };
        let frames = Frames(vec![(AskId(1), frame.clone())]);
        let sent = encode(&FromEngine::Answer { seq: 7, generation: 2, frames, progress: None, last: true }).unwrap();
        let Ok(FromEngine::Answer { seq: 7, generation: 2, frames, last: true, .. }) = decode::<FromEngine<Packed>>(&sent) else {
            panic!("no answer")
        };
        assert_eq!(frames.open().map(Frames::in_order), Ok(vec![Frame::awaited(), frame]));
    }

    #[test]
    fn bytes_of_another_kind_are_refused() {
        assert!(Packed(vec![0xff; 9]).open().is_err());
    }
}
