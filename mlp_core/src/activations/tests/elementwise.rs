//! Tests of every activation of the table against a reference in `f64`.

use core::marker::PhantomData;

use super::super::elementwise::for_each_activation;
use super::super::loops::{Backward, Formula, Forward};
use super::super::*;
use super::jet::Number;
use super::{FEATURES, check_single_sample, features, filled};
use crate::kernels::{Dispatch, Kernel, Vector};

/// The reference of an activation.
pub(super) trait Reference {
    /// Computes the activation from functions of the standard library, or with its derivatives.
    fn reference<N: Number>(z: N) -> N;
    /// Points where the first or second derivative jumps, each with the derivative that the activation has there.
    const KINKS: &[(f64, f64)];
    /// Magnitude up to which the activation is accurate.
    const FAR: f64;
}

macro_rules! references {
    ($($name:ident: |$z:ident| $value:expr, kinks $kinks:expr $(, accurate to $far:expr)?;)*) => {$(
        impl Reference for $name {
            fn reference<N: Number>($z: N) -> N {
                $value
            }
            const KINKS: &[(f64, f64)] = &$kinks;
            const FAR: f64 = [$($far,)? f64::INFINITY][0];
        }
    )*};
}

/// `λ` and `α` of `selu`.
const SELU: (f64, f64) = (1.0507009873554805, 1.6732632423543772);

references! {
    relu: |z| if z.is_positive() { z } else { 0.0.into() }, kinks [(0.0, 0.0)];
    leaky_relu: |z| if z.is_positive() { z } else { z * 0.2.into() }, kinks [(0.0, 0.2)];
    elu: |z| if z.is_positive() { z } else { z.exp_m1() }, kinks [(0.0, 1.0)];
    selu: |z| if z.is_positive() { z * SELU.0.into() } else { z.exp_m1() * (SELU.0 * SELU.1).into() },
        kinks [(0.0, SELU.0 * SELU.1)];
    gelu: |z| z * z.normal_cdf(), kinks [];
    silu: |z| z * sigmoid::reference(z), kinks [];
    softplus: |z| if z.is_positive() { z + (-z).exp().ln_1p() } else { z.exp().ln_1p() }, kinks [];
    softsign: |z| z / (z.abs() + 1.0.into()), kinks [(0.0, 1.0)];
    tanh: |z| {
        let e = (-(z.abs() + z.abs())).exp_m1();
        let y = -e / (e + 2.0.into());
        if z.is_positive() { y } else { -y }
    }, kinks [];
    sigmoid: |z| {
        let u = (-z.abs()).exp();
        if z.is_positive() { N::from(1.0) / (u + 1.0.into()) } else { u / (u + 1.0.into()) }
    }, kinks [];
    hard_sigmoid: |z| if !(z + 3.0.into()).is_positive() {
        0.0.into()
    } else if (z - 3.0.into()).is_positive() {
        1.0.into()
    } else {
        (z + 3.0.into()) / 6.0.into()
    }, kinks [(-3.0, 0.0), (3.0, 0.0)];
    sin: |z| z.sin(), kinks [], accurate to 1e5;
    exponential: |z| z.exp(), kinks [];
}

/// Number of samples, not a multiple of the lanes of any register.
const SAMPLES: usize = 667;

/// Returns points from −7.8 to 7.8. Each point and its square are exact.
fn points<T: Scalar>() -> Vec<T> {
    const COUNT: usize = FEATURES * SAMPLES;
    (0..COUNT).map(|i| T::from_f64((i as f64 - 1000.0) / 128.0)).collect()
}

/// A kernel that returns `f(z)` and `f'(z) dy` for `dy = −1/2`.
pub(super) struct Pass<A, T> {
    z: Vec<T>,
    activation: PhantomData<A>,
}

impl<A: Formula, T: Scalar> Kernel<T> for Pass<A, T> {
    type Output = [Vec<T>; 2];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
        let samples = self.z.len() / FEATURES;
        let (before, mut after) = (filled(&self.z), filled(&self.z));
        let mut gradient = filled(&vec![T::from_f64(-0.5); self.z.len()]);
        Forward::<A, T>::new(after.tile_mut(FEATURES, samples)).run::<V>();
        let before = A::KEEPS_INPUT.then(|| before.tile(FEATURES, samples));
        let after = after.tile(FEATURES, samples);
        Backward::<A, T>::new(before, after, None, gradient.tile_mut(FEATURES, samples)).run::<V>();
        [features(after), features(gradient.tile(FEATURES, samples))]
    }
}

pub(super) fn pass<A, T>(z: &[T]) -> Pass<A, T>
where
    T: Scalar,
{
    Pass { z: z.to_vec(), activation: PhantomData }
}

fn check_formula<A: Formula + Reference, T: Scalar + Dispatch>() {
    let (z, epsilon) = (points::<T>(), T::epsilon().to_f64());
    let derivative_at = |z: f64| (A::reference(z + 1e-5) - A::reference(z - 1e-5)) / 2e-5;
    T::dispatch_to_each(
        || pass::<A, T>(&z),
        |set, [values, gradients]| {
            for ((&z, value), gradient) in z.iter().zip(values).zip(gradients) {
                let z = z.to_f64();
                let truth = A::reference(z);
                let error = (value.to_f64() - truth).abs();
                assert!(error <= 16.0 * epsilon * truth.abs(), "{set}: f({z}) = {value}, expected {truth}");
                if A::KINKS.iter().all(|kink| (kink.0 - z).abs() > 1e-4) {
                    let truth = derivative_at(z);
                    let error = (gradient.to_f64() / -0.5 - truth).abs();
                    let bound = (16.0 * epsilon + 1e-9) * (1.0 + truth.abs());
                    assert!(error <= bound, "{set}: f'({z}) = {gradient} / -0.5, expected {truth}");
                }
            }
        },
    );
}

