use super::double_double::DoubleDouble;
use super::normal_reference::NORMAL;
use super::*;
use crate::kernels::{Dispatch, Kernel, square_or_zero};
use crate::random::Rng;

/// Defines kernels that apply a function to every element of a slice, whose length must be a multiple of 16.
macro_rules! kernel {
    ($($name:ident |$x:ident| $value:expr;)*) => {$(
        #[allow(non_camel_case_types)]
        struct $name<T>(Vec<T>);

        impl<T: Elementary> Kernel<T> for $name<T> {
            type Output = Vec<T>;

            #[inline(always)]
            fn run<V: Vector<Scalar = T>>(mut self) -> Vec<T> {
                for register in self.0.chunks_exact_mut(V::LANES) {
                    let pointer = register.as_mut_ptr();
                    // SAFETY: the chunk is one register long.
                    unsafe {
                        let $x = V::load(pointer);
                        $value.store(pointer);
                    }
                }
                self.0
            }
        }
    )*};
}

kernel! {
    exp_kernel |x| exp(x);
    expm1_kernel |x| expm1(x);
    tanh_kernel |x| tanh(x);
    sigmoid_kernel |x| sigmoid(x);
    softplus_kernel |x| softplus(x);
    log_of_logit_kernel |x| logit(x).log;
    gate_of_logit_kernel |x| logit(x).gate;
    ln_cosh_kernel |x| ln_cosh_and_tanh(x).0;
    tanh_with_ln_cosh_kernel |x| ln_cosh_and_tanh(x).1;
    ln_kernel |x| ln(x);
    ln_of_moderate_kernel |x| ln_of_moderate(x);
    ln_of_mantissa_kernel |x| ln_of_parts(x.sub(splat(1.0)), splat(0.0));
    ln_1p_difference_kernel |x| ln_1p_difference(x, splat(0.25)).0;
    ln_1p_difference_of_zero_kernel |x| ln_1p_difference(x, splat(0.0)).0;
    sin_kernel |x| sin(x);
    cos_kernel |x| cos(x);
    sin_of_turns_kernel |x| sin_of_turns(x);
    cos_of_turns_kernel |x| cos_of_turns(x);
    sinh_kernel |x| sinh(x);
    cosh_kernel |x| cosh(x);
    tanh_again_kernel |x| tanh_and_derivative(x).0;
    tanh_derivative_kernel |x| tanh_and_derivative(x).1;
    gate_kernel |x| sigmoid_and_rest(x).gate;
    rest_kernel |x| sigmoid_and_rest(x).rest;
    difference_kernel |x| sigmoid_and_rest(x).difference;
    cdf_kernel |x| normal(x).cdf;
    density_kernel |x| normal(x).density;
    root_kernel |x| x.root();
    flush_kernel |x| x.flush_subnormals();
    square_kernel |x| square_or_zero(x);
}

/// Returns the error of a result in units of the last place of the true value.
fn ulps<T: Elementary>(result: T, truth: f64) -> f64 {
    if result.widen() == truth {
        return 0.0;
    }
    let exponent = truth.abs().log2().floor();
    let min_exponent = T::min_positive_value().widen().log2();
    ((result.widen() - truth) / (T::epsilon().widen() * exponent.max(min_exponent).exp2())).abs()
}

/// Returns evenly spaced points from `low` to `high`. Their number fills whole registers.
fn points<T: Elementary>(low: f64, high: f64) -> Vec<T> {
    const COUNT: usize = 1 << 16;
    (0..COUNT).map(|i| T::nearest(low + (high - low) * i as f64 / (COUNT - 1) as f64)).collect()
}

/// Runs a kernel with every instruction set and compares each result with the true value.
fn check<T: Elementary + Dispatch, K: Kernel<T, Output = Vec<T>>>(
    name: &str,
    kernel: fn(Vec<T>) -> K,
    points: &[T],
    truth: impl Fn(usize) -> f64,
    bound: f64,
) {
    T::dispatch_to_each(
        || kernel(points.to_vec()),
        |set, results| {
            let errors = (0..points.len()).map(|i| (ulps(results[i], truth(i)), i));
            let (error, i) = errors.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are points");
            println!("{name} of {}, {set}: {error:.2} ulp at {}", core::any::type_name::<T>(), points[i]);
            assert!(error <= bound, "{name} of {}, {set}: {}, expected {}", points[i], results[i], truth(i));
        },
    );
}

