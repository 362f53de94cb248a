//! A source that answers as a server far away does: late, in parts, in estimates, and not always. It has calls of its own in columns; what
//! it finds of an ask waits until a server has said what is to become of it.

use callscope::ask::{Ask, AskId, Batch, Bounds, Catalog, Column, Exactness, Frame, Values};
use callscope::engine::load::Loader;
use callscope::source::calls::Calls;
use callscope::source::{Errand, Http, Progress, Request, RequestId, Response, RunId, Source, State, Step};
use callscope::store::Store;
use callscope::wire::DataSet;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The newest call: 12 March 2026, 14:00 in UTC.
const END_MS: i64 = 1_773_324_000_000;
const MINUTE_MS: i64 = 60_000;
/// How long a run waits for further questions before it asks.
const PAUSE_MS: u32 = 20;
const TIMER: RequestId = RequestId(u32::MAX);

/// See the module.
#[derive(Debug)]
pub struct Trial {
    calls: Calls,
    /// What addresses begin with.
    base: String,
    runs: BTreeMap<RunId, Running>,
}

#[derive(Debug)]
struct Running {
    batch: Batch,
    /// What is found, and not given yet.
    found: Vec<Option<Frame>>,
    stage: Stage,
    /// Status and body of each response that is under way.
    heard: BTreeMap<RequestId, (u16, Vec<u8>)>,
    parts: Vec<(AskId, Frame)>,
    failed: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begun,
    Paused,
    Ask,
    Asked,
}

impl Trial {
    /// A source that sends requests to addresses that begin with `base`, and what a page learns about it.
    pub fn open(base: String) -> (Self, DataSet) {
        let (store, set) = read();
        (Self { calls: Calls::new(store), base, runs: BTreeMap::new() }, set)
    }

    fn http(&self, id: RequestId, rest: &str) -> Request {
        Request { id, errand: Errand::Http(Http { url: format!("{}{rest}", self.base), ..Http::default() }) }
    }
}

impl Source for Trial {
    fn catalog(&self) -> Catalog {
        let mut catalog = self.calls.catalog();
        catalog.offers.iter_mut().for_each(|offer| offer.exactness = Exactness::Estimated);
        catalog
    }

    fn start(&mut self, run: RunId, batch: Batch) {
        let (heard, parts, failed) = Default::default();
        let found = vec![None; batch.asks.len()];
        self.runs.insert(run, Running { batch, found, stage: Stage::Begun, heard, parts, failed });
    }

    fn step(&mut self, run: RunId) -> Step {
        let Some(mut running) = self.runs.remove(&run) else { return Step { state: State::Done, ..Step::default() } };
        let mut step = Step { state: State::Blocked, ..Step::default() };
        match running.stage {
            Stage::Begun => {
                step.requests.push(Request { id: TIMER, errand: Errand::Timer { ms: PAUSE_MS } });
                running.stage = Stage::Paused;
            }
            Stage::Paused | Stage::Asked => {}
            Stage::Ask => {
                self.calls.start(run, running.batch.clone());
                loop {
                    let inner = self.calls.step(run);
                    inner.parts.into_iter().for_each(|(AskId(ask), frame)| running.found[usize::from(ask)] = Some(frame));
                    if inner.state == State::Done {
                        break;
                    }
                }
                let asks = running.batch.asks.iter().enumerate();
                step.requests.extend(asks.map(|(place, ask)| {
                    let id = RequestId(place as u32);
                    self.http(id, &format!("ask?run={}&ask={place}&of={}", run.0, name(ask)))
                }));
                running.stage = Stage::Asked;
            }
        }
        step.parts = core::mem::take(&mut running.parts);
        let left = running.found.iter().filter(|frame| frame.is_some()).count() as u32;
        if running.stage == Stage::Asked {
            let of = running.found.len() as u32;
            step.progress = Some(Progress { done: of - left, of });
        }
        if let Some(why) = running.failed.take() {
            step.state = State::Failed(why);
        } else if left == 0 && running.stage == Stage::Asked {
            step.state = State::Done;
        } else {
            self.runs.insert(run, running);
        }
        step
    }

