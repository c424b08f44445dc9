//! Losses over all outputs of a sample: a register of samples at a time.
//!
//! ```text
//! for each register of samples
//!   loss, derivatives = formula of predictions and targets      // derivatives go to the gradient
//!   sum      += weight · loss
//!   gradient  = scale · weight · derivatives, 0 in the padding
//! ```

use super::dispatch::Kernel;
use super::evaluation::{LossTiles, lanes_below, weigh};
use super::math::{Elementary, gradient_product};
use super::vector::{Vector, splat};
use crate::tile::Tile;

/// A loss of all outputs of a sample, for registers of samples.
pub(crate) trait SampleLoss {
    /// Returns the number of targets of a sample. Defaults to that of the predictions.
    fn targets(predictions: usize) -> usize {
        predictions
    }

    /// Returns the loss of each sample, and sets the derivatives if they are requested.
    fn evaluate<V: Vector<Scalar: Elementary>>(&self, samples: &mut RegisterOfSamples<V>) -> V;
}

/// One register of samples: predictions, targets and derivatives of all features.
pub(crate) struct RegisterOfSamples<V: Vector> {
    count: usize,
    targets_count: usize,
    predictions: Features<*const V::Scalar>,
    targets: Features<*const V::Scalar>,
    gradient: Option<Features<*mut V::Scalar>>,
    is_sample: V,
    factor: V,
}

/// The first feature of a register of samples, and the distance to the next feature.
#[derive(Clone, Copy)]
struct Features<P> {
    first: P,
    stride: usize,
}

impl<V: Vector<Scalar: Elementary>> RegisterOfSamples<V> {
    /// Returns the number of predictions of a sample.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Returns a prediction.
    #[inline(always)]
    pub(crate) fn prediction(&self, feature: usize) -> V {
        assert!(feature < self.count, "a prediction");
        // SAFETY: the kernel has made sure that there is a register of each feature.
        unsafe { V::load(self.predictions.first.add(feature * self.predictions.stride)) }
    }

    /// Returns a target.
    #[inline(always)]
    pub(crate) fn target(&self, feature: usize) -> V {
        assert!(feature < self.targets_count, "a target");
        // SAFETY: the kernel has made sure that there is a register of each feature.
        unsafe { V::load(self.targets.first.add(feature * self.targets.stride)) }
    }

    /// Stores a derivative without the factor of the gradient, which `finish` applies.
    #[inline(always)]
    pub(crate) fn keep(&mut self, feature: usize, value: V) {
        assert!(feature < self.count, "a derivative");
        if let Some(gradient) = self.gradient {
            // SAFETY: the kernel has made sure that there is a register of each feature.
            unsafe { value.store(gradient.first.add(feature * gradient.stride)) };
        }
    }

    /// Replaces each derivative by a function of it, and applies the factor of the gradient.
    #[inline(always)]
    pub(crate) fn finish(&mut self, f: impl Fn(&Self, usize, V) -> V) {
        let Some(gradient) = self.gradient else { return };
        for feature in 0..self.count {
            // SAFETY: the kernel has made sure that there is a register of each feature.
            let kept = unsafe { V::load(gradient.first.add(feature * gradient.stride)) };
            let derivative = gradient_product(f(self, feature, kept), self.factor);
            self.keep(feature, derivative.where_positive(self.is_sample));
        }
    }
}

/// The kernel of a [`SampleLoss`].
pub(crate) struct SampleEvaluation<'a, T, L> {
    loss: L,
    tiles: LossTiles<'a, T>,
}

impl<'a, T: Copy, L: SampleLoss> SampleEvaluation<'a, T, L> {
    pub(crate) fn new(loss: L, tiles: LossTiles<'a, T>) -> Self {
        let LossTiles { predictions, targets, gradient, .. } = &tiles;
        let size = (L::targets(predictions.features()), predictions.samples());
        assert_eq!((targets.features(), targets.samples()), size, "size of predictions and targets");
        if let Some(gradient) = gradient {
            assert_eq!(gradient.features(), predictions.features(), "features of a gradient");
            assert_eq!(gradient.samples(), predictions.samples(), "samples of a gradient");
        }
        Self { loss, tiles }
    }
}

impl<T: Elementary, L: SampleLoss> Kernel<T> for SampleEvaluation<'_, T, L> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        let LossTiles { predictions, targets, weights, mut gradient, scale } = self.tiles;
        let mut total = 0.0;
        for first in (0..predictions.padded_samples()).step_by(V::LANES) {
            let is_sample = lanes_below::<V>(predictions.samples(), first);
            let weigh = weigh::<V>(weights, first);
            let factor = weigh(V::splat(scale));
            let at = |tile: Tile<'_, T>| Features { first: tile.as_ptr().wrapping_add(first), stride: tile.stride() };
            let gradient = gradient.as_mut().map(|tile| {
                let stride = tile.stride();
                Features { first: tile.as_mut_ptr().wrapping_add(first), stride }
            });
            let mut samples = RegisterOfSamples {
                count: predictions.features(),
                targets_count: targets.features(),
                predictions: at(predictions),
                targets: at(targets),
                gradient,
                is_sample,
                factor,
            };
            let losses = weigh(self.loss.evaluate(&mut samples));
            total += losses.where_positive(is_sample).sum().widen();
        }
        total
    }
}
