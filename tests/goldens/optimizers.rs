//! Optimizers, their options and schedules compared with Keras and PyTorch. `optimizers.py` writes the files.

use mlp::Scalar;
use mlp::layers::Module;
use mlp::optimizers::Schedule;
use mlp::prelude::*;

use crate::golden::{Golden, mixed_difference, relative_difference};

/// A kernel of 3 × 2 and a bias of 2, as in the files. The row-major kernel is the column-major `weights`.
type Small<T> = Dense<3, 2, mlp::activations::identity, T>;

/// Applies the gradients of the files and compares the parameters where the file has them.
fn check<N: Module>(file: &str, name: &str, optimizer: impl Optimizer, tolerance: f64) {
    let (golden, given) = (Golden::read(file), Golden::read("optimizers_float64"));
    let scalars = |values: &[f64]| values.iter().map(|&number| N::Scalar::from_f64(number)).collect::<Vec<_>>();
    let (mut network, mut gradient) = (N::zeroed(), N::zeroed());
    network.as_mut_slice().copy_from_slice(&scalars(given.get("start")));
    let mut state = OptimizerState::new(optimizer);
    let mut compared = 0;
    let mut compare = |part: &str, network: &N| {
        let Some(expected) = golden.find(&format!("{name}.{part}")) else { return };
        let ours: Vec<_> = network.as_slice().iter().map(|number| number.to_f64()).collect();
        let difference = mixed_difference(&ours, expected);
        assert!(difference <= tolerance, "{file}: {name} differs by {difference:e} after {part} gradients");
        compared += 1;
    };
    for (step, values) in given.get("gradients").chunks(N::COUNT).enumerate() {
        gradient.as_mut_slice().copy_from_slice(&scalars(values));
        state.step(&mut network, &mut gradient);
        compare(&(step + 1).to_string(), &network);
    }
    if let Some(average) = state.average() {
        compare("average", average);
    }
    let expected = if state.average().is_some() { 5 } else { 4 };
    assert_eq!(compared, expected, "{file} has no `{name}`");
}

macro_rules! optimizers {
    ($($name:ident = $optimizer:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn double() {
                check::<Small<f64>>("optimizers_float64", stringify!($name), $optimizer, 1e-9);
            }
            #[test]
            fn single() {
                check::<Small<f32>>("optimizers_float32", stringify!($name), $optimizer, 1e-5);
            }
        }
    )*};
}

optimizers! {
    sgd = Sgd::default();
    sgd_momentum = Sgd::default().momentum(0.9);
    sgd_nesterov = Sgd::new(0.01).momentum(0.9).nesterov(true);
    rmsprop = RmsProp::default();
    rmsprop_momentum = RmsProp::default().rho(0.8).momentum(0.7);
    rmsprop_centered = RmsProp::default().centered(true);
    rmsprop_centered_momentum = RmsProp::default().centered(true).momentum(0.9).epsilon(1e-5);
    adam = Adam::default();
    adam_amsgrad = Adam::default().amsgrad(true).beta_2(0.9);
    adamw = AdamW::default();
    adamw_amsgrad = AdamW::new(1e-3).amsgrad(true).weight_decay(0.1);
    adamax = Adamax::default();
    nadam = Nadam::default();
    adagrad = Adagrad::default();
    adadelta = Adadelta::new(1.0);
    ftrl = Ftrl::default();
    ftrl_all = Ftrl::new(0.05)
        .learning_rate_power(-0.7)
        .initial_accumulator_value(0.2)
        .l1_regularization_strength(0.3)
        .l2_regularization_strength(0.02)
        .l2_shrinkage_regularization_strength(0.01)
        .beta(0.1);
    lion = Lion::default();
    clipnorm = Sgd::default().clipnorm(1.0);
    clipvalue = Sgd::default().clipvalue(0.5);
    global_clipnorm = Sgd::default().global_clipnorm(1.0);
    weight_decay = Sgd::default().momentum(0.9).weight_decay(0.1);
    ema = Adam::default().ema(0.9);
    ema_overwrite = Adam::default().ema(0.9).ema_overwrite_frequency(7);
    accumulation = Adam::default().gradient_accumulation_steps(4);
    accumulation_everything =
        Adam::default().ema(0.9).weight_decay(0.1).global_clipnorm(0.5).gradient_accumulation_steps(4);
    scheduled = Adam::new(ExponentialDecay::new(0.01, 20, 0.5));
    scheduled_accumulation = Sgd::new(ExponentialDecay::new(0.01, 20, 0.5)).gradient_accumulation_steps(3);
}

