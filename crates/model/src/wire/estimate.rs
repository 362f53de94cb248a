//! What a source will come to, told from its beginning: calls and memory, before all of it is read.

use super::Progress;

/// Bytes, as they come, from which on an estimate is made.
pub const SAMPLE_BYTES: u64 = 2 << 20;

/// Peak memory while a source is read, against that of its calls: room for all of them is made at once (`engine::load::Loader::expect`), times are
/// held whole until calls are put in order, and one column is copied at a time then.
const PEAK: u64 = 2;
/// The same of a source whose length is not known: columns double when they are full, which leaves up to half of them empty.
const PEAK_DOUBLING: u64 = 3;

/// What a source comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    pub calls: u64,
    /// Memory of its calls once they are read.
    pub memory_bytes: u64,
    /// Peak memory until then.
    pub peak_bytes: u64,
}

impl Progress {
    /// What the whole will come to, by the share of its bytes that was read (of a packed source: of its packed bytes); `None` where its
    /// length is not known, too little was read, or all of it.
    pub fn estimate(&self) -> Option<Estimate> {
        let total = self.bytes_total.filter(|&total| self.bytes_read >= SAMPLE_BYTES && total > self.bytes_read)?;
        self.scaled(total, PEAK)
    }

    /// What it comes to at the least: as estimated, else what was read so far.
    pub fn at_least(&self) -> Option<Estimate> {
        self.estimate().or_else(|| self.scaled(self.bytes_read, PEAK_DOUBLING))
    }

    fn scaled(&self, total: u64, peak: u64) -> Option<Estimate> {
        if self.bytes_read == 0 || self.memory_bytes == 0 || self.calls == 0 {
            return None;
        }
        let times = total as f64 / self.bytes_read as f64;
        let memory_bytes = (self.memory_bytes as f64 * times) as u64;
        let calls = (self.calls as f64 * times) as u64;
        Some(Estimate { calls, memory_bytes, peak_bytes: memory_bytes.saturating_mul(peak) })
    }
}

impl Estimate {
    /// Whether it can be read beside what is held already.
    pub fn fits(&self, held_bytes: u64, limit_bytes: u64) -> bool {
        self.peak_bytes.saturating_add(held_bytes) <= limit_bytes
    }
}

/// Most memory that one tab's calls may take, in bytes: WebAssembly has addresses for 4 GiB, of which a quarter is left for all else; of a
/// machine that reports its memory (in GiB, as browsers round it), three quarters. `configured_mb`: what the deployment allows, in MiB.
pub fn limit_bytes(machine_gb: Option<f64>, configured_mb: Option<u32>) -> u64 {
    const GIB: f64 = 1024.0 * 1024.0 * 1024.0;
    let machine = machine_gb.filter(|gb| *gb > 0.0).map_or(u64::MAX, |gb| (gb * 0.75 * GIB) as u64);
    let configured = configured_mb.map_or(u64::MAX, |mb| u64::from(mb) << 20);
    machine.min(configured).min((3.0 * GIB) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1 << 20;

    fn at(bytes_read: u64, bytes_total: Option<u64>) -> Progress {
        Progress { bytes_read, bytes_total, calls: 10_000, memory_bytes: 500_000, ..Progress::default() }
    }

    #[test]
    fn the_whole_follows_from_the_share_that_was_read() {
        let whole = at(4 * MB, Some(400 * MB)).estimate().expect("enough was read");
        assert_eq!((whole.calls, whole.memory_bytes, whole.peak_bytes), (1_000_000, 50_000_000, 100_000_000));
        assert!(whole.fits(0, 100_000_000) && !whole.fits(1, 100_000_000));
    }

    #[test]
    fn too_little_or_all_of_it_is_no_sample() {
        assert_eq!(at(SAMPLE_BYTES - 1, Some(400 * MB)).estimate(), None);
        assert_eq!(at(4 * MB, Some(4 * MB)).estimate(), None);
        assert_eq!(at(4 * MB, None).estimate(), None);
        // A server that announces less than it sends.
        assert_eq!(at(4 * MB, Some(MB)).estimate(), None);
        assert_eq!(Progress { calls: 0, ..at(4 * MB, Some(400 * MB)) }.estimate(), None);
    }

    #[test]
    fn without_a_length_what_was_read_is_the_least() {
        let least = at(4 * MB, None).at_least().map(|e| (e.calls, e.memory_bytes, e.peak_bytes));
        assert_eq!(least, Some((10_000, 500_000, 1_500_000)));
        assert_eq!(Progress::default().at_least(), None);
    }

    #[test]
    fn the_limit_is_the_least_of_what_is_known() {
        let gib = 1_u64 << 30;
        assert_eq!(limit_bytes(None, None), 3 * gib);
        assert_eq!((limit_bytes(Some(8.0), None), limit_bytes(Some(2.0), None)), (3 * gib, gib + gib / 2));
        assert_eq!((limit_bytes(Some(0.0), Some(64)), limit_bytes(Some(0.25), Some(4096))), (64 << 20, 3 * gib / 16));
    }
}
