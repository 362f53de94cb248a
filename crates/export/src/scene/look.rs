//! How the lines of each metric look: colour role, width, what is filled (the design's chart rules).

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

const E4: [&str; 4] = ["--e4-1", "--e4-2", "--e4-3", "--e4-4"];
const E5: [&str; 3] = ["--e5-1", "--e5-2", "--e5-3"];

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
        Line::Status(500..) => plain(E5[0], 1.25),
        Line::Status(_) => plain(E4[0], 1.25),
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

/// Colour roles of status codes by their order inside their class, so that a page that lists the codes in the same order gives them the
/// same colours. More codes than roles: they begin again.
pub fn status_tokens(statuses: impl IntoIterator<Item = u16>) -> Vec<&'static str> {
    let (mut fours, mut fives) = (E4.iter().cycle(), E5.iter().cycle());
    statuses.into_iter().filter_map(|s| if s >= 500 { fives.next() } else { fours.next() }).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_take_colours_by_their_order_inside_the_class() {
        assert_eq!(status_tokens([429, 504, 400, 500]), ["--e4-1", "--e5-1", "--e4-2", "--e5-2"]);
        assert_eq!(status_tokens([500, 501, 502, 503]).last(), Some(&"--e5-1"));
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
