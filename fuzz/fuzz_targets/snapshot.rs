//! Any bytes as a kept data set, as they are and with checksums that fit: never a panic, nor in what is asked of a store that was accepted,
//! and the chunks make no difference.
//!
//! `cargo +nightly fuzz run snapshot fuzz/corpus/snapshot tests/fixtures/snapshots`
#![no_main]

use callscope::base::crc::Crc;
use callscope::model::Range;
use callscope::source::calls::StoreIndex;
use callscope::store::Store;
use callscope::store::snapshot::{MAGIC, Reader};
use libfuzzer_sys::fuzz_target;
use xxhash_rust::xxh64::xxh64;

/// What comes of these bytes, in chunks.
fn read(bytes: &[u8], chunk: usize) -> Result<Store, String> {
    let mut reader = Reader::new(bytes.len() as u64);
    for piece in bytes.chunks(chunk.max(1)) {
        reader.push(piece).map_err(|broken| broken.to_string())?;
    }
    reader.finish().map(|kept| kept.store).map_err(|broken| broken.to_string())
}

/// Everything a query may touch.
fn look_at(store: &Store) -> usize {
    let store_index = StoreIndex::of(store);
    let mut seen = store_index.index_bytes();
    for row in 0..store.len().min(2000) {
        seen += store.request_id(row).len() + store.error(row).1.len() + usize::from(store.status(row));
        seen += usize::from(store.stream(row).is_some()) + usize::from(store.media(row).is_some());
        seen += store.total_tokens().get(row).unwrap_or(0) as usize & 1;
    }
    for service in 0..store.services() {
        seen += store.service_name(service).len() + store.rows(service, Range { from_ms: 0, to_ms: i64::MAX }).len();
    }
    seen
}

/// Makes magic, length and checksums fit, as far as sections can be followed.
fn seal(bytes: &mut [u8]) {
    let number =
        |bytes: &[u8], at: usize| bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    if bytes.len() < 24 {
        return;
    }
    let total = (bytes.len() as u64).to_le_bytes();
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[16..24].copy_from_slice(&total);
    let crc_everywhere = number(bytes, 8) < 4;
    let (mut start, mut end, mut is_head) = (0_usize, 24 + number(bytes, 12), false);
    while let Some(after) = end.checked_add(4).filter(|after| *after <= bytes.len()) {
        let is_content = !is_head && start > 0;
        let sum = if is_content && !crc_everywhere {
            xxh64(&bytes[start..end], 0) as u32
        } else {
            let mut crc = Crc::new();
            crc.update(&bytes[start..end]);
            crc.sum()
        };
        bytes[end..after].copy_from_slice(&sum.to_le_bytes());
        let length = if is_head { number(bytes, start + 12) } else { 20 };
        is_head = !is_head;
        (start, end) = (after, after.saturating_add(length));
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&chunk, bytes)) = data.split_first() else { return };
    let mut sealed = bytes.to_vec();
    seal(&mut sealed);
    for bytes in [bytes, &sealed] {
        let (pieces, whole) = (read(bytes, usize::from(chunk)), read(bytes, usize::MAX));
        match (pieces, whole) {
            (Ok(pieces), Ok(whole)) => assert_eq!(look_at(&pieces), look_at(&whole)),
            (Err(_), Err(_)) => {}
            (pieces, whole) => panic!("{:?} in chunks, {:?} at once", pieces.err(), whole.err()),
        }
    }
});
