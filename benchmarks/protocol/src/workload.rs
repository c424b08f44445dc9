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

/// All workloads, in the order of the table.
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
    Workload { name, task, widths, activation, loss, batch }
}