    fn respond(&mut self, run: RunId, request: RequestId, response: Response) {
        let Some(running) = self.runs.get_mut(&run) else { return };
        if request == TIMER {
            running.stage = Stage::Ask;
            return;
        }
        let said = match response {
            Response::Status(status) => return drop(running.heard.insert(request, (status, Vec::new()))),
            Response::Chunk(bytes) => {
                if let Some((_, body)) = running.heard.get_mut(&request) {
                    body.extend(bytes);
                }
                return;
            }
            Response::End => running.heard.remove(&request).ok_or_else(|| "nothing came".to_owned()),
            Response::Error(why) => Err(why),
        };
        let place = request.0 as usize;
        let Some(frame) = running.found.get_mut(place).and_then(Option::take) else { return };
        let said = said.and_then(|(status, body)| {
            let words = String::from_utf8_lossy(&body).trim().to_owned();
            if status == 200 { Ok(words) } else { Err(words) }
        });
        let frame = match said.as_deref() {
            Ok("estimated") => estimated(frame),
            Ok("give up") => {
                running.failed = Some("the server has gone away".to_owned());
                return;
            }
            Ok(_) => frame,
            Err(why) => Frame::failed(why),
        };
        running.parts.push((AskId(place as u16), frame));
    }

    fn cancel(&mut self, run: RunId) -> Vec<Request> {
        self.calls.cancel(run);
        let asked = self.runs.remove(&run).is_some_and(|running| running.stage == Stage::Asked);
        if asked { vec![self.http(TIMER, &format!("cancel?run={}", run.0))] } else { Vec::new() }
    }

    fn idle(&mut self) -> bool {
        self.calls.idle()
    }
}

/// The kind of a question with its first measure, for the server to choose by.
fn name(ask: &Ask) -> String {
    match ask {
        Ask::Series(ask) => format!("series-{:?}", ask.measures[0].of),
        Ask::Table(ask) => format!("table-{}", ask.measures.len()),
        Ask::Values(ask) => format!("values-{}", ask.label.key()),
        Ask::Calls(_) => "calls".to_owned(),
    }
}

/// The same, as a source that samples would say it: each number within a tenth, the last at least that much.
fn estimated(mut frame: Frame) -> Frame {
    for column in &mut frame.columns {
        let values = column.values.numbers(1.0);
        if matches!(column.values, Values::Text(_)) {
            continue;
        }
        let within = |&value: &f64| Bounds { low: value * 0.9, high: value * 1.1 };
        let bounds = values.iter().map(within).collect();
        let last = values.len().saturating_sub(1) as u32;
        *column =
            Column { exactness: Exactness::Estimated, less_exact: vec![(last, Exactness::AtLeast)], bounds, ..column.clone() };
    }
    frame.blur_ms = 15_000;
    frame
}

/// Its calls.
pub fn read() -> (Store, DataSet) {
    let mut loader = Loader::new("trial".to_owned(), false, None);
    loader.push(feed().as_bytes()).unwrap_or_else(|failure| panic!("the calls are well-formed: {failure:?}"));
    loader.finish().unwrap_or_else(|failure| panic!("the feed is complete: {failure:?}"))
}

/// Two services over three days, a call every three minutes.
fn feed() -> String {
    let mut text = String::new();
    for at in 0..1_440_i64 {
        let (service, status) = (["alpha", "beta"][at as usize % 2], if at % 17 == 3 { 503 } else { 200 });
        let time = END_MS - at * 3 * MINUTE_MS;
        let _ = writeln!(
            text,
            "{{\"time\":{time},\"service\":\"{service}\",\"status\":{status},\"api_key\":\"key-{}\",\"stream\":true,\
             \"input_tokens\":{},\"output_tokens\":{},\"latency_ms\":{},\"ttft_ms\":{},\"tpot_ms\":{}}}",
            at % 3,
            100 + at % 50,
            10 + at % 20,
            200 + at % 40,
            50 + at % 10,
            8 + at % 5,
        );
    }
    text
}
