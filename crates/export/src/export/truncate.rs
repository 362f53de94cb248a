//! Cutting texts where no character is harmed: an emoji of several code points, a letter with its accents stays whole or goes whole.

use unicode_segmentation::UnicodeSegmentation;

/// The longest beginning of a text that fits, measured by `size` a character, and ends between two characters as a user sees them.
pub fn beginning(text: &str, most: usize, size: impl Fn(char) -> usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += cluster.chars().map(&size).sum::<usize>();
        if used > most {
            return &text[..at];
        }
    }
    text
}

/// Units of UTF-16, in which spreadsheets measure texts.
pub fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str, most: usize) -> &str {
        beginning(text, most, char::len_utf16)
    }

    #[test]
    fn characters_stay_whole() {
        assert_eq!((units("abc", 3), units("abc", 2), units("", 0)), ("abc", "ab", ""));
        assert_eq!(units("a😀b", 2), "a");
        // A family of four joined people, a thumb with a skin tone, a letter with an accent, two flags.
        assert_eq!(units("x👨\u{200D}👩\u{200D}👧\u{200D}👦", 8), "x");
        assert_eq!(units("👍🏽!", 3), "");
        assert_eq!(units("ne\u{301}e", 2), "n");
        assert_eq!((units("🇩🇪🇨🇳", 6), units("🇩🇪🇨🇳", 4), units("🇩🇪🇨🇳", 3)), ("🇩🇪", "🇩🇪", ""));
        assert_eq!(units("服务名称", 3), "服务名");
        // A heart of a letter and a selector, a keycap, syllables of Devanagari, of Tamil and of Korean letters, a line break of two.
        assert_eq!((units("a❤\u{FE0F}", 2), units("a1\u{FE0F}\u{20E3}", 3)), ("a", "a"));
        assert_eq!((units("क\u{94D}षि", 3), units("நி", 1), units("\u{1112}\u{1161}\u{11AB}", 2)), ("", "", ""));
        assert_eq!(units("a\r\n", 2), "a");
    }

    proptest! {
        #[test]
        fn what_is_kept_fits_and_begins_the_text(text in "\\PC{0,40}", most in 0_usize..60) {
            let kept = units(&text, most);
            prop_assert!(text.starts_with(kept));
            prop_assert!(utf16(kept) <= most);
            // Nothing is lost that would have fitted whole.
            prop_assert!(utf16(&text) > most || kept == text);
        }
    }
}
