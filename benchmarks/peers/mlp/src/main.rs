//! mlp, written as a user would.

use std::f64::consts::PI;
use std::hint::black_box;

use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use mlp::residuals::Residual;
use mlp::training::CompiledEnsemble;
use nalgebra::{Const, Dyn, OMatrix, SVector};
use protocol::{MEMBER_LAYERS, Peer, Task, Workload, classes, inputs, points, serve, targets, version, weights};

sequential! { struct W1 { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }
sequential! { struct W2 { Dense(784 => 128, relu), Dense(128 => 10) } }
sequential! { struct W3 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }
sequential! { struct W4 { Dense(512 => 512, relu), Dense(512 => 512, relu), Dense(512 => 512) } }
sequential! { struct W5 { Dense(32 => 256, relu), Dense(256 => 256, relu), Dense(256 => 1) } }

macro_rules! plane {
    ($($name:ident $double:ident { $($layer:tt)* })*) => {$(
        sequential! { struct $name { $($layer)* } }
        sequential! { struct $double: f64 { $($layer)* } }
    )*};
}

plane! {
    E1 E1Double { Dense(2 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 1) }
    E2 E2Double {
        Dense(2 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh),
        Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 1)
    }
    E3 E3Double {
        Dense(2 => 128, tanh), Dense(128 => 128, tanh), Dense(128 => 128, tanh), Dense(128 => 128, tanh), Dense(128 => 1)
    }
}

residual! {
    struct Poisson;
    (x, y) -> u { laplacian(u) + 2.0 * PI * PI * (PI * x).sin() * (PI * y).sin() }
}

residual! {
    struct Burgers;
    (x, t) -> u { u.t + u * u.x - 0.01 / PI * u.xx }
}

residual! {
    struct AllenCahn;
    (x, t) -> u { u.t - 1e-4 * u.xx + 5.0 * (u.powi(3) - u) }
}

type Batch<const FEATURES: usize> = OMatrix<f32, Dyn, Const<FEATURES>>;

fn main() {
    let version = format!("{} ({})", version("mlp"), mlp::kernels::InstructionSet::selected());
    serve(&version, |workload| -> Box<dyn Peer> {
        match workload.name {
            "W1" | "I1" => Model::<W1, _, 1, 1, 1>::new(workload, MeanSquaredError),
            "W2" | "I2" => Model::<W2, _, 784, 10, 1>::new(workload, SparseCategoricalCrossentropy::new()),
            "W3" | "I3" | "I3b" => Model::<W3, _, 17, 6, 6>::new(workload, MeanSquaredError),
            "W4" => Model::<W4, _, 512, 512, 512>::new(workload, MeanSquaredError),
            "W5" => Model::<W5, _, 32, 1, 1>::new(workload, MeanSquaredError),
            "E1" => solver::<E1, _>(workload, Poisson),
            "E2" => solver::<E2, _>(workload, Burgers),
            "E3" => solver::<E3, _>(workload, AllenCahn),
            "E1d" => solver::<E1Double, _>(workload, Poisson),
            "E2d" => solver::<E2Double, _>(workload, Burgers),
            "E3d" => solver::<E3Double, _>(workload, AllenCahn),
            "M1" => members(workload),
            name => protocol::decline(&format!("has no network for {name}")),
        }
    });
}

/// Returns the network with the weights that all peers start from.
fn initial<N: Network>(workload: &Workload) -> Box<N> {
    member::<N>(workload, 0)
}

/// Returns a member of an ensemble with the weights that all peers start from.
fn member<N: Network>(workload: &Workload, member: usize) -> Box<N> {
    let mut network = N::zeroed();
    let mut parameters = network.as_mut_slice();
    for (layer, pair) in workload.widths.windows(2).enumerate() {
        // nalgebra is column-major; a column of the weights belongs to one input.
        let weights = weights(MEMBER_LAYERS * member + layer, pair[0], pair[1]);
        for (parameter, &weight) in parameters.iter_mut().zip(&weights) {
            *parameter = N::Scalar::from_f64(f64::from(weight));
        }
        parameters = &mut parameters[weights.len() + pair[1]..];
    }
    network
}

struct Model<N: Network<Scalar = f32>, L, const IN: usize, const OUT: usize, const TARGETS: usize> {
    workload: &'static Workload,
    compiled: Compiled<N, Adam, L>,
    x: Batch<IN>,
    y: Batch<TARGETS>,
}

