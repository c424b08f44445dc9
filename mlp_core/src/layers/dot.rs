use nalgebra::SVector;

use super::{Backward, Dot, Features, Mode, Module, Shape, TwiceDifferentiable, inlined};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::kernels::{DotSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values, inverse_root_of_at_least};
use crate::tile::{Tile, TileMut};

/// Hyper-parameters of [`Dot`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DotOptions {
    normalize: bool,
}

impl DotOptions {
    /// Sets whether both values are divided by their norms first: `normalize = true`. Defaults to false.
    #[must_use]
    pub fn normalize(self, normalize: bool) -> Self {
        Self { normalize }
    }
}

impl<A: Shape, B: Shape, T: Scalar> Module for Dot<(A, B), T> {
    type Input = (A, A);
    type Output = Features<1>;
    type Options = DotOptions;
    type Cache<M: Memory> = ();

    const KIND: &'static str = "Dot";
    const READS_OUTPUT: bool = false;
    const OPTIONS: &'static [&'static str] = &["normalize"];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn forward<M: Memory>(
        &self,
        options: &DotOptions,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        (): &mut (),
    ) {
        T::dot_product(options.normalize, input, output);
    }

    // dA = dY (s B − y A / |A|²),  dB = dY (s A − y B / |B|²),  without the second terms unless normalized
    fn backward<M: Memory>(&self, options: &DotOptions, pass: Backward<'_, Self>, (): &mut ()) {
        if let Some(gradient) = pass.input_gradient {
            T::dot_product_backward(options.normalize, pass.input, pass.output_gradient.as_tile(), gradient);
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
        let mut add_part = inlined(
            #[inline(always)]
            |a: &[T]| {
                let mut begin = 0;
                let mut add = inlined(
                    #[inline(always)]
                    |b: &[T]| {
                        if begin == first {
                            DotSample::new(options.normalize, [a, b], &mut sums).run_with::<V>();
                        }
                        begin += b.len();
                    },
                );
                A::parts(&input.1, &mut add);
                first += a.len();
            },
        );
        A::parts(&input.0, &mut add_part);
        let min_norm = T::from_f64(1e-12);
        let scale = if options.normalize { (sums[1].max(min_norm) * sums[2].max(min_norm)).sqrt() } else { T::one() };
        SVector::<T, 1>::new(sums[0] / scale)
    }

    // Shapes with several parts are concatenated first.
    fn export(&self, options: &DotOptions, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let joined = |graph: &mut dyn GraphBuilder, values: &[Value]| match values {
            [value] => *value,
            _ => graph.add_node("Concat", values, &[Attribute::Int("axis", 1)]),
        };
        let (a, b) = inputs.split_at(inputs.len() / 2);
        let (a, b) = (joined(graph, a), joined(graph, b));
        let mut dot = |a: Value, b: Value| {
            let product = graph.node("Mul", &[a, b]);
            graph.sum(product)
        };
        let product = dot(a, b);
        if !options.normalize {
            return Ok(product.into());
        }
        let squares = [dot(a, a), dot(b, b)];
        let least = graph.scalar("least", 1e-12);
        let [a, b] = squares.map(|square| graph.node("Max", &[square, least]));
        let square = graph.node("Mul", &[a, b]);
        let length = graph.node("Sqrt", &[square]);
        Ok(graph.node("Div", &[product, length]).into())
    }

    fn trace(&self, options: &DotOptions, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let (a, b) = inputs.split_at(inputs.len() / 2);
        let [a, b] = [a, b].map(|parts| graph.concatenate(parts));
        let product = graph.dot(a, b, 1.0);
        if !options.normalize {
            return product.into();
        }
        let [a, b] = [a, b].map(|value| {
            let square = graph.dot(value, value, 1.0);
            graph.elementwise(square, |square, values| inverse_root_of_at_least(1e-12, square, values))
        });
        let inverse = graph.product(a, b);
        graph.product(product, inverse).into()
    }
}

impl<A: Shape, B: Shape, T: Scalar, Any> TwiceDifferentiable<Any> for Dot<(A, B), T> {}
