//! Figures of benchmarks, and the parts of `docs/benchmarks.md` that they are in.

use crate::Result;
use crate::sh;

/// Milliseconds by what was done and who did it.
#[derive(Default)]
pub struct Times(Vec<(String, &'static str, Vec<f64>)>);

impl Times {
    pub fn take(&mut self, what: &str, engine: &'static str, ms: f64) {
        match self.0.iter_mut().find(|(w, e, _)| w == what && *e == engine) {
            Some((_, _, all)) => all.push(ms),
            None => self.0.push((what.to_owned(), engine, vec![ms])),
        }
    }

    pub fn of(&self, what: &str, engine: &str) -> Spread {
        let found = self.0.iter().find(|(w, e, _)| w == what && *e == engine);
        Spread::of(found.map_or(&[], |(_, _, all)| all))
    }
}

/// The middle (of an even number, the upper one) with the range.
pub struct Spread {
    pub least: f64,
    pub median: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(values: &[f64]) -> Self {
        let mut all = values.to_vec();
        all.sort_by(f64::total_cmp);
        let at = |place: usize| all.get(place).copied().unwrap_or(f64::NAN);
        Self { least: at(0), median: at(all.len() / 2), most: at(all.len().saturating_sub(1)) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.median.is_nan() {
            return f.write_str("-");
        }
        write!(f, "{} ms ({} to {})", figure(self.median), figure(self.least), figure(self.most))
    }
}

/// Three digits are enough.
pub fn figure(value: f64) -> String {
    let digits = if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    };
    format!("{value:.digits$}")
}

/// How busy the machine was: the system's own averages, empty where it has none.
pub struct Load(String);

impl Load {
    pub fn now() -> Self {
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self(text.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
    }
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Puts a text between its marks in `docs/benchmarks.md`; what is around them is written by hand.
///
/// # Errors
/// Where the page has no such marks.
pub fn section(name: &str, text: &str) -> Result {
    let file = sh::root().join("docs/benchmarks.md");
    let page = sh::read(&file)?;
    let (begin, end) = (format!("<!-- measured: {name} -->\n"), format!("<!-- end: {name} -->"));
    let parts = page.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("{}: no part {name:?}", file.display()))?;
    sh::write(&file, format!("{before}{begin}{}\n{end}{after}", text.trim_end()))
}

/// A number with its thousands apart.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
