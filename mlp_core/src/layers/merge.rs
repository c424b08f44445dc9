//! Layers that make one value of several. They have no parameters, and the sizes of the values they are called on:
//! `Add()(a, b)` is the layer `Add<(Features<10>, Features<10>)>`.

use core::fmt;
use core::marker::PhantomData;

use super::{Backward, Layer, Mode, Parts, Purpose, Shape, Summary, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// A function of several numbers, as a fold.
trait Merge {
    /// The operator of ONNX that folds two values.
    #[cfg(feature = "onnx")]
    const OPERATOR: &str;

    /// The function of what came before and of the number with index `index`, counted from 1.
    fn fold<T: Scalar>(before: T, number: T, index: usize) -> T;
    /// Its derivative by the number with index `index`, given all of them and the result.
    fn slope<T: Scalar>(numbers: impl Fn(usize) -> T, count: usize, index: usize, result: T) -> T;
    /// What the result is divided by.
    fn divisor(_count: usize) -> usize {
        1
    }
}

/// A type without values of its own for each merge, which is a layer.
macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(C)]
        pub struct $name<I, T = f32>(PhantomData<fn() -> (I, T)>);

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

        // SAFETY: `repr(C)`, nothing of size.
        unsafe impl<I: 'static, T: Scalar> Parameters for $name<I, T> {
            type Scalar = T;
        }

        impl<I: 'static, S, T: Scalar> WithScalar<T> for $name<I, S>
        where
            $name<I, T>: Layer<Scalar = T>,
        {
            type Layer = $name<I, T>;
        }
    )*};
}

layers! {
    /// `a + b + …`. Keras: `Add`.
    Add;
    /// `a − b`. Keras: `Subtract`.
    Subtract;
    /// `a · b · …`, feature by feature. Keras: `Multiply`.
    Multiply;
    /// `(a + b + …) / n`. Keras: `Average`.
    Average;
    /// `max(a, b, …)`, feature by feature. Of equal ones the first gets the gradient. Keras: `Maximum`.
    Maximum;
    /// `min(a, b, …)`, feature by feature. Of equal ones the first gets the gradient. Keras: `Minimum`.
    Minimum;
    /// The features of `a`, then those of `b`, …. Keras: `Concatenate`.
    Concatenate;
    /// `Σᵢ aᵢ bᵢ`, one number. With `normalize = true` it is the cosine of the angle between them. Keras: `Dot(axes=1)`.
    Dot;
}

impl<I, T> Merge for Add<I, T> {
    #[cfg(feature = "onnx")]
    const OPERATOR: &str = "Add";

    fn fold<S: Scalar>(before: S, number: S, _index: usize) -> S {
        before + number
    }
    fn slope<S: Scalar>(_numbers: impl Fn(usize) -> S, _count: usize, _index: usize, _result: S) -> S {
        S::one()
    }
}

impl<I, T> Merge for Subtract<I, T> {
    #[cfg(feature = "onnx")]
    const OPERATOR: &str = "Sub";

    fn fold<S: Scalar>(before: S, number: S, _index: usize) -> S {
        before - number
    }
    fn slope<S: Scalar>(_numbers: impl Fn(usize) -> S, _count: usize, index: usize, _result: S) -> S {
        if index == 0 { S::one() } else { -S::one() }
    }
}

impl<I, T> Merge for Multiply<I, T> {
    #[cfg(feature = "onnx")]
    const OPERATOR: &str = "Mul";

    fn fold<S: Scalar>(before: S, number: S, _index: usize) -> S {
        before * number
    }
    // Not the result over the number, which may be 0.
    fn slope<S: Scalar>(numbers: impl Fn(usize) -> S, count: usize, index: usize, _result: S) -> S {
        (0..count).filter(|&other| other != index).fold(S::one(), |product, other| product * numbers(other))
    }
}

impl<I, T> Merge for Average<I, T> {
    #[cfg(feature = "onnx")]
    const OPERATOR: &str = "Add";

    fn fold<S: Scalar>(before: S, number: S, _index: usize) -> S {
        before + number
    }
    fn slope<S: Scalar>(_numbers: impl Fn(usize) -> S, _count: usize, _index: usize, _result: S) -> S {
        S::one()
    }
    fn divisor(count: usize) -> usize {
        count
    }
}

impl<I, T> Merge for Maximum<I, T> {
    #[cfg(feature = "onnx")]
    const OPERATOR: &str = "Max";

    fn fold<S: Scalar>(before: S, number: S, _index: usize) -> S {
        if number > before { number } else { before }
    }
    fn slope<S: Scalar>(numbers: impl Fn(usize) -> S, _count: usize, index: usize, result: S) -> S {
        first_of(numbers, index, result)
    }
}

impl<I, T> Merge for Minimum<I, T> {
    #[cfg(feature = "onnx")]
    const OPERATOR: &str = "Min";

