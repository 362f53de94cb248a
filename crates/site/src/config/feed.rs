//! Feeds that a deployment names, and what makes an address, a header and an origin one.

use crate::base::address;
use std::fmt;

/// A feed by the name that links use (`source=feed:NAME`).
#[derive(Clone, PartialEq, Eq)]
pub struct Feed {
    pub name: String,
    /// Absolute, or relative to `index.html`.
    pub url: String,
    /// An importer's name, where the content is not to decide.
    pub format: Option<String>,
    /// The name of one of the configuration's mappings.
    pub mapping: Option<String>,
    /// Seconds between two requests.
    pub refresh_s: Option<u32>,
    pub credentials: Credentials,
    /// Sent with each request. They may be secrets: never shown, logged or exported.
    pub headers: Vec<(String, String)>,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Feed")
            .field("name", &self.name)
            .field("url", &address::shown(&self.url))
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

/// Whether cookies and the like go with a request (the Fetch standard's credentials mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    #[default]
    SameOrigin,
    Include,
    Omit,
}

impl Credentials {
    pub const ALL: [Credentials; 3] = [Credentials::SameOrigin, Credentials::Include, Credentials::Omit];

    /// Word in the configuration and in the Fetch standard.
    pub const fn key(self) -> &'static str {
        match self {
            Credentials::SameOrigin => "same-origin",
            Credentials::Include => "include",
            Credentials::Omit => "omit",
        }
    }
}

/// Whether a feed can be requested at this address: `http`, `https` or relative, and without user name and password, which browsers refuse.
pub(super) fn is_address(text: &str) -> bool {
    let plain = !text.is_empty() && text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    let before_path = text.split(['/', '?', '#']).next().unwrap_or_default();
    match text.split_once("://") {
        Some((scheme, rest)) if before_path == format!("{scheme}:") => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            plain && is_web(scheme) && !host.is_empty() && !host.contains('@')
        }
        _ => plain && !before_path.contains(':') && !text.starts_with("//") && !text.contains('\\'),
    }
}

/// Whether this is a file beside `index.html`, or an image in the address itself.
pub(super) fn is_image(text: &str) -> bool {
    text.starts_with("data:image/") || (is_address(text) && !text.contains("://"))
}

/// Whether this is an origin as browsers write it: scheme, host, port where it is not the scheme's own, and no path.
pub(super) fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "1"));
    let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    is_web(scheme) && !name.is_empty() && name.chars().all(of_name) && port.parse::<u16>().is_ok()
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Whether a page may set a header of this name (RFC 9110 tokens, but for those that the Fetch standard keeps for the browser).
pub(super) fn is_header(name: &str) -> bool {
    const KEPT: [&str; 21] = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    let lower = name.to_ascii_lowercase();
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let kept = KEPT.contains(&lower.as_str()) || lower.starts_with("proxy-") || lower.starts_with("sec-");
    !name.is_empty() && name.chars().all(token) && !kept
}

/// Whether a header can have this value: Latin-1 without control characters.
pub(super) fn is_header_value(value: &str) -> bool {
    value.chars().all(|c| u32::from(c) < 256 && (c == '\t' || !c.is_control()))
}
