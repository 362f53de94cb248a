//! Which messages are one group, and what its template says.

use super::*;
use crate::model::Call;
use crate::store::Builder;

fn store(messages: &[(&str, &str)]) -> Store {
    let messages: Vec<(u16, &str, &str)> = messages.iter().map(|(own, message)| (429, *own, *message)).collect();
    store_of(&messages)
}

fn store_of(messages: &[(u16, &str, &str)]) -> Store {
    let mut builder = Builder::new();
    for (status, error_code, error_message) in messages {
        let call = Call {
            time_ms: 1_773_297_420_000,
            service: "s",
            status: *status,
            error_code: Some(error_code),
            error_message: Some(error_message),
            ..Call::default()
        };
        builder.push(&call).unwrap();
    }
    builder.finish()
}

/// Templates with the number of their different messages, in order.
fn templates(messages: &[&str]) -> Vec<(String, usize)> {
    let messages: Vec<(&str, &str)> = messages.iter().map(|message| ("", *message)).collect();
    let store = store(&messages);
    let templates = Templates::of(&store);
    let mut found: Vec<(String, usize)> = (0..templates.samples.len() as u32)
        .map(|group| {
            let pairs = (1..store.error_pairs() as u32).filter(|&pair| templates.of_pair(pair) == group).count();
            (templates.group(group, &store).1.to_owned(), pairs)
        })
        .filter(|(_, pairs)| *pairs > 0)
        .collect();
    found.sort();
    found
}

fn one(template: &str, pairs: usize) -> Vec<(String, usize)> {
    vec![(template.to_owned(), pairs)]
}

#[test]
fn what_is_the_same_in_all_messages_stands_as_it_is() {
    let limit = |limit: u32, id: &str| format!("Limit {limit} RPM on key {id}, max 131,072.");
    let (a, b, c) = (limit(600, "sk-1"), limit(600, "sk-2"), limit(1200, "sk-2"));
    assert_eq!(templates(&[&a]), one(&a, 1));
    assert_eq!(templates(&[&a, &b]), one("Limit 600 RPM on key ⟨id⟩, max 131,072.", 2));
    assert_eq!(templates(&[&a, &b, &c]), one("Limit ⟨number⟩ RPM on key ⟨id⟩, max 131,072.", 3));
}

