//! Gradient tapes, for custom training loops.

use mlp::prelude::*;

sequential! { struct Net: f64 { Dense(2 => 5, tanh), Dense(5 => 3, sigmoid) } }

fn data() -> (Vec<[f64; 2]>, Vec<[f64; 3]>) {
    let x: Vec<_> = (0..20).map(|row| [f64::from(row) * 0.1, f64::from(row % 7) * -0.2]).collect();
    let y = x.iter().map(|[a, b]| [a * b, a - b, 0.5]).collect();
    (x, y)
}

#[test]
fn a_custom_loop_trains_like_fit() {
    let (x, y) = data();
    let mut model = Net::new(3).compile(Adam::new(0.01), MeanSquaredError);
    let fit = Fit::new().epochs(10).batch_size(20).verbose(Verbose::Silent);
    let history = model.fit(&x, &y, fit).unwrap();

    let mut network = Net::new(3);
    let mut tape = network.gradient_tape(MeanSquaredError);
    let mut descent = OptimizerState::new(Adam::new(0.01));
    for expected in history.loss() {
        let (loss, gradient) = tape.value_and_gradient(&network, &x, &y).unwrap();
        assert_eq!(loss, *expected);
        descent.step(&mut network, gradient);
    }
    assert_eq!(network.as_slice(), model.as_slice());
}

#[test]
fn input_gradients_agree_with_central_differences() {
    const STEP: f64 = 1e-5;
    let (x, y) = data();
    let network = Net::new(3);
    let mut tape = network.gradient_tape(MeanSquaredError);
    let (loss, gradient) = tape.input_gradient(&network, &x, &y).unwrap();
    assert_eq!(loss, network.value_and_gradient(&MeanSquaredError, &x, &y).unwrap().0);
    let mut loss_at = |sample: usize, feature: usize, distance: f64| {
        let mut moved = x.clone();
        moved[sample][feature] += distance;
        tape.value_and_gradient(&network, &moved, &y).unwrap().0
    };
    for sample in 0..20 {
        for feature in 0..2 {
            let expected = (loss_at(sample, feature, STEP) - loss_at(sample, feature, -STEP)) / (2.0 * STEP);
            let found = gradient[(sample, feature)];
            assert!((found - expected).abs() < 1e-8, "({sample}, {feature}): {found}, not {expected}");
        }
    }
}

#[test]
fn the_mean_of_sample_losses_is_the_loss() {
    let (x, y) = data();
    let network = Net::new(3);
    let mut tape = network.gradient_tape(MeanSquaredError);
    let losses = tape.sample_losses(&network, &x, &y).unwrap();
    let (mean, _) = tape.value_and_gradient(&network, &x, &y).unwrap();
    assert_eq!(losses.len(), 20);
    assert!((losses.iter().sum::<f64>() / 20.0 - mean).abs() < 1e-14);
    let alone = network.value_and_gradient(&MeanSquaredError, &x[7..8], &y[7..8]).unwrap().0;
    assert!((losses[7] - alone).abs() < 1e-14);
}

#[test]
fn an_option_that_no_layer_can_use_is_an_error() {
    sequential! { struct Noisy: f64 { Dense(2 => 3), noise: Dropout(3, rate = 1.5) } }
    let ((x, y), network) = (data(), Noisy::new(0));
    let mut tape = network.gradient_tape(MeanSquaredError);
    let errors = [
        tape.value_and_gradient(&network, &x, &y).unwrap_err(),
        tape.input_gradient(&network, &x, &y).unwrap_err(),
        tape.sample_losses(&network, &x, &y).unwrap_err(),
        network.value_and_gradient(&MeanSquaredError, &x, &y).unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().starts_with("`noise` has rate = 1.5"), "{error}");
    }
    // Data is checked first.
    let missing = tape.value_and_gradient(&network, &x[..0], &y[..0]).unwrap_err();
    assert_eq!(missing, DataError::Empty.into());
}
