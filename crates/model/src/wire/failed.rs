//! What the engine answers about failed calls.

use super::quality::Why;
use super::{Buckets, ErrorChoice, Head};
use crate::model::{Exactness, Range};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FailedReply {
    pub service: String,
    pub range: Range,
    pub head: Head,
    pub buckets: Buckets,
    pub total: u64,
    pub exactness: Exactness,
    /// Why the source does not tell which calls failed; there are no classes then.
    pub absent: Option<Why>,
    /// 4xx and 5xx, where they occur.
    pub classes: Vec<ErrorClass>,
    pub inspect: Option<Inspect>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorClass {
    /// 4 or 5.
    pub class: u8,
    pub count: u64,
    /// Of count and percentage, here and below.
    pub exactness: Exactness,
    pub percent: f64,
    pub spark: Vec<f64>,
    /// Most frequent first.
    pub codes: Vec<ErrorCode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorCode {
    pub status: u16,
    pub count: u64,
    pub exactness: Exactness,
    /// Of all failed calls in the selection.
    pub percent: f64,
    pub spark: Vec<f64>,
    /// By the service's own code and template (or message, where each was requested), most frequent first; of templates at most
    /// [`crate::model::limits::TEMPLATES_LISTED_MAX`].
    pub messages: Vec<ErrorMessage>,
    /// Templates in all.
    pub templates: u64,
    /// Different messages in all.
    pub texts: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorMessage {
    pub error_code: String,
    /// A template, with placeholders such as `⟨number⟩` where its messages differ, or a message.
    pub message: String,
    pub count: u64,
    pub exactness: Exactness,
    pub percent: f64,
    /// Different messages of the template in the selection.
    pub texts: u64,
}

/// One code looked into, or those of its calls that say something. All but `keys_all` is of these calls alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inspect {
    pub status: u16,
    pub message: Option<ErrorChoice>,
    pub count: u64,
    pub exactness: Exactness,
    pub percent: f64,
    pub spark: Vec<f64>,
    /// Bucket with the most.
    pub peak: Option<u32>,
    pub keys_affected: u32,
    pub keys_all: u32,
    /// The source does not count keys.
    pub keys_unknown: bool,
    /// Keys with their calls, most first.
    pub by_key: Vec<(String, u64)>,
    pub by_ip: Vec<(String, u64)>,
    /// The template that the choice is, or belongs to.
    pub template: Option<ErrorMessage>,
    /// Its most frequent messages, as many as were requested.
    pub texts: Vec<ErrorMessage>,
}
