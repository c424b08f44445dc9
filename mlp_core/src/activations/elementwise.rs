//! The activations of one value: a table of `f` and `f'`.

use super::ActivationFunction;
use super::loops::{Backward, Forward};
use super::onnx_nodes;
use crate::export::{GraphBuilder, Unsupported, Value};
use crate::kernels::math::{self, abs, clamp, neg};
use crate::kernels::parallel::run;
use crate::kernels::{Epilogue, Vector, map_in_place, splat};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `λ` and `λ α` of selu, from its paper: they keep a mean of zero and a variance of one.
pub(super) const SELU: (f64, f64) = (1.0507009873554805, 1.0507009873554805 * 1.6732632423543772);

/// A function of one value and its derivative, for registers of any instruction set.
pub(super) trait Formula: 'static {
    /// True if the derivative needs `z`.
    const KEEPS_INPUT: bool;
    /// `f(z)`
    fn value<V: Vector<Scalar: Scalar>>(z: V) -> V;
    /// `f'(z)` from `z` and `y = f(z)`; where `KEEPS_INPUT` is false, from `y` alone.
    fn slope<V: Vector<Scalar: Scalar>>(z: V, y: V) -> V;
}

/// The table: for each activation its formula in words, `f`, and `f'` from `y` or, where it must be, from `z` and `y`.
/// `V` is the type of the registers. An `epilogue` is what a product of matrices can do instead of `f`.
macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident: |$z:ident| $value:expr, slope |$($argument:ident),*| $slope:expr
        $(, epilogue $epilogue:ident)?;)*) => {$(
        $(#[$doc])*
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl Formula for $name {
            activations!(@slope |$($argument),*| $slope);

            #[inline(always)]
            fn value<V: Vector<Scalar: Scalar>>($z: V) -> V {
                $value
            }
        }

        activations!(@activation $name f32 $($epilogue)?);
        activations!(@activation $name f64 $($epilogue)?);
    )*

        /// Calls a macro with the name of every activation of the table.
        #[cfg(test)]
        macro_rules! for_each_activation {
            ($call:ident) => { $call! { $($name)* } };
        }
        #[cfg(test)]
        pub(super) use for_each_activation;
    };
    (@slope |$y:ident| $slope:expr) => {
        const KEEPS_INPUT: bool = false;

        #[inline(always)]
        fn slope<V: Vector<Scalar: Scalar>>(_z: V, $y: V) -> V {
            $slope
        }
    };
    (@slope |$z:ident, $y:ident| $slope:expr) => {
        const KEEPS_INPUT: bool = true;

        #[inline(always)]
        fn slope<V: Vector<Scalar: Scalar>>($z: V, $y: V) -> V {
            $slope
        }
    };
    // For the two scalars by name, so that the loops are compiled in this crate and not in each that uses them.
    (@activation $name:ident $scalar:ident $($epilogue:ident)?) => {
        impl ActivationFunction<$scalar> for $name {
            const KEEPS_INPUT: bool = <Self as Formula>::KEEPS_INPUT;
            $(const EPILOGUE: Epilogue = Epilogue::$epilogue;)?

            fn forward(values: TileMut<'_, $scalar>) {
                run::<$scalar, _>(Forward::<Self, _>::new(values));
            }

            fn backward(
                before: Option<Tile<'_, $scalar>>,
                after: Tile<'_, $scalar>,
                gradient: TileMut<'_, $scalar>,
            ) {
                run::<$scalar, _>(Backward::<Self, _>::new(before, after, gradient));
            }

            #[inline(always)]
            fn apply<V: Vector<Scalar = $scalar>>(sample: &mut [$scalar]) {
                map_in_place::<V>(
                    sample,
                    #[inline(always)]
                    |value| Self::value(value),
                );
            }

            fn export(graph: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
                Ok(onnx_nodes::$name(graph, z))
            }
        }
    };
}

