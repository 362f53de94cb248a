//! Whether a body that comes in drops still comes: a byte now and then keeps a connection busy for ever.

use crate::model::limits::{STALL_BYTES_MIN, STALL_MS};

/// What was waited for the bytes of a body since they were counted last. Only waiting counts, not the time that reading what came takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drip {
    waited_ms: u32,
    bytes: u32,
}

impl Drip {
    /// After a wait that brought so many bytes; `None`: stalled.
    #[must_use]
    pub const fn after(self, waited_ms: u32, bytes: u32) -> Option<Self> {
        let (waited_ms, bytes) = (self.waited_ms.saturating_add(waited_ms), self.bytes.saturating_add(bytes));
        match waited_ms >= STALL_MS {
            true if bytes < STALL_BYTES_MIN => None,
            true => Some(Self { waited_ms: 0, bytes: 0 }),
            false => Some(Self { waited_ms, bytes }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a body comes that brings so many bytes each so often, up to an hour.
    fn lasts_ms(bytes: u32, each_ms: u32) -> u32 {
        let (mut schedule, mut at) = (Drip::default(), 0);
        while let Some(next) = schedule.after(each_ms, bytes)
            && at < 3_600_000
        {
            (schedule, at) = (next, at + each_ms);
        }
        at
    }

    #[test]
    fn a_body_that_drips_has_stalled_and_a_slow_one_has_not() {
        assert_eq!(lasts_ms(1, 5_000), 25_000);
        assert_eq!(lasts_ms(85, 5_000), 25_000);
        // 20 bytes a second are slow.
        for (bytes, each_ms) in [(100, 5_000), (20_000, 29_000), (u32::MAX, 1)] {
            assert!(lasts_ms(bytes, each_ms) >= 3_600_000, "{bytes} bytes each {each_ms} ms");
        }
    }
}
