use nalgebra::SVector;

use super::{Backward, Dot, Features, Layer, Mode, Purpose, Shape, Summary};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

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

    fn initialize(&mut self, _options: &DotOptions, _generator: &mut Rng) {}

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
