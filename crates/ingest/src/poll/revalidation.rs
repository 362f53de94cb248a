//! What is stored about an address between two requests, how it is requested again, and what its answer means.
//!
//! One request has both conditions: nothing where nothing changed (`If-None-Match`, `If-Modified-Since`: 304), and otherwise only the bytes after
//! (`Range: bytes=N-`: 206). N lies a little before the end of what is held, and what comes from there has to begin with those very
//! bytes: so a file that only grew is distinguished from a rewritten one, whatever its server says. `If-Range` would not do: it requests the rest
//! of the *same* representation, and one that grew is another, with another tag, which servers answer with the whole.

use super::lines::Lines;

/// What is known of an address that was read.
#[derive(Clone, Debug, Default)]
pub struct Revalidation {
    /// As the server gave them, of the representation that was read to its end.
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) lines: Lines,
    /// Later bytes are appended: calls line by line, each separate.
    pub(super) grows: bool,
    /// The server refuses requests with conditions (another origin that allows none): requests have none.
    plain: bool,
    /// The next request is to be for the whole.
    anew: bool,
}

/// What a request says beside the feed's own headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionalRequest {
    pub headers: Vec<(&'static str, String)>,
    /// Byte from which on it asks.
    pub from: Option<u64>,
}

impl ConditionalRequest {
    /// Whether it has conditions, which a server of another origin has to allow.
    pub fn has_conditions(&self) -> bool {
        self.headers.iter().any(|(name, _)| name.starts_with("If-"))
    }
}

/// Head of an answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResponseHead<'a> {
    pub status: u16,
    pub etag: Option<&'a str>,
    pub modified: Option<&'a str>,
    /// `Content-Range`, where it may be seen.
    pub range: Option<&'a str>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseKind {
    /// What is held is what there is.
    Unchanged,
    /// The body begins at the requested byte.
    Behind,
    /// The body is all there is.
    Whole,
    /// It became shorter, or the response is not what was requested: the whole has to be requested, at once.
    Anew,
    /// A status that gives nothing.
    Refused(u16),
}

impl Revalidation {
    /// Of what was read to its end: how it lies, and its validators. `grows`: every line is for itself.
    pub fn new(lines: Lines, answer: ResponseHead<'_>, grows: bool) -> Self {
        let grows = grows && lines.are_lines();
        let own = |text: Option<&str>| text.map(str::to_owned);
        Self { etag: own(answer.etag), modified: own(answer.modified), lines: lines.behind(), grows, ..Self::default() }
    }

    /// The next request.
    pub fn ask(&self) -> ConditionalRequest {
        let mut ask = ConditionalRequest::default();
        if self.anew {
            return ask;
        }
        if !self.plain {
            match (&self.etag, &self.modified) {
                (Some(etag), _) => ask.headers.push(("If-None-Match", etag.clone())),
                (None, Some(modified)) => ask.headers.push(("If-Modified-Since", modified.clone())),
                (None, None) => {}
            }
        }
        if self.grows {
            let from = self.lines.taken().0 - self.lines.overlap().len() as u64;
            ask.headers.push(("Range", format!("bytes={from}-")));
            ask.from = Some(from);
        }
        ask
    }

    /// What the answer to it means.
    pub fn response_kind(&self, ask: &ConditionalRequest, answer: ResponseHead<'_>) -> ResponseKind {
        match answer.status {
            304 => ResponseKind::Unchanged,
            206 => match ask.from {
                Some(from) if answer.range.is_none_or(|range| starts_at(range, from)) => ResponseKind::Behind,
                _ => ResponseKind::Anew,
            },
            // A browser that asked its own cache says 200 of what did not change.
            200..=299 if answer.etag.is_some() && answer.etag == self.etag.as_deref() && !self.anew => ResponseKind::Unchanged,
            200..=299 => ResponseKind::Whole,
            416 => ResponseKind::Anew,
            status => ResponseKind::Refused(status),
        }
    }

    /// The next request is for the whole.
    pub fn ask_anew(&mut self) {
        self.anew = true;
    }

    /// Requests have no conditions from now on; false where they had none before.
    pub fn ask_plainly(&mut self) -> bool {
        !core::mem::replace(&mut self.plain, true)
    }

    /// Whether the tag that a manifest gives is of what is held; how surely servers mean it (`W/`) does not matter here.
    pub fn has_etag(&self, etag: &str) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
        self.etag.as_deref().is_some_and(|own| bare(own) == bare(etag))
    }

    /// The bytes after the stored ones were read: as `lines` says, with new validators. Where the body broke off they are of what is not held
    /// yet, so there are none.
    pub fn grew(&mut self, lines: Lines, answer: ResponseHead<'_>, whole: bool) {
        self.lines = lines.behind();
        self.etag = answer.etag.filter(|_| whole).map(str::to_owned);
        self.modified = answer.modified.filter(|_| whole).map(str::to_owned);
    }

    /// All was read anew.
    pub fn replaced(&mut self, lines: Lines, answer: ResponseHead<'_>, grows: bool) {
        *self = Self { plain: self.plain, ..Self::new(lines, answer, grows) };
    }

    /// Bytes held, and line breaks in them.
    pub fn taken(&self) -> (u64, u64) {
        self.lines.taken()
    }
}

