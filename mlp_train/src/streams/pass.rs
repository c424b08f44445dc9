//! The passes of a graph over one tile.

use mlp_core::Scalar;
use mlp_core::kernels::Matrix;
use mlp_core::layers::Module;
use mlp_core::streams::{StreamTile, StreamTileMut, Streams};

use super::backward::{Backward, ParameterGradient, fill_with_zeros};
use super::buffers::{Gradients, OrderBuffer, Size, StreamBuffer};
use super::graph::{Coefficient, Graph, Operation};

/// Memory for the passes of a network over one tile of values and their derivatives.
pub(crate) struct StreamPass<T> {
    graph: Graph<T>,
    /// Largest tile that the memory has room for.
    capacity: Size,
    size: Size,
    values: Vec<StreamBuffer<T>>,
    orders: Vec<OrderBuffer<T>>,
    pub(super) gradients: Gradients<T>,
}

impl<T: Scalar> StreamPass<T> {
    pub(crate) fn new() -> Self {
        let none = Size { samples: 0, derivatives: 0 };
        Self {
            graph: Graph::new(),
            capacity: none,
            size: none,
            values: Vec::new(),
            orders: Vec::new(),
            gradients: Gradients::new(),
        }
    }

    /// Computes the streams of the network's output at the inputs that `load` writes. On entry all derivatives are zero.
    ///
    /// # Panics
    /// Unless the network is `TwiceDifferentiable`.
    pub(crate) fn forward<N: Module<Scalar = T>>(
        &mut self,
        (network, options): (&N, &N::Options),
        streams: Streams<'_>,
        samples: usize,
        load: impl FnOnce(StreamTileMut<'_, T>),
    ) -> StreamTile<'_, T> {
        self.graph.trace(network, options);
        self.reserve(Size { samples, derivatives: streams.derivatives() });
        let mut input = self.values[0].tile_mut(self.size);
        input.derivatives.fill(T::zero());
        load(input.reborrow());
        input.pad_with_last_sample();
        for operation in 0..self.graph.operations.len() {
            self.run(operation, network.as_slice(), streams);
        }
        self.values[self.graph.output].tile(self.size)
    }

    /// Allocates memory for tiles of a size, unless it is there.
    fn reserve(&mut self, size: Size) {
        self.size = size;
        let fits = size.samples <= self.capacity.samples && size.derivatives <= self.capacity.derivatives;
        let is_same = self.values.iter().map(StreamBuffer::features).eq(self.graph.features.iter().copied())
            && self.orders.iter().map(OrderBuffer::features).eq(self.graph.orders.iter().copied());
        if fits && is_same {
            return;
        }
        self.capacity = Size {
            samples: size.samples.max(self.capacity.samples),
            derivatives: size.derivatives.max(self.capacity.derivatives),
        };
        let capacity = self.capacity;
        self.values = self.graph.features.iter().map(|&features| StreamBuffer::new(features, capacity)).collect();
        self.orders = self.graph.orders.iter().map(|&features| OrderBuffer::new(features, capacity)).collect();
        self.gradients = Gradients::new();
    }

