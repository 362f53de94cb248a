//! Addresses of feeds as they may be shown, written and passed on: what may be a secret in them is left out.

/// Means what was left out.
pub const LEFT_OUT: &str = "…";

/// Longest name of a query's field that is taken for a name.
const NAME_MAX: usize = 32;
/// Longest word and longest number that do not count as secret.
const WORD_MAX: usize = 10;
const NUMBER_MAX: usize = 24;
/// What names of fields with secrets have in them.
const SECRET: [&str; 16] =
    ["auth", "code", "cred", "hash", "jwt", "key", "otp", "pass", "pin", "pwd", "sas", "sec", "sess", "sig", "tok", "user"];

/// An address without what may be a secret: scheme, host and path as they are; of the query the names, and values that are short words
/// of small letters, numbers or dates under a name that speaks of no secret. Any other value, and a name and password before the host,
/// become [`LEFT_OUT`]; the part after `#` is never requested, and is removed.
///
/// `https://bucket.example.com/calls.json?team=web&X-Amz-Signature=4ac1…` is `https://bucket.example.com/calls.json?team=web&X-Amz-Signature=…`.
pub fn shown(address: &str) -> String {
    // Browsers pass over line breaks and tabs wherever they are.
    let address: String = address.trim().chars().filter(|c| !c.is_control()).collect();
    let address = address.split('#').next().unwrap_or_default();
    let (place, query) = address.split_once('?').map_or((address, None), |(place, query)| (place, Some(query)));
    let (before, host, path) = parts(place);
    let mut out = before.to_owned();
    match host.rsplit_once('@') {
        Some((_, host)) => out.extend([LEFT_OUT, "@", host]),
        None => out.push_str(host),
    }
    out.push_str(path);
    for (i, field) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        match field.split_once('=') {
            _ if field.is_empty() => {}
            Some((name, value)) if is_name(name) && is_plain(name, value) => out.push_str(field),
            Some((name, _)) if is_name(name) => out.extend([name, "=", LEFT_OUT]),
            _ => out.push_str(LEFT_OUT),
        }
    }
    out
}

/// Whether something was left out of an address, so that it cannot be requested.
pub fn is_cut(address: &str) -> bool {
    address.chars().any(|c| LEFT_OUT.starts_with(c))
}

/// What a feed at an address is called: the end of its path, else its host.
pub fn name(address: &str) -> &str {
    let is_slash = |byte: &u8| matches!(byte, b'/' | b'\\');
    let bytes = address.as_bytes();
    let place = &bytes[..bytes.iter().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(bytes.len())];
    let Some(last) = place.iter().rposition(|byte| !is_slash(byte)) else { return LEFT_OUT };
    // Where nothing follows the host, a password may be before it.
    let before = place[..=last].iter().rposition(|byte| is_slash(byte) || *byte == b'@');
    // All of these are characters of one byte.
    address.get(before.map_or(0, |at| at + 1)..=last).unwrap_or_default()
}

/// Scheme with what is between it and the host, host with what is before it, path. An address without a host has its path alone.
fn parts(place: &str) -> (&str, &str, &str) {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let scheme = place.split_once(':').map_or("", |(scheme, _)| scheme);
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let begin = if !scheme.is_empty() && scheme.chars().all(of_scheme) { scheme.len() + 1 } else { 0 };
    let host = place.len() - place[begin..].trim_start_matches(is_slash).len();
    // One slash alone begins a path.
    if begin == 0 && host < 2 {
        return ("", "", place);
    }
    let path = place[host..].find(is_slash).map_or(place.len(), |at| host + at);
    (&place[..host], &place[host..path], &place[path..])
}

fn is_name(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']');
    (1..=NAME_MAX).contains(&text.len()) && text.chars().all(of_name)
}

