//! Answers without what calls said in words: error messages and request ids, where a deployment keeps them from the page.

use super::{CallRow, DataSet, ErrorMessage, FailedReply, ListReply, LoadCause, LoadFailure, Rejected, Reply, RowsReply};
use crate::model::mapping::FIELDS;
use crate::model::understood::ParsedCall;

impl Reply {
    /// The same without error messages and request ids. Messages of one own code become one without a text; counts stay as they are.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        match &mut self {
            Reply::Failed(reply) => reply.forget_log(),
            Reply::List(list) => list.forget_log(),
            Reply::Rows(window) => window.forget_log(),
            Reply::Calls(_) | Reply::Details(_) => {}
            Reply::Cost(_) | Reply::Values(_) => {}
        }
        self
    }
}

impl CallRow {
    fn forget_log(&mut self) {
        self.message = String::new();
        self.request_id = String::new();
    }
}

impl Rejected {
    /// The same without the content of the calls: it may be a part of a message.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.samples.iter_mut().for_each(|sample| sample.found = String::new());
        self
    }
}

impl DataSet {
    /// The same without the content of calls that were rejected or cut off, and without messages and request ids of the first calls.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.rejected = self.rejected.without_log();
        if let Some(cut) = &mut self.cut_short {
            cut.found = String::new();
        }
        let is_log = |field: u8| matches!(FIELDS.get(usize::from(field)), Some(&("error_message" | "request_id")));
        for part in &mut self.parts {
            let mut first: Vec<ParsedCall> = super::decode(&part.first).unwrap_or_default();
            first.iter_mut().for_each(|call| call.values.retain(|(field, _)| !is_log(*field)));
            part.first = if first.is_empty() { Vec::new() } else { super::encode(&first).unwrap_or_default() };
        }
        self
    }
}

impl LoadFailure {
    /// The same without the content of the source; what its server answered stays.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        use LoadCause::{Archive, Html, NoCalls, NotCalls, OtherContent, OtherJson, OtherTable, OtherVersion};
        if matches!(self.cause, Archive | Html | NoCalls | NotCalls(_) | OtherContent | OtherJson | OtherTable | OtherVersion) {
            self.detail = String::new();
        }
        self.rejected = self.rejected.without_log();
        self
    }
}

impl ListReply {
    /// Removes error messages and request ids.
    pub fn forget_log(&mut self) {
        self.rows.iter_mut().for_each(CallRow::forget_log);
    }
}

impl RowsReply {
    /// Removes error messages and request ids.
    pub fn forget_log(&mut self) {
        self.rows.iter_mut().for_each(CallRow::forget_log);
    }
}

impl FailedReply {
    /// Removes error messages. Those of one own code become one without a text; counts stay as they are.
    pub fn forget_log(&mut self) {
        merge_messages(self);
    }
}

