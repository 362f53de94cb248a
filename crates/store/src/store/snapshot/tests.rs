//! Any store survives the way there and back; what is cut, changed or foreign is refused and never trusted.

use super::{LABEL_WITHIN, Label, Reader, Snapshot, SnapshotError, Writer, announced, label};
use crate::base::crc::Crc;
use crate::model::{Call, Media, ServiceType};
use crate::store::{Builder, Store};
use proptest::prelude::*;
use proptest::sample::select;

type Amounts = [Option<u64>; 9];

/// A call with texts of its own.
#[derive(Clone, Debug)]
pub struct Owned {
    time_ms: i64,
    status: u16,
    pub texts: [String; 6],
    stream: Option<bool>,
    media: Option<Media>,
    pub commercial: bool,
    amounts: Amounts,
}

impl Owned {
    pub fn call(&self) -> Call<'_> {
        let [service, api_key, ip, error_code, error_message, request_id] = self.texts.each_ref().map(String::as_str);
        let given = |text: &'static str| Some(text).filter(|_| self.status.is_multiple_of(2));
        Call {
            time_ms: self.time_ms,
            service,
            status: self.status,
            service_type: if self.commercial { ServiceType::Commercial } else { ServiceType::My },
            api_key: Some(api_key),
            ip: Some(ip),
            error_code: Some(error_code),
            error_message: Some(error_message),
            request_id: Some(request_id),
            region: given("eu"),
            labels: if self.status.is_multiple_of(3) {
                ""
            } else if self.status % 3 == 1 {
                "env\0prod\0team\0search\0"
            } else {
                "team\0ads\0"
            },
            stream: self.stream,
            media: self.media,
            input_tokens: self.amounts[0],
            output_tokens: self.amounts[1],
            cached_tokens: self.amounts[2],
            total_tokens: self.amounts[3],
            latency_us: self.amounts[4],
            ttft_us: self.amounts[5],
            queue_us: self.amounts[7],
            generation_us: self.amounts[8],
            ..Call::default()
        }
    }
}

pub fn owned() -> impl Strategy<Value = Owned> {
    let text = || prop_oneof![select(vec!["", "a", "中文", "beta"]).prop_map(str::to_owned), "[a-z]{0,9}"];
    let amount = || prop_oneof![3 => Just(None), 2 => (0..9_u64).prop_map(Some), 1 => (0..1_u64 << 40).prop_map(Some)];
    let amounts = proptest::array::uniform9(amount());
    let flags =
        (select(vec![None, Some(true), Some(false)]), select(vec![None, Some(Media::Image), Some(Media::Video)]), any::<bool>());
    let texts = [text(), text(), text(), text(), text(), text()];
    // Days, or years.
    let time_ms = prop_oneof![0..9_000_000_i64, 0..1_i64 << 36];
    (time_ms, 100..600_u16, texts, flags, amounts).prop_map(|(time_ms, status, texts, flags, amounts)| {
        let (stream, media, commercial) = flags;
        Owned { time_ms, status, texts, stream, media, commercial, amounts }
    })
}

fn store_of(calls: &[Owned]) -> Store {
    let mut builder = Builder::new();
    builder.declare_service("declared", ServiceType::Commercial);
    for call in calls {
        builder.push(&call.call()).expect("no limit is near");
    }
    builder.finish()
}

fn label_for(store: &Store) -> Label {
    Label { name: "名/one.json".into(), calls: store.len() as u64, oldest_ms: -5, newest_ms: 7, kept_at_ms: 1_700_000_000_000 }
}

pub fn bytes_of(store: &Store) -> Vec<u8> {
    written(store, Writer::new(store, &label_for(store), b"a record".to_vec()))
}

fn written(store: &Store, writer: Writer) -> Vec<u8> {
    let total = writer.total();
    let all = writer.all(store);
    assert_eq!(all.len() as u64, total);
    all
}

fn read(bytes: &[u8], step: usize) -> Result<Snapshot, SnapshotError> {
    let mut reader = Reader::new(bytes.len() as u64);
    for piece in bytes.chunks(step.max(1)) {
        reader.push(piece)?;
    }
    reader.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Not only the answers: every column, dictionary and index is what it was.
    #[test]
    fn any_store_survives_wherever_its_bytes_are_cut(calls in proptest::collection::vec(owned(), 0..200), step in 1..5000_usize) {
        let store = store_of(&calls);
        let kept = read(&bytes_of(&store), step).expect("it is sound");
        prop_assert_eq!(format!("{:?}", kept.store), format!("{store:?}"));
        prop_assert_eq!(kept.label, label_for(&store));
        prop_assert_eq!(kept.record, b"a record");
    }

    /// As if the calls had come without messages and request ids, and nothing of those is in the bytes.
    #[test]
    fn a_bare_store_is_one_of_calls_without_words(calls in proptest::collection::vec(owned(), 0..200), step in 1..5000_usize) {
        let (mut said, mut bare) = (calls.clone(), calls);
        for (i, call) in said.iter_mut().enumerate() {
            call.texts[4] = format!("WORDS {}", call.texts[4]);
            call.texts[5] = format!("ASKED-{i:04x}-{}", call.texts[5]);
        }
        bare.iter_mut().for_each(|call| call.texts[4..].fill(String::new()));
        let store = store_of(&said);
        let bytes = written(&store, Writer::bare(&store, &label_for(&store), b"a record".to_vec()));
        let holds = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
        prop_assert!(said.is_empty() || holds(&bytes_of(&store), b"WORDS"));
        prop_assert!(!holds(&bytes, b"WORDS") && !holds(&bytes, b"ASKED"));
        let kept = read(&bytes, step).expect("it is sound");
        prop_assert_eq!(format!("{:?}", kept.store), format!("{:?}", store_of(&bare)));
    }

    #[test]
    fn what_is_foreign_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..3000), step in 1..700_usize) {
        prop_assert!(read(&bytes, step).is_err());
        prop_assert!(label(&bytes, bytes.len() as u64).is_err());
    }

    /// With checksums that fit, so that what lies behind them is met too.
    #[test]
    fn what_was_made_up_is_refused_or_answers(calls in proptest::collection::vec(owned(), 1..12), at in any::<proptest::sample::Index>(), to in any::<u8>()) {
        let mut bytes = bytes_of(&store_of(&calls));
        let at = at.index(bytes.len());
        bytes[at] = to;
        seal(&mut bytes);
        if let Ok(kept) = read(&bytes, 4096) {
            look_at(&kept.store);
        }
    }
}

