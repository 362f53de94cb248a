//! How the lines of each metric look: colour role, width, what is filled (the design's chart rules).

use crate::base::sort::sort_by;
use crate::model::{Line, Metric, Tone};

/// The look of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Colour role.
    pub token: &'static str,
    /// In CSS pixels.
    pub width: f64,
    /// The area under it is filled: amounts per time and failures only.
    pub area: bool,
    /// Set off from what is below by the colour of the pane.
    pub halo: bool,
}

const fn plain(token: &'static str, width: f64) -> Look {
    Look { token, width, area: false, halo: false }
}

/// Colour roles of codes of 400 to 499, each with the code that it is of.
const E4: [(u16, &str); 8] = [
    (429, "--e4-1"),
    (400, "--e4-2"),
    (401, "--e4-3"),
    (403, "--e4-4"),
    (404, "--e4-5"),
    (499, "--e4-6"),
    (408, "--e4-7"),
    (422, "--e4-8"),
];
/// The same of codes from 500. The last is of no code.
const E5: [(u16, &str); 6] = [(500, "--e5-1"), (503, "--e5-2"), (502, "--e5-3"), (504, "--e5-4"), (529, "--e5-5"), (0, "--e5-6")];

/// The look of a chart's line. Lines of error codes: see [`status_tokens`].
pub fn look(metric: Metric, line: Line) -> Look {
    match line {
        Line::Total => plain("--s-total", 1.75),
        Line::Successes => plain("--s-ok", 1.25),
        Line::Failures => Look { area: true, ..plain("--s-fail", 1.5) },
        Line::Input => plain("--s-input", 1.5),
        Line::Output => plain("--s-output", 1.5),
        Line::Rate => plain(tone(metric), 1.75),
        Line::PerMinute => Look { area: metric.filled(), ..plain(tone(metric), 1.5) },
        Line::Avg if metric.is_single() => plain(tone(metric), 1.75),
        Line::Avg => Look { halo: true, ..plain("--p-avg", 2.0) },
        Line::Max => plain("--p-max", 1.0),
        Line::P50 => plain("--p-50", 1.5),
        Line::P80 => plain("--p-80", 1.5),
        Line::P90 => plain("--p-90", 1.5),
        Line::P99 => plain("--p-99", 1.5),
        Line::Status(500..) => plain(E5[0].1, 1.25),
        Line::Status(_) => plain(E4[0].1, 1.25),
        Line::Before => plain("--s-prev", 1.0),
    }
}

/// The colour role of the line of a chart that has one.
const fn tone(metric: Metric) -> &'static str {
    match metric.tone() {
        Tone::Neutral => "--s-total",
        Tone::Good => "--s-ok",
        Tone::Bad => "--s-fail",
    }
}

/// The looks of a chart's lines: of codes, each its own colour, and the first, which has most occurrences, stronger than the others.
pub fn looks(metric: Metric, lines: &[Line]) -> Vec<Look> {
    let codes = lines.iter().filter_map(|l| if let Line::Status(status) = l { Some(*status) } else { None });
    let mut tokens = status_tokens(codes).into_iter();
    let mut looks: Vec<Look> = lines.iter().map(|&line| look(metric, line)).collect();
    for (i, (look, line)) in looks.iter_mut().zip(lines).enumerate() {
        if let (Line::Status(_), Some(token)) = (line, tokens.next()) {
            *look = plain(token, if i == 0 { 1.75 } else { 1.25 });
        }
    }
    looks
}

/// Colour roles of the status codes of a chart or list. A frequent code has a colour of its own everywhere. Any other takes the next colour
/// from a place of its own on that nothing in the chart has; where all are taken, they begin again.
pub fn status_tokens(statuses: impl IntoIterator<Item = u16>) -> Vec<&'static str> {
    let statuses: Vec<u16> = statuses.into_iter().collect();
    let mut tokens: Vec<Option<&'static str>> = statuses.iter().map(|&status| own_token(status)).collect();
    // In the order of the codes, whatever order the chart has.
    let mut others: Vec<usize> = (0..statuses.len()).filter(|&at| tokens[at].is_none()).collect();
    sort_by(&mut others, |a, b| statuses[*a].cmp(&statuses[*b]));
    for at in others {
        let roles = roles_of(statuses[at]);
        let first = usize::from(statuses[at]) % roles.len();
        let from_own = || roles.iter().cycle().skip(first).take(roles.len()).map(|&(_, token)| token);
        let free = from_own().find(|&token| !tokens.contains(&Some(token)));
        tokens[at] = free.or_else(|| from_own().next());
    }
    tokens.into_iter().flatten().collect()
}

const fn roles_of(status: u16) -> &'static [(u16, &'static str)] {
    if status >= 500 { &E5 } else { &E4 }
}

/// The colour that is a code's alone.
fn own_token(status: u16) -> Option<&'static str> {
    roles_of(status).iter().find(|&&(of, _)| of == status).map(|&(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_colour_and_shares_it_with_no_other() {
        let frequent = [429, 400, 401, 403, 404, 499, 408, 422, 500, 503, 502, 504, 529];
        let all = status_tokens(frequent);
        for (at, status) in frequent.into_iter().enumerate() {
            assert_eq!(status_tokens([599, 418, status])[2], all[at]);
        }
        let (some, turned) = (status_tokens([418, 599, 413]), status_tokens([413, 418, 599]));
        assert_eq!(some, [turned[1], turned[2], turned[0]], "the order of a list does not matter");
        let most: Vec<u16> = (400..408).chain(550..556).collect();
        for statuses in [&frequent[..], &most[..], &[504, 500][..]] {
            let mut tokens = status_tokens(statuses.iter().copied());
            tokens.sort_unstable();
            tokens.dedup();
            assert_eq!(tokens.len(), statuses.len(), "{statuses:?}");
        }
        assert_eq!(status_tokens(400..500).len(), 100, "codes without end have colours");
    }

    #[test]
    fn only_amounts_per_time_and_failures_are_filled() {
        let filled: Vec<Metric> =
            Metric::THREE_WIDE.into_iter().filter(|&m| look(m, Line::PerMinute).area && m.filled()).collect();
        assert_eq!(filled, [Metric::Rpm, Metric::Tpm]);
        assert!(look(Metric::Calls, Line::Failures).area && !look(Metric::FailureRate, Line::Rate).area);
        assert!(Line::DISTRIBUTION.into_iter().all(|l| !look(Metric::Ttft, l).area));
    }
}
