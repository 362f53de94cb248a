//! Where the text of a source begins.

/// The text after a byte order mark and white space.
pub fn visible(prefix: &[u8]) -> &[u8] {
    prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix).trim_ascii_start()
}
