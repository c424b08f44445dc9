//! Layers that make one value of several. They have no parameters, and the sizes of the values they are called on:
//! `Add()(a, b)` is the layer `Add<(Features<10>, Features<10>)>`.

use core::fmt;
use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Joined, Layer, Mode, Parts, Purpose, Shape, Summary, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Generator;
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

            fn initialize(&mut self, (): &(), _generator: &mut Generator) {}

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

impl<I: Parts, T: Scalar> Layer for Concatenate<I, T> {
    type Input = I;
    type Output = Joined<I>;
    type Options = ();
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, (): &(), _generator: &mut Generator) {}

    // What it is called on lies one after the other already.
    fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
        output.copy_from(input);
    }

    fn backward(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        if let Some(mut gradient) = pass.input_gradient {
            gradient.copy_from(pass.output_gradient.as_tile());
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &I::Sample<T>) -> I::Sample<T> {
        let mut output = I::sample();
        let mut first = 0;
        I::parts_mut(&mut output, &mut |part: &mut [T]| {
            super::copy_numbers::<T, I>(input, first, part);
            first += part.len();
        });
        output
    }

    #[cfg(feature = "onnx")]
    fn export(&self, (): &(), graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let values: Vec<_> = inputs.iter().collect();
        Ok(vec![graph.node_with("Concat", &values, &[onnx::Attribute::Int("axis", 1)])])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        summary.row(name, "Concatenate", I::FEATURES, []);
    }
}

/// The hyper-parameters of [`Dot`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DotOptions {
    normalize: bool,
}

impl DotOptions {
    /// Whether both values are divided by their lengths first: `normalize = true`.
    #[must_use]
    pub fn normalize(self, normalize: bool) -> Self {
        Self { normalize }
    }

    /// `a · b`, or the cosine, and what the gradients take: the inverse of `|a|²`, of `|b|²`, and of `|a| |b|`.
    fn of<T: Scalar>(self, features: usize, a: impl Fn(usize) -> T, b: impl Fn(usize) -> T) -> (T, [T; 3]) {
        let sum = |x: &dyn Fn(usize) -> T, y: &dyn Fn(usize) -> T| (0..features).map(|i| x(i) * y(i)).sum::<T>();
        let product = sum(&a, &b);
        if !self.normalize {
            return (product, [T::zero(), T::zero(), T::one()]);
        }
        // Keras: no length is less than this.
        let least = T::from_f64(1e-12);
        let inverse = |length: T| T::one() / length.max(least);
        let (a, b) = (inverse(sum(&a, &a)), inverse(sum(&b, &b)));
        let scale = (a * b).sqrt();
        (product * scale, [a, b, scale])
    }
}

impl<A: Shape, B: Shape, T: Scalar> Layer for Dot<(A, B), T> {
    type Input = (A, A);
    type Output = Features<1>;
    type Options = DotOptions;
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, _options: &DotOptions, _generator: &mut Generator) {}

    fn forward(
        &self,
        options: &DotOptions,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        let (a, b) = input.split_at(A::FEATURES);
        for (sample, output) in output.padded_feature(0).iter_mut().enumerate() {
            let number = |tile: Tile<'_, T>, feature| tile.padded_feature(feature)[sample];
            *output = options.of(A::FEATURES, |feature| number(a, feature), |feature| number(b, feature)).0;
        }
    }

    // dA = dY (s B − y A / |A|²),  dB = dY (s A − y B / |B|²),  without the second terms if nothing is normalized
    fn backward(&self, options: &DotOptions, pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        let (a, b) = pass.input.split_at(A::FEATURES);
        let slopes = pass.output_gradient.as_tile();
        for sample in 0..slopes.padded_samples() {
            let slope = slopes.padded_feature(0)[sample];
            let number = |tile: Tile<'_, T>, feature| tile.padded_feature(feature)[sample];
            let (y, [by_a, by_b, scale]) =
                options.of(A::FEATURES, |feature| number(a, feature), |feature| number(b, feature));
            for feature in 0..A::FEATURES {
                let (a, b) = (number(a, feature), number(b, feature));
                // The padding has a gradient of zero, and may hold anything else.
                let of = |value: T| if slope == T::zero() { slope } else { slope * value };
                gradient.padded_feature(feature)[sample] = of(scale * b - y * a * by_a);
                gradient.padded_feature(A::FEATURES + feature)[sample] = of(scale * a - y * b * by_b);
            }
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(
        &self,
        options: &DotOptions,
        input: &(A::Sample<T>, A::Sample<T>),
    ) -> SVector<T, 1> {
        let mut sums = [T::zero(); 3];
        let mut first = 0;
        A::parts(&input.0, &mut |a: &[T]| {
            let mut begin = 0;
            A::parts(&input.1, &mut |b: &[T]| {
                let numbers = if begin == first { b } else { &[] };
                for (&a, &b) in a.iter().zip(numbers) {
                    sums = [sums[0] + a * b, sums[1] + a * a, sums[2] + b * b];
                }
                begin += b.len();
            });
            first += a.len();
        });
        let least = T::from_f64(1e-12);
        let scale = if options.normalize { (sums[1].max(least) * sums[2].max(least)).sqrt() } else { T::one() };
        SVector::<T, 1>::new(sums[0] / scale)
    }

    // The values of a shape with several lie side by side in a product too.
    #[cfg(feature = "onnx")]
    fn export(&self, options: &DotOptions, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let joined = |graph: &mut onnx::Graph, values: &[onnx::Value]| match values {
            [value] => value.clone(),
            _ => {
                let values: Vec<_> = values.iter().collect();
                graph.node_with("Concat", &values, &[onnx::Attribute::Int("axis", 1)])
            }
        };
        let (a, b) = inputs.split_at(inputs.len() / 2);
        let (a, b) = (joined(graph, a), joined(graph, b));
        let mut dot = |one: &onnx::Value, other: &onnx::Value| {
            let product = graph.node("Mul", &[one, other]);
            graph.sum(&product)
        };
        let product = dot(&a, &b);
        if !options.normalize {
            return Ok(vec![product]);
        }
        let squares = [dot(&a, &a), dot(&b, &b)];
        let least = graph.scalar("least", 1e-12);
        let [a, b] = squares.map(|square| graph.node("Max", &[&square, &least]));
        let square = graph.node("Mul", &[&a, &b]);
        let length = graph.node("Sqrt", &[&square]);
        Ok(vec![graph.node("Div", &[&product, &length])])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        summary.row(name, "Dot", 1, []);
    }
}
