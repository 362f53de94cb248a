//! Answers without what calls said in words: error messages and request ids, where a deployment keeps them from the page.

use super::packed::Packed;
use super::{CallRow, ErrorMessage, FailedReply, Reply};

impl Reply {
    /// The same without error messages and request ids. Messages of one own code become one without a text; counts stay as they are.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        match &mut self {
            Reply::Failed(reply) => merge_messages(reply),
            Reply::List(list) => list.rows.iter_mut().for_each(CallRow::forget_log),
            Reply::Rows(window) => window.rows.iter_mut().for_each(CallRow::forget_log),
            Reply::Calls(_) | Reply::Details(_) => {}
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

fn merge_messages(reply: &mut FailedReply) {
    for code in reply.classes.iter_mut().flat_map(|class| &mut class.codes) {
        let mut merged: Vec<ErrorMessage> = Vec::new();
        for message in core::mem::take(&mut code.messages) {
            match merged.iter_mut().find(|known| known.error_code == message.error_code) {
                Some(known) => {
                    known.count += message.count;
                    known.percent += message.percent;
                }
                None => merged.push(ErrorMessage { message: String::new(), ..message }),
            }
        }
        merged.sort_by_key(|message| core::cmp::Reverse(message.count));
        code.messages = merged;
    }
}

impl Packed {
    /// The same without error messages and request ids.
    ///
    /// # Errors
    /// Where the bytes are not an answer.
    pub fn without_log(&self) -> Result<Self, postcard::Error> {
        let bytes = match self.reply()?.without_log() {
            Reply::Failed(reply) => super::encode(&reply)?,
            Reply::List(reply) => super::encode(&reply)?,
            Reply::Rows(reply) => super::encode(&reply)?,
            Reply::Calls(_) | Reply::Details(_) => self.bytes.clone(),
        };
        Ok(Self { slot: self.slot, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ErrorClass, ErrorCode, ListReply, RowsReply, encode};

    fn message(own: &str, text: &str, count: u64) -> ErrorMessage {
        ErrorMessage { error_code: own.into(), message: text.into(), count, percent: count as f64 }
    }

    #[test]
    fn messages_of_one_code_become_one_and_nothing_is_lost_in_the_counts() {
        let messages =
            vec![message("limit", "a", 3), message("quota", "b", 2), message("limit", "c", 1), message("quota", "d", 9)];
        let code = ErrorCode { status: 429, count: 15, percent: 15.0, spark: Vec::new(), messages };
        let class = ErrorClass { class: 4, count: 15, percent: 15.0, spark: Vec::new(), codes: vec![code] };
        let reply = FailedReply { total: 15, classes: vec![class], ..FailedReply::default() };
        let Reply::Failed(reply) = Reply::Failed(reply).without_log() else { panic!("another kind") };
        assert_eq!(reply.classes[0].codes[0].messages, [message("quota", "", 11), message("limit", "", 4)]);
        assert_eq!((reply.total, reply.classes[0].codes[0].count), (15, 15));
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
        let packed = Packed { slot: 4, bytes: encode(&rows).unwrap() };
        let expected = RowsReply { rows: vec![bare.clone()], ..rows };
        assert_eq!(packed.without_log().unwrap().reply(), Ok(Reply::Rows(expected)));
        let list = ListReply { offset: 1, total: 2, rows: vec![call] };
        let expected = ListReply { rows: vec![bare], ..list.clone() };
        assert_eq!(Reply::List(list).without_log(), Reply::List(expected));
    }
}
