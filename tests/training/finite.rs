//! A training that succeeds has finite weights, and a good checkpoint is never replaced by one that cannot be loaded.

use std::fs;
use std::path::PathBuf;

use mlp::optimizers::Lion;
use mlp::prelude::*;

sequential! { struct Net { Dense(2 => 4), Dense(4 => 1) } }
sequential! { struct Saturated { Dense(2 => 4, tanh), Dense(4 => 1, tanh) } }
sequential! { struct Normalized { BatchNormalization(2), Dense(2 => 1) } }

const X: [[f32; 2]; 2] = [[1.0, -2.0], [0.5, 1.0]];
const Y: [[f32; 1]; 2] = [[1.0], [0.0]];

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).verbose(Verbose::Silent)
}

fn is_finite<N: Network<Scalar = f32>>(network: &N) -> bool {
    network.as_slice().iter().all(|weight| weight.is_finite())
}

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("finite");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let _ = fs::remove_file(&path);
    path
}

/// Checks a training whose only step makes the weights infinite.
fn last_step<N: Network<Scalar = f32, Input = Features<2>, Output = Features<1>>>(optimizer: impl Optimizer + Clone) {
    let mut model = N::new(1).compile(optimizer.clone(), MeanSquaredError);
    let before = model.as_slice().to_vec();
    let error = model.fit(&X, &Y, fit(1)).expect_err("the weights are infinite");
    assert!(matches!(error, TrainingError::Diverged { epoch: 1, batch: 1, .. }), "{error}");
    assert_eq!(model.as_slice(), before);

    let mut model = N::new(1).compile(optimizer.clone(), MeanSquaredError);
    let error = model.train_on_batch(&X, &Y).expect_err("the weights are infinite");
    assert!(matches!(error, TrainingError::Diverged { .. }), "{error}");

    let mut model = N::new(1).compile(optimizer, MeanSquaredError);
    model.partial_fit([Ok::<_, TrainingError>((X, Y))]).expect_err("the weights are infinite");
    assert_eq!(model.as_slice(), before);
}

#[test]
fn a_last_step_that_overflows_is_an_error() {
    last_step::<Net>(Sgd::new(f64::from(f32::MAX)).momentum(0.5));
    last_step::<Net>(Sgd::new(1e39));
    last_step::<Net>(Adam::new(1e39));
    last_step::<Net>(Lion::new(1e39));
    // The loss and its gradient stay finite at infinite weights.
    last_step::<Saturated>(Lion::new(1e39));
}

#[test]
fn large_inputs_of_a_batch_normalization() {
    let x: Vec<[f32; 2]> = (0..64).map(|row| [if row % 2 == 0 { 2e19 } else { -2e19 }, row as f32]).collect();
    let y: Vec<[f32; 1]> = (0..64).map(|row| [row as f32]).collect();
    let mut model = Normalized::new(1).compile(Adam::new(1e-3), MeanSquaredError);
    let result = model.fit(&x, &y, fit(2));
    assert!(is_finite(&*model), "{:?} with {:?}", result.map(|history| history.loss().to_vec()), model.as_slice());
}

#[test]
fn invalid_options_are_rejected_before_the_first_step() {
    fn message(optimizer: impl Optimizer) -> String {
        let mut model = Net::new(1).compile(optimizer, MeanSquaredError);
        let before = model.as_slice().to_vec();
        let error = model.fit(&X, &Y, fit(1)).expect_err("an invalid option");
        assert_eq!(model.train_on_batch(&X, &Y).expect_err("an invalid option"), error);
        assert_eq!(model.as_slice(), before);
        error.to_string()
    }
    for rate in [f64::NAN, f64::INFINITY, -1.0] {
        let expected = format!("`Sgd` has learning_rate = {rate}, expected a finite value of at least 0");
        assert_eq!(message(Sgd::new(rate)), expected);
        assert_eq!(message(Sgd::new(move |_: u64| rate)), expected);
    }
    assert_eq!(message(Adam::default().beta_1(1.0)), "`Adam` has beta_1 = 1, expected a value in [0, 1)");
    assert_eq!(message(Adam::default().beta_2(-1.0)), "`Adam` has beta_2 = -1, expected a value in [0, 1)");
    assert_eq!(message(RmsProp::default().rho(2.0)), "`RmsProp` has rho = 2, expected a value in [0, 1)");
    let expected = "`Adam` has global_clipnorm = NaN, expected a finite value of at least 0";
    assert_eq!(message(Adam::default().global_clipnorm(f64::NAN)), expected);
    let expected = "`AdamW` has weight_decay = -0.1, expected a finite value of at least 0";
    assert_eq!(message(AdamW::default().weight_decay(-0.1)), expected);
    assert_eq!(message(Adam::default().ema(1.5)), "`Adam` has ema_momentum = 1.5, expected a value in [0, 1)");
}

