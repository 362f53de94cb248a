//! The language of documents and comments: phrases that `docs/style.md` replaces by plain ones.

use super::{File, Finding};

/// What is refused, and what to write in its place. Words are whole, case does not matter.
const PHRASES: &[(&str, &str)] = &[
    ("person", "user"),
    ("persons", "users"),
    ("page around", "embedding page"),
    ("is asked", "is requested"),
    ("are asked", "are requested"),
    ("was asked", "was requested"),
    ("be asked", "be requested"),
    ("being asked", "being requested"),
    ("asked again", "polled"),
    ("asked for", "requested"),
    ("asks for", "requests"),
    ("told by", "recognised by"),
    ("is told", "reports, names or receives"),
    ("are told", "report, name or receive"),
    ("tells", "says, shows or reports"),
    ("hears", "receives"),
    ("heard", "received"),
    ("comes behind", "the remaining bytes"),
    ("come behind", "the remaining bytes"),
    ("is whole", "is complete"),
    ("stands", "is"),
    ("stood", "was"),
    ("handed over", "passed"),
    ("hands over", "passes"),
    ("nobody", "no user, no caller"),
    ("somebody", "a user, a caller"),
    ("goes without saying", "is the default"),
    ("for strangers", "page and worker compare build ids"),
    ("comes not", "does not arrive"),
    ("are not told where they are asked from", "requests carry no `Referer`"),
];

/// These name the phrases to say what to write.
const EXEMPT: &[&str] = &["docs/style.md", "docs/glossary.md"];

/// One finding for each phrase of a line.
pub fn check(file: &File) -> Vec<Finding> {
    if EXEMPT.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let paragraphs = match file.path.rsplit_once('.') {
        Some((_, "md")) => markdown(&file.text),
        Some((_, "rs")) => comments(&file.text),
        _ => return Vec::new(),
    };
    paragraphs.iter().flat_map(|paragraph| refused(file, paragraph)).collect()
}

/// Lines of prose that follow one another, each with its number.
type Paragraph<'a> = Vec<(usize, &'a str)>;

fn refused(file: &File, paragraph: &Paragraph<'_>) -> Vec<Finding> {
    let mut text = String::from(" ");
    let mut starts = Vec::new();
    for (line, prose) in paragraph {
        starts.push((text.len(), *line));
        text.push_str(&words(prose));
    }
    let line_at = |at: usize| starts.iter().rev().find(|(start, _)| *start <= at + 1).map_or(0, |(_, line)| *line);
    let found = |&(phrase, instead): &(&str, &str)| {
        let wanted = format!(" {phrase} ");
        let places: Vec<usize> = text.match_indices(&wanted).map(|(at, _)| at).collect();
        places.into_iter().map(move |at| (at, format!("says \u{201c}{phrase}\u{201d}: write {instead}"))).collect::<Vec<_>>()
    };
    PHRASES.iter().flat_map(found).map(|(at, what)| Finding::new(file, line_at(at), what)).collect()
}

/// The words of a line in small letters, each with a blank behind it, without inline code.
fn words(prose: &str) -> String {
    let outside: String = prose.split('`').step_by(2).collect::<Vec<_>>().join(" - ");
    let mut out = String::new();
    for word in outside.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()) {
        out.push_str(&word.to_lowercase());
        out.push(' ');
    }
    out
}

/// Text outside of code blocks.
fn markdown(text: &str) -> Vec<Paragraph<'_>> {
    let mut is_code = false;
    let mut prose = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !line.trim().is_empty() {
            prose.push((i + 1, line));
        }
    }
    joined(prose)
}

/// Comments that are lines of their own, and those at the end of a line of code.
fn comments(text: &str) -> Vec<Paragraph<'_>> {
    let prose = text.lines().enumerate().filter_map(|(i, line)| {
        let trimmed = line.trim_start();
        let after = if trimmed.starts_with("//") {
            trimmed.trim_start_matches(['/', '!'])
        } else {
            line.split_once(" // ").filter(|(_, after)| !after.contains('"'))?.1
        };
        Some((i + 1, after))
    });
    joined(prose.collect())
}

/// Lines in a row are one paragraph: a phrase may run over a line's end.
fn joined(prose: Vec<(usize, &str)>) -> Vec<Paragraph<'_>> {
    let mut paragraphs: Vec<Paragraph<'_>> = Vec::new();
    for (line, text) in prose {
        match paragraphs.last_mut() {
            Some(last) if last.last().is_some_and(|(before, _)| before + 1 == line) => last.push((line, text)),
            _ => paragraphs.push(vec![(line, text)]),
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&sample(path, text)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn phrases_are_found_in_comments_and_documents() {
        assert_eq!(lines("src/a.rs", "//! What a person chose.\nlet person = told_by();\n"), [1]);
        assert_eq!(lines("src/a.rs", "let a = 1; // The server is asked.\n"), [1]);
        assert_eq!(lines("docs/a.md", "A page is\nasked once.\n\nIs\n"), [1]);
        assert_eq!(lines("docs/a.md", "```\nThe server is asked.\n```\nand `is asked`, unasked for\n"), [0; 0]);
        assert_eq!(lines("docs/style.md", "| a person | a user |\n"), [0; 0]);
    }

    #[test]
    fn a_finding_says_what_to_write() {
        let findings = check(&sample("docs/a.md", "What it tells.\n"));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].what.ends_with("write says, shows or reports"), "{}", findings[0].what);
    }
}
