//! The value axis: round steps from zero, or powers of ten above a strip that leads to zero.

use crate::base::num;

/// Height of the strip between zero and the lowest line of a logarithmic axis, in decades.
const ZERO_STRIP: f64 = 0.35;

/// Lines and scale of a value axis. Zero is always its foot.
#[derive(Clone, Debug, PartialEq)]
pub struct YAxis {
    /// Values that have a grid line, ascending, zero first.
    pub lines: Vec<f64>,
    top: f64,
    /// Logarithmic from this value on.
    floor: Option<f64>,
}

impl YAxis {
    /// An axis from zero to at least `max` in steps of 1, 2, 2.5 or 5 times a power of ten, with about `steps` of them. `whole`: no line
    /// lies between whole numbers.
    pub fn linear(max: f64, steps: u32, whole: bool) -> Self {
        let (mut step, mut top) = if max > 0.0 && max.is_finite() { nice(max, steps) } else { (0.5, 1.0) };
        if whole && step.fract() != 0.0 {
            step = step.ceil();
            top = (max / step - 1e-9).ceil().max(1.0) * step;
        }
        let count = (top / step).round() as u32;
        Self { lines: (0..=count).map(|i| f64::from(i) * step).collect(), top, floor: None }
    }

    /// A logarithmic axis for values between `min` (the smallest above zero) and `max`. Below the lowest line it runs straight to zero,
    /// so that buckets without anything have their place. Falls back to [`YAxis::linear`] where nothing is above zero.
    pub fn logarithmic(min: f64, max: f64, steps: u32, whole: bool) -> Self {
        if !(min > 0.0 && max >= min && max.is_finite()) {
            return Self::linear(max, steps, whole);
        }
        let floor = 10_f64.powf(min.log10().floor());
        let rounds = [1.0, 2.0, 5.0, 10.0];
        let decade = 10_f64.powf((max * 0.999_999).log10().floor());
        let top = rounds.iter().map(|r| r * decade).find(|&t| t >= max * 0.999_999).unwrap_or(10.0 * decade).max(floor * 2.0);
        let decades = (top / floor).log10();
        let fine: &[f64] = if decades <= 2.1 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let every = (decades / f64::from(steps + 1)).ceil().max(1.0) as i32;
        let mut lines = vec![0.0];
        let mut power = 0;
        while floor * 10_f64.powi(power) <= top * 1.000_001 {
            let base = floor * 10_f64.powi(power);
            lines.extend(fine.iter().map(|f| f * base).filter(|&v| v <= top * 1.000_001));
            power += every;
        }
        if lines.last().is_some_and(|&last| top > last * 1.9) {
            lines.push(top);
        }
        Self { lines, top, floor: Some(floor) }
    }

    /// How far up a value lies: 0 at the foot, 1 at the top line.
    pub fn share(&self, value: f64) -> f64 {
        match self.floor {
            None => value / self.top,
            Some(floor) => {
                let all = ZERO_STRIP + (self.top / floor).log10();
                let up = if value <= floor { ZERO_STRIP * value / floor } else { ZERO_STRIP + (value / floor).log10() };
                up / all
            }
        }
    }

    /// A line's label: thousands as `k` where the axis reaches far.
    pub fn label(&self, value: f64) -> String {
        let (size, sign) = match self.top {
            _ if value == 0.0 => return "0".into(),
            top if top >= 1e11 => (1e9, "B"),
            top if top >= 1e8 => (1e6, "M"),
            top if top >= 1e5 => (1e3, "k"),
            _ => (1.0, ""),
        };
        let size_fits = value >= size / 100.0;
        if size_fits { format!("{}{sign}", num::short(value / size, 3)) } else { num::short(value, 3) }
    }
}

/// Step and top of a linear axis.
fn nice(max: f64, steps: u32) -> (f64, f64) {
    let raw = max / f64::from(steps.max(1));
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0].into_iter().find(|&s| raw / power <= s + 1e-9).unwrap_or(10.0) * power;
    (step, (max / step - 1e-9).ceil().max(1.0) * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &YAxis) -> Vec<String> {
        axis.lines.iter().map(|&v| axis.label(v)).collect()
    }

    #[test]
    fn steps_are_round_and_zero_is_there() {
        assert_eq!(labels(&YAxis::linear(9079.0, 4, true)), ["0", "2,500", "5,000", "7,500", "10,000"]);
        assert_eq!(labels(&YAxis::linear(28.3, 4, false)), ["0", "10", "20", "30"]);
        assert_eq!(labels(&YAxis::linear(1.9, 4, false)), ["0", "0.5", "1", "1.5", "2"]);
        assert_eq!(labels(&YAxis::linear(1_200_000.0, 4, true)), ["0", "500k", "1,000k", "1,500k"]);
        assert_eq!(labels(&YAxis::linear(1.02, 4, true)), ["0", "1", "2"]);
        assert_eq!(labels(&YAxis::linear(9.18, 4, true)), ["0", "3", "6", "9", "12"]);
        assert_eq!(labels(&YAxis::linear(0.0, 4, false)), ["0", "0.5", "1"]);
        assert_eq!(labels(&YAxis::linear(f64::NAN, 4, true)), ["0", "1"]);
    }

    #[test]
    fn every_maximum_fits_with_few_lines() {
        let mut max = 1e-6;
        while max < 1e13 {
            for steps in [4, 5] {
                for whole in [false, true] {
                    let axis = YAxis::linear(max, steps, whole);
                    let lines = axis.lines.len();
                    assert!(axis.share(max) <= 1.0 + 1e-9 && (2..=7).contains(&lines), "{max} {steps} {whole}: {lines}");
                    let log = YAxis::logarithmic(max / 3e4, max, steps, whole);
                    let lines = log.lines.len();
                    assert!(log.share(max) <= 1.0 + 1e-6 && (3..=9).contains(&lines), "{max} log {steps}: {lines}");
                }
            }
            max *= 1.37;
        }
    }

    #[test]
    fn a_logarithmic_axis_keeps_zero_and_order() {
        let axis = YAxis::logarithmic(1.0, 2202.0, 4, true);
        assert_eq!(labels(&axis), ["0", "1", "10", "100", "1,000", "5,000"]);
        assert_eq!(axis.share(0.0), 0.0);
        let shares: Vec<f64> = [0.0, 0.5, 1.0, 2.0, 40.0, 2202.0, 5000.0].iter().map(|&v| axis.share(v)).collect();
        assert!(shares.windows(2).all(|w| w[0] < w[1]), "{shares:?}");
        assert!((axis.share(100.0) - axis.share(10.0) - (axis.share(10.0) - axis.share(1.0))).abs() < 1e-12);
        assert_eq!(
            labels(&YAxis::logarithmic(420.0, 5709.0, 4, false)),
            ["0", "100", "200", "500", "1,000", "2,000", "5,000", "10,000"]
        );
    }
}
