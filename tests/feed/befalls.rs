//! Calls as seeded data has them, what may befall one of them, and the shapes in which they may come.

use super::writer::Writer;

/// Seeded calls, as a gateway that always writes alike would have them.
pub fn alike(seed: u64, calls: u64) -> Vec<String> {
    let mut out = Vec::new();
    callscope_bench_data::ndjson(seed, calls, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("text").lines().map(String::from).collect()
}

/// What may befall a line.
pub fn befall(line: &str, what: usize, writer: &mut Writer) -> String {
    let at = |n: usize| (0..=n).rev().find(|&i| line.is_char_boundary(i)).unwrap_or(0);
    match what {
        0 => line.replace("\":", "\": ").replace(",\"", ", \""),
        1 => line.replace("\"status\":200", "\"status\":200.0"),
        2 => line.replace("\"stream\":true", "\"stream\":null,\"ttft_ms\":null"),
        3 => line.replace("\"region\":\"e", "\"region\":\"\\u0065"),
        4 => line.replace("\"region\":\"e", "\"région\":1,\"region\":\"é语"),
        5 => line.replace("\"model\":", "\"trace\":\"t-1\",\"span\":[1,{\"a\":\"}\"}],\"model\":"),
        6 => line.replace("\"model\":", "\"request\":{\"messages\":[{\"content\":\"x\\ny\"}]},\"model\":"),
        7 => line.replace("\"status\"", "\"service\":\"again\",\"status\""),
        8 => line.replace("\"time\":\"2026", "\"time\":\"1026"),
        9 => line.replace(".250Z", "Z").replace("T1", "t1"),
        10 => line.replace("\"latency_ms\":", "\"latency_ms\":0"),
        11 => line.replace("\"latency_ms\":", "\"cost\":0.5e-3,\"queue_ms\":1.0005,\"generation_s\":2.25,\"latency_ms\":"),
        12 => line.replace("\"ip\":\"", "\"http_x_forwarded_for\":\" 203.0.113.9 , 10.0.0.1\",\"ip\":\""),
        13 => line
            .replace("\"ip\":\"", "\"http_x_forwarded_for\":\"-\",\"service_type\":\"commercial\",\"media\":\"image\",\"ip\":\""),
        14 => line.replace("\"service\":\"", "\"service\":\"\",\"was\":\""),
        15 => format!("{line}{line}"),
        16 => format!(" {line} "),
        17 => line[..at(writer.below(line.len()))].to_owned(),
        18 => line[at(writer.below(line.len()))..].to_owned(),
        19 => String::new(),
        20 => line.replace("\"input_tokens\":", "\"input_tokens\":9999999999,\"total_tokens\":99999999999999,\"old\":"),
        21 => line.replace("\"input_tokens\":", "\"trace\":1,\"trace\":2,\"input_tokens\":-"),
        22 => line.replace("\"time\":\"2026-03-", "\"note\":\"\u{7f}\",\"time\":1772323200123,\"was\":\""),
        23 => line.replace('}', "\t}"),
        24 => format!("{{{}", (0..20).map(|i| format!("\"n{i}\":{i},")).collect::<String>()) + &line[1..],
        25 => line.replace("\"model\":\"", &format!("\"model\":\"{}", "m".repeat(17_000))),
        26 => line.replace("\"model\":", "\"a name that is longer than what is compared at once\":true,\"model\":"),
        27 => {
            // The members in another order.
            let mut members: Vec<&str> = line.trim_matches(['{', '}']).split(",\"").collect();
            members[0] = members[0].trim_start_matches('"');
            for i in (1..members.len()).rev() {
                members.swap(i, writer.below(i + 1));
            }
            format!("{{\"{}}}", members.join(",\""))
        }
        28 => writer.call(7, true),
        29 => {
            // One byte changed; it may be no text any more, and is again where that byte ends.
            let mut bytes = line.as_bytes().to_vec();
            let i = writer.below(bytes.len());
            bytes[i] = b" \"\\{}[]:,0eE.-n"[writer.below(15)];
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => line.to_owned(),
    }
}
/// How much there is.
pub const BEFALLS: usize = 30;

/// Around calls: before, between, behind.
pub const SHAPES: [(&str, &str, &str); 9] = [
    ("", "\n", "\n"),
    ("", "\n", ""),
    ("\u{feff}", "\r\n", "\r\n"),
    ("\n\n", "\n\n", ""),
    ("[", ",", "]"),
    ("[\n", ",\n", "\n]\n"),
    ("[\r\n  ", " ,\r\n  ", "\r\n]"),
    ("{\"format\":\"callscope/1\",\"services\":[{\"name\":\"aster-chat\"}],\"calls\":[", ",", "],\"source\":\"x\"}"),
    ("{\"calls\":[\n", "\n,", "\n],\"format\":\"callscope/1\"}"),
];

/// Calls in a shape.
pub fn shaped(lines: &[String], shape: usize) -> Vec<u8> {
    let (before, between, behind) = SHAPES[shape];
    [before, &lines.join(between), behind].concat().into_bytes()
}
