//! Tests of the weight gradient.

use core::marker::PhantomData;

use super::super::dispatch::Kernel;
use super::super::vector::Vector;
use super::super::weight_gradient::{ByOutputs, BySamples, WeightGradient};
use super::{Element, Exact, at, each_of, for_both_scalars, random_samples, random_values, shapes};
use crate::real::Real;
use crate::tile::Tile;

for_both_scalars! {
    weight_gradient_by_samples weight_gradient_by_outputs
}

/// A weight gradient that owns its sums.
struct OwnedWeightGradient<'a, T, L> {
    x: Tile<'a, T>,
    dz: Tile<'a, T>,
    weights: Vec<T>,
    bias: Vec<T>,
    lanes: PhantomData<L>,
}

impl<T: Real, L> Kernel<T> for OwnedWeightGradient<'_, T, L>
where
    for<'a> WeightGradient<'a, T, L>: Kernel<T>,
{
    type Output = (Vec<T>, Vec<T>);

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) -> Self::Output {
        WeightGradient::<T, L>::new(self.x, self.dz, &mut self.weights, &mut self.bias).run::<V>();
        (self.weights, self.bias)
    }
}

fn weight_gradient_by_samples<T: Element>() {
    check_weight_gradients::<T, BySamples>();
}

fn weight_gradient_by_outputs<T: Element>() {
    check_weight_gradients::<T, ByOutputs>();
}

/// Checks weight gradients. The padding of `dz` is zero, that of `x` is finite.
fn check_weight_gradients<T: Element, L>()
where
    for<'a> WeightGradient<'a, T, L>: Kernel<T>,
{
    for (inputs, outputs, count) in shapes() {
        let (x, dz) =
            (random_samples(inputs, count, 1, T::nearest(1e30)), random_samples(outputs, count, 2, T::zero()));
        let (x, dz) = (x.tile(inputs, count), dz.tile(outputs, count));
        let (weights, bias) = (random_values::<T>(outputs * inputs, 3), random_values::<T>(outputs, 4));
        let sum = |start: T, term: &dyn Fn(usize) -> f64| {
            let mut sum = Exact::default();
            sum.add(start.widen());
            (0..count).for_each(|sample| sum.add(term(sample)));
            sum
        };
        let of_weights = each_of(inputs, outputs, |input, output| {
            let term = |sample| at(dz, output, sample) * at(x, input, sample);
            sum(weights[input * outputs + output], &term)
        });
        let of_bias = each_of(1, outputs, |_, output| sum(bias[output], &|sample| at(dz, output, sample)));
        T::dispatch_to_each(
            || OwnedWeightGradient::<T, L> { x, dz, weights: weights.clone(), bias: bias.clone(), lanes: PhantomData },
            |set, found| {
                for (part, expected, found) in [("dW", &of_weights, found.0), ("db", &of_bias, found.1)] {
                    for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                        let what = || format!("{set}, {inputs} => {outputs}, {count} samples, {part}[{index}]");
                        expected.check(found, what);
                    }
                }
            },
        );
    }
}
