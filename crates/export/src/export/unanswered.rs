//! What an export requested and has no answer to. A file of one table is refused for it, since CSV has no place for a note; workbooks and reports
//! name it.

use crate::i18n::costs::Costs;
use crate::i18n::export::Export;
use crate::i18n::pages::Pages;
use crate::i18n::{Lang, Message, fill, missing};
use crate::wire::{CallsReply, DetailsReply, FailedReply, Missing, Piece, Why};

/// A part of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Piece(Piece),
    FailedCalls,
    /// Calls one by one.
    Calls,
    Costs,
}

/// A part without an answer, and why.
pub type Unanswered = (Part, Missing);

impl Part {
    fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Piece(piece) => missing::piece(lang, piece),
            Self::FailedCalls => Export::FailedCalls.text(lang),
            Self::Calls => Export::CallList.text(lang),
            Self::Costs => Costs::Rule.text(lang),
        }
    }
}

/// Of the services and their totals. `wanted`: the pieces that the file has.
pub fn of_calls(reply: &CallsReply, wanted: impl Fn(Piece) -> bool) -> Vec<Unanswered> {
    pieces(&reply.missing, wanted)
}

/// Of a service, a chart of which a line is missing included. `wanted`: the pieces that the file has.
pub fn of_details(reply: &DetailsReply, wanted: impl Fn(Piece) -> bool) -> Vec<Unanswered> {
    let mut out = pieces(&reply.missing, &wanted);
    for absent in &reply.absent {
        let part = Part::Piece(Piece::Chart(absent.metric));
        if let Some(why) = failure(&absent.why)
            && wanted(Piece::Chart(absent.metric))
            && out.iter().all(|(of, _)| *of != part)
        {
            out.push((part, why));
        }
    }
    out
}

/// Of failed calls.
pub fn of_failed(reply: &FailedReply) -> Vec<Unanswered> {
    reply.absent.as_ref().and_then(failure).map(|why| (Part::FailedCalls, why)).into_iter().collect()
}

/// The names of the parts, for a note in a file: a source's own words stay out of it. `None` where everything has its answer.
pub fn names(lang: Lang, all: &[Unanswered]) -> Option<String> {
    let names: Vec<_> = all.iter().map(|(part, _)| part.name(lang)).collect();
    (!names.is_empty()).then(|| names.join(Pages::Comma.text(lang)))
}

/// Why there is no file, with the reasons; `None` where everything has its answer.
pub fn refusal(lang: Lang, all: &[Unanswered]) -> Option<String> {
    let named = |(part, why): &Unanswered| {
        let name = part.name(lang);
        missing::failed(name, why).unwrap_or_else(|| format!("{name} ({})", Pages::Asked.text(lang)))
    };
    let what: Vec<_> = all.iter().map(named).collect();
    (!what.is_empty()).then(|| fill(Export::Unanswered.text(lang), &[("what", &what.join(Pages::Comma.text(lang)))]))
}

fn pieces(missing: &[(Piece, Missing)], wanted: impl Fn(Piece) -> bool) -> Vec<Unanswered> {
    missing.iter().filter(|(piece, _)| wanted(*piece)).map(|(piece, why)| (Part::Piece(*piece), why.clone())).collect()
}

/// A source that does not measure something has answered.
fn failure(why: &Why) -> Option<Missing> {
    match why {
        Why::Failed(said) => Some(Missing::Failed(said.clone())),
        Why::NoAnswer => Some(Missing::Failed(String::new())),
        Why::NotMeasured | Why::NoLabel(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Metric;
    use crate::wire::Absent;

    #[test]
    fn a_file_of_one_table_is_refused_for_what_it_lacks_alone() {
        let missing = vec![
            (Piece::Services, Missing::Failed("out of memory".into())),
            (Piece::Totals, Missing::Asked),
            (Piece::Lists, Missing::Failed(String::new())),
        ];
        let reply = CallsReply { missing, ..CallsReply::default() };
        let services = of_calls(&reply, |piece| piece == Piece::Services);
        let said = refusal(Lang::En, &services).expect("it lacks its services");
        assert!(said.contains("Services (out of memory)") && !said.contains("filter lists"), "{said}");
        assert_eq!(names(Lang::En, &services).as_deref(), Some("Services"));
        let totals = refusal(Lang::En, &of_calls(&reply, |piece| piece == Piece::Totals)).expect("they are awaited");
        assert!(totals.contains("(Waiting for an answer)"), "{totals}");
        assert_eq!(refusal(Lang::En, &of_calls(&CallsReply::default(), |_| true)), None);
    }

    #[test]
    fn a_source_that_does_not_measure_has_answered() {
        let absent = |metric, why| Absent { metric, line: None, why };
        let absent = vec![absent(Metric::Ttft, Why::NotMeasured), absent(Metric::Rpm, Why::Failed("HTTP 500".into()))];
        let missing = vec![(Piece::Chart(Metric::Rpm), Missing::Failed("HTTP 500".into()))];
        let reply = DetailsReply { absent, missing, ..DetailsReply::default() };
        let all = of_details(&reply, |piece| matches!(piece, Piece::Chart(_)));
        assert_eq!(all, [(Part::Piece(Piece::Chart(Metric::Rpm)), Missing::Failed("HTTP 500".into()))]);
        assert_eq!(of_details(&reply, |piece| piece == Piece::Chart(Metric::Ttft)), []);
        let failed = |why| of_failed(&FailedReply { absent: Some(why), ..FailedReply::default() });
        assert_eq!(failed(Why::NoAnswer), [(Part::FailedCalls, Missing::Failed(String::new()))]);
        assert_eq!(failed(Why::NotMeasured), []);
    }
}
