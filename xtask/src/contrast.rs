//! `cargo xtask contrast`: the colours of `style/tokens.css` hold what the design promises, in both themes.
//!
//! Text reaches a contrast of 4.5 and graphics 3.0 (WCAG 2.2, 1.4.3 and 1.4.11), and lines that are side by side stay
//! apart under full colour-vision deficiency (Machado, Oliveira and Fernandes 2009), measured as a distance in Oklab.

use crate::Result;
use crate::build::without_comments;
use crate::sh;
use std::collections::BTreeMap;

const TEXT: f64 = 4.5;
const GRAPHICS: f64 = 3.0;
/// The smallest Oklab distance between neighbouring lines.
const APART: f64 = 0.05;

/// Text on the grounds that it is on.
const TEXT_PAIRS: &[(&str, &[&str])] = &[
    ("ink", &["panel", "canvas", "panel-sunk", "panel-raised", "hover", "selected", "pressed", "warn-wash", "bad-wash"]),
    ("ink-2", &["panel", "canvas", "panel-sunk", "panel-raised", "hover", "selected", "warn-wash", "bad-wash", "accent-wash"]),
    ("ink-3", &["panel", "canvas", "panel-sunk", "panel-raised", "hover"]),
    ("accent", &["panel", "panel-sunk", "panel-raised", "hover", "accent-wash"]),
    ("bad", &["panel", "panel-sunk", "hover"]),
    ("warn", &["panel", "canvas", "panel-sunk", "hover"]),
    ("good", &["panel"]),
    ("ink-inverse", &["accent-fill"]),
    ("panel", &["ink"]),
];

/// Marks that are no text. The lines of charts are added by [`is_line`].
const GRAPHICS_PAIRS: &[(&str, &[&str])] =
    &[("focus", &["panel", "canvas"]), ("control-line", &["panel"]), ("cursor", &["panel"])];

/// Lines that are side by side in one chart.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("p-50", "p-80"),
    ("p-80", "p-90"),
    ("p-90", "p-99"),
    ("p-99", "p-max"),
    ("p-avg", "p-50"),
    ("p-avg", "p-99"),
    ("s-total", "s-ok"),
    ("s-total", "s-fail"),
    ("s-ok", "s-fail"),
    ("s-input", "s-output"),
    ("s-total", "s-input"),
    ("e4-1", "e5-1"),
    ("e5-1", "e5-2"),
    ("e4-1", "e4-2"),
];

/// The percentile lines from low to high: luminance goes one way, so that their order is seen without hue.
const RAMP: &[&str] = &["p-50", "p-80", "p-90", "p-99"];

/// Linear RGB, 0 to 1.
type Rgb = [f64; 3];
/// Both themes of one token: light, dark.
type Token = [Rgb; 2];
const THEMES: [&str; 2] = ["light", "dark"];

