//! Layers: what a network is made of, and what a network is.
//!
//! One of your own is a struct of its parameters and an implementation of [`Layer`], and is used as the others are: `Gain(64)`
//! here is `y = factor · x`, with a factor for each feature that is trained.
//!
//! ```
//! use mlp_core::kernels::Vector;
//! use mlp_core::layers::{Backward, Features, Layer, Mode, Purpose, Summary, Variable, WithScalar};
//! use mlp_core::{Rng, Parameters, Scalar, Tile, TileMut};
//! use nalgebra::SVector;
//!
//! #[derive(Clone, Debug, PartialEq)]
//! #[repr(C)]
//! pub struct Gain<const N: usize, T: Scalar = f32> {
//!     pub factors: SVector<T, N>,
//! }
//!
//! // SAFETY: `repr(C)`, a vector of the scalar. Elsewhere `#[derive(mlp::Parameters)]` writes this.
//! unsafe impl<const N: usize, T: Scalar> Parameters for Gain<N, T> {
//!     type Scalar = T;
//! }
//!
//! impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for Gain<N, S> {
//!     type Layer = Gain<N, T>;
//! }
//!
//! impl<const N: usize, T: Scalar> Layer for Gain<N, T> {
//!     type Input = Features<N>;
//!     type Output = Features<N>;
//!     type Options = ();
//!     type Cache = ();
//!
//!     fn cache(_samples: usize, _purpose: Purpose) {}
//!
//!     fn initialize(&mut self, (): &(), _generator: &mut Rng) {
//!         self.factors.fill(T::one());
//!     }
//!
//!     fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
//!         for feature in 0..N {
//!             for (y, &x) in output.feature(feature).iter_mut().zip(input.feature(feature)) {
//!                 *y = self.factors[feature] * x;
//!             }
//!         }
//!     }
//!
//!     // dfactor += Σ dY X,  dX = factor dY
//!     fn backward(&self, (): &(), mut pass: Backward<'_, Self>, (): &mut ()) {
//!         let slopes = pass.output_gradient.as_tile();
//!         for feature in 0..N {
//!             let (numbers, slopes) = (pass.input.feature(feature), slopes.feature(feature));
//!             pass.gradient.factors[feature] += numbers.iter().zip(slopes).map(|(&x, &dy)| x * dy).sum::<T>();
//!             let Some(gradient) = &mut pass.input_gradient else { continue };
//!             for (dx, &dy) in gradient.feature(feature).iter_mut().zip(slopes) {
//!                 *dx = self.factors[feature] * dy;
//!             }
//!         }
//!     }
//!
//!     fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
//!         self.factors.component_mul(input)
//!     }
//!
//!     fn summarize(name: &str, (): &(), summary: &mut Summary) {
//!         summary.row(name, "Gain", N, [Variable::new("factors", [N])]);
//!     }
//! }
//!
//! let mut layer = Gain::<2>::zeroed();
//! layer.initialize(&(), &mut Rng::new(0));
//! assert_eq!(layer.forward_one::<f32>(&(), &[3.0, 4.0].into()), SVector::from([3.0, 4.0]));
//! ```

mod activation;
mod batch_normalization;
mod concatenate;
mod connection;
mod dense;
mod dense_options;
mod dot;
mod embedding;
mod layer_normalization;
mod merge;
#[cfg(not(feature = "std"))]
mod no_summary;
mod noise;
mod normalization;
mod prelu;
mod regularizer;
mod rescaling;
mod rms_normalization;
mod shape;
#[cfg(feature = "std")]
mod summary;
mod unit_normalization;
#[cfg(feature = "std")]
mod variable;

pub use activation::Activation;
pub use batch_normalization::{BatchNormalization, BatchNormalizationOptions, BatchStatistics};
pub use connection::{Call, Origin};
pub use dense::Dense;
pub use dense_options::DenseOptions;
pub use dot::DotOptions;
pub use embedding::{Categories, Embedding, EmbeddingOptions, Vectors};
pub use layer_normalization::{LayerNormalization, LayerNormalizationOptions};
pub use merge::{Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract};
#[cfg(not(feature = "std"))]
pub use no_summary::{Summary, Variable};
pub use noise::{
    AlphaDropout, AlphaDropoutOptions, Dropout, DropoutOptions, GaussianDropout, GaussianDropoutOptions, GaussianNoise,
    GaussianNoiseOptions, NoiseCache,
};
pub use normalization::Normalization;
pub use prelu::PRelu;
pub use rescaling::{Rescaling, RescalingOptions};
pub use rms_normalization::{RmsNormalization, RmsNormalizationOptions};
pub use shape::{Arity, Features, Joined, Part, Parts, Shape};
#[cfg(feature = "std")]
pub use summary::{InvalidOption, Row, Summary};
pub use unit_normalization::UnitNormalization;
#[cfg(feature = "std")]
pub use variable::{Role, Variable};

