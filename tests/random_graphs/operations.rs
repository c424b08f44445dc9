//! Random graphs of the operations that layers are traced to, drawn at run time: one type of network for all of them.

use std::cell::RefCell;

use mlp::activations::ActivationFunction;
use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use mlp::streams::{Affine, Coefficients, StreamGraph, Value, Values};
use mlp::{Tile, TileMut};
use nalgebra::SVector;

use crate::derivatives::{self, Computation};
use crate::dual::Field;
use crate::graph::Activation;
use crate::interpreter::{self, Number, Tape};

const GRAPHS: u64 = 1000;
const PARAMETERS: usize = 64;
/// Max number of features of a value.
const WIDEST: usize = 4;

/// An operation on values, by their indices. Parameters begin at an index among those of the network.
#[derive(Clone)]
enum Operation {
    Affine {
        x: usize,
        outputs: usize,
        first: usize,
        has_bias: bool,
    },
    Elementwise {
        x: usize,
        activation: Activation,
    },
    /// A factor for each feature, trained or not, and an offset for all.
    Scale {
        x: usize,
        first: usize,
        is_trained: bool,
    },
    Sum {
        terms: Vec<(usize, f64)>,
    },
    Product {
        a: usize,
        b: usize,
    },
    SumFeatures {
        x: usize,
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
        count: usize,
    },
    Concatenate {
        values: Vec<usize>,
    },
}

/// Operations, with the number of features of the input and of each result.
#[derive(Clone, Default)]
struct Operations {
    operations: Vec<Operation>,
    features: Vec<usize>,
}

const SCALE: f64 = 0.7;
const OFFSET: f64 = 0.3;
/// All but `softsign`, whose second derivative jumps at zero, where differences from a maximum are.
const ACTIVATIONS: [Activation; 8] = [
    Activation::Elu,
    Activation::Gelu,
    Activation::Relu,
    Activation::Sigmoid,
    Activation::Silu,
    Activation::Sin,
    Activation::Softplus,
    Activation::Tanh,
];

impl Operations {
    /// Draws a graph from two inputs to one output.
    fn new(random: &mut Rng) -> Self {
        let mut graph = Self { operations: Vec::new(), features: vec![2] };
        for _ in 0..3 + random.below(10) {
            graph.step(random);
        }
        // An affine map of all values, so that none is without use.
        let mut last = 0;
        for value in 1..graph.features.len() {
            let joined = graph.features[last] + graph.features[value];
            graph.add(joined, Operation::Concatenate { values: vec![last, value] });
            let joined = graph.features.len() - 1;
            graph.affine(joined, 3, random);
            last = graph.features.len() - 1;
        }
        graph.affine(last, 1, random);
        graph
    }

    fn add(&mut self, features: usize, operation: Operation) {
        self.operations.push(operation);
        self.features.push(features);
    }

    fn affine(&mut self, x: usize, outputs: usize, random: &mut Rng) {
        let count = (self.features[x] + 1) * outputs;
        let first = random.below(PARAMETERS - count + 1);
        self.add(outputs, Operation::Affine { x, outputs, first, has_bias: random.below(3) > 0 });
    }

    fn step(&mut self, random: &mut Rng) {
        let x = random.below(self.features.len());
        let features = self.features[x];
        let like: Vec<usize> = (0..self.features.len()).filter(|&value| self.features[value] == features).collect();
        let other = like[random.below(like.len())];
        match random.below(12) {
            0..3 => self.affine(x, 1 + random.below(WIDEST), random),
            3..6 => {
                let activation = ACTIVATIONS[random.below(ACTIVATIONS.len())];
                self.add(features, Operation::Elementwise { x, activation });
            }
            6 => {
                let (first, is_trained) = (random.below(PARAMETERS - features), random.below(2) > 0);
                self.add(features, Operation::Scale { x, first, is_trained });
            }
            7 => self.add(features, Operation::Sum { terms: vec![(x, 0.5), (other, -1.25)] }),
            8 => {
                let narrow = (0..self.features.len()).rfind(|&value| self.features[value] == 1);
                let b = narrow.filter(|_| random.below(2) > 0).unwrap_or(other);
                self.add(features, Operation::Product { a: x, b });
            }
            9 => self.add(1, Operation::SumFeatures { x }),
            10 if random.below(2) > 0 => self.add(features, Operation::SubtractMaximum { x }),
            10 => self.add(features, Operation::Maximum { a: x, b: other }),
            _ => {
                let first = random.below(features);
                let count = 1 + random.below(features - first);
                self.add(count, Operation::Slice { x, first, count });
            }
        }
    }
}

