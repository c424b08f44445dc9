//! Random graphs compared with an interpreter and with central differences, and round trips through files.

mod derivatives;
mod dual;
mod generated;
mod generator;
mod graph;
mod interpreter;
#[path = "../onnx/case.rs"]
mod onnx_case;
mod operations;
mod round_trip;
mod single;
mod source;

use expect_test::expect_file;
use mlp::prelude::*;
use mlp::training::BatchShape;
use mlp::{Buffer, TileBuffer};
use serde::Serialize;

use generator::Count;
use graph::Graph;
use interpreter::{Number, Tape};

const NETWORKS: Count = Count { inner: 4, outer: 22, fields: 16 };
/// Number of networks with nested ones that are also generated in single precision.
const SINGLE: usize = 6;

#[test]
fn the_generated_files_are_up_to_date() {
    let graphs = generator::graphs(NETWORKS);
    expect_file!["generated.rs"].assert_eq(&source::file(&graphs));
    expect_file!["single.rs"].assert_eq(&source::single(&graphs[..NETWORKS.inner + SINGLE]));
}

/// Checks predictions and gradients for one sample, a partial tile, and more than a tile.
fn check<N, L>(index: usize, losses: L)
where
    N: Network<Scalar = f64> + Serialize + PartialEq,
    L: LossList<f64, N::Output>,
    N::Input: BatchShape<Batch<f64>: Data<f64, N::Input>>,
    N::Output: BatchShape<Batch<f64>: Data<f64, N::Output>>,
    L::Targets: BatchShape<Batch<f64>: Data<f64, L::Targets>>,
{
    round_trip::check::<N>(index as u64);
    let graph = &generator::graphs(NETWORKS)[index];
    assert_eq!((N::COUNT, N::NAME), (graph.parameters(), graph.name.as_str()));
    let mut random = Rng::new(1000 + index as u64);
    let mut network = N::zeroed();
    network.as_mut_slice().iter_mut().for_each(|parameter| *parameter = 1.6 * random.uniform() - 0.8);
    onnx_case::write(&format!("random_{}", graph.name), &*network, &mut || 2.0 * random.uniform() - 1.0);
    for samples in [1, 17, 531] {
        let mut rows = |features: usize| rows(&mut random, samples, features);
        let (x, y, output_gradients) = (rows(N::Input::FEATURES), rows(N::Output::FEATURES), rows(N::Output::FEATURES));
        let expected = Expected::of(graph, network.as_slice(), &x, &y, &output_gradients);
        predictions_agree(&*network, &x, &expected);
        gradients_agree(&mut *network, &losses, (&x, &y), &expected);
        tapes_agree(&*network, (&x, &output_gradients), &expected);
    }
}

/// Returns random values between −1 and 1, one sample per row.
fn rows(random: &mut Rng, samples: usize, features: usize) -> Vec<Vec<f64>> {
    let mut row = || (0..features).map(|_| 2.0 * random.uniform() - 1.0).collect();
    (0..samples).map(|_| row()).collect()
}

/// Results of the interpreter.
struct Expected {
    predictions: Vec<Vec<f64>>,
    loss: f64,
    gradient: Vec<f64>,
    /// Gradients of the weighted sum of the outputs, with respect to parameters and inputs. The weights are `output_gradients`.
    weighted: Vec<f64>,
    by_inputs: Vec<Vec<f64>>,
}

impl Expected {
    fn of(graph: &Graph, parameters: &[f64], x: &[Vec<f64>], y: &[Vec<f64>], output_gradients: &[Vec<f64>]) -> Self {
        let zeros = || vec![0.0; parameters.len()];
        let mut expected =
            Self { predictions: Vec::new(), loss: 0.0, gradient: zeros(), weighted: zeros(), by_inputs: Vec::new() };
        for (sample, x) in x.iter().enumerate() {
            expected.add(graph, parameters, x, &y[sample], &output_gradients[sample]);
        }
        expected.loss /= x.len() as f64;
        expected.gradient.iter_mut().for_each(|slope| *slope /= x.len() as f64);
        expected
    }

