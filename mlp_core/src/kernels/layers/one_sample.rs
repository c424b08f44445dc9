//! Layers of a single sample that are no products: normalizations, merges, functions of each feature, waves.
//!
//! Features lie in the lanes. Like the product of a dense layer, a kernel is inlined into the program, with its sizes as
//! constants, or called: debug builds and deep networks ask for a register of one lane, which stands for a call.
//!
//! ```text
//! normalize:    mean     = Σ x / N                      // if centered
//!               inverse  = 1 / √(share Σ (x − mean)² + ε)
//!               y        = (x − mean) inverse scale + offset
//! standardize:  y        = (x − mean) / √(variance + ε) scale + offset
//! merge:        y        = fold(y, x), times a factor
//! leaky:        y        = x where x is positive, alpha x elsewhere
//! dot:          sums of a b, a a and b b
//! Fourier:      s, c     = sin 2πz, cos 2πz, with z = Σ frequency x
//! periodic:     the same with z = h (x / period − the nearest integer)
//! ```

use super::by_feature::{Place, for_each_place, sum};
use super::merge::MergeOperation;
use super::normalization::Normalization;
use crate::kernels::math::{Elementary, cos_of_turns, sin_of_turns};
use crate::kernels::vector::{Vector, splat};
use crate::kernels::waves::phase;
use crate::kernels::{Dispatch as _, Kernel};
use crate::real::Real;

/// Defines the trait of the kernels that are compiled in this crate, and how each of them is inlined or called.
macro_rules! sample_kernels {
    ($($kernel:ident $method:ident;)*) => {
        /// The kernels of a single sample, for one scalar type, compiled in this crate.
        #[doc(hidden)]
        pub trait SampleKernels: Sized {
            $(fn $method(kernel: $kernel<'_, Self>);)*
        }

        sample_kernels!(@scalar f32: $($kernel $method;)*);
        sample_kernels!(@scalar f64: $($kernel $method;)*);

        $(impl<T: Elementary + SampleKernels> $kernel<'_, T> {
            /// Runs the kernel inlined with `V`, or calls it if that is a register of one lane.
            #[inline(always)]
            pub(crate) fn run_with<V: Vector<Scalar = T>>(self) {
                if const { V::LANES == 1 } { T::$method(self) } else { self.run::<V>() }
            }
        })*
    };
    (@scalar $scalar:ident: $($kernel:ident $method:ident;)*) => {
        impl SampleKernels for $scalar {
            $(
                #[inline(never)]
                fn $method(kernel: $kernel<'_, Self>) {
                    Self::dispatch(kernel);
                }
            )*
        }
    };
}

sample_kernels! {
    NormalizeSample normalize_sample;
    StandardizeSample standardize_sample;
    MergeSample merge_sample;
    LeakySample leaky_sample;
    ScaleSample scale_sample;
    DotSample dot_sample;
    FourierSample fourier_sample;
    PeriodicSample periodic_sample;
}

/// Normalizes a sample over its features: see [`Normalization`].
pub struct NormalizeSample<'a, T> {
    rule: Normalization<'a, T>,
    x: &'a [T],
    y: &'a mut [T],
}

impl<'a, T> NormalizeSample<'a, T> {
    #[inline(always)]
    pub(crate) fn new(rule: Normalization<'a, T>, x: &'a [T], y: &'a mut [T]) -> Self {
        assert!(x.len() == y.len() && rule.fits(x.len()), "size of a normalized sample");
        Self { rule, x, y }
    }
}

impl<T: Elementary> Kernel<T> for NormalizeSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { rule, x, y } = self;
        let count = x.len();
        // SAFETY: places lie in `x`, and `new` has compared the lengths of the others.
        unsafe {
            let mean = if rule.centered {
                sum::<V>(
                    count,
                    #[inline(always)]
                    |place, sum| sum.add(place.load_written(x)),
                )
            } else {
                T::zero()
            };
            let mean = V::splat(mean * T::nearest(1.0 / count as f64));
            // In a partial register, lanes past the end are zero again when the squares are summed.
            for_each_place::<V>(
                count,
                #[inline(always)]
                |place| place.store(place.load_written::<V>(x).sub(mean), y),
            );
            let squares = sum::<V>(
                count,
                #[inline(always)]
                |place, sum| {
                    let centered = place.load_written::<V>(y);
                    centered.mul_add(centered, sum)
                },
            );
            let inverse = rule.inverse(V::splat(squares));
            for_each_place::<V>(
                count,
                #[inline(always)]
                |place| {
                    let normalized = place.load_written::<V>(y).mul(inverse);
                    place.store(rule.scaled(place, normalized), y);
                },
            );
        }
    }
}

