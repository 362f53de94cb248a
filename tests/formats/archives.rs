//! Zip archives as Python's zipfile writes them: with sizes in the header, streamed with data descriptors, stored.

use super::support::{folder, read, told};
use callscope::engine::load::Loader;
use callscope::wire::LoadCause;

fn archives() -> Vec<(&'static str, Vec<u8>)> {
    ["seekable.zip", "streamed.zip", "stored.zip"]
        .map(|name| (name, std::fs::read(folder().join("archives").join(name)).expect("the archive is in the repository")))
        .to_vec()
}

#[test]
fn every_file_of_an_archive_is_told_by_itself() {
    for (name, bytes) in archives() {
        for chunk in [1, 50, usize::MAX] {
            let (log, ended) = read(&bytes, chunk);
            let texts: Vec<_> =
                ended.texts.iter().map(|t| (t.name.as_str(), t.detected.map(|d| d.format.name), t.calls)).collect();
            let want = [
                ("export/envoy.jsonl", Some("envoy-ai-gateway"), 3),
                ("export/README.txt", None, 0),
                // Gzipped within the archive.
                ("export/trace.csv.gz", Some("azure-trace"), 5),
                ("export/spend.csv", Some("litellm-spend"), 7),
            ];
            assert_eq!(texts, want, "{name} in chunks of {chunk}");
            assert_eq!((log.calls.len(), log.record_errors.len(), ended.damage), (15, 0, None));
        }
        let mut loader = Loader::new(name, false, None);
        loader.push(&bytes).unwrap();
        let (store, data) = loader.finish().unwrap();
        assert_eq!((store.len(), data.parts.len(), data.parts[1].failure), (15, 4, Some(LoadCause::OtherContent)));
        assert_eq!(data.parts[0].format.as_ref().map(|f| f.name.as_str()), Some("envoy-ai-gateway"));
    }
}

#[test]
fn an_archive_cut_anywhere_keeps_whole_files_and_says_that_it_ends_early() {
    for (name, bytes) in archives() {
        let (whole, _) = read(&bytes, usize::MAX);
        let central = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        for cut in 4..central {
            let (log, ended) = read(&bytes[..cut], 777);
            assert!(log.calls.len() <= whole.calls.len());
            let told_of =
                ended.damage.is_some() || ended.texts.iter().any(|t| t.damage.is_some()) || ended.about.cut_short.is_some();
            // Between two files nothing shows that more were meant.
            let boundary = bytes[cut..].starts_with(b"PK\x03\x04");
            assert!(told_of || boundary, "{name} cut at {cut}: {}", told(&log, &ended));
        }
    }
}

#[test]
fn an_archive_without_calls_says_what_its_files_are_instead() {
    let refused = |bytes: &[u8]| {
        let mut loader = Loader::new("x.zip", false, None);
        match loader.push(bytes) {
            Err(failure) => failure,
            Ok(()) => loader.finish().expect_err("it has no calls"),
        }
    };
    assert_eq!(refused(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").cause, LoadCause::Empty);
    let (_, bytes) = archives().remove(0);
    let broken = refused(&bytes[..60]);
    assert_eq!(broken.cause, LoadCause::ZipBroken, "{broken:?}");
}
