//! The rules of `source::Source`, for any source: every ask is answered to its end or refused, errors belong to one ask, what is cancelled
//! is over. And those of the engine: the newest batch of a slot wins, the page receives an answer to every ask.

#[path = "trial/source.rs"]
mod trial;

use callscope::ask::{
    Agg, AggKind, Ask, AskId, Batch, Exactness, Frame, Label, Measure, Quantity, SeriesAsk, Slot, SourceId, Split, Unanswered,
};
use callscope::engine::{Engine, Outgoing};
use callscope::model::{Filter, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::Calls;
use callscope::source::{Errand, Request, RequestId, Response, RunId, Source, State};
use callscope::view::{self, Known};
use callscope::wire::{DataSet, DetailsQuery, FromEngine, Query, Selection};
use trial::Trial;

/// What a server answers to an address: status and body.
type Serve<'s> = &'s mut dyn FnMut(&str) -> (u16, &'static str);

const OK: (u16, &str) = (200, "exact");

fn trial() -> (Trial, DataSet) {
    Trial::open("http://there.invalid/trial/".to_owned())
}

/// A Details page over all that the source has.
fn page(set: &DataSet) -> Batch {
    let (range, filter, zone) = (set.span(), Filter::default(), Zone::utc());
    let before = Some(Range { from_ms: range.from_ms - range.span_ms(), to_ms: range.from_ms });
    let selection = Selection { range, before, filter, zone };
    let query = Query::Details(DetailsQuery { service: "alpha".into(), selection, precision: Precision::Hour });
    view::batch(&query, Known::of(set).services())
}

/// Carries a request out.
fn responses(request: &Request, serve: Serve<'_>) -> Vec<Response> {
    let Errand::Http(http) = &request.errand else { return vec![Response::End] };
    let (status, body) = serve(&http.url);
    // A body comes in any pieces.
    let pieces = body.as_bytes().chunks(3).map(|piece| Response::Chunk(piece.to_vec()));
    core::iter::once(Response::Status(status)).chain(pieces).chain([Response::End]).collect()
}

/// Steps a run to its end; `Err` with the frames so far and the reason where it fails.
fn run(source: &mut dyn Source, run: RunId, batch: &Batch, serve: Serve<'_>) -> Result<Vec<Frame>, (Vec<Frame>, String)> {
    source.start(run, batch.clone());
    let (mut frames, mut out) = (vec![Frame::awaited(); batch.asks.len()], Vec::<Request>::new());
    for _ in 0..10_000 {
        let step = source.step(run);
        for (AskId(ask), frame) in step.parts {
            assert!(frames[usize::from(ask)].unfinished, "the answer to ask {ask} had its end");
            frames[usize::from(ask)] = frame;
        }
        out.extend(step.requests);
        match step.state {
            State::Working => {}
            State::Blocked => {
                assert!(!out.is_empty(), "it waits for nothing");
                // The newest first: the order of responses is not fixed.
                let request = out.pop().expect("there is one");
                for response in responses(&request, serve) {
                    source.respond(run, request.id, response);
                }
            }
            State::Done => {
                let waits = frames.iter().position(|frame| frame.unfinished);
                assert_eq!(waits, None, "it is done, and this ask has no answer to the end");
                return Ok(frames);
            }
            State::Failed(why) => return Err((frames, why)),
        }
    }
    panic!("a run without an end");
}

/// What any source must do.
fn keeps_the_rules(source: &mut dyn Source, batch: &Batch) {
    let frames = run(source, RunId(1), batch, &mut |_| OK).expect("it answers");
    assert!(frames.iter().any(|frame| !frame.columns.is_empty()));
    for (ask, frame) in batch.asks.iter().zip(&frames) {
        let measures = match ask {
            Ask::Series(ask) => ask.measures.len(),
            Ask::Table(ask) => ask.measures.len(),
            Ask::Values(_) | Ask::Calls(_) => continue,
        };
        for measure in 0..measures {
            let has = frame.columns.iter().any(|column| usize::from(column.measure) == measure);
            assert!(has || !frame.answers(measure) || frame.groups.is_empty(), "measure {measure} of {ask:?} has no answer");
        }
    }
    // A run that is over is forgotten.
    assert!(source.step(RunId(1)).parts.is_empty());
    source.respond(RunId(1), RequestId(0), Response::End);
    // Cancelled at any step, it gives nothing more.
    for steps in 0..4 {
        let id = RunId(10 + steps);
        source.start(id, batch.clone());
        let mut done = false;
        for _ in 0..steps {
            let step = source.step(id);
            done |= step.state == State::Done;
            for request in step.requests {
                responses(&request, &mut |_| OK).into_iter().for_each(|response| source.respond(id, request.id, response));
            }
        }
        source.cancel(id);
        source.respond(id, RequestId(0), Response::End);
        let step = source.step(id);
        assert!(step.parts.is_empty() && step.requests.is_empty() && step.state == State::Done, "{steps} {done} {step:?}");
    }
    // Two runs do not mix.
    let again = run(source, RunId(20), batch, &mut |_| OK).expect("it answers");
    assert_eq!(format!("{again:?}"), format!("{frames:?}"));
}

#[test]
fn calls_keep_the_rules() {
    let (_, set) = trial();
    let mut calls = Calls::new(trial::read().0);
    keeps_the_rules(&mut calls, &page(&set));
}

#[test]
fn a_source_that_asks_keeps_the_rules() {
    let (mut source, set) = trial();
    keeps_the_rules(&mut source, &page(&set));
}

#[test]
fn what_the_catalogue_lists_is_answered_and_nothing_else() {
    let (_, set) = trial();
    let mut calls = Calls::new(trial::read().0);
    let catalog = calls.catalog();
    let selection = callscope::ask::Selection { range: set.span(), matchers: Vec::new(), zone: Zone::utc() };
    let aggs = [
        Agg::Count,
        Agg::Sum,
        Agg::PerMinute,
        Agg::Average,
        Agg::Minimum,
        Agg::Maximum,
        Agg::Quantile(950_000),
        Agg::Share,
        Agg::Distinct(Label::Status),
    ];
    let (tokens, generation) = (Quantity::TotalTokens, Quantity::Named("kv_cache".into()));
    let quantities = [Quantity::Calls, tokens, Quantity::MovedTokens, Quantity::Latency, Quantity::Ttft, generation];
    let (mut offered, mut refused) = (0, 0);
    for of in quantities {
        for agg in aggs.clone() {
            let measures = vec![Measure::new(of.clone(), agg.clone())];
            let (compare, split) = (Vec::new(), Split::default());
            let series = SeriesAsk { selection: selection.clone(), width: Precision::Day.into(), measures, split, compare };
            let batch = Batch { source: SourceId(0), slot: Slot(0), asks: vec![Ask::Series(series)], prices: Vec::new() };
            let frames = run(&mut calls, RunId(0), &batch, &mut |_| OK).expect("it answers");
            let listed = catalog.offers.iter().find(|offer| offer.of == of);
            let listed = listed.is_some_and(|offer| offer.aggs.contains(&agg.kind()) && offer.exactness == Exactness::Exact);
            assert_eq!(frames[0].column(0, 0, 0).is_some(), listed, "{of:?} {agg:?}");
            let why = frames[0].unanswered.first().map(|(_, why)| why.clone());
            assert_eq!(why, (!listed).then_some(Unanswered::NotMeasured), "{of:?} {agg:?}");
            if listed { offered += 1 } else { refused += 1 }
        }
    }
    assert_eq!((offered, refused), (25, 29));
    assert!(catalog.offers.iter().any(|offer| offer.aggs.contains(&AggKind::Quantile)));
    assert!(catalog.labels.contains(&Label::ErrorTemplate));
}

#[test]
fn an_error_belongs_to_one_ask() {
    let (mut source, set) = trial();
    let batch = page(&set);
    let mut serve = |url: &str| if url.ends_with("series-Ttft") { (503, "too busy") } else { OK };
    let frames = run(&mut source, RunId(1), &batch, &mut serve).expect("it answers");
    let failed: Vec<&str> = frames.iter().filter_map(Frame::failure).collect();
    assert_eq!(failed, ["too busy"]);
    let mut serve = |url: &str| if url.ends_with("series-Latency") { (200, "give up") } else { OK };
    let (frames, why) = run(&mut source, RunId(2), &batch, &mut serve).expect_err("it fails");
    assert!(why == "the server has gone away" && frames.iter().any(|frame| frame.unfinished));
}

/// Steps an engine until nothing goes on without an answer from outside.
fn step(engine: &mut Engine) -> Vec<FromEngine> {
    let mut said = Vec::new();
    while engine.has_work() {
        said.extend(engine.step());
    }
    said
}

/// The requests that are to be sent, by run, and the runs whose requests are aborted.
fn outgoing(engine: &mut Engine) -> (Vec<(RunId, Request)>, Vec<RunId>) {
    let (mut sent, mut aborted) = (Vec::new(), Vec::new());
    for one in engine.take_outgoing() {
        match one {
            Outgoing::Send { run, request } => sent.push((run, request)),
            Outgoing::Abort { run } => aborted.push(run),
        }
    }
    (sent, aborted)
}

/// An engine with a source that asks.
fn opened() -> (Engine, DataSet) {
    let (source, set) = trial();
    let mut engine = Engine::new();
    let FromEngine::Loaded { load: 3, data, .. } = engine.open(3, Box::new(source), set) else { panic!("it opens") };
    assert_eq!((data.generation, data.source.id), (1, SourceId(1)));
    (engine, data)
}

/// Lets the timer of a question end, so that its asks are out.
fn asked(engine: &mut Engine, seq: u32, set: &DataSet) -> Vec<(RunId, Request)> {
    engine.ask(seq, page(set), false);
    step(engine);
    let (sent, _) = outgoing(engine);
    let [(run, Request { id, errand: Errand::Timer { .. } })] = &sent[..] else { panic!("{sent:?}") };
    engine.respond(*run, *id, Response::End);
    step(engine);
    outgoing(engine).0
}

#[test]
fn the_newest_batch_of_a_slot_wins_and_the_source_hears_of_it() {
    let (mut engine, set) = opened();
    let old = asked(&mut engine, 1, &set);
    assert_eq!(old.len(), page(&set).asks.len());
    engine.ask(2, page(&set), false);
    let (sent, aborted) = outgoing(&mut engine);
    assert_eq!(aborted, [old[0].0]);
    let [(_, Request { errand: Errand::Http(http), .. })] = &sent[..] else { panic!("{sent:?}") };
    assert!(http.url.contains("/cancel?run="), "{}", http.url);
    // A response that was on its way changes nothing.
    for (run, request) in &old {
        responses(request, &mut |_| OK).into_iter().for_each(|response| engine.respond(*run, request.id, response));
    }
    assert!(step(&mut engine).iter().all(|said| matches!(said, FromEngine::Answer { seq: 2, .. })));
    // Nor does a page that is not shown any more wait.
    outgoing(&mut engine);
    engine.cancel(2);
    assert_eq!(outgoing(&mut engine).1.len(), 1);
    assert!(!engine.has_work());
}

#[test]
fn the_page_hears_of_every_ask_at_once_and_of_each_answer_as_it_comes() {
    let (mut engine, set) = opened();
    let count = page(&set).asks.len();
    engine.ask(1, page(&set), false);
    let said = step(&mut engine);
    let [FromEngine::Answer { seq: 1, frames, last: false, .. }] = &said[..] else { panic!("{said:?}") };
    assert!(frames.0.len() == count && frames.0.iter().all(|(_, frame)| frame.unfinished));
    let (sent, _) = outgoing(&mut engine);
    engine.respond(sent[0].0, sent[0].1.id, Response::End);
    step(&mut engine);
    let (asks, _) = outgoing(&mut engine);
    let mut messages = Vec::new();
    for (place, (run, request)) in asks.iter().enumerate() {
        // The last one but two is the end of the source.
        let word = if place + 2 == count { "give up" } else { "estimated" };
        for response in responses(request, &mut |_| (200, word)) {
            engine.respond(*run, request.id, response);
            messages.extend(step(&mut engine));
        }
    }
    let mut all = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let FromEngine::Answer { seq: 1, frames, last, .. } = message else { panic!("{message:?}") };
        assert_eq!(*last, at + 1 == messages.len());
        frames.clone().put_into(&mut all);
    }
    assert_eq!(all.len(), count);
    let failed: Vec<usize> = (0..count).filter(|&place| all[place].failure() == Some("the server has gone away")).collect();
    assert_eq!(failed, [count - 2, count - 1]);
    let estimated = |frame: &Frame| frame.columns.iter().all(|column| column.exactness == Exactness::Estimated);
    assert!(all.iter().all(|frame| !frame.unfinished) && all[..count - 2].iter().all(estimated));
    assert!(!engine.has_work());
}
