//! mlp, written as a user would.

use std::hint::black_box;

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix, SVector};
use protocol::{Peer, Task, Workload, classes, inputs, serve, targets, version, weights};

sequential! { struct W1 { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }
sequential! { struct W2 { Dense(784 => 128, relu), Dense(128 => 10) } }
sequential! { struct W3 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }
sequential! { struct W4 { Dense(512 => 512, relu), Dense(512 => 512, relu), Dense(512 => 512) } }
sequential! { struct W5 { Dense(32 => 256, relu), Dense(256 => 256, relu), Dense(256 => 1) } }

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
            name => protocol::decline(&format!("has no network for {name}")),
        }
    });
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
        let mut network = N::zeroed();
        let mut parameters = network.as_mut_slice();
        for (layer, pair) in workload.widths.windows(2).enumerate() {
            // nalgebra is column-major; a column of the weights belongs to one input.
            let weights = weights(layer, pair[0], pair[1]);
            parameters[..weights.len()].copy_from_slice(&weights);
            parameters = &mut parameters[weights.len() + pair[1]..];
        }
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
