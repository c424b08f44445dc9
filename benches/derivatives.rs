//! Cost of derivatives, compared with a training step of the same network and batch: `cargo bench --bench derivatives`.
//!
//! - `vjp`: a forward pass, and a backward pass to the parameters and to the inputs.
//! - `input-gradient`: the same without the gradient with respect to the parameters.
//! - `jacobian`: the derivative of every output by every input, of every sample.
//! - `poisson-64x3`, `burgers-20x8`, `allen-cahn-128x4`: a training step on an equation, whose values travel with three
//!   derivatives, so there are four streams.
//!
//! Both alternate in one run; the ratio is the median of the ratios of neighboring blocks, per stream. `-- --json` prints one
//! object per line, `-- --quick` only shows that it works.

use std::f64::consts::PI;
use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use mlp::residuals::Residual;
use mlp::training::BatchShape;
use nalgebra::{Const, Dyn, OMatrix};

sequential! { struct Small { Dense(3 => 64, tanh), Dense(64 => 5) } }
sequential! { struct SmallDouble: f64 { Dense(3 => 64, tanh), Dense(64 => 5) } }
sequential! { struct Wide { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }
sequential! { struct WideDouble: f64 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }

macro_rules! plane {
    ($($name:ident $double:ident { $($layer:tt)* })*) => {$(
        sequential! { struct $name { $($layer)* } }
        sequential! { struct $double: f64 { $($layer)* } }
    )*};
}

plane! {
    Wide3 Wide3Double {
        Dense(2 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 1)
    }
    Narrow8 Narrow8Double {
        Dense(2 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh),
        Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 1)
    }
    Wider4 Wider4Double {
        Dense(2 => 128, tanh), Dense(128 => 128, tanh), Dense(128 => 128, tanh), Dense(128 => 128, tanh), Dense(128 => 1)
    }
}

residual! {
    /// −Δu = f.
    struct Poisson;
    (x, y) -> u { laplacian(u) + 2.0 * PI * PI * (PI * x).sin() * (PI * y).sin() }
}

residual! {
    /// u_t + u u_x = ν u_xx.
    struct Burgers;
    (x, t) -> u { u.t + u * u.x - 0.01 / PI * u.xx }
}

residual! {
    /// u_t = 10⁻⁴ u_xx + 5 (u − u³).
    struct AllenCahn;
    (x, t) -> u { u.t - 1e-4 * u.xx + 5.0 * (u.powi(3) - u) }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let quick = asked("--quick");
    let bench = Bench {
        json: asked("--json"),
        block: Duration::from_millis(if quick { 2 } else { 50 }),
        blocks: if quick { 3 } else { 31 },
    };
    if !bench.json {
        println!("{:30} {:>12} {:>12} {:>8}", "", "µs", "a step, µs", "ratio");
    }
    bench.network::<Small, 3, 5>("3-64-5", 128);
    bench.network::<SmallDouble, 3, 5>("3-64-5", 128);
    bench.network::<Wide, 17, 6>("17-64-64-6", 256);
    bench.network::<WideDouble, 17, 6>("17-64-64-6", 256);
    bench.equation::<Wide3, _>("poisson-64x3", Poisson, 1024);
    bench.equation::<Wide3Double, _>("poisson-64x3", Poisson, 1024);
    bench.equation::<Narrow8, _>("burgers-20x8", Burgers, 2540);
    bench.equation::<Narrow8Double, _>("burgers-20x8", Burgers, 2540);
    bench.equation::<Wider4, _>("allen-cahn-128x4", AllenCahn, 4096);
    bench.equation::<Wider4Double, _>("allen-cahn-128x4", AllenCahn, 4096);
}

struct Bench {
    json: bool,
    block: Duration,
    blocks: usize,
}

