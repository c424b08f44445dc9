//! burn on its backend flex, with SIMD and the AVX-512 gemm, without rayon.

use std::hint::black_box;

use burn::module::{Module, Param};
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use protocol::{Activation, Loss, Peer, Task, Workload, classes, inputs, serve, targets, version, weights};

fn main() {
    serve(&format!("{} (flex, simd, x86-v4)", version("burn")), Model::new);
}

#[derive(Module, Debug)]
struct Layers {
    layers: Vec<Linear>,
}

impl Layers {
    fn new(workload: &Workload, device: &Device) -> Self {
        let layer = |(layer, pair): (usize, &[usize])| {
            let weights = TensorData::new(weights(layer, pair[0], pair[1]), [pair[0], pair[1]]);
            let mut linear = LinearConfig::new(pair[0], pair[1]).init(device);
            linear.weight = Param::from_tensor(Tensor::from_data(weights, device));
            linear.bias = Some(Param::from_tensor(Tensor::zeros([pair[1]], device)));
            linear
        };
        Self { layers: workload.widths.windows(2).enumerate().map(layer).collect() }
    }

    fn forward(&self, x: Tensor<2>, function: Activation) -> Tensor<2> {
        let mut x = self.layers[0].forward(x);
        for layer in &self.layers[1..] {
            x = match function {
                Activation::Relu => activation::relu(x),
                Activation::Tanh => activation::tanh(x),
            };
            x = layer.forward(x);
        }
        x
    }
}

enum Targets {
    Values(Tensor<2>),
    Classes(Tensor<1, Int>),
}

struct Model {
    workload: &'static Workload,
    device: Device,
    /// Network; `None` only during a step.
    layers: Option<Layers>,
    optimizer: ModuleOptimizer,
    x: Tensor<2>,
    y: Targets,
}

impl Model {
    fn new(workload: &'static Workload) -> Self {
        let device = match workload.task {
            Task::Training => Device::flex().autodiff(),
            Task::Latency | Task::Throughput => Device::flex(),
        };
        let (batch, outputs) = (workload.batch, workload.outputs());
        let y = match workload.loss {
            Loss::MeanSquaredError => {
                let values = TensorData::new(targets(batch, outputs), [batch, outputs]);
                Targets::Values(Tensor::from_data(values, &device))
            }
            Loss::Crossentropy => {
                let classes = classes(batch).into_iter().map(|class| class as i32).collect();
                Targets::Classes(Tensor::from_data(TensorData::new::<i32, _>(classes, [batch]), &device))
            }
        };
        let x = TensorData::new(inputs(batch, workload.inputs()), [batch, workload.inputs()]);
        Self {
            workload,
            layers: Some(Layers::new(workload, &device)),
            optimizer: AdamConfig::new().with_epsilon(1e-8).init(),
            x: Tensor::from_data(x, &device),
            y,
            device,
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.layers.as_ref().expect("a network, except during a step").forward(x, self.workload.activation)
    }

    fn loss(&self) -> Tensor<1> {
        let outputs = self.forward(self.x.clone());
        match &self.y {
            Targets::Values(y) => MseLoss::new().forward(outputs, y.clone(), Reduction::Mean),
            Targets::Classes(y) => CrossEntropyLossConfig::new().init(&self.device).forward(outputs, y.clone()),
        }
    }

    fn train(&mut self) {
        let gradients = self.loss().backward();
        let layers = self.layers.take().expect("a network, except during a step");
        let gradients = GradientsParams::from_grads(gradients, &layers);
        self.layers = Some(self.optimizer.step(1e-3, layers, gradients));
    }
}

impl Peer for Model {
    fn run(&mut self, steps: usize) {
        match self.workload.task {
            Task::Training => {
                for _ in 0..steps {
                    self.train();
                }
            }
            Task::Latency => {
                let mut x = inputs(1, self.workload.inputs());
                let first = x[0];
                for _ in 0..steps {
                    let data = TensorData::new(x.clone(), [1, x.len()]);
                    let outputs = self.forward(Tensor::from_data(data, &self.device)).into_data();
                    x[0] = first + 1e-3 * outputs.as_slice::<f32>().expect("f32")[0];
                }
            }
            Task::Throughput => {
                for _ in 0..steps {
                    black_box(self.forward(self.x.clone()));
                }
            }
        }
    }

    fn check(&mut self) -> f64 {
        let number = match self.workload.task {
            Task::Training => self.loss().into_data(),
            Task::Latency | Task::Throughput => self.forward(self.x.clone()).into_data(),
        };
        f64::from(number.as_slice::<f32>().expect("f32")[0])
    }
}
