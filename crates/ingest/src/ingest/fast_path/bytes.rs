//! Scans many bytes at once: where a string ends, how many digits follow one another.
//!
//! Uses vectors of 16 bytes on WebAssembly and x86-64, elsewhere words of eight, with the same
//! results.

/// Bytes of a vector.
pub const WIDE: usize = 16;

/// Where a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Its closing quote.
    pub at: usize,
    /// Every byte before it is ASCII.
    pub ascii: bool,
}

/// The closing quote of a text that begins at `from`, behind its opening quote. `None` where an escape or a control character is before it,
/// or it is not among the bytes or too near to their end to be looked at.
#[inline(always)]
pub fn text_end(bytes: &[u8], from: usize) -> Option<End> {
    let (mut at, mut high) = (from, 0);
    loop {
        let window = bytes.get(at..)?.first_chunk::<WIDE>()?;
        let (special, beyond) = looked_at(window);
        if special != 0 {
            let n = special.trailing_zeros() as usize;
            high |= beyond & ((1 << n) - 1);
            return (window[n & (WIDE - 1)] == b'"').then_some(End { at: at + n, ascii: high == 0 });
        }
        high |= beyond;
        at += WIDE;
    }
}

/// The text that begins at `from`, behind its opening quote, and where its closing quote is. `None` as for [`text_end`], and where it is no UTF-8.
#[inline(always)]
pub fn text_at(bytes: &[u8], from: usize) -> Option<(&str, usize)> {
    let End { at, ascii } = text_end(bytes, from)?;
    let text = bytes.get(from..at)?;
    let text = if ascii {
        // SAFETY: `text_end` has seen every byte of it to be ASCII, which is UTF-8.
        #[allow(unsafe_code, reason = "checking these few bytes once more would take as long as reading them")]
        unsafe {
            core::str::from_utf8_unchecked(text)
        }
    } else {
        core::str::from_utf8(text).ok()?
    };
    Some((text, at))
}

/// A bit for each byte that cannot be in a text as it is (quote, backslash, control characters), and one for each that is not ASCII.
#[cfg(target_arch = "wasm32")]
#[inline]
fn looked_at(window: &[u8; WIDE]) -> (u32, u32) {
    use core::arch::wasm32::{i8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2, v128_or};
    let (low, high) = halves(window);
    let v = u64x2(low, high);
    let quotes = v128_or(u8x16_eq(v, u8x16_splat(b'"')), u8x16_eq(v, u8x16_splat(b'\\')));
    let special = v128_or(quotes, u8x16_lt(v, u8x16_splat(0x20)));
    (u32::from(i8x16_bitmask(special)), u32::from(i8x16_bitmask(v)))
}

/// A bit for each byte that cannot be in a text as it is (quote, backslash, control characters), and one for each that is not ASCII.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn looked_at(window: &[u8; WIDE]) -> (u32, u32) {
    use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8};
    let (low, high) = halves(window);
    // SAFETY: every x86-64 has SSE2, and none of these touches memory.
    #[allow(unsafe_code, reason = "the standard library marks these by the feature they need")]
    unsafe {
        let v = _mm_set_epi64x(high as i64, low as i64);
        let quotes = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(b'"' as i8)), _mm_cmpeq_epi8(v, _mm_set1_epi8(b'\\' as i8)));
        // At most 0x1f where the lesser of it and 0x1f is itself.
        let special = _mm_or_si128(quotes, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v));
        (_mm_movemask_epi8(special) as u32, _mm_movemask_epi8(v) as u32)
    }
}

/// A bit for each byte that cannot be in a text as it is (quote, backslash, control characters), and one for each that is not ASCII.
#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
#[inline(always)]
fn looked_at(window: &[u8; WIDE]) -> (u32, u32) {
    looked_at_by_words(window)
}

