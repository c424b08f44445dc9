//! Merge layers: several inputs, one output. They have no parameters, and take their sizes from their arguments:
//! `Add()(a, b)` is the layer `Add<(Features<10>, Features<10>)>`.

use core::fmt;
use core::marker::PhantomData;

use super::{Backward, Mode, Module, Pair, Shape, ShapeTuple, TwiceDifferentiable, WithScalar, inlined};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{MergeOperation, MergeSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// Function of several values, as a fold.
trait Merge {
    /// ONNX operator of the fold.
    const OPERATOR: &'static str;
    /// The operation of the kernel.
    const OPERATION: MergeOperation;

    /// Adds the fold of two values to a graph of streams.
    fn trace<T: Scalar>(graph: &mut dyn StreamGraph<T>, before: Value, value: Value) -> Value;
    /// Returns the divisor of the result.
    fn divisor(_count: usize) -> usize {
        1
    }
}

/// Defines the type of each merge layer.
macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(C)]
        pub struct $name<I = (), T = f32>(PhantomData<fn() -> (I, T)>);

        impl<I, T> Clone for $name<I, T> {
            fn clone(&self) -> Self {
                Self(PhantomData)
            }
        }

        impl<I, T> fmt::Debug for $name<I, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl<I, T> PartialEq for $name<I, T> {
            fn eq(&self, _other: &Self) -> bool {
                true
            }
        }

        // SAFETY: `repr(C)`, zero-sized.
        unsafe impl<I: 'static, T: Scalar> Parameters for $name<I, T> {
            type Scalar = T;
        }

        impl<I: 'static, S, T: Scalar> WithScalar<T> for $name<I, S>
        where
            $name<I, T>: Module<Scalar = T>,
        {
            type Layer = $name<I, T>;
        }
    )*};
}

layers! {
    /// `a + b + …`. Keras: `Add`.
    Add;
    /// `a − b`, of two values. Keras: `Subtract`.
    Subtract;
    /// `a · b · …`, feature by feature. Keras: `Multiply`.
    Multiply;
    /// `(a + b + …) / n`. Keras: `Average`.
    Average;
    /// `max(a, b, …)`, feature by feature. The first of equal values gets the gradient. Keras: `Maximum`.
    Maximum;
    /// `min(a, b, …)`, feature by feature. The first of equal values gets the gradient. Keras: `Minimum`.
    Minimum;
    /// The features of `a`, then those of `b`, …. Keras: `Concatenate`.
    Concatenate;
    /// `Σᵢ aᵢ bᵢ`, one feature. With `normalize = true`, the cosine of the angle. Keras: `Dot(axes=1)`.
    Dot;
}

impl<I, T> Merge for Add<I, T> {
    const OPERATOR: &str = "Add";
    const OPERATION: MergeOperation = MergeOperation::Add;

    fn trace<S: Scalar>(graph: &mut dyn StreamGraph<S>, before: Value, value: Value) -> Value {
        graph.sum(&[(before, 1.0), (value, 1.0)])
    }
}

impl<I, T> Merge for Subtract<I, T> {
    const OPERATOR: &str = "Sub";
    const OPERATION: MergeOperation = MergeOperation::Subtract;

    fn trace<S: Scalar>(graph: &mut dyn StreamGraph<S>, before: Value, value: Value) -> Value {
        graph.sum(&[(before, 1.0), (value, -1.0)])
    }
}

impl<I, T> Merge for Multiply<I, T> {
    const OPERATOR: &str = "Mul";
    const OPERATION: MergeOperation = MergeOperation::Multiply;

    fn trace<S: Scalar>(graph: &mut dyn StreamGraph<S>, before: Value, value: Value) -> Value {
        graph.product(before, value)
    }
}

impl<I, T> Merge for Average<I, T> {
    const OPERATOR: &str = "Add";
    const OPERATION: MergeOperation = MergeOperation::Average;

    fn trace<S: Scalar>(graph: &mut dyn StreamGraph<S>, before: Value, value: Value) -> Value {
        graph.sum(&[(before, 1.0), (value, 1.0)])
    }
    fn divisor(count: usize) -> usize {
        count
    }
}

impl<I, T> Merge for Maximum<I, T> {
    const OPERATOR: &str = "Max";
    const OPERATION: MergeOperation = MergeOperation::Maximum;