activations! {
    /// `y = max(z, 0)`, with a derivative of 0 at 0. Keras: `relu`.
    relu: |z| V::max(splat(0.0), z),
        slope |y| y.select_positive(splat(1.0), splat(0.0)),
        epilogue Relu;
    /// `y = z` for `z > 0` and `0.2 z` elsewhere. Keras: `leaky_relu`.
    leaky_relu: |z| z.mul(splat(0.2)).max(z),
        slope |y| y.select_positive(splat(1.0), splat(0.2));
    /// `y = z` for `z > 0` and `eᶻ − 1` elsewhere. Keras: `elu`.
    elu: |z| z.select_positive(z, math::expm1(z)),
        slope |y| y.select_positive(splat(1.0), y.add(splat(1.0)));
    /// `y = λ z` for `z > 0` and `λ α (eᶻ − 1)` elsewhere, `λ = 1.0507…`, `α = 1.6732…`. Keras: `selu`.
    selu: |z| z.select_positive(z.mul(splat(SELU.0)), math::expm1(z).mul(splat(SELU.1))),
        slope |y| y.select_positive(splat(SELU.0), y.add(splat(SELU.1)));
    /// `y = z Φ(z)` with the normal distribution `Φ`. Keras: `gelu` with `approximate=False`; PyTorch: `GELU`.
    gelu: |z| z.mul(math::normal(z).cdf),
        slope |z, _y| {
            let normal = math::normal(z);
            z.mul_add(normal.density, normal.cdf)
        };
    /// `y = z / (1 + e⁻ᶻ)`. Keras: `silu`, also `swish`.
    silu: |z| z.mul(math::sigmoid(z)),
        slope |z, y| {
            let gate = math::sigmoid(z);
            y.mul_add(splat::<V>(1.0).sub(gate), gate)
        };
    /// `y = ln(1 + eᶻ)`. Keras: `softplus`.
    softplus: |z| math::softplus(z),
        slope |y| neg(math::expm1(neg(y)));
    /// `y = z / (1 + |z|)`. Keras: `softsign`.
    softsign: |z| z.div(abs(z).add(splat(1.0))),
        slope |y| {
            let rest = splat::<V>(1.0).sub(abs(y));
            rest.mul(rest)
        };
    /// `y = tanh z`. Keras: `tanh`.
    tanh: |z| math::tanh(z),
        slope |y| splat::<V>(1.0).sub(y.mul(y));
    /// `y = 1 / (1 + e⁻ᶻ)`. Keras: `sigmoid`.
    sigmoid: |z| math::sigmoid(z),
        slope |y| y.sub(y.mul(y));
    /// `y = (z + 3) / 6`, but at least 0 and at most 1. Keras: `hard_sigmoid`.
    hard_sigmoid: |z| clamp(z.add(splat(3.0)), splat(0.0), splat(6.0)).mul(splat(1.0 / 6.0)),
        slope |y| y.sub(y.mul(y)).select_positive(splat(1.0 / 6.0), splat(0.0));
    /// `y = eᶻ`. Keras: `exponential`.
    exponential: |z| math::exp(z),
        slope |y| y;
}

/// `y = z`. Keras: `linear`, and what a layer without an activation has.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum identity {}

macro_rules! identity {
    ($($scalar:ty),*) => {$(
        impl ActivationFunction<$scalar> for identity {
            const KEEPS_INPUT: bool = false;
            #[inline(always)]
            fn forward(_: TileMut<'_, $scalar>) {}
            #[inline(always)]
            fn backward(_: Option<Tile<'_, $scalar>>, _: Tile<'_, $scalar>, _: TileMut<'_, $scalar>) {}
            #[inline(always)]
            fn apply<V: Vector<Scalar = $scalar>>(_: &mut [$scalar]) {}
            fn export(_: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
                Ok(z)
            }
        }
    )*};
}

identity!(f32, f64);
