//! Tests of the layers of a single sample that are no products.

use core::f64::consts::TAU;

use super::super::dispatch::Kernel;
use super::super::layers::{
    DotSample, FourierSample, LeakySample, MergeOperation, MergeSample, Normalization, NormalizeSample, PeriodicSample,
    ScaleSample, StandardizeSample,
};
use super::super::vector::Vector;
use super::{Element, for_both_scalars, random_values};

for_both_scalars! {
    normalize standardize merge leaky scale dot fourier periodic special_values
}

/// Less than a register of each set, whole ones, and rests, also after four registers.
const FEATURES: &[usize] = if cfg!(miri) { &[1, 4, 7, 19] } else { &[1, 2, 3, 4, 7, 8, 10, 16, 17, 33, 64, 75] };

/// A kernel that owns its result. Each argument is one of the three operands of a check.
struct Owned<'a, T, F> {
    operands: &'a [Vec<T>; 3],
    kernel: F,
}

/// Runs a kernel with the operands, and returns its result.
trait Run<T> {
    fn run<V: Vector<Scalar = T>>(&self, operands: &[Vec<T>; 3]) -> Vec<T>;
}

impl<T: Element, F: Run<T>> Kernel<T> for Owned<'_, T, F> {
    type Output = Vec<T>;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Vec<T> {
        self.kernel.run::<V>(self.operands)
    }
}

/// Compares a kernel with a function of its operands in double precision, for all sizes and instruction sets.
fn check<T: Element, F: Run<T>>(kernel: impl Fn() -> F, expected: impl Fn([&[f64]; 3]) -> Vec<f64>) {
    for &features in FEATURES {
        let operands = [1, 2, 3].map(|seed| random_values::<T>(features, seed));
        let [a, b, c] = operands.each_ref().map(|values| values.iter().map(|value| value.widen()).collect::<Vec<_>>());
        let expected = expected([&a, &b, &c]);
        T::dispatch_to_each(
            || Owned { operands: &operands, kernel: kernel() },
            |set, found| {
                assert_eq!(found.len(), expected.len());
                for (index, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
                    let bound = 64.0 * T::epsilon().widen() * expected.abs().max(1.0);
                    let error = (found.widen() - expected).abs();
                    assert!(error <= bound, "{set}, {index} of {features}: {found} instead of {expected}");
                }
            },
        );
    }
}

struct Normalize {
    centered: bool,
    scaled: bool,
}

impl<T: Element> Run<T> for Normalize {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [x, scale, offset]: &[Vec<T>; 3]) -> Vec<T> {
        let mut y = vec![T::nan(); x.len()];
        let rule = Normalization {
            centered: self.centered,
            share: T::nearest(1.0 / x.len() as f64),
            epsilon: T::nearest(0.1),
            max_inverse: T::infinity(),
            scale: if self.scaled { scale } else { &[] },
            offset: if self.scaled && self.centered { offset } else { &[] },
        };
        NormalizeSample::new(rule, x, &mut y).run::<V>();
        y
    }
}

fn normalize<T: Element>() {
    for (centered, scaled) in [(true, true), (true, false), (false, true), (false, false)] {
        check::<T, _>(
            || Normalize { centered, scaled },
            |[x, scale, offset]| {
                let share = 1.0 / x.len() as f64;
                let mean = if centered { x.iter().sum::<f64>() * share } else { 0.0 };
                let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() * share;
                let inverse = 1.0 / (variance + T::nearest(0.1).widen()).sqrt();
                let scale = |index: usize| if scaled { scale[index] } else { 1.0 };
                let offset = |index: usize| if scaled && centered { offset[index] } else { 0.0 };
                x.iter().enumerate().map(|(index, x)| (x - mean) * inverse * scale(index) + offset(index)).collect()
            },
        );
    }
}

struct Standardize;

impl<T: Element> Run<T> for Standardize {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [x, mean, offset]: &[Vec<T>; 3]) -> Vec<T> {
        let mut y = vec![T::nan(); x.len()];
        let rule = Normalization {
            centered: true,
            share: T::one(),
            epsilon: T::nearest(2.0),
            max_inverse: T::infinity(),
            scale: mean,
            offset,
        };
        StandardizeSample::new(rule, [mean, offset], x, &mut y).run::<V>();
        y
    }
}

fn standardize<T: Element>() {
    check::<T, _>(
        || Standardize,
        |[x, mean, offset]| {
            let value =
                |index: usize| (x[index] - mean[index]) / (offset[index] + 2.0).sqrt() * mean[index] + offset[index];
            (0..x.len()).map(value).collect()
        },
    );
}

struct Merge(MergeOperation);

impl<T: Element> Run<T> for Merge {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, operands: &[Vec<T>; 3]) -> Vec<T> {
        let mut y = operands[0].clone();
        for (index, x) in operands.iter().enumerate().skip(1) {
            MergeSample::new(self.0, [index, 3], x, &mut y).run::<V>();
        }
        y
    }
}

fn merge<T: Element>() {
    fn check_fold<T: Element>(operation: MergeOperation, merged: fn(f64, f64, f64) -> f64) {
        check::<T, _>(
            || Merge(operation),
            |[a, b, c]| (0..a.len()).map(|index| merged(a[index], b[index], c[index])).collect(),
        );
    }
    check_fold::<T>(MergeOperation::Add, |a, b, c| a + b + c);
    check_fold::<T>(MergeOperation::Subtract, |a, b, c| a - b - c);
    check_fold::<T>(MergeOperation::Multiply, |a, b, c| a * b * c);
    check_fold::<T>(MergeOperation::Average, |a, b, c| (a + b + c) / 3.0);
    check_fold::<T>(MergeOperation::Maximum, |a, b, c| a.max(b).max(c));
    check_fold::<T>(MergeOperation::Minimum, |a, b, c| a.min(b).min(c));
}

