//! One loss over several outputs, losses and metrics that change during a training, logged metrics.

use mlp::losses::{Joint, Loss, LossInput};
use mlp::prelude::*;

functional! {
    struct Heads {
        let x = Input(1);
        let hidden = Dense(1 => 8, tanh)(x);
        let a = Dense(8 => 1)(hidden);
        let b = Dense(8 => 1)(hidden);
        Model(x => (a, b))
    }
}

/// `factor · (a + b − y)²`: only the sum has a target.
struct SquaredErrorOfSum {
    factor: f32,
}

impl Loss<f32, (Features<1>, Features<1>)> for SquaredErrorOfSum {
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "squared_error_of_sum"
    }
    fn evaluate(&self, LossInput { pairs, mut gradient, scale }: LossInput<'_, f32>) -> f64 {
        let mut loss = 0.0;
        for sample in 0..pairs.predictions.samples() {
            let output = |output: usize| pairs.predictions.feature(output)[sample];
            let error = output(0) + output(1) - pairs.targets.feature(0)[sample];
            loss += f64::from(self.factor * error * error * pairs.weight(sample));
            for output in 0..2 {
                let Some(gradient) = &mut gradient else { continue };
                gradient.feature(output)[sample] = 2.0 * self.factor * error * pairs.weight(sample) * scale;
            }
        }
        loss
    }
}

fn silent(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).verbose(Verbose::Silent)
}

#[test]
fn one_loss_over_two_outputs() {
    let x: Vec<f32> = (0..64).map(|i| i as f32 / 32.0 - 1.0).collect();
    let y: Vec<f32> = x.iter().map(|x| x * x).collect();
    let mut model = Heads::new(0).compile(Adam::new(1e-2), SquaredErrorOfSum { factor: 1.0 });
    let history = model.fit(&x, &y, silent(200)).unwrap();
    assert!(*history.loss().last().unwrap() < 1e-2, "{:?}", history.loss().last());
    assert_eq!(history.names().collect::<Vec<_>>(), ["loss"]);
    let (a, b) = model.predict_one([0.5]);
    let (a, b) = (a[0], b[0]);
    assert!((a + b - 0.25).abs() < 0.2, "{a} + {b}");
    // The same loss on a tape.
    let network = Heads::new(1);
    let (value, gradient) = network.value_and_gradient(&Joint(SquaredErrorOfSum { factor: 1.0 }), &x, &y).unwrap();
    let mut tape = network.gradient_tape(SquaredErrorOfSum { factor: 1.0 });
    let (again, same) = tape.value_and_gradient(&network, &x, &y).unwrap();
    assert_eq!((value, gradient.as_slice()), (again, same.as_slice()));
}

#[test]
fn a_loss_changes_between_two_trainings() {
    let (x, y) = ([0.5_f32, 1.0], [1.0_f32, 2.0]);
    let mut model = Heads::new(0).compile(Adam::default(), SquaredErrorOfSum { factor: 1.0 });
    let before = model.evaluate(&x, &y).unwrap().loss;
    model.loss_mut().factor = 3.0;
    let after = model.evaluate(&x, &y).unwrap().loss;
    assert!((after - 3.0 * before).abs() < 1e-5 * after);

    let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), Huber::new()).metrics(Precision::new());
    *model.loss_mut() = Huber::new().delta(-1.0);
    let error = model.train_on_batch(&x, &[1.0, 0.0]).unwrap_err().to_string();
    assert_eq!(error, "`huber` has delta = -1, expected a finite value above 0");
    *model.loss_mut() = Huber::new().delta(0.1);
    model.metrics_mut().0 = Precision::new().threshold(f64::NAN);
    let error = model.train_on_batch(&x, &[1.0, 0.0]).unwrap_err().to_string();
    assert!(error.starts_with("`precision` has threshold = NaN, expected"), "{error}");
    model.metrics_mut().0 = Precision::new().threshold(-10.0);
    model.train_on_batch(&x, &[1.0, 0.0]).unwrap();
}

#[test]
fn weights_of_samples_on_a_tape() {
    let network = sequential![Dense(1 => 1)];
    let (x, y) = ([1.0_f32, 2.0, 3.0], [0.0_f32, 1.0, 5.0]);
    let mut tape = network.gradient_tape(MeanSquaredError);
    let losses = tape.sample_losses(&network, &x, &y).unwrap();
    let (plain, _) = tape.value_and_gradient(&network, &x, &y).unwrap();
    let (loss, gradient) = tape.sample_weight(&[3.0, 0.0, 1.5]).value_and_gradient(&network, &x, &y).unwrap();
    assert!((loss - (3.0 * losses[0] + 1.5 * losses[2]) / 3.0).abs() < 1e-6);
    // The same by three samples.
    let gradient = gradient.as_slice().to_vec();
    let mut expected = [0.0; 2];
    for (weight, sample) in [(3.0, 0), (1.5, 2)] {
        let (_, one) = tape.value_and_gradient(&network, &[x[sample]], &[y[sample]]).unwrap();
        expected.iter_mut().zip(one.as_slice()).for_each(|(sum, value)| *sum += weight * value / 3.0);
    }
    assert!(gradient.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{gradient:?} {expected:?}");
    // The weights hold for one call.
    assert_eq!(tape.value_and_gradient(&network, &x, &y).unwrap().0, plain);
    let error = tape.sample_weight(&[1.0]).value_and_gradient(&network, &x, &y).err().unwrap().to_string();
    assert_eq!(error, "expected 3 sample weights, one per sample, found 1");
    let error =
        tape.sample_weight(&[1.0, f64::NAN, 1.0]).value_and_gradient(&network, &x, &y).err().unwrap().to_string();
    assert_eq!(error, "sample_weight[1] is NaN: every weight must be finite");
}

#[test]
fn a_logged_metric_is_monitored() {
    let (x, y) = ([1.0_f32, 2.0], [1.0_f32, 2.0]);
    let fit = |first: bool, name: &str| {
        let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
        let stopping = EarlyStopping::new(name).mode(MonitorMode::Max).patience(1);
        let log = |status: &mut Status| status.log("kappa", 1.0);
        let history = if first {
            model.fit(&x, &y, silent(50).on_epoch_end(log).callback(stopping))
        } else {
            model.fit(&x, &y, silent(50).callback(stopping).on_epoch_end(log))
        };
        history.map(|history| history.epochs())
    };
    assert_eq!(fit(true, "kappa"), Ok(2));
    assert_eq!(fit(false, "kappa"), Ok(3));
    let error = fit(true, "kapa").unwrap_err().to_string();
    assert_eq!(error, "EarlyStopping monitors `kapa`, but the training reports `loss`, `kappa`");
    let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    let error = model.fit(&x, &y, silent(50).callback(EarlyStopping::new("val_loss"))).unwrap_err().to_string();
    assert_eq!(error, "EarlyStopping monitors `val_loss`, but the training reports `loss`");
}