    fn add(&mut self, graph: &Graph, parameters: &[f64], x: &[f64], y: &[f64], output_gradients: &[f64]) {
        let tape = &mut Tape::<f64>::new();
        let (parameters, inputs) = (tape.numbers(parameters), tape.numbers(x));
        let mut rest = &inputs[..];
        let parts = graph.input_features().into_iter().map(|count| rest.split_off(..count).expect("enough").to_vec());
        let outputs = interpreter::run(graph, tape, &parameters, parts.collect());
        self.predictions.push(outputs.concat().into_iter().map(|number| tape.value(number)).collect());

        let loss = interpreter::loss(graph, tape, &outputs, y);
        self.loss += tape.value(loss);
        add(&mut self.gradient, &parameters, &tape.gradient(loss));

        let output_gradients = tape.numbers(output_gradients);
        let terms: Vec<_> =
            outputs.concat().into_iter().zip(output_gradients).map(|(a, b)| tape.multiply(a, b)).collect();
        let sum = tape.sum(&terms);
        let gradient = tape.gradient(sum);
        add(&mut self.weighted, &parameters, &gradient);
        self.by_inputs.push(inputs.iter().map(|input| gradient[input.index()]).collect());
    }
}

fn add(sums: &mut [f64], numbers: &[Number], gradient: &[f64]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += gradient[number.index()]);
}

/// Fails if values differ by more than a tolerance, relative to the largest.
fn assert_near(what: &str, ours: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(1e-3_f64, |largest, number| largest.max(number.abs()));
    for (index, (ours, expected)) in ours.iter().zip(expected).enumerate() {
        let difference = (ours - expected).abs() / largest;
        assert!(difference <= tolerance, "{what}[{index}] is {ours}, not {expected}: {difference:e} of {largest}");
    }
}

/// Returns rows as the input of a network.
fn batch<S: BatchShape>(rows: &[Vec<f64>]) -> S::Batch<f64> {
    let mut batch = S::batch(rows.len());
    S::copy_rows(tile(rows, S::FEATURES).tile(S::FEATURES, rows.len()), &mut batch, 0);
    batch
}

fn tile(rows: &[Vec<f64>], features: usize) -> Buffer<f64> {
    let mut buffer = Buffer::new(features, rows.len());
    let mut tile = buffer.tile_mut(features, rows.len());
    for feature in 0..features {
        tile.feature(feature).iter_mut().zip(rows).for_each(|(number, row)| *number = row[feature]);
    }
    buffer
}

/// Compares batches and single-sample inference.
fn predictions_agree<N: Network<Scalar = f64>>(network: &N, x: &[Vec<f64>], expected: &Expected)
where
    N::Input: BatchShape<Batch<f64>: Data<f64, N::Input>>,
    N::Output: BatchShape<Batch<f64>: Data<f64, N::Output>>,
{
    let predictions = network.predict(&batch::<N::Input>(x)).expect("finite data");
    for (sample, (x, expected)) in x.iter().zip(&expected.predictions).enumerate() {
        assert_near("prediction", &row::<N::Output>(&predictions, sample), expected, 1e-11);
        let ours = elements::<N::Output>(&network.predict_one(sample_of::<N::Input>(x)));
        assert_near("prediction of one", &ours, expected, 1e-11);
    }
}

