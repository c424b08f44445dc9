//! Checkpoints: a resumed training is bit-identical to one that never stopped.

use std::fs;
use std::path::PathBuf;

use mlp::Memory;
use mlp::layers::Module;
use mlp::optimizers::{LearningRate, OptimizerConfig, Step};
use mlp::prelude::*;
use mlp::weights::{Mismatch, WeightsError};
use nalgebra::{Const, Dyn, OMatrix};

sequential! {
    struct Net {
        Dense(3 => 8, tanh, l2 = 1e-4),
        BatchNormalization(8),
        Dropout(8, rate = 0.25),
        Dense(8 => 5, relu, max_norm = 1.0),
        Dense(5 => 1),
    }
}

// No random layers: L-BFGS evaluates the loss several times per step.
sequential! { struct Plain { Dense(3 => 8, tanh), Dense(8 => 1) } }

type Samples<const N: usize> = OMatrix<f32, Dyn, Const<N>>;

fn data() -> (Samples<3>, Samples<1>) {
    let x = Samples::<3>::from_fn(37, |row, column| ((row * 5 + column * 3) as f32 * 0.37).sin());
    let y = Samples::<1>::from_fn(37, |row, _| x[(row, 0)] * x[(row, 1)] + x[(row, 2)].cos());
    (x, y)
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("checkpoint").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).batch_size(8).seed(3).verbose(Verbose::Silent)
}

fn bits<N: Network<Scalar = f32>>(network: &N) -> Vec<u32> {
    network.as_slice().iter().map(|number| number.to_bits()).collect()
}

/// Trains for six epochs with a checkpoint after each, and resumes from each checkpoint.
fn resumes<N: Network<Scalar = f32, Input = Features<3>, Output = Features<1>>, O: Optimizer>(
    name: &str,
    optimizer: impl Fn() -> O,
) {
    let ((x, y), folder) = (data(), folder(name));
    let compiled = |seed| N::new(seed).compile(optimizer(), MeanSquaredError).metrics((MeanAbsoluteError,));
    let path = folder.join("{epoch}.safetensors");
    let mut whole = compiled(1);
    let checkpoint = ModelCheckpoint::new(path.to_str().unwrap()).resumable();
    let history = whole.fit(&x, &y, fit(6).callback(checkpoint)).unwrap();
    for done in 1..=6 {
        let mut later = compiled(2);
        assert_eq!(later.load(folder.join(format!("{done}.safetensors"))).unwrap(), done);
        let more = later.fit(&x, &y, fit(6).initial_epoch(done)).unwrap();
        assert_eq!(more.loss(), &history.loss()[done..], "{name}: the losses after {done} epochs");
        assert_eq!(bits(&*later), bits(&*whole), "{name}: the weights after {done} epochs and more");
    }
}

macro_rules! optimizers {
    ($($name:ident: $optimizer:expr;)*) => {$(
        #[test]
        fn $name() {
            resumes::<Net, _>(stringify!($name), || $optimizer);
        }
    )*};
}

optimizers! {
    adadelta: Adadelta::new(1.0);
    adagrad: Adagrad::new(0.1);
    adam: Adam::new(0.01);
    adam_amsgrad: Adam::new(0.01).amsgrad(true);
    adam_with_everything: AdamW::new(CosineDecay::new(1e-2, 40)).global_clipnorm(0.5).ema(0.9).ema_overwrite_frequency(7)
        .gradient_accumulation_steps(3);
    adamax: Adamax::new(0.01);
    ftrl: Ftrl::new(0.1);
    lion: Lion::new(0.001);
    nadam: Nadam::new(0.01);
    one_cycle: Sgd::new(OneCycle::new(0.1, 30)).momentum(0.9).nesterov(true);
    rmsprop_centered: RmsProp::new(0.01).centered(true).momentum(0.5);
    sgd: Sgd::new(0.05);
    sgd_average: Sgd::new(0.05).ema(0.5);
}

