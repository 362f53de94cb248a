//! Failed calls by template: whatever is chosen, all figures are of the calls behind it; templates and messages are of the same calls.

use callscope::engine::once::{self, Context};
use callscope::model::{Call, Filter, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::store::{Builder, Store};
use callscope::wire::{ErrorChoice, FailedQuery, FailedReply, ListQuery, ListReply, ListSort, Query, Reply, Selection};
use proptest::prelude::*;
use std::collections::BTreeMap;

const START_MS: i64 = 1_773_280_800_000;
const MINUTES: i64 = 120;

/// A failed call as a test makes it.
#[derive(Clone, Debug)]
struct Failed {
    minute: i64,
    status: u16,
    own: &'static str,
    message: String,
    key: String,
}

fn store(calls: &[Failed]) -> Store {
    let mut builder = Builder::new();
    for call in calls {
        let pushed = builder.push(&Call {
            time_ms: START_MS + call.minute * 60_000,
            service: "s",
            status: call.status,
            error_code: Some(call.own),
            error_message: Some(&call.message),
            api_key: Some(&call.key),
            ..Call::default()
        });
        pushed.expect("room");
    }
    builder.finish()
}

fn selection() -> Selection {
    let range = Range { from_ms: START_MS, to_ms: START_MS + MINUTES * 60_000 };
    Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() }
}

fn ask(context: &Context<'_>, status: Option<u16>, message: Option<ErrorChoice>, every_message: bool) -> FailedReply {
    let (service, precision) = ("s".to_owned(), Precision::Hour);
    let query = FailedQuery { service, selection: selection(), precision, status, message, texts: u32::MAX, every_message };
    let Reply::Failed(reply) = once::run(&Query::Failed(query), context) else { unreachable!("as asked") };
    reply
}

fn list(context: &Context<'_>, status: u16, message: Option<ErrorChoice>) -> ListReply {
    let (service, sort) = ("s".to_owned(), ListSort::Time);
    let status = Some(status);
    let query =
        ListQuery { service, selection: selection(), status, message, sort, descending: true, offset: 0, limit: u32::MAX };
    let Reply::List(reply) = once::run(&Query::List(query), context) else { unreachable!("as asked") };
    reply
}