fn is_plain(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_word = value.len() <= WORD_MAX && value.chars().all(|c| c.is_ascii_lowercase());
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | 'T' | 'Z');
    let is_number = value.len() <= NUMBER_MAX && value.chars().all(of_number);
    (is_word || is_number) && !SECRET.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_may_be_a_secret_is_left_out() {
        for (address, expected) in [
            ("https://h.example/a/calls.json", "https://h.example/a/calls.json"),
            ("feeds/demo.json.gz", "feeds/demo.json.gz"),
            ("/feeds/@team/x.json", "/feeds/@team/x.json"),
            ("https://h.example/@team/a:b@c.json", "https://h.example/@team/a:b@c.json"),
            (
                "https://b.s3.amazonaws.com/c.json?X-Amz-Date=20260326T091500Z&X-Amz-Expires=900&X-Amz-Credential=AKIA%2F2026&X-Amz-Signature=0011aa",
                "https://b.s3.amazonaws.com/c.json?X-Amz-Date=20260326T091500Z&X-Amz-Expires=900&X-Amz-Credential=…&X-Amz-Signature=…",
            ),
            (
                "https://a.blob.core.windows.net/c.json?sv=2024-11-04&sr=b&sig=aB%2Bc%3D",
                "https://a.blob.core.windows.net/c.json?sv=2024-11-04&sr=b&sig=…",
            ),
            (
                "https://h/x?Expires=1774516500&OSSAccessKeyId=LTAI5t&Signature=1a2b",
                "https://h/x?Expires=1774516500&OSSAccessKeyId=…&Signature=…",
            ),
            ("https://h/x?team=web&day=2026-03-26&from=&limit=1000", "https://h/x?team=web&day=2026-03-26&from=&limit=1000"),
            ("https://h/x?token=abc&pin=1234", "https://h/x?token=…&pin=…"),
            ("https://h/x?SECRET-1&&y=K9", "https://h/x?…&&y=…"),
            ("https://h/x?eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9==", "https://h/x?…"),
            ("https://h/x?a=b=c", "https://h/x?a=…"),
            ("https://h/x#token=s3cret", "https://h/x"),
            ("https://user:p%40ss@h.example:8443/x?a=1", "https://…@h.example:8443/x?a=1"),
            ("https://a@b:c@h/x", "https://…@h/x"),
            ("//user:pass@h/x", "//…@h/x"),
            ("https:user:pass@h/x", "https:…@h/x"),
            ("ht\ntps:\\\\user:pass@h\\x", "https:\\\\…@h\\x"),
            ("x.json?next=https://u:p@h/", "x.json?next=…"),
            ("", ""),
        ] {
            assert_eq!(shown(address), expected, "{address}");
            assert_eq!(is_cut(expected), expected.contains('…'));
        }
    }

    #[test]
    fn a_feed_is_called_by_the_end_of_its_path() {
        for (address, expected) in [
            ("https://h.example/a/calls.json?sig=a/b", "calls.json"),
            ("https://h.example/a/", "a"),
            ("https://user:pass@h.example/", "h.example"),
            ("https://user:pass@h.example?a=b#c", "h.example"),
            ("feeds/demo.json.gz#x/y", "demo.json.gz"),
            ("?token=abc", "…"),
        ] {
            assert_eq!(name(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn shown_twice_is_shown_once_and_a_secret_never(
            host in "[a-z]{1,8}",
            path in "[a-zA-Z/@:.]{0,12}",
            secret in "K[0-9][a-zA-Z0-9]{6,40}",
            name_of in "[a-zA-Z-]{1,12}",
            user in any::<bool>(),
        ) {
            let before = if user { format!("u:{secret}@") } else { String::new() };
            let address = format!("https://{before}{host}/{path}?{name_of}={secret}&{secret}&a=1#{secret}");
            let once = shown(&address);
            prop_assert!(!once.contains(&secret), "{}", once);
            prop_assert!(!name(&address).contains(&secret));
            prop_assert_eq!(shown(&once), once.clone());
            prop_assert!(is_cut(&once));
        }

        #[test]
        fn no_address_is_an_error(text in ".{0,80}") {
            shown(&text);
            name(&text);
        }
    }
}
