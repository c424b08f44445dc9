//! Interprets a graph scalar by scalar, with gradients from a tape of additions and multiplications. Shares no code with the
//! library.
//!
//! The scalars may be dual numbers. Then values and gradients come with their derivatives along the directions of the inputs.

use std::f64::consts::TAU;

use crate::dual::{Field, normal_density};
use crate::graph::{Activation, Argument, Graph, Kind, Loss, Merge, Simple, Statement};

/// Every computed scalar, with its derivatives with respect to its two operands.
pub struct Tape<S = f64>(Vec<Entry<S>>);

struct Entry<S> {
    value: S,
    derivatives: [(usize, S); 2],
}

/// A scalar on the tape.
#[derive(Clone, Copy)]
pub struct Number(usize);

/// Min square of a norm that a cosine divides by.
const LEAST: f64 = 1e-12;
/// Min square of a norm of `UnitNormalization`.
const LEAST_NORM: f64 = 1e-24;

impl<S: Field> Tape<S> {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn value(&self, number: Number) -> S {
        self.0[number.0].value
    }

    pub fn numbers(&mut self, values: &[S]) -> Vec<Number> {
        values.iter().map(|&value| self.push(value, [(0, S::of(0.0)); 2])).collect()
    }

    /// Returns the derivatives of a scalar with respect to all previous ones.
    pub fn gradient(&self, of: Number) -> Vec<S> {
        let mut gradient = vec![S::of(0.0); self.0.len()];
        gradient[of.0] = S::of(1.0);
        for index in (0..=of.0).rev() {
            for (source, derivative) in self.0[index].derivatives {
                gradient[source] = gradient[source] + gradient[index] * derivative;
            }
        }
        gradient
    }

    fn push(&mut self, value: S, derivatives: [(usize, S); 2]) -> Number {
        self.0.push(Entry { value, derivatives });
        Number(self.0.len() - 1)
    }

    pub fn apply(&mut self, a: Number, function: impl Fn(S) -> (S, S)) -> Number {
        let (value, derivative) = function(self.value(a));
        self.push(value, [(a.0, derivative), (0, S::of(0.0))])
    }

    pub fn scale(&mut self, a: Number, factor: f64) -> Number {
        self.apply(a, |a| (a * S::of(factor), S::of(factor)))
    }

    pub fn add(&mut self, a: Number, b: Number) -> Number {
        self.push(self.value(a) + self.value(b), [(a.0, S::of(1.0)), (b.0, S::of(1.0))])
    }

    fn subtract(&mut self, a: Number, b: Number) -> Number {
        self.push(self.value(a) - self.value(b), [(a.0, S::of(1.0)), (b.0, S::of(-1.0))])
    }

    pub fn multiply(&mut self, a: Number, b: Number) -> Number {
        let (x, y) = (self.value(a), self.value(b));
        self.push(x * y, [(a.0, y), (b.0, x)])
    }

    fn scale_all(&mut self, numbers: &[Number], factor: Number) -> Vec<Number> {
        numbers.iter().map(|&number| self.multiply(number, factor)).collect()
    }

    /// Returns `1 / √max(a, least)`.
    fn inverse_root(&mut self, a: Number, least: f64) -> Number {
        self.apply(a, |a| {
            if a.real() <= least {
                return (S::of(least.powf(-0.5)), S::of(0.0));
            }
            let root = a.sqrt();
            (S::of(1.0) / root, S::of(-0.5) / (a * root))
        })
    }

    fn mean(&mut self, numbers: &[Number]) -> Number {
        let sum = self.sum(numbers);
        self.scale(sum, 1.0 / numbers.len() as f64)
    }

    pub fn dot(&mut self, a: &[Number], b: &[Number]) -> Number {
        let products: Vec<_> = a.iter().zip(b).map(|(&a, &b)| self.multiply(a, b)).collect();
        self.sum(&products)
    }

    pub fn sum(&mut self, numbers: &[Number]) -> Number {
        numbers[1..].iter().fold(numbers[0], |sum, &number| self.add(sum, number))
    }
}

