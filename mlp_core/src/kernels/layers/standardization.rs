//! Normalization of each feature over the samples.
//!
//! ```text
//! for each feature
//!   mean, variance = those of x, in double precision, or moving averages
//!   y  = (x − mean) factor + offset,  factor = scale inverse,  inverse = 1 / √(variance + ε)
//! backward, with x̂ = (x − mean) inverse:
//!   dscale += Σ dy x̂,  doffset += Σ dy
//!   dx = factor (dy − Σ dy / n − x̂ Σ dy x̂ / n), or factor dy with moving averages
//! ```

use super::by_feature::{map, sums};
use super::normalization::NormalizationGradient;
use crate::kernels::Kernel;
use crate::kernels::vector::Vector;
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Constants of a normalization over the samples.
#[derive(Clone, Copy, Debug)]
pub struct Standardization<'a, T> {
    /// `true` if mean and variance are those of the samples, and `false` if they are moving averages.
    pub of_batch: bool,
    /// Constant added to the variance.
    pub epsilon: T,
    /// Factor of each feature.
    pub scale: &'a [T],
    /// Constant to add to each feature.
    pub offset: &'a [T],
}

impl<T: Real> Standardization<'_, T> {
    fn check(&self, x: Tile<'_, T>, [mean, variance]: [&[T]; 2]) {
        for values in [self.scale, self.offset, mean, variance] {
            assert_eq!(values.len(), x.features(), "parameters of a standardization");
        }
    }

    /// Returns `1 / √(variance + ε)`.
    fn inverse(&self, variance: T) -> T {
        (variance + self.epsilon).sqrt().recip()
    }
}

pub(super) struct Forward<'a, T> {
    rule: Standardization<'a, T>,
    statistics: [&'a mut [T]; 2],
    x: Tile<'a, T>,
    y: TileMut<'a, T>,
}

impl<'a, T: Real> Forward<'a, T> {
    pub(super) fn new(
        rule: Standardization<'a, T>,
        statistics: [&'a mut [T]; 2],
        x: Tile<'a, T>,
        y: TileMut<'a, T>,
    ) -> Self {
        rule.check(x, statistics.each_ref().map(|values| &**values));
        assert_eq!((x.features(), x.samples()), (y.features(), y.samples()), "size of a standardized value");
        Self { rule, statistics, x, y }
    }
}

impl<T: Real> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (rule, [means, variances]) = (self.rule, self.statistics);
        for feature in 0..self.x.features() {
            if rule.of_batch {
                [means[feature], variances[feature]] = moments(self.x.feature(feature));
            }
            let factor = rule.scale[feature] * rule.inverse(variances[feature]);
            let (center, factor, offset) = (V::splat(means[feature]), V::splat(factor), V::splat(rule.offset[feature]));
            let x = self.x.padded_feature(feature);
            map::<V>(self.y.padded_feature(feature), x, x, |x, _| x.sub(center).mul_add(factor, offset));
        }
    }
}

/// Returns the mean and the variance, in one pass over the differences from the first value.
///
/// They are summed in double precision: in single precision, the rounding error of a large batch can exceed its standard
/// deviation. The first value is at most `√n` standard deviations from the mean, so that the difference below loses at most
/// as many digits as `n` has.
// 16 partial sums of each, which the compiler keeps in registers.
#[inline(always)]
fn moments<T: Real>(values: &[T]) -> [T; 2] {
    const SUMS: usize = 16;
    let origin = values.first().map_or(0.0, |value| value.widen());
    let (groups, rest) = values.as_chunks::<SUMS>();
    let (mut sums, mut squares) = ([0.0; SUMS], [0.0; SUMS]);
    for group in groups {
        for lane in 0..SUMS {
            let difference = group[lane].widen() - origin;
            sums[lane] += difference;
            squares[lane] += difference * difference;
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        let difference = value.widen() - origin;
        sums[lane] += difference;
        squares[lane] += difference * difference;
    }
    let count = values.len() as f64;
    let [mean, square] = [sums, squares].map(|parts| parts.iter().sum::<f64>() / count);
    [origin + mean, (square - mean * mean).max(0.0)].map(T::nearest)
}

pub(super) struct Backward<'a, T> {
    rule: Standardization<'a, T>,
    statistics: [&'a [T]; 2],
    x: Tile<'a, T>,
    dy: Tile<'a, T>,
    gradient: NormalizationGradient<'a, T>,
}

impl<'a, T: Real> Backward<'a, T> {
    pub(super) fn new(
        rule: Standardization<'a, T>,
        statistics: [&'a [T]; 2],
        x: Tile<'a, T>,
        dy: Tile<'a, T>,
        gradient: NormalizationGradient<'a, T>,
    ) -> Self {
        rule.check(x, statistics);
        rule.check(x, [&*gradient.scale, &*gradient.offset]);
        assert_eq!((x.features(), x.samples()), (dy.features(), dy.samples()), "size of a standardized gradient");
        if let Some(dx) = &gradient.input {
            assert_eq!((x.features(), x.samples()), (dx.features(), dx.samples()), "size of an input's gradient");
        }
        Self { rule, statistics, x, dy, gradient }
    }
}

impl<T: Real> Kernel<T> for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (rule, [means, variances]) = (self.rule, self.statistics);
        let count = T::nearest(self.x.samples() as f64);
        for feature in 0..self.x.features() {
            let (mean, inverse) = (V::splat(means[feature]), rule.inverse(variances[feature]));
            let [by_offset, along] = sums::<V, 2>(
                self.x.feature(feature),
                self.dy.feature(feature),
                #[inline(always)]
                |x, dy, [sum, along]| [sum.add(dy), x.sub(mean).mul_add(dy, along)],
            );
            let by_scale = along * inverse;
            self.gradient.scale[feature] += by_scale;
            self.gradient.offset[feature] += by_offset;
            let Some(dx) = &mut self.gradient.input else { continue };
            let factor = rule.scale[feature] * inverse;
            let share = if rule.of_batch { factor / count } else { T::zero() };
            let (a, b, c) = (V::splat(factor), V::splat(-share * inverse * by_scale), V::splat(-share * by_offset));
            let (x, dy) = (self.x.padded_feature(feature), self.dy.padded_feature(feature));
            map::<V>(dx.padded_feature(feature), x, dy, |x, dy| a.mul_add(dy, b.mul_add(x.sub(mean), c)));
            dx.clear_padding(feature);
        }
    }
}
