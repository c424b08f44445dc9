//! Tests of the hyperbolic functions.

use super::super::double_double::DoubleDouble;
use super::*;

kernel! {
    tanh_kernel |x| tanh(x);
    ln_cosh_kernel |x| ln_cosh_and_tanh(x).0;
    tanh_with_ln_cosh_kernel |x| ln_cosh_and_tanh(x).1;
    sinh_kernel |x| sinh(x);
    cosh_kernel |x| cosh(x);
    tanh_again_kernel |x| tanh_and_derivative(x).0;
    tanh_derivative_kernel |x| tanh_and_derivative(x).1;
}

bounds! {
    tanh_is_accurate: tanh_kernel, f64::tanh, from -30.0, to 30.0, 3.0 ulp, 4.0 ulp;
    tanh_is_accurate_near_one: tanh_kernel, f64::tanh, from 0.5, to 8.0, 3.0 ulp, 4.0 ulp;
    sinh_is_accurate: sinh_kernel, f64::sinh, from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    cosh_is_accurate: cosh_kernel, f64::cosh, from -86.0, to 86.0, 3.0 ulp, 3.0 ulp;
    tanh_with_ln_cosh_is_accurate: tanh_with_ln_cosh_kernel, f64::tanh, from -30.0, to 30.0, 4.0 ulp, 5.0 ulp;
    tanh_with_its_derivative_is_accurate: tanh_again_kernel, f64::tanh, from -30.0, to 30.0, 4.0 ulp, 4.0 ulp;
    the_derivative_of_tanh_is_accurate: tanh_derivative_kernel, sech_square, from -43.0, to 43.0, 6.0 ulp, 6.0 ulp;
}

limits! {
    tanh_saturates: tanh_kernel [-1.0, -1.0, 1.0, 1.0];
    ln_cosh_saturates: ln_cosh_kernel [f64::INFINITY, 1e30, 1e30, f64::INFINITY];
    tanh_with_ln_cosh_saturates: tanh_with_ln_cosh_kernel [-1.0, -1.0, 1.0, 1.0];
    tanh_with_its_derivative_saturates: tanh_again_kernel [-1.0, -1.0, 1.0, 1.0];
    the_derivative_of_tanh_saturates: tanh_derivative_kernel [0.0; 4];
}

/// Returns `1 / cosh² x`.
fn sech_square(x: f64) -> f64 {
    let u = DoubleDouble::from(-2.0 * x.abs()).exp();
    let scale = DoubleDouble::from(1.0) / (u + 1.0.into());
    (u * 4.0.into() * scale * scale).to_f64()
}

/// Checks `|f(x)| ≤ 1` and `f(−x) = −f(x)` for scalars of all magnitudes, and for closer ones up to the saturation.
fn check_odd_and_bounded<T: Elementary + Dispatch, K: Kernel<T, Output = Vec<T>>>(kernel: fn(Vec<T>) -> K) {
    for (low, high, step) in [(0.0, f32::MAX, 40_009), (0.05, 0.4, 1009), (1.0, 21.0, 701)] {
        let points = patterns::<T>(low, high, step);
        let mut sets = Vec::new();
        T::dispatch_to_each(|| kernel(points.clone()), |set, results| sets.push((set.to_owned(), results)));
        let mut opposite = sets.iter();
        T::dispatch_to_each(
            || kernel(points.iter().map(|&x| -x).collect()),
            |set, negative| {
                let (same, positive) = opposite.next().expect("the same sets");
                assert_eq!(same, set);
                for ((&x, &y), &other) in points.iter().zip(positive).zip(&negative) {
                    assert!(y >= T::zero() && y <= T::one(), "{set}: {y} at {x}");
                    assert_eq!(other, -y, "{set}, {x}");
                }
            },
        );
    }
}

#[test]
fn tanh_is_odd_and_within_one() {
    check_odd_and_bounded::<f32, _>(tanh_kernel);
    check_odd_and_bounded::<f64, _>(tanh_kernel);
}

/// Checks `tanh x = x` where `x³` is lost, down to the smallest scalar.
fn check_tiny_tanh<T: Elementary + Dispatch>() {
    let last = (T::epsilon().widen() / 4.0).sqrt().log2() as i32;
    let first = (T::min_positive_value().widen() * T::epsilon().widen()).log2() as i32;
    let mut points: Vec<T> = (first..last).map(|e| T::nearest(1.25 * f64::from(e).exp2())).collect();
    points.extend([T::zero(), -T::zero(), T::min_positive_value(), -T::min_positive_value()]);
    points.resize(points.len().next_multiple_of(16), T::zero());
    T::dispatch_to_each(|| tanh_kernel(points.clone()), |set, results| assert_eq!(results, points, "{set}"));
}

#[test]
fn tanh_of_a_tiny_argument_is_the_argument() {
    check_tiny_tanh::<f32>();
    check_tiny_tanh::<f64>();
}
