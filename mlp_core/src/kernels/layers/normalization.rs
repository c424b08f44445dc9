//! Normalization of each sample over its features.
//!
//! ```text
//! for each block of samples, four registers or one
//!   mean     = Σᶠ x / N                           // if centered
//!   inverse  = 1 / √(share Σᶠ (x − mean)² + ε)    // at most max_inverse
//!   y        = (x − mean) inverse · scale[f] + offset[f]
//! backward, with x̂ = (x − mean) inverse and g = scale[f] dy:
//!   dscale[f] += Σˢ dy x̂,  doffset[f] += Σˢ dy
//!   dx       = (g − Σᶠ g / N − x̂ share Σᶠ g x̂) inverse
//! ```
//!
//! A block is read several times, and stays in the cache: 64 features of 64 samples are 16 KB. The mean is known before
//! squares are summed, so that a mean far from zero costs no accuracy. The last registers of a tile, which may hold
//! padding of any value, are blocks of one register with zeros in place of the padding.

use super::block::{Block, Blocks, Samples, run};
use crate::kernels::Kernel;
use crate::kernels::math::Elementary;
use crate::kernels::vector::{Vector, splat};
use crate::tile::{Tile, TileMut};

/// Constants of a normalization over the features.
#[derive(Clone, Copy, Debug)]
pub struct Normalization<'a, T> {
    /// `true` if the mean is subtracted.
    pub centered: bool,
    /// Factor of the sum of squares: 1, or one divided by the number of features.
    pub share: T,
    /// Constant added to the squares.
    pub epsilon: T,
    /// Maximum of the inverse, from which on it counts as constant. Infinite for none.
    pub max_inverse: T,
    /// Factor of each feature. Empty for none.
    pub scale: &'a [T],
    /// Constant to add to each feature. Empty for none.
    pub offset: &'a [T],
}

/// Gradients of a normalization.
#[derive(Debug)]
pub struct NormalizationGradient<'a, T> {
    /// Gradient of the factors, to be added to. Empty for none.
    pub scale: &'a mut [T],
    /// Gradient of the constants, to be added to. Empty for none.
    pub offset: &'a mut [T],
    /// Gradient of the input, to be set.
    pub input: Option<TileMut<'a, T>>,
}

pub(super) struct Forward<'a, T> {
    rule: Normalization<'a, T>,
    x: Tile<'a, T>,
    y: TileMut<'a, T>,
}

impl<'a, T: Copy> Forward<'a, T> {
    pub(super) fn new(rule: Normalization<'a, T>, x: Tile<'a, T>, y: TileMut<'a, T>) -> Self {
        rule.check(x);
        assert_eq!((x.features(), x.samples()), (y.features(), y.samples()), "size of a normalized value");
        Self { rule, x, y }
    }
}

pub(super) struct Backward<'a, T> {
    rule: Normalization<'a, T>,
    x: Tile<'a, T>,
    dy: Tile<'a, T>,
    gradient: NormalizationGradient<'a, T>,
}

impl<'a, T: Copy> Backward<'a, T> {
    pub(super) fn new(
        rule: Normalization<'a, T>,
        x: Tile<'a, T>,
        dy: Tile<'a, T>,
        gradient: NormalizationGradient<'a, T>,
    ) -> Self {
        rule.check(x);
        assert_eq!((x.features(), x.samples()), (dy.features(), dy.samples()), "size of a normalized gradient");
        for count in [gradient.scale.len(), gradient.offset.len()] {
            assert!(count == 0 || count == x.features(), "gradients of a normalization");
        }
        if let Some(dx) = &gradient.input {
            assert_eq!((x.features(), x.samples()), (dx.features(), dx.samples()), "size of an input's gradient");
        }
        Self { rule, x, dy, gradient }
    }
}

impl<T: Copy> Normalization<'_, T> {
    fn check(&self, x: Tile<'_, T>) {
        assert!(self.fits(x.features()), "parameters of a normalization");
    }
}

impl<T> Normalization<'_, T> {
    /// Returns whether there are as many parameters as features, or none.
    #[inline(always)]
    pub(super) fn fits(&self, features: usize) -> bool {
        let (scale, offset) = (self.scale.len(), self.offset.len());
        (scale == 0 || scale == features) && (offset == 0 || offset == features)
    }
}

/// Mean and inverse deviation of each sample of a block.
#[derive(Clone, Copy)]
struct Moments<V, const R: usize> {
    mean: Block<V, R>,
    inverse: Block<V, R>,
    /// `share` where the inverse depends on the input, zero elsewhere.
    share: Block<V, R>,
}

