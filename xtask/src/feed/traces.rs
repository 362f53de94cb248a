//! The real traces behind the feeds: rows of the Azure code trace and the quantile table of the Mooncake conversation
//! trace. Where they come from and under which licence is said in `xtask/data/README.md`.

use super::FeedError;
use super::dice::Dice;

const AZURE: &str = include_str!("../../data/azure-code-2023.csv");
const MOONCAKE: &str = include_str!("../../data/mooncake-conversation.txt");
const AZURE_HEAD: &str = "TIMESTAMP,ContextTokens,GeneratedTokens";

/// A request of the Azure code trace.
pub struct AzureRow {
    /// As the trace writes it: `YYYY-MM-DD HH:MM:SS.fffffff`, UTC.
    pub time: &'static str,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Interval since the request before, divided by the trace's mean interval.
    pub gap: f64,
}

/// All rows of the Azure code trace in their order.
pub fn azure() -> Result<Vec<AzureRow>, FeedError> {
    let bad = |line: usize, what| FeedError::Trace { file: "azure-code-2023.csv", line, what };
    let mut lines = AZURE.lines().enumerate();
    if lines.next().map(|(_, head)| head) != Some(AZURE_HEAD) {
        return Err(bad(1, "the header is not the one expected"));
    }
    let mut rows = Vec::new();
    let mut before = None;
    for (index, line) in lines {
        let mut cells = line.split(',');
        let (Some(time), Some(input), Some(output), None) = (cells.next(), cells.next(), cells.next(), cells.next()) else {
            return Err(bad(index + 1, "three columns are expected"));
        };
        let second = second_of_day(time).ok_or_else(|| bad(index + 1, "the time is not readable"))?;
        rows.push(AzureRow {
            time,
            input_tokens: input.parse().map_err(|_| bad(index + 1, "ContextTokens is not a number"))?,
            output_tokens: output.parse().map_err(|_| bad(index + 1, "GeneratedTokens is not a number"))?,
            gap: before.map_or(0.0, |b| second - b),
        });
        before = Some(second);
    }
    let mean = rows.iter().map(|row| row.gap).sum::<f64>() / (rows.len() - 1) as f64;
    for row in &mut rows {
        row.gap /= mean;
    }
    Ok(rows)
}

/// Seconds since midnight of `YYYY-MM-DD HH:MM:SS.fffffff`; the trace stays within one day.
fn second_of_day(time: &str) -> Option<f64> {
    let hours: f64 = time.get(11..13)?.parse().ok()?;
    let minutes: f64 = time.get(14..16)?.parse().ok()?;
    let seconds: f64 = time.get(17..)?.parse().ok()?;
    Some((hours * 60.0 + minutes) * 60.0 + seconds)
}

/// Empirical quantiles of the Mooncake conversation trace.
pub struct Mooncake {
    /// Requests in a tick of three seconds.
    pub per_tick: Vec<f64>,
    /// Mean of `per_tick`.
    pub per_tick_mean: f64,
    input: Vec<f64>,
    /// By decile of the input length.
    output: Vec<Vec<f64>>,
    reuse_permille: Vec<f64>,
}

impl Mooncake {
    /// Reads the table.
    pub fn load() -> Result<Self, FeedError> {
        let per_tick = row("requests_per_tick")?;
        Ok(Self {
            per_tick_mean: per_tick.iter().sum::<f64>() / per_tick.len() as f64,
            per_tick,
            input: row("input_tokens")?,
            output: (0..10).map(|decile| row(&format!("output_tokens_{decile}"))).collect::<Result<_, _>>()?,
            reuse_permille: row("reuse_permille")?,
        })
    }

    /// Input and output tokens of one request, and how many input tokens repeat an earlier prompt's prefix.
    pub fn request(&self, dice: &mut Dice) -> (u64, u64, u64) {
        let input = dice.quantile(&self.input);
        let below = self.input.partition_point(|value| *value < input);
        let decile = (below * 10 / self.input.len()).min(9);
        let output = dice.quantile(&self.output[decile]);
        let reused = input * dice.quantile(&self.reuse_permille) / 1000.0;
        (input as u64, output as u64, reused as u64)
    }
}

fn row(name: &str) -> Result<Vec<f64>, FeedError> {
    let bad = |line, what| FeedError::Trace { file: "mooncake-conversation.txt", line, what };
    for (index, line) in MOONCAKE.lines().enumerate() {
        if let Some(values) = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")) {
            let values: Vec<f64> = values
                .split(' ')
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(|_| bad(index + 1, "a value is not a number"))?;
            if values.len() < 2 {
                return Err(bad(index + 1, "a row of quantiles needs two values or more"));
            }
            return Ok(values);
        }
    }
    Err(bad(1, "a row is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_azure_trace_is_whole() {
        let rows = azure().unwrap();
        assert_eq!(rows.len(), 8819);
        assert_eq!(rows[0].time, "2023-11-16 18:17:03.9799600");
        assert_eq!((rows[8818].input_tokens, rows[8818].output_tokens), (549, 173));
        let mean = rows.iter().map(|row| row.gap).sum::<f64>() / 8818.0;
        assert!((mean - 1.0).abs() < 1e-9, "{mean}");
    }

    #[test]
    fn draws_follow_the_mooncake_quantiles() {
        let table = Mooncake::load().unwrap();
        let mut dice = Dice::new(1, 1);
        let draws: Vec<_> = (0..20_000).map(|_| table.request(&mut dice)).collect();
        assert!(draws.iter().all(|(input, _, reused)| reused <= input && *input <= 126_195));
        // Quantiles of the trace itself; four standard errors of a share are 0.014.
        for (tokens, share) in [(964, 0.1), (2307, 0.25), (6909, 0.5), (15_366, 0.75), (27_367, 0.9)] {
            let below = draws.iter().filter(|(input, _, _)| *input < tokens).count() as f64 / 20_000.0;
            assert!((below - share).abs() < 0.014, "{below} of the draws lie below {tokens}, {share} of the trace");
        }
    }
}