impl Number {
    /// Returns the index in a gradient.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Returns the outputs of a graph for one sample.
pub fn run<S: Field>(
    graph: &Graph,
    tape: &mut Tape<S>,
    parameters: &[Number],
    inputs: Vec<Vec<Number>>,
) -> Vec<Vec<Number>> {
    let mut values = vec![Vec::new(); graph.features.len()];
    for (&value, input) in graph.inputs.iter().zip(inputs) {
        values[value] = input;
    }
    for statement in &graph.statements {
        match statement {
            Statement::Input { .. } | Statement::Layer { .. } => {}
            Statement::Slice { value, of } => values[*value] = argument(&values, of),
            Statement::Call { layer, arguments, results } => {
                let arguments = arguments.iter().map(|of| argument(&values, of)).collect();
                let first: usize = graph.layers[..*layer].iter().map(crate::graph::Layer::parameters).sum();
                let given = call(&graph.layers[*layer].kind, tape, &parameters[first..], arguments);
                results.iter().zip(given).for_each(|(&result, given)| values[result] = given);
            }
        }
    }
    graph.outputs.iter().map(|output| values[output.value].clone()).collect()
}

fn argument(values: &[Vec<Number>], of: &Argument) -> Vec<Number> {
    of.slice.clone().map_or_else(|| values[of.value].clone(), |range| values[of.value][range].to_vec())
}

fn call<S: Field>(
    kind: &Kind,
    tape: &mut Tape<S>,
    parameters: &[Number],
    mut inputs: Vec<Vec<Number>>,
) -> Vec<Vec<Number>> {
    match kind {
        Kind::Network(graph) => run(graph, tape, parameters, inputs),
        Kind::Merge(merge) => vec![merged(*merge, tape, &inputs)],
        Kind::Dense { outputs, activation, .. } => {
            let input = inputs.remove(0);
            let (weights, biases) = parameters.split_at(input.len() * outputs);
            let output = |output: usize| {
                // The weights of one input are contiguous.
                let row: Vec<_> = weights.iter().skip(output).step_by(*outputs).copied().collect();
                let product = tape.dot(&row, &input);
                tape.add(product, biases[output])
            };
            let sums: Vec<_> = (0..*outputs).map(output).collect();
            vec![match activation {
                Activation::Softmax => softmax(tape, &sums),
                _ => sums.into_iter().map(|sum| tape.apply(sum, |z| activated(*activation, z))).collect(),
            }]
        }
        Kind::Simple(layer) => vec![simple(*layer, tape, parameters, &inputs[0])],
        Kind::Fourier { outputs } => {
            let count = outputs / 2;
            let phase = |row: usize, tape: &mut Tape<S>| {
                let row: Vec<_> =
                    parameters[..count * inputs[0].len()].iter().skip(row).step_by(count).copied().collect();
                tape.dot(&row, &inputs[0])
            };
            let phases: Vec<_> = (0..count).map(|row| phase(row, tape)).collect();
            vec![waves(tape, &phases)]
        }
        Kind::Periodic { first, count, harmonics } => {
            let periodic = inputs[0][*first..first + count].iter();
            let pairs = periodic.flat_map(|&x| (1..=*harmonics).map(move |harmonic| (x, harmonic as f64)));
            let phases: Vec<_> =
                pairs.collect::<Vec<_>>().into_iter().map(|(x, n)| tape.scale(x, n / PERIOD)).collect();
            let others = [&inputs[0][..*first], &inputs[0][first + count..]].concat();
            vec![[others, waves(tape, &phases)].concat()]
        }
    }
}

/// Period of all periodic embeddings.
pub const PERIOD: f64 = 3.0;

/// Returns the sines of phases in turns, then the cosines.
fn waves<S: Field>(tape: &mut Tape<S>, phases: &[Number]) -> Vec<Number> {
    let sine = |z: S| ((z * S::of(TAU)).sin(), (z * S::of(TAU)).cos() * S::of(TAU));
    let cosine = |z: S| ((z * S::of(TAU)).cos(), (z * S::of(TAU)).sin() * S::of(-TAU));
    let sines: Vec<_> = phases.iter().map(|&phase| tape.apply(phase, sine)).collect();
    sines.into_iter().chain(phases.iter().map(|&phase| tape.apply(phase, cosine)).collect::<Vec<_>>()).collect()
}

fn softmax<S: Field>(tape: &mut Tape<S>, z: &[Number]) -> Vec<Number> {
    let powers: Vec<_> = z.iter().map(|&z| tape.apply(z, |z| (z.exp(), z.exp()))).collect();
    let sum = tape.sum(&powers);
    let inverse = tape.apply(sum, |sum| (S::of(1.0) / sum, S::of(-1.0) / (sum * sum)));
    tape.scale_all(&powers, inverse)
}

/// Returns the output of a layer that keeps the number of features.
fn simple<S: Field>(layer: Simple, tape: &mut Tape<S>, parameters: &[Number], x: &[Number]) -> Vec<Number> {
    let scaled = |tape: &mut Tape<S>, values: &[Number]| -> Vec<Number> {
        values.iter().zip(parameters).map(|(&value, &factor)| tape.multiply(value, factor)).collect()
    };
    match layer {
        Simple::LayerNormalization => {
            let mean = tape.mean(x);
            let centered: Vec<_> = x.iter().map(|&x| tape.subtract(x, mean)).collect();
            let inverse = inverse_deviation(tape, &centered, 1e-3);
            let normalized = tape.scale_all(&centered, inverse);
            let scaled = scaled(tape, &normalized);
            scaled.into_iter().zip(&parameters[x.len()..]).map(|(value, &beta)| tape.add(value, beta)).collect()
        }
        Simple::RmsNormalization => {
            let inverse = inverse_deviation(tape, x, 1e-6);
            let normalized = tape.scale_all(x, inverse);
            scaled(tape, &normalized)
        }
        Simple::UnitNormalization => {
            let square = tape.dot(x, x);
            let inverse = tape.inverse_root(square, LEAST_NORM);
            tape.scale_all(x, inverse)
        }
        Simple::PRelu => {
            let values = scaled(tape, x);
            let positive = |(&x, value): (&Number, Number)| if tape.value(x).real() > 0.0 { x } else { value };
            x.iter().zip(values).map(positive).collect()
        }
        Simple::Rescaling => {
            let offset = tape.numbers(&[S::of(-0.25)])[0];
            x.iter().map(|&x| tape.scale(x, 1.5)).collect::<Vec<_>>().into_iter().map(|x| tape.add(x, offset)).collect()
        }
        Simple::Dropout => x.to_vec(),
    }
}

/// Returns `1 / √(mean(x²) + epsilon)`.
fn inverse_deviation<S: Field>(tape: &mut Tape<S>, x: &[Number], epsilon: f64) -> Number {
    let squares: Vec<_> = x.iter().map(|&x| tape.multiply(x, x)).collect();
    let mean = tape.mean(&squares);
    let epsilon = tape.numbers(&[S::of(epsilon)])[0];
    let sum = tape.add(mean, epsilon);
    tape.inverse_root(sum, 0.0)
}

/// Returns an activation and its derivative.
pub fn activated<S: Field>(activation: Activation, z: S) -> (S, S) {
    let [zero, one] = [0.0, 1.0].map(S::of);
    let sigmoid = one / (one + (-z).exp());
    let below = |alpha: f64, scale: f64| {
        let [alpha, scale] = [alpha, scale].map(S::of);
        if z.real() > 0.0 { (scale * z, scale) } else { (scale * alpha * (z.exp() - one), scale * alpha * z.exp()) }
    };
    match activation {
        Activation::Identity => (z, one),
        Activation::Relu if z.real() > 0.0 => (z, one),
        Activation::Relu => (zero, zero),
        Activation::Elu => below(1.0, 1.0),
        Activation::Selu => below(1.6732632423543772, 1.0507009873554805),
        Activation::Gelu => (z * z.normal(), z.normal() + z * normal_density(z)),
        Activation::Sigmoid => (sigmoid, sigmoid * (one - sigmoid)),
        Activation::Silu => (z * sigmoid, sigmoid + z * sigmoid * (one - sigmoid)),
        Activation::Sin => (z.sin(), z.cos()),
        Activation::Softplus => ((one + z.exp()).ln(), sigmoid),
        Activation::Softsign => {
            let rest = if z.real() > 0.0 { one + z } else { one - z };
            (z / rest, one / (rest * rest))
        }
        Activation::Tanh => (z.tanh(), one - z.tanh() * z.tanh()),
        Activation::Softmax => unreachable!("a function of all features"),
    }
}

fn merged<S: Field>(merge: Merge, tape: &mut Tape<S>, inputs: &[Vec<Number>]) -> Vec<Number> {
    let features = 0..inputs[0].len();
    let mut fold = |function: fn(&mut Tape<S>, Number, Number) -> Number| -> Vec<Number> {
        let of = |feature: usize| {
            let rest = inputs[1..].iter();
            rest.fold(inputs[0][feature], |result, input| function(tape, result, input[feature]))
        };
        features.clone().map(of).collect()
    };
    match merge {
        Merge::Add => fold(Tape::add),
        Merge::Subtract => fold(Tape::subtract),
        Merge::Multiply => fold(Tape::multiply),
        Merge::Maximum => fold(|tape, a, b| if tape.value(b).real() > tape.value(a).real() { b } else { a }),
        Merge::Minimum => fold(|tape, a, b| if tape.value(b).real() < tape.value(a).real() { b } else { a }),
        Merge::Average => {
            let sums = fold(Tape::add);
            sums.into_iter().map(|sum| tape.scale(sum, 1.0 / inputs.len() as f64)).collect()
        }
        Merge::Concatenate => inputs.concat(),
        Merge::Dot => vec![tape.dot(&inputs[0], &inputs[1])],
        Merge::Cosine => {
            let product = tape.dot(&inputs[0], &inputs[1]);
            let inverses = [0, 1].map(|of| {
                let square = tape.dot(&inputs[of], &inputs[of]);
                tape.inverse_root(square, LEAST)
            });
            let scale = tape.multiply(inverses[0], inverses[1]);
            vec![tape.multiply(product, scale)]
        }
    }
}

/// Returns the loss of one sample.
pub fn loss(graph: &Graph, tape: &mut Tape, outputs: &[Vec<Number>], targets: &[f64]) -> Number {
    let mut targets = targets.iter();
    let mut losses = Vec::new();
    for (predictions, output) in outputs.iter().zip(&graph.outputs) {
        let of = |(&prediction, &target): (&Number, &f64)| {
            tape.apply(prediction, |prediction| match output.loss {
                Loss::MeanSquaredError => ((prediction - target).powi(2), 2.0 * (prediction - target)),
                Loss::MeanAbsoluteError => ((prediction - target).abs(), (prediction - target).signum()),
            })
        };
        let terms: Vec<_> = predictions.iter().zip(targets.by_ref().take(predictions.len())).map(of).collect();
        let sum = tape.sum(&terms);
        losses.push(tape.scale(sum, 1.0 / predictions.len() as f64));
    }
    tape.sum(&losses)
}
