//! The operations of a network, as its layers trace them.

use std::ops::Range;

use mlp_core::Scalar;
use mlp_core::layers::{Module, Shape};
use mlp_core::streams::{Affine, Coefficients, Derivatives, StreamGraph, Value, Values};

/// One operation, whose result is the value after all earlier ones. Arguments are indices of values, parameters are ranges
/// of the network's parameters.
pub(super) enum Operation<T> {
    Affine {
        x: usize,
        weights: Range<usize>,
        /// Empty if there is none.
        bias: Range<usize>,
        trained: bool,
    },
    Elementwise {
        x: usize,
        derivatives: Derivatives<T>,
        orders: usize,
    },
    Scale {
        x: usize,
        factor: Coefficient,
        offset: Coefficient,
    },
    /// A range of `terms`.
    Sum {
        terms: Range<usize>,
    },
    Product {
        a: usize,
        b: usize,
    },
    SumFeatures {
        x: usize,
        scale: f64,
    },
    SubtractMaximum {
        x: usize,
    },
    Maximum {
        a: usize,
        b: usize,
    },
    Slice {
        x: usize,
        first: usize,
    },
    /// A range of `terms`, whose coefficients are 1.
    Concatenate {
        values: Range<usize>,
    },
}

/// One coefficient for each feature.
#[derive(Clone)]
pub(super) enum Coefficient {
    /// Range of the network's parameters.
    Trained(Range<usize>),
    /// Range of `constants`.
    Constant(Range<usize>),
    Uniform(f64),
}

/// The operations of a network. Value 0 is its input, value `n + 1` the result of operation `n`.
pub(super) struct Graph<T> {
    pub(super) operations: Vec<Operation<T>>,
    /// Number of features of each value.
    pub(super) features: Vec<usize>,
    pub(super) terms: Vec<(usize, f64)>,
    pub(super) constants: Vec<T>,
    /// Features of each elementwise operation.
    pub(super) orders: Vec<usize>,
    pub(super) output: usize,
}

impl<T: Scalar> Graph<T> {
    pub(super) fn new() -> Self {
        Self {
            operations: Vec::new(),
            features: Vec::new(),
            terms: Vec::new(),
            constants: Vec::new(),
            orders: Vec::new(),
            output: 0,
        }
    }

    /// Replaces the operations by those of a network. It allocates only if there are more than ever before.
    pub(super) fn trace<N: Module<Scalar = T>>(&mut self, network: &N, options: &N::Options) {
        self.operations.clear();
        self.features.clear();
        self.terms.clear();
        self.constants.clear();
        self.orders.clear();
        self.features.push(N::Input::FEATURES);
        let mut tracer = Tracer { graph: self, parameters: network.as_slice() };
        let inputs = tracer.parts::<N::Input>();
        let outputs = network.trace(options, &mut tracer, &inputs);
        self.output = index(tracer.concatenate(&outputs));
    }
}

/// A graph under construction, with the parameters of its network.
struct Tracer<'a, T> {
    graph: &'a mut Graph<T>,
    parameters: &'a [T],
}

fn index(value: Value) -> usize {
    value.0 as usize
}

impl<T: Scalar> Tracer<'_, T> {
    /// Adds one value for each part of the input.
    fn parts<S: Shape>(&mut self) -> Values {
        if S::locate(0).0.is_none() {
            return Value(0).into();
        }
        let (mut parts, mut first) = (Values::default(), 0);
        S::sizes(&mut |size| {
            parts.push(self.slice(Value(0), first, size));
            first += size;
        });
        parts
    }

    fn add(&mut self, features: usize, operation: Operation<T>) -> Value {
        self.graph.operations.push(operation);
        self.graph.features.push(features);
        Value(self.graph.operations.len() as u32)
    }

    /// Returns where the parameters of a layer are among those of the network.
    ///
    /// # Panics
    /// If they are not the network's.
    fn range(&self, parameters: &[T]) -> Range<usize> {
        if parameters.is_empty() {
            return 0..0;
        }
        let bytes = parameters.as_ptr().addr().wrapping_sub(self.parameters.as_ptr().addr());
        let first = bytes / size_of::<T>();
        let inside = first.checked_add(parameters.len()).is_some_and(|end| end <= self.parameters.len());
        assert!(inside, "traced parameters must be fields of the layer");
        first..first + parameters.len()
    }

    fn coefficient(&mut self, coefficients: Coefficients<'_, T>) -> Coefficient {
        match coefficients {
            Coefficients::Trained(values) => Coefficient::Trained(self.range(values)),
            Coefficients::Kept(values) => {
                let first = self.graph.constants.len();
                self.graph.constants.extend_from_slice(values);
                Coefficient::Constant(first..first + values.len())
            }
            Coefficients::Uniform(value) => Coefficient::Uniform(value),
        }
    }

    fn terms(&mut self, terms: impl IntoIterator<Item = (usize, f64)>) -> Range<usize> {
        let first = self.graph.terms.len();
        self.graph.terms.extend(terms);
        first..self.graph.terms.len()
    }
}

impl<T: Scalar> StreamGraph<T> for Tracer<'_, T> {
    fn features(&self, value: Value) -> usize {
        self.graph.features[index(value)]
    }

    fn affine(&mut self, x: Value, affine: Affine<'_, T>) -> Value {
        let (weights, mut bias) = (self.range(affine.weights), self.range(affine.bias));
        if bias.is_empty() {
            bias = weights.end..weights.end;
        }
        let trained = affine.trained;
        let outputs = weights.len() / self.features(x).max(1);
        self.add(outputs, Operation::Affine { x: index(x), weights, bias, trained })
    }

    fn elementwise(&mut self, z: Value, derivatives: Derivatives<T>) -> Value {
        let (features, orders) = (self.features(z), self.graph.orders.len());
        self.graph.orders.push(features);
        self.add(features, Operation::Elementwise { x: index(z), derivatives, orders })
    }

    fn scale(&mut self, x: Value, factor: Coefficients<'_, T>, offset: Coefficients<'_, T>) -> Value {
        let (factor, offset) = (self.coefficient(factor), self.coefficient(offset));
        self.add(self.features(x), Operation::Scale { x: index(x), factor, offset })
    }

    fn sum(&mut self, terms: &[(Value, f64)]) -> Value {
        let features = self.features(terms[0].0);
        let terms = self.terms(terms.iter().map(|&(value, factor)| (index(value), factor)));
        self.add(features, Operation::Sum { terms })
    }

    fn product(&mut self, a: Value, b: Value) -> Value {
        self.add(self.features(a), Operation::Product { a: index(a), b: index(b) })
    }

    fn sum_features(&mut self, x: Value, scale: f64) -> Value {
        self.add(1, Operation::SumFeatures { x: index(x), scale })
    }

    fn subtract_maximum(&mut self, x: Value) -> Value {
        self.add(self.features(x), Operation::SubtractMaximum { x: index(x) })
    }

    fn maximum(&mut self, a: Value, b: Value) -> Value {
        self.add(self.features(a), Operation::Maximum { a: index(a), b: index(b) })
    }

    fn slice(&mut self, x: Value, first: usize, count: usize) -> Value {
        self.add(count, Operation::Slice { x: index(x), first })
    }

    fn concatenate(&mut self, values: &[Value]) -> Value {
        if let [value] = values {
            return *value;
        }
        let features = values.iter().map(|&value| self.features(value)).sum();
        let values = self.terms(values.iter().map(|&value| (index(value), 1.0)));
        self.add(features, Operation::Concatenate { values })
    }
}
