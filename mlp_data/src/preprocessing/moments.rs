//! Mean and variance of values.

/// Number of values, their mean, and the sum of their squared deviations from it, in double precision.
///
/// The default is that of no values: all are 0.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub count: u64,
    /// Mean of the values.
    pub mean: f64,
    /// `Σ (xᵢ − mean)²`
    pub sum_of_squares: f64,
}

impl Moments {
    /// Computes the moments in two passes over the values.
    ///
    /// `m = Σ xᵢ / n`, `sum of squares = Σ (xᵢ − m)² − (Σ (xᵢ − m))² / n`
    ///
    /// The second sum corrects the rounding error of the mean (Chan, Golub and LeVeque, "Algorithms for computing the
    /// sample variance", 1983).
    pub fn of(values: impl ExactSizeIterator<Item = f64> + Clone) -> Self {
        let length = values.len();
        if length == 0 {
            return Self::default();
        }
        let count = length as f64;
        let mean = values.clone().sum::<f64>() / count;
        let (sum, sum_of_squares) = values.fold((0.0, 0.0), |(sum, sum_of_squares), value| {
            let difference = value - mean;
            (sum + difference, sum_of_squares + difference * difference)
        });
        let corrected = sum_of_squares - sum * sum / count;
        // Not `max`, which would hide a NaN.
        Self { count: length as u64, mean, sum_of_squares: if corrected < 0.0 { 0.0 } else { corrected } }
    }

    /// Returns the moments of the values of both, by the update formula of the same paper.
    // n = n₁ + n₂,  δ = m₂ − m₁,  m = m₁ + δ n₂ / n,  s = s₁ + s₂ + δ² n₁ n₂ / n
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        let count = self.count + other.count;
        let share = other.count as f64 / count as f64;
        let difference = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + difference * share,
            sum_of_squares: self.sum_of_squares
                + other.sum_of_squares
                + difference * difference * self.count as f64 * share,
        }
    }

    /// Returns the (population) variance, NaN if there are no values.
    pub fn variance(&self) -> f64 {
        self.sum_of_squares / self.count as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_parts_have_the_moments_of_the_whole() {
        let values: Vec<f64> = (0..11).map(|i| 3.0 + f64::from(i * i % 7)).collect();
        let whole = Moments::of(values.iter().copied());
        assert_eq!((whole.count, whole.mean * 11.0), (11, values.iter().sum()));
        for (first, rest) in (0..=values.len()).map(|split| values.split_at(split)) {
            let merged = Moments::of(first.iter().copied()).merge(Moments::of(rest.iter().copied()));
            assert_eq!(merged.count, 11);
            let differences = [merged.mean - whole.mean, merged.sum_of_squares - whole.sum_of_squares];
            assert!(differences.into_iter().all(|difference| difference.abs() < 1e-12), "{merged:?}, not {whole:?}");
        }
    }
}