#[test]
fn lbfgs() {
    let ((x, y), folder) = (data(), folder("lbfgs"));
    let compiled = |seed| Plain::new(seed).compile(Lbfgs::new(3).history_size(4), MeanSquaredError);
    let fit = |epochs| Fit::new().epochs(epochs).batch_size(37).verbose(Verbose::Silent);
    let path = folder.join("{epoch}.safetensors");
    let mut whole = compiled(1);
    whole.fit(&x, &y, fit(6).callback(ModelCheckpoint::new(path.to_str().unwrap()).resumable())).unwrap();
    for done in 1..6 {
        let mut later = compiled(2);
        assert_eq!(later.load(folder.join(format!("{done}.safetensors"))).unwrap(), done);
        later.fit(&x, &y, fit(6).initial_epoch(done)).unwrap();
        assert_eq!(bits(&*later), bits(&*whole), "after {done} epochs");
    }
}

#[test]
fn a_changed_learning_rate_is_kept() {
    let ((x, y), folder) = (data(), folder("learning_rate"));
    let mut model = Plain::new(0).compile(Adam::new(0.1), MeanSquaredError);
    let plateau = ReduceLrOnPlateau::new("loss").patience(0).min_delta(10.0).factor(0.5);
    model.fit(&x, &y, fit(4).callback(plateau)).unwrap();
    let rate = model.optimizer_state().learning_rate();
    assert!(rate < 0.1);
    model.save(folder.join("model.safetensors")).unwrap();
    let mut later = Plain::new(0).compile(Adam::new(0.1), MeanSquaredError);
    assert_eq!(later.load(folder.join("model.safetensors")).unwrap(), 4);
    assert_eq!(later.optimizer_state().learning_rate(), rate);
    assert_eq!(later.optimizer_state().batches(), model.optimizer_state().batches());
}

/// The last digit of a cosine depends on the system, so a schedule is compared with a tolerance.
#[test]
fn a_schedule_is_kept_if_only_the_last_digit_of_its_rate_differs() {
    let ((x, y), folder) = (data(), folder("schedule"));
    let path = folder.join("model.safetensors");
    let compiled = |rate: LearningRate| Plain::new(0).compile(Adam::new(rate), MeanSquaredError);
    for (rate, near, changes) in [
        (LearningRate::from(CosineDecay::new(0.1, 50)), true, true),
        (LearningRate::from(CosineDecay::new(0.1, 50)), false, false),
        (LearningRate::from(0.1), true, false),
    ] {
        let mut model = compiled(rate.clone());
        model.fit(&x, &y, fit(2)).unwrap();
        let saved = model.optimizer_state().learning_rate();
        let other = if near { f64::from_bits(saved.to_bits() + 1) } else { 0.5 * saved };
        model.save(&path).unwrap();
        let (bytes, text) = (fs::read(&path).unwrap(), |rate: f64| format!("\"learning_rate\":\"{rate:?}\""));
        let (old, new) = (text(saved), text(other));
        let start = bytes.windows(old.len()).position(|window| window == old.as_bytes()).unwrap();
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) + new.len() as u64 - old.len() as u64;
        let changed = [&length.to_le_bytes(), &bytes[8..start], new.as_bytes(), &bytes[start + old.len()..]].concat();
        let mut later = compiled(rate);
        later.load_bytes(&changed).unwrap();
        let (now, steps) = (later.optimizer_state().learning_rate(), later.optimizer_state().batches());
        assert_eq!(now, if changes { saved } else { other });
        assert_eq!(later.optimizer().config().learning_rate.at(steps + 5) != now, changes);
    }
}

/// A callback's request is in the file, although it takes effect after all callbacks.
#[test]
fn a_requested_learning_rate_is_kept() {
    let ((x, y), folder) = (data(), folder("plateau"));
    let path = folder.join("{epoch}.safetensors");
    // The rate falls in every epoch, independent of the callback's state.
    let plateau = || ReduceLrOnPlateau::new("loss").patience(0).min_delta(10.0).factor(0.5);
    let compiled = |seed| Net::new(seed).compile(Adam::new(0.1), MeanSquaredError);
    let mut whole = compiled(1);
    let checkpoint = ModelCheckpoint::new(path.to_str().unwrap()).resumable();
    whole.fit(&x, &y, fit(5).callback(plateau()).callback(checkpoint)).unwrap();
    let mut later = compiled(2);
    let done = later.load(folder.join("2.safetensors")).unwrap();
    assert_eq!(later.optimizer_state().learning_rate(), 0.1 * 0.5);
    // The first epoch always counts as an improvement.
    let mut first = true;
    let halve = |status: &mut Status| {
        if !core::mem::take(&mut first) || done > 0 {
            status.set_learning_rate(0.5 * status.learning_rate());
        }
    };
    later.fit(&x, &y, fit(5).initial_epoch(done).on_epoch_end(halve)).unwrap();
    assert_eq!(bits(&*later), bits(&*whole));
}