/// A step on four accumulated batches is a step on one large batch. Schedules count batches.
#[test]
fn accumulated_batches_are_one_large_batch() {
    let x = linspace(0.0, 6.0, 80);
    let y = x.map(f64::sin);
    let train = |optimizer: Adam, batch_size, epochs| {
        let network = sequential![f64; Dense(1 => 6, tanh), Dense(6 => 1)].seed(3);
        let mut model = network.compile(optimizer, MeanSquaredError);
        let fit = Fit::new().epochs(epochs).batch_size(batch_size).shuffle(false).verbose(Verbose::Silent);
        model.fit(&x, &y, fit).expect("finite data");
        model.as_slice().to_vec()
    };
    let large = train(Adam::new(0.01), 80, 30);
    let small = train(Adam::new(0.01).gradient_accumulation_steps(4), 20, 30);
    assert!(mixed_difference(&small, &large) < 1e-12);
    assert_eq!(train(Adam::new(0.01).gradient_accumulation_steps(7), 20, 1), train(Adam::new(0.0), 20, 1));
}

/// EMA changes the final weights, not the training.
#[test]
fn fit_ends_with_the_average() {
    let x = linspace(0.0, 6.0, 80);
    let y = x.map(f64::sin);
    let fit = || Fit::new().epochs(5).batch_size(20).shuffle(false).verbose(Verbose::Silent);
    let compile = |adam| sequential![f64; Dense(1 => 6, tanh), Dense(6 => 1)].seed(3).compile(adam, MeanSquaredError);
    let (mut plain, mut averaged) = (compile(Adam::new(0.01)), compile(Adam::new(0.01).ema(0.9)));
    let history = plain.fit(&x, &y, fit()).expect("finite data");
    assert_eq!(averaged.fit(&x, &y, fit()).expect("finite data"), history);
    assert_ne!(averaged.as_slice(), plain.as_slice());
    let average = averaged.optimizer_state().average().expect("there is one").as_slice().to_vec();
    assert_eq!(averaged.as_slice(), average);
    assert!(mixed_difference(averaged.as_slice(), plain.as_slice()) < 0.5);
}

macro_rules! schedules {
    ($($name:ident = $schedule:expr;)*) => {
        mod schedules {
            use super::*;
            $(
                #[test]
                fn $name() {
                    let (golden, schedule) = (Golden::read("schedules"), $schedule);
                    let rates = golden.get("steps").iter().map(|&step| schedule.learning_rate(step as u64));
                    let difference =
                        relative_difference(&rates.collect::<Vec<_>>(), golden.get(stringify!($name)));
                    assert!(difference <= 1e-9, "{} differs by {difference:e}", stringify!($name));
                    let Some(golden_momenta) = golden.find(concat!(stringify!($name), ".momentum")) else { return };
                    let momenta = golden.get("steps").iter().map(|&step| schedule.momentum(step as u64).expect("one"));
                    let difference = relative_difference(&momenta.collect::<Vec<_>>(), golden_momenta);
                    assert!(difference <= 1e-9, "the momentum of {} differs by {difference:e}", stringify!($name));
                }
            )*
        }
    };
}

