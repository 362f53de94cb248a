//! Links of older versions, upgraded one step at a time. A step is a pure function of a link's pairs.

use super::conditions::is_named;

/// Keys and values of a query string, decoded.
pub type Pairs = Vec<(String, String)>;

/// The version that this console writes.
pub const VERSION: u32 = 2;

/// One step from version n (its index + 1) to n + 1.
const STEPS: [fn(&mut Pairs); VERSION as usize - 1] = [to_2];

/// The version that a link says it is of. Without one, or with one that is no number, it is of version 1.
pub fn version(pairs: &Pairs) -> u32 {
    let said = pairs.iter().find(|(key, _)| key == "v").map_or("", |(_, value)| value);
    let is_number = !said.is_empty() && said.bytes().all(|byte| byte.is_ascii_digit());
    // A number that is too large for us is of a later version too.
    if is_number { said.parse().unwrap_or(u32::MAX).max(1) } else { 1 }
}

/// Makes a link's pairs those of [`VERSION`]. A link of a later version stays as it is.
pub fn upgrade(mut pairs: Pairs) -> Pairs {
    let from = version(&pairs);
    for step in STEPS.iter().skip(from as usize - 1) {
        step(&mut pairs);
    }
    if from < VERSION {
        pairs.retain(|(key, _)| key != "v");
        pairs.insert(0, ("v".into(), VERSION.to_string()));
    }
    pairs
}

/// In version 2 the state of a page has keys that begin with the page's name.
const OWN_KEYS: [(&str, &str); 3] = [
    ("calls.", "open sort search hide"),
    ("details.", "off log table enlarge"),
    ("failed.", "closed status own-code message order"),
];

fn to_2(pairs: &mut Pairs) {
    // Of keys with a dot, version 1 knew those of conditions and labels.
    pairs.retain(|(key, _)| !key.contains('.') || is_named(key));
    for (key, value) in pairs {
        // A page that version 1 did not know was the Calls page.
        if key == "page" && !matches!(&**value, "details" | "failed") {
            *value = "calls".into();
        }
        if let Some((page, _)) = OWN_KEYS.iter().find(|(_, keys)| keys.split(' ').any(|own| own == key)) {
            key.insert_str(0, page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(of: &[(&str, &str)]) -> Pairs {
        of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn version_1_becomes_version_2() {
        let old = [
            ("page", "nonsense"),
            ("sort", "name.up"),
            ("key", "a"),
            ("off", "ttft.max"),
            ("order", "ip.up"),
            ("logs.query", "x"),
        ];
        let new = [
            ("v", "2"),
            ("page", "calls"),
            ("calls.sort", "name.up"),
            ("key", "a"),
            ("details.off", "ttft.max"),
            ("failed.order", "ip.up"),
        ];
        assert_eq!(upgrade(pairs(&old)), pairs(&new));
    }

    #[test]
    fn a_link_says_its_version() {
        let of = |v: &str| version(&pairs(&[("v", v)]));
        assert_eq!(["", "x", "-1", "0", "1", "2", "7"].map(of), [1, 1, 1, 1, 1, 2, 7]);
        assert_eq!((of("99999999999999999999"), version(&Pairs::new())), (u32::MAX, 1));
    }

    proptest! {
        #[test]
        fn an_upgraded_link_stays_as_it_is(
            of in proptest::collection::vec(
                ("(v|page|sort|open|status|message|key|details\\.log|logs\\.q|[a-z.]{0,5})", "(1|2|3|calls|[ -~]{0,4})"),
                0..8,
            ),
        ) {
            let once = upgrade(of);
            prop_assert!(version(&once) >= VERSION);
            prop_assert_eq!(upgrade(once.clone()), once);
        }
    }
}
