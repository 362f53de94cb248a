//! An answer on its way: packed as bytes of its own, so that the page opens it where the code for that kind of answer is.

use super::reply::{CallsReply, DetailsReply, FailedReply, ListReply, Reply, RowsReply};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};

/// A [`Reply`] as bytes, with the slot ([`super::Query::slot`]) that tells its kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    pub slot: u8,
    pub bytes: Vec<u8>,
}

impl Packed {
    /// The answer within.
    ///
    /// # Errors
    /// Where the bytes are not such an answer.
    pub fn open<'a, T: Deserialize<'a>>(&'a self) -> Result<T, postcard::Error> {
        postcard::from_bytes(&self.bytes)
    }

    /// The answer within, of whatever kind.
    ///
    /// # Errors
    /// Where the bytes are not an answer.
    pub fn reply(&self) -> Result<Reply, postcard::Error> {
        Ok(match self.slot {
            0 => Reply::Calls(self.open::<CallsReply>()?),
            1 => Reply::Details(self.open::<DetailsReply>()?),
            2 => Reply::Failed(self.open::<FailedReply>()?),
            3 => Reply::List(self.open::<ListReply>()?),
            #[cfg(any(feature = "formats", feature = "ui"))]
            5 => Reply::Cost(self.open::<super::CostReply>()?),
            _ => Reply::Rows(self.open::<RowsReply>()?),
        })
    }
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (slot, bytes) = match self {
            Reply::Calls(reply) => (0u8, postcard::to_allocvec(reply)),
            Reply::Details(reply) => (1, postcard::to_allocvec(reply)),
            Reply::Failed(reply) => (2, postcard::to_allocvec(reply)),
            Reply::List(reply) => (3, postcard::to_allocvec(reply)),
            Reply::Rows(reply) => (4, postcard::to_allocvec(reply)),
            #[cfg(any(feature = "formats", feature = "ui"))]
            Reply::Cost(reply) => (5, postcard::to_allocvec(reply)),
        };
        (slot, Bytes(&bytes.map_err(S::Error::custom)?)).serialize(serializer)
    }
}

/// Bytes, written at once.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (slot, bytes) = <(u8, &[u8])>::deserialize(deserializer)?;
        Ok(Self { slot, bytes: bytes.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{FromEngine, decode, encode};

    #[test]
    fn an_answer_is_opened_as_it_was_packed() {
        let list = ListReply { total: 3, ..ListReply::default() };
        for reply in [Reply::Calls(CallsReply::default()), Reply::List(list), Reply::Rows(RowsReply::default())] {
            let sent = encode(&FromEngine::Answer { seq: 7, generation: 2, reply: reply.clone() }).unwrap();
            let Ok(FromEngine::Answer { seq: 7, generation: 2, reply: packed }) = decode::<FromEngine<Packed>>(&sent) else {
                panic!("no answer")
            };
            assert_eq!(packed.reply(), Ok(reply));
        }
    }

    #[test]
    fn bytes_of_another_kind_are_refused() {
        let packed = Packed { slot: 1, bytes: vec![0xff; 9] };
        assert!(packed.reply().is_err());
    }
}
