//! Every limit the console sets, by name.

/// Earliest time a call or a view may have: 2000-01-01T00:00:00Z, in epoch milliseconds.
pub const TIME_MS_MIN: i64 = 946_684_800_000;
/// Time that calls and views must lie before: 2100-01-01T00:00:00Z, in epoch milliseconds.
pub const TIME_MS_END: i64 = 4_102_444_800_000;
/// Pages that a link may name a state of, also such as this build does not know.
pub const LINK_PAGES_MAX: usize = 64;
/// Longest text of a dimension, code, message or request id, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Longest single call in a feed, in bytes.
pub const CALL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Deepest nesting of JSON inside a call.
pub const JSON_DEPTH_MAX: usize = 128;
/// Longest name of a label of a feed, in bytes.
pub const LABEL_NAME_BYTES_MAX: usize = 64;
/// Longest value of a label of a feed, in bytes.
pub const LABEL_VALUE_BYTES_MAX: usize = 256;
/// Most bytes of the names and values of one call's labels.
pub const LABELS_BYTES_MAX: usize = 8 * 1024;
/// Most labels of a data set; those of further names are counted.
pub const LABELS_MAX: usize = 16;
/// Most distinct values of a label, and most distinct sets of labels of calls; what is beyond is counted.
pub const LABEL_SETS_MAX: usize = 1 << 20;
/// Most names of labels that are known at once, of data sets, servers and links.
pub const LABEL_NAMES_KNOWN_MAX: usize = 4_096;
/// Most distinct values of one dimension.
pub const DIM_VALUES_MAX: usize = 4_000_000;
/// Bounds of a histogram among which the one that a line follows is looked for.
pub const BOUNDS_FOLLOWED_MAX: usize = 1_000;
/// Most calls one data set may hold.
pub const CALLS_MAX: usize = u32::MAX as usize - 1;
/// Longest duration a call may have: ten years, in milliseconds.
pub const DURATION_MS_MAX: f64 = 315_360_000_000.0;
/// Most tokens one call may have.
pub const TOKENS_MAX: u64 = 1_000_000_000_000;
/// Texts of one source that the page lists one by one; of an archive of thousands the others are counted.
pub const TEXTS_TOLD_MAX: usize = 30;
/// First calls of each of these that are shown as they were understood.
pub const FIRST_CALLS: usize = 5;
/// Calls that are held back while they are not known whole: streams whose chunks still come, failures of a batch before a call with a time.
pub const HELD_CALLS_MAX: usize = 50_000;
/// Rejected calls of which place and reason are kept; beyond this they are only counted.
pub const REJECTED_KEPT_MAX: usize = 1_000;
/// Bytes of a call's request, of its response, and of the rest of its record that are shown; what is beyond is counted.
pub const RECORD_SHOWN_BYTES: usize = 256 * 1024;
/// Longest custom range, in days (docs/spec.md, section 2).
pub const CUSTOM_DAYS_MAX: i64 = 30;
/// Most buckets one view may ask for.
pub const BUCKETS_MAX: usize = 50_000;
/// Most conditions of a filter beside lists of values.
pub const CONDITIONS_MAX: usize = 32;
/// Most values of a dimension that a filter's list carries; the rest are found by search.
pub const FACET_VALUES_MAX: usize = 500;
/// Most characters of a message of another page, names of fields included and bytes that travel beside not.
pub const MESSAGE_CHARS_MAX: usize = 1_000_000;
/// A source that gives nothing for this long has stalled.
pub const STALL_MS: u32 = 30_000;
/// So has one of which so long a wait brings fewer bytes.
pub const STALL_BYTES_MIN: u32 = 512;
/// Most fields and items of such a message: room for filters by ten dimensions with a thousand values each.
pub const MESSAGE_ENTRIES_MAX: usize = 20_000;
/// Most lists and objects within each other in a field of such a message.
pub const MESSAGE_DEPTH_MAX: usize = 8;
/// Error messages that are grouped by template; those read later form one group for each error code of the service.
pub const TEMPLATE_MESSAGES_MAX: usize = 250_000;
/// Bytes of an error message that count for its template; what follows is a placeholder.
pub const TEMPLATE_BYTES_MAX: usize = 1024;
/// Longest quoted text that is a placeholder, in bytes.
pub const TEMPLATE_QUOTED_BYTES_MAX: usize = 64;
/// Fewest masked messages that differ in words and are still one template.
pub const TEMPLATE_WORDS_MIN: usize = 5;
/// Templates that a message is compared with.
pub const TEMPLATE_COMPARED_MAX: usize = 32;
/// Templates of one status that an answer lists; what others hold is counted.
pub const TEMPLATES_LISTED_MAX: usize = 1_000;
/// Messages of one template that the page lists at most.
pub const TEMPLATE_TEXTS_MAX: usize = 5_000;
/// Models without a price that an answer names at most.
pub const UNPRICED_NAMED_MAX: usize = 20;
/// Bytes of a response that a source is given at most.
pub const RESPONSE_BYTES_MAX: usize = 64 * 1024 * 1024;
