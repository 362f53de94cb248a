//! Shows the beginning of a source to the mapping editor, in a worker that the page starts for it alone.

use super::bytes::Bytes;
use super::{Shared, chosen};
use crate::engine::preview::Preview;
use crate::ingest::mapping::Mapping;
use crate::ingest::mapping::beginning::Beginning;
use crate::web::clock_ms;
use crate::web::fetch_error::FetchError;
use crate::web::message::Line;
use crate::wire::MemberSource;
use crate::wire::preview::{Answer, Ask, PreviewReport};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessagePort};

/// A request, with the file that came with it.
type Question = (Ask, Option<Blob>);

/// What is looked into.
#[derive(Default)]
struct Previews {
    preview: Option<Preview>,
    configured: Vec<String>,
}

/// Answers at a port. One question after the other: the page takes answers to come in the order of its questions.
pub fn connect(port: MessagePort) {
    let waiting = Shared::<VecDeque<Question>>::default();
    let (questions, wake) = (waiting.clone(), Shared::<Option<Waker>>::default());
    let woken = wake.clone();
    let line = Line::new(port, move |ask: Ask, beside| {
        waiting.borrow_mut().push_back((ask, beside.at(0)));
        if let Some(waker) = woken.borrow_mut().take() {
            waker.wake();
        }
    });
    spawn_local(async move {
        let mut previews = Previews::default();
        loop {
            let (ask, file) = poll_fn(|context| match questions.borrow_mut().pop_front() {
                Some(question) => Poll::Ready(question),
                None => {
                    *wake.borrow_mut() = Some(context.waker().clone());
                    Poll::Pending
                }
            })
            .await;
            line.send(&previews.answer(ask, file).await, &[]);
        }
    });
}

impl Previews {
    async fn answer(&mut self, ask: Ask, file: Option<Blob>) -> Answer {
        match ask {
            Ask::Into { source, mapping } => {
                let text = match beginning(&source, file).await {
                    Ok(text) => text,
                    Err(trouble) => return Answer::Nothing(trouble.cause),
                };
                // Without a configuration that can be read there is still the mapping that is suggested.
                self.configured = chosen::in_configuration().map(|all| all.into_keys().collect()).unwrap_or_default();
                let preview = Preview::new(text);
                let known = match mapping {
                    Some(words) => chosen::mapping(&words).ok(),
                    None => None,
                };
                let mapping = known.unwrap_or_else(|| preview.suggested());
                self.preview = Some(preview);
                self.by(mapping)
            }
            Ask::By(mut mapping) => match chosen::fill_zone(&mut mapping) {
                Ok(()) => self.by(mapping),
                Err(why) => Answer::NoMapping(why),
            },
            Ask::ByWords(words) => match chosen::mapping(&words) {
                Ok(mapping) => self.by(mapping),
                Err(why) => Answer::NoMapping(why),
            },
            Ask::Suggest => {
                let suggested = self.preview.as_ref().map(Preview::suggested);
                self.by(suggested.unwrap_or_default())
            }
        }
    }

    fn by(&self, mapping: Mapping) -> Answer {
        let report = self.preview.as_ref().map(|preview| preview.by(mapping, clock_ms())).unwrap_or_default();
        Answer::Preview(Box::new(PreviewReport { configured: self.configured.clone(), ..report }))
    }
}

/// The beginning of a source, whose file is this where it is one.
async fn beginning(source: &MemberSource, file: Option<Blob>) -> Result<Vec<u8>, FetchError> {
    let mut beginning = Beginning::default();
    let mut bytes = match (source, file) {
        (MemberSource::Text { text, .. }, _) => {
            beginning.push(text.as_bytes());
            return Ok(beginning.finish());
        }
        (MemberSource::Url { url, access, .. }, _) => Bytes::of_url(url, access).await?,
        (MemberSource::File { .. }, Some(file)) => Bytes::of_file(&file),
        (MemberSource::File { .. } | MemberSource::Kept { .. }, _) => return Ok(Vec::new()),
    };
    while let Some(chunk) = bytes.next().await? {
        if !beginning.push(&chunk) {
            bytes.close();
            break;
        }
    }
    Ok(beginning.finish())
}