/// The same for machines whose vectors are not known here.
#[cfg(any(test, not(any(target_arch = "wasm32", target_arch = "x86_64"))))]
fn looked_at_by_words(window: &[u8; WIDE]) -> (u32, u32) {
    let mut bits = (0, 0);
    for (i, &byte) in window.iter().enumerate() {
        bits.0 |= u32::from(byte < 0x20 || byte == b'"' || byte == b'\\') << i;
        bits.1 |= u32::from(byte >> 7) << i;
    }
    bits
}

#[inline(always)]
fn halves(window: &[u8; WIDE]) -> (u64, u64) {
    let both = u128::from_le_bytes(*window);
    (both as u64, (both >> 64) as u64)
}

/// Line breaks among bytes.
pub fn line_breaks(bytes: &[u8]) -> u64 {
    // Sums of single bytes, so that the compiler adds sixteen at a time; so few that none overflows.
    bytes.chunks(240).map(|part| u64::from(part.iter().map(|&b| u8::from(b == b'\n')).sum::<u8>())).sum()
}

/// The eight bytes from a place on, the first the lowest; `None` where there are fewer.
#[inline(always)]
pub fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk::<8>().map(|b| u64::from_le_bytes(*b))
}

/// How many of a word's bytes, from the lowest on, are digits.
#[inline(always)]
pub const fn digits(word: u64) -> u32 {
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let folded = word ^ 0x3030_3030_3030_3030;
    // Above 9 a byte's high bit is set by the sum, or was set before. No sum reaches into the next byte: 0x7f + 0x76 < 0x100.
    let other = (folded & !HIGHS).wrapping_add(0x7676_7676_7676_7676) | folded;
    (other & HIGHS).trailing_zeros() / 8
}

/// The number of the first `n` bytes of a word, which are digits; `n` is 1 to 8.
#[inline(always)]
pub const fn number(word: u64, n: u32) -> u64 {
    // The digits move up, zeros come in before them.
    let digits = (word << (64 - 8 * n)) & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_breaks_are_counted() {
        for n in [0, 1, 239, 240, 241, 5000] {
            assert_eq!(line_breaks(&vec![b'\n'; n]), n as u64);
            assert_eq!(line_breaks(&b"\n\x0b\x8a"[..].repeat(n)), n as u64);
        }
    }

    proptest! {
        #[test]
        fn vectors_see_what_single_bytes_show(window in any::<[u8; WIDE]>(), near in prop::collection::vec(0x1e..0x24_u8, WIDE)) {
            prop_assert_eq!(looked_at(&window), looked_at_by_words(&window));
            let near: [u8; WIDE] = near.try_into().unwrap();
            prop_assert_eq!(looked_at(&near), looked_at_by_words(&near));
        }

        #[test]
        fn the_end_of_a_text_is_its_first_quote(text in "[a-z\"\\\\ é\u{1}\u{7f}]{0,60}", from in 0..4_usize) {
            let bytes = [text.as_bytes(), &[0; 2 * WIDE]].concat();
            let from = from.min(text.len());
            let plain = bytes[from..].iter().position(|&b| b < 0x20 || b == b'"' || b == b'\\').unwrap();
            let want = (bytes[from + plain] == b'"')
                .then_some(End { at: from + plain, ascii: bytes[from..from + plain].is_ascii() });
            prop_assert_eq!(text_end(&bytes, from), want);
            let text = want.and_then(|end| Some((core::str::from_utf8(&bytes[from..end.at]).ok()?, end.at)));
            prop_assert_eq!(text_at(&bytes, from), text);
        }

        #[test]
        fn digits_and_their_number(bytes in prop::collection::vec(prop_oneof![4 => b'0'..=b'9', 1 => any::<u8>()], 8)) {
            let word = word(&bytes, 0).unwrap();
            let n = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            prop_assert_eq!(digits(word), n as u32);
            if n > 0 {
                let text = core::str::from_utf8(&bytes[..n]).unwrap();
                prop_assert_eq!(number(word, n as u32), text.parse::<u64>().unwrap());
            }
        }
    }
}
