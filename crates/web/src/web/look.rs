//! Answers looks into the beginning of a source, in a worker that the page starts for them alone. A message is an array: the word
//! [`LOOK`], the bytes of an [`Ask`], and after them what travels along (`web::member`); the answer is the bytes of an [`Answer`].

use super::member::{self, Member};
use super::reader::Bytes;
use super::trouble::Trouble;
use super::{LOOK, chosen, clock_ms};
use crate::engine::look::Look;
use crate::ingest::mapping::Mapping;
use crate::ingest::mapping::beginning::Beginning;
use crate::wire::look::{Answer, Ask, Looked};
use crate::wire::{self, Source};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::DedicatedWorkerGlobalScope;

/// What is asked, with the members that travelled along.
type Question = (Ask, Vec<Member>);

/// What is looked into.
#[derive(Clone, Default)]
pub struct Looker {
    look: Rc<RefCell<Option<Look>>>,
    configured: Rc<RefCell<Vec<String>>>,
    waiting: Rc<RefCell<VecDeque<Question>>>,
    answering: Rc<Cell<bool>>,
}

impl Looker {
    /// Takes a message; false where it is none of this kind.
    pub fn receive(&self, scope: &DedicatedWorkerGlobalScope, parts: &Array) -> bool {
        if parts.get(0).as_string().as_deref() != Some(LOOK) {
            return false;
        }
        let Ok(ask) = wire::decode::<Ask>(&Uint8Array::new(&parts.get(1)).to_vec()) else { return true };
        let members: Vec<Member> = parts.iter().skip(2).filter_map(member::of_js).map(|(member, _)| member).collect();
        self.waiting.borrow_mut().push_back((ask, members));
        // One after the other: the page takes answers to come in the order of its questions.
        if !self.answering.replace(true) {
            let (this, scope) = (self.clone(), scope.clone());
            spawn_local(async move {
                while let Some((ask, members)) = this.next() {
                    let answer = this.answer(ask, &members).await;
                    if let Ok(bytes) = wire::encode(&answer) {
                        let _ = scope.post_message(&Uint8Array::from(bytes.as_slice()));
                    }
                }
                this.answering.set(false);
            });
        }
        true
    }

    fn next(&self) -> Option<Question> {
        self.waiting.borrow_mut().pop_front()
    }

    async fn answer(&self, ask: Ask, members: &[Member]) -> Answer {
        match ask {
            Ask::Into { source, mapping } => {
                let text = match beginning(&source, members).await {
                    Ok(text) => text,
                    Err(trouble) => return Answer::Nothing(trouble.cause),
                };
                // Without a configuration that can be read there is still the mapping that is suggested.
                *self.configured.borrow_mut() =
                    chosen::in_configuration().map(|all| all.into_keys().collect()).unwrap_or_default();
                let look = Look::new(text);
                let known = match mapping {
                    Some(words) => chosen::mapping(&words).ok(),
                    None => None,
                };
                let mapping = known.unwrap_or_else(|| look.suggested());
                *self.look.borrow_mut() = Some(look);
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
                let suggested = self.look.borrow().as_ref().map(Look::suggested);
                self.by(suggested.unwrap_or_default())
            }
        }
    }

    fn by(&self, mapping: Mapping) -> Answer {
        let looked = self.look.borrow().as_ref().map(|look| look.by(mapping, clock_ms())).unwrap_or_default();
        Answer::Looked(Box::new(Looked { configured: self.configured.borrow().clone(), ..looked }))
    }
}

/// The beginning of a source, of several members of the first that travelled along.
async fn beginning(source: &Source, members: &[Member]) -> Result<Vec<u8>, Trouble> {
    let mut beginning = Beginning::default();
    let mut bytes = match (source, members.first()) {
        (Source::Text { text, .. }, _) => {
            beginning.push(text.as_bytes());
            return Ok(beginning.finish());
        }
        (Source::Url { url, access, .. }, _) => Bytes::of_url(url, access).await?,
        (Source::Files { .. }, Some(Member::File(file))) => Bytes::of_file(file),
        (Source::Files { .. }, Some(Member::Url(url, access))) => Bytes::of_url(url, access).await?,
        (Source::Files { .. } | Source::Kept { .. }, _) => return Ok(Vec::new()),
    };
    while let Some(chunk) = bytes.next().await? {
        if !beginning.push(&chunk) {
            bytes.close();
            break;
        }
    }
    Ok(beginning.finish())
}
