//! The inner loops: slices with run-time sizes, samples in lanes, the instruction set chosen once per call.
//!
//! Everything here is compiled inside this crate, once per scalar and instruction set, so that a program that uses it
//! neither waits for it to compile nor runs it unoptimized in a debug build.

mod adam;
mod blocks;
mod dispatch;
pub(crate) mod elementwise;
mod evaluation;
mod linear;
pub(crate) mod math;
#[cfg(target_arch = "aarch64")]
mod neon;
mod panel;
pub(crate) mod parallel;
mod peak;
#[cfg(any(not(any(target_arch = "x86_64", target_arch = "aarch64")), miri, test))]
mod portable;
mod product;
mod product_of_one;
mod rule;
mod single;
#[cfg(test)]
mod tests;
pub(crate) mod vector;
mod weight_gradient;
#[cfg(target_arch = "x86_64")]
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "the build says which one there is"))]
mod x86;

pub use adam::AdamStep;
pub(crate) use dispatch::{Dispatch, Kernel};
pub use dispatch::{InstructionSet, UnknownInstructionSet, UnsupportedInstructionSet};
pub(crate) use elementwise::for_each_register;
pub(crate) use evaluation::{
    ElementwiseEvaluation, ElementwiseLoss, EvaluateLoss, LossKernel, SparseCrossentropy, loss_kernel,
};
pub use product::{Epilogue, Matrix};
pub(crate) use product_of_one::{map_in_place, product_of_one};
pub(crate) use rule::{Pass, Rule, Update, power, rule};
pub use vector::Vector;
pub(crate) use vector::splat;

use crate::tile::{Tile, TileMut};
use weight_gradient::{ByOutputs, BySamples, WeightGradient};

/// The three products and the update that training consists of, for one scalar type.
pub trait Kernels: Sized {
    /// `y[s, j] = bias[j] + Σₖ x[s, k] · matrix[j, k]` for every sample `s`, and the epilogue of that.
    fn product(
        x: Tile<'_, Self>,
        matrix: Matrix<'_, Self>,
        bias: Option<&[Self]>,
        epilogue: Epilogue,
        y: TileMut<'_, Self>,
    );
    /// `dx[s, i] = Σₒ dz[s, o] · weights[o, i]`, and zero where `through` is not positive: the gradient by what went into
    /// the `relu` that gave it.
    fn input_gradient(
        dz: Tile<'_, Self>,
        weights: Matrix<'_, Self>,
        through: Option<Tile<'_, Self>>,
        dx: TileMut<'_, Self>,
    );
    /// `weights[o, i] += Σₛ dz[s, o] · x[s, i]` and `bias[o] += Σₛ dz[s, o]`, the weights column by column.
    fn weight_gradient(x: Tile<'_, Self>, dz: Tile<'_, Self>, weights: &mut [Self], bias: &mut [Self]);
    /// One step of Adam.
    fn adam(step: AdamStep<Self>, parameters: &mut [Self], gradient: &[Self], mean: &mut [Self], variance: &mut [Self]);
    /// Whether every element is a finite number.
    fn all_finite(values: &[Self]) -> bool;
    /// Does nothing but multiply and add in registers, to measure how fast this core can. Gives the number of
    /// floating-point operations.
    fn multiply_adds(rounds: usize) -> f64;
}

macro_rules! kernels {
    ($($scalar:ty),*) => {$(
        impl Kernels for $scalar {
            fn product(
                x: Tile<'_, Self>,
                matrix: Matrix<'_, Self>,
                bias: Option<&[Self]>,
                epilogue: Epilogue,
                y: TileMut<'_, Self>,
            ) {
                parallel::run::<Self, _>(product::Product::new(x, matrix, bias, epilogue, y));
            }
            fn input_gradient(
                dz: Tile<'_, Self>,
                weights: Matrix<'_, Self>,
                through: Option<Tile<'_, Self>>,
                dx: TileMut<'_, Self>,
            ) {
                let product = product::Product::new(dz, weights.transpose(), None, Epilogue::Identity, dx);
                parallel::run::<Self, _>(product.through(through));
            }
            fn weight_gradient(x: Tile<'_, Self>, dz: Tile<'_, Self>, weights: &mut [Self], bias: &mut [Self]) {
                if ByOutputs::suits(x.features(), dz.features(), x.padded_samples()) {
                    parallel::run::<Self, _>(WeightGradient::<_, ByOutputs>::new(x, dz, weights, bias));
                } else {
                    parallel::run::<Self, _>(WeightGradient::<_, BySamples>::new(x, dz, weights, bias));
                }
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
