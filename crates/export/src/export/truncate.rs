//! Cutting texts where no character is harmed: an emoji of several code points, a letter with its accents stays whole or goes whole.

/// The longest beginning of a text that fits, measured by `size` a character, and ends between two characters as a user sees them.
pub fn beginning(text: &str, most: usize, size: impl Fn(char) -> usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += size(c);
        if used > most {
            return &text[..boundary(text, at)];
        }
    }
    text
}

/// Units of UTF-16, in which spreadsheets measure texts.
pub fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The last place at or before `at` where a character as seen by a user begins.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at;
    loop {
        let before = text[..at].chars().next_back();
        let after = text[at..].chars().next();
        let joined = match (before, after) {
            (Some(before), Some(after)) => {
                extends(after) || before == JOINER || (is_regional(after) && regionals_before(text, at) % 2 == 1)
            }
            _ => false,
        };
        match before {
            Some(c) if joined => at -= c.len_utf8(),
            _ => return at,
        }
    }
}

const JOINER: char = '\u{200D}';

/// Whether a code point belongs to the character before it: accents, variation selectors, skin tones, keycaps, tags, joiners.
const fn extends(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}'
        | '\u{093A}'..='\u{093C}' | '\u{093E}'..='\u{094F}' | '\u{0E31}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | JOINER | '\u{20D0}'..='\u{20FF}' | '\u{302A}'..='\u{302F}' | '\u{3099}' | '\u{309A}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Letters of which two make a flag.
const fn is_regional(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

fn regionals_before(text: &str, at: usize) -> usize {
    text[..at].chars().rev().take_while(|c| is_regional(*c)).count()
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
