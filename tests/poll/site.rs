//! A server with one file that a writer appends to, and what may go wrong with it.

use callscope::poll::{ConditionalRequest, ResponseHead};

/// What a server does with one request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mood {
    /// Fails with this status.
    pub status: Option<u16>,
    /// Breaks off after this share of the body.
    pub breaks: Option<f64>,
    /// Knows no ranges.
    pub whole: bool,
    /// Gives no validators.
    pub plain: bool,
}

/// A file on a server.
#[derive(Clone, Debug, Default)]
pub struct File {
    pub text: Vec<u8>,
    pub asked: u64,
    pub bytes_sent: u64,
    pub not_modified: u64,
}

/// What was answered.
pub struct Sent {
    pub status: u16,
    pub etag: Option<String>,
    pub range: Option<String>,
    pub body: Vec<u8>,
    pub broken: bool,
}

impl Sent {
    pub fn head(&self) -> ResponseHead<'_> {
        ResponseHead { status: self.status, etag: self.etag.as_deref(), modified: None, range: self.range.as_deref() }
    }
}

impl File {
    fn etag(&self) -> String {
        // As nginx makes it of size and time: of files that only grow or are written anew, size and last bytes do.
        let last = &self.text[self.text.len().saturating_sub(64)..];
        let sum = last.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        format!("\"{:x}-{sum:x}\"", self.text.len())
    }

    /// Answers as a static server does (RFC 9110): conditions first, then the range.
    pub fn answer(&mut self, ask: &ConditionalRequest, mood: Mood) -> Sent {
        self.asked += 1;
        let header = |name: &str| ask.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
        let empty = |status: u16| Sent { status, etag: None, range: None, body: Vec::new(), broken: false };
        if let Some(status) = mood.status {
            return empty(status);
        }
        let etag = (!mood.plain).then(|| self.etag());
        if etag.is_some() && header("If-None-Match") == etag.as_deref() {
            self.not_modified += 1;
            return Sent { etag, ..empty(304) };
        }
        let size = self.text.len();
        let from = header("Range").filter(|_| !mood.whole).map(|range| {
            range.trim_start_matches("bytes=").trim_end_matches('-').parse::<usize>().expect("a range from a byte on")
        });
        let (status, range, mut body) = match from {
            Some(from) if from >= size => return empty(416),
            Some(from) => (206, Some(format!("bytes {from}-{}/{size}", size - 1)), self.text[from..].to_vec()),
            None => (200, None, self.text.clone()),
        };
        let broken = mood.breaks.is_some();
        if let Some(share) = mood.breaks {
            body.truncate((body.len() as f64 * share) as usize);
        }
        self.bytes_sent += body.len() as u64;
        Sent { status, etag, range, body, broken }
    }
}