fn gradients_agree<N, L>(network: &mut N, losses: &L, (x, y): (&[Vec<f64>], &[Vec<f64>]), expected: &Expected)
where
    N: Network<Scalar = f64>,
    L: LossList<f64, N::Output>,
    N::Input: BatchShape<Batch<f64>: Data<f64, N::Input>>,
    L::Targets: BatchShape<Batch<f64>: Data<f64, L::Targets>>,
{
    let (samples, x, y) = (x.len(), batch::<N::Input>(x), batch::<L::Targets>(y));
    let (value, gradient) = network.value_and_gradient(losses, &x, &y).expect("finite data");
    assert_near("loss", &[value], &[expected.loss], 1e-11);
    assert_near("gradient", gradient.as_slice(), &expected.gradient, 1e-10);
    // More samples would only take longer.
    if samples == 17 {
        let mut slope = |index: usize| {
            let parameter = network.as_slice()[index];
            let mut value_at = |value| {
                network.as_mut_slice()[index] = value;
                network.value_and_gradient(losses, &x, &y).expect("finite data").0
            };
            let slope = (value_at(parameter + 1e-6) - value_at(parameter - 1e-6)) / 2e-6;
            network.as_mut_slice()[index] = parameter;
            slope
        };
        let output_gradients: Vec<f64> = (0..N::COUNT).map(&mut slope).collect();
        assert_near("gradient", gradient.as_slice(), &output_gradients, 1e-6);
    }
}

/// Compares the outputs and gradients of tapes, from gradients with respect to the outputs.
fn tapes_agree<N>(network: &N, (x, output_gradients): (&[Vec<f64>], &[Vec<f64>]), expected: &Expected)
where
    N: Network<Scalar = f64>,
    N::Input: BatchShape<Batch<f64>: Data<f64, N::Input>>,
    N::Output: BatchShape<Batch<f64>: Data<f64, N::Output>>,
{
    let mut tape = network.tape();
    let pass = tape.forward(network, &batch::<N::Input>(x)).expect("finite data");
    for (sample, expected) in expected.predictions.iter().enumerate() {
        assert_near("output", &row::<N::Output>(pass.output(), sample), expected, 1e-11);
    }
    let output_gradient = batch::<N::Output>(output_gradients);
    let (gradient, by_inputs) = pass.backward_with_input(&output_gradient).expect("finite data");
    assert_near("gradient by parameters", gradient.as_slice(), &expected.weighted, 1e-10);
    for (sample, expected) in expected.by_inputs.iter().enumerate() {
        assert_near("gradient by inputs", &row::<N::Input>(by_inputs, sample), expected, 1e-10);
    }
    let by_inputs: Vec<_> = (0..x.len()).map(|sample| row::<N::Input>(by_inputs, sample)).collect();
    let pass = tape.forward(network, &batch::<N::Input>(x)).expect("finite data");
    let alone = pass.input_gradient(&output_gradient).expect("finite data");
    for (sample, by_input) in by_inputs.iter().enumerate() {
        assert_eq!(&row::<N::Input>(alone, sample), by_input, "gradient by inputs alone");
    }

    let mut tape = SampleTape::new();
    let mut gradient = N::zeroed();
    for (sample, (x, output_gradient)) in x.iter().zip(output_gradients).enumerate() {
        let pass = tape.forward(network, sample_of::<N::Input>(x));
        assert_near("output of one", &elements::<N::Output>(pass.output()), &expected.predictions[sample], 1e-11);
        let by_input = pass.backward(sample_of::<N::Output>(output_gradient), &mut gradient);
        assert_near("gradient by one input", &elements::<N::Input>(&by_input), &expected.by_inputs[sample], 1e-10);
    }
    assert_near("gradient of all single samples", gradient.as_slice(), &expected.weighted, 1e-10);
}

/// Returns one sample of a batch.
fn row<S: BatchShape<Batch<f64>: Data<f64, S>>>(batch: &S::Batch<f64>, sample: usize) -> Vec<f64> {
    (0..S::FEATURES).map(|feature| batch.get(sample, feature)).collect()
}

/// Returns a row as a single sample.
fn sample_of<S: Shape>(row: &[f64]) -> S::Sample<f64> {
    let (mut sample, mut numbers) = (S::sample(), row.iter());
    S::parts_mut(&mut sample, &mut |part: &mut [f64]| {
        part.iter_mut().zip(&mut numbers).for_each(|(number, &given)| *number = given);
    });
    sample
}

/// Returns the elements of a single sample.
fn elements<S: Shape>(sample: &S::Sample<f64>) -> Vec<f64> {
    let mut elements = Vec::new();
    S::parts(sample, &mut |part: &[f64]| elements.extend_from_slice(part));
    elements
}