struct Leaky;

impl<T: Element> Run<T> for Leaky {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [x, alpha, _]: &[Vec<T>; 3]) -> Vec<T> {
        let mut y = vec![T::nan(); x.len()];
        LeakySample::new(alpha, x, &mut y).run::<V>();
        y
    }
}

fn leaky<T: Element>() {
    let leaky = |(&x, &alpha): (&f64, &f64)| if x > 0.0 { x } else { alpha * x };
    check::<T, _>(|| Leaky, |[x, alpha, _]| x.iter().zip(alpha).map(leaky).collect());
}

struct Scale;

impl<T: Element> Run<T> for Scale {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [x, ..]: &[Vec<T>; 3]) -> Vec<T> {
        let mut y = vec![T::nan(); x.len()];
        ScaleSample::new([T::nearest(0.5), T::nearest(-0.25)], x, &mut y).run::<V>();
        y
    }
}

fn scale<T: Element>() {
    check::<T, _>(|| Scale, |[x, ..]| x.iter().map(|x| 0.5 * x - 0.25).collect());
}

struct Dot;

impl<T: Element> Run<T> for Dot {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [a, b, c]: &[Vec<T>; 3]) -> Vec<T> {
        let (mut sums, mut product) = ([T::one(); 3], [T::zero(); 3]);
        DotSample::new(true, [a, b], &mut sums).run::<V>();
        DotSample::new(false, [b, c], &mut product).run::<V>();
        [sums, product].concat()
    }
}

fn dot<T: Element>() {
    check::<T, _>(
        || Dot,
        |[a, b, c]| {
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            vec![1.0 + dot(a, b), 1.0 + dot(a, a), 1.0 + dot(b, b), dot(b, c), 0.0, 0.0]
        },
    );
}

/// Two inputs, and frequencies from two operands.
struct Fourier;

impl<T: Element> Run<T> for Fourier {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [a, b, c]: &[Vec<T>; 3]) -> Vec<T> {
        let (mut sines, mut cosines) = (vec![T::nan(); a.len()], vec![T::nan(); a.len()]);
        FourierSample::new(&[&b[..], c].concat(), &[a[0], b[0]], [&mut sines, &mut cosines]).run::<V>();
        [sines, cosines].concat()
    }
}

fn fourier<T: Element>() {
    check::<T, _>(
        || Fourier,
        |[a, b, c]| {
            let z = || (0..a.len()).map(|wave| TAU * (b[wave] * a[0] + c[wave] * b[0]));
            z().map(f64::sin).chain(z().map(f64::cos)).collect()
        },
    );
}

/// With a number of harmonics.
struct Periodic(usize);

impl<T: Element> Run<T> for Periodic {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(&self, [x, ..]: &[Vec<T>; 3]) -> Vec<T> {
        let waves = self.0 * x.len();
        let (mut sines, mut cosines) = (vec![T::nan(); waves], vec![T::nan(); waves]);
        PeriodicSample::new(x, T::nearest(0.25), [&mut sines, &mut cosines]).run::<V>();
        [sines, cosines].concat()
    }
}

fn periodic<T: Element>() {
    for harmonics in [1, 3, 11, 16] {
        check::<T, _>(
            || Periodic(harmonics),
            |[x, ..]| {
                let angle =
                    |x: &f64, harmonic: usize| TAU * harmonic as f64 * (x / 0.25 - (x / 0.25).round_ties_even());
                let angles = || x.iter().flat_map(|x| (1..=harmonics).map(move |harmonic| angle(x, harmonic)));
                angles().map(f64::sin).chain(angles().map(f64::cos)).collect()
            },
        );
    }
}

/// Checks a constant sample, whose variance is zero, and NaN in a merge and in a variance, which stays at its place.
fn special_values<T: Element>() {
    struct Special;
    impl<T: Element> Run<T> for Special {
        #[inline(always)]
        fn run<V: Vector<Scalar = T>>(&self, _: &[Vec<T>; 3]) -> Vec<T> {
            let (x, mut y) = ([T::nearest(-3e3); 11], [T::nan(); 11]);
            let rule = Normalization {
                centered: true,
                share: T::one() / T::nearest(11.0),
                epsilon: T::nearest(1e-3),
                max_inverse: T::infinity(),
                scale: &[],
                offset: &[],
            };
            NormalizeSample::new(rule, &x, &mut y).run::<V>();
            let mut merged = x;
            merged[3] = T::nan();
            MergeSample::new(MergeOperation::Maximum, [1, 2], &y, &mut merged).run::<V>();
            let (mut standardized, mut variance) = ([T::zero(); 11], [T::one(); 11]);
            variance[3] = T::nan();
            StandardizeSample::new(rule, [&y, &variance], &x, &mut standardized).run::<V>();
            [y, merged, standardized].concat()
        }
    }
    let none = [vec![], vec![], vec![]];
    T::dispatch_to_each(
        || Owned { operands: &none, kernel: Special },
        |set, found| {
            let (constant, others) = found.split_at(11);
            assert!(constant.iter().all(|value| value.widen().abs() < 0.1), "{set}: {constant:?}");
            for values in others.chunks(11) {
                let is_kept = values.iter().enumerate().all(|(index, value)| value.is_nan() == (index == 3));
                assert!(is_kept, "{set}: {values:?}");
            }
        },
    );
}
