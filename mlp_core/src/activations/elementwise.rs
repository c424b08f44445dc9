//! Activations of a single value: a table of `f` and its derivatives.

use core::marker::PhantomData;

use super::loops::{Backward, Derivatives, Formula, Forward, ForwardKeeping, Kept};
use super::onnx_nodes;
use super::{ActivationFunction, QuantizableActivation, SELU, SmoothActivation};
use crate::export::{GraphBuilder, Unsupported, Value};
use crate::kernels::math::{self, abs, clamp, neg};
use crate::kernels::parallel::run;
use crate::kernels::{Dispatch, Epilogue, MapSample, OutputDerivative, RegisterFunction, Vector, map_in_place, splat};
use crate::scalar::Scalar;
use crate::streams::StreamGraph;
use crate::tile::{Tile, TileMut};

/// Defines activations. Re-exports, the list for tests and the ONNX node follow from the table.
///
/// - `name: |z| f(z)`
/// - `derivative |y| f'`, or `derivative |z, y| f'` if it cannot be computed from `y = f(z)` alone
/// - `orders |z| [f, f', f'', f''']`: the derivatives to third order, each accurate where the others are small
/// - `epilogue`: the [`Epilogue`] of a matrix product that replaces `f`, if there is one
/// - `fused`: the [`OutputDerivative`] that replaces `f'` in the matrix product of the next layer's gradient, if there is one
///
/// `V` is the type of a register.
macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident: |$z:ident| $value:expr,
        derivative |$($argument:ident),*| $derivative:expr,
        orders |$of:ident| $orders:expr
        $(, epilogue $epilogue:ident)?
        $(, fused $fused:ident)?;)*) => {$(
        $(#[$doc])*
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl Formula for $name {
            activations!(@derivative |$($argument),*| $derivative);

            #[inline(always)]
            fn value<V: Vector<Scalar: Scalar>>($z: V) -> V {
                $value
            }

            #[inline(always)]
            fn orders<V: Vector<Scalar: Scalar>>($of: V) -> [V; 4] {
                $orders
            }
        }

        impl QuantizableActivation for $name {
            fn of(z: f32) -> f32 {
                Self::value(z)
            }
        }

        activations!(@activation $name f32 |$($argument),*| [$($epilogue)?] [$($fused)?]);
        activations!(@activation $name f64 |$($argument),*| [$($epilogue)?] [$($fused)?]);
    )*

        /// Calls a macro with the names of all activations of the table.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! for_each_activation {
            ($call:ident) => { $call! { $($name)* } };
        }
        #[cfg(test)]
        pub(super) use for_each_activation;
    };
    (@derivative |$y:ident| $derivative:expr) => {
        const KEEPS_INPUT: bool = false;

        #[inline(always)]
        fn derivative<V: Vector<Scalar: Scalar>>(_z: V, $y: V) -> V {
            $derivative
        }
    };
    (@derivative |$z:ident, $y:ident| $derivative:expr) => {
        const KEEPS_INPUT: bool = true;

        #[inline(always)]
        fn derivative<V: Vector<Scalar: Scalar>>($z: V, $y: V) -> V {
            $derivative
        }
    };
    (@kept $scalar:ident |$y:ident|) => {};
    (@kept $scalar:ident |$z:ident, $y:ident|) => {
        const KEEPS_DERIVATIVE: bool = true;

        fn forward_keeping(values: TileMut<'_, $scalar>, kept: TileMut<'_, $scalar>) {
            run::<$scalar, _>(ForwardKeeping::<Self, _>::new(None, values, kept));
        }

        fn forward_keeping_from(z: Tile<'_, $scalar>, y: TileMut<'_, $scalar>, kept: TileMut<'_, $scalar>) {
            run::<$scalar, _>(ForwardKeeping::<Self, _>::new(Some(z), y, kept));
        }

        fn backward_kept(kept: Tile<'_, $scalar>, _y: Tile<'_, $scalar>, gradient: TileMut<'_, $scalar>) {
            run::<$scalar, _>(Backward::<Kept, _>::new(None, kept, None, gradient));
        }

        fn backward_kept_to(
            kept: Tile<'_, $scalar>,
            _y: Tile<'_, $scalar>,
            dy: TileMut<'_, $scalar>,
            dz: TileMut<'_, $scalar>,
        ) {
            run::<$scalar, _>(Backward::<Kept, _>::new(None, kept, Some(dy.as_tile()), dz));
        }
    };
    // One impl per scalar type, not a generic one, so that the loops are compiled in this crate.
    (@activation $name:ident $scalar:ident |$($argument:ident),*| [$($epilogue:ident)?] [$($fused:ident)?]) => {
        impl ActivationFunction<$scalar> for $name {
            const KEEPS_INPUT: bool = <Self as Formula>::KEEPS_INPUT;
            const NAME: &'static str = stringify!($name);
            $(const EPILOGUE: Epilogue = Epilogue::$epilogue;)?
            $(const OUTPUT_DERIVATIVE: OutputDerivative = OutputDerivative::$fused;)?

            fn forward(values: TileMut<'_, $scalar>) {
                run::<$scalar, _>(Forward::<Self, _>::new(values));
            }

            fn backward(z: Option<Tile<'_, $scalar>>, y: Tile<'_, $scalar>, gradient: TileMut<'_, $scalar>) {
                run::<$scalar, _>(Backward::<Self, _>::new(z, y, None, gradient));
            }

            fn forward_from(z: Tile<'_, $scalar>, y: TileMut<'_, $scalar>) {
                run::<$scalar, _>(Forward::<Self, _>::between(z, y));
            }

            fn backward_to(
                z: Option<Tile<'_, $scalar>>,
                y: Tile<'_, $scalar>,
                dy: TileMut<'_, $scalar>,
                dz: TileMut<'_, $scalar>,
            ) {
                run::<$scalar, _>(Backward::<Self, _>::new(z, y, Some(dy.as_tile()), dz));
            }

            activations!(@kept $scalar |$($argument),*|);

            #[inline(always)]
            fn apply<V: Vector<Scalar = $scalar>>(sample: &mut [$scalar]) {
                // A register of one lane asks for a call: see `predict_one`.
                if V::LANES == 1 {
                    return Self::apply_outlined(sample);
                }
                map_in_place::<V>(
                    sample,
                    #[inline(always)]
                    |value| Self::value(value),
                );
            }

            fn export(graph: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
                Ok(onnx_nodes::$name(graph, z))
            }

            fn trace(graph: &mut dyn StreamGraph<$scalar>, z: Value) -> Value {
                graph.elementwise(z, |z, values| run::<$scalar, _>(Derivatives::<Self, _>::new(z, values)))
            }
        }

        impl SmoothActivation<$scalar> for $name {}

        impl Outlined<$scalar> for $name {
            #[inline(never)]
            fn apply_outlined(sample: &mut [$scalar]) {
                <$scalar>::dispatch(MapSample { values: sample, function: Of::<Self>(PhantomData) });
            }
        }
    };
}