impl Computation for Operations {
    fn run<S: Field>(&self, tape: &mut Tape<S>, parameters: &[Number], inputs: &[Number]) -> Vec<Number> {
        let mut values = vec![inputs.to_vec()];
        for operation in &self.operations {
            values.push(result(operation, &values, tape, parameters));
        }
        values.pop().expect("a value")
    }
}

fn result<S: Field>(
    operation: &Operation,
    values: &[Vec<Number>],
    tape: &mut Tape<S>,
    parameters: &[Number],
) -> Vec<Number> {
    let one = S::of(1.0);
    match operation {
        &Operation::Affine { x, outputs, first, has_bias } => {
            let (weights, biases) = parameters[first..].split_at(values[x].len() * outputs);
            let output = |output: usize| {
                let row: Vec<_> = weights.iter().skip(output).step_by(outputs).copied().collect();
                let product = tape.dot(&row, &values[x]);
                if has_bias { tape.add(product, biases[output]) } else { product }
            };
            (0..outputs).map(output).collect()
        }
        &Operation::Elementwise { x, activation } => {
            values[x].iter().map(|&z| tape.apply(z, |z| interpreter::activated(activation, z))).collect()
        }
        &Operation::Scale { x, first, is_trained } => {
            let factor = |tape: &mut Tape<S>, feature: usize| match is_trained {
                true => parameters[first + feature],
                false => tape.numbers(&[S::of(SCALE)])[0],
            };
            let scaled = |(feature, &x): (usize, &Number)| {
                let factor = factor(tape, feature);
                let product = tape.multiply(factor, x);
                tape.apply(product, |product| (product + S::of(OFFSET), one))
            };
            values[x].iter().enumerate().map(scaled).collect()
        }
        Operation::Sum { terms } => {
            let sum = |feature: usize| {
                let terms: Vec<_> =
                    terms.iter().map(|&(value, factor)| tape.scale(values[value][feature], factor)).collect();
                tape.sum(&terms)
            };
            (0..values[terms[0].0].len()).map(sum).collect()
        }
        &Operation::Product { a, b } => {
            let factor = |feature: usize| values[b][if values[b].len() == 1 { 0 } else { feature }];
            values[a].iter().enumerate().map(|(feature, &a)| tape.multiply(a, factor(feature))).collect()
        }
        &Operation::SumFeatures { x } => {
            let sum = tape.sum(&values[x]);
            vec![tape.scale(sum, SCALE)]
        }
        &Operation::SubtractMaximum { x } => {
            // The maximum counts as a constant.
            let max = values[x].iter().map(|&x| tape.value(x).real()).fold(f64::NEG_INFINITY, f64::max);
            values[x].iter().map(|&x| tape.apply(x, |x| (x - S::of(max), one))).collect()
        }
        &Operation::Maximum { a, b } => {
            let larger = |(&a, &b)| if tape.value(a).real() >= tape.value(b).real() { a } else { b };
            values[a].iter().zip(&values[b]).map(larger).collect()
        }
        &Operation::Slice { x, first, count } => values[x][first..first + count].to_vec(),
        Operation::Concatenate { values: all } => all.iter().flat_map(|&value| values[value].clone()).collect(),
    }
}

thread_local! {
    /// The graph that `Traced` is.
    static GRAPH: RefCell<Operations> = RefCell::default();
}