impl<N, L, const IN: usize, const OUT: usize, const TARGETS: usize> Model<N, L, IN, OUT, TARGETS>
where
    N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
    L: mlp::Loss<f32, Features<OUT>, Targets = Features<TARGETS>> + 'static,
{
    fn new(workload: &'static Workload, loss: L) -> Box<dyn Peer> {
        let network = initial::<N>(workload);
        let batch = workload.batch;
        let y = match workload.loss {
            protocol::Loss::MeanSquaredError => targets(batch, TARGETS),
            protocol::Loss::Crossentropy => classes(batch).into_iter().map(|class| class as f32).collect(),
        };
        Box::new(Self {
            workload,
            compiled: network.compile(Adam::new(1e-3), loss),
            x: Batch::from_row_slice(&inputs(batch, IN)),
            y: Batch::from_row_slice(&y),
        })
    }

    fn first_input(&self) -> SVector<f32, IN> {
        self.x.row(0).transpose()
    }
}

impl<N, L, const IN: usize, const OUT: usize, const TARGETS: usize> Peer for Model<N, L, IN, OUT, TARGETS>
where
    N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
    L: mlp::Loss<f32, Features<OUT>, Targets = Features<TARGETS>> + 'static,
{
    fn run(&mut self, steps: usize) {
        let batch = self.workload.batch;
        match self.workload.task {
            Task::Training => {
                let fit = Fit::new().epochs(steps).batch_size(batch).verbose(Verbose::Silent);
                black_box(self.compiled.fit(&self.x, &self.y, fit).expect("the data is finite"));
            }
            Task::Latency => {
                let mut x = self.first_input();
                let first = x[0];
                for _ in 0..steps {
                    x[0] = first + 1e-3 * self.compiled.predict_one(x)[0];
                }
                black_box(x);
            }
            Task::Throughput => {
                for _ in 0..steps {
                    black_box(self.compiled.predict(black_box(&self.x)).expect("the data is finite"));
                }
            }
        }
    }

    fn check(&mut self) -> f64 {
        match self.workload.task {
            Task::Training => self.compiled.evaluate(&self.x, &self.y).expect("the data is finite").loss,
            Task::Latency | Task::Throughput => f64::from(self.compiled.predict_one(self.first_input())[0]),
        }
    }
}

/// Number of networks of the workload M1.
const MEMBERS: usize = 32;

/// Networks that are trained at once.
struct Members {
    ensemble: CompiledEnsemble<W1, Adam, MeanSquaredError, (), MEMBERS>,
    x: Batch<1>,
    y: Batch<1>,
}

fn members(workload: &'static Workload) -> Box<dyn Peer> {
    assert_eq!(workload.members, MEMBERS);
    let ensemble = Ensemble::<W1, MEMBERS>::from_fn(|index| member(workload, index));
    Box::new(Members {
        ensemble: ensemble.compile(|_, network| network.compile(Adam::new(1e-3), MeanSquaredError)),
        x: Batch::from_row_slice(&inputs(workload.batch, 1)),
        y: Batch::from_row_slice(&targets(workload.batch, 1)),
    })
}

impl Peer for Members {
    fn run(&mut self, steps: usize) {
        let batch = self.x.nrows();
        let fit = |_| Fit::new().epochs(steps).batch_size(batch);
        black_box(self.ensemble.fit(&self.x, &self.y, fit).expect("the data is finite"));
    }

    fn check(&mut self) -> f64 {
        let evaluations = self.ensemble.evaluate(&self.x, &self.y).expect("the data is finite");
        evaluations.iter().map(|evaluation| evaluation.loss).sum::<f64>() / MEMBERS as f64
    }
}

/// A training on an equation. Returns the loss before the last of some steps.
struct Solver(Box<dyn FnMut(usize) -> f64>);

fn solver<N, R>(workload: &'static Workload, residual: R) -> Box<dyn Peer>
where
    N: Network<Input = Features<2>, Output = Features<1>> + TwiceDifferentiable + 'static,
    R: Residual<Input = Features<2>, Output = Features<1>> + 'static,
    OMatrix<N::Scalar, Dyn, Const<2>>: Data<N::Scalar, Features<2>>,
{
    let points = points(workload.batch, workload.equation.expect("a row of an equation"));
    let place = |row: usize, column: usize| N::Scalar::from_f64(points[row][column]);
    let points = OMatrix::<N::Scalar, Dyn, Const<2>>::from_fn(workload.batch, place);
    let term = Term::new(residual, &points).expect("the points are finite");
    let mut model = initial::<N>(workload).compile_residuals(Adam::new(1e-3), term);
    Box::new(Solver(Box::new(move |steps| {
        let fit = Fit::new().epochs(steps).verbose(Verbose::Silent);
        let history = model.solve(fit).expect("the residuals are finite");
        *history.loss().last().expect("a step")
    })))
}

impl Peer for Solver {
    fn run(&mut self, steps: usize) {
        black_box((self.0)(steps));
    }

    fn check(&mut self) -> f64 {
        (self.0)(1)
    }
}