    fn fold<S: Scalar>(before: S, number: S, _index: usize) -> S {
        if number < before { number } else { before }
    }
    fn slope<S: Scalar>(numbers: impl Fn(usize) -> S, _count: usize, index: usize, result: S) -> S {
        first_of(numbers, index, result)
    }
}

/// 1 for the first number that is the result.
fn first_of<S: Scalar>(numbers: impl Fn(usize) -> S, index: usize, result: S) -> S {
    let is_first = numbers(index) == result && (0..index).all(|before| numbers(before) != result);
    if is_first { S::one() } else { S::zero() }
}

/// Every [`Merge`] is a layer in the same way.
macro_rules! merges {
    ($($name:ident),*) => {$(
        impl<I: Parts, T: Scalar> Layer for $name<I, T> {
            type Input = I::Alike;
            type Output = I::First;
            type Options = ();
            type Cache = ();

            fn cache(_samples: usize, _purpose: Purpose) {}

            fn initialize(&mut self, (): &(), _generator: &mut Rng) {}

            fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, output: TileMut<'_, T>, (): &mut ()) {
                forward::<Self, T>(input, output);
            }

            // dXᵢ = dY · ∂y/∂xᵢ
            fn backward(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
                if let Some(gradient) = pass.input_gradient {
                    backward::<Self, T>(pass.input, pass.output, pass.output_gradient.as_tile(), gradient);
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
                I::Alike::parts(input, &mut |part: &[T]| {
                    let (index, first) = (position / I::First::FEATURES, position % I::First::FEATURES);
                    position += part.len();
                    // A value that was put together lies in several parts, as all values here do then.
                    let mut begin = 0;
                    I::First::parts_mut(&mut output, &mut |output: &mut [T]| {
                        let numbers = if begin == first { part } else { &[] };
                        for (result, &number) in output.iter_mut().zip(numbers) {
                            *result = if index == 0 { number } else { Self::fold(*result, number, index) };
                        }
                        begin += output.len();
                    });
                });
                if Self::divisor(I::COUNT) > 1 {
                    let factor = T::from_f64(1.0 / Self::divisor(I::COUNT) as f64);
                    I::First::parts_mut(&mut output, &mut |output: &mut [T]| {
                        output.iter_mut().for_each(|result| *result *= factor);
                    });
                }
                output
            }

            // The values of a shape with several, one by one.
            #[cfg(feature = "onnx")]
            fn export(
                &self,
                _options: &Self::Options,
                graph: &mut onnx::Graph,
                inputs: &[onnx::Value],
            ) -> onnx::Exported {
                let each = inputs.len() / I::COUNT;
                let merged = |position: usize| {
                    let mut values = inputs[position..].iter().step_by(each);
                    let first = values.next().cloned().expect("a merge has two values or more");
                    let merged = values.fold(first, |merged, value| graph.node(Self::OPERATOR, &[&merged, value]));
                    if Self::divisor(I::COUNT) == 1 {
                        return merged;
                    }
                    let count = graph.scalar("count", I::COUNT as f64);
                    graph.node("Div", &[&merged, &count])
                };
                Ok((0..each).map(merged).collect())
            }

            fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
                summary.row(name, stringify!($name), I::First::FEATURES, []);
            }
        }
    )*};
}

merges!(Add, Subtract, Multiply, Average, Maximum, Minimum);

fn forward<M: Merge, T: Scalar>(input: Tile<'_, T>, mut output: TileMut<'_, T>) {
    let features = output.features();
    let count = input.features() / features;
    let factor = T::from_f64(1.0 / M::divisor(count) as f64);
    for feature in 0..features {
        let result = output.padded_feature(feature);
        result.copy_from_slice(input.padded_feature(feature));
        for index in 1..count {
            let numbers = input.padded_feature(index * features + feature);
            result.iter_mut().zip(numbers).for_each(|(result, &number)| *result = M::fold(*result, number, index));
        }
        if M::divisor(count) > 1 {
            result.iter_mut().for_each(|result| *result *= factor);
        }
    }
}

fn backward<M: Merge, T: Scalar>(
    input: Tile<'_, T>,
    output: Tile<'_, T>,
    output_gradient: Tile<'_, T>,
    mut gradient: TileMut<'_, T>,
) {
    let features = output.features();
    let count = input.features() / features;
    let factor = T::from_f64(1.0 / M::divisor(count) as f64);
    for index in 0..count {
        for feature in 0..features {
            let (slopes, results) = (output_gradient.padded_feature(feature), output.padded_feature(feature));
            let target = gradient.padded_feature(index * features + feature);
            for (sample, (target, (&slope, &result))) in target.iter_mut().zip(slopes.iter().zip(results)).enumerate() {
                let numbers = |other: usize| input.padded_feature(other * features + feature)[sample];
                // The padding has a gradient of zero, and may hold anything else.
                let slope = slope * factor;
                *target = if slope == T::zero() { slope } else { slope * M::slope(numbers, count, index, result) };
            }
        }
    }
}