#[test]
fn words_vary_where_several_messages_differ_in_them() {
    let hosts = ["alpha", "beta", "gamma", "delta", "omega"].map(|host| format!("Host {host} refused after 3 s"));
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    assert_eq!(templates(&hosts), one("Host ⟨word⟩ refused after 3 s", 5));
    assert_eq!(templates(&hosts[1..]).len(), 4, "four may be four errors");
    // The word before a value has values of its own, or not.
    let odd = ["Node 1 of alpha is down", "Node two of beta is down"];
    assert_eq!(templates(&odd).len(), 2);
    let many: Vec<String> =
        (0..100).map(|n| format!("{}: quota exceeded", "abcdefghij".repeat(n % 7 + 1) + &"z".repeat(n))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(templates(&many), one("⟨word⟩ quota exceeded", 100));
}

#[test]
fn own_codes_and_lengths_part() {
    let store = store(&[("a", "Got 1"), ("b", "Got 2"), ("a", "Got 3"), ("a", "Got 4 more"), ("a\0Got", "x")]);
    let templates = Templates::of(&store);
    let group = |pair| templates.group(templates.of_pair(pair), &store);
    assert_eq!(
        [1, 2, 3, 4, 5].map(group),
        [("a", "Got ⟨number⟩"), ("b", "Got 2"), ("a", "Got ⟨number⟩"), ("a", "Got 4 more"), ("a\0Got", "x")]
    );
}

#[test]
fn statuses_part_messages_that_differ_in_what_went_wrong() {
    let of = |status: u16, words: &str| {
        (status, "HTTPStatusError", format!("Client error '{words}' for url 'http://node-{status}/v1'"))
    };
    let messages = [
        of(404, "404 Not Found"),
        of(401, "401 Unauthorized"),
        (429, "HTTPStatusError", "Client error '429 Too Many Requests' for url 'http://node-1/v1'".into()),
        of(429, "429 Too Many Requests"),
    ];
    let messages: Vec<(u16, &str, &str)> =
        messages.iter().map(|(status, own, message)| (*status, *own, message.as_str())).collect();
    let store = store_of(&messages);
    let templates = Templates::of(&store);
    let group = |pair| templates.group(templates.of_pair(pair), &store).1;
    assert_eq!([group(1), group(2)], [messages[0].2, messages[1].2]);
    assert_eq!([group(3), group(4)], ["Client error '429 Too Many Requests' for url '⟨text⟩'"; 2]);
    let gone = ErrorText {
        error_code: "HTTPStatusError".into(),
        text: Some("Client error '429 Too Many Requests' for url 'x'".into()),
        alike: false,
    };
    assert!(matches!(templates.chosen(&gone, &store), Chosen::Group(_)));
}

#[test]
fn a_choice_is_a_template_a_message_or_what_is_like_it() {
    let store = store(&[("a", "Got 1"), ("a", "Got 2"), ("b", "Got 1"), ("a", "Other")]);
    let templates = Templates::of(&store);
    let pairs = |own: &str, message: Option<&str>| -> Vec<u32> {
        let choice = ErrorText { error_code: own.into(), text: message.map(str::to_owned), alike: false };
        let chosen = templates.chosen(&choice, &store);
        (0..store.error_pairs() as u32).filter(|&pair| templates.has(chosen, pair, &store)).collect()
    };
    assert_eq!(pairs("a", Some("Got ⟨number⟩")), [1, 2]);
    assert_eq!(pairs("a", Some("Got 2")), [2]);
    assert_eq!(pairs("a", Some("Got 7")), [1, 2], "a message that is gone, or not yet there");
    assert_eq!(pairs("a", None), [1, 2, 4]);
    assert!(pairs("c", Some("Got 1")).is_empty());
    assert_eq!(pairs("", Some("")), [0]);
}

#[test]
fn placeholders_that_messages_hold_themselves_confuse_nothing() {
    assert_eq!(templates(&["⟨foo⟩ 1 x", "⟨foo⟩ 2 x"]), one("⟨foo⟩ ⟨number⟩ x", 2));
    assert_eq!(templates(&["⟨number⟩ 1", "⟨number⟩ 2"]), one("⟨number⟩ ⟨number⟩", 2));
}

#[test]
fn many_different_messages_are_grouped_in_a_moment() {
    let word = |n: u64| -> String {
        let mut n = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        std::iter::repeat_with(|| {
            n = n.rotate_left(11).wrapping_mul(0x2545_f491_4f6c_dd1d);
            char::from(b'a' + (n >> 60) as u8)
        })
        .take(6)
        .collect()
    };
    let texts: Vec<String> =
        (0..60_000_u64).map(|n| (0..8).map(|place| word(n * 8 + place)).collect::<Vec<_>>().join(" ")).collect();
    let pairs: Vec<(&str, &str)> = texts.iter().map(|text| ("", text.as_str())).collect();
    let store = store(&pairs);
    let begun = std::time::Instant::now();
    let templates = Templates::of(&store);
    eprintln!("{} groups in {:?}", templates.samples.len(), begun.elapsed());
    assert!(templates.bytes() < 40_000_000);
}

proptest::proptest! {
    #[test]
    fn groups_do_not_depend_on_the_order_of_messages(
        words in proptest::collection::vec((0..3_usize, 0..9_usize, 0..4_usize, 0..3_u32), 1..60),
        turn in 0..60_usize,
    ) {
        let names = ["alpha", "beta", "gamma", "delta", "omega", "sigma", "7", "x9", "é"];
        let messages: Vec<String> =
            words.iter().map(|&(a, b, c, n)| format!("{} {} is {} {n}", names[a], names[b], names[c])).collect();
        let mut texts: Vec<&str> = messages.iter().map(String::as_str).collect();
        let before = templates(&texts);
        texts.rotate_left(turn % messages.len());
        texts.reverse();
        proptest::prop_assert_eq!(templates(&texts), before);
    }
}
