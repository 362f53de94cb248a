//! One inference request as a feed records it (docs/spec.md, section 1), after its fields were checked.

use serde::{Deserialize, Serialize};

/// My Services, or Built-in Services, Commercial Services (docs/spec.md, section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ServiceType {
    #[default]
    My,
    Commercial,
}

impl ServiceType {
    /// The word a feed and the query string use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::My => "my",
            Self::Commercial => "commercial",
        }
    }
}

/// What an image or video service generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Media {
    Image,
    Video,
}

/// Means the status of a call whose source records none. Such a call is neither a success nor a failure.
pub const NO_STATUS: u16 = 0;

/// One call, borrowed from the text it was read from. `None` means: the feed did not say.
///
/// Durations are whole microseconds, the incremental token latency whole nanoseconds, so that sums are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Call<'a> {
    /// When the request was received, epoch milliseconds.
    pub time_ms: i64,
    pub service: &'a str,
    pub service_type: ServiceType,
    pub version: Option<&'a str>,
    pub model: Option<&'a str>,
    pub api_key: Option<&'a str>,
    /// First of `http_x_forwarded_for`, trimmed, `-` as empty; else `ip`.
    pub ip: Option<&'a str>,
    /// HTTP status; failed = 400..=599 (docs/spec.md, section 1). [`NO_STATUS`]: the feed did not say.
    pub status: u16,
    pub error_code: Option<&'a str>,
    pub error_message: Option<&'a str>,
    pub stream: Option<bool>,
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    pub cached_tokens: Option<u64>,
    pub reasoning_tokens: Option<u64>,
    pub audio_input_tokens: Option<u64>,
    pub audio_output_tokens: Option<u64>,
    /// As the feed gave it; when absent, input + output (see [`Call::total`]).
    pub total_tokens: Option<u64>,
    pub latency_us: Option<u64>,
    pub ttft_us: Option<u64>,
    pub tpot_ns: Option<u64>,
    pub queue_us: Option<u64>,
    pub generation_us: Option<u64>,
    pub media: Option<Media>,
    /// `realtime` when absent.
    pub inference_type: Option<&'a str>,
    pub region: Option<&'a str>,
    pub workspace: Option<&'a str>,
    pub service_tier: Option<&'a str>,
    pub replica: Option<&'a str>,
    /// Labels by name, each name and each value ended by the character U+0000 (see [`labels_of`]); empty: none.
    pub labels: &'a str,
    pub request_id: Option<&'a str>,
    pub cost: Option<f64>,
}

impl Call<'_> {
    /// Total tokens: the feed's own total is believed, else input + output; `None` where it has neither.
    pub fn total(&self) -> Option<u64> {
        self.total_tokens.or(match (self.input_tokens, self.output_tokens) {
            (None, None) => None,
            (i, o) => Some(i.unwrap_or(0) + o.unwrap_or(0)),
        })
    }

    /// Mean interval between this call's output tokens in nanoseconds: as given, else
    /// (latency - time to first token) / (output tokens - 1) for two tokens or more, rounded half up (docs/spec.md, section 1).
    pub fn incremental_ns(&self) -> Option<u64> {
        self.tpot_ns.or_else(|| {
            let (lat, ttft, out) = (self.latency_us?, self.ttft_us?, self.output_tokens?);
            if out < 2 || lat < ttft {
                return None;
            }
            let (time, tokens) = (lat - ttft, out - 1);
            if time < 1 << 53 && tokens < 1 << 53 {
                return Some((time * 1000 + tokens / 2) / tokens);
            }
            // Whole microseconds for each token, then what is left of them in nanoseconds: nowhere more than 64 bits.
            let rest = (time % tokens).checked_mul(1000)?.checked_add(tokens / 2)? / tokens;
            (time / tokens).checked_mul(1000)?.checked_add(rest)
        })
    }
}

/// The labels of a set as [`Call::labels`] has it, by name.
pub fn labels_of(set: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = set.split('\0');
    core::iter::from_fn(move || Some((parts.next().filter(|name| !name.is_empty())?, parts.next()?)))
}

/// Adds a label to such a set; false, and nothing added, where the set has one of the name. Neither holds the character U+0000.
pub fn add_label(set: &mut String, name: &str, value: &str) -> bool {
    let mut at = 0;
    for (known, value) in labels_of(set) {
        match known.cmp(name) {
            core::cmp::Ordering::Less => at += known.len() + value.len() + 2,
            core::cmp::Ordering::Equal => return false,
            core::cmp::Ordering::Greater => break,
        }
    }
    set.insert_str(at, &[name, "\0", value, "\0"].concat());
    true
}
