//! Checkpoints under other settings: another loss, optimizer option, schedule or clipping is an error that names it.

use mlp::optimizers::OptimizerState;
use mlp::prelude::*;
use mlp::weights::{LoadOptions, Mismatch, WeightsError};

sequential! { struct Net { Dense(2 => 4, tanh), Dense(4 => 1) } }
functional! {
    struct Heads {
        let x = Input(2);
        let a = Dense(2 => 1)(x);
        let b = Dense(2 => 1)(x);
        Model(x => (a, b))
    }
}

const X: [[f32; 2]; 4] = [[0.0, 1.0], [1.0, 0.5], [0.25, 0.75], [0.5, 0.0]];
const Y: [[f32; 1]; 4] = [[1.0], [0.5], [0.25], [0.0]];

fn saved<O, L: LossList<f32, Features<1>, Targets = Features<1>>>(optimizer: O, loss: L) -> Vec<u8>
where
    O: Optimizer + mlp::optimizers::Trains<Net, L, Optimizer = O>,
{
    let mut model = Net::new(1).compile(optimizer, loss);
    model.fit(&X, &Y, Fit::new().epochs(2).verbose(Verbose::Silent)).unwrap();
    model.to_bytes().unwrap()
}

/// Returns the names of the settings that differ.
fn differences(error: WeightsError) -> Vec<String> {
    let WeightsError::Mismatch { mismatches, .. } = error else { panic!("expected mismatches, found {error}") };
    let setting = |mismatch: Mismatch| match mismatch {
        Mismatch::Setting { setting, .. } => setting,
        other => panic!("expected a setting, found {other}"),
    };
    mismatches.into_iter().map(setting).collect()
}

/// One check: a checkpoint of `$saved`, loaded under `$compiled`.
macro_rules! rows {
    ($($name:ident: $saved:expr, $compiled:expr => $expected:expr;)*) => {$(
        #[test]
        fn $name() {
            let (saved_optimizer, saved_loss) = $saved;
            let bytes = saved(saved_optimizer, saved_loss);
            let (optimizer, loss) = $compiled;
            let mut model = Net::new(2).compile(optimizer, loss);
            let before = model.clone_network();
            let expected: &[&str] = &$expected;
            match model.load_bytes(&bytes) {
                Ok(epochs) => assert_eq!((epochs, expected), (2, &[][..])),
                Err(error) => {
                    assert_eq!(differences(error), expected);
                    assert_eq!(model.clone_network(), before, "the network has changed");
                    assert_eq!(model.load_bytes_with(&bytes, LoadOptions::new().accept_changes()).unwrap(), 2);
                }
            }
        }
    )*};
}

trait CloneNetwork {
    fn clone_network(&self) -> Vec<f32>;
}

impl<O: Optimizer, L> CloneNetwork for Compiled<Net, O, L> {
    fn clone_network(&self) -> Vec<f32> {
        self.as_slice().to_vec()
    }
}

fn adam() -> Adam {
    Adam::new(1e-3)
}

rows! {
    same: (adam(), MeanSquaredError), (adam(), MeanSquaredError) => [];
    same_schedule: (Adam::new(CosineDecay::new(1e-3, 50)), MeanSquaredError),
        (Adam::new(CosineDecay::new(1e-3, 50)), MeanSquaredError) => [];
    loss: (adam(), MeanSquaredError), (adam(), MeanAbsoluteError) => ["loss"];
    loss_option: (adam(), Huber::new()), (adam(), Huber::new().delta(2.0)) => ["loss"];
    rate: (adam(), MeanSquaredError), (Adam::new(2e-3), MeanSquaredError) => ["learning_rate"];
    rate_to_schedule: (adam(), MeanSquaredError),
        (Adam::new(CosineDecay::new(1e-3, 50)), MeanSquaredError) => ["learning_rate"];
    schedule: (Adam::new(CosineDecay::new(1e-3, 50)), MeanSquaredError),
        (Adam::new(CosineDecay::new(1e-3, 51)), MeanSquaredError) => ["learning_rate"];
    schedule_much_later: (Adam::new(PiecewiseConstantDecay::new([500_000], [1e-3, 1e-4])), MeanSquaredError),
        (Adam::new(PiecewiseConstantDecay::new([600_000], [1e-3, 1e-4])), MeanSquaredError) => ["learning_rate"];
    momentum_of_a_schedule: (Adam::new(OneCycle::new(1e-2, 100)), MeanSquaredError),
        (Adam::new(OneCycle::new(1e-2, 100).pct_start(0.5)), MeanSquaredError) => ["learning_rate"];
    option: (adam(), MeanSquaredError), (adam().beta_1(0.8), MeanSquaredError) => ["beta_1"];
    options: (adam().beta_1(0.8), MeanSquaredError), (adam().beta_2(0.9), MeanSquaredError) => ["beta_1", "beta_2"];
    clip: (adam(), MeanSquaredError), (adam().clipnorm(1.0), MeanSquaredError) => ["clip"];
    kind_of_clip: (adam().global_clipnorm(1.0), MeanSquaredError), (adam().clipvalue(1.0), MeanSquaredError) => ["clip"];
    decay: (adam(), MeanSquaredError), (adam().weight_decay(0.1), MeanSquaredError) => ["weight_decay"];
    nesterov: (Sgd::new(0.1).momentum(0.9), MeanSquaredError),
        (Sgd::new(0.1).momentum(0.9).nesterov(true), MeanSquaredError) => ["nesterov"];
    lbfgs: (Lbfgs::new(3), MeanSquaredError), (Lbfgs::new(4), MeanSquaredError) => ["max_iter"];
}

