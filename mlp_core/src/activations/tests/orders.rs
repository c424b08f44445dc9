//! Tests of the derivatives to third order of every activation of the table, with every instruction set, against the
//! Taylor series of the reference formulas.

use core::marker::PhantomData;

use super::super::elementwise::for_each_activation;
use super::super::loops::{Derivatives, Formula};
use super::super::*;
use super::elementwise::Reference;
use super::jet::Jet;
use super::{FEATURES, features, filled};
use crate::kernels::{Dispatch, Kernel, Vector};
use crate::tile::Buffer;

/// Max error in units of `epsilon`.
const BOUND: f64 = 9.0;

/// A kernel that returns an activation and its derivatives.
struct Orders<A, T> {
    z: Vec<T>,
    activation: PhantomData<A>,
}

impl<A: Formula, T: Scalar> Kernel<T> for Orders<A, T> {
    type Output = [Vec<T>; 4];

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
        let samples = self.z.len() / FEATURES;
        let mut orders: [Buffer<T>; 4] = core::array::from_fn(|_| Buffer::new(FEATURES, samples));
        let z = filled(&self.z);
        let tiles = orders.each_mut().map(|order| order.tile_mut(FEATURES, samples));
        Derivatives::<A, T>::new(z.tile(FEATURES, samples), tiles).run::<V>();
        orders.map(|order| features(order.tile(FEATURES, samples)))
    }
}

fn orders<A: Formula, T: Scalar + Dispatch>(z: &[T], check: impl FnMut(&str, [Vec<T>; 4])) {
    T::dispatch_to_each(|| Orders::<A, T> { z: z.to_vec(), activation: PhantomData }, check);
}

/// Returns points around zero of all magnitudes, points far into saturation, and points near the roots of derivatives.
fn points<T: Scalar>() -> Vec<T> {
    let far = -T::min_positive_value().to_f64().ln();
    let magnitudes = (0..120).map(|i| far * 10.0f64.powf(-0.125 * f64::from(i)));
    let evenly = (0..600).map(|i| 0.0131 * f64::from(i));
    let positive: Vec<f64> = magnitudes.chain(evenly).chain([1e4, 1e8, 1e15]).collect();
    let mut points: Vec<T> = positive.iter().chain(&positive).map(|&z| T::from_f64(z)).collect();
    points[positive.len()..].iter_mut().for_each(|z| *z = -*z);
    points.truncate(points.len() / FEATURES * FEATURES);
    points
}

/// Returns the bound on the error of derivative `n`.
///
/// An error of the derivative may be one of `z`, which matters near its roots, or one of its own. Intermediate results below
/// the smallest normal scalar may be zero.
fn bound<T: Scalar>(z: f64, truth: &[f64; 5], n: usize) -> f64 {
    let next = (truth[n + 1] * z.abs().min(1.0)).abs();
    let smallest = T::min_positive_value().to_f64() * (2.0 + z.abs()).powi(3);
    BOUND * (T::epsilon().to_f64() * (truth[n].abs() + next) + smallest)
}

fn check_orders<A: Formula + Reference, T: Scalar + Dispatch>() {
    let mut z = points::<T>();
    let is_smooth = |z: T| A::KINKS.iter().all(|kink| T::from_f64(kink.0) != z);
    z.retain(|&z| Scalar::to_f64(z).abs() <= A::FAR && is_smooth(z));
    z.truncate(z.len() / FEATURES * FEATURES);
    let truths: Vec<_> = z.iter().map(|&z| A::reference(Jet::variable(z.to_f64())).derivatives()).collect();
    let mut worst = [0.0f64; 4];
    orders::<A, T>(&z, |set, found| {
        for (sample, (truth, &z)) in truths.iter().zip(&z).enumerate() {
            let fits = |truth: f64| truth.abs() < T::max_value().to_f64();
            for n in (0..4).filter(|&n| fits(truth[n])) {
                let found = found[n][sample];
                let error = (found.to_f64() - truth[n]).abs();
                worst[n] = worst[n].max(error / bound::<T>(z.to_f64(), truth, n) * BOUND);
                let within = error <= bound::<T>(z.to_f64(), truth, n);
                assert!(within, "{set}: derivative {n} at {z} is {found:e}, expected {:e}", truth[n]);
            }
        }
    });
    println!("{}: max errors {worst:.1?} epsilon", core::any::type_name::<T>());
}

/// Checks that the first derivative at a kink is that of the table, and that the others are those of one side or zero.
fn check_kinks<A: Formula + Reference, T: Scalar + Dispatch>() {
    for &(kink, first) in A::KINKS {
        let sides = [-1e-9, 1e-9].map(|step| A::reference(Jet::variable(kink + step)).derivatives());
        orders::<A, T>(&[T::from_f64(kink); FEATURES], |set, found| {
            let close = |n: usize, truth: f64| (found[n][0].to_f64() - truth).abs() < 1e-6;
            assert!(close(1, first), "{set}: f'({kink}) = {}, expected {first}", found[1][0]);
            for n in 2..4 {
                let is_of_a_side = close(n, 0.0) || sides.iter().any(|side| close(n, side[n]));
                assert!(is_of_a_side, "{set}: derivative {n} at {kink} is {}", found[n][0]);
            }
        });
    }
}

/// Checks that a NaN is not lost: at least the value is NaN, so that a loss is.
fn check_nan<A: Formula, T: Scalar + Dispatch>() {
    orders::<A, T>(&[T::nan(); FEATURES], |set, found| assert!(found[0][0].is_nan(), "{set}: {}", found[0][0]));
}

macro_rules! order_tests {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check_orders::<super::super::$name, f32>();
            check_orders::<super::super::$name, f64>();
            check_kinks::<super::super::$name, f32>();
            check_kinks::<super::super::$name, f64>();
            check_nan::<super::super::$name, f32>();
            check_nan::<super::super::$name, f64>();
        }
    )*};
}

for_each_activation!(order_tests);
