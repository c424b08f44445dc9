//! Tests of the normal distribution.

use super::super::normal_reference::NORMAL;
use super::*;

kernel! {
    cdf_kernel |x| normal(x).cdf;
    density_kernel |x| normal(x).density;
}

limits! {
    cdf_saturates: cdf_kernel [0.0, 0.0, 1.0, 1.0];
    density_saturates: density_kernel [0.0; 4];
}

/// Returns the points of the table above `low`, truncated to whole registers.
fn normal_points<T: Elementary>(low: f64) -> (Vec<T>, Vec<(f64, f64, f64)>) {
    let mut rows: Vec<_> = NORMAL.iter().copied().filter(|row| row.0 > low).collect();
    rows.truncate(rows.len() / 16 * 16);
    (rows.iter().map(|row| T::nearest(row.0)).collect(), rows)
}

fn check_normal<T: Elementary + Dispatch>(low: f64, cdf_bound: f64, density_bound: f64) {
    let (points, rows) = normal_points::<T>(low);
    check("cdf", cdf_kernel, &points, |i| rows[i].1, cdf_bound);
    check("density", density_kernel, &points, |i| rows[i].2, density_bound);
}

#[test]
fn normal_is_accurate() {
    check_normal::<f64>(-37.5, 6.0, 3.0);
    check_normal::<f32>(-13.0, 6.0, 3.0);
    // Between the points of the table, `f64` is the true value for `f32`.
    let points = points::<f32>(-13.0, 8.0);
    check("cdf", cdf_kernel, &points, |i| normal(f64::from(points[i])).cdf, 6.0);
    check("density", density_kernel, &points, |i| normal(f64::from(points[i])).density, 3.0);
}