impl<T: Elementary> Normalization<'_, T> {
    /// Returns `normalized · scale + offset` at a place.
    ///
    /// # Safety
    /// The place must lie in the features.
    #[inline(always)]
    unsafe fn scaled<V: Vector<Scalar = T>>(&self, place: Place, normalized: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            match (self.scale, self.offset) {
                ([], []) => normalized,
                (scale, []) => normalized.mul(place.load(scale)),
                ([], offset) => normalized.add(place.load(offset)),
                (scale, offset) => normalized.mul_add(place.load(scale), place.load(offset)),
            }
        }
    }
}

/// Normalizes each feature of a sample by a given mean and variance, with `share` 1.
pub struct StandardizeSample<'a, T> {
    rule: Normalization<'a, T>,
    mean: &'a [T],
    variance: &'a [T],
    x: &'a [T],
    y: &'a mut [T],
}

impl<'a, T> StandardizeSample<'a, T> {
    #[inline(always)]
    pub(crate) fn new(rule: Normalization<'a, T>, statistics: [&'a [T]; 2], x: &'a [T], y: &'a mut [T]) -> Self {
        let ([mean, variance], count) = (statistics, x.len());
        let has_statistics = mean.len() == count && variance.len() == count;
        assert!(y.len() == count && has_statistics && rule.fits(count), "size of a standardized sample");
        Self { rule, mean, variance, x, y }
    }
}

impl<T: Elementary> Kernel<T> for StandardizeSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { rule, mean, variance, x, y } = self;
        for_each_place::<V>(
            x.len(),
            #[inline(always)]
            |place| {
                // SAFETY: places lie in `x`, and `new` has compared the lengths of the others.
                unsafe {
                    let centered = place.load_written::<V>(x).sub(place.load(mean));
                    let normalized = centered.mul(rule.inverse(place.load(variance)));
                    place.store(rule.scaled(place, normalized), y);
                }
            },
        );
    }
}

/// Folds a value of a merge into the result so far, and multiplies by a factor.
pub struct MergeSample<'a, T> {
    operation: MergeOperation,
    factor: T,
    x: &'a [T],
    y: &'a mut [T],
}

impl<'a, T: Real> MergeSample<'a, T> {
    /// Creates the fold of the value with index `index` out of `count`, which begins with `y`.
    #[inline(always)]
    pub(crate) fn new(operation: MergeOperation, [index, count]: [usize; 2], x: &'a [T], y: &'a mut [T]) -> Self {
        assert!(x.len() == y.len(), "size of a merged sample");
        let factor = if index + 1 == count { operation.factor(count) } else { T::one() };
        Self { operation, factor, x, y }
    }
}

impl<T: Elementary> Kernel<T> for MergeSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { operation, factor, x, y } = self;
        let factor = V::splat(factor);
        for_each_place::<V>(
            x.len(),
            #[inline(always)]
            |place| {
                // SAFETY: places lie in `x`, and `new` has compared the lengths.
                unsafe {
                    let (before, value) = (place.load_written::<V>(y), place.load_written(x));
                    place.store(operation.fold(before, value).mul(factor), y);
                }
            },
        );
    }
}

/// Multiplies each negative value of a sample by the `alpha` of its feature.
pub struct LeakySample<'a, T> {
    alpha: &'a [T],
    x: &'a [T],
    y: &'a mut [T],
}

impl<'a, T> LeakySample<'a, T> {
    #[inline(always)]
    pub(crate) fn new(alpha: &'a [T], x: &'a [T], y: &'a mut [T]) -> Self {
        assert!(x.len() == y.len() && alpha.len() == x.len(), "size of a sample");
        Self { alpha, x, y }
    }
}

impl<T: Elementary> Kernel<T> for LeakySample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { alpha, x, y } = self;
        for_each_place::<V>(
            x.len(),
            #[inline(always)]
            |place| {
                // SAFETY: places lie in `x`, and `new` has compared the lengths.
                unsafe {
                    let x = place.load_written::<V>(x);
                    place.store(x.select_positive(x, place.load::<V>(alpha).mul(x)), y);
                }
            },
        );
    }
}

/// Multiplies each value of a sample by a constant, and adds another.
pub struct ScaleSample<'a, T> {
    constants: [T; 2],
    x: &'a [T],
    y: &'a mut [T],
}

impl<'a, T> ScaleSample<'a, T> {
    /// Creates the kernel of `y = factor x + offset`.
    #[inline(always)]
    pub(crate) fn new(constants: [T; 2], x: &'a [T], y: &'a mut [T]) -> Self {
        assert!(x.len() == y.len(), "size of a sample");
        Self { constants, x, y }
    }
}