macro_rules! bounds {
    ($($test:ident: $kernel:ident, $truth:expr, from $low:expr, to $high:expr, $single:literal ulp, $double:literal ulp;)*) => {$(
        #[test]
        fn $test() {
            let truth: fn(f64) -> f64 = $truth;
            // The whole range, then neighborhoods of zero.
            for scale in [1.0, 1e-2, 1e-9] {
                let single = points::<f32>($low * scale, $high * scale);
                check(stringify!($test), $kernel::<f32>, &single, |i| truth(single[i].into()), $single);
                let double = points::<f64>($low * scale, $high * scale);
                check(stringify!($test), $kernel::<f64>, &double, |i| truth(double[i]), $double);
            }
        }
    )*};
}

bounds! {
    exp_is_accurate: exp_kernel, f64::exp, from -86.0, to 88.7, 1.5 ulp, 1.5 ulp;
    expm1_is_accurate: expm1_kernel, f64::exp_m1, from -80.0, to 39.0, 2.5 ulp, 2.5 ulp;
    tanh_is_accurate: tanh_kernel, f64::tanh, from -30.0, to 30.0, 3.0 ulp, 4.0 ulp;
    tanh_is_accurate_near_one: tanh_kernel, f64::tanh, from 0.5, to 8.0, 3.0 ulp, 4.0 ulp;
    sigmoid_is_accurate: sigmoid_kernel, |x| rest(-x), from -86.0, to 86.0, 3.0 ulp, 3.0 ulp;
    sin_is_accurate: sin_kernel, f64::sin, from -1e5, to 1e5, 4.0 ulp, 4.0 ulp;
    sin_is_accurate_at_small_angles: sin_kernel, f64::sin, from -10.0, to 10.0, 2.5 ulp, 2.5 ulp;
    cos_is_accurate: cos_kernel, f64::cos, from -1e5, to 1e5, 4.0 ulp, 4.0 ulp;
    cos_is_accurate_at_small_angles: cos_kernel, f64::cos, from -10.0, to 10.0, 2.5 ulp, 2.5 ulp;
    ln_is_accurate: ln_kernel, f64::ln, from 1e-9, to 4.0, 1.5 ulp, 1.5 ulp;
    ln_of_moderate_is_accurate: ln_of_moderate_kernel, f64::ln, from 1e-9, to 4.0, 1.5 ulp, 1.5 ulp;
    ln_is_accurate_at_large_numbers: ln_kernel, f64::ln, from 1.0, to 3e38, 1.5 ulp, 1.5 ulp;
    sinh_is_accurate: sinh_kernel, f64::sinh, from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    cosh_is_accurate: cosh_kernel, f64::cosh, from -86.0, to 86.0, 3.0 ulp, 3.0 ulp;
    softplus_is_accurate: softplus_kernel, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    log_of_logit_is_accurate: log_of_logit_kernel, |x| (-x.abs()).exp().ln_1p(), from -86.0, to 86.0, 4.0 ulp, 5.0 ulp;
    gate_of_logit_is_accurate: gate_of_logit_kernel, |x| rest(-x), from -86.0, to 86.0, 4.0 ulp, 5.0 ulp;
    ln_1p_difference_is_accurate: ln_1p_difference_of_zero_kernel, f64::ln_1p, from 0.0, to 1e9, 5.0 ulp, 5.0 ulp;
    ln_1p_difference_is_accurate_near_one: ln_1p_difference_kernel, |x| ((x - 0.25) / 1.25).ln_1p(), from 0.2, to 0.3, 5.0 ulp, 5.0 ulp;
    tanh_with_ln_cosh_is_accurate: tanh_with_ln_cosh_kernel, f64::tanh, from -30.0, to 30.0, 4.0 ulp, 5.0 ulp;
    tanh_with_its_derivative_is_accurate: tanh_again_kernel, f64::tanh, from -30.0, to 30.0, 4.0 ulp, 4.0 ulp;
    the_derivative_of_tanh_is_accurate: tanh_derivative_kernel, sech_square, from -43.0, to 43.0, 6.0 ulp, 6.0 ulp;
    a_gate_is_accurate: gate_kernel, |x| rest(-x), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    the_rest_of_a_gate_is_accurate: rest_kernel, rest, from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    the_difference_of_gate_and_rest_is_accurate: difference_kernel, |x| -(x / 2.0).tanh(), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
}

