//! Derivatives by inputs, and gradients of losses that contain them, compared with nested dual numbers.

use std::array::from_fn;

use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use mlp::residuals::Residual;
use mlp::training::BatchShape;

use crate::dual::{Dual, Field};
use crate::generator;
use crate::graph::Graph;
use crate::interpreter::{self, Number, Tape};
use crate::{NETWORKS, assert_near, batch, row, rows};

const SAMPLES: usize = 5;
/// Largest difference, relative to the largest value of an array.
const TOLERANCE: f64 = 1e-10;

/// A function that the interpreter computes.
pub trait Computation {
    /// Returns the outputs for one sample.
    fn run<S: Field>(&self, tape: &mut Tape<S>, parameters: &[Number], inputs: &[Number]) -> Vec<Number>;
}

impl Computation for Graph {
    fn run<S: Field>(&self, tape: &mut Tape<S>, parameters: &[Number], mut inputs: &[Number]) -> Vec<Number> {
        let sizes = self.input_features().into_iter();
        let parts = sizes.map(|count| inputs.split_off(..count).expect("enough").to_vec()).collect();
        interpreter::run(self, tape, parameters, parts).concat()
    }
}

/// A pass of the interpreter for one sample.
struct Pass<S> {
    tape: Tape<S>,
    parameters: Vec<Number>,
    inputs: Vec<Number>,
    outputs: Vec<Number>,
}

impl<S: Field> Pass<S> {
    fn new(computation: &impl Computation, parameters: &[f64], inputs: &[S]) -> Self {
        let mut tape = Tape::new();
        let parameters = tape.numbers(&parameters.iter().map(|&value| S::of(value)).collect::<Vec<_>>());
        let inputs = tape.numbers(inputs);
        let outputs = computation.run(&mut tape, &parameters, &inputs);
        Self { tape, parameters, inputs, outputs }
    }

    fn values(&self) -> Vec<S> {
        self.outputs.iter().map(|&output| self.tape.value(output)).collect()
    }
}

/// Returns the network of an index with random parameters, and its graph.
fn network<N: Network<Scalar = f64>>(index: usize) -> (Box<N>, std::rc::Rc<Graph>, Rng) {
    let mut random = Rng::new(2000 + index as u64);
    let mut network = N::zeroed();
    network.as_mut_slice().iter_mut().for_each(|parameter| *parameter = 1.6 * random.uniform() - 0.8);
    (network, generator::graphs(NETWORKS)[index].clone(), random)
}

/// Compares `jvp`, `hvp` and `vjp`.
pub fn check<N>(index: usize)
where
    N: Network<Scalar = f64> + TwiceDifferentiable,
    N::Input: BatchShape<Batch<f64>: Data<f64, N::Input>>,
    N::Output: BatchShape<Batch<f64>: Data<f64, N::Output>>,
{
    let (network, graph, mut random) = network::<N>(index);
    let ([x, w], gradients) = compare_products(&*network, &*graph, &mut random);
    let back = network.vjp(&batch::<N::Input>(&x), &batch::<N::Output>(&w)).expect("finite data");
    for (sample, gradient) in gradients.iter().enumerate() {
        assert_near("vjp", &row::<N::Input>(&back, sample), gradient, TOLERANCE);
    }
}

type Rows = Vec<Vec<f64>>;