impl<T: Elementary> Kernel<T> for ScaleSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { constants: [factor, offset], x, y } = self;
        let (factor, offset) = (V::splat(factor), V::splat(offset));
        for_each_place::<V>(
            x.len(),
            #[inline(always)]
            // SAFETY: places lie in `x`, and `new` has compared the lengths.
            |place| unsafe { place.store(place.load_written::<V>(x).mul(factor).add(offset), y) },
        );
    }
}

/// Adds `Σ a b`, and if `normalize` is set `Σ a a` and `Σ b b`, to three sums.
pub struct DotSample<'a, T> {
    normalize: bool,
    a: &'a [T],
    b: &'a [T],
    sums: &'a mut [T; 3],
}

impl<'a, T> DotSample<'a, T> {
    #[inline(always)]
    pub(crate) fn new(normalize: bool, [a, b]: [&'a [T]; 2], sums: &'a mut [T; 3]) -> Self {
        assert!(a.len() == b.len(), "sizes of a product");
        Self { normalize, a, b, sums }
    }
}

impl<T: Elementary> Kernel<T> for DotSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { normalize, a, b, sums: [product, square_a, square_b] } = self;
        *product += dot::<V>(a, b);
        if normalize {
            *square_a += dot::<V>(a, a);
            *square_b += dot::<V>(b, b);
        }
    }
}

/// Returns `Σ a b` of slices of the same length.
#[inline(always)]
fn dot<V: Vector<Scalar: Real>>(a: &[V::Scalar], b: &[V::Scalar]) -> V::Scalar {
    sum::<V>(
        a.len(),
        #[inline(always)]
        // SAFETY: places lie in `a`, and `b` is as long.
        |place, sum| unsafe { place.load_written::<V>(a).mul_add(place.load_written(b), sum) },
    )
}

/// Computes sines and cosines of the phases in turns `z = Σ frequency · x`.
pub struct FourierSample<'a, T> {
    /// A column with the frequency of each wave, for each input.
    frequencies: &'a [T],
    x: &'a [T],
    sines: &'a mut [T],
    cosines: &'a mut [T],
}

impl<'a, T> FourierSample<'a, T> {
    #[inline(always)]
    pub(crate) fn new(frequencies: &'a [T], x: &'a [T], [sines, cosines]: [&'a mut [T]; 2]) -> Self {
        assert!(sines.len() == cosines.len() && frequencies.len() == x.len() * sines.len(), "sizes of waves");
        Self { frequencies, x, sines, cosines }
    }
}

impl<T: Elementary> Kernel<T> for FourierSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { frequencies, x, sines, cosines } = self;
        let waves = sines.len();
        for_each_place::<V>(
            waves,
            #[inline(always)]
            |place| {
                let mut z = splat::<V>(0.0);
                for (column, &x) in frequencies.chunks_exact(waves).zip(x) {
                    // SAFETY: a column is as long as the sines, in which the place lies.
                    z = unsafe { place.load::<V>(column) }.mul_add(V::splat(x), z);
                }
                // SAFETY: places lie in the sines, and `new` has compared the lengths.
                unsafe {
                    place.store(sin_of_turns(z), sines);
                    place.store(cos_of_turns(z), cosines);
                }
            },
        );
    }
}

/// Computes sines and cosines of the harmonics 1, 2, … of each value. The harmonics of a value follow each other.
pub struct PeriodicSample<'a, T> {
    x: &'a [T],
    period: T,
    sines: &'a mut [T],
    cosines: &'a mut [T],
}

impl<'a, T> PeriodicSample<'a, T> {
    #[inline(always)]
    pub(crate) fn new(x: &'a [T], period: T, [sines, cosines]: [&'a mut [T]; 2]) -> Self {
        assert!(sines.len() == cosines.len(), "sizes of waves");
        Self { x, period, sines, cosines }
    }
}

impl<T: Elementary> Kernel<T> for PeriodicSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { x, period, sines, cosines } = self;
        let harmonics = (sines.len() / x.len().max(1)).max(1);
        let waves = sines.chunks_exact_mut(harmonics).zip(cosines.chunks_exact_mut(harmonics));
        for ((sines, cosines), &x) in waves.zip(x) {
            let phase = phase(V::splat(x), V::splat(period));
            for_each_place::<V>(
                harmonics,
                #[inline(always)]
                |place| {
                    let z = place.indices::<V>().add(splat(1.0)).mul(phase);
                    // SAFETY: each chunk has a value for each harmonic.
                    unsafe {
                        place.store(sin_of_turns(z), sines);
                        place.store(cos_of_turns(z), cosines);
                    }
                },
            );
        }
    }
}
