//! candle on its CPU device.

use std::hint::black_box;

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Linear, Module, Optimizer, ParamsAdamW, loss};
use protocol::{Activation, Loss, Peer, Task, Workload, classes, inputs, serve, targets, version, weights};

fn main() {
    let version = format!("{} (AdamW without decay)", version("candle-core"));
    serve(&version, |workload| Model::new(workload).expect("the shapes fit"));
}

struct Model {
    workload: &'static Workload,
    layers: Vec<Linear>,
    optimizer: AdamW,
    x: Tensor,
    y: Tensor,
}

impl Model {
    fn new(workload: &'static Workload) -> Result<Self> {
        let (device, batch) = (Device::Cpu, workload.batch);
        let (mut layers, mut variables) = (Vec::new(), Vec::new());
        for (layer, pair) in workload.widths.windows(2).enumerate() {
            let weights = Tensor::from_vec(weights(layer, pair[0], pair[1]), (pair[0], pair[1]), &device)?;
            let weights = Var::from_tensor(&weights.t()?.contiguous()?)?;
            let bias = Var::zeros(pair[1], DType::F32, &device)?;
            layers.push(match workload.task {
                Task::Training => Linear::new(weights.as_tensor().clone(), Some(bias.as_tensor().clone())),
                // Without variables, candle records no graph.
                Task::Latency | Task::Throughput => {
                    Linear::new(weights.as_detached_tensor(), Some(bias.as_detached_tensor()))
                }
            });
            variables.extend([weights, bias]);
        }
        let y = match workload.loss {
            Loss::MeanSquaredError => {
                Tensor::from_vec(targets(batch, workload.outputs()), (batch, workload.outputs()), &device)?
            }
            Loss::Crossentropy => Tensor::from_vec(
                classes(batch).into_iter().map(|class| class as u32).collect::<Vec<_>>(),
                batch,
                &device,
            )?,
        };
        Ok(Self {
            workload,
            layers,
            optimizer: AdamW::new(variables, ParamsAdamW { lr: 1e-3, weight_decay: 0.0, ..ParamsAdamW::default() })?,
            x: Tensor::from_vec(inputs(batch, workload.inputs()), (batch, workload.inputs()), &device)?,
            y,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut x = self.layers[0].forward(x)?;
        for layer in &self.layers[1..] {
            x = match self.workload.activation {
                Activation::Relu => x.relu()?,
                Activation::Tanh => x.tanh()?,
            };
            x = layer.forward(&x)?;
        }
        Ok(x)
    }

    fn loss(&self) -> Result<Tensor> {
        let outputs = self.forward(&self.x)?;
        match self.workload.loss {
            Loss::MeanSquaredError => loss::mse(&outputs, &self.y),
            Loss::Crossentropy => loss::cross_entropy(&outputs, &self.y),
        }
    }

    fn steps(&mut self, steps: usize) -> Result<()> {
        match self.workload.task {
            Task::Training => {
                for _ in 0..steps {
                    let loss = self.loss()?;
                    self.optimizer.backward_step(&loss)?;
                }
            }
            Task::Latency => {
                let mut x = inputs(1, self.workload.inputs());
                let first = x[0];
                for _ in 0..steps {
                    let output = self.forward(&Tensor::from_slice(&x, (1, x.len()), &Device::Cpu)?)?;
                    x[0] = first + 1e-3 * output.flatten_all()?.to_vec1::<f32>()?[0];
                }
            }
            Task::Throughput => {
                for _ in 0..steps {
                    black_box(self.forward(&self.x)?);
                }
            }
        }
        Ok(())
    }

    fn checked(&self) -> Result<f32> {
        match self.workload.task {
            Task::Training => self.loss()?.to_scalar(),
            Task::Latency | Task::Throughput => self.forward(&self.x)?.get(0)?.get(0)?.to_scalar(),
        }
    }
}

impl Peer for Model {
    fn run(&mut self, steps: usize) {
        self.steps(steps).expect("the shapes fit");
    }

    fn check(&mut self) -> f64 {
        f64::from(self.checked().expect("the shapes fit"))
    }
}