    /// Runs one operation.
    fn run(&mut self, index: usize, parameters: &[T], streams: Streams<'_>) {
        let (size, graph) = (self.size, &self.graph);
        let (before, rest) = self.values.split_at_mut(index + 1);
        let mut y = rest[0].tile_mut(size);
        let value = |index: usize| before[index].tile(size);
        match &graph.operations[index] {
            Operation::Affine { x, weights, bias, .. } => {
                affine(value(*x), &parameters[weights.clone()], &parameters[bias.clone()], y);
            }
            Operation::Elementwise { x, derivatives, orders } => {
                let (z, orders) = (value(*x), &mut self.orders[*orders]);
                let [first, second, third] = orders.tiles_mut(size);
                derivatives(z.value, [y.value, first, second, third]);
                T::chain_rule(streams, orders.orders(size), z.derivatives, y.derivatives);
            }
            Operation::Product { a, b } => T::product(streams, value(*a), value(*b), y),
            Operation::Scale { x, factor, offset } => {
                let coefficients = (graph.coefficient(factor, parameters), graph.coefficient(offset, parameters));
                scale(value(*x), coefficients, y);
            }
            Operation::Sum { terms } => sum(&graph.terms[terms.clone()], value, y),
            Operation::SumFeatures { x, scale } => sum_features(value(*x), T::from_f64(*scale), y),
            Operation::SubtractMaximum { x } => subtract_maximum(value(*x), y),
            Operation::Maximum { a, b } => maximum(value(*a), value(*b), streams, y),
            Operation::Slice { x, first } => {
                let (x, features) = (value(*x), y.value.features());
                y.value.copy_from(x.value.part(*first, features));
                y.derivatives.copy_from(x.derivatives.part(*first, features));
            }
            Operation::Concatenate { values } => {
                let mut first = 0;
                for &(x, _) in &graph.terms[values.clone()] {
                    let x = value(x);
                    let features = x.value.features();
                    y.value.reborrow().part(first, features).copy_from(x.value);
                    y.derivatives.reborrow().part(first, features).copy_from(x.derivatives);
                    first += features;
                }
            }
        }
    }

    /// Returns the inputs and the outputs of the last forward pass.
    pub(crate) fn ends(&self) -> (StreamTile<'_, T>, StreamTile<'_, T>) {
        (self.values[0].tile(self.size), self.values[self.graph.output].tile(self.size))
    }

    /// Runs the backward pass of the last forward pass from the gradient that `seed` writes, given the inputs and the outputs. Adds the gradient with respect to
    /// the parameters to `gradient`, and returns that with respect to the streams of the input, if it is requested.
    pub(crate) fn backward<N: Module<Scalar = T>>(
        &mut self,
        network: &N,
        streams: Streams<'_>,
        gradient: ParameterGradient<'_, T>,
        needs_input: bool,
        seed: impl FnOnce(StreamTile<'_, T>, StreamTile<'_, T>, StreamTileMut<'_, T>),
    ) -> Option<StreamTile<'_, T>> {
        let (graph, size) = (&self.graph, self.size);
        self.gradients.begin(graph.features.len());
        let mut output = self.gradients.allocate(graph.features[graph.output], size, self.capacity);
        seed(self.values[0].tile(size), self.values[graph.output].tile(size), output.tile_mut(size));
        output.tile_mut(size).clear_padding();
        self.gradients.add(graph.output, output, size);
        let mut backward = Backward {
            graph,
            size,
            capacity: self.capacity,
            streams,
            values: &self.values,
            orders: &self.orders,
            parameters: network.as_slice(),
            gradient,
            gradients: &mut self.gradients,
            needs_input,
        };
        (0..graph.operations.len()).rev().for_each(|operation| backward.run(operation));
        if !needs_input {
            return None;
        }
        backward.argument(0, |mut unused| fill_with_zeros(&mut unused));
        self.gradients.get(0).map(|input| input.tile(size))
    }
}

/// Coefficients of a scale: one for each feature, or the same for all.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a, T> {
    Each(&'a [T]),
    Uniform(T),
}

impl<T: Scalar> Numbers<'_, T> {
    pub(super) fn at(self, feature: usize) -> T {
        match self {
            Self::Each(numbers) => numbers[feature],
            Self::Uniform(number) => number,
        }
    }
}

impl<T: Scalar> Graph<T> {
    pub(super) fn coefficient<'a>(&'a self, coefficient: &Coefficient, parameters: &'a [T]) -> Numbers<'a, T> {
        match coefficient {
            Coefficient::Trained(range) => Numbers::Each(&parameters[range.clone()]),
            Coefficient::Constant(range) => Numbers::Each(&self.constants[range.clone()]),
            Coefficient::Uniform(value) => Numbers::Uniform(T::from_f64(*value)),
        }
    }
}

