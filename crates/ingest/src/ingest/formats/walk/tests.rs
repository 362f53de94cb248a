//! The walker over documents whole, cut and broken.

use super::*;

const RULES: &[Rule<'static>] = &[("a.[].r", What::Context), ("a.[].b.[]", What::Record)];

fn walk(text: &str, chunk: usize) -> Vec<String> {
    let (mut walker, mut log) = (Walker::new(RULES), Vec::new());
    let mut out = |found: Found<'_>| {
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        log.push(match found {
            Found::Record { bytes, spot, .. } => format!("{}:{} {}", spot.line, spot.byte, text(bytes)),
            Found::Context { bytes, rule } => format!("context {rule} {}", text(bytes)),
            Found::Enter { depth } => format!("enter {depth}"),
            Found::Broken { spot, problem, .. } => format!("{problem:?} {}:{}", spot.line, spot.byte),
            Found::Cut { spot, .. } => format!("cut {}:{}", spot.line, spot.byte),
        });
    };
    for piece in text.as_bytes().chunks(chunk) {
        walker.push(piece, &mut out);
    }
    walker.finish(&mut out);
    log
}

#[test]
fn records_and_what_holds_around_them_in_any_chunks() {
    let text = "\u{feff}{\"x\":[{\"b\":[1]}],\"a\":[{\"r\":{\"n\":1},\"\\u0062\":[{\"q\":\"}\"},{}],\"z\":-1.5},\n{\"b\":[]}]}\n{\"a\":[{\"b\":[{\"k\":[]}]}]}";
    for chunk in [1, 2, 5, 1000] {
        let want = [
            "enter 0",
            "enter 2",
            "context 0 {\"n\":1}",
            "1:48 {\"q\":\"}\"}",
            "1:58 {}",
            "enter 2",
            "enter 0",
            "enter 2",
            "3:96 {\"k\":[]}",
        ];
        assert_eq!(walk(text, chunk), want, "{chunk}");
    }
}

#[test]
fn a_broken_document_costs_itself_and_no_other() {
    let good = "{\"a\":[{\"b\":[{}]}]}";
    for broken in [
        "{\"a\":[{\"b\":[{\"x",
        "{\"a\":[{\"b\":[{\"x\":]}]}",
        "{\"a\" 1}",
        "{\"a\":[{\"b\":[{}}",
        "nonsense",
        "{\"a\":x}",
        "{\"a",
        "{,",
    ] {
        for chunk in [1, 7, 1000] {
            let text = format!("{good}\n{broken}\n{good}\n");
            let log = walk(&text, chunk);
            assert_eq!(
                log.iter().filter(|l| l.ends_with(" {}")).count() - usize::from(broken.contains("{}")),
                2,
                "{broken} {log:?}"
            );
            assert!(log.iter().any(|l| l.starts_with("Not") || l.starts_with("Line")), "{broken} {log:?}");
        }
    }
}

#[test]
fn a_broken_record_of_a_written_out_document_costs_itself() {
    let text = "{\n  \"a\": [\n    {\n      \"b\": [\n        {\n          \"x\": 1\n        },\n        {\n          \"x\": ]\n        },\n        {\n          \"x\": 3\n        }\n      ]\n    }\n  ]\n}\n";
    for chunk in [1, 1000] {
        let log = walk(text, chunk);
        assert_eq!(log.iter().filter(|l| l.contains("\"x\"")).count(), 2, "{log:?}");
    }
}
