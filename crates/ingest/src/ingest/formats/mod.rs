//! Formats of others, one file each: how it is recognised, which columns it requests, what it maps where, and the function that
//! makes a call of a record. `docs/importers.md` shows how to write one.
//!
//! What they share: [`sniff`] looks into the first text, [`records`] finds and reads records, [`walk`] those deep in a document,
//! [`table`] separated values, [`columns`] picks values, [`row`] checks and converts them, [`clock`] reads times, [`status`] HTTP codes.

mod anthropic;
mod apig;
mod apisix;
mod azure_trace;
mod burstgpt;
pub mod clock;
pub mod columns;
mod envoy;
mod feed_table;
mod guidellm;
mod helicone;
mod join;
mod kong;
mod langfuse;
mod litellm_payload;
mod litellm_spend;
mod mooncake;
mod openai;
mod otlp;
pub mod records;
mod refused;
pub mod row;
pub mod sniff;
pub mod status;
pub mod table;
mod vllm_bench;
pub mod walk;

pub use sniff::Sniff;

use super::importer::Format;

/// Every format that is known; of formats equally sure of a source the first takes it.
pub const FORMATS: &[&Format] = &[
    &super::callscope::FORMAT,
    &feed_table::FORMAT,
    &litellm_payload::FORMAT,
    &litellm_spend::FORMAT,
    &otlp::FORMAT,
    &langfuse::FORMAT,
    &helicone::FORMAT,
    &envoy::FORMAT,
    &kong::FORMAT,
    &apisix::FORMAT,
    &apig::FORMAT,
    &openai::FORMAT,
    &anthropic::FORMAT,
    &azure_trace::FORMAT,
    &mooncake::FORMAT,
    &burstgpt::FORMAT,
    &guidellm::FORMAT,
    &vllm_bench::FORMAT,
    &refused::CLAUDE_CODE,
    &refused::OTLP_METRICS,
    &refused::OTLP_LOGS,
    &refused::PROMETHEUS_TEXT,
    &refused::PROMETHEUS_ANSWER,
    &refused::PROMETHEUS_LIST,
    &refused::PROMETHEUS_EMPTY,
    &refused::PROMETHEUS_ERROR,
    &refused::BENCH_SUMMARY,
    &refused::SGLANG_BENCH,
    &refused::MAAS_STATISTICS,
    &refused::CLOUD_EYE,
    &refused::DAILY_SPEND,
    &refused::OPENAI_USAGE,
    &refused::ANTHROPIC_USAGE,
    &refused::AZURE_METRICS,
];

/// Columns of a record by name: constants with their numbers, and the list of their paths.
macro_rules! record_columns {
    ($($name:ident = $path:expr),+ $(,)?) => {
        #[allow(clippy::upper_case_acronyms, non_camel_case_types, reason = "numbers for the constants below")]
        enum Number { $($name),+ }
        $(const $name: usize = Number::$name as usize;)+
        const COLUMNS: &[&str] = &[$($path),+];
    };
}
use record_columns;

/// How surely, where it is at all.
fn sure(yes: bool, percent: u8, reason: &'static str) -> Option<super::importer::Confidence> {
    yes.then_some(super::importer::Confidence { percent, reason })
}