fn with<R>(calls: &[Failed], read: impl FnOnce(&Context<'_>) -> R) -> R {
    let store = store(calls);
    let store_index = StoreIndex::of(&store);
    read(&Context { store: &store, store_index: &store_index, titles: &str::to_owned })
}

/// What is said of a choice, held against the calls that its list has.
fn holds(context: &Context<'_>, status: u16, choice: &ErrorChoice, all_keys: usize) -> u64 {
    let reply = ask(context, Some(status), Some(choice.clone()), false);
    let inspect = reply.inspect.clone().expect("looked into");
    let calls = list(context, status, Some(choice.clone()));
    assert_eq!((inspect.count, inspect.message.as_ref()), (calls.total, Some(choice)));
    let mut keys: BTreeMap<&str, u64> = BTreeMap::new();
    let mut spark = vec![0.0; 2];
    for call in &calls.rows {
        *keys.entry(&call.api_key).or_default() += 1;
        spark[((call.time_ms - START_MS) / 3_600_000) as usize] += 1.0;
    }
    let mut by_key = inspect.by_key.clone();
    by_key.sort();
    assert_eq!(by_key, keys.iter().map(|(key, calls)| ((*key).to_owned(), *calls)).collect::<Vec<_>>());
    assert_eq!((inspect.keys_affected as usize, inspect.keys_all as usize), (keys.len(), all_keys));
    assert_eq!(inspect.spark, if reply.code(status).is_some() { spark } else { Vec::new() });
    let percent = inspect.count as f64 / reply.total as f64 * 100.0;
    assert!((inspect.percent - percent).abs() < 1e-9, "{} of {}", inspect.count, reply.total);
    let peak = inspect.peak.map(|bucket| inspect.spark[bucket as usize]);
    assert_eq!(peak, inspect.spark.iter().copied().filter(|calls| *calls > 0.0).reduce(f64::max));
    inspect.count
}

fn failed() -> impl Strategy<Value = Failed> {
    let message = (0..6_usize, 0..4_u32, prop::sample::select(vec!["alpha", "beta", "gamma", "delta", "omega", "é"])).prop_map(
        |(form, number, word)| match form {
            0 => String::new(),
            1 => format!("Limit {number} reached on `{word}`"),
            2 => format!("Host {word} is down"),
            3 => format!("Host {word} is down since 10:0{number}"),
            4 => format!("{word}: {number}"),
            _ => format!("⟨number⟩ {word} ⟨{number}⟩"),
        },
    );
    let own = prop::sample::select(vec!["", "limit", "quota"]);
    (0..MINUTES, prop::sample::select(vec![429_u16, 500, 503, 200]), own, message, 0..3_u32)
        .prop_map(|(minute, status, own, message, key)| Failed { minute, status, own, message, key: format!("key-{key}") })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn every_figure_is_of_what_is_chosen(calls in prop::collection::vec(failed(), 1..80)) {
        with(&calls, |context| {
            let keys: std::collections::BTreeSet<&str> = calls.iter().map(|call| call.key.as_str()).collect();
            let (grouped, whole) = (ask(context, None, None, false), ask(context, None, None, true));
            assert_eq!(grouped.total, whole.total);
            let codes = |reply: &FailedReply| reply.classes.iter().flat_map(|class| class.codes.clone()).collect::<Vec<_>>();
            for (code, whole) in codes(&grouped).iter().zip(codes(&whole)) {
                assert_eq!((code.status, code.count, code.texts), (whole.status, whole.count, whole.messages.len() as u64));
                assert_eq!(code.messages.iter().map(|m| (m.count, m.texts)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)), (code.count, code.texts));
                assert_eq!((code.messages.len() as u64, code.beyond()), (code.templates, None));
                let mut texts = Vec::new();
                for template in &code.messages {
                    let choice = ErrorChoice { error_code: template.error_code.clone(), message: Some(template.message.clone()) };
                    assert_eq!(holds(context, code.status, &choice, keys.len()), template.count, "{choice:?}");
                    let inspect = ask(context, Some(code.status), Some(choice), false).inspect.expect("looked into");
                    assert_eq!(inspect.template.as_ref(), Some(template));
                    texts.extend(inspect.texts);
                }
                // Each message belongs to one template.
                texts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.error_code, &a.message).cmp(&(&b.error_code, &b.message))));
                assert_eq!(texts, whole.messages);
                for own in ["", "limit", "quota"] {
                    let choice = ErrorChoice { error_code: own.into(), message: None };
                    let wanted: u64 = whole.messages.iter().filter(|message| message.error_code == own).map(|message| message.count).sum();
                    assert_eq!(holds(context, code.status, &choice, keys.len()), wanted);
                }
            }
        });
    }
}

#[test]
fn one_message_of_a_template_can_be_chosen() {
    let call = |number: u32, key: &str| Failed {
        minute: 1,
        status: 429,
        own: "limit",
        message: format!("Got {number}"),
        key: key.into(),
    };
    with(&[call(1, "a"), call(2, "b"), call(2, "c"), call(3, "c")], |context| {
        let choice = |message: &str| ErrorChoice { error_code: "limit".into(), message: Some(message.into()) };
        let said = [choice("Got ⟨number⟩"), choice("Got 2"), choice("Got 9"), choice("Lost")]
            .map(|choice| holds(context, 429, &choice, 3));
        assert_eq!(said, [4, 2, 4, 0]);
        let inspect = ask(context, Some(429), Some(choice("Got 2")), false).inspect.expect("looked into");
        let template = inspect.template.expect("it has one");
        assert_eq!((template.message.as_str(), template.count, template.texts, inspect.texts.len()), ("Got ⟨number⟩", 4, 3, 3));
    });
}

#[test]
fn an_answer_lists_so_many_templates_and_counts_the_others() {
    // A word each: nothing makes two of them alike.
    let word = |n: u32| [n / 676, n / 26 % 26, n % 26].map(|letter| char::from(b'a' + letter as u8)).iter().collect();
    let call = |message| Failed { minute: 5, status: 500, own: "", message, key: String::new() };
    let calls: Vec<Failed> = (0..1_500).map(|n| call(word(n))).collect();
    with(&calls, |context| {
        let reply = ask(context, None, None, false);
        let code = &reply.classes[0].codes[0];
        let listed: u64 = code.messages.iter().map(|message| message.count).sum();
        assert_eq!((code.messages.len(), code.templates, code.texts, listed), (1_000, 1_500, 1_500, 1_000));
        assert_eq!(code.beyond(), Some((500, 500)));
    });
}