fn check_kinks<A: Formula + Reference, T: Scalar + Dispatch>() {
    for &(z, truth) in A::KINKS {
        T::dispatch_to_each(
            || pass::<A, T>(&[T::from_f64(z); FEATURES]),
            |set, [_, gradients]| {
                let error = (gradients[0].to_f64() / -0.5 - truth).abs();
                assert!(error < 1e-6, "{set}: f'({z}) = {} / -0.5, expected {truth}", gradients[0]);
            },
        );
    }
}

fn check_nan<A: Formula, T: Scalar + Dispatch>() {
    let z: Vec<T> = (0..16 * FEATURES).map(|i| if i % 3 == 0 { T::nan() } else { T::one() }).collect();
    T::dispatch_to_each(
        || pass::<A, T>(&z),
        |set, [values, _]| {
            for (z, value) in z.iter().zip(values) {
                assert_eq!(z.is_nan(), value.is_nan(), "{set}: f({z}) = {value}");
            }
        },
    );
}

/// Checks the methods of the trait.
fn check_trait<A: Formula + Reference + ActivationFunction<T>, T: Scalar>() {
    let z = points::<T>();
    let (before, mut after) = (filled(&z), filled(&z));
    let mut gradient = filled(&vec![T::one(); z.len()]);
    <A as ActivationFunction<T>>::forward(after.tile_mut(FEATURES, SAMPLES));
    let before = <A as ActivationFunction<T>>::KEEPS_INPUT.then(|| before.tile(FEATURES, SAMPLES));
    A::backward(before, after.tile(FEATURES, SAMPLES), gradient.tile_mut(FEATURES, SAMPLES));
    let after = features(after.tile(FEATURES, SAMPLES));
    let derivatives = features(gradient.tile(FEATURES, SAMPLES));
    check_other_ways::<A, T>(&z, &after, &derivatives);
    for i in 1..z.len() {
        let truth = A::reference(z[i].to_f64());
        let bound = 16.0 * T::epsilon().to_f64() * truth.abs();
        assert!((after[i].to_f64() - truth).abs() <= bound);
        // The difference quotient of two points is between the derivatives there, except near a kink or an inflection.
        let mean = (after[i] - after[i - 1]).to_f64() / (z[i] - z[i - 1]).to_f64();
        let inside = A::KINKS.iter().all(|kink| (kink.0 - z[i].to_f64()).abs() > 0.02);
        assert!(
            !inside || (derivatives[i].to_f64() - mean).abs() < 1e-2 * (1.0 + mean.abs()),
            "{} {mean}",
            derivatives[i]
        );
    }
    check_single_sample::<A, T>(&z, |set, sample| {
        for (z, y) in z.iter().zip(sample) {
            let truth = A::reference((*z).to_f64());
            let bound = 16.0 * T::epsilon().to_f64() * truth.abs();
            assert!((y.to_f64() - truth).abs() <= bound, "{set}: f({z}) = {y}, expected {truth}");
        }
    });
}

/// Checks the methods from one tile to another, and those that keep something for the derivative.
fn check_other_ways<A: ActivationFunction<T>, T: Scalar>(z: &[T], values: &[T], derivatives: &[T]) {
    let (before, mut after, mut in_place) = (filled(z), filled(z), filled(z));
    let [mut dy, mut dz, mut kept] = [0; 3].map(|_| filled(&vec![T::one(); z.len()]));
    let z = before.tile(FEATURES, SAMPLES);
    A::forward_from(z, after.tile_mut(FEATURES, SAMPLES));
    let (y, to) = (after.tile(FEATURES, SAMPLES), dz.tile_mut(FEATURES, SAMPLES));
    A::backward_to(A::KEEPS_INPUT.then_some(z), y, dy.tile_mut(FEATURES, SAMPLES), to);
    assert_eq!((&*features(y), &*features(dz.tile(FEATURES, SAMPLES))), (values, derivatives));
    if A::KEEPS_INPUT {
        A::forward_keeping(in_place.tile_mut(FEATURES, SAMPLES), kept.tile_mut(FEATURES, SAMPLES));
        dy.tile_mut(FEATURES, SAMPLES).fill(T::one());
        A::backward_kept(kept.tile(FEATURES, SAMPLES), y, dy.tile_mut(FEATURES, SAMPLES));
        let kept = [features(in_place.tile(FEATURES, SAMPLES)), features(dy.tile(FEATURES, SAMPLES))];
        for (found, wanted) in kept.iter().flatten().zip(values.iter().chain(derivatives)) {
            let (found, wanted) = (Scalar::to_f64(*found), Scalar::to_f64(*wanted));
            assert!(
                (found - wanted).abs() <= 16.0 * Scalar::to_f64(T::epsilon()) * (1.0 + wanted.abs()),
                "{found}, not {wanted}"
            );
        }
    }
}

macro_rules! activation_tests {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check_formula::<super::super::$name, f32>();
            check_formula::<super::super::$name, f64>();
            check_kinks::<super::super::$name, f32>();
            check_kinks::<super::super::$name, f64>();
            check_nan::<super::super::$name, f32>();
            check_nan::<super::super::$name, f64>();
            check_trait::<super::super::$name, f32>();
            check_trait::<super::super::$name, f64>();
        }
    )*};
}

for_each_activation!(activation_tests);
