//! Losses: what training makes small.

mod binary;
mod categorical;
#[cfg(feature = "std")]
mod class_weight;
mod gaussian;
mod pointwise;
mod regression;

pub use binary::{BinaryCrossentropy, BinaryFocalCrossentropy, Hinge, SquaredHinge};
pub use categorical::{
    CategoricalCrossentropy, CosineSimilarity, KlDivergence, SparseCategoricalCrossentropyOfProbabilities,
};
#[cfg(feature = "std")]
pub(crate) use class_weight::class_of;
#[cfg(feature = "std")]
pub use class_weight::{compute_class_weight, compute_sample_weight};
pub use gaussian::GaussianNegativeLogLikelihood;
pub use regression::{
    Huber, LogCosh, MeanAbsolutePercentageError, MeanSquaredLogarithmicError, Poisson, Quantile, Quantiles,
};

use crate::kernels::math::Elementary;
use crate::kernels::{
    ElementwiseEvaluation, ElementwiseLoss, Evaluate, LossTiles, SparseCrossentropy, Vector, evaluate_by, splat,
};
use crate::layers::{Features, Shape};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// A measure of how far predictions of shape `Outputs` are from their targets, with its gradient.
///
/// The loss of a batch is the mean over its samples.
///
/// # A loss of one's own
///
/// It sums over the samples of a tile, each times its weight. The gradient's entries are multiplied by the scale too; its
/// padding is zero before, and stays so.
///
/// ```
/// use mlp_core::Scalar;
/// use mlp_core::layers::Features;
/// use mlp_core::losses::{Comparison, Loss};
///
/// /// `(ŷ − y)⁴`, the sum over the outputs.
/// struct FourthPower;
///
/// impl<T: Scalar, const N: usize> Loss<T, Features<N>> for FourthPower {
///     type Targets = Features<N>;
///
///     fn name(&self) -> &'static str {
///         "fourth_power"
///     }
///     fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
///         let Comparison { predictions, targets, weights, mut gradient, scale } = comparison;
///         let mut sum = 0.0;
///         for feature in 0..N {
///             for sample in 0..predictions.samples() {
///                 let weight = weights.map_or(T::one(), |weights| weights[sample]);
///                 let error = predictions.feature(feature)[sample] - targets.feature(feature)[sample];
///                 sum += (error.powi(4) * weight).to_f64();
///                 if let Some(gradient) = &mut gradient {
///                     gradient.feature(feature)[sample] = T::from_f64(4.0) * error.powi(3) * weight * scale;
///                 }
///             }
///         }
///         sum
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss for a network that gives `{Outputs}` of `{T}`",
    label = "not a loss for this network's output",
    note = "`compile` takes an optimizer and a loss: `compile(Adam::default(), MeanSquaredError)`",
    note = "losses are `MeanSquaredError`, `MeanAbsoluteError`, … and every type that implements `Loss`"
)]
pub trait Loss<T: Scalar, Outputs: Shape>: Send + Sync {
    /// What a sample is compared with.
    type Targets: Shape;

    /// Its name in a history: `mean_squared_error`.
    fn name(&self) -> &'static str;

    /// Whether a finite number can be part of a target.
    fn accepts(&self, _target: T) -> bool {
        true
    }

    /// The sum of the losses of a tile's samples; sets the gradient, if it is wanted.
    fn evaluate(&self, comparison: Comparison<'_, T>) -> f64;
}

/// A tile of predictions and the tile of their targets.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a, T> {
    /// What the network gave.
    pub predictions: Tile<'a, T>,
    /// What it should have given.
    pub targets: Tile<'a, T>,
    /// How much each sample counts, where it is not 1, up to the padding, which counts nothing.
    pub weights: Option<&'a [T]>,
}