/// Compares `jvp` and `hvp`. Returns inputs and weights of the outputs, and the gradient of the weighted sum by the inputs.
pub fn compare_products<N>(network: &N, computation: &impl Computation, random: &mut Rng) -> ([Rows; 2], Rows)
where
    N: Network<Scalar = f64> + TwiceDifferentiable,
    N::Input: BatchShape<Batch<f64>: Data<f64, N::Input>>,
    N::Output: BatchShape<Batch<f64>: Data<f64, N::Output>>,
{
    let [x, v] = from_fn(|_| rows(random, SAMPLES, N::Input::FEATURES));
    let w = rows(random, SAMPLES, N::Output::FEATURES);
    let (x_batch, v_batch, w_batch) = (batch::<N::Input>(&x), batch::<N::Input>(&v), batch::<N::Output>(&w));
    let (values, products) = network.jvp(&x_batch, &v_batch).expect("finite data");
    let along = network.hvp(&x_batch, &v_batch, &w_batch).expect("finite data");
    let mut gradients = Vec::new();
    for sample in 0..SAMPLES {
        let inputs = x[sample].iter().zip(&v[sample]).map(|(&value, &derivative)| Dual { value, derivative });
        let mut pass = Pass::new(computation, network.as_slice(), &inputs.collect::<Vec<_>>());
        let expected = pass.values();
        let part = |part: fn(&Dual<f64>) -> f64| expected.iter().map(part).collect::<Vec<_>>();
        assert_near("value of jvp", &row::<N::Output>(&values, sample), &part(|dual| dual.value), TOLERANCE);
        assert_near("jvp", &row::<N::Output>(&products, sample), &part(|dual| dual.derivative), TOLERANCE);
        let weights = pass.tape.numbers(&w[sample].iter().map(|&weight| Dual::of(weight)).collect::<Vec<_>>());
        let terms: Vec<_> =
            pass.outputs.iter().zip(weights).map(|(&output, weight)| pass.tape.multiply(output, weight)).collect();
        let sum = pass.tape.sum(&terms);
        let gradient = pass.tape.gradient(sum);
        let by_input = |part: fn(&Dual<f64>) -> f64| -> Vec<f64> {
            pass.inputs.iter().map(|input| part(&gradient[input.index()])).collect()
        };
        assert_near("hvp", &row::<N::Input>(&along, sample), &by_input(|dual| dual.derivative), TOLERANCE);
        gradients.push(by_input(|dual| dual.value));
    }
    ([x, w], gradients)
}

residual! {
    pub struct Scalar;
    (x, y) -> u { u.y + u * u.x - 0.3 * u.xx + u * u.xy + 0.1 * laplacian(u) }
}

residual! {
    pub struct System;
    (x, y) -> (u, v) { first: u.x * v + u.xy - laplacian(v), second: v.y + 0.5 * v.xx * u + u.yy }
}

/// Values and derivatives of an output: `u, u_x, u_y, u_xx, u_xy, u_yy`.
const STREAMS: usize = 6;

/// Equations of the interpreter.
pub trait Equations: Residual + Copy {
    /// Returns the residuals from the streams of each output.
    fn residuals<S: Field>(u: &[[S; STREAMS]]) -> Vec<S>;
}

impl Equations for Scalar {
    fn residuals<S: Field>(u: &[[S; STREAMS]]) -> Vec<S> {
        let [u, x, y, xx, xy, yy] = u[0];
        vec![y + u * x - S::of(0.3) * xx + u * xy + S::of(0.1) * (xx + yy)]
    }
}

impl Equations for System {
    fn residuals<S: Field>(outputs: &[[S; STREAMS]]) -> Vec<S> {
        let ([u, u_x, _, _, u_xy, u_yy], [v, _, v_y, v_xx, _, v_yy]) = (outputs[0], outputs[1]);
        vec![u_x * v + u_xy - (v_xx + v_yy), v_y + S::of(0.5) * v_xx * u + u_yy]
    }
}

type Nested = Dual<Dual<f64>>;

/// Returns `f, f_i, f_j, f_ij` of a number that was computed along the directions `i` and `j`.
fn parts(number: Nested) -> [f64; 4] {
    [number.value.value, number.derivative.value, number.value.derivative, number.derivative.derivative]
}

/// Streams of all outputs at a point, each with its gradient by the parameters.
fn streams(computation: &impl Computation, parameters: &[f64], point: &[f64; 2]) -> Vec<[(f64, Vec<f64>); STREAMS]> {
    let unit = |direction: usize, index: usize| f64::from(u8::from(direction == index));
    let pass = |i: usize, j: usize| {
        let inputs: [Nested; 2] = from_fn(|index| Dual {
            value: Dual { value: point[index], derivative: unit(j, index) },
            derivative: Dual { value: unit(i, index), derivative: 0.0 },
        });
        Pass::new(computation, parameters, &inputs)
    };
    let passes = [pass(0, 0), pass(0, 1), pass(1, 1)];
    let part = |pass: &Pass<Nested>, output: usize, part: usize| {
        let gradient = pass.tape.gradient(pass.outputs[output]);
        let gradient = pass.parameters.iter().map(|parameter| parts(gradient[parameter.index()])[part]).collect();
        (parts(pass.tape.value(pass.outputs[output]))[part], gradient)
    };
    let [xx, xy, yy] = &passes;
    let each = |output: usize| {
        [(xy, 0), (xy, 1), (xy, 2), (xx, 3), (xy, 3), (yy, 3)].map(|(pass, index)| part(pass, output, index))
    };
    (0..xy.outputs.len()).map(each).collect()
}