fn check_roots<T: Elementary + Dispatch>() {
    let mut rng = Rng::new(0);
    let (max, min) = (T::max_value().widen().log2() - 0.01, T::min_positive_value().widen().log2());
    let values: Vec<T> = (0..1 << 16).map(|_| T::nearest((min + (max - min) * rng.uniform()).exp2())).collect();
    T::dispatch_to_each(
        || root_kernel(values.clone()),
        |set, roots| {
            let differs = roots.iter().zip(&values).find(|&(&root, &x)| root != x.sqrt());
            assert!(differs.is_none(), "{set}: {differs:?}");
        },
    );
}

#[test]
fn roots_have_the_bits_of_the_divider() {
    check_roots::<f32>();
    check_roots::<f64>();
}

fn check_ends_of_roots<T: Elementary + Dispatch>() {
    let only = |x: T| vec![x; 16];
    for x in [T::zero(), T::min_positive_value(), T::max_value()] {
        T::dispatch_to_each(|| root_kernel(only(x)), |set, y| assert_eq!(y[0], x.sqrt(), "{set}"));
    }
    T::dispatch_to_each(|| root_kernel(only(T::infinity())), |set, y| assert!(y[0].widen() > 1e18, "{set}: {}", y[0]));
    T::dispatch_to_each(|| root_kernel(only(T::nan())), |set, y| assert!(y[0].is_nan(), "{set}"));
}

#[test]
fn roots_keep_nan_and_zero() {
    check_ends_of_roots::<f32>();
    check_ends_of_roots::<f64>();
}

fn check_squares<T: Elementary + Dispatch>() {
    let min = (T::min_positive_value() * T::nearest(1024.0)).sqrt();
    let below = min - min * T::epsilon();
    let large = [min, T::nearest(1.5), T::max_value(), T::infinity()];
    let values: Vec<T> = large.into_iter().chain([below, T::min_positive_value(), T::zero(), T::nan()]).collect();
    let values: Vec<T> = values.iter().map(|&x| -x).chain(values.iter().copied()).collect();
    T::dispatch_to_each(
        || square_kernel(values.clone()),
        |set, squares| {
            for (half, values) in squares.chunks(8).zip(values.chunks(8)) {
                assert_eq!(half[..4], values[..4].iter().map(|&x| x * x).collect::<Vec<T>>(), "{set}");
                assert_eq!(half[4..7], [T::zero(); 3], "{set}");
                assert!(half[7].is_nan(), "{set}");
            }
        },
    );
}

#[test]
fn squares_are_zero_where_a_thousandth_would_be_subnormal() {
    check_squares::<f32>();
    check_squares::<f64>();
}

fn check_flush<T: Elementary + Dispatch>() {
    let min = T::min_positive_value();
    let below = min - min * T::epsilon();
    assert!(below.is_subnormal());
    let (normal, subnormal) =
        ([min, T::nearest(1.0), T::max_value(), T::infinity(), T::zero()], [below, min * T::epsilon()]);
    let values: Vec<T> =
        normal.into_iter().chain(subnormal).flat_map(|x| [x, -x]).chain([T::nan(), T::nan()]).collect();
    T::dispatch_to_each(
        || flush_kernel(values.clone()),
        |set, flushed| {
            assert_eq!(flushed[..10], values[..10], "{set}");
            assert_eq!(flushed[10..14], [T::zero(); 4], "{set}");
            assert!(flushed[14..].iter().all(|x| x.is_nan()), "{set}");
        },
    );
}

#[test]
fn subnormal_scalars_alone_are_flushed() {
    check_flush::<f32>();
    check_flush::<f64>();
}

/// Returns `1 / cosh² x`.
fn sech_square(x: f64) -> f64 {
    let u = DoubleDouble::from(-2.0 * x.abs()).exp();
    let scale = DoubleDouble::from(1.0) / (u + 1.0.into());
    (u * 4.0.into() * scale * scale).to_f64()
}

/// Returns `1 / (1 + eˣ)`.
fn rest(x: f64) -> f64 {
    (DoubleDouble::from(1.0) / (DoubleDouble::from(x).exp() + 1.0.into())).to_f64()
}