#[test]
fn message_names_both_values_and_the_way_out() {
    let bytes = saved(adam(), Huber::new().delta(2.0));
    let error = Net::new(0).compile(adam().clipnorm(0.5), MeanSquaredError).load_bytes(&bytes).unwrap_err().to_string();
    let expected = "\
        \n- clip: the model is compiled with clipnorm 0.5, the saved one was with none; \
        `load_with` and `LoadOptions::accept_changes` continue with that of the model\
        \n- loss: the model is compiled with mean_squared_error, the saved one was with huber(delta = 2.0); ";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn weights_of_several_losses_are_compared() {
    let compiled = |weights| Heads::new(0).compile(adam(), (MeanSquaredError, Huber::new())).loss_weights(weights);
    let bytes = compiled([1.0, 0.5]).to_bytes().unwrap();
    assert!(compiled([1.0, 0.5]).load_bytes(&bytes).is_ok());
    assert_eq!(differences(compiled([1.0, 1.0]).load_bytes(&bytes).unwrap_err()), ["loss_weights"]);
    let mut other = Heads::new(0).compile(adam(), (Huber::new(), MeanSquaredError)).loss_weights([1.0, 0.5]);
    assert_eq!(differences(other.load_bytes(&bytes).unwrap_err()), ["loss"]);
}

/// A rate that a callback has reduced is part of the state, not a difference. One that the program changes replaces it.
#[test]
fn accepted_rates_replace_reduced_ones() {
    let mut model = Net::new(1).compile(Sgd::new(0.1), MeanSquaredError);
    let reduce = LearningRateScheduler::new(|epoch, rate| if epoch == 0 { rate } else { 0.01 });
    model.fit(&X, &Y, Fit::new().epochs(2).callback(reduce).verbose(Verbose::Silent)).unwrap();
    let bytes = model.to_bytes().unwrap();
    let next_rate = |rate: f64, options: LoadOptions| {
        let mut model = Net::new(2).compile(Sgd::new(rate), MeanSquaredError);
        model.load_bytes_with(&bytes, options)?;
        let history = model.fit(
            &X,
            &Y,
            Fit::new().epochs(1).callback(LearningRateScheduler::new(|_, rate| rate)).verbose(Verbose::Silent),
        );
        Ok::<_, WeightsError>(history.unwrap().get("learning_rate").unwrap()[0])
    };
    let accept = LoadOptions::new().accept_changes();
    assert_eq!(next_rate(0.1, LoadOptions::new()).unwrap(), 0.01);
    assert_eq!(next_rate(0.1, accept).unwrap(), 0.01);
    assert_eq!(next_rate(0.5, accept).unwrap(), 0.5);
    assert_eq!(differences(next_rate(0.5, LoadOptions::new()).unwrap_err()), ["learning_rate"]);
}

/// A checkpoint of a custom loop has no loss; the optimizer is compared.
#[test]
fn custom_loops_compare_the_optimizer() {
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("loop.safetensors");
    let (mut network, mut rng) = (Net::new(0), Rng::new(0));
    OptimizerState::new(adam()).save(&network, &rng, 3, &path).unwrap();
    assert_eq!(OptimizerState::new(adam()).load(&mut network, &mut rng, &path).unwrap(), 3);
    let mut other = OptimizerState::new(adam().epsilon(1e-8));
    assert_eq!(differences(other.load(&mut network, &mut rng, &path).unwrap_err()), ["epsilon"]);
    let options = LoadOptions::new().accept_changes();
    assert_eq!(other.load_with(&mut network, &mut rng, &path, options).unwrap(), 3);
    assert_eq!(Net::new(0).compile(adam(), MeanSquaredError).load(&path).unwrap(), 3);
}