schedules! {
    exponential = ExponentialDecay::new(0.1, 30, 0.5);
    exponential_staircase = ExponentialDecay::new(0.1, 30, 0.5).staircase(true);
    inverse_time = InverseTimeDecay::new(0.1, 30, 0.5);
    inverse_time_staircase = InverseTimeDecay::new(0.1, 30, 0.5).staircase(true);
    polynomial = PolynomialDecay::new(0.1, 100);
    polynomial_power = PolynomialDecay::new(0.1, 100).end_learning_rate(0.01).power(0.5);
    polynomial_cycle = PolynomialDecay::new(0.1, 30).end_learning_rate(0.01).power(2.0).cycle(true);
    piecewise_constant = PiecewiseConstantDecay::new([10, 70], [0.1, 0.05, 0.01]);
    cosine = CosineDecay::new(0.1, 100);
    cosine_alpha = CosineDecay::new(0.1, 100).alpha(0.1);
    cosine_warmup = CosineDecay::new(0.01, 100).alpha(0.1).warmup(0.1, 30);
    cosine_warmup_from_zero = LinearWarmup::new(30, CosineDecay::new(0.1, 100));
    restarts = CosineDecayRestarts::new(0.1, 10);
    restarts_equal = CosineDecayRestarts::new(0.1, 10).t_mul(1.0).m_mul(0.9).alpha(0.1);
    restarts_shrinking = CosineDecayRestarts::new(0.1, 10).t_mul(1.5).m_mul(0.5);
    one_cycle = OneCycle::new(0.1, 100).cycle_momentum(0.85, 0.95);
    one_cycle_linear = OneCycle::new(0.1, 100).linear(true).pct_start(0.2).cycle_momentum(0.85, 0.95);
    one_cycle_three_phases = OneCycle::new(0.1, 150).three_phase(true).div_factor(10.0).final_div_factor(100.0).cycle_momentum(0.85, 0.95);
}

/// A schedule with a constant momentum.
#[derive(Clone)]
struct Steady(f64);

impl Schedule for Steady {
    fn learning_rate(&self, _step: u64) -> f64 {
        0.01
    }
    fn momentum(&self, _step: u64) -> Option<f64> {
        Some(self.0)
    }
}

/// A scheduled momentum replaces the optimizer's, also after a warm-up.
#[test]
fn a_schedule_sets_the_momentum() {
    fn run(optimizer: impl Optimizer) -> Vec<f64> {
        let x = linspace(0.0, 1.0, 20);
        let network = sequential![f64; Dense(1 => 4, tanh), Dense(4 => 1)].seed(1);
        let mut model = network.compile(optimizer, MeanSquaredError);
        model
            .fit(&x, &x.map(f64::exp), Fit::new().epochs(20).batch_size(20).verbose(Verbose::Silent))
            .expect("finite data");
        model.as_slice().to_vec()
    }
    let cycle = || OneCycle::new(0.01, 20).cycle_momentum(0.5, 0.95);
    macro_rules! check {
        ($($optimizer:ident $field:ident),*) => {$(
            let expected = run($optimizer::new(0.01).$field(0.7));
            assert_eq!(run($optimizer::new(Steady(0.7))), expected, stringify!($optimizer));
            assert_eq!(run($optimizer::new(LinearWarmup::new(0, Steady(0.7)))), expected, stringify!($optimizer));
            assert_ne!(run($optimizer::new(cycle())), run($optimizer::new(OneCycle::new(0.01, 20))));
        )*};
    }
    check!(Sgd momentum, RmsProp momentum, Adam beta_1, AdamW beta_1, Adamax beta_1, Nadam beta_1);
    // Computed by hand: one parameter, two steps with a gradient of 1.
    let mut layer = mlp::layers::PRelu::<1, f64>::zeroed();
    let mut state = OptimizerState::new(Sgd::new(cycle()));
    for _ in 0..2 {
        let mut ones = layer.clone();
        ones.alpha[0] = 1.0;
        state.step(&mut layer, &mut ones);
    }
    let (rates, momentum) = ([0, 1].map(|step| cycle().learning_rate(step)), cycle().momentum(1).expect("one"));
    let expected = -rates[0] + momentum * -rates[0] - rates[1];
    assert!((layer.alpha[0] - expected).abs() < 1e-15, "{} is not {expected}", layer.alpha[0]);
}
