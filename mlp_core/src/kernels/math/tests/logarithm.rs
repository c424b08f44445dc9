//! Tests of the logarithms.

use super::super::logarithm::ln_of_parts;
use super::*;

kernel! {
    ln_kernel |x| ln(x);
    ln_of_moderate_kernel |x| ln_of_moderate(x);
    ln_of_mantissa_kernel |x| ln_of_parts(x.sub(splat(1.0)), splat(0.0));
    ln_1p_difference_kernel |x| ln_1p_difference(x, splat(0.25)).0;
    ln_1p_difference_of_zero_kernel |x| ln_1p_difference(x, splat(0.0)).0;
}

bounds! {
    ln_is_accurate: ln_kernel, f64::ln, from 1e-9, to 4.0, 1.5 ulp, 1.5 ulp;
    ln_of_moderate_is_accurate: ln_of_moderate_kernel, f64::ln, from 1e-9, to 4.0, 1.5 ulp, 1.5 ulp;
    ln_is_accurate_at_large_numbers: ln_kernel, f64::ln, from 1.0, to 3e38, 1.5 ulp, 1.5 ulp;
    ln_1p_difference_is_accurate: ln_1p_difference_of_zero_kernel, f64::ln_1p, from 0.0, to 1e9, 5.0 ulp, 5.0 ulp;
    ln_1p_difference_is_accurate_near_one: ln_1p_difference_kernel, |x| ((x - 0.25) / 1.25).ln_1p(), from 0.2, to 0.3, 5.0 ulp, 5.0 ulp;
}

/// Checks `ln` at powers of two over the range of the scalar, including subnormal ones, and at the ends of the range.
fn check_ln_range<T: Elementary + Dispatch>(exponents: core::ops::Range<i32>) {
    let mut points: Vec<T> = exponents.map(|e| T::nearest(2.0_f64.powi(e))).collect();
    points.extend([T::max_value(), T::min_positive_value()]);
    points.resize(points.len().next_multiple_of(16), T::nearest(1.0));
    check("ln", ln_kernel, &points, |i| points[i].widen().ln(), 1.5);
    for x in [-1.0, f64::NEG_INFINITY, f64::NAN] {
        T::dispatch_to_each(|| ln_kernel(vec![T::nearest(x); 16]), |_, results| assert!(results[0].is_nan(), "ln {x}"));
    }
    for (x, truth) in [(0.0, f64::NEG_INFINITY), (-0.0, f64::NEG_INFINITY), (f64::INFINITY, f64::INFINITY)] {
        let check = |set: &str, results: Vec<T>| assert_eq!(results[0].widen(), truth, "ln {x}, {set}");
        T::dispatch_to_each(|| ln_kernel(vec![T::nearest(x); 16]), check);
    }
}

#[test]
fn ln_is_accurate_over_the_whole_range() {
    check_ln_range::<f32>(-149..128);
    check_ln_range::<f64>(-1074..1024);
}

/// Checks the mantissas of all instruction sets: from √½ to √2, and from ¾ to 1½.
#[test]
fn ln_of_a_mantissa_is_accurate() {
    let (low, high) = (core::f64::consts::FRAC_1_SQRT_2, 1.4999);
    let (single, double) = (points::<f32>(low, high), points::<f64>(low, high));
    check("ln", ln_of_mantissa_kernel, &single, |i| f64::from(single[i]).ln(), 1.5);
    check("ln", ln_of_mantissa_kernel, &double, |i| double[i].ln(), 1.5);
}

fn check_moderate_ln<T: Elementary + Dispatch>() {
    let last = -T::min_positive_value().widen().log2();
    let points: Vec<T> = (0..4096).map(|i| T::nearest((last * (f64::from(i) / 2047.5 - 1.0)).exp2())).collect();
    check("ln", ln_of_moderate_kernel, &points, |i| points[i].widen().ln(), 1.5);
    let is_nan = |set: &str, results: Vec<T>| assert!(results[0].is_nan(), "{set}");
    T::dispatch_to_each(|| ln_of_moderate_kernel(vec![T::nan(); 16]), is_nan);
}

#[test]
fn moderate_ln_is_accurate_over_its_whole_range_and_keeps_nan() {
    check_moderate_ln::<f32>();
    check_moderate_ln::<f64>();
}
