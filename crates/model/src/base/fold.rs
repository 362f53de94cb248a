//! Text compared without regard to the case of ASCII letters, as every source compares it.

/// Whether `text` holds `part`. The empty text is in every text.
pub fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Whether `text` begins with `part`.
pub fn starts_with(text: &str, part: &str) -> bool {
    text.as_bytes().get(..part.len()).is_some_and(|head| head.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_letters_alone_are_folded() {
        for (text, part) in [("Key-Ä", "KEY"), ("Key-Ä", "y-Ä"), ("Key-Ä", ""), ("", ""), ("中文 A", "文 a"), ("aab", "AB")]
        {
            assert!(contains(text, part), "{part} in {text}");
        }
        for (text, part) in [("Key-Ä", "ä"), ("", "a"), ("ab", "abc"), ("K", "\u{212a}")] {
            assert!(!contains(text, part) && !starts_with(text, part), "{part} in {text}");
        }
        assert!(starts_with("Key", "kE") && starts_with("a", "") && !starts_with("Key", "ey"));
    }
}