/// The state of callbacks is resumed: the learning rate falls and training stops in the same epochs.
#[test]
fn callbacks_resume_waiting() {
    let ((x, y), folder) = (data(), folder("callbacks"));
    let path = folder.join("{epoch}.safetensors");
    let compiled = |seed| Plain::new(seed).compile(Adam::new(0.05), MeanSquaredError);
    let callbacks = || {
        let plateau = ReduceLrOnPlateau::new("loss").patience(3).cooldown(2).factor(0.5).min_delta(0.02);
        let stopping = EarlyStopping::new("loss").patience(9).min_delta(0.01);
        let best = ModelCheckpoint::new(folder.join("best.st").to_str().unwrap()).monitor("loss").save_best_only(true);
        (plateau, stopping, best, ModelCheckpoint::new(path.to_str().unwrap()).resumable())
    };
    let mut whole = compiled(1);
    let history = whole.fit(&x, &y, fit(200).callback(callbacks())).unwrap();
    let (epochs, rate) = (history.epochs(), whole.optimizer_state().learning_rate());
    assert!((15..200).contains(&epochs) && rate < 0.03, "{epochs} epochs, to a learning rate of {rate}");
    for done in [1, 2, epochs / 3, epochs / 2, epochs - 4, epochs - 1] {
        let mut later = compiled(2);
        assert_eq!(later.load(folder.join(format!("{done}.safetensors"))).unwrap(), done);
        let more = later.fit(&x, &y, fit(200).initial_epoch(done).callback(callbacks())).unwrap();
        assert_eq!(more.loss(), &history.loss()[done..], "after {done} epochs");
        assert_eq!((bits(&*later), later.optimizer_state().learning_rate()), (bits(&*whole), rate));
    }
}

/// Runs a loop without `compile` and `fit`, and resumes from the file if it exists. The layers' generator shuffles the
/// samples.
fn custom_loop(path: &PathBuf, epochs: usize) -> Vec<u32> {
    let (x, y) = data();
    let mut rows: Vec<usize> = (0..x.nrows()).collect();
    let (mut network, mut done) = (Net::new(1), 0);
    let mut tape = network.gradient_tape(MeanSquaredError).seed(5);
    let mut state = OptimizerState::new(Nadam::new(CosineDecay::new(1e-2, 50)).ema(0.9));
    if path.exists() {
        done = state.load(&mut network, tape.rng_mut(), path).unwrap();
    }
    for _ in done..epochs {
        rows.sort_unstable();
        tape.rng_mut().shuffle(&mut rows);
        for batch in rows.chunks(10) {
            let x: Vec<[f32; 3]> = batch.iter().map(|&row| [x[(row, 0)], x[(row, 1)], x[(row, 2)]]).collect();
            let y: Vec<[f32; 1]> = batch.iter().map(|&row| [y[row]]).collect();
            let (_, gradient) = tape.value_and_gradient(&network, &x, &y).unwrap();
            state.step(&mut network, gradient);
        }
    }
    state.save(&network, tape.rng(), epochs, path).unwrap();
    bits(&*network)
}

#[test]
fn a_custom_loop_resumes() {
    let folder = folder("loop");
    let whole = custom_loop(&folder.join("whole"), 7);
    let parts = [2, 3, 7].map(|epochs| custom_loop(&folder.join("parts"), epochs));
    assert!(parts[0] != whole && parts[2] == whole);
    let read = |name| fs::read(folder.join(name)).unwrap();
    assert!(read("whole") == read("parts"));
}

