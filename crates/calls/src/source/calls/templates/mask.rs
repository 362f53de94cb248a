//! Masking: a message with its numbers, ids, addresses, times and quoted words replaced by placeholders.

use crate::model::limits::{TEMPLATE_BYTES_MAX, TEMPLATE_QUOTED_BYTES_MAX};

/// Placeholders, as they are in a template. A message that holds one keeps it, so that masking a template changes nothing.
const NUMBER: &str = "⟨number⟩";
const ID: &str = "⟨id⟩";
const ADDRESS: &str = "⟨address⟩";
const TIME: &str = "⟨time⟩";
const TEXT: &str = "⟨text⟩";
/// A word that differs from message to message.
pub const WORD: &str = "⟨word⟩";
/// What follows the first [`TEMPLATE_BYTES_MAX`] bytes.
pub const REST: &str = "⟨rest⟩";
const PLACEHOLDERS: [&str; 7] = [NUMBER, ID, ADDRESS, TIME, TEXT, WORD, REST];
/// Units that may follow a number without a space.
const UNITS: [&str; 18] = ["", "s", "ms", "us", "ns", "m", "min", "h", "d", "k", "K", "M", "G", "B", "KB", "MB", "GB", "x"];

/// Where the value of a placeholder is in its message, in bytes.
pub type Slot = (u16, u16);

/// Masks a message. Both buffers are cleared first; `slots` holds the value of each placeholder, in order.
pub fn mask(message: &str, masked: &mut String, slots: &mut Vec<Slot>) {
    masked.clear();
    slots.clear();
    let head = head(message);
    let bytes = head.as_bytes();
    // Bytes before `copied` are in `masked` already.
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let (next, found) = found(head, at);
        if let Some((from, to, placeholder)) = found {
            masked.push_str(part(head, copied, from));
            masked.push_str(placeholder);
            slots.push((from as u16, to as u16));
            copied = to;
        }
        at = next;
    }
    masked.push_str(part(head, copied, head.len()));
    if head.len() < message.len() {
        masked.push_str(REST);
        slots.push((head.len() as u16, head.len() as u16));
    }
}

/// The part of a message that is looked at.
fn head(message: &str) -> &str {
    let mut end = message.len().min(TEMPLATE_BYTES_MAX);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    part(message, 0, end)
}

/// The text between two places, which are boundaries of characters. (Indexing would carry the words of its panic into the first view.)
pub fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The first placeholder of a template: what comes before it, itself, what follows.
pub fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('⟨').find_map(|(at, _)| {
        let rest = part(text, at, text.len());
        let known = PLACEHOLDERS.into_iter().find(|known| rest.starts_with(known))?;
        Some((part(text, 0, at), known, part(rest, known.len(), rest.len())))
    })
}

/// What is at a place: where to go on, and what is replaced by what.
fn found(text: &str, at: usize) -> (usize, Option<(usize, usize, &'static str)>) {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    if !bytes[at].is_ascii() {
        let known = PLACEHOLDERS.into_iter().find(|known| rest.starts_with(known.as_bytes()));
        return known.map_or((at + 1, None), |known| (at + known.len(), Some((at, at + known.len(), known))));
    }
    if is_quote(bytes[at]) {
        return match quoted(bytes, at) {
            Some(close) => (close + 1, Some((at + 1, close, TEXT))),
            None => (at + 1, None),
        };
    }
    if !is_word(bytes[at]) {
        return (at + 1, None);
    }
    let end = at + word_len(rest);
    let word = &bytes[at..end];
    let kept = word.iter().rev().take_while(|byte| matches!(byte, b'.' | b':' | b'-' | b'/' | b'?' | b'+')).count();
    let word = &word[..word.len() - kept];
    (end, placeholder(word).map(|(len, placeholder)| (at, at + len, placeholder)))
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Bytes that a word is made of. Text beyond ASCII is kept as it is: it parts words from numbers without a space.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'@' | b'+' | b'?' | b'*')
}

/// Length of the word that a text begins with. Commas between groups of three digits are part of it, and colons in times and addresses.
fn word_len(rest: &[u8]) -> usize {
    let is_digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_digit);
    let is_hex = |at: usize| rest.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut len = 0;
    while let Some(&byte) = rest.get(len) {
        let group = byte == b',' && len > 0 && is_digit(len - 1) && (1..=3).all(|n| is_digit(len + n)) && !is_digit(len + 4);
        let colon = byte == b':' && len > 0 && (is_hex(len - 1) && is_hex(len + 1) || rest[len..].starts_with(b"://"));
        if !is_word(byte) && !group && !colon {
            break;
        }
        len += 1;
    }
    len
}

/// The closing quote of a short quoted text that is no name or value of a field: those tell messages apart.
fn quoted(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    let before = &bytes[..at];
    let is_inside = before.last().is_some_and(u8::is_ascii_alphanumeric) || before.ends_with("⟩".as_bytes());
    if is_inside || matches!(before.trim_ascii_end().last(), Some(b':' | b'=')) {
        return None;
    }
    let inside = &bytes[at + 1..bytes.len().min(at + 2 + TEMPLATE_QUOTED_BYTES_MAX)];
    let len = inside.iter().position(|&byte| byte == quote || byte == b'\n')?;
    let close = at + 1 + len;
    let after = &bytes[close + 1..];
    let is_open = after.first().is_some_and(u8::is_ascii_alphanumeric) || after.starts_with("⟨".as_bytes());
    let is_name = after.trim_ascii_start().first() == Some(&b':');
    (len > 0 && bytes[close] == quote && !is_open && !is_name).then_some(close)
}

