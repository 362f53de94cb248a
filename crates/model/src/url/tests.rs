//! Tests of the grammar.

use super::*;
use crate::model::limits::{TIME_MS_END, TIME_MS_MIN};
use crate::model::{Comparison, Matcher, NumberField};
use proptest::prelude::*;

fn state() -> impl Strategy<Value = ViewState> {
    let text = || proptest::string::string_regex("[ -~é中\u{1F600}]{0,12}").expect("a valid pattern");
    let range = prop_oneof![
        proptest::sample::select(Preset::ALL.to_vec()).prop_map(RangeChoice::Preset),
        (TIME_MS_MIN..2_000_000_000_000, 1i64..2_000_000_000)
            .prop_map(|(from_ms, span)| RangeChoice::Custom(Range { from_ms, to_ms: from_ms + span })),
    ];
    let filter = proptest::collection::btree_map(
        prop_oneof![
            proptest::sample::select(Dim::FILTERS.to_vec()).prop_map(Label::Dim),
            "[ -~é中]{1,6}".prop_map(|name| Label::from_key(&format!("label.{name}")).expect("a name")),
        ],
        proptest::collection::btree_set(text(), 1..4).prop_map(|v| v.into_iter().collect::<Vec<_>>()),
        0..4,
    );
    let label = proptest::sample::select(vec![Label::Dim(Dim::Model), Label::Dim(Dim::Ip)]);
    let field = proptest::sample::select(NumberField::ALL.to_vec());
    let condition = prop_oneof![
        (label.clone(), text()).prop_map(|(label, value)| Matcher::NoneOf(label, vec![value])),
        (label.clone(), text()).prop_map(|(label, text)| Matcher::Contains(label, text)),
        (label, text()).prop_map(|(label, text)| Matcher::StartsWith(label, text)),
        (field, any::<u64>()).prop_map(|(field, bound)| Matcher::Number(field, Comparison::Less, bound)),
        any::<bool>().prop_map(|within| Matcher::StatusClass { classes: vec![4, 5], within }),
    ];
    let conditions = proptest::collection::vec(condition, 0..2);
    let pair = ("[a-z][a-z.-]{0,8}", text());
    let pages = proptest::collection::btree_map("(calls|details|failed|logs|a-1)", proptest::collection::vec(pair, 1..4), 0..4);
    ((text(), range.clone(), proptest::option::of(range), filter, conditions), (pages, any::<bool>())).prop_map(
        |((service, range, zoomed_from, filter, conditions), (pages, embed))| ViewState {
            page: if embed { Page::Failed } else { Page::Details },
            service: service.clone(),
            range,
            zoomed_from,
            filter: crate::model::Filter(filter.into_iter().collect(), conditions),
            source: if embed { DataSource::Kept(service.clone()) } else { DataSource::File(service.clone()) },
            read_as: embed.then(|| service.clone()),
            once: embed,
            embed,
            pages: pages.into_iter().collect(),
            ..ViewState::default()
        },
    )
}

proptest! {
    #[test]
    fn a_link_restores_the_view(state in state()) {
        let base = ViewState::default();
        prop_assert_eq!(parse(&serialise(&state, &base), &base), state);
    }

    #[test]
    fn no_link_is_an_error(text in ".{0,200}") {
        parse(&text, &ViewState::default());
    }
}

#[test]
fn the_default_view_has_the_shortest_link() {
    let base = ViewState::default();
    assert_eq!(serialise(&base, &base), "v=2");
    assert_eq!(parse("", &base), base);
    // A deployment's own default is left out of links there, and only there.
    let own = parse("source=feed:today&range=7d&tz=UTC&lang=zh&theme=dark", &base);
    assert_eq!(own.source, DataSource::Feed("today".into()));
    assert_eq!(serialise(&own, &own), "v=2");
    assert_eq!(parse("v=1", &own), own);
    let other = ViewState { zone: Some("Asia/Tokyo".into()), theme: Some(Theme::Light), ..base.clone() };
    let told = ViewState { lang: Some("en".into()), ..other };
    assert_eq!(serialise(&told, &own), "v=2&source=demo&range=3d&tz=Asia/Tokyo&lang=en&theme=light");
    assert_eq!(parse(&serialise(&told, &own), &own), told);
}

#[test]
fn a_link_of_version_1_keeps_its_meaning() {
    let old =
        "page=details&service=meridian&range=7d&key=portal%20web&key=&tz=Asia/Shanghai&off=ttft.max&sort=name.up&nonsense=1";
    for link in [format!("?v=1&{old}"), old.to_owned(), format!("v=x&{old}")] {
        let state = parse(&link, &ViewState::default());
        assert_eq!(state.page, Page::Details);
        assert_eq!(state.filter.get(Dim::ApiKey), Some(&["portal web".to_owned(), String::new()][..]));
        assert_eq!(state.zone.as_deref(), Some("Asia/Shanghai"));
        assert_eq!((state.pair(Page::Details, "off"), state.pair(Page::Calls, "sort")), (Some("ttft.max"), Some("name.up")));
        assert!(state.refused.is_empty());
    }
}

