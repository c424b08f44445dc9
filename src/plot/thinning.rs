//! Reduction of long curves to the points that are visible.

/// Removes points without a visible effect.
///
/// The first, lowest, highest and last point of each pixel column are kept, so that the curve covers the same pixels
/// (Jugel et al., "M4: a visualization-oriented time series data aggregation", 2014). Only curves with ascending x
/// values are thinned.
pub(super) fn thin(points: &[(f64, f64)], columns: usize) -> Vec<(f64, f64)> {
    if points.len() <= 4 * columns || !points.is_sorted_by(|a, b| a.0 <= b.0) {
        return points.to_vec();
    }
    let start = points[0].0;
    let end = points[points.len() - 1].0;
    let column = |x: f64| ((x - start) / (end - start) * columns as f64) as usize;
    points.chunk_by(|a, b| column(a.0) == column(b.0)).flat_map(extremes).collect()
}

/// Returns the first, lowest, highest and last point of a column, in their order and without duplicates.
fn extremes(column: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let compare_y = |&a: &usize, &b: &usize| column[a].1.total_cmp(&column[b].1);
    let lowest = (0..column.len()).min_by(compare_y).unwrap_or(0);
    let highest = (0..column.len()).max_by(compare_y).unwrap_or(0);
    let mut kept = vec![0, lowest, highest, column.len() - 1];
    kept.sort_unstable();
    kept.dedup();
    kept.into_iter().map(|index| column[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_and_ends_stay() {
        let mut points: Vec<_> = (0..10_000).map(|i| (f64::from(i), (f64::from(i) * 0.01).sin())).collect();
        points[4321].1 = 9.0;
        points[8765].1 = -9.0;
        let thinned = thin(&points, 100);
        assert!(thinned.len() <= 404, "{}", thinned.len());
        assert!(thinned.is_sorted_by(|a, b| a.0 < b.0));
        for kept in [0, 4321, 8765, 9999] {
            assert!(thinned.contains(&points[kept]));
        }
    }

    #[test]
    fn few_points_and_loops_are_left_alone() {
        let few: Vec<_> = (0..400).map(|i| (f64::from(i), 0.0)).collect();
        assert_eq!(thin(&few, 100), few);
        let circle: Vec<_> = (0..10_000).map(|i| f64::from(i).sin_cos()).collect();
        assert_eq!(thin(&circle, 100), circle);
    }

    #[test]
    fn one_column_of_data() {
        let vertical: Vec<_> = (0..1000).map(|i| (1.0, f64::from(i))).collect();
        assert_eq!(thin(&vertical, 100), [(1.0, 0.0), (1.0, 999.0)]);
    }
}
