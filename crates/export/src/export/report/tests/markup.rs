//! What every report's markup must be, and the texts in it.

/// Every element is ended in its order, and no attribute is one that runs or fetches.
pub fn check_markup(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at + 1..];
        let end = tag.find('>').unwrap_or_else(|| panic!("a tag without an end: {}", &tag[..40.min(tag.len())]));
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        rest = after;
        let name = inside.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        if name == "style" && !inside.starts_with('/') {
            rest = &after[after.find("</style>").expect("the stylesheet ends")..];
        }
        let known = [
            "!doctype", "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "p", "h1", "h2",
            "h3", "dl", "dt", "dd", "div", "ul", "li", "span", "small", "b", "bdi", "a", "table", "caption", "thead", "tbody",
            "tfoot", "tr", "th", "td", "details", "summary", "svg", "path", "rect", "circle", "text",
        ];
        assert!(known.contains(&name), "an element {name:?}");
        for attribute in inside.split_whitespace().skip(1).filter_map(|part| part.split_once("=\"")) {
            assert!(!attribute.0.starts_with("on") && !["style", "src", "srcset"].contains(&attribute.0), "{inside}");
        }
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in order");
        } else if !inside.ends_with('/') && !["!doctype", "meta"].contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

/// The texts between tags from a place on, until a tag ends it.
pub fn texts(html: &str, from: &str, to: &str) -> Vec<String> {
    let start = html.find(from).unwrap_or_else(|| panic!("no {from}"));
    let part = &html[start..];
    let part = &part[..part.find(to).unwrap_or_else(|| panic!("no {to}"))];
    let texts = part.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim().to_owned());
    texts.filter(|text| !text.is_empty()).collect()
}