/// An activation of a single sample that is compiled in this crate.
trait Outlined<T> {
    fn apply_outlined(sample: &mut [T]);
}

/// The function of an activation.
struct Of<F>(PhantomData<fn() -> F>);

impl<T: Scalar, F: Formula> RegisterFunction<T> for Of<F> {
    #[inline(always)]
    fn of<V: Vector<Scalar = T>>(&self, values: V) -> V {
        F::value(values)
    }
}

activations! {
    /// `y = max(z, 0)`, with a derivative of 0 at 0. Keras: `relu`.
    relu: |z| V::max(splat(0.0), z),
        derivative |y| y.select_positive(splat(1.0), splat(0.0)),
        orders |z| {
            let zero = splat(0.0);
            [V::max(zero, z), z.select_positive(splat(1.0), zero), zero, zero]
        },
        epilogue Relu,
        fused Relu;
    /// `y = z` for `z > 0` and `0.2 z` elsewhere. Keras: `leaky_relu`.
    #[doc(alias = "LeakyReLU")]
    #[doc(alias = "LeakyRelu")]
    leaky_relu: |z| z.mul(splat(0.2)).max(z),
        derivative |y| y.select_positive(splat(1.0), splat(0.2)),
        orders |z| [Self::value(z), z.select_positive(splat(1.0), splat(0.2)), splat(0.0), splat(0.0)];
    /// `y = z` for `z > 0` and `eᶻ − 1` elsewhere. Keras: `elu`.
    elu: |z| z.select_positive(z, math::expm1(z)),
        derivative |y| y.select_positive(splat(1.0), y.add(splat(1.0))),
        orders |z| {
            let (exp, zero) = (math::exp(z), splat(0.0));
            let curved = z.select_positive(zero, exp);
            [Self::value(z), z.select_positive(splat(1.0), exp), curved, curved]
        };
    /// `y = λ z` for `z > 0` and `λ α (eᶻ − 1)` elsewhere, with `λ = 1.0507…` and `α = 1.6732…`. Keras: `selu`.
    ///
    /// Source: Klambauer et al., "Self-Normalizing Neural Networks", 2017.
    selu: |z| z.select_positive(z.mul(splat(SELU.0)), math::expm1(z).mul(splat(SELU.1))),
        derivative |y| y.select_positive(splat(SELU.0), y.add(splat(SELU.1))),
        orders |z| {
            let (exp, zero) = (math::exp(z).mul(splat(SELU.1)), splat(0.0));
            let curved = z.select_positive(zero, exp);
            [Self::value(z), z.select_positive(splat(SELU.0), exp), curved, curved]
        };
    /// `y = z Φ(z)` with the normal distribution function `Φ`. Keras: `gelu` with `approximate=False`; PyTorch: `GELU`.
    gelu: |z| z.mul(math::normal(z).cdf),
        derivative |z, _y| {
            let normal = math::normal(z);
            z.mul_add(normal.density, normal.cdf)
        },
        orders |z| {
            let normal = math::normal(z);
            // The square of `z` itself may be infinite where the density is zero.
            let square = normal.magnitude.mul(normal.magnitude);
            [
                z.mul(normal.cdf),
                z.mul_add(normal.density, normal.cdf),
                splat::<V>(2.0).sub(square).mul(normal.density),
                square.sub(splat(4.0)).mul(normal.density).mul(z),
            ]
        };
    /// `y = z / (1 + e⁻ᶻ)`. Keras: `silu`, also `swish`.
    #[doc(alias = "swish")]
    silu: |z| z.mul(math::sigmoid(z)),
        derivative |z, y| {
            let gate = math::sigmoid(z);
            y.mul_add(splat::<V>(1.0).sub(gate), gate)
        },
        orders |z| {
            let [gate, first, second, third] = sigmoid::orders(z);
            [
                z.mul(gate),
                z.mul_add(first, gate),
                z.mul_add(second, first.add(first)),
                z.mul_add(third, second.mul(splat(3.0))),
            ]
        };
    /// `y = ln(1 + eᶻ)`. Keras: `softplus`.
    softplus: |z| math::softplus(z),
        derivative |y| neg(math::expm1(neg(y))),
        orders |z| {
            let [gate, first, second, _] = sigmoid::orders(z);
            [math::softplus(z), gate, first, second]
        };
    /// `y = z / (1 + |z|)`. Keras: `softsign`.
    softsign: |z| z.div(abs(z).add(splat(1.0))),
        derivative |y| {
            let rest = splat::<V>(1.0).sub(abs(y));
            rest.mul(rest)
        },
        orders |z| {
            let rest = splat::<V>(1.0).div(abs(z).add(splat(1.0)));
            let square = rest.mul(rest);
            let toward_zero = z.select_positive(splat(-2.0), neg(z).select_positive(splat(2.0), splat(0.0)));
            [z.mul(rest), square, square.mul(rest).mul(toward_zero), square.mul(square).mul(splat(6.0))]
        };
    /// `y = tanh z`. Keras: `tanh`.
    tanh: |z| math::tanh(z),
        derivative |y| math::one_minus_square(y),
        orders |z| {
            let (y, first) = math::tanh_and_derivative(z);
            let square = y.mul(y);
            let third = square.mul(splat(4.0)).sub(first.add(first));
            [y, first, y.mul(splat(-2.0)).mul(first), first.mul(third)]
        },
        fused Tanh;
    /// `y = 1 / (1 + e⁻ᶻ)`. Keras: `sigmoid`.
    sigmoid: |z| math::sigmoid(z),
        derivative |y| neg(y).mul_add(y, y),
        orders |z| {
            let math::Sigmoid { gate, rest, difference } = math::sigmoid_and_rest(z);
            let first = gate.mul(rest);
            let third = splat::<V>(1.0).sub(first.mul(splat(6.0)));
            [gate, first, first.mul(difference), first.mul(third)]
        };
    /// `y = (z + 3) / 6`, clamped to the range from 0 to 1. Keras: `hard_sigmoid`.
    hard_sigmoid: |z| clamp(z.add(splat(3.0)), splat(0.0), splat(6.0)).mul(splat(1.0 / 6.0)),
        derivative |y| y.sub(y.mul(y)).select_positive(splat(1.0 / 6.0), splat(0.0)),
        orders |z| {
            let y = Self::value(z);
            [y, y.sub(y.mul(y)).select_positive(splat(1.0 / 6.0), splat(0.0)), splat(0.0), splat(0.0)]
        };
    /// `y = sin z`, for networks of coordinates. Keras: `keras.ops.sin`.
    sin: |z| math::sin(z),
        derivative |z, _y| math::cos(z),
        orders |z| {
            let (sin, cos) = (math::sin(z), math::cos(z));
            [sin, cos, neg(sin), neg(cos)]
        };
    /// `y = eᶻ`. Keras: `exponential`.
    #[doc(alias = "exp")]
    exponential: |z| math::exp(z),
        derivative |y| y,
        orders |z| {
            let y = math::exp(z);
            [y, y, y, y]
        };
}

/// `y = z`, the default of layers. Keras: `linear`.
#[doc(alias = "linear")]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum identity {}

macro_rules! identity {
    ($($scalar:ty),*) => {$(
        impl ActivationFunction<$scalar> for identity {
            const KEEPS_INPUT: bool = false;
            const READS_OUTPUT: bool = false;
            const NAME: &'static str = "identity";

            #[inline(always)]
            fn forward(_: TileMut<'_, $scalar>) {}

            #[inline(always)]
            fn backward(_: Option<Tile<'_, $scalar>>, _: Tile<'_, $scalar>, _: TileMut<'_, $scalar>) {}

            #[inline(always)]
            fn apply<V: Vector<Scalar = $scalar>>(_: &mut [$scalar]) {}

            fn export(_: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
                Ok(z)
            }

            fn trace(_: &mut dyn StreamGraph<$scalar>, z: Value) -> Value {
                z
            }
        }

        impl SmoothActivation<$scalar> for identity {}
    )*};
}

identity!(f32, f64);

impl QuantizableActivation for identity {
    fn of(z: f32) -> f32 {
        z
    }
}
