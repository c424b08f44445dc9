//! Tests of the kernels of slices. Slices have no padding, so their last register is partial.

use super::super::adam::{Adam, AdamStep};
use super::super::dispatch::Kernel;
use super::super::elementwise::AllFinite;
use super::super::math::Elementary;
use super::super::vector::Vector;
use super::{Element, FEATURES, SAMPLES, for_both_scalars, random_values};

for_both_scalars! { adam all_finite }

/// A step of Adam that owns its parameters and moments.
pub(super) struct OwnedAdam<'a, T> {
    pub(super) step: AdamStep<T>,
    pub(super) gradient: &'a [T],
    pub(super) state: [Vec<T>; 3],
}

impl<T: Elementary> Kernel<T> for OwnedAdam<'_, T> {
    type Output = [Vec<T>; 3];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) -> Self::Output {
        let (step, gradient) = (self.step, self.gradient);
        let [parameters, mean, variance] = &mut self.state;
        Adam { step, parameters, gradient, mean, variance }.run::<V>();
        self.state
    }
}

fn adam<T: Element>() {
    let [rate, mean_gain, variance_gain, epsilon] = [0.01, 0.1, 0.001, 1e-7].map(T::nearest);
    let step = AdamStep { rate, mean_gain, variance_gain, epsilon };
    for length in lengths() {
        let gradient = random_values::<T>(length, 1);
        let variance: Vec<T> = random_values::<T>(length, 4).into_iter().map(|v| v * v).collect();
        let state = [random_values(length, 2), random_values(length, 3), variance];
        let expected = |index: usize| {
            let [p, m, v] = [0, 1, 2].map(|part: usize| state[part][index].widen());
            let g = gradient[index].widen();
            let m = m + (g - m) * mean_gain.widen();
            let v = v + (g * g - v) * variance_gain.widen();
            [p - rate.widen() * m / (v.sqrt() + epsilon.widen()), m, v]
        };
        T::dispatch_to_each(
            || OwnedAdam { step, gradient: &gradient, state: state.clone() },
            |set, found| {
                for index in 0..length {
                    for (part, expected) in expected(index).into_iter().enumerate() {
                        // A few roundings of values up to about 1, or of a step as large as `m / √v`.
                        let bound = 8.0 * T::epsilon().widen() * expected.abs().max(1.0);
                        let found = found[part][index].widen();
                        assert!((found - expected).abs() <= bound, "{set}, {index} of {length}, part {part}: {found}");
                    }
                }
            },
        );
    }
}

/// Checks that a single value that is not finite is found anywhere, and that the largest finite values are not.
fn all_finite<T: Element>() {
    for length in lengths() {
        let mut values = vec![T::max_value(); length];
        values.iter_mut().step_by(2).for_each(|value| *value = T::min_value());
        T::dispatch_to_each(|| AllFinite(&values), |set, finite| assert!(finite, "{set}, {length}"));
        for (index, invalid) in (0..length).zip([T::nan(), T::infinity(), T::neg_infinity()].into_iter().cycle()) {
            let finite = core::mem::replace(&mut values[index], invalid);
            T::dispatch_to_each(|| AllFinite(&values), |set, finite| assert!(!finite, "{set}, {index} of {length}"));
            values[index] = finite;
        }
    }
}

fn lengths() -> impl Iterator<Item = usize> {
    [0].into_iter().chain(FEATURES).chain(SAMPLES)
}
