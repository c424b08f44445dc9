//! Points that are drawn from a box, again and again.

use mlp_core::{Rng, Scalar};

use super::Points;

/// Schedule by which the points of a term are drawn again.
///
/// ```
/// # mod mlp { pub mod residuals { pub use mlp_train::residuals::Redraw; } }
/// use mlp::residuals::Redraw;
///
/// let redraw = Redraw::every(100).by_residual();
/// # let _ = redraw;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Redraw {
    epochs: usize,
    by_residual: bool,
}

impl Redraw {
    /// Draws new points before every epoch whose number is a multiple of `epochs`.
    pub fn every(epochs: usize) -> Self {
        Self { epochs: epochs.max(1), by_residual: false }
    }

    /// Draws more points where the residual is large: with a probability in proportion to `r² / mean(r²) + 1`, from ten times
    /// as many candidates.
    ///
    /// Source: Wu et al., "A comprehensive study of non-adaptive and residual-based adaptive sampling for physics-informed
    /// neural networks", 2023.
    pub fn by_residual(self) -> Self {
        Self { by_residual: true, ..self }
    }

    pub(super) fn is_due(self, epoch: usize) -> bool {
        epoch > 0 && epoch.is_multiple_of(self.epochs)
    }

    pub(super) fn is_by_residual(self) -> bool {
        self.by_residual
    }
}

/// Number of candidates for each point that is drawn by its residual.
pub(super) const CANDIDATES: usize = 10;

/// Draws points from a box, with one point in each of as many slices of each side: a Latin hypercube.
pub(super) fn draw<T: Scalar>(points: &mut Points<T>, sides: &[(f64, f64)], order: &mut Vec<usize>, rng: &mut Rng) {
    let rows = points.rows();
    for (column, &(low, high)) in sides.iter().enumerate() {
        order.clear();
        order.extend(0..rows);
        rng.shuffle(order);
        for (value, &slice) in points.column_mut(column).iter_mut().zip(&*order) {
            let share = (slice as f64 + rng.uniform()) / rows as f64;
            *value = T::from_f64(low + share * (high - low));
        }
    }
}

/// Chooses as many rows of `candidates` as `points` has, each with a probability in proportion to its weight plus the mean
/// weight.
///
/// The rows are those at equal distances along the sum of the weights, from a random start, so that no row of more than its
/// share is missed.
pub(super) fn choose<T: Scalar>(points: &mut Points<T>, candidates: &Points<T>, weights: &[f64], rng: &mut Rng) {
    let total: f64 = weights.iter().filter(|weight| weight.is_finite()).sum();
    let mean = if total > 0.0 { total / weights.len() as f64 } else { 1.0 };
    let weight = |row: usize| mean + if weights[row].is_finite() { weights[row] } else { 0.0 };
    let step = (0..weights.len()).map(weight).sum::<f64>() / points.rows() as f64;
    let mut next = rng.uniform() * step;
    let (mut sum, mut row) = (weight(0), 0);
    for target in 0..points.rows() {
        while sum <= next && row + 1 < weights.len() {
            row += 1;
            sum += weight(row);
        }
        points.set_row(target, candidates, row);
        next += step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slice_of_each_side_has_one_point() {
        for rows in [1, 7, 100] {
            let mut points = Points::<f64>::zeros(rows, 2);
            draw(&mut points, &[(-1.0, 1.0), (0.0, 3.0)], &mut Vec::new(), &mut Rng::new(3));
            for (column, (low, high)) in [(-1.0, 1.0), (0.0, 3.0)].into_iter().enumerate() {
                let slice = |&x: &f64| ((x - low) / (high - low) * rows as f64) as usize;
                let mut slices: Vec<_> = points.column_mut(column).iter().map(slice).collect();
                slices.sort_unstable();
                assert_eq!(slices, (0..rows).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn rows_are_chosen_in_proportion_to_their_weights() {
        let mut candidates = Points::<f64>::zeros(1000, 1);
        candidates.column_mut(0).iter_mut().enumerate().for_each(|(row, value)| *value = row as f64);
        let mut points = Points::zeros(100, 1);
        // All of the weight is in the last tenth, so that half of the points are there, and their share of the rest.
        let weights: Vec<_> = (0..1000).map(|row| if row < 900 { 0.0 } else { 1.0 }).collect();
        choose(&mut points, &candidates, &weights, &mut Rng::new(5));
        let heavy = points.column_mut(0).iter().filter(|&&row| row >= 900.0).count();
        assert!((54..=56).contains(&heavy), "{heavy}");
        // Residuals that are zero or not finite choose evenly.
        for weight in [0.0, f64::NAN] {
            choose(&mut points, &candidates, &[weight; 1000], &mut Rng::new(5));
            let low = points.column_mut(0).iter().filter(|&&row| row < 500.0).count();
            assert_eq!(low, 50);
        }
    }
}