/// Compares `jacobian`, `hessian`, `laplacian`, and the gradient of a residual's mean square by the parameters.
pub fn check_field<N, const OUT: usize, R>(index: usize, residual: R)
where
    N: Network<Scalar = f64, Input = Features<2>, Output = Features<OUT>> + TwiceDifferentiable,
    R: Equations<Input = Features<2>, Output = Features<OUT>, Data = Features<0>>,
    Features<OUT>: BatchShape<Batch<f64>: Data<f64, Features<OUT>>>,
{
    let (network, graph, mut random) = network::<N>(index);
    let points = points(&mut random);
    let jacobians = network.jacobian(&points[..]).expect("finite data");
    for (jacobian, point) in jacobians.iter().zip(&points) {
        for (output, streams) in streams(&*graph, network.as_slice(), point).iter().enumerate() {
            let ours: Vec<f64> = jacobian.row(output).iter().copied().collect();
            assert_near("jacobian", &ours, &[streams[1].0, streams[2].0], TOLERANCE);
        }
    }
    compare_field(network, &*graph, &points, residual);
}

/// Returns random points.
pub fn points(random: &mut Rng) -> Vec<[f64; 2]> {
    (0..SAMPLES).map(|_| from_fn(|_| 2.0 * random.uniform() - 1.0)).collect()
}

/// Compares `hessian`, `laplacian`, and the gradient of a residual's mean square by the parameters.
pub fn compare_field<N, const OUT: usize, R>(
    network: Box<N>,
    computation: &impl Computation,
    points: &[[f64; 2]],
    residual: R,
) where
    N: Network<Scalar = f64, Input = Features<2>, Output = Features<OUT>> + TwiceDifferentiable,
    R: Equations<Input = Features<2>, Output = Features<OUT>, Data = Features<0>>,
    Features<OUT>: BatchShape<Batch<f64>: Data<f64, Features<OUT>>>,
{
    let hessians = network.hessian(points).expect("finite data");
    let laplacians = network.laplacian(points).expect("finite data");
    let (mut loss, mut gradient) = (0.0, vec![0.0; N::COUNT]);
    for (sample, point) in points.iter().enumerate() {
        let streams = streams(computation, network.as_slice(), point);
        let expected: Vec<[f64; STREAMS]> = streams.iter().map(|each| from_fn(|stream| each[stream].0)).collect();
        for (output, &[.., xx, xy, yy]) in expected.iter().enumerate() {
            assert_near("hessian", hessians[sample][output].as_slice(), &[xx, xy, xy, yy], TOLERANCE);
            assert_near("laplacian", &[row::<Features<OUT>>(&laplacians, sample)[output]], &[xx + yy], TOLERANCE);
        }
        loss += R::residuals(&expected).iter().map(|residual| residual.powi(2)).sum::<f64>() / SAMPLES as f64;
        for (output, stream) in (0..OUT).flat_map(|output| (0..STREAMS).map(move |stream| (output, stream))) {
            let mut duals: Vec<[Dual<f64>; STREAMS]> = expected.iter().map(|each| each.map(Dual::of)).collect();
            duals[output][stream].derivative = 1.0;
            let products = R::residuals(&duals).into_iter().map(|residual| 2.0 * residual.value * residual.derivative);
            let factor = products.sum::<f64>() / SAMPLES as f64;
            let terms = gradient.iter_mut().zip(&streams[output][stream].1);
            terms.for_each(|(sum, by_parameter)| *sum += factor * by_parameter);
        }
    }
    let largest = gradient.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    // A power of two, so that the step of the optimizer is exact up to rounding errors of the parameters.
    let rate = largest.recip().log2().round().exp2();
    let before = network.to_boxed();
    let term = Term::new(residual, points).expect("finite data");
    let mut model = network.compile_residuals(Sgd::new(rate), term);
    let history = model.solve(Fit::new().epochs(1).verbose(Verbose::Silent)).expect("finite residuals");
    assert_near("loss of residuals", history.loss(), &[loss], TOLERANCE);
    let steps = before.as_slice().iter().zip(model.network.as_slice()).map(|(before, after)| (before - after) / rate);
    let tolerance = (1e-3 / largest).max(1.0) * TOLERANCE;
    assert_near("gradient of residuals", &steps.collect::<Vec<_>>(), &gradient, tolerance);
}
