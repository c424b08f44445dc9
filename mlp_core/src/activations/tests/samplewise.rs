//! Tests of `softmax` against a reference in `f64`.

use super::super::samplewise::{Backward, Forward};
use super::super::*;
use super::{FEATURES, check_single_sample, features, filled};
use crate::kernels::{Dispatch, Kernel, Vector};

/// A kernel that returns softmax and its gradient for `dy = (0, 1, 2)`.
struct SoftmaxPass<T>(Vec<T>);

impl<T: Scalar> Kernel<T> for SoftmaxPass<T> {
    type Output = [Vec<T>; 2];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
        let samples = self.0.len() / FEATURES;
        let mut values = filled(&self.0);
        let dy: Vec<T> = (0..self.0.len()).map(|i| T::from_f64((i / samples) as f64)).collect();
        let mut gradient = filled(&dy);
        Forward(values.tile_mut(FEATURES, samples)).run::<V>();
        let values = values.tile(FEATURES, samples);
        Backward::new(values, gradient.tile_mut(FEATURES, samples)).run::<V>();
        [features(values), features(gradient.tile(FEATURES, samples))]
    }
}

fn softmax_reference(z: [f64; FEATURES]) -> [f64; FEATURES] {
    let max = z.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let exponentials = z.map(|z| (z - max).exp());
    exponentials.map(|e| e / exponentials.iter().sum::<f64>())
}

fn check_softmax<T: Scalar + Dispatch>()
where
    softmax: ActivationFunction<T>,
{
    // From far below to far above the range of the exponential.
    let z: Vec<T> = (0..FEATURES * 100)
        .map(|i| T::from_f64(((i * 37) % 101) as f64 / 16.0 + (i % 100) as f64 * 40.0 - 2000.0))
        .collect();
    let bound = 64.0 * T::epsilon().to_f64();
    let check = |what: &str, set: &str, result: T, truth: f64, bound: f64| {
        assert!((result.to_f64() - truth).abs() <= bound, "{set}: {what} {result}, expected {truth}");
    };
    T::dispatch_to_each(
        || SoftmaxPass(z.clone()),
        |set, [values, gradients]| {
            for sample in 0..100 {
                let z: [f64; FEATURES] = core::array::from_fn(|feature| z[feature * 100 + sample].to_f64());
                let truth = softmax_reference(z);
                for feature in 0..FEATURES {
                    check("softmax", set, values[feature * 100 + sample], truth[feature], bound);
                    let [above, below] = [1e-5, -1e-5].map(|step| {
                        let mut moved = z;
                        moved[feature] += step;
                        let y = softmax_reference(moved);
                        y[1] + 2.0 * y[2]
                    });
                    check("gradient", set, gradients[feature * 100 + sample], (above - below) / 2e-5, bound + 1e-8);
                }
            }
        },
    );
}

fn check_one<T: Scalar>(size: usize)
where
    softmax: ActivationFunction<T>,
{
    let z: Vec<f64> = (0..size).map(|i| ((i * 37) % 101) as f64 / 16.0 - 50.0).collect();
    let sum: f64 = z.iter().map(|z| z.exp()).sum();
    let sample: Vec<T> = z.iter().map(|&z| T::from_f64(z)).collect();
    check_single_sample::<softmax, T>(&sample, |set, result| {
        for (y, z) in result.into_iter().zip(&z) {
            let error = (y.to_f64() - z.exp() / sum).abs();
            assert!(error <= 64.0 * T::epsilon().to_f64(), "{set}: {y} of {size}, {error:e} off");
        }
    });
}

#[test]
fn softmax_of_a_single_sample() {
    for size in [1, 2, 3, 7, 8, 9, 16, 33] {
        check_one::<f32>(size);
        check_one::<f64>(size);
    }
}

#[test]
fn softmax_of_samples() {
    check_softmax::<f32>();
    check_softmax::<f64>();
}

#[test]
fn softmax_of_nan_is_nan() {
    for position in 0..FEATURES {
        let mut sample = [1.0_f32; FEATURES];
        sample[position] = f32::NAN;
        softmax::apply::<f32>(&mut sample);
        assert!(sample.iter().all(|y| y.is_nan()));
    }
}