/// A tile of predictions and the tile of their targets, and where the derivative of their loss is wanted.
#[derive(Debug)]
pub struct Comparison<'a, T> {
    /// What the network gave.
    pub predictions: Tile<'a, T>,
    /// What it should have given.
    pub targets: Tile<'a, T>,
    /// How much each sample counts, where it is not 1, up to the padding, which counts nothing.
    pub weights: Option<&'a [T]>,
    /// Where the derivative of the loss by each prediction goes, if it is wanted.
    pub gradient: Option<TileMut<'a, T>>,
    /// The derivative is multiplied by this: one over the number of samples in the batch.
    pub scale: T,
}

impl<'a, T> From<Comparison<'a, T>> for LossTiles<'a, T> {
    fn from(comparison: Comparison<'a, T>) -> Self {
        let Comparison { predictions, targets, weights, gradient, scale } = comparison;
        Self { predictions, targets, weights, gradient, scale }
    }
}

/// Losses that are the mean, over the outputs, of a function of one prediction and one target. An entry gives the
/// function and its derivative by the prediction.
macro_rules! elementwise {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $value:expr, $slope:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;

        impl ElementwiseLoss for $name {
            #[inline(always)]
            fn value<V: Vector<Scalar: Elementary>>(prediction: V, target: V) -> V {
                $value(prediction, target)
            }
            #[inline(always)]
            fn derivative<V: Vector<Scalar: Elementary>>(prediction: V, target: V) -> V {
                $slope(prediction, target)
            }
        }

        evaluate_by!($name, ElementwiseEvaluation::<_, $name>::new);

        // The message names the losses; the compiler would show this table.
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize> Loss<T, Features<N>> for $name
        where
            $name: Evaluate<T>,
        {
            type Targets = Features<N>;

            fn name(&self) -> &'static str {
                $text
            }
            fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
                Evaluate::evaluate(self, comparison.into())
            }
        }
    )*};
}

elementwise! {
    /// `(ŷ − y)²`, the mean over the outputs. Keras: `MeanSquaredError`.
    MeanSquaredError = "mean_squared_error",
        |prediction: V, target: V| { let error = prediction.sub(target); error.mul(error) },
        |prediction: V, target: V| { let error = prediction.sub(target); error.add(error) };
    /// `|ŷ − y|`, the mean over the outputs. Keras: `MeanAbsoluteError`.
    MeanAbsoluteError = "mean_absolute_error",
        |prediction: V, target: V| { let error = prediction.sub(target); error.max(target.sub(prediction)) },
        |prediction: V, target: V| {
            let error = prediction.sub(target);
            let below = target.sub(prediction).select_positive(splat(-1.0), splat(0.0));
            error.select_positive(splat(1.0), below)
        };
}

/// `ln Σₖ exp(zₖ) − z_c`: the cross-entropy of a softmax over the outputs `z`, for the class with index `c`.
///
/// The network gives logits, without a softmax of its own; softmax and loss are computed in one, which is stable. A
/// target is one number, the index of the class. Keras: `SparseCategoricalCrossentropy(from_logits=True)`. PyTorch:
/// `CrossEntropyLoss`.
///
/// A network with one output has no classes to tell apart, and does not compile:
///
/// ```compile_fail,E0080
/// use mlp_core::layers::Features;
/// use mlp_core::losses::{Loss, SparseCategoricalCrossentropy};
///
/// <SparseCategoricalCrossentropy as Loss<f32, Features<1>>>::accepts(&SparseCategoricalCrossentropy, 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SparseCategoricalCrossentropy;

evaluate_by!(SparseCategoricalCrossentropy, SparseCrossentropy::new);

#[diagnostic::do_not_recommend]
impl<T: Scalar, const CLASSES: usize> Loss<T, Features<CLASSES>> for SparseCategoricalCrossentropy
where
    Self: Evaluate<T>,
{
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "sparse_categorical_crossentropy"
    }
    fn accepts(&self, target: T) -> bool {
        const { assert!(CLASSES > 1, "SparseCategoricalCrossentropy needs an output for each of two or more classes") };
        target >= T::zero() && target < T::from_f64(CLASSES as f64) && target.fract() == T::zero()
    }
    fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
        Evaluate::evaluate(self, comparison.into())
    }
}
