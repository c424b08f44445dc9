//! The workloads: networks, losses and batches.

/// What one step of a workload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Forward, backward and Adam with a learning rate of 1e-3 on one batch, always the same.
    Training,
    /// One prediction whose first input waits for the first output of the one before: latency.
    Latency,
    /// The predictions for one batch, always the same: throughput.
    Throughput,
}

/// Between the layers; the last layer is linear.
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

#[derive(Clone, Copy, Debug)]
pub struct Workload {
    pub name: &'static str,
    pub task: Task,
    pub widths: &'static [usize],
    pub activation: Activation,
    pub loss: Loss,
    pub batch: usize,
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
use Loss::{Crossentropy, MeanSquaredError};
use Task::{Latency, Throughput, Training};

const W1: Workload = workload_of("W1", Training, &[1, 10, 10, 1], Relu, MeanSquaredError, 1000);
const W2: Workload = workload_of("W2", Training, &[784, 128, 10], Relu, Crossentropy, 128);
const W3: Workload = workload_of("W3", Training, &[17, 64, 64, 6], Tanh, MeanSquaredError, 256);
const W4: Workload = workload_of("W4", Training, &[512, 512, 512, 512], Relu, MeanSquaredError, 512);
const W5: Workload = workload_of("W5", Training, &[32, 256, 256, 1], Relu, MeanSquaredError, 1024);

/// In the order of the table.
pub const WORKLOADS: [Workload; 9] = [
    W1,
    W2,
    W3,
    W4,
    W5,
    Workload { name: "I1", task: Latency, batch: 1, ..W1 },
    Workload { name: "I2", task: Latency, batch: 1, ..W2 },
    Workload { name: "I3", task: Latency, batch: 1, ..W3 },
    Workload { name: "I3b", task: Throughput, batch: 1024, ..W3 },
];

/// The workload of that name.
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
    Workload { name, task, widths, activation, loss, batch }
}
