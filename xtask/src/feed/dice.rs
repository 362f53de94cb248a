//! Seeded random draws with the same result on every machine: a PCG generator and `libm` instead of the platform's
//! mathematics, whose last bit differs between systems.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// One independent stream of random numbers.
pub struct Dice(Pcg64);

impl Dice {
    /// A stream of its own for `stream`, so that a change to one service leaves the calls of all others alone.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(Pcg64::new(u128::from(seed), u128::from(stream)))
    }

    /// Uniform in `[0, 1)`, with all 53 bits of the mantissa.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in `0..n`; `n` must be positive.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Log-normal with the given median; `sigma` is the standard deviation of the logarithm.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        let normal = radius * libm::cos(core::f64::consts::TAU * self.unit());
        median * libm::exp(sigma * normal)
    }

    /// One of `options`, each as likely as its weight; the weights need not sum to one.
    pub fn weighted<T: Copy>(&mut self, options: &[(T, f64)]) -> T {
        let mut left = self.unit() * options.iter().map(|(_, weight)| weight).sum::<f64>();
        for (option, weight) in options {
            left -= weight;
            if left < 0.0 {
                return *option;
            }
        }
        options[options.len() - 1].0
    }

    /// A value of the distribution whose quantiles at equal steps are `row` (inverse transform, linear between them).
    pub fn quantile(&mut self, row: &[f64]) -> f64 {
        let at = self.unit() * (row.len() - 1) as f64;
        let low = at as usize;
        let high = (low + 1).min(row.len() - 1);
        row[low] + (row[high] - row[low]) * (at - low as f64)
    }
}
