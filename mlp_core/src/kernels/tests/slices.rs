//! The kernels of slices, which have no padding: the last register is a partial one.

use super::super::adam::{Adam, AdamStep};
use super::super::dispatch::Kernel;
use super::super::elementwise::AllFinite;
use super::super::vector::Vector;
use super::{FEATURES, Number, SAMPLES, for_both_scalars, numbers};
use crate::scalar::Scalar;

for_both_scalars! { adam all_finite }

/// A step of Adam on parameters and moments of its own.
struct OwnAdam<'a, T> {
    step: AdamStep<T>,
    gradient: &'a [T],
    state: [Vec<T>; 3],
}

impl<T: Scalar> Kernel<T> for OwnAdam<'_, T> {
    type Output = [Vec<T>; 3];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) -> Self::Output {
        let (step, gradient) = (self.step, self.gradient);
        let [parameters, mean, variance] = &mut self.state;
        Adam { step, parameters, gradient, mean, variance }.run::<V>();
        self.state
    }
}

fn adam<T: Number>() {
    let [rate, mean_gain, variance_gain, epsilon] = [0.01, 0.1, 0.001, 1e-7].map(T::from_f64);
    let step = AdamStep { rate, mean_gain, variance_gain, epsilon };
    for length in lengths() {
        let gradient = numbers::<T>(length, 1);
        let variance: Vec<T> = numbers::<T>(length, 4).into_iter().map(|v| v * v).collect();
        let state = [numbers(length, 2), numbers(length, 3), variance];
        let expected = |index: usize| {
            let [p, m, v] = [0, 1, 2].map(|part: usize| state[part][index].to_f64());
            let g = gradient[index].to_f64();
            let m = m + (g - m) * mean_gain.to_f64();
            let v = v + (g * g - v) * variance_gain.to_f64();
            [p - rate.to_f64() * m / (v.sqrt() + epsilon.to_f64()), m, v]
        };
        T::dispatch_to_each(
            || OwnAdam { step, gradient: &gradient, state: state.clone() },
            |set, found| {
                for index in 0..length {
                    for (part, expected) in expected(index).into_iter().enumerate() {
                        // A few roundings of numbers up to about 1, or of a step as large as `m / √v`.
                        let bound = 8.0 * T::epsilon().to_f64() * expected.abs().max(1.0);
                        let found = found[part][index].to_f64();
                        assert!((found - expected).abs() <= bound, "{set}, {index} of {length}, part {part}: {found}");
                    }
                }
            },
        );
    }
}

/// One number that is not finite, at any place, is found; the largest finite ones are none.
fn all_finite<T: Number>() {
    for length in lengths() {
        let mut values = vec![T::max_value(); length];
        values.iter_mut().step_by(2).for_each(|value| *value = T::min_value());
        T::dispatch_to_each(|| AllFinite(&values), |set, finite| assert!(finite, "{set}, {length}"));
        for (index, bad) in (0..length).zip([T::nan(), T::infinity(), T::neg_infinity()].into_iter().cycle()) {
            let good = core::mem::replace(&mut values[index], bad);
            T::dispatch_to_each(|| AllFinite(&values), |set, finite| assert!(!finite, "{set}, {index} of {length}"));
            values[index] = good;
        }
    }
}

fn lengths() -> impl Iterator<Item = usize> {
    [0].into_iter().chain(FEATURES).chain(SAMPLES)
}
