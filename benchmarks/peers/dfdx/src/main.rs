//! dfdx on its `Cpu` device. Networks and batches are types; classes are one-hot, because its cross-entropy
//! expects probabilities.

use std::hint::black_box;

use dfdx::optim::{Adam, AdamConfig};
use dfdx::prelude::*;
use protocol::{Loss, Peer, Task, Workload, classes, inputs, serve, targets, version, weights};

type W1 = ((Linear<1, 10>, ReLU), (Linear<10, 10>, ReLU), Linear<10, 1>);
type W2 = ((Linear<784, 128>, ReLU), Linear<128, 10>);
type W3 = ((Linear<17, 64>, Tanh), (Linear<64, 64>, Tanh), Linear<64, 6>);
type W4 = ((Linear<512, 512>, ReLU), (Linear<512, 512>, ReLU), Linear<512, 512>);
type W5 = ((Linear<32, 256>, ReLU), (Linear<256, 256>, ReLU), Linear<256, 1>);

fn main() {
    // As in dfdx's examples.
    dfdx::flush_denormals_to_zero();
    serve(version("dfdx"), |workload| -> Box<dyn Peer> {
        let device = Cpu::default();
        match workload.name {
            "W1" => Model::<1000, 1, 1, _>::new(workload, device.build_module::<W1, f32>()),
            "W2" => Model::<128, 784, 10, _>::new(workload, device.build_module::<W2, f32>()),
            "W3" => Model::<256, 17, 6, _>::new(workload, device.build_module::<W3, f32>()),
            "W4" => Model::<512, 512, 512, _>::new(workload, device.build_module::<W4, f32>()),
            "W5" => Model::<1024, 32, 1, _>::new(workload, device.build_module::<W5, f32>()),
            "I1" => Model::<1, 1, 1, _>::new(workload, device.build_module::<W1, f32>()),
            "I2" => Model::<1, 784, 10, _>::new(workload, device.build_module::<W2, f32>()),
            "I3" => Model::<1, 17, 6, _>::new(workload, device.build_module::<W3, f32>()),
            "I3b" => Model::<1024, 17, 6, _>::new(workload, device.build_module::<W3, f32>()),
            name => protocol::decline(&format!("has no network for {name}")),
        }
    });
}

type Matrix<const ROWS: usize, const COLUMNS: usize, Recording = NoneTape> =
    Tensor<Rank2<ROWS, COLUMNS>, f32, Cpu, Recording>;
type Recorded = OwnedTape<f32, Cpu>;

struct Model<const BATCH: usize, const IN: usize, const OUT: usize, N> {
    workload: &'static Workload,
    device: Cpu,
    network: N,
    gradients: Option<Gradients<f32, Cpu>>,
    optimizer: Adam<N, f32, Cpu>,
    x: Matrix<BATCH, IN>,
    y: Matrix<BATCH, OUT>,
}

impl<const BATCH: usize, const IN: usize, const OUT: usize, N> Model<BATCH, IN, OUT, N>
where
    N: TensorCollection<f32, Cpu> + 'static,
    N: Module<Matrix<BATCH, IN>, Output = Matrix<BATCH, OUT>>,
    N: ModuleMut<Matrix<BATCH, IN, Recorded>, Output = Matrix<BATCH, OUT, Recorded>>,
{
    fn new(workload: &'static Workload, mut network: N) -> Box<dyn Peer> {
        let mut start = Start { widths: workload.widths, tensors: 0 };
        let walk = N::iter_tensors(&mut RecursiveWalker { m: &mut network, f: &mut start });
        assert!(walk.is_ok());
        let device = Cpu::default();
        let y = match workload.loss {
            Loss::MeanSquaredError => targets(BATCH, OUT),
            Loss::Crossentropy => one_hot(&classes(BATCH), OUT),
        };
        Box::new(Self {
            workload,
            gradients: Some(network.alloc_grads()),
            optimizer: Adam::new(&network, AdamConfig { lr: 1e-3, ..AdamConfig::default() }),
            network,
            x: device.tensor_from_vec(inputs(BATCH, IN), (Const, Const)),
            y: device.tensor_from_vec(y, (Const, Const)),
            device,
        })
    }

    fn loss<Recording: Tape<f32, Cpu>>(
        &self,
        outputs: Matrix<BATCH, OUT, Recording>,
    ) -> Tensor<Rank0, f32, Cpu, Recording> {
        match self.workload.loss {
            Loss::MeanSquaredError => mse_loss(outputs, self.y.clone()),
            Loss::Crossentropy => cross_entropy_with_logits_loss(outputs, self.y.clone()),
        }
    }

    fn train(&mut self) {
        let gradients = self.gradients.take().expect("gradients, except during a step");
        let outputs = self.network.forward_mut(self.x.trace(gradients));
        let mut gradients = self.loss(outputs).backward();
        self.optimizer.update(&mut self.network, &gradients).expect("every parameter is used");
        self.network.zero_grads(&mut gradients);
        self.gradients = Some(gradients);
    }
}

impl<const BATCH: usize, const IN: usize, const OUT: usize, N> Peer for Model<BATCH, IN, OUT, N>
where
    N: TensorCollection<f32, Cpu> + 'static,
    N: Module<Matrix<BATCH, IN>, Output = Matrix<BATCH, OUT>>,
    N: ModuleMut<Matrix<BATCH, IN, Recorded>, Output = Matrix<BATCH, OUT, Recorded>>,
{
    fn run(&mut self, steps: usize) {
        match self.workload.task {
            Task::Training => {
                for _ in 0..steps {
                    self.train();
                }
            }
            Task::Latency => {
                let mut x = inputs(BATCH, IN);
                let first = x[0];
                for _ in 0..steps {
                    let input = self.device.tensor_from_vec(x.clone(), (Const, Const));
                    x[0] = first + 1e-3 * self.network.forward(input)[[0, 0]];
                }
            }
            Task::Throughput => {
                for _ in 0..steps {
                    black_box(self.network.forward(self.x.clone()));
                }
            }
        }
    }

    fn check(&mut self) -> f64 {
        let outputs = self.network.forward(self.x.clone());
        f64::from(match self.workload.task {
            Task::Training => self.loss(outputs).array(),
            Task::Latency | Task::Throughput => outputs[[0, 0]],
        })
    }
}

/// Visitor that sets the initial weights. It visits a layer's weights (outputs × inputs), then its bias.
struct Start {
    widths: &'static [usize],
    tensors: usize,
}

impl TensorVisitor<f32, Cpu> for Start {
    type Viewer = ViewTensorMut;
    type Err = CpuError;
    type E2 = f32;
    type D2 = Cpu;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, Cpu>,
        tensor: &mut Tensor<S, f32, Cpu>,
    ) -> Result<Option<Tensor<S, f32, Cpu>>, CpuError> {
        let layer = self.tensors / 2;
        let (inputs, outputs) = (self.widths[layer], self.widths[layer + 1]);
        if self.tensors % 2 == 0 {
            let weights = weights(layer, inputs, outputs);
            let transposed = (0..outputs).flat_map(|output| weights[output..].iter().step_by(outputs));
            tensor.copy_from(&transposed.copied().collect::<Vec<_>>());
        } else {
            tensor.copy_from(&vec![0.0; outputs]);
        }
        self.tensors += 1;
        Ok(None)
    }
}

fn one_hot(classes: &[usize], outputs: usize) -> Vec<f32> {
    classes.iter().flat_map(|&class| (0..outputs).map(move |output| f32::from(u8::from(output == class)))).collect()
}
