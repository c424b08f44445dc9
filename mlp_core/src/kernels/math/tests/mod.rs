//! Compares the elementary functions with true values, by all instruction sets and in both scalar types.

mod exponential;
mod hyperbolic;
mod logarithm;
mod logistic;
mod normal;
mod registers;
mod sine;

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
use kernel;

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

/// Writes tests of a bound, in ulp.
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
use bounds;

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

/// Writes tests of the values at −∞, −10³⁰, +10³⁰ and +∞.
macro_rules! limits {
    ($($test:ident: $kernel:ident $limits:expr;)*) => {$(
        #[test]
        fn $test() {
            check_limits::<f32, _>($kernel, $limits);
            check_limits::<f64, _>($kernel, $limits);
        }
    )*};
}
use limits;

/// Returns every `step`-th `f32` from `low` to `high`, as scalars of either type.
fn patterns<T: Elementary>(low: f32, high: f32, step: usize) -> Vec<T> {
    let mut points: Vec<T> =
        (low.to_bits()..=high.to_bits()).step_by(step).map(|bits| T::nearest(f32::from_bits(bits).into())).collect();
    points.truncate(points.len() / 16 * 16);
    points
}
