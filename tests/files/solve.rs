//! Checkpoints of trainings on equations: a resumed `solve` is bit-identical to one that never stopped.

use std::fs;
use std::path::PathBuf;

use mlp::prelude::*;

residual! {
    /// Heat conduction with an unknown conductivity.
    struct Heat { #[trainable] conductivity: f64 }
    (x, t) -> u { u.t - conductivity * u.xx }
}

residual! {
    struct Measured;
    (x, t; value) -> u { u - value }
}

sequential! { struct Field: f64 { Dense(2 => 8, tanh), Dense(8 => 1) } }

const EPOCHS: usize = 7;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("solve").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).seed(3).verbose(Verbose::Silent)
}

/// Returns an equation with points that are drawn again, if at all, and measured data.
fn terms(redraw: Option<Redraw>) -> (Term<Heat, f64>, Term<Measured, f64>) {
    let points: Vec<[f64; 2]> = (0..30).map(|row| [f64::from(row % 6) / 5.0, f64::from(row / 6) / 5.0]).collect();
    let values: Vec<[f64; 1]> = points.iter().map(|[x, t]| [(3.0 * x).sin() * (-2.0 * t).exp()]).collect();
    let inside = Term::uniform(Heat { conductivity: 0.1 }, [(0.0, 1.0); 2], 70);
    let inside = match redraw {
        Some(redraw) => inside.redraw(redraw),
        None => inside,
    };
    (inside, Term::with_data(Measured, &points, &values).expect("finite data").weight(10.0))
}

fn bits<N: Network<Scalar = f64>>(network: &N) -> Vec<u64> {
    network.as_slice().iter().map(|number| number.to_bits()).collect()
}

/// Trains with a checkpoint after each epoch, and resumes from each checkpoint.
fn resumes<O: Optimizer>(name: &str, redraw: Option<Redraw>, optimizer: impl Fn() -> O) {
    let folder = folder(name);
    let path = folder.join("{epoch}.safetensors");
    let mut whole = Field::new(1).compile_residuals(optimizer(), terms(redraw));
    let checkpoint = ModelCheckpoint::new(path.to_str().unwrap()).resumable();
    let history = whole.solve(fit(EPOCHS).callback(checkpoint)).unwrap();
    for done in 1..EPOCHS {
        let mut later = Field::new(2).compile_residuals(optimizer(), terms(redraw));
        assert_eq!(later.load(folder.join(format!("{done}.safetensors"))).unwrap(), done);
        let more = later.solve(fit(EPOCHS).initial_epoch(done)).unwrap();
        assert_eq!(more.loss(), &history.loss()[done..], "{name}: the losses after {done} epochs");
        // With the trained coefficient.
        assert_eq!(bits(&*later), bits(&*whole), "{name}: the weights after {done} epochs and more");
        assert_eq!(later.terms().0.residual(), whole.terms().0.residual(), "{name}: {done} epochs");
    }
}

#[test]
fn solve_is_resumed() {
    resumes("adam", None, || Adam::new(CosineDecay::new(1e-2, EPOCHS as u64)));
    resumes("sgd", None, || Sgd::new(1e-3).momentum(0.9));
    resumes("lbfgs", None, || Lbfgs::new(3).history_size(4));
}

#[test]
fn solve_is_resumed_with_the_points_that_were_drawn() {
    resumes("redraw", Some(Redraw::every(2)), || Adam::new(1e-2));
    resumes("redraw_by_residual", Some(Redraw::every(3).by_residual()), || Adam::new(1e-2));
    resumes("redraw_lbfgs", Some(Redraw::every(3)), || Lbfgs::new(2));
}

/// The learning rate falls and the training stops in the same epochs, and the best weights are restored.
#[test]
fn callbacks_of_solve_are_resumed() {
    let folder = folder("callbacks");
    let path = folder.join("{epoch}.safetensors");
    let callbacks = || {
        let plateau = ReduceLrOnPlateau::new("loss").patience(3).cooldown(2).factor(0.5).min_delta(0.02);
        let stopping = EarlyStopping::new("Measured_loss").patience(9).min_delta(0.01);
        (plateau, stopping, ModelCheckpoint::new(path.to_str().unwrap()).resumable())
    };
    let compiled = |seed| Field::new(seed).compile_residuals(Adam::new(0.05), terms(Some(Redraw::every(4))));
    let mut whole = compiled(1);
    let history = whole.solve(fit(300).callback(callbacks())).unwrap();
    let (epochs, rate) = (history.epochs(), whole.optimizer_state().learning_rate());
    assert!((15..300).contains(&epochs) && rate < 0.05, "{epochs} epochs, to a learning rate of {rate}");
    for done in [1, epochs / 2, epochs - 1] {
        let mut later = compiled(2);
        assert_eq!(later.load(folder.join(format!("{done}.safetensors"))).unwrap(), done);
        let more = later.solve(fit(300).initial_epoch(done).callback(callbacks())).unwrap();
        assert_eq!(more.loss(), &history.loss()[done..], "after {done} epochs");
        assert_eq!((bits(&*later), later.optimizer_state().learning_rate()), (bits(&*whole), rate));
    }
}

/// Weights alone are read from a checkpoint with points.
#[test]
fn weights_of_a_checkpoint_with_points_are_loaded() {
    let file = folder("weights").join("last.safetensors");
    let mut model = Field::new(1).compile_residuals(Adam::new(1e-2), terms(Some(Redraw::every(1))));
    model.solve(fit(3)).unwrap();
    model.save(&file).unwrap();
    let mut other = Field::new(2).compile_residuals(Adam::new(1e-2), terms(None));
    other.load_weights(&file).unwrap();
    assert_eq!(bits(&*other), bits(&*model));
}

/// A callback reads the metrics that those before it have logged, as in `fit`.
#[test]
fn logged_metrics_are_read_by_later_callbacks() {
    let mut read = Vec::new();
    let mut model = Field::new(1).compile_residuals(Adam::new(1e-2), terms(None));
    let log = |status: &mut Status| {
        let epoch = status.epoch() as f64;
        status.log("number", epoch);
    };
    let history =
        model.solve(fit(3).on_epoch_end(log).on_epoch_end(|status| read.extend(status.get("number")))).unwrap();
    assert_eq!(read, [0.0, 1.0, 2.0]);
    assert_eq!(history.get("number"), Some(&[0.0, 1.0, 2.0][..]));
}