impl<T: Elementary> Normalization<'_, T> {
    /// Returns mean and inverse deviation of each sample.
    ///
    /// # Safety
    /// The block must lie in the tile.
    #[inline(always)]
    unsafe fn moments<V: Vector<Scalar = T>, const R: usize>(
        &self,
        x: Tile<'_, T>,
        samples: Samples<V>,
    ) -> Moments<V, R> {
        let zero = Block::<V, R>::splat(T::zero());
        let (mut mean, mut squares) = (zero, zero);
        // SAFETY: the caller's contract.
        unsafe {
            if self.centered {
                for feature in 0..x.features() {
                    mean = mean.zip(samples.load(x, feature), V::add);
                }
                mean = mean.zip(Block::splat(T::nearest(1.0 / x.features() as f64)), V::mul);
            }
            for feature in 0..x.features() {
                let centered = samples.load(x, feature).zip(mean, V::sub);
                squares = centered.mul_add(centered, squares);
            }
        }
        let inverse = squares.map(
            #[inline(always)]
            |squares| self.inverse(squares),
        );
        let (max, share) = (V::splat(self.max_inverse), V::splat(self.share));
        Moments { mean, inverse, share: inverse.map(|inverse| share.where_positive(max.sub(inverse))) }
    }

    /// Returns the inverse deviation for a sum of squares.
    #[inline(always)]
    pub(super) fn inverse<V: Vector<Scalar = T>>(&self, squares: V) -> V {
        let variance = squares.mul_add(V::splat(self.share), V::splat(self.epsilon));
        let inverse = V::splat(T::one()).div(variance.sqrt());
        let max = V::splat(self.max_inverse);
        // The comparison in this order keeps a NaN.
        inverse.sub(max).select_positive(max, inverse)
    }

    /// Returns the factor of a feature.
    #[inline(always)]
    fn scale_of<V: Vector<Scalar = T>, const R: usize>(&self, feature: usize) -> Block<V, R> {
        Block::splat(self.scale.get(feature).copied().unwrap_or_else(T::one))
    }

    /// Returns the constant of a feature.
    #[inline(always)]
    fn offset_of<V: Vector<Scalar = T>, const R: usize>(&self, feature: usize) -> Block<V, R> {
        Block::splat(self.offset.get(feature).copied().unwrap_or_else(T::zero))
    }
}

impl<T: Elementary> Blocks<T> for Forward<'_, T> {
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const R: usize>(&mut self, first: usize) {
        let samples = Samples::<V>::new(self.x.samples(), first);
        // SAFETY: the caller's contract.
        unsafe {
            let Moments { mean, inverse, .. } = self.rule.moments::<V, R>(self.x, samples);
            for feature in 0..self.x.features() {
                let (scale, offset) = (self.rule.scale_of(feature), self.rule.offset_of(feature));
                let normalized = samples.load(self.x, feature).zip(mean, V::sub).zip(inverse, V::mul);
                samples.store(normalized.mul_add(scale, offset), &mut self.y, feature);
            }
        }
    }
}

impl<T: Elementary> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let x = self.x;
        run::<V, _>(&mut self, x);
    }
}

impl<T: Elementary> Blocks<T> for Backward<'_, T> {
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const R: usize>(&mut self, first: usize) {
        let Self { rule, x, dy, gradient } = self;
        let samples = Samples::<V>::new(x.samples(), first);
        let zero = Block::<V, R>::splat(T::zero());
        let (mut sum, mut along) = (zero, zero);
        // SAFETY: the caller's contract.
        unsafe {
            let Moments { mean, inverse, share } = rule.moments::<V, R>(*x, samples);
            let normalized = |feature: usize| samples.load::<R>(*x, feature).zip(mean, V::sub).zip(inverse, V::mul);
            for feature in 0..x.features() {
                let (dy, normalized) = (samples.load::<R>(*dy, feature), normalized(feature));
                if let Some(gradient) = gradient.offset.get_mut(feature) {
                    *gradient += dy.sum();
                }
                if let Some(gradient) = gradient.scale.get_mut(feature) {
                    *gradient += dy.zip(normalized, V::mul).sum();
                }
                let scaled = dy.zip(rule.scale_of(feature), V::mul);
                sum = sum.zip(scaled, V::add);
                along = scaled.mul_add(normalized, along);
            }
            let Some(dx) = &mut gradient.input else { return };
            let centered = if rule.centered { T::nearest(1.0 / x.features() as f64) } else { T::zero() };
            let (mean_gradient, along) = (sum.zip(Block::splat(centered), V::mul), along.zip(share, V::mul));
            for feature in 0..x.features() {
                let scaled = samples.load::<R>(*dy, feature).zip(rule.scale_of(feature), V::mul);
                let rest = scaled.zip(mean_gradient, V::sub).zip(normalized(feature).zip(along, V::mul), V::sub);
                samples.store(rest.zip(inverse, V::mul).without_padding(samples), dx, feature);
            }
        }
    }
}

impl<T: Elementary> Kernel<T> for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let x = self.x;
        run::<V, _>(&mut self, x);
    }
}