/// Checks the scalars nearest to the multiples of `½ π`, where the sine or the cosine is smallest.
fn check_near_zeros<T: Elementary + Dispatch>() {
    let points: Vec<T> = (0..63_648).map(|k| T::nearest(f64::from(k) * core::f64::consts::FRAC_PI_2)).collect();
    check("sin", sin_kernel, &points, |i| points[i].widen().sin(), 4.0);
    check("cos", cos_kernel, &points, |i| points[i].widen().cos(), 4.0);
}

#[test]
fn sin_and_cos_are_accurate_near_their_zeros() {
    check_near_zeros::<f32>();
    check_near_zeros::<f64>();
}

/// Checks `sin² + cos² = 1`, and the sine itself up to an error of the angle, from 10⁵ to the largest scalar.
fn check_large_angles<T: Elementary + Dispatch>() {
    let last = T::max_value().widen().log2() - 0.01;
    let points: Vec<T> = (0..4096).map(|i| T::nearest((16.7 + (last - 16.7) * f64::from(i) / 4095.0).exp2())).collect();
    let (mut sines, mut cosines) = (Vec::new(), Vec::new());
    T::dispatch_to_each(|| sin_kernel(points.clone()), |_, results| sines.push(results));
    T::dispatch_to_each(|| cos_kernel(points.clone()), |_, results| cosines.push(results));
    for (sines, cosines) in sines.iter().zip(&cosines) {
        for ((x, sin), cos) in points.iter().zip(sines).zip(cosines) {
            let (x, sin, cos) = (x.widen(), sin.widen(), cos.widen());
            let ulp = x * T::epsilon().widen();
            assert!(sin.abs() <= 1.0 && cos.abs() <= 1.0, "sin {x} = {sin}, cos {x} = {cos}");
            assert!((sin * sin + cos * cos - 1.0).abs() <= 4.0 * ulp, "sin {x} = {sin}, cos {x} = {cos}");
            assert!(x > T::ANGLE_MAX.widen() || (sin - x.sin()).abs() <= 4.0 * ulp, "sin {x} = {sin}");
        }
    }
}

#[test]
fn sin_and_cos_of_large_angles_are_finite() {
    check_large_angles::<f32>();
    check_large_angles::<f64>();
}

#[test]
fn sin_and_cos_of_infinity_and_nan_are_nan() {
    for x in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN] {
        assert!(sin(x as f32).is_nan() && cos(x as f32).is_nan() && sin(x).is_nan() && cos(x).is_nan(), "{x}");
    }
}

/// Returns the exact sine of a number of turns, with a shift by a multiple of a quarter.
fn turns(x: f64, quarters: f64) -> f64 {
    // Exact: at most an eighth of a turn remains. Around zero it is that of the sine or the cosine.
    let nearest = (4.0 * x).round();
    let rest = (x - nearest / 4.0) * core::f64::consts::TAU;
    match (nearest + quarters).rem_euclid(4.0) as u8 {
        0 => rest.sin(),
        1 => rest.cos(),
        2 => -rest.sin(),
        _ => -rest.cos(),
    }
}

fn check_turns<T: Elementary + Dispatch>() {
    for range in [1e-9, 0.26, 3.0, 1e5] {
        let points = points::<T>(-range, range);
        check("sin of turns", sin_of_turns_kernel, &points, |i| turns(points[i].widen(), 0.0), 4.0);
        check("cos of turns", cos_of_turns_kernel, &points, |i| turns(points[i].widen(), 1.0), 4.0);
    }
}

#[test]
fn sin_and_cos_of_turns_are_accurate() {
    check_turns::<f32>();
    check_turns::<f64>();
}

#[test]
fn sin_and_cos_of_turns_have_exact_zeros_and_an_exact_period() {
    for quarter in -4096..4096_i32 {
        let sine = [0.0, 1.0, 0.0, -1.0][quarter.rem_euclid(4) as usize];
        let cosine = [1.0, 0.0, -1.0, 0.0][quarter.rem_euclid(4) as usize];
        let x = f64::from(quarter) / 4.0;
        for (found, exact) in [(sin_of_turns(x), sine), (cos_of_turns(x), cosine)] {
            assert!((found - exact).abs() <= 4.0 * f64::EPSILON * f64::abs(exact), "{found}, not {exact}: {x} turns");
        }
        for (found, exact) in [(sin_of_turns(x as f32), sine as f32), (cos_of_turns(x as f32), cosine as f32)] {
            assert!((found - exact).abs() <= 4.0 * f32::EPSILON * f32::abs(exact), "{found}, not {exact}: {x} turns");
        }
        let between = f64::from(quarter * 37) / 1024.0;
        assert_eq!(sin_of_turns(between), sin_of_turns(between + 1.0), "{between} turns");
        assert_eq!(cos_of_turns(between), cos_of_turns(between - 5.0), "{between} turns");
    }
    for x in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN] {
        assert!(sin_of_turns(x).is_nan() && cos_of_turns(x as f32).is_nan(), "{x} turns");
    }
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