/// Entries of the header are validated like tensors.
#[test]
fn invalid_entries_are_rejected() {
    let ((x, y), folder) = (data(), folder("entries"));
    let path = folder.join("model.safetensors");
    let compiled = || Plain::new(0).compile(Adam::new(0.1), MeanSquaredError);
    let mut saved = compiled();
    saved.fit(&x, &y, fit(2)).unwrap();
    saved.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let entry = |name: &str| {
        let begin = format!("\"{name}\":\"");
        let start = whole.windows(begin.len()).position(|window| window == begin.as_bytes()).unwrap() + begin.len();
        start..start + whole[start..].iter().position(|&byte| byte == b'"').unwrap()
    };
    for (name, wrong) in [
        ("optimizer:batches", "-1"),
        ("optimizer:batches", "1e"),
        ("learning_rate", "NaN"),
        ("learning_rate", "inf"),
        ("epochs", "-2"),
        ("version", "2"),
        ("format", "pt"),
        ("optimizer", "Sgd"),
    ] {
        let mut damaged = whole.clone();
        let place = entry(name);
        let fill = wrong.bytes().chain(core::iter::repeat(b' '));
        damaged[place.clone()].iter_mut().zip(fill).for_each(|(byte, new)| *byte = new);
        fs::write(&path, damaged).unwrap();
        let mut model = compiled();
        let before = bits(&*model);
        let WeightsError::Mismatch { mismatches: differences, .. } = model.load(&path).unwrap_err() else {
            panic!("{name}")
        };
        assert!(matches!(&differences[..], [Mismatch::Metadata { key, .. }] if key == name), "{differences:?}");
        assert_eq!((bits(&*model), model.optimizer_state().batches()), (before, 0));
    }
}

/// A generator with a state of zeros only produces zeros.
#[test]
fn a_generator_of_zeros_is_rejected() {
    let path = folder("rng").join("model.safetensors");
    let mut model = Plain::new(0).compile(Adam::new(0.1), MeanSquaredError);
    model.save(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let rng = bytes.windows(9).position(|window| window == b"generator").unwrap();
    let end = rng + bytes[rng..].iter().position(|&byte| byte == b']').unwrap();
    bytes[rng..end].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = b' ');
    let commas: Vec<_> = (rng..end).filter(|&place| bytes[place] == b',' || bytes[place] == b'[').collect();
    commas.into_iter().for_each(|place| bytes[place + 1] = b'0');
    fs::write(&path, bytes).unwrap();
    let WeightsError::Mismatch { mismatches: differences, .. } = model.load(&path).unwrap_err() else {
        panic!("it is readable")
    };
    assert!(matches!(&differences[..], [Mismatch::Metadata { key, .. }] if key == "generator"), "{differences:?}");
}

#[test]
fn bytes_in_memory_are_those_of_the_file() {
    let ((x, y), folder) = (data(), folder("bytes"));
    let mut model = Plain::new(0).compile(Adam::new(0.1), MeanSquaredError);
    model.fit(&x, &y, fit(2)).unwrap();
    model.save(folder.join("model.safetensors")).unwrap();
    let bytes = model.to_bytes().unwrap();
    assert!(bytes == fs::read(folder.join("model.safetensors")).unwrap());
    let mut later = Plain::new(1).compile(Adam::new(0.1), MeanSquaredError);
    assert_eq!(later.load_bytes(&bytes).unwrap(), 2);
    assert!(later.to_bytes().unwrap() == bytes);
    let mut network = Plain::new(2);
    network.load_weights_bytes(&bytes).unwrap();
    assert_eq!(bits(&*network), bits(&*model));
    assert!(network.weights_to_bytes().unwrap() == model.weights_to_bytes().unwrap());
    let error = later.load_bytes(&network.weights_to_bytes().unwrap()).unwrap_err().to_string();
    assert!(
        error.starts_with("the content does not match the network:\n- optimizer: expected Adam, found nothing"),
        "{error}"
    );
}

#[test]
fn a_resumed_training_keeps_the_best_checkpoint() {
    let ((x, y), folder) = (data(), folder("best"));
    let path = folder.join("best.safetensors");
    let mut model = Plain::new(0).compile(Adam::new(0.01), MeanSquaredError);
    for (threshold, written) in [(1e-9, false), (1e9, true)] {
        let best = ModelCheckpoint::new(path.to_str().unwrap()).monitor("loss").save_best_only(true).resumable();
        model.fit(&x, &y, fit(2).callback(best.initial_value_threshold(threshold))).unwrap();
        assert_eq!(path.exists(), written);
    }
}