#[test]
fn pairs_of_every_page_stay_as_they_are() {
    let base = ViewState::default();
    let link = "v=2&page=details&service=a&calls.sort=name.up&details.charts=x%20y&logs.query=a&logs.query=b%26&logs.query=a";
    let mut state = parse(link, &base);
    assert_eq!(serialise(&state, &base), link);
    assert_eq!(state.pair(Page::Details, "charts"), Some("x y"));
    state.set_pair(Page::Details, "charts", None);
    state.set_pair(Page::Failed, "status", Some("429"));
    let changed = "v=2&page=details&service=a&calls.sort=name.up&failed.status=429&logs.query=a&logs.query=b%26&logs.query=a";
    assert_eq!(serialise(&state, &base), changed);
    // A key without a page's name belongs to no page.
    assert_eq!(serialise(&parse("v=2&.sort=a&A.b=1&a%20b.c=2&x.=3&sort=name.up", &base), &base), "v=2&x.=3");
}

#[test]
fn a_link_names_so_many_pages() {
    let base = ViewState::default();
    let link: String = (0..100_000).map(|n| format!("&p{n}.key=1")).collect();
    let state = parse(&format!("v=2{link}&p0.key=2"), &base);
    assert_eq!(state.pages.keys().count(), LINK_PAGES_MAX);
    assert_eq!(state.pages.get("p0").map(Vec::len), Some(2));
}

#[test]
fn a_link_of_a_later_version_is_understood_as_far_as_it_goes() {
    let base = ViewState::default();
    for v in ["3", "4294967296", "99999999999999999999999"] {
        let state = parse(&format!("v={v}&page=logs&range=7d&sort=name.up&logs.query=x&new=1"), &base);
        assert_eq!(state.refused.iter().copied().collect::<Vec<_>>(), ["page", "v"]);
        assert_eq!((state.page, serialise(&state, &base).as_str()), (Page::Calls, "v=2&range=7d&logs.query=x"));
    }
    assert!(parse("v=2&page=calls", &base).refused.is_empty());
    assert_eq!(parse("v=2&page=logs", &base).refused.iter().copied().collect::<Vec<_>>(), ["page"]);
}

#[test]
fn what_no_view_can_show_of_a_link_is_refused_and_the_rest_of_it_kept() {
    let base = parse("range=7d", &ViewState::default());
    let rest = "v=2&page=details&service=meridian&precision=hour";
    let far = [
        "0~253402300799999",
        "-9223372036854775808~9223372036854775807",
        "9223372036854775806~9223372036854775807",
        "946684799999~946684800001",
        "4102444799999~4102444800001",
        "1700000000000~1703000000000",
        "1700000000000~1600000000000",
        "99999999999999999999~1",
        "7",
    ];
    for bad in far {
        let state = parse(&format!("{rest}&range={bad}&from-range={bad}"), &base);
        assert_eq!((state.range, state.zoomed_from), (base.range, None), "{bad}");
        assert_eq!(state.refused.iter().copied().collect::<Vec<_>>(), ["range"], "{bad}");
        assert_eq!(serialise(&state, &base), rest, "{bad}");
    }
    for bad in [i64::MIN, -1, 0, TIME_MS_MIN - 1, TIME_MS_END, 253_402_300_799_999, i64::MAX] {
        let state = parse(&format!("{rest}&now={bad}"), &base);
        assert_eq!(state.now_ms, None, "{bad}");
        assert_eq!(state.refused.iter().copied().collect::<Vec<_>>(), ["now"], "{bad}");
        assert_eq!(serialise(&state, &base), rest, "{bad}");
    }
    for (bad, part) in [("precision=second", "precision"), ("source=cloud:x", "source"), ("source=", "source")] {
        let state = parse(&format!("v=2&page=details&service=meridian&{bad}"), &base);
        assert_eq!(state.refused.iter().copied().collect::<Vec<_>>(), [part], "{bad}");
        assert_eq!((state.precision, &state.source), (None, &DataSource::Demo), "{bad}");
    }
    assert!(parse("v=2&source=demo&precision=day", &base).refused.is_empty());
    let edges = format!("v=2&range={TIME_MS_MIN}~{}&now={}", TIME_MS_MIN + 1, TIME_MS_END - 1);
    let state = parse(&edges, &base);
    assert!(state.refused.iter().next().is_none());
    assert_eq!(serialise(&state, &base), edges);
    // What an address says of itself is not what a deployment's own default says.
    assert!(parse("v=1", &parse("range=1y", &base)).refused.iter().next().is_none());
}