use crate::kernels::{Epilogue, Vector};
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Passing, Room, Tile, TileMut};

/// Whether a pass is part of training or of prediction.
#[derive(Debug)]
pub enum Mode<'a> {
    /// A backward pass follows. Layers such as `Dropout` draw from the rng.
    Training(&'a mut Rng),
    /// Only the output is wanted.
    Inference,
}

impl Mode<'_> {
    /// The same mode, lent out for a shorter time.
    pub fn reborrow(&mut self) -> Mode<'_> {
        match self {
            Self::Training(rng) => Mode::Training(rng),
            Self::Inference => Mode::Inference,
        }
    }

    /// Whether a backward pass follows.
    pub fn is_training(&self) -> bool {
        matches!(self, Self::Training(_))
    }
}

/// What the memory of passes is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Every value is kept for the backward pass.
    Training,
    /// A value's memory serves the next one as soon as no layer needs it any more.
    Prediction,
}

impl Purpose {
    /// A buffer for what only a backward pass reads.
    pub fn kept<T: Scalar, R: Room>(self, features: usize, samples: usize) -> Buffer<T, R> {
        Buffer::of(if self == Self::Training { features } else { 0 }, samples)
    }

    /// A buffer for what only a prediction needs.
    #[cfg(feature = "std")]
    pub fn passing<T: Scalar, R: Room>(self, features: usize, samples: usize) -> Passing<T, R> {
        Buffer::of(if self == Self::Prediction { features } else { 0 }, samples)
    }

    /// Nothing: without `std`, samples are predicted one at a time.
    #[cfg(not(feature = "std"))]
    pub fn passing<T: Scalar, R: Room>(self, _features: usize, _samples: usize) -> Passing<T, R> {
        Passing::none()
    }
}

/// Changes a variable, which comes first, by its gradient.
pub type UpdateRule<'a, T> = &'a mut dyn FnMut(&mut [T], &[T]);

/// A differentiable function with parameters, from one value to another.
///
/// A layer's struct is its [`Parameters`] and nothing else, so that its gradient is a value of the same type.
/// Hyper-parameters are its [`Options`](Layer::Options): `Dense(64 => 64, relu, init = he_normal)` becomes
/// `DenseOptions::default().init(he_normal)`. A whole network is a layer too, and so can be part of another.
///
/// Work goes tile by tile: some samples at a time, few enough that they stay in the cache.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "not a layer",
    note = "layers are `Dense`, …, every network, and every type that implements `Layer`"
)]
pub trait Layer: Parameters {
    /// The features of its input: [`Features<IN>`](Features), or a tuple for a layer that is called on several values.
    type Input: Shape;
    /// The features of its output. A layer written with two sizes, `Dense(IN => OUT)`, gives [`Features<OUT>`](Features).
    type Output: Shape;
    /// Hyper-parameters, each set by a method of its own name.
    type Options: Default + Send + Sync;
    /// What `forward` keeps for `backward`.
    type Cache: Send;

    /// Whether what a sample gives depends on the others of its batch, as in `BatchNormalization`. All samples of a batch are
    /// one tile then.
    const WHOLE_BATCH: bool = false;

    /// What it does last, if that is for the layer behind to go back through: then `backward` heeds
    /// [`Backward::output_epilogue`].
    const EPILOGUE: Epilogue = Epilogue::Identity;

    /// Whether `backward` heeds [`Backward::input_epilogue`].
    const GOES_BACK_THROUGH_EPILOGUES: bool = false;

    /// A cache for tiles of at most this many samples.
    fn cache(samples: usize, purpose: Purpose) -> Self::Cache;

    /// Sets all parameters to their initial values. They are zero before.
    fn initialize(&mut self, options: &Self::Options, rng: &mut Rng);

    /// Computes the output of every sample of a tile.
    fn forward(
        &self,
        options: &Self::Options,
        mode: Mode<'_>,
        input: Tile<'_, Self::Scalar>,
        output: TileMut<'_, Self::Scalar>,
        cache: &mut Self::Cache,
    );