/// What a word is replaced by, and how much of it; `None` where it has no digit.
fn placeholder(word: &[u8]) -> Option<(usize, &'static str)> {
    if !word.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let all = |of: fn(u8) -> bool| word.iter().all(|&byte| of(byte));
    let count = |of: u8| word.iter().filter(|&&byte| byte == of).count();
    let date = b"dddd-dd-dd";
    let is_date = word.len() >= date.len()
        && word.iter().zip(date).all(|(byte, form)| if *form == b'd' { byte.is_ascii_digit() } else { byte == form });
    let whole = |placeholder| Some((word.len(), placeholder));
    if is_date || all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')) && count(b':') > 0 && count(b'.') < 2 {
        return whole(TIME);
    }
    let is_hex = all(|b| b.is_ascii_hexdigit() || b == b':') && count(b':') > 1;
    if is_hex || word.starts_with(b"http") && count(b':') > 0 || all(|b| !b.is_ascii_alphabetic()) && count(b'.') == 3 {
        return whole(ADDRESS);
    }
    let unit = word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (number, unit) = word.split_at(word.len() - unit);
    let digits = number.strip_prefix(b"-").or_else(|| number.strip_prefix(b"+")).unwrap_or(number);
    let is_number = digits.iter().all(|&byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    let is_unit = UNITS.iter().any(|known| known.as_bytes() == unit);
    if is_number && count(b'.') < 2 && is_unit { Some((number.len(), NUMBER)) } else { whole(ID) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(message: &str) -> String {
        let (mut masked, mut slots) = (String::new(), Vec::new());
        mask(message, &mut masked, &mut slots);
        assert_eq!(slots.len(), masked.matches('⟨').count(), "{masked}");
        let mut again = String::new();
        mask(&masked, &mut again, &mut Vec::new());
        assert_eq!(again, masked, "a template is its own template");
        masked
    }

    #[test]
    fn what_varies_is_replaced_and_words_stay() {
        for (message, template) in [
            ("Limit 1,200 RPM, retry after 0.5 s.", "Limit ⟨number⟩ RPM, retry after ⟨number⟩ s."),
            ("Try again in 100ms. Used 600, Requested -1.", "Try again in ⟨number⟩ms. Used ⟨number⟩, Requested ⟨number⟩."),
            ("messages[3].content must not be empty", "messages[⟨number⟩].content must not be empty"),
            ("Resets at: 2026-11-22 05:15:30 UTC", "Resets at: ⟨time⟩ ⟨time⟩ UTC"),
            ("Internal error req_8f2c. Retry.", "Internal error ⟨id⟩. Retry."),
            ("no route to 10.4.17.9:8080 (http://node-7:80/v1)", "no route to ⟨address⟩ (⟨address⟩)"),
            ("The model `gpt-large` does not exist.", "The model `⟨text⟩` does not exist."),
            ("This model's limit isn't 'high enough'", "This model's limit isn't '⟨text⟩'"),
            ("model=gpt-4o. fallbacks=None", "model=⟨id⟩. fallbacks=None"),
            ("已达到 1200 次限制，密钥sk-7", "已达到 ⟨number⟩ 次限制，密钥⟨id⟩"),
            ("Model is restarting, no replica available.", "Model is restarting, no replica available."),
            ("", ""),
        ] {
            assert_eq!(masked(message), template);
        }
    }

    #[test]
    fn names_and_values_of_fields_stay_because_they_say_what_went_wrong() {
        let message = r#"{"error": {"message": "Got 0 tokens.", "type": "bad_request", "code": null}}"#;
        assert_eq!(masked(message), message.replace('0', "⟨number⟩"));
        assert_eq!(masked("<E: 400, message='Not enough data'>"), "<E: ⟨number⟩, message='Not enough data'>");
    }

    #[test]
    fn of_a_long_message_the_beginning_counts() {
        let long = "é".repeat(TEMPLATE_BYTES_MAX);
        let template = masked(&format!("x{long}"));
        assert!(template.ends_with(REST) && template.len() <= TEMPLATE_BYTES_MAX + REST.len());
        assert_eq!(masked(&format!("x{long} other 12")), template);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_masked_and_its_values_stand_in_order(message in "[a-z0-9 '\"`:=,.⟨⟩{}é-]{0,60}") {
            let (mut masked, mut slots) = (String::new(), Vec::new());
            mask(&message, &mut masked, &mut slots);
            proptest::prop_assert!(slots.windows(2).all(|pair| pair[0].1 <= pair[1].0));
            proptest::prop_assert!(slots.iter().all(|slot| message.get(usize::from(slot.0)..usize::from(slot.1)).is_some()));
        }
    }
}
