//! The backward pass of one operation after the other, from the last to the first.

use mlp_core::kernels::Matrix;
use mlp_core::streams::{StreamTile, StreamTileMut, Streams};
use mlp_core::{Scalar, TileMut};

use super::buffers::{Gradients, OrderBuffer, Size, StreamBuffer};
use super::graph::{Coefficient, Graph, Operation};
use crate::least_squares::JacobianRows;

/// Destination of the gradient with respect to the parameters, which is added to it.
pub(crate) enum ParameterGradient<'a, T> {
    /// No gradient with respect to the parameters is requested.
    Skipped,
    /// Sum over the samples.
    Sum(&'a mut [T]),
    /// One gradient for each sample.
    Rows(JacobianRows<'a>),
}

/// A backward pass.
pub(super) struct Backward<'a, T> {
    pub(super) graph: &'a Graph<T>,
    pub(super) size: Size,
    pub(super) capacity: Size,
    pub(super) streams: Streams<'a>,
    pub(super) values: &'a [StreamBuffer<T>],
    pub(super) orders: &'a [OrderBuffer<T>],
    pub(super) parameters: &'a [T],
    pub(super) gradient: ParameterGradient<'a, T>,
    pub(super) gradients: &'a mut Gradients<T>,
    pub(super) needs_input: bool,
}

impl<'a, T: Scalar> Backward<'a, T> {
    /// Runs the backward pass of one operation, if its result has a gradient.
    pub(super) fn run(&mut self, index: usize) {
        let Some(mut gradient) = self.gradients.take(index + 1) else { return };
        let size = self.size;
        match &self.graph.operations[index] {
            &Operation::Elementwise { x, orders, .. } => {
                let (z, orders) = (self.values[x].tile(size).derivatives, self.orders[orders].orders(size));
                T::chain_rule_backward(self.streams, orders, z, gradient.tile_mut(size));
                return self.gradients.add(x, gradient, size);
            }
            operation => self.add_gradients(operation, gradient.tile(size)),
        }
        self.gradients.release(gradient);
    }

    /// Adds the gradients with respect to the arguments and parameters of an operation.
    fn add_gradients(&mut self, operation: &Operation<T>, dy: StreamTile<'_, T>) {
        let (graph, streams) = (self.graph, self.streams);
        match operation {
            Operation::Elementwise { .. } => {}
            Operation::Affine { .. } => self.affine(operation, dy),
            Operation::Scale { .. } => self.scale(operation, dy),
            Operation::Sum { terms } => {
                for &(x, factor) in &graph.terms[terms.clone()] {
                    let factor = T::from_f64(factor);
                    self.argument(x, |mut dx| {
                        dx.value.map_from(dy.value, |_, dy| factor * dy);
                        dx.derivatives.map_from(dy.derivatives, |_, dy| factor * dy);
                    });
                }
            }
            &Operation::Product { a, b } => {
                for (x, other) in [(a, b), (b, a)] {
                    let other = self.values[other].tile(self.size);
                    self.argument(x, |mut dx| {
                        fill_with_zeros(&mut dx);
                        T::add_product_gradient(streams, dy, other, dx);
                    });
                }
            }
            &Operation::SumFeatures { x, scale } => {
                let scale = T::from_f64(scale);
                self.argument(x, |mut dx| {
                    spread(scale, dy.value.padded_feature(0), &mut dx.value);
                    spread(scale, dy.derivatives.padded_feature(0), &mut dx.derivatives);
                });
            }
            &Operation::SubtractMaximum { x } => self.argument(x, |mut dx| copy(dy, &mut dx)),
            &Operation::Maximum { a, b } => {
                let [a_value, b_value] = [a, b].map(|value| self.values[value].tile(self.size));
                let is_a = |a: &T, b: &T| a >= b;
                self.argument(a, |dx| choose(streams, dy, (a_value, b_value), is_a, dx));
                self.argument(b, |dx| choose(streams, dy, (a_value, b_value), |a, b| !is_a(a, b), dx));
            }
            &Operation::Slice { x, first } => self.argument(x, |mut dx| {
                fill_with_zeros(&mut dx);
                let features = dy.value.features();
                dx.value.part(first, features).copy_from(dy.value);
                dx.derivatives.part(first, features).copy_from(dy.derivatives);
            }),
            Operation::Concatenate { values } => {
                let mut first = 0;
                for &(x, _) in &graph.terms[values.clone()] {
                    let features = graph.features[x];
                    let (value, derivatives) = (dy.value.part(first, features), dy.derivatives.part(first, features));
                    self.argument(x, |mut dx| copy(StreamTile { value, derivatives }, &mut dx));
                    first += features;
                }
            }
        }
    }

