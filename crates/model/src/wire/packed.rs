//! An answer on its way: packed as bytes of its own, so that the page opens it where the code for that kind of answer is.

use crate::ask::Frame;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};

/// The frames that answer a batch, in the order of its asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frames(pub Vec<Frame>);

/// [`Frames`] as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// The frames within.
    ///
    /// # Errors
    /// Where the bytes are no frames.
    pub fn open(&self) -> Result<Vec<Frame>, postcard::Error> {
        postcard::from_bytes(&self.0)
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
        let sent = encode(&FromEngine::Answer { seq: 7, generation: 2, frames: Frames(vec![frame.clone()]) }).unwrap();
        let Ok(FromEngine::Answer { seq: 7, generation: 2, frames }) = decode::<FromEngine<Packed>>(&sent) else {
            panic!("no answer")
        };
        assert_eq!(frames.open(), Ok(vec![frame]));
    }

    #[test]
    fn bytes_of_another_kind_are_refused() {
        assert!(Packed(vec![0xff; 9]).open().is_err());
    }
}