#[test]
fn weights_alone_are_read_from_a_checkpoint() {
    let ((x, y), folder) = (data(), folder("weights"));
    let mut model = Plain::new(0).compile(Adam::new(0.1), MeanSquaredError);
    model.fit(&x, &y, fit(1)).unwrap();
    model.save(folder.join("model.safetensors")).unwrap();
    let mut network = Plain::new(5);
    network.load_weights(folder.join("model.safetensors")).unwrap();
    assert_eq!(bits(&*network), bits(&*model));
}

/// Gradient descent, without state and without a name of its own.
struct Plainest(OptimizerConfig);

impl Optimizer for Plainest {
    type State<N: Module, M: Memory> = ();

    fn init<N: Module, M: Memory>(&self) {}
    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, (): &mut ()) {
        let rate = N::Scalar::from_f64(step.learning_rate);
        step.each([], |parameters, gradient, []| {
            parameters.iter_mut().zip(gradient).for_each(|(parameter, &slope)| *parameter -= rate * slope);
        });
    }
    fn config(&self) -> &OptimizerConfig {
        &self.0
    }
    fn config_mut(&mut self) -> &mut OptimizerConfig {
        &mut self.0
    }
}

#[test]
fn a_custom_optimizer_resumes() {
    resumes::<Net, _>("custom", || Plainest(0.05.into()));
}

/// A custom optimizer is called `custom` in a file. It has no slots, as `Sgd` has none without momentum.
#[test]
fn a_custom_optimizer_is_not_a_built_in_one() {
    let custom = Plain::new(0).compile(Plainest(0.05.into()), MeanSquaredError).to_bytes().unwrap();
    let sgd = Plain::new(0).compile(Sgd::new(0.05), MeanSquaredError).to_bytes().unwrap();
    let error = Plain::new(0).compile(Sgd::new(0.05), MeanSquaredError).load_bytes(&custom).unwrap_err().to_string();
    assert!(error.contains("optimizer: expected Sgd, found \"custom\""), "{error}");
    let mut model = Plain::new(0).compile(Plainest(0.05.into()), MeanSquaredError);
    let error = model.load_bytes(&sgd).unwrap_err().to_string();
    assert!(error.contains("optimizer: expected custom, found \"Sgd\""), "{error}");
}

/// A rejected file leaves the model unchanged.
#[test]
fn another_optimizer_is_rejected_with_all_mismatches() {
    let ((x, y), folder) = (data(), folder("rejected"));
    let path = folder.join("model.safetensors");
    let mut saved = Plain::new(0).compile(RmsProp::new(0.1), MeanSquaredError);
    saved.fit(&x, &y, fit(1)).unwrap();
    saved.save(&path).unwrap();
    let compiled = || Plain::new(1).compile(Adam::new(0.01), MeanSquaredError);
    let (mut model, mut undisturbed) = (compiled(), compiled());
    for model in [&mut model, &mut undisturbed] {
        model.fit(&x, &y, fit(2)).unwrap();
    }
    let WeightsError::Mismatch { mismatches: differences, .. } = model.load(&path).unwrap_err() else {
        panic!("it is readable")
    };
    let entry = Mismatch::Metadata { key: "optimizer".into(), expected: "Adam".into(), found: Some("RmsProp".into()) };
    assert!(differences.contains(&entry), "{differences:?}");
    let missing = differences.iter().filter(|difference| matches!(difference, Mismatch::Missing { .. })).count();
    assert_eq!(missing, 4, "the second moment of four arrays: {differences:?}");
    for model in [&mut model, &mut undisturbed] {
        model.fit(&x, &y, fit(4).initial_epoch(2)).unwrap();
    }
    assert_eq!(bits(&*model), bits(&*undisturbed));
    saved.save_weights(&path).unwrap();
    let WeightsError::Mismatch { mismatches: differences, .. } = model.load(&path).unwrap_err() else {
        panic!("it is readable")
    };
    assert!(differences.len() > 8, "a file of weights is no checkpoint: {differences:?}");
}
