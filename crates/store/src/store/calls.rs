//! Reads calls from columns, as they were added, so that a snapshot can be added to other calls.

use super::Store;
use crate::model::{Call, Dim};

impl Store {
    /// The call of a row of this service; `request_id` holds the text of its id for as long as the call is looked at.
    ///
    /// Values that were derived when it was added (total tokens, incremental latency) are returned as its own: adding it again changes nothing.
    pub fn call<'a>(&'a self, service: usize, row: usize, request_id: &'a mut String) -> Call<'a> {
        *request_id = self.request_id(row);
        let text = |dim: Dim| given(self.dict(dim).get(self.code(dim, row)));
        let (own, message) = self.error(row);
        Call {
            time_ms: self.time_ms(row),
            service: self.service_name(service),
            service_type: self.service_kind(service),
            version: text(Dim::Version),
            model: text(Dim::Model),
            api_key: text(Dim::ApiKey),
            ip: text(Dim::Ip),
            status: self.status(row),
            error_code: given(own),
            error_message: given(message),
            stream: self.stream(row),
            input_tokens: self.input_tokens().get(row),
            output_tokens: self.output_tokens().get(row),
            cached_tokens: self.cached_tokens().get(row),
            total_tokens: self.total_tokens().get(row),
            latency_us: self.latency_us().get(row),
            ttft_us: self.ttft_us().get(row),
            tpot_ns: self.tpot_ns().get(row),
            queue_us: self.queue_us().get(row),
            generation_us: self.generation_us().get(row),
            media: self.media(row),
            inference_type: text(Dim::InferenceType),
            region: text(Dim::Region),
            workspace: text(Dim::Workspace),
            service_tier: text(Dim::ServiceTier),
            replica: text(Dim::Replica),
            labels: self.labels.of_row(row),
            request_id: given(request_id),
            ..Call::default()
        }
    }
}

/// An empty text is none.
fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