    /// Adds a gradient with respect to an argument, which `write` sets, unless no gradient with respect to the input is requested.
    pub(super) fn argument(&mut self, x: usize, write: impl FnOnce(StreamTileMut<'_, T>)) {
        if x == 0 && !self.needs_input {
            return;
        }
        let mut gradient = self.gradients.allocate(self.graph.features[x], self.size, self.capacity);
        write(gradient.tile_mut(self.size));
        self.gradients.add(x, gradient, self.size);
    }

    // dW += Σ dZₛᵀ Xₛ over all streams s,  db += Σ dZ of the value
    // dXₛ = dZₛ W
    fn affine(&mut self, operation: &Operation<T>, dy: StreamTile<'_, T>) {
        let Operation::Affine { x, weights, bias, trained } = operation else { return };
        let values = self.values[*x].tile(self.size);
        let has_derivatives = dy.derivatives.samples() > 0;
        match &mut self.gradient {
            ParameterGradient::Sum(gradient) if *trained => {
                // A bias follows the weights in every layer.
                let (before, from_bias) = gradient.split_at_mut(weights.end);
                let (weights, bias) = (&mut before[weights.clone()], &mut from_bias[..bias.len()]);
                T::weight_gradient(values.value, dy.value, weights, bias);
                if has_derivatives {
                    T::weight_gradient(values.derivatives, dy.derivatives, weights, &mut []);
                }
            }
            ParameterGradient::Rows(rows) if *trained => rows.add_affine((weights, bias), values, dy),
            _ => {}
        }
        let weights = Matrix::new(&self.parameters[weights.clone()], dy.value.features(), values.value.features());
        self.argument(*x, |dx| {
            T::input_gradient(dy.value, weights, dx.value);
            if has_derivatives {
                T::input_gradient(dy.derivatives, weights, dx.derivatives);
            }
        });
    }

    // dfactor += Σ dYₛ Xₛ over all streams s,  doffset += Σ dY of the value
    // dXₛ = factor dYₛ
    fn scale(&mut self, operation: &Operation<T>, dy: StreamTile<'_, T>) {
        let Operation::Scale { x, factor, offset } = operation else { return };
        let values = self.values[*x].tile(self.size);
        if let Coefficient::Trained(range) = factor {
            match &mut self.gradient {
                ParameterGradient::Skipped => {}
                ParameterGradient::Sum(gradient) => add_products(&mut gradient[range.clone()], dy, values),
                ParameterGradient::Rows(rows) => rows.add_products(range, values, dy),
            }
        }
        if let Coefficient::Trained(range) = offset {
            match &mut self.gradient {
                ParameterGradient::Skipped => {}
                ParameterGradient::Sum(gradient) => add_values(&mut gradient[range.clone()], dy),
                ParameterGradient::Rows(rows) => rows.add_values(range, dy),
            }
        }
        let factor = self.graph.coefficient(factor, self.parameters);
        self.argument(*x, |mut dx| {
            dx.value.map_from(dy.value, |feature, dy| factor.at(feature) * dy);
            dx.derivatives.map_from(dy.derivatives, |feature, dy| factor.at(feature) * dy);
        });
    }
}

pub(super) fn fill_with_zeros<T: Scalar>(tile: &mut StreamTileMut<'_, T>) {
    tile.value.fill(T::zero());
    tile.derivatives.fill(T::zero());
}

fn copy<T: Scalar>(from: StreamTile<'_, T>, to: &mut StreamTileMut<'_, T>) {
    to.value.copy_from(from.value);
    to.derivatives.copy_from(from.derivatives);
}

/// Sets all features of a tile to the multiple of one row.
fn spread<T: Scalar>(scale: T, row: &[T], tile: &mut TileMut<'_, T>) {
    for feature in 0..tile.features() {
        tile.padded_feature(feature).iter_mut().zip(row).for_each(|(target, &value)| *target = scale * value);
    }
}

/// Copies the gradient where the values of the arguments fulfill a condition, and sets it to zero elsewhere.
fn choose<T: Scalar>(
    streams: Streams<'_>,
    dy: StreamTile<'_, T>,
    (a, b): (StreamTile<'_, T>, StreamTile<'_, T>),
    condition: impl Fn(&T, &T) -> bool,
    mut dx: StreamTileMut<'_, T>,
) {
    for feature in 0..a.value.features() {
        for stream in 0..streams.count() {
            let arguments = a.value.padded_feature(feature).iter().zip(b.value.padded_feature(feature));
            let gradients = dy.stream(stream, feature).iter().zip(arguments);
            let targets = dx.stream(stream, feature).iter_mut();
            targets.zip(gradients).for_each(|(dx, (&dy, (a, b)))| *dx = if condition(a, b) { dy } else { T::zero() });
        }
    }
}

/// Adds `Σ dY` of the value over samples to the sum of each feature.
fn add_values<T: Scalar>(sums: &mut [T], dy: StreamTile<'_, T>) {
    for (feature, sum) in sums.iter_mut().enumerate() {
        *sum += dy.value.padded_feature(feature).iter().copied().sum();
    }
}

/// Adds `Σ dY X` over samples and streams to the sum of each feature.
fn add_products<T: Scalar>(sums: &mut [T], dy: StreamTile<'_, T>, x: StreamTile<'_, T>) {
    for (feature, sum) in sums.iter_mut().enumerate() {
        for (dy, x) in [(dy.value, x.value), (dy.derivatives, x.derivatives)] {
            let products = dy.padded_feature(feature).iter().zip(x.padded_feature(feature));
            *sum += products.map(|(&dy, &x)| dy * x).sum();
        }
    }
}
