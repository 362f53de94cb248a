//! An answer on its way: packed as bytes of its own, so that the page opens it where the code for that kind of answer is.

use super::encode;
use crate::ask::{AskId, Buckets, Frame};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};
use std::sync::Arc;

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
        let (buckets, places, mut frames): (Vec<Buckets>, Vec<u16>, Vec<(AskId, Frame)>) = postcard::from_bytes(&self.0)?;
        let buckets: Vec<Arc<Buckets>> = buckets.into_iter().map(Arc::new).collect();
        for ((_, frame), place) in frames.iter_mut().zip(places) {
            frame.buckets = usize::from(place).checked_sub(1).and_then(|place| buckets.get(place)).cloned();
        }
        Ok(Frames(frames))
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
        let mut buckets: Vec<&Buckets> = Vec::new();
        // The place of each frame's buckets, from 1; 0 where it has none.
        let places: Vec<u16> = self.0.iter().map(|(_, frame)| place(&mut buckets, frame)).collect();
        let bytes = encode(&(&buckets, places, &self.0)).map_err(S::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

fn place<'a>(all: &mut Vec<&'a Buckets>, frame: &'a Frame) -> u16 {
    let Some(own) = frame.buckets.as_deref() else { return 0 };
    let at = all.iter().position(|&known| core::ptr::eq(known, own)).unwrap_or_else(|| {
        all.push(own);
        all.len() - 1
    });
    at as u16 + 1
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
    use crate::base::zone::Zone;
    use crate::model::{Precision, Range};
    use crate::wire::{FromEngine, decode, encode};

    #[test]
    fn an_answer_is_opened_as_it_was_packed() {
        let columns = vec![
            Column::exact(0, 0, 0, Values::Real(vec![1.5, 0.1 + 0.2])),
            Column::exact(0, 1, 0, Values::Whole(vec![None, Some(7)])),
        ];
        let buckets = |from_ms| {
            let range = Range { from_ms, to_ms: from_ms + 3_600_000 };
            Some(Arc::new(Buckets::of(range, Precision::Minute.into(), &Zone::utc()).0))
        };
        let frame =
            Frame { groups: vec![Group { values: vec!["a".into()], others: false }], columns, total: 3, ..Frame::default() };
        let shared = buckets(0);
        let all = [shared.clone(), None, buckets(60_000), shared].map(|buckets| Frame { buckets, ..frame.clone() });
        let frames = Frames((1..).map(AskId).zip(all.clone()).collect());
        let sent = encode(&FromEngine::Answer { seq: 7, generation: 2, frames, progress: None, last: true }).unwrap();
        let Ok(FromEngine::Answer { seq: 7, generation: 2, frames, last: true, .. }) = decode::<FromEngine<Packed>>(&sent) else {
            panic!("no answer")
        };
        assert_eq!(frames.open().map(Frames::in_order), Ok([vec![Frame::awaited()], all.into()].concat()));
    }

    #[test]
    fn bytes_of_another_kind_are_refused() {
        assert!(Packed(vec![0xff; 9]).open().is_err());
    }
}
