//! The workloads: networks, losses and batches.

/// Kind of a workload's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Training step: forward, backward and Adam with a learning rate of 1e-3, always on the same batch.
    Training,
    /// Single-sample inference whose first input depends on the previous prediction: latency.
    Latency,
    /// Inference on a batch, always the same: throughput.
    Throughput,
}

/// Activation of all layers but the last, which is linear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Relu,
    Tanh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    MeanSquaredError,
    /// Softmax cross-entropy of logits and class indices.
    Crossentropy,
}

/// Differential equation of two inputs, whose mean squared residual is the loss of a training step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equation {
    /// `u_xx + u_yy + 2 π² sin(π x) sin(π y) = 0` on [0, 1)².
    Poisson,
    /// `u_t + u u_x − 0.01 / π u_xx = 0` on [−1, 1) × [0, 1).
    Burgers,
    /// `u_t − 10⁻⁴ u_xx + 5 (u³ − u) = 0` on [−1, 1) × [0, 1).
    AllenCahn,
}

#[derive(Clone, Copy, Debug)]
pub struct Workload {
    pub name: &'static str,
    pub task: Task,
    pub widths: &'static [usize],
    pub activation: Activation,
    pub loss: Loss,
    pub batch: usize,
    /// Equation to train on, instead of targets.
    pub equation: Option<Equation>,
    /// `true` for double precision.
    pub double: bool,
    /// Number of networks that are trained at once, each from its own weights. A step is one step of each.
    pub members: usize,
}

impl Workload {
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    pub fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }
}

use Activation::{Relu, Tanh};
use Equation::{AllenCahn, Burgers, Poisson};
use Loss::{Crossentropy, MeanSquaredError};
use Task::{Latency, Throughput, Training};

const W1: Workload = workload_of("W1", Training, &[1, 10, 10, 1], Relu, MeanSquaredError, 1000);
const W2: Workload = workload_of("W2", Training, &[784, 128, 10], Relu, Crossentropy, 128);
const W3: Workload = workload_of("W3", Training, &[17, 64, 64, 6], Tanh, MeanSquaredError, 256);
const W4: Workload = workload_of("W4", Training, &[512, 512, 512, 512], Relu, MeanSquaredError, 512);
const W5: Workload = workload_of("W5", Training, &[32, 256, 256, 1], Relu, MeanSquaredError, 1024);

const E1: Workload = equation_of("E1", Poisson, &[2, 64, 64, 64, 1], 1024);
const E2: Workload = equation_of("E2", Burgers, &[2, 20, 20, 20, 20, 20, 20, 20, 20, 1], 2540);
const E3: Workload = equation_of("E3", AllenCahn, &[2, 128, 128, 128, 128, 1], 4096);

/// All workloads, in the order of the table.
pub const WORKLOADS: [Workload; 16] = [
    W1,
    W2,
    W3,
    W4,
    W5,
    Workload { name: "I1", task: Latency, batch: 1, ..W1 },
    Workload { name: "I2", task: Latency, batch: 1, ..W2 },
    Workload { name: "I3", task: Latency, batch: 1, ..W3 },
    Workload { name: "I3b", task: Throughput, batch: 1024, ..W3 },
    E1,
    E2,
    E3,
    Workload { name: "E1d", double: true, ..E1 },
    Workload { name: "E2d", double: true, ..E2 },
    Workload { name: "E3d", double: true, ..E3 },
    Workload { name: "M1", members: 32, ..W1 },
];

/// Returns the workload of this name.
pub fn workload(name: &str) -> Option<&'static Workload> {
    WORKLOADS.iter().find(|workload| workload.name.eq_ignore_ascii_case(name))
}

const fn workload_of(
    name: &'static str,
    task: Task,
    widths: &'static [usize],
    activation: Activation,
    loss: Loss,
    batch: usize,
) -> Workload {
    Workload { name, task, widths, activation, loss, batch, equation: None, double: false, members: 1 }
}

const fn equation_of(name: &'static str, equation: Equation, widths: &'static [usize], batch: usize) -> Workload {
    let plain = workload_of(name, Training, widths, Tanh, MeanSquaredError, batch);
    Workload { equation: Some(equation), ..plain }
}