fn affine<T: Scalar>(x: StreamTile<'_, T>, weights: &[T], bias: &[T], y: StreamTileMut<'_, T>) {
    let weights = Matrix::new(weights, y.value.features(), x.value.features());
    let bias = (!bias.is_empty()).then_some(bias);
    T::gemm(x.value, weights, bias, mlp_core::kernels::Epilogue::Identity, y.value);
    if x.derivatives.samples() > 0 {
        T::gemm(x.derivatives, weights, None, mlp_core::kernels::Epilogue::Identity, y.derivatives);
    }
}

fn scale<T: Scalar>(
    x: StreamTile<'_, T>,
    (factor, offset): (Numbers<'_, T>, Numbers<'_, T>),
    mut y: StreamTileMut<'_, T>,
) {
    y.value.map_from(x.value, |feature, x| x * factor.at(feature) + offset.at(feature));
    y.derivatives.map_from(x.derivatives, |feature, x| x * factor.at(feature));
}

fn sum<'v, T: Scalar>(terms: &[(usize, f64)], value: impl Fn(usize) -> StreamTile<'v, T>, mut y: StreamTileMut<'_, T>) {
    for (index, &(x, factor)) in terms.iter().enumerate() {
        let (x, factor) = (value(x), T::from_f64(factor));
        for (y, x) in [(&mut y.value, x.value), (&mut y.derivatives, x.derivatives)] {
            for feature in 0..y.features() {
                let elements = y.padded_feature(feature).iter_mut().zip(x.padded_feature(feature));
                match index {
                    0 => elements.for_each(|(y, &x)| *y = factor * x),
                    _ => elements.for_each(|(y, &x)| *y += factor * x),
                }
            }
        }
    }
}

fn sum_features<T: Scalar>(x: StreamTile<'_, T>, scale: T, mut y: StreamTileMut<'_, T>) {
    for (y, x) in [(&mut y.value, x.value), (&mut y.derivatives, x.derivatives)] {
        let sums = y.padded_feature(0);
        sums.fill(T::zero());
        for feature in 0..x.features() {
            sums.iter_mut().zip(x.padded_feature(feature)).for_each(|(sum, &x)| *sum += scale * x);
        }
    }
}

fn subtract_maximum<T: Scalar>(x: StreamTile<'_, T>, mut y: StreamTileMut<'_, T>) {
    y.derivatives.copy_from(x.derivatives);
    let mut largest = [T::neg_infinity(); mlp_core::LANES];
    for first in (0..x.value.padded_feature(0).len()).step_by(largest.len()) {
        largest.fill(T::neg_infinity());
        for feature in 0..x.value.features() {
            let values = &x.value.padded_feature(feature)[first..];
            largest.iter_mut().zip(values).for_each(|(largest, &x)| *largest = largest.max(x));
        }
        for feature in 0..x.value.features() {
            let values = x.value.padded_feature(feature)[first..].iter().zip(&largest);
            let targets = y.value.padded_feature(feature)[first..].iter_mut();
            targets.zip(values).for_each(|(y, (&x, &largest))| *y = x - largest);
        }
    }
}

fn maximum<T: Scalar>(a: StreamTile<'_, T>, b: StreamTile<'_, T>, streams: Streams<'_>, mut y: StreamTileMut<'_, T>) {
    for feature in 0..a.value.features() {
        let is_a = a.value.padded_feature(feature).iter().zip(b.value.padded_feature(feature)).map(|(a, b)| a >= b);
        for stream in 0..streams.count() {
            let pairs = a.stream(stream, feature).iter().zip(b.stream(stream, feature)).zip(is_a.clone());
            let targets = y.stream(stream, feature).iter_mut();
            targets.zip(pairs).for_each(|(y, ((&a, &b), is_a))| *y = if is_a { a } else { b });
        }
    }
}
