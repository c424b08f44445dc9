//! Ranks of the fitness.

use core::cmp::Ordering;

/// Sets `ranks` to the ranks of the fitness, scaled to `[-½, ½]`. Equal values have the mean of their ranks, NaN has the lowest.
/// `order` is memory for the indices.
pub(super) fn centered_ranks(fitness: &[f64], order: &mut [usize], ranks: &mut [f64]) {
    order.iter_mut().enumerate().for_each(|(position, index)| *index = position);
    order.sort_unstable_by(|&a, &b| compare(fitness[a], fitness[b]));
    let last = fitness.len().saturating_sub(1).max(1) as f64;
    let mut start = 0;
    while start < order.len() {
        let is_equal = |&&index: &&usize| compare(fitness[index], fitness[order[start]]).is_eq();
        let count = order[start..].iter().take_while(is_equal).count();
        let rank = start as f64 + (count - 1) as f64 / 2.0;
        for &index in &order[start..start + count] {
            ranks[index] = rank / last - 0.5;
        }
        start += count;
    }
}

/// Compares two values; NaN is the lowest.
fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks<const N: usize>(fitness: [f64; N]) -> [f64; N] {
        let (mut order, mut ranks) = ([0; N], [0.0; N]);
        centered_ranks(&fitness, &mut order, &mut ranks);
        ranks
    }

    #[test]
    fn ranks_are_centered() {
        assert_eq!(ranks([10.0, -3.0, 1e9, 11.0, 0.0]), [0.0, -0.5, 0.5, 0.25, -0.25]);
        assert_eq!(ranks([f64::INFINITY, f64::NEG_INFINITY]), [0.5, -0.5]);
    }

    #[test]
    fn equal_values_have_equal_ranks() {
        assert_eq!(ranks([1.0, 1.0, 1.0]), [0.0; 3]);
        assert_eq!(ranks([2.0, 1.0, 2.0, 0.0, 0.0]), [0.375, 0.0, 0.375, -0.375, -0.375]);
        assert_eq!(ranks([0.0, -0.0]), [0.0, 0.0]);
    }

    #[test]
    fn nan_is_the_worst() {
        assert_eq!(ranks([f64::NAN, f64::NEG_INFINITY, 1.0]), [-0.5, 0.0, 0.5]);
        assert_eq!(ranks([f64::NAN, 1.0, f64::NAN]), [-0.25, 0.5, -0.25]);
        assert_eq!(ranks([7.0]), [-0.5]);
    }
}