    /// From the loss's gradient by the output: adds the parameters' gradient, and sets the input's if it is wanted.
    fn backward(&self, options: &Self::Options, pass: Backward<'_, Self>, cache: &mut Self::Cache);

    /// The output of one sample, as fast as one sample can be had. `V` is the register of the instruction set in use; what
    /// is inlined into this function is compiled for it.
    fn forward_one<V: Vector<Scalar = Self::Scalar>>(
        &self,
        options: &Self::Options,
        input: &<Self::Input as Shape>::Sample<Self::Scalar>,
    ) -> <Self::Output as Shape>::Sample<Self::Scalar>;

    /// Lets an optimizer's rule change the parameters.
    ///
    /// The rule is called with a variable and its gradient, once for each variable, as the weights and the bias of [`Dense`] are two: a gradient's norm may be
    /// clipped for each by itself. It is not called for what training does not change. An optimizer updates once a step, so
    /// that a layer may do more here than to call the rule.
    #[inline]
    fn update(&mut self, _options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, Self::Scalar>) {
        rule(self.as_mut_slice(), gradient.as_slice());
    }

    /// What training adds to the loss of every batch, whatever the data: regularization. Adds its gradient, if it is wanted.
    fn penalty(&self, _options: &Self::Options, _gradient: Option<&mut Self>) -> f64 {
        0.0
    }

    /// How many features its input has.
    fn inputs(&self) -> usize {
        Self::Input::FEATURES
    }

    /// How many features its output has.
    fn outputs(&self) -> usize {
        Self::Output::FEATURES
    }

    /// Adds the nodes that compute this layer in prediction to a graph of ONNX: one value for each part of the input, and one for
    /// each of the output.
    ///
    /// # Errors
    /// Unless a layer says how it is computed.
    #[cfg(feature = "onnx")]
    fn export(&self, _options: &Self::Options, graph: &mut onnx::Graph, _inputs: &[onnx::Value]) -> onnx::Exported {
        Err(graph.cannot::<Self>())
    }

    /// Adds this layer, under the name it has in its network, to a network's summary. The variables are all of its
    /// parameters, in the order of the fields.
    fn summarize(name: &str, options: &Self::Options, summary: &mut Summary);
}

/// The same layer with another scalar type, for networks of `f64`.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be used in a network of `{T}`")]
pub trait WithScalar<T: Scalar> {
    /// `Dense<2, 1, relu, f64>` for a `Dense<2, 1, relu>`.
    type Layer: Layer<Scalar = T>;
}

/// What a backward pass reads and writes, the tiles of one and the same samples as in the forward pass before it.
#[derive(Debug)]
pub struct Backward<'a, L: Layer> {
    /// The input of the forward pass.
    pub input: Tile<'a, L::Scalar>,
    /// The output of the forward pass.
    pub output: Tile<'a, L::Scalar>,
    /// The loss's gradient by the output. The layer may use it as scratch memory.
    pub output_gradient: TileMut<'a, L::Scalar>,
    /// Set to the loss's gradient by the input, if anyone asks for it.
    pub input_gradient: Option<TileMut<'a, L::Scalar>>,
    /// The gradient to be set is the one by what went into this, which gave the input to this layer and no other. Nothing
    /// for a layer that does not [go back through it](Layer::GOES_BACK_THROUGH_EPILOGUES).
    pub input_epilogue: Epilogue,
    /// `output_gradient` is the one by what went into this: the layer's [own](Layer::EPILOGUE), or nothing.
    pub output_epilogue: Epilogue,
    /// The gradient by the parameters is added here.
    pub gradient: &'a mut L,
}

/// Whether what a layer takes is what it is given.
#[diagnostic::on_unimplemented(
    message = "{TAKES} features are taken here, but {GIVES} are given",
    label = "takes {TAKES}, is given {GIVES}",
    note = "let the layer take {GIVES}, or give it {TAKES}"
)]
pub trait Fits<const GIVES: usize, const TAKES: usize> {
    /// The same numbers: there are as many.
    fn fit<T: Scalar, Gives: Shape, Takes: Shape>(sample: &Gives::Sample<T>) -> Takes::Sample<T>;
}

/// The type that [`Fits`] is asked of.
#[derive(Debug)]
pub enum Connection {}

// For all types: the compiler would otherwise name `Connection` as one that fits.
impl<C, const N: usize> Fits<N, N> for C {
    #[inline(always)]
    fn fit<T: Scalar, Gives: Shape, Takes: Shape>(sample: &Gives::Sample<T>) -> Takes::Sample<T> {
        let mut fitted = Takes::sample();
        let mut first = 0;
        Takes::parts_mut(&mut fitted, &mut |taken: &mut [T]| {
            copy_numbers::<T, Gives>(sample, first, taken);
            first += taken.len();
        });
        fitted
    }
}

/// Copies the numbers of a sample from `first` on, whichever parts they lie in.
#[inline(always)]
pub(crate) fn copy_numbers<T: Scalar, S: Shape>(sample: &S::Sample<T>, first: usize, target: &mut [T]) {
    let mut begin = 0;
    S::parts(sample, &mut |part: &[T]| {
        // No slices: a program without `std` shall have no way to panic here.
        let numbers = part.iter().skip(first.saturating_sub(begin));
        let targets = target.iter_mut().skip(begin.saturating_sub(first));
        targets.zip(numbers).for_each(|(target, &number)| *target = number);
        begin += part.len();
    });
}
