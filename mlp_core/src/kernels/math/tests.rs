use super::normal_reference::NORMAL;
use super::*;
use crate::kernels::{Dispatch, Kernel};

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
    cdf_kernel |x| normal(x).cdf;
    density_kernel |x| normal(x).density;
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
            // The whole range, then the neighborhood of zero.
            for scale in [1.0, 1e-2] {
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
    tanh_is_accurate: tanh_kernel, f64::tanh, from -30.0, to 30.0, 4.0 ulp, 4.0 ulp;
    sigmoid_is_accurate: sigmoid_kernel, |x| 1.0 / (1.0 + (-x).exp()), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    softplus_is_accurate: softplus_kernel, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
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
    cdf_saturates: cdf_kernel [0.0, 0.0, 1.0, 1.0];
    density_saturates: density_kernel [0.0; 4];
}

#[test]
fn expm1_is_minus_one_far_below_zero() {
    assert_eq!([expm1(-1e30f32), expm1(f32::NEG_INFINITY)], [-1.0; 2]);
    assert_eq!([expm1(-1e30f64), expm1(f64::NEG_INFINITY)], [-1.0; 2]);
    assert!(expm1(f64::NAN).is_nan());
}