#[test]
fn invalid_options_of_losses_are_rejected() {
    fn message<L: mlp::losses::Loss<f32, Features<1>, Targets = Features<1>>>(loss: L) -> String {
        let mut model = Net::new(1).compile(Sgd::default(), loss);
        model.fit(&X, &Y, fit(1)).expect_err("an invalid option").to_string()
    }
    assert_eq!(message(Huber::new().delta(-1.0)), "`huber` has delta = -1, expected a finite value above 0");
    let smoothed = BinaryCrossentropy::new().label_smoothing(1.0);
    assert_eq!(message(smoothed), "`binary_crossentropy` has label_smoothing = 1, expected a value in [0, 1)");
}

/// A learning rate that becomes invalid stops the training, and the last good checkpoint remains.
#[test]
fn a_rate_that_becomes_invalid_keeps_the_checkpoint() {
    for bad in [f64::NAN, f64::INFINITY, -0.1] {
        let path = path("rate.safetensors");
        let checkpoint = || ModelCheckpoint::new(path.to_str().unwrap()).resumable();
        let mut model = Net::new(1).compile(Sgd::new(0.01), MeanSquaredError);
        let change = |status: &mut Status| {
            if status.epoch() == 2 {
                status.set_learning_rate(bad);
            }
        };
        let error = model.fit(&X, &Y, fit(5).on_epoch_end(change).callback(checkpoint())).expect_err("no such rate");
        assert!(error.to_string().contains("learning_rate"), "{error}");
        assert!(is_finite(&*model));
        let mut other = Net::new(2).compile(Sgd::new(0.01), MeanSquaredError);
        other.load(&path).unwrap_or_else(|error| panic!("{bad}: {error}"));
    }
}

/// Files that `load` would reject are not written.
#[test]
fn weights_that_are_not_finite_are_not_saved() {
    let path = path("weights.safetensors");
    let mut model = Net::new(1).compile(Adam::default(), MeanSquaredError);
    model.fit(&X, &Y, fit(1)).unwrap();
    model.save(&path).unwrap();
    let good = fs::read(&path).unwrap();
    for bad in [f32::NAN, f32::INFINITY] {
        model.dense_1.weights[(2, 1)] = bad;
        let expected = format!("tensor \"dense_1.weights\": index [2, 1]: expected a finite value, found {bad}");
        assert!(model.save(&path).unwrap_err().to_string().contains(&expected), "{expected}");
        assert!(model.save_weights(&path).unwrap_err().to_string().contains(&expected), "{expected}");
        let error = model.save_onnx(path.with_extension("onnx")).unwrap_err();
        assert_eq!(error.to_string(), format!("expected finite weights, found {bad}"));
    }
    assert_eq!(fs::read(&path).unwrap(), good);
    assert!(!path.with_extension("onnx").exists());
}

#[test]
fn class_weights_of_classes_that_cannot_occur() {
    let y = [[1.0_f32, 0.0], [0.0, 1.0]];
    let mut model = sequential![Dense(2 => 2)].compile(Sgd::default(), CategoricalCrossentropy::new());
    let error = model.fit(&X, &y, fit(1).class_weight([(7, 2.0)])).expect_err("there are two classes");
    assert_eq!(error.to_string(), "class_weight has class 7, expected a class below 2");
    let error = model.fit(&X, &y, fit(1).class_weight([(1, 2.0), (1, 3.0)])).expect_err("two weights");
    assert_eq!(error.to_string(), "class_weight has class 1 twice");
}