    fn trace<S: Scalar>(graph: &mut dyn StreamGraph<S>, before: Value, value: Value) -> Value {
        graph.maximum(before, value)
    }
}

impl<I, T> Merge for Minimum<I, T> {
    const OPERATOR: &str = "Min";
    const OPERATION: MergeOperation = MergeOperation::Minimum;

    fn trace<S: Scalar>(graph: &mut dyn StreamGraph<S>, before: Value, value: Value) -> Value {
        let [before, value] = [before, value].map(|value| graph.multiple(value, -1.0));
        let maximum = graph.maximum(before, value);
        graph.multiple(maximum, -1.0)
    }
}

/// Implements `Module` for each [`Merge`].
macro_rules! merges {
    ($($name:ident: $values:ident),*) => {$(
        impl<I: $values, T: Scalar> Module for $name<I, T> {
            type Input = I::Alike;
            type Output = I::First;
            type Options = ();
            type Cache<M: Memory> = ();

            const KIND: &'static str = stringify!($name);

            fn cache<M: Memory>(_allocator: Allocator<M>) {}

            fn forward<M: Memory>(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, output: TileMut<'_, T>, (): &mut ()) {
                T::merge(Self::OPERATION, input, output);
            }

            // dXᵢ = dY · ∂y/∂xᵢ
            fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
                if let Some(gradient) = pass.input_gradient {
                    T::merge_backward(Self::OPERATION, pass.input, pass.output, pass.output_gradient.as_tile(), gradient);
                }
            }

            #[inline(always)]
            fn forward_one<V: Vector<Scalar = T>>(
                &self,
                (): &(),
                input: &<I::Alike as Shape>::Sample<T>,
            ) -> <I::First as Shape>::Sample<T> {
                let mut output = I::First::sample();
                let mut position = 0;
                let mut merge_part = inlined(
                    #[inline(always)]
                    |part: &[T]| {
                        let (index, first) = (position / I::First::FEATURES, position % I::First::FEATURES);
                        position += part.len();
                        // A concatenated value has several parts; all values have the same parts then.
                        let mut begin = 0;
                        let mut merge = inlined(
                            #[inline(always)]
                            |output: &mut [T]| {
                                if begin == first && index == 0 {
                                    output.copy_from_slice(part);
                                } else if begin == first {
                                    let position = [index, I::COUNT];
                                    MergeSample::new(Self::OPERATION, position, part, output).run_with::<V>();
                                }
                                begin += output.len();
                            },
                        );
                        I::First::parts_mut(&mut output, &mut merge);
                    },
                );
                I::Alike::parts(input, &mut merge_part);
                output
            }

            // Shapes with several parts are merged part by part.
            fn export(
                &self,
                _options: &Self::Options,
                graph: &mut dyn GraphBuilder,
                inputs: &[Value],
            ) -> Exported {
                let each = inputs.len() / I::COUNT;
                let mut merged = |position: usize| {
                    let mut values = inputs[position..].iter().step_by(each);
                    let first = values.next().copied().expect("a merge has two values or more");
                    let merged = values.fold(first, |merged, &value| graph.node(Self::OPERATOR, &[merged, value]));
                    if Self::divisor(I::COUNT) == 1 {
                        return merged;
                    }
                    let count = graph.scalar("count", I::COUNT as f64);
                    graph.node("Div", &[merged, count])
                };
                Ok((0..each).map(&mut merged).collect())
            }

            fn trace(&self, (): &(), graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
                let each = inputs.len() / I::COUNT;
                let mut merged = |position: usize| {
                    let mut values = inputs[position..].iter().copied().step_by(each);
                    let first = values.next().expect("a merge has two values or more");
                    let merged = values.fold(first, |merged, value| <Self as Merge>::trace(graph, merged, value));
                    match Self::divisor(I::COUNT) {
                        1 => merged,
                        count => graph.multiple(merged, 1.0 / count as f64),
                    }
                };
                (0..each).map(&mut merged).collect()
            }
        }

        impl<I: $values, T: Scalar, Any> TwiceDifferentiable<Any> for $name<I, T> {}
    )*};
}

merges!(
    Add: ShapeTuple,
    Subtract: Pair,
    Multiply: ShapeTuple,
    Average: ShapeTuple,
    Maximum: ShapeTuple,
    Minimum: ShapeTuple
);