impl Bench {
    /// Measures all derivatives of one network.
    fn network<N, const IN: usize, const OUT: usize>(&self, widths: &str, samples: usize)
    where
        N: Network<Input = Features<IN>, Output = Features<OUT>>,
        OMatrix<N::Scalar, Dyn, Const<IN>>: Data<N::Scalar, Features<IN>>,
        OMatrix<N::Scalar, Dyn, Const<OUT>>: Data<N::Scalar, Features<OUT>>,
        Features<IN>: BatchShape<Batch<N::Scalar> = OMatrix<N::Scalar, Dyn, Const<IN>>>,
        Features<OUT>: BatchShape<Batch<N::Scalar> = OMatrix<N::Scalar, Dyn, Const<OUT>>>,
    {
        let wave = |row: usize, column: usize| N::Scalar::from_f64((row as f64 * 0.37 + column as f64 * 1.3).sin());
        let x = OMatrix::<N::Scalar, Dyn, Const<IN>>::from_fn(samples, wave);
        let y = OMatrix::<N::Scalar, Dyn, Const<OUT>>::from_fn(samples, wave);
        let network = N::new(0);
        let mut tape = network.tape().training(false);
        let mut model = N::new(0).compile(Adam::default(), MeanSquaredError);
        let mut step = |count: usize| {
            let fit = Fit::new().epochs(count).batch_size(samples).shuffle(false).verbose(Verbose::Silent);
            black_box(model.fit(&x, &y, fit).expect("the data is finite"));
        };
        let mut vjp = |count: usize| {
            for _ in 0..count {
                let pass = tape.forward(&network, black_box(&x)).expect("the data is finite");
                black_box(pass.backward_with_input(&y).expect("the data is finite"));
            }
        };
        self.compare::<N>(&format!("vjp-{widths}"), &mut vjp, &mut step);
        let mut input_gradient = |count: usize| {
            for _ in 0..count {
                let pass = tape.forward(&network, black_box(&x)).expect("the data is finite");
                black_box(pass.input_gradient(&y).expect("the data is finite"));
            }
        };
        self.compare::<N>(&format!("input-gradient-{widths}"), &mut input_gradient, &mut step);
        let mut jacobians = Vec::new();
        let mut jacobian = |count: usize| {
            for _ in 0..count {
                tape.jacobian(&network, black_box(&x), &mut jacobians).expect("the data is finite");
                black_box(&mut jacobians);
            }
        };
        self.compare::<N>(&format!("jacobian-{widths}"), &mut jacobian, &mut step);
    }

    /// Measures a training step on an equation, and a plain step on as many samples.
    fn equation<N, R>(&self, workload: &str, residual: R, samples: usize)
    where
        N: Network<Input = Features<2>, Output = Features<1>> + TwiceDifferentiable,
        R: Residual<Input = Features<2>, Output = Features<1>>,
        OMatrix<N::Scalar, Dyn, Const<2>>: Data<N::Scalar, Features<2>>,
        OMatrix<N::Scalar, Dyn, Const<1>>: Data<N::Scalar, Features<1>>,
    {
        let place = |row: usize, column: usize| N::Scalar::from_f64((row as f64 * [0.618, 0.755][column]).fract());
        let x = OMatrix::<N::Scalar, Dyn, Const<2>>::from_fn(samples, place);
        let y = OMatrix::<N::Scalar, Dyn, Const<1>>::from_fn(samples, |row, _| place(row, 0));
        let streams = 1 + R::DIRECTIONS.len() + R::SECOND.len();
        let term = Term::uniform(residual, [(0.0, 1.0); 2], samples);
        let mut equation = N::new(0).compile_residuals(Adam::new(1e-3), term);
        let mut plain = N::new(0).compile(Adam::new(1e-3), MeanSquaredError);
        let mut solve = |count: usize| {
            let fit = Fit::new().epochs(count).verbose(Verbose::Silent);
            black_box(equation.solve(fit).expect("the residuals are finite"));
        };
        let mut step = |count: usize| {
            let fit = Fit::new().epochs(count).batch_size(samples).shuffle(false).verbose(Verbose::Silent);
            black_box(plain.fit(&x, &y, fit).expect("the data is finite"));
        };
        self.compare_streams::<N>(workload, streams, &mut solve, &mut step);
    }

    fn compare<N: Network>(&self, workload: &str, ours: &mut dyn FnMut(usize), step: &mut dyn FnMut(usize)) {
        self.compare_streams::<N>(workload, 1, ours, step);
    }

    fn compare_streams<N: Network>(
        &self,
        workload: &str,
        streams: usize,
        ours: &mut dyn FnMut(usize),
        step: &mut dyn FnMut(usize),
    ) {
        let mut count = 1;
        while time(ours, count) < self.block.as_secs_f64() {
            count *= 2;
        }
        time(step, count);
        let (mut of_ours, mut of_steps, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.blocks {
            let (derivative, step) = (time(ours, count), time(step, count));
            of_ours.push(1e6 * derivative / count as f64);
            of_steps.push(1e6 * step / count as f64);
            ratios.push(derivative / (streams as f64 * step));
        }
        let dtype = if size_of::<N::Scalar>() == 4 { "f32" } else { "f64" };
        let (micros, step_micros, ratio) = (median(of_ours), median(of_steps), median(ratios));
        if self.json {
            println!(
                "{{\"workload\":\"{workload}\",\"dtype\":\"{dtype}\",\"us_per_step\":{micros:.4},\
                 \"plain_us_per_step\":{step_micros:.4},\"streams\":{streams},\"ratio\":{ratio:.4}}}"
            );
        } else {
            println!("{:30} {micros:12.2} {step_micros:12.2} {ratio:8.3}", format!("{workload} {dtype}"));
        }
    }
}

/// Returns the seconds of `count` runs.
fn time(run: &mut dyn FnMut(usize), count: usize) -> f64 {
    let start = Instant::now();
    run(count);
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