/// How each kind of sight maps linear RGB (Machado et al. 2009, severity 1.0).
const SIGHTS: &[(&str, [Rgb; 3])] = &[
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protan", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deutan", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    ("tritan", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

pub fn run(args: &[String]) -> Result {
    let report = check(&sh::read(&sh::root().join("style/tokens.css"))?)?;
    if sh::flag(args, "--table") {
        report.lines.iter().for_each(|line| println!("{line}"));
    }
    if report.failures.is_empty() {
        println!("contrast: {} checks pass in both themes", report.lines.len());
        return Ok(());
    }
    Err(format!("colours in style/tokens.css are too close:\n{}", report.failures.join("\n")).into())
}

struct Report {
    lines: Vec<String>,
    failures: Vec<String>,
}

impl Report {
    /// One check in both themes: every value must reach `need`.
    fn add(&mut self, what: String, need: f64, values: [f64; 2]) {
        let line = format!("{what}: {:.3} light, {:.3} dark, needs {need}", values[0], values[1]);
        if values.iter().any(|value| *value < need) {
            self.failures.push(line.clone());
        }
        self.lines.push(line);
    }
}

fn check(css: &str) -> Result<Report> {
    let tokens = tokens(css)?;
    let token = |name: &str| -> Result<Token> {
        tokens.get(name).copied().ok_or_else(|| format!("tokens.css has no --{name}: light-dark(#..., #...)").into())
    };
    let mut report = Report { lines: Vec::new(), failures: Vec::new() };
    let mut marks: Vec<(&str, &[&str], f64)> = Vec::new();
    marks.extend(TEXT_PAIRS.iter().map(|(front, grounds)| (*front, *grounds, TEXT)));
    marks.extend(GRAPHICS_PAIRS.iter().map(|(front, grounds)| (*front, *grounds, GRAPHICS)));
    marks.extend(tokens.keys().filter(|name| is_line(name)).map(|name| (name.as_str(), ["panel"].as_slice(), GRAPHICS)));
    for (front, grounds, need) in marks {
        for ground in grounds {
            let (front_token, ground_token) = (token(front)?, token(ground)?);
            report.add(format!("{front} on {ground}"), need, [0, 1].map(|i| ratio(front_token[i], ground_token[i])));
        }
    }
    for (a, b) in NEIGHBOURS {
        let (left, right) = (token(a)?, token(b)?);
        for (sight, matrix) in SIGHTS {
            let distances = [0, 1].map(|i| distance(seen(left[i], matrix), seen(right[i], matrix)));
            report.add(format!("{a} beside {b}, {sight}"), APART, distances);
        }
    }
    for (i, theme) in THEMES.iter().enumerate() {
        let steps: Vec<f64> = RAMP.iter().map(|name| token(name).map(|t| luminance(t[i]))).collect::<Result<_>>()?;
        let line = format!("percentile ramp, {theme}: luminance {steps:.3?}");
        if !(steps.is_sorted() || steps.iter().rev().is_sorted()) {
            report.failures.push(format!("{line} is out of order"));
        }
        report.lines.push(line);
    }
    Ok(report)
}

/// Chart lines. `s-prev` is left out: the period before is thin and grey by intent, and its figure is beside it.
fn is_line(name: &str) -> bool {
    ["s-", "p-5", "p-8", "p-9", "p-a", "p-m", "e4", "e5"].iter().any(|start| name.starts_with(start)) && name != "s-prev"
}

/// Every `--name: light-dark(#RRGGBB, #RRGGBB)`. Colours that let the ground through have no contrast of their own and are left out.
fn tokens(css: &str) -> Result<BTreeMap<String, Token>> {
    let mut found = BTreeMap::new();
    for declaration in without_comments(css).split([';', '{', '}']) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let (Some(name), Some(value)) = (name.trim().strip_prefix("--"), value.trim().strip_prefix("light-dark(")) else {
            continue;
        };
        let colours: Vec<&str> = value.trim_end_matches(')').split(',').map(str::trim).collect();
        match colours[..] {
            [light, dark] if light.len() == 9 && dark.len() == 9 => {}
            [light, dark] => {
                found.insert(name.to_owned(), [colour(light)?, colour(dark)?]);
            }
            _ => return Err(format!("--{name} is not light-dark(#..., #...): {value}").into()),
        }
    }
    Ok(found)
}

fn colour(hex: &str) -> Result<Rgb> {
    let wrong = || format!("{hex:?} is no colour like #0A5AA8");
    let digits = hex.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii()).ok_or_else(wrong)?;
    let mut rgb = [0.0; 3];
    for (i, channel) in rgb.iter_mut().enumerate() {
        let byte = u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).map_err(|_| wrong())?;
        let part = f64::from(byte) / 255.0;
        *channel = if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
    }
    Ok(rgb)
}

fn luminance([r, g, b]: Rgb) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// WCAG contrast, 1 to 21.
fn ratio(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn seen(rgb: Rgb, matrix: &[Rgb; 3]) -> Rgb {
    matrix.map(|row| row.iter().zip(rgb).map(|(a, x)| a * x).sum::<f64>().clamp(0.0, 1.0))
}

/// Distance in Oklab.
fn distance(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (oklab(a), oklab(b));
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

fn oklab([r, g, b]: Rgb) -> Rgb {
    let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
    let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
    let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
    [
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> String {
        sh::read(&sh::root().join("style/tokens.css")).unwrap()
    }

    #[test]
    fn black_on_white_is_21_and_equal_colours_are_1() {
        let (black, white) = (colour("#000000").unwrap(), colour("#FFFFFF").unwrap());
        assert!((ratio(black, white) - 21.0).abs() < 1e-9);
        assert!((ratio(white, white) - 1.0).abs() < 1e-9);
        assert!((distance(black, white) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn the_shipped_colours_pass() {
        assert_eq!(check(&shipped()).unwrap().failures, Vec::<String>::new());
    }

    #[test]
    fn a_pale_text_and_two_equal_lines_are_caught() {
        let tokens = tokens(&shipped()).unwrap();
        assert!(tokens.contains_key("ink-3") && tokens.contains_key("e5-3"));
        let pale =
            format!("{}\n:root{{ --ink: light-dark(#AAAAAA, #E9ECEF); --p-80: light-dark(#2A98A0, #2F7F86); }}", shipped());
        let failures = check(&pale).unwrap().failures;
        assert!(failures.iter().any(|f| f.starts_with("ink on panel:")), "{failures:?}");
        assert!(failures.iter().any(|f| f.starts_with("p-50 beside p-80, normal")), "{failures:?}");
    }

    #[test]
    fn a_missing_or_malformed_token_is_an_error() {
        assert!(check(":root{ --ink: light-dark(#000000, #FFFFFF); }").is_err());
        assert!(tokens(":root{ --ink: light-dark(#000, #FFFFFF); }").is_err());
    }
}
