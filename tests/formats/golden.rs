//! Each fixture is read as its golden text says. `UPDATE_GOLDEN=1 cargo test --test native formats` writes them anew: look at the difference.

use super::support::{fixtures, folder, format_of, read, told};
use callscope::ingest::importer::is_known_field;
use callscope::ingest::registry::{FORMATS, by_name};

#[test]
fn every_fixture_reads_as_its_golden_text_says() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for (name, bytes) in fixtures() {
        let (log, ended) = read(&bytes, usize::MAX);
        let text = told(&log, &ended);
        let path = folder().join("golden").join(format!("{name}.txt"));
        if update {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let want = std::fs::read_to_string(&path).unwrap_or_default();
        if text != want {
            wrong.push(format!("{name}:\n{text}\ninstead of\n{want}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn chunks_make_no_difference() {
    for (name, bytes) in fixtures() {
        let (log, ended) = read(&bytes, usize::MAX);
        let whole = told(&log, &ended);
        for chunk in [1, 7, 100, 4096] {
            let (log, ended) = read(&bytes, chunk);
            assert_eq!(told(&log, &ended), whole, "{name} in chunks of {chunk}");
        }
    }
}

#[test]
fn utf16_and_a_mark_make_no_difference() {
    for (name, bytes) in fixtures() {
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let text = text.trim_start_matches('\u{feff}');
        let calls = |bytes: &[u8]| {
            let calls = read(bytes, 1000).0.calls;
            // A mark moves the bytes, not the calls.
            calls.iter().map(|c| c.split_once(' ').map(|(_, c)| c.to_owned())).collect::<Vec<_>>()
        };
        let want = calls(text.as_bytes());
        let marked = format!("\u{feff}{text}");
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (how, bytes) in [("mark", marked.as_bytes()), ("UTF-16 LE", &little), ("UTF-16 BE", &big)] {
            assert_eq!(calls(bytes), want, "{name} with {how}");
        }
    }
}

#[test]
fn mappings_name_fields_of_a_call_and_every_format_that_reads_has_a_fixture() {
    let read: Vec<&str> = fixtures().iter().map(|(name, _)| format_of(name)).collect();
    for format in FORMATS {
        assert!(by_name(format.name).is_some_and(|f| f.title == format.title));
        for line in format.mapping {
            assert!(is_known_field(line.field), "{}: {}", format.name, line.field);
        }
        let own = ["callscope", "maas-statistics", "cloud-eye", "litellm-daily"].contains(&format.name);
        assert!(own || read.contains(&format.name), "{} has no fixture", format.name);
        let needed = ["time", "service"].iter().all(|f| format.mapping.iter().any(|m| m.field == *f));
        assert!(format.mapping.is_empty() || needed, "{}: a call needs time and service", format.name);
    }
}