/// Checks the values at −∞, −10³⁰, +10³⁰ and +∞. At NaN, the value must be NaN.
fn check_limits<T: Elementary + Dispatch, K: Kernel<T, Output = Vec<T>>>(kernel: fn(Vec<T>) -> K, limits: [f64; 4]) {
    let extremes = [f64::NEG_INFINITY, -1e30, 1e30, f64::INFINITY, f64::NAN];
    let points: Vec<T> = extremes.iter().cycle().take(80).map(|&x| T::nearest(x)).collect();
    T::dispatch_to_each(
        || kernel(points.clone()),
        |set, results| {
            for results in results.chunks(5) {
                assert_eq!(results[..4], limits.map(T::nearest), "{set}");
                assert!(results[4].is_nan(), "{set}");
            }
        },
    );
}

macro_rules! limits {
    ($($test:ident: $kernel:ident $limits:expr;)*) => {$(
        #[test]
        fn $test() {
            check_limits::<f32, _>($kernel, $limits);
            check_limits::<f64, _>($kernel, $limits);
        }
    )*};
}

limits! {
    exp_saturates: exp_kernel [0.0, 0.0, f64::INFINITY, f64::INFINITY];
    tanh_saturates: tanh_kernel [-1.0, -1.0, 1.0, 1.0];
    sigmoid_saturates: sigmoid_kernel [0.0, 0.0, 1.0, 1.0];
    softplus_saturates: softplus_kernel [0.0, 0.0, 1e30, f64::INFINITY];
    log_of_logit_saturates: log_of_logit_kernel [0.0; 4];
    gate_of_logit_saturates: gate_of_logit_kernel [0.0, 0.0, 1.0, 1.0];
    ln_cosh_saturates: ln_cosh_kernel [f64::INFINITY, 1e30, 1e30, f64::INFINITY];
    tanh_with_ln_cosh_saturates: tanh_with_ln_cosh_kernel [-1.0, -1.0, 1.0, 1.0];
    cdf_saturates: cdf_kernel [0.0, 0.0, 1.0, 1.0];
    density_saturates: density_kernel [0.0; 4];
    tanh_with_its_derivative_saturates: tanh_again_kernel [-1.0, -1.0, 1.0, 1.0];
    the_derivative_of_tanh_saturates: tanh_derivative_kernel [0.0; 4];
    a_gate_saturates: gate_kernel [0.0, 0.0, 1.0, 1.0];
    the_rest_of_a_gate_saturates: rest_kernel [1.0, 1.0, 0.0, 0.0];
    the_difference_of_gate_and_rest_saturates: difference_kernel [1.0, 1.0, -1.0, -1.0];
}

#[test]
fn expm1_is_minus_one_far_below_zero() {
    assert_eq!([expm1(-1e30f32), expm1(f32::NEG_INFINITY)], [-1.0; 2]);
    assert_eq!([expm1(-1e30f64), expm1(f64::NEG_INFINITY)], [-1.0; 2]);
    assert!(expm1(f64::NAN).is_nan());
}

/// Returns every `step`-th `f32` from `low` to `high`, as scalars of either type.
fn patterns<T: Elementary>(low: f32, high: f32, step: usize) -> Vec<T> {
    let mut points: Vec<T> =
        (low.to_bits()..=high.to_bits()).step_by(step).map(|bits| T::nearest(f32::from_bits(bits).into())).collect();
    points.truncate(points.len() / 16 * 16);
    points
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

#[test]
fn a_sigmoid_is_at_most_one() {
    fn check<T: Elementary + Dispatch>() {
        let points = patterns::<T>(1e-3, 100.0, 2503);
        let within = |set: &str, results: Vec<T>| {
            let above = points.iter().zip(&results).find(|&(_, &y)| y.is_nan() || y > T::one());
            assert!(above.is_none(), "{set}: {above:?}");
        };
        T::dispatch_to_each(|| sigmoid_kernel(points.clone()), within);
    }
    check::<f32>();
    check::<f64>();
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