fn merge_messages(reply: &mut FailedReply) {
    for code in reply.classes.iter_mut().flat_map(|class| &mut class.codes) {
        let mut merged: Vec<ErrorMessage> = Vec::new();
        let listed = code.messages.len() as u64;
        for message in core::mem::take(&mut code.messages) {
            match merged.iter_mut().find(|known| known.error_code == message.error_code) {
                Some(known) => {
                    known.count += message.count;
                    known.exactness = known.exactness.and(message.exactness);
                    known.percent += message.percent;
                }
                None => merged.push(ErrorMessage { message: String::new(), texts: 1, ..message }),
            }
        }
        merged.sort_by_key(|message| core::cmp::Reverse(message.count));
        // Templates beyond those listed stay so many.
        code.templates = code.templates + merged.len() as u64 - listed;
        code.texts = merged.len() as u64;
        code.messages = merged;
    }
    if let Some(inspect) = &mut reply.inspect {
        inspect.texts.clear();
        inspect.template = None;
        if let Some(choice) = &mut inspect.message {
            choice.message = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::understood::Value;
    use crate::wire::{ErrorClass, ErrorCode, Part, Place, Problem, RecordError, decode, encode};

    fn message(own: &str, text: &str, count: u64) -> ErrorMessage {
        ErrorMessage {
            error_code: own.into(),
            message: text.into(),
            count,
            exactness: Default::default(),
            percent: count as f64,
            texts: 1,
        }
    }

    #[test]
    fn messages_of_one_code_become_one_and_nothing_is_lost_in_the_counts() {
        let messages =
            vec![message("limit", "a", 3), message("quota", "b", 2), message("limit", "c", 1), message("quota", "d", 9)];
        let code = ErrorCode {
            status: 429,
            count: 15,
            exactness: Default::default(),
            percent: 15.0,
            spark: Vec::new(),
            messages,
            templates: 4,
            texts: 4,
        };
        let class = ErrorClass {
            class: 4,
            count: 15,
            exactness: Default::default(),
            percent: 15.0,
            spark: Vec::new(),
            codes: vec![code],
        };
        let reply = FailedReply { total: 15, classes: vec![class], ..FailedReply::default() };
        let Reply::Failed(reply) = Reply::Failed(reply).without_log() else { panic!("another kind") };
        let code = &reply.classes[0].codes[0];
        assert_eq!(code.messages, [message("quota", "", 11), message("limit", "", 4)]);
        assert_eq!((code.templates, code.texts), (2, 2));
        assert_eq!((reply.total, reply.classes[0].codes[0].count), (15, 15));
    }

    #[test]
    fn what_stood_in_a_source_goes_and_where_it_stood_stays() {
        let sample = RecordError { field: "error_message".into(), found: "words".into(), ..record_error() };
        let bare = RecordError { found: String::new(), ..sample.clone() };
        let rejected = Rejected { count: 3, reasons: vec![(Problem::TooLong, 3)], samples: vec![sample] };
        let expected = Rejected { samples: vec![bare], ..rejected.clone() };
        assert_eq!(rejected.clone().without_log(), expected);
        let failure = |cause, detail: &str, rejected: &Rejected| LoadFailure {
            name: "a".into(),
            cause,
            detail: detail.into(),
            place: Place { line: 1, byte: 2, call: 3 },
            rejected: rejected.clone(),
        };
        let of = |cause| failure(cause, "words", &rejected).without_log();
        assert_eq!(of(LoadCause::NoCalls), failure(LoadCause::NoCalls, "", &expected));
        assert_eq!(of(LoadCause::Http(500)), failure(LoadCause::Http(500), "words", &expected));
    }

    #[test]
    fn what_is_told_of_a_data_set_keeps_all_but_words_of_calls() {
        let field = |name: &str| FIELDS.iter().position(|field| *field == name).unwrap() as u8;
        let text = |text: &str| Value::Text(text.into());
        let said = ParsedCall {
            values: vec![
                (field("service"), text("a")),
                (field("error_code"), text("limit")),
                (field("error_message"), text("words")),
                (field("request_id"), text("req")),
            ],
        };
        let told = Part { name: "a.json".into(), first: encode(&vec![said]).unwrap(), ..Part::default() };
        let samples = vec![RecordError { found: "words".into(), ..record_error() }];
        let set = DataSet {
            name: "a".into(),
            rejected: Rejected { count: 1, reasons: vec![(Problem::TooLong, 1)], samples: samples.clone() },
            cut_short: samples.first().cloned(),
            parts: vec![told.clone(), Part::default()],
            ..DataSet::default()
        };
        let bare = set.clone().without_log();
        let first: Vec<ParsedCall> = decode(&bare.parts[0].first).unwrap();
        let values = vec![(field("service"), text("a")), (field("error_code"), text("limit"))];
        assert_eq!(first, [ParsedCall { values }]);
        assert_eq!((bare.cut_short, bare.parts[1].clone()), (Some(record_error()), Part::default()));
        assert_eq!(bare.rejected, set.rejected.without_log());
        assert_eq!((bare.name, bare.parts[0].name.as_str()), (set.name, "a.json"));
    }

    fn record_error() -> RecordError {
        RecordError { place: Place::default(), field: String::new(), problem: Problem::TooLong, found: String::new() }
    }

    #[test]
    fn calls_keep_all_but_their_words() {
        let call = CallRow {
            api_key: "key".into(),
            message: "words".into(),
            request_id: "req".into(),
            error_code: "limit".into(),
            status: 429,
            ..CallRow::default()
        };
        let bare = CallRow { message: String::new(), request_id: String::new(), ..call.clone() };
        let rows = RowsReply { rows: vec![call.clone()], services: vec![("a".into(), 1)], next: Some(3) };
        let expected = RowsReply { rows: vec![bare.clone()], ..rows.clone() };
        assert_eq!(Reply::Rows(rows).without_log(), Reply::Rows(expected));
        let list = ListReply { offset: 1, total: 2, rows: vec![call] };
        let expected = ListReply { rows: vec![bare], ..list.clone() };
        assert_eq!(Reply::List(list).without_log(), Reply::List(expected));
    }
}