/// Whether `bytes 120-239/240` starts there.
fn starts_at(range: &str, from: u64) -> bool {
    let rest = range.trim().strip_prefix("bytes").unwrap_or(range).trim_start_matches([' ', '=']);
    rest.split('-').next().and_then(|start| start.trim().parse::<u64>().ok()) == Some(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Lines {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        lines.push(text.as_bytes(), &mut out);
        lines.end(&mut out);
        lines
    }

    fn answer(status: u16) -> ResponseHead<'static> {
        ResponseHead { status, ..ResponseHead::default() }
    }

    #[test]
    fn one_request_asks_whether_it_changed_and_only_for_what_comes_behind() {
        let text = "{\"a\":1}\n{\"a\":2}\n{\"half";
        let tagged = ResponseHead { etag: Some("\"v1\""), modified: Some("Fri, 06 Nov 2026 08:49:37 GMT"), ..answer(200) };
        let revalidation = Revalidation::new(held(text), tagged, true);
        let ask = revalidation.ask();
        assert_eq!(ask.headers, [("If-None-Match", "\"v1\"".to_owned()), ("Range", "bytes=0-".to_owned())]);
        assert_eq!((ask.from, revalidation.taken()), (Some(0), (16, 2)));
        let dated = ResponseHead { etag: None, ..tagged };
        let ask = Revalidation::new(held(text), dated, false).ask();
        assert_eq!(ask.headers, [("If-Modified-Since", "Fri, 06 Nov 2026 08:49:37 GMT".to_owned())]);
        // A document is never requested in pieces.
        assert_eq!(Revalidation::new(held("[{}]"), answer(200), true).ask(), ConditionalRequest::default());
        // From a kilobyte before the end on.
        let long = "{\"a\":1}\n".repeat(1000);
        assert_eq!(Revalidation::new(held(&long), answer(200), true).ask().from, Some(8000 - 1024));
    }

    #[test]
    fn every_status_has_a_meaning() {
        let revalidation = Revalidation::new(held("{\"a\":1}\n"), ResponseHead { etag: Some("\"v1\""), ..answer(200) }, true);
        let ask = revalidation.ask();
        let of = |answer: ResponseHead<'_>| revalidation.response_kind(&ask, answer);
        assert_eq!(of(answer(304)), ResponseKind::Unchanged);
        assert_eq!(of(answer(200)), ResponseKind::Whole);
        assert_eq!(of(ResponseHead { etag: Some("\"v1\""), ..answer(200) }), ResponseKind::Unchanged);
        assert_eq!(of(ResponseHead { etag: Some("\"v2\""), ..answer(200) }), ResponseKind::Whole);
        assert_eq!(of(answer(206)), ResponseKind::Behind);
        assert_eq!(of(ResponseHead { range: Some("bytes 0-99/100"), ..answer(206) }), ResponseKind::Behind);
        assert_eq!(of(ResponseHead { range: Some("bytes 7-99/100"), ..answer(206) }), ResponseKind::Anew);
        assert_eq!(of(answer(416)), ResponseKind::Anew);
        for status in [301, 401, 403, 404, 429, 500] {
            assert_eq!(of(answer(status)), ResponseKind::Refused(status));
        }
        // A part that was not requested.
        assert_eq!(revalidation.response_kind(&ConditionalRequest::default(), answer(206)), ResponseKind::Anew);
    }

    #[test]
    fn asked_anew_it_asks_for_all_until_all_has_come() {
        let tagged = ResponseHead { etag: Some("\"v1\""), ..answer(200) };
        let mut revalidation = Revalidation::new(held("{\"a\":1}\n"), tagged, true);
        revalidation.ask_anew();
        assert_eq!(revalidation.ask(), ConditionalRequest::default());
        // Even where the tag is the one of before: what was held is not trusted.
        assert_eq!(revalidation.response_kind(&revalidation.ask(), tagged), ResponseKind::Whole);
        revalidation.replaced(held("{\"b\":1}\n"), tagged, true);
        assert_eq!(revalidation.ask().headers.len(), 2);
    }

    #[test]
    fn a_body_that_broke_off_leaves_no_validators() {
        let mut revalidation = Revalidation::new(held("{\"a\":1}\n"), ResponseHead { etag: Some("\"v1\""), ..answer(200) }, true);
        let mut lines = revalidation.lines.clone();
        lines.push(b"{\"a\":2}\n{\"a", &mut Vec::new());
        revalidation.grew(lines, ResponseHead { etag: Some("\"v2\""), ..answer(206) }, false);
        assert_eq!(revalidation.ask().headers, [("Range", "bytes=0-".to_owned())]);
        assert_eq!(revalidation.taken(), (16, 2));
    }

    #[test]
    fn a_server_that_allows_no_conditions_is_asked_plainly() {
        let mut revalidation = Revalidation::new(held("{\"a\":1}\n"), ResponseHead { etag: Some("\"v1\""), ..answer(200) }, true);
        assert!(revalidation.ask().has_conditions() && revalidation.ask_plainly() && !revalidation.ask_plainly());
        assert!(!revalidation.ask().has_conditions() && revalidation.ask().from.is_some());
        assert!(revalidation.has_etag("W/\"v1\"") && revalidation.has_etag("v1") && !revalidation.has_etag("v2"));
    }
}
