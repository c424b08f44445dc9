//! Compute kernels: the loops over tiles and slices, vectorized for every instruction set.
//!
//! | file | kernel |
//! |---|---|
//! | `gemm` | `Y = X Wᵀ + b`, the forward pass of a dense layer, and `dX = dZ W`, the gradient of its input |
//! | `rows`, `micro_kernel` | the loops of gemm |
//! | `few_samples` | the same products for a few samples |
//! | `weight_gradient/` | `dW += dZᵀ X` and `db += Σ dZ` |
//! | `one_sample` | `y = W x + b` and activations of a single sample |
//! | `elementwise`, `adam`, `rule` | update rules of optimizers |
//! | `streams/` | the rules by which values with derivatives are computed |
//! | `symmetric` | `G += J Jᵀ`, the lower triangle |
//! | `layers/` | normalizations, merges, noise, and the same of a single sample |
//! | `slices` | scale, clip, fill, dot |
//! | `waves` | sine and cosine of phases, with their derivatives |
//! | `evaluation`, `sample_losses` | losses and their gradients |
//! | `math/` | `exp`, `tanh`, … of registers |
//! | `equations` | functions of registers in the code of `residual!` |
//! | `peak` | nothing but multiply-adds, to measure the peak of a core |
//!
//! Each of these files starts with its algorithm as pseudo-code. All of them are generic over [`Vector`], one SIMD register.
//! A tile has samples in SIMD lanes: a feature of all samples is contiguous and padded to whole registers.
//!
//! A call goes down these steps:
//!
//! ```text
//! Kernels::gemm                       sizes are run-time values
//!   parallel::run                     splits a large kernel over threads
//!     fork_join::join                 runs the parts on threads that stay awake
//!     Kernel::launch                  provides scratch memory, if the kernel needs any
//!       dispatch                      chooses the instruction set at run time
//!         Kernel::run::<Avx512F32>    the loop
//! ```
//!
//! Macros such as `kernels!`, `rule!` and `loss_kernel!` instantiate each kernel here, for `f32` and `f64`. So a program
//! does not have to compile the kernels, and they are optimized even in its debug builds.

mod adam;
pub(crate) mod chain;
mod dispatch;
pub(crate) mod elementwise;
mod epilogue;
#[doc(hidden)]
pub mod equations;
mod evaluation;
mod few_samples;
#[cfg(feature = "threads")]
mod fork_join;
mod gemm;
mod layers;
pub(crate) mod math;
mod matrix;
mod micro_kernel;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(any(test, feature = "threads"))]
mod offers;
mod one_sample;
mod panel;
pub(crate) mod parallel;
mod peak;
#[cfg(any(
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    )),
    miri,
    test
))]
mod portable;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))]
mod register;
mod rows;
mod rule;
mod sample_losses;
mod single;
mod slices;
mod streams;
mod symmetric;
#[cfg(test)]
pub(crate) mod tests;
mod updates;
pub(crate) mod vector;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
mod waves;
mod weight_gradient;
#[cfg(target_arch = "x86_64")]
#[cfg_attr(not(feature = "dispatch"), allow(dead_code, reason = "the build determines which set is used"))]
mod x86;

pub use adam::AdamStep;
#[doc(hidden)]
pub use chain::Link;
#[doc(hidden)]
pub use dispatch::{Dispatch, Kernel};
pub use dispatch::{InstructionSet, UnknownInstructionSet, UnsupportedInstructionSet};
pub(crate) use elementwise::{for_each_register, square_or_zero};
pub use epilogue::{Epilogue, OutputDerivative};
pub(crate) use evaluation::{ElementwiseEvaluation, ElementwiseLoss, EvaluateLoss, LossKernel, LossTiles, loss_kernel};
#[doc(hidden)]
pub use layers::SampleKernels;
pub(crate) use layers::{
    DotSample, FourierSample, LeakySample, MergeSample, NormalizeSample, PeriodicSample, ScaleSample,
    StandardizeSample, vector_at,
};
pub use layers::{
    LayerKernels, MergeOperation, Noise, Normalization, NormalizationGradient, RowIndices, RowMajorColumns,
    Standardization,
};
pub use matrix::Matrix;
pub(crate) use one_sample::{ANY, Gemv, MapSample, RegisterFunction, map_in_place};
#[doc(hidden)]
pub use parallel::{join, threads};
#[doc(hidden)]
pub use rule::Update;
pub(crate) use rule::{Pass, Rule, power, rule};
pub(crate) use sample_losses::{RegisterOfSamples, SampleEvaluation, SampleLoss};
pub use streams::{ActivationDerivatives, StreamKernels, StreamTile, StreamTileMut, Streams};
pub use symmetric::{LowerPanel, add_gram, lower_len, lower_panels};
#[doc(hidden)]
pub use updates::{add_scaled, blend, copy_values};
pub use vector::Vector;
pub(crate) use vector::{registers, splat};
pub use waves::WaveKernels;
pub(crate) use waves::phase;

use crate::tile::{Tile, TileMut};
use weight_gradient::{ByOutputs, BySamples, WeightGradient};

/// Maximum number of outputs of a layer whose input gradient replaces the input. Sums over more outputs are stored before they
/// are complete.
pub(crate) const MAX_IN_PLACE: usize = micro_kernel::KC;

