//! Interprets a graph scalar by scalar, with gradients from a tape of additions and multiplications. Shares no code with the
//! library.

use crate::graph::{Activation, Argument, Graph, Kind, Loss, Merge, Statement};

/// Every computed scalar, with its derivatives with respect to its two operands.
pub struct Tape(Vec<Entry>);

struct Entry {
    value: f64,
    derivatives: [(usize, f64); 2],
}

/// A scalar on the tape.
#[derive(Clone, Copy)]
pub struct Number(usize);

/// Min square of a norm that a cosine divides by.
const LEAST: f64 = 1e-12;

impl Tape {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn value(&self, number: Number) -> f64 {
        self.0[number.0].value
    }

    pub fn numbers(&mut self, values: &[f64]) -> Vec<Number> {
        values.iter().map(|&value| self.push(value, [(0, 0.0); 2])).collect()
    }

    /// Returns the derivatives of a scalar with respect to all previous ones.
    pub fn gradient(&self, of: Number) -> Vec<f64> {
        let mut gradient = vec![0.0; self.0.len()];
        gradient[of.0] = 1.0;
        for index in (0..=of.0).rev() {
            for (source, derivative) in self.0[index].derivatives {
                gradient[source] += gradient[index] * derivative;
            }
        }
        gradient
    }

    fn push(&mut self, value: f64, derivatives: [(usize, f64); 2]) -> Number {
        self.0.push(Entry { value, derivatives });
        Number(self.0.len() - 1)
    }

    fn apply(&mut self, a: Number, function: impl Fn(f64) -> (f64, f64)) -> Number {
        let (value, derivative) = function(self.value(a));
        self.push(value, [(a.0, derivative), (0, 0.0)])
    }

    pub fn scale(&mut self, a: Number, factor: f64) -> Number {
        self.apply(a, |a| (a * factor, factor))
    }

    pub fn add(&mut self, a: Number, b: Number) -> Number {
        self.push(self.value(a) + self.value(b), [(a.0, 1.0), (b.0, 1.0)])
    }

    fn subtract(&mut self, a: Number, b: Number) -> Number {
        self.push(self.value(a) - self.value(b), [(a.0, 1.0), (b.0, -1.0)])
    }

    pub fn multiply(&mut self, a: Number, b: Number) -> Number {
        let (x, y) = (self.value(a), self.value(b));
        self.push(x * y, [(a.0, y), (b.0, x)])
    }

    fn dot(&mut self, a: &[Number], b: &[Number]) -> Number {
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
pub fn run(graph: &Graph, tape: &mut Tape, parameters: &[Number], inputs: Vec<Vec<Number>>) -> Vec<Vec<Number>> {
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

fn call(kind: &Kind, tape: &mut Tape, parameters: &[Number], mut inputs: Vec<Vec<Number>>) -> Vec<Vec<Number>> {
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
                let sum = tape.add(product, biases[output]);
                tape.apply(sum, |z| activated(*activation, z))
            };
            vec![(0..*outputs).map(output).collect()]
        }
    }
}

/// Returns an activation and its derivative.
fn activated(activation: Activation, z: f64) -> (f64, f64) {
    let sigmoid = 1.0 / (1.0 + (-z).exp());
    match activation {
        Activation::Identity => (z, 1.0),
        Activation::Relu if z > 0.0 => (z, 1.0),
        Activation::Relu => (0.0, 0.0),
        Activation::Sigmoid => (sigmoid, sigmoid * (1.0 - sigmoid)),
        Activation::Silu => (z * sigmoid, sigmoid + z * sigmoid * (1.0 - sigmoid)),
        Activation::Softplus => (z.exp().ln_1p(), sigmoid),
        Activation::Tanh => (z.tanh(), 1.0 - z.tanh().powi(2)),
    }
}

fn merged(merge: Merge, tape: &mut Tape, inputs: &[Vec<Number>]) -> Vec<Number> {
    let features = 0..inputs[0].len();
    let mut fold = |function: fn(&mut Tape, Number, Number) -> Number| -> Vec<Number> {
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
        Merge::Maximum => fold(|tape, a, b| if tape.value(b) > tape.value(a) { b } else { a }),
        Merge::Minimum => fold(|tape, a, b| if tape.value(b) < tape.value(a) { b } else { a }),
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
                tape.apply(square, |square| {
                    if square > LEAST { (square.powf(-0.5), -0.5 * square.powf(-1.5)) } else { (LEAST.powf(-0.5), 0.0) }
                })
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
