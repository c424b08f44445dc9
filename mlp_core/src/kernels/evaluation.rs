//! Losses over tiles: the sum of the losses of all samples, and its gradient with respect to the predictions.
//!
//! ```text
//! for each register of samples (lanes beyond the last sample are masked)
//!   sum      += weight · loss(predictions, targets)
//!   gradient  = scale · weight · ∂loss/∂predictions, 0 in the padding
//! ```

use super::dispatch::Kernel;
use super::math::{Elementary, gradient_product};
use super::vector::{Vector, splat};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Tiles that a loss kernel reads and writes.
#[derive(Debug)]
pub struct LossTiles<'a, T> {
    /// Outputs of the network.
    pub predictions: Tile<'a, T>,
    /// Targets of the same samples.
    pub targets: Tile<'a, T>,
    /// Weight of each sample, padded with zeros. `None` means 1 for every sample.
    pub weights: Option<&'a [T]>,
    /// The gradient with respect to the predictions is written here.
    pub gradient: Option<TileMut<'a, T>>,
    /// Factor of the gradient.
    pub scale: T,
}

/// A loss that is the mean or the sum, over the outputs, of a function of one prediction and one target.
pub trait ElementwiseLoss {
    /// `false` if the loss is the sum over the outputs, and not the mean.
    const IS_MEAN: bool = true;

    /// Returns the value of the function, and its derivative with respect to the prediction.
    fn value_and_derivative<V: Vector<Scalar: Elementary>>(&self, prediction: V, target: V) -> (V, V);
}

/// A loss with kernels that are compiled in this crate, one for each scalar type.
pub trait LossKernel {
    /// Returns the sum of the losses of all samples, and writes the gradient if it is requested.
    fn evaluate_f32(&self, tiles: LossTiles<'_, f32>) -> f64;
    /// Returns the same in double precision.
    fn evaluate_f64(&self, tiles: LossTiles<'_, f64>) -> f64;
}

/// A scalar type that selects its kernel of a loss.
pub trait EvaluateLoss: Sized {
    /// Evaluates a loss by its kernel for this scalar type.
    fn evaluate_loss<L: LossKernel>(loss: &L, tiles: LossTiles<'_, Self>) -> f64;
}

impl EvaluateLoss for f32 {
    #[inline]
    fn evaluate_loss<L: LossKernel>(loss: &L, tiles: LossTiles<'_, f32>) -> f64 {
        loss.evaluate_f32(tiles)
    }
}

impl EvaluateLoss for f64 {
    #[inline]
    fn evaluate_loss<L: LossKernel>(loss: &L, tiles: LossTiles<'_, f64>) -> f64 {
        loss.evaluate_f64(tiles)
    }
}

/// Implements [`LossKernel`] by a kernel made from the loss and [`LossTiles`].
macro_rules! loss_kernel {
    ($loss:ty, $kernel:expr) => {
        impl $crate::kernels::LossKernel for $loss {
            fn evaluate_f32(&self, tiles: $crate::kernels::LossTiles<'_, f32>) -> f64 {
                $crate::kernels::Dispatch::dispatch($kernel(*self, tiles))
            }
            fn evaluate_f64(&self, tiles: $crate::kernels::LossTiles<'_, f64>) -> f64 {
                $crate::kernels::Dispatch::dispatch($kernel(*self, tiles))
            }
        }
    };
}
pub(crate) use loss_kernel;

/// The kernel of an [`ElementwiseLoss`].
pub(crate) struct ElementwiseEvaluation<'a, T, L> {
    loss: L,
    tiles: LossTiles<'a, T>,
}

impl<'a, T, L> ElementwiseEvaluation<'a, T, L> {
    pub(crate) fn new(loss: L, tiles: LossTiles<'a, T>) -> Self {
        let LossTiles { predictions, targets, gradient, .. } = &tiles;
        assert_eq!(predictions.features(), targets.features(), "features of predictions and targets");
        assert_eq!(predictions.samples(), targets.samples(), "samples of predictions and targets");
        if let Some(gradient) = gradient {
            assert_eq!(gradient.features(), predictions.features(), "features of a gradient");
            assert_eq!(gradient.samples(), predictions.samples(), "samples of a gradient");
        }
        Self { loss, tiles }
    }
}

impl<T: Elementary, L: ElementwiseLoss> Kernel<T> for ElementwiseEvaluation<'_, T, L> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        let LossTiles { predictions, targets, weights, mut gradient, scale } = self.tiles;
        let features = predictions.features();
        let share = if L::IS_MEAN { 1.0 / features as f64 } else { 1.0 };
        let factor = V::splat(scale * T::nearest(share));
        let mut sum = V::splat(T::zero());
        for feature in 0..features {
            for sample in (0..predictions.padded_samples()).step_by(V::LANES) {
                let rest = predictions.samples().saturating_sub(sample);
                // SAFETY: `sample` steps over whole registers of the padded tiles, whose sizes `new` has compared.
                unsafe {
                    let prediction = V::load(predictions.as_ptr().add(feature * predictions.stride() + sample));
                    let target = V::load(targets.as_ptr().add(feature * targets.stride() + sample));
                    let weigh = weigh::<V>(weights, sample);
                    let (value, derivative) = self.loss.value_and_derivative(prediction, target);
                    sum = sum.add(without_padding(weigh(value), rest));
                    if let Some(gradient) = &mut gradient {
                        let target = gradient.as_mut_ptr().add(feature * gradient.stride() + sample);
                        without_padding(gradient_product(weigh(derivative), factor), rest).store(target);
                    }
                }
            }
        }
        sum.sum().widen() * share
    }
}

/// Sets the lanes from `count` on to zero, which are padding.
#[inline(always)]
fn without_padding<V: Vector<Scalar: Real>>(values: V, count: usize) -> V {
    if count >= V::LANES { values } else { values.where_positive(lanes_below::<V>(count, 0)) }
}

/// Returns a function that multiplies a register by the weights of the samples from `first` on.
///
/// # Panics
/// If there are fewer than `LANES` such weights.
#[inline(always)]
pub(super) fn weigh<V: Vector>(weights: Option<&[V::Scalar]>, first: usize) -> impl Fn(V) -> V {
    // SAFETY: the slice is a whole register.
    let weights = weights.map(|weights| unsafe { V::load(weights[first..first + V::LANES].as_ptr()) });
    #[inline(always)]
    move |value: V| weights.map_or(value, |weights| value.mul(weights))
}

/// Returns a register that is positive in each lane whose sample index, counted from `first`, is below `count`. The other
/// lanes are padding.
#[inline(always)]
pub(super) fn lanes_below<V: Vector<Scalar: Real>>(count: usize, first: usize) -> V {
    V::splat(V::Scalar::nearest(count as f64 - first as f64 - 0.5)).sub(V::iota())
}