/// Makes all checksums fit again, as far as sections can be followed.
fn seal(bytes: &mut [u8]) {
    let sum = |bytes: &[u8], is_content: bool| {
        if is_content {
            return (xxhash_rust::xxh64::xxh64(bytes, 0) as u32).to_le_bytes();
        }
        let mut crc = Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let number =
        |bytes: &[u8], at: usize| bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    // The head with its label comes before all sections.
    let (mut start, mut end, mut is_head) = (0, 24 + number(bytes, 12), false);
    while let Some(after) = end.checked_add(4).filter(|after| *after <= bytes.len()) {
        let check = sum(&bytes[start..end], !is_head && start > 0);
        bytes[end..after].copy_from_slice(&check);
        // After a section's head come its bytes; after those, or the label, the next head.
        let length = if is_head { number(bytes, start + 12) } else { 20 };
        is_head = !is_head;
        (start, end) = (after, after.saturating_add(length));
    }
}

/// Everything a query may touch.
fn look_at(store: &Store) {
    for row in 0..store.len() {
        let _ = (store.status(row), store.error(row), store.request_id(row), store.stream(row), store.media(row));
        let _ = store.latency_us().get(row);
    }
    for service in 0..store.services() {
        let _ = (store.service_name(service), store.rows(service, crate::model::Range { from_ms: 0, to_ms: 5 }));
    }
}

fn small() -> Vec<u8> {
    let one = |time_ms, service: &str| Owned {
        time_ms,
        status: 429,
        texts: [service, "key", "", "limit", "too many", "r-1"].map(str::to_owned),
        stream: Some(true),
        media: None,
        commercial: false,
        amounts: [Some(3), Some(1 << 33), None, None, Some(17), None, None, None, None],
    };
    bytes_of(&store_of(&[one(5, "b"), one(3, "a"), one(4, "b")]))
}

#[test]
fn cut_at_every_byte_it_is_refused() {
    let bytes = small();
    for end in 0..bytes.len() {
        let cut = &bytes[..end];
        assert!(read(cut, 64).is_err(), "cut at {end}");
        // The length is right, the bytes do not come.
        let mut reader = Reader::new(bytes.len() as u64);
        reader.push(cut).expect("what came is sound");
        assert_eq!(reader.finish().map(|_| ()), Err(SnapshotError::Cut { at: end as u64 }));
    }
}

#[test]
fn a_changed_bit_is_found_wherever_it_is() {
    let bytes = small();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed, 1000).is_err(), "bit {bit}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let bytes = small();
    assert_eq!(read(b"{\"format\": \"callscope/1\"}", 7).map(|_| ()), Err(SnapshotError::Foreign));
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(read(&newer, 64).map(|_| ()), Err(SnapshotError::OtherVersion(9)));
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(read(&longer, 64), Err(SnapshotError::Damaged { .. })));
}

#[test]
fn a_size_that_is_not_there_takes_no_memory() {
    let mut bytes = small();
    // The section of times is the second; its count and length are made absurd, its checksum right.
    let times = 24 + u32::from_le_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]) as usize + 4 + 24 + 8 + 4;
    assert_eq!(bytes[times], 1, "the second section begins here");
    bytes[times + 4..times + 12].copy_from_slice(&(1_u64 << 40).to_le_bytes());
    bytes[times + 12..times + 20].copy_from_slice(&(1_u64 << 42).to_le_bytes());
    seal(&mut bytes);
    assert!(matches!(read(&bytes, 64), Err(SnapshotError::Damaged { what: "the size of a section", .. })));
}

#[test]
fn the_label_is_read_from_the_beginning_alone() {
    let bytes = small();
    let beginning = &bytes[..200.min(LABEL_WITHIN)];
    assert_eq!(label(beginning, bytes.len() as u64).map(|l| (l.name, l.calls)), Ok(("名/one.json".into(), 3)));
    // A file that a closed tab left behind.
    assert_eq!(label(beginning, 200), Err(SnapshotError::Cut { at: 200 }));
    // What is cut short still says what it was.
    assert_eq!(announced(&bytes[..200]), Some(bytes.len() as u64));
    assert_eq!(announced(&bytes[..20]), None);
}