/// Layer with the operations of a graph. Its passes without derivatives are not used.
#[derive(Clone, Debug, PartialEq, mlp::Parameters)]
#[repr(C)]
pub struct Traced {
    numbers: SVector<f64, PARAMETERS>,
}

impl Layer for Traced {
    type Input = Features<2>;
    type Output = Features<1>;

    fn forward(&self, _: Tile<'_, f64>, mut y: TileMut<'_, f64>) {
        y.fill(0.0);
    }

    fn backward(&self, _: Backward<'_, Self>) {}

    fn trace(&self, graph: &mut dyn StreamGraph<f64>, inputs: &[Value]) -> Values {
        let mut values = vec![inputs[0]];
        GRAPH.with_borrow(|operations| {
            for operation in &operations.operations {
                values.push(self.traced(operation, &values, graph));
            }
        });
        values[values.len() - 1].into()
    }
}

impl Traced {
    fn traced(&self, operation: &Operation, values: &[Value], graph: &mut dyn StreamGraph<f64>) -> Value {
        let numbers = self.numbers.as_slice();
        match operation {
            &Operation::Affine { x, outputs, first, has_bias } => {
                let (weights, rest) = numbers[first..].split_at(graph.features(values[x]) * outputs);
                let bias = if has_bias { &rest[..outputs] } else { &[] };
                graph.affine(values[x], Affine { weights, bias, trained: true })
            }
            &Operation::Elementwise { x, activation } => activation_of(activation, graph, values[x]),
            &Operation::Scale { x, first, is_trained } => {
                let count = graph.features(values[x]);
                let offset = Coefficients::Uniform(OFFSET);
                match is_trained {
                    true => graph.scale(values[x], Coefficients::Trained(&numbers[first..first + count]), offset),
                    false => graph.scale(values[x], Coefficients::Kept(&[SCALE; WIDEST * 2][..count]), offset),
                }
            }
            Operation::Sum { terms } => {
                let terms: Vec<_> = terms.iter().map(|&(value, factor)| (values[value], factor)).collect();
                graph.sum(&terms)
            }
            &Operation::Product { a, b } => graph.product(values[a], values[b]),
            &Operation::SumFeatures { x } => graph.sum_features(values[x], SCALE),
            &Operation::SubtractMaximum { x } => graph.subtract_maximum(values[x]),
            &Operation::Maximum { a, b } => graph.maximum(values[a], values[b]),
            &Operation::Slice { x, first, count } => graph.slice(values[x], first, count),
            Operation::Concatenate { values: all } => {
                graph.concatenate(&all.iter().map(|&value| values[value]).collect::<Vec<_>>())
            }
        }
    }
}

fn activation_of(activation: Activation, graph: &mut dyn StreamGraph<f64>, z: Value) -> Value {
    match activation {
        Activation::Elu => elu::trace(graph, z),
        Activation::Gelu => gelu::trace(graph, z),
        Activation::Relu => relu::trace(graph, z),
        Activation::Selu => selu::trace(graph, z),
        Activation::Sigmoid => sigmoid::trace(graph, z),
        Activation::Silu => silu::trace(graph, z),
        Activation::Sin => sin::trace(graph, z),
        Activation::Softplus => softplus::trace(graph, z),
        Activation::Tanh => tanh::trace(graph, z),
        Activation::Identity | Activation::Softmax | Activation::Softsign => unreachable!("not drawn"),
    }
}

impl<Any> TwiceDifferentiable<Any> for Traced {}

sequential! { struct Random: f64 { Traced() } }

#[test]
fn a_thousand_graphs_of_operations() {
    for seed in 0..GRAPHS {
        let random = &mut Rng::new(seed);
        let graph = Operations::new(random);
        GRAPH.with_borrow_mut(|current| *current = graph.clone());
        let mut network = Random::zeroed();
        network.as_mut_slice().iter_mut().for_each(|parameter| *parameter = 1.6 * random.uniform() - 0.8);
        derivatives::compare_products(&*network, &graph, random);
        let points = derivatives::points(random);
        derivatives::compare_field(network, &graph, &points, derivatives::Scalar);
    }
}