/// The kernels of training, for one scalar type.
pub trait Kernels: Sized {
    /// Computes `y[s, j] = epilogue(bias[j] + Σₖ x[s, k] · matrix[j, k])` for every sample `s`.
    fn gemm(
        x: Tile<'_, Self>,
        matrix: Matrix<'_, Self>,
        bias: Option<&[Self]>,
        epilogue: Epilogue,
        y: TileMut<'_, Self>,
    );
    /// Computes `dx[s, i] = Σₒ dz[s, o] · weights[o, i]`.
    fn input_gradient(dz: Tile<'_, Self>, weights: Matrix<'_, Self>, dx: TileMut<'_, Self>);
    /// Computes the input gradient times the derivative of the activation whose outputs are `x`, which makes it the gradient
    /// with respect to that activation's input.
    fn input_gradient_through(
        dz: Tile<'_, Self>,
        weights: Matrix<'_, Self>,
        activation: (OutputDerivative, Tile<'_, Self>),
        dx: TileMut<'_, Self>,
    );
    /// Does the same, and replaces `x` by the gradient.
    ///
    /// # Panics
    /// If the layer has more than 256 outputs.
    fn input_gradient_in_place(
        dz: Tile<'_, Self>,
        weights: Matrix<'_, Self>,
        derivative: OutputDerivative,
        x: TileMut<'_, Self>,
    );
    /// Computes `weights[o, i] += Σₛ dz[s, o] · x[s, i]` and `bias[o] += Σₛ dz[s, o]`. The weights are column-major.
    /// An empty `bias` stands for none.
    fn weight_gradient(x: Tile<'_, Self>, dz: Tile<'_, Self>, weights: &mut [Self], bias: &mut [Self]);
    /// Computes `y[j] = epilogue(bias[j] + Σₖ weights[k · outputs + j] · x[k])` for a single sample.
    ///
    /// # Panics
    /// If the sizes do not go together.
    fn gemv(weights: &[Self], bias: &[Self], x: &[Self], epilogue: Epilogue, y: &mut [Self]);
    /// Predicts one sample with a chain of dense layers, whose parameters follow each other.
    ///
    /// # Panics
    /// If a layer is none, is too wide, or the sizes do not go together.
    #[doc(hidden)]
    fn chain(links: &[Option<Link<Self>>], parameters: &[Self], input: &[Self], output: &mut [Self]);
    /// Makes a step of Adam on slices of equal lengths.
    fn adam(step: AdamStep<Self>, parameters: &mut [Self], gradient: &[Self], mean: &mut [Self], variance: &mut [Self]);
    /// Returns whether all elements are finite.
    fn all_finite(values: &[Self]) -> bool;
    /// Executes multiply-adds in registers, to measure the peak of this core. Returns the number of floating-point
    /// operations.
    fn multiply_adds(rounds: usize) -> f64;
}

macro_rules! kernels {
    ($($scalar:ty),*) => {$(
        impl Kernels for $scalar {
            fn gemm(
                x: Tile<'_, Self>,
                matrix: Matrix<'_, Self>,
                bias: Option<&[Self]>,
                epilogue: Epilogue,
                y: TileMut<'_, Self>,
            ) {
                parallel::run::<Self, _>(gemm::Gemm::new(x, matrix, bias, epilogue, y));
            }
            fn input_gradient(dz: Tile<'_, Self>, weights: Matrix<'_, Self>, dx: TileMut<'_, Self>) {
                parallel::run::<Self, _>(gemm::Gemm::of_gradient(dz, weights, dx));
            }
            fn input_gradient_through(
                dz: Tile<'_, Self>,
                weights: Matrix<'_, Self>,
                (derivative, x): (OutputDerivative, Tile<'_, Self>),
                dx: TileMut<'_, Self>,
            ) {
                parallel::run::<Self, _>(gemm::Gemm::of_gradient(dz, weights, dx).through(derivative, x));
            }
            fn input_gradient_in_place(
                dz: Tile<'_, Self>,
                weights: Matrix<'_, Self>,
                derivative: OutputDerivative,
                x: TileMut<'_, Self>,
            ) {
                parallel::run::<Self, _>(gemm::Gemm::of_gradient(dz, weights, x).through_in_place(derivative));
            }
            fn weight_gradient(x: Tile<'_, Self>, dz: Tile<'_, Self>, weights: &mut [Self], bias: &mut [Self]) {
                if ByOutputs::is_faster::<Self>(x.features(), dz.features(), dz.samples()) {
                    parallel::run::<Self, _>(WeightGradient::<_, ByOutputs>::new(x, dz, weights, bias));
                } else {
                    parallel::run::<Self, _>(WeightGradient::<_, BySamples>::new(x, dz, weights, bias));
                }
            }
            // Inlined, so that the check of the sizes is removed where they are constants.
            #[inline(always)]
            fn gemv(weights: &[Self], bias: &[Self], x: &[Self], epilogue: Epilogue, y: &mut [Self]) {
                Gemv::<_, ANY>::new(weights, bias, x, epilogue == Epilogue::Relu, y).run_outlined();
            }
            #[inline(never)]
            fn chain(links: &[Option<Link<Self>>], parameters: &[Self], input: &[Self], output: &mut [Self]) {
                Self::dispatch(chain::Chain { links, parameters, input, output });
            }
            fn adam(
                step: AdamStep<Self>,
                parameters: &mut [Self],
                gradient: &[Self],
                mean: &mut [Self],
                variance: &mut [Self],
            ) {
                parallel::run::<Self, _>(adam::Adam { step, parameters, gradient, mean, variance });
            }
            fn all_finite(values: &[Self]) -> bool {
                parallel::run::<Self, _>(elementwise::AllFinite(values))
            }
            fn multiply_adds(rounds: usize) -> f64 {
                Self::dispatch(peak::MultiplyAdds { rounds })
            }
        }
    )*};
}

kernels!(f32, f64);

impl Gemv<'_, f32, ANY> {
    #[inline(never)]
    fn run_outlined(self) {
        f32::dispatch(self);
    }
}

impl Gemv<'_, f64, ANY> {
    #[inline(never)]
    fn run_outlined(self) {
        f64::dispatch(self);
    }
}
