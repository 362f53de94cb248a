//! Counts of dictionary codes. Codes are dense, so that a vector takes a map's place.

/// Counts by code, with the codes met.
#[derive(Debug)]
pub struct Counts {
    counts: Vec<u64>,
    met: Vec<u32>,
}

impl Counts {
    /// For codes below `codes`.
    pub fn new(codes: usize) -> Self {
        Self { counts: vec![0; codes], met: Vec::new() }
    }

    /// Counts a code.
    #[inline]
    pub fn add(&mut self, code: u32) {
        let count = &mut self.counts[code as usize];
        if *count == 0 {
            self.met.push(code);
        }
        *count += 1;
    }

    /// The codes met with their counts, in order of first sight; begins anew, at the cost of what was met.
    pub fn take(&mut self) -> Vec<(u32, u64)> {
        self.met.drain(..).map(|code| (code, core::mem::take(&mut self.counts[code as usize]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_begins_anew() {
        let mut counts = Counts::new(5);
        [3, 1, 3].into_iter().for_each(|code| counts.add(code));
        assert_eq!(counts.take(), [(3, 2), (1, 1)]);
        counts.add(1);
        assert_eq!(counts.take(), [(1, 1)]);
        assert_eq!(counts.take(), []);
    }
}
