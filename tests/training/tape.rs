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

sequential! { struct Policy: f64 { Dense(3 => 8, tanh), Dense(8 => 2) } }
functional! {
    struct Critic: f64 {
        let state = Input(3);
        let action = Input(2);
        let hidden = Dense(5 => 7, gelu)(Concatenate()(state, action));
        let value = Dense(7 => 1)(hidden);
        Model((state, action) => value)
    }
}

/// Returns the derivative of a scalar with respect to each parameter, by central differences.
fn central_differences<N: Network<Scalar = f64>>(network: &mut N, scalar: impl Fn(&N) -> f64) -> Box<N> {
    const STEP: f64 = 1e-5;
    let mut gradient = N::zeroed();
    for index in 0..N::COUNT {
        let parameter = network.as_slice()[index];
        let mut scalar_at = |value: f64| {
            network.as_mut_slice()[index] = value;
            scalar(network)
        };
        gradient.as_mut_slice()[index] = (scalar_at(parameter + STEP) - scalar_at(parameter - STEP)) / (2.0 * STEP);
        network.as_mut_slice()[index] = parameter;
    }
    gradient
}

/// Checks a gradient with respect to all parameters against central differences.
fn assert_gradient<N: Network<Scalar = f64>>(network: &mut N, gradient: &N, loss: impl Fn(&N) -> f64) {
    let expected = central_differences(network, loss);
    for (index, (found, expected)) in gradient.as_slice().iter().zip(expected.as_slice()).enumerate() {
        let tolerance = 1e-8 * expected.abs().max(1.0);
        assert!((found - expected).abs() < tolerance, "parameter {index}: {found}, not {expected}");
    }
}

fn states(samples: usize) -> Vec<[f64; 3]> {
    (0..samples).map(|row| [0, 1, 2].map(|column| (row as f64 * 0.37 + column as f64).sin())).collect()
}

/// More samples than a tile holds, and the last tile is partial.
#[test]
fn a_policy_is_differentiated_through_a_critic() {
    let (mut policy, critic, states) = (Policy::new(1), Critic::new(2), states(600));
    let mean_value = |policy: &Policy| {
        let actions = policy.predict(&states).unwrap();
        critic.predict(&(&states, &actions)).unwrap().mean()
    };
    let mut policy_tape = policy.tape();
    let mut critic_tape = critic.tape();
    let actions = policy_tape.forward(&policy, &states).unwrap();
    let values = critic_tape.forward(&critic, &(&states, actions.output())).unwrap();
    assert!((values.output().mean() - mean_value(&policy)).abs() < 1e-14);
    let value_gradient = vec![[1.0 / 600.0]; 600];
    let (_, action_gradient) = values.input_gradient(&value_gradient).unwrap();
    let gradient = actions.backward(action_gradient).unwrap().clone();
    assert_gradient(&mut *policy, &gradient, mean_value);
}

sequential! { struct Field: f64 { Dense(2 => 6, tanh), Dense(6 => 2) } }

/// One step of the classical Runge-Kutta method.
const STEP: f64 = 0.1;
/// Weights of the stages in the step, and distances of the stages from its start.
const STAGES: [(f64, f64); 4] = [(1.0 / 6.0, 0.0), (1.0 / 3.0, 0.5), (1.0 / 3.0, 0.5), (1.0 / 6.0, 1.0)];

type State = nalgebra::SVector<f64, 2>;

fn integrate(field: &Field, mut state: State, steps: usize) -> State {
    for _ in 0..steps {
        let mut slope = State::zeros();
        let mut sum = State::zeros();
        for (weight, distance) in STAGES {
            slope = field.predict_one(state + slope * (STEP * distance));
            sum += slope * weight;
        }
        state += sum * STEP;
    }
    state
}

/// Every stage is a call of the same network, and `gradient` is the sum over all calls.
#[test]
fn fifty_steps_of_an_integrator_are_differentiated() {
    const STEPS: usize = 50;
    let (mut field, start) = (Field::new(4), State::new(0.8, -0.3));
    let mut tapes: Vec<_> = (0..4 * STEPS).map(|_| SampleTape::new()).collect();
    let mut passes = Vec::new();
    let mut state = start;
    for tapes in tapes.chunks_mut(4) {
        let mut slope = State::zeros();
        let mut sum = State::zeros();
        for (tape, (weight, distance)) in tapes.iter_mut().zip(STAGES) {
            let pass = tape.forward(&*field, state + slope * (STEP * distance));
            slope = *pass.output();
            sum += slope * weight;
            passes.push(pass);
        }
        state += sum * STEP;
    }
    assert!((state - integrate(&field, start, STEPS)).norm() < 1e-13);

    // The loss is the squared distance from the origin.
    let mut gradient = Field::zeroed();
    let mut state_gradient = state * 2.0;
    for _ in 0..STEPS {
        let mut slope_gradient = State::zeros();
        let mut start_gradient = state_gradient;
        for (weight, distance) in STAGES.into_iter().rev() {
            let pass = passes.pop().unwrap();
            let by_input = pass.backward(state_gradient * (STEP * weight) + slope_gradient, &mut gradient);
            start_gradient += by_input;
            slope_gradient = by_input * (STEP * distance);
        }
        state_gradient = start_gradient;
    }
    assert_gradient(&mut *field, &gradient, |field| integrate(field, start, STEPS).norm_squared());
}

#[test]
fn a_tape_differentiates_like_a_gradient_tape() {
    let (x, y) = data();
    let network = Net::new(3);
    let mut gradient_tape = network.gradient_tape(MeanSquaredError);
    let (_, expected) = gradient_tape.value_and_gradient(&network, &x, &y).unwrap();
    let mut tape = network.tape();
    let pass = tape.forward(&network, &x).unwrap();
    let scale = 2.0 / (3.0 * x.len() as f64);
    let output_gradient: Vec<[f64; 3]> =
        y.iter().enumerate().map(|(row, y)| [0, 1, 2].map(|i| (pass.output()[(row, i)] - y[i]) * scale)).collect();
    let found = pass.backward(&output_gradient).unwrap();
    for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
        assert!((found - expected).abs() < 1e-15, "{found}, not {expected}");
    }
}

#[test]
fn gradients_are_added_and_batches_change_their_size() {
    let network = Policy::new(1);
    let mut tape = network.tape();
    let mut sum = Policy::zeroed();
    for samples in [600, 3, 513] {
        let states = states(samples);
        let pass = tape.forward(&network, &states).unwrap();
        let by_input = pass.add_gradient(&vec![[1.0, -1.0]; samples], &mut sum).unwrap();
        assert_eq!(by_input.nrows(), samples);
    }
    let mut expected = Policy::zeroed();
    let mut single = SampleTape::new();
    for state in [600, 3, 513].into_iter().flat_map(states) {
        single.forward(&*network, state).backward([1.0, -1.0], &mut expected);
    }
    for (found, expected) in sum.as_slice().iter().zip(expected.as_slice()) {
        assert!((found - expected).abs() < 1e-10, "{found}, not {expected}");
    }
}

/// All samples of a batch form one tile, and the tile grows with the batch.
#[test]
fn a_tape_runs_whole_batch_layers() {
    sequential! { struct Normalized: f64 { Dense(3 => 4), BatchNormalization(4), Dense(4 => 1) } }
    let mut network = Normalized::new(5);
    for samples in [20, 700] {
        let states = states(samples);
        let weights: Vec<[f64; 1]> = (0..samples).map(|row| [(row as f64 * 0.7).cos()]).collect();
        let weighted_sum = |network: &Normalized| {
            let mut tape = network.tape();
            let pass = tape.forward(network, &states).unwrap();
            pass.output().iter().zip(&weights).map(|(output, [weight])| output * weight).sum::<f64>()
        };
        let mut tape = network.tape();
        let gradient = tape.forward(&network, &states).unwrap().backward(&weights).unwrap().clone();
        // The gradients of the moving statistics are the statistics of the batch.
        let trained = |network: &Normalized| (network.dense_1.clone(), network.dense_2.clone());
        let expected = central_differences(&mut *network, weighted_sum);
        let (found, expected) = (trained(&gradient), trained(&expected));
        let pairs = [(found.0.as_slice(), expected.0.as_slice()), (found.1.as_slice(), expected.1.as_slice())];
        for (found, expected) in pairs.iter().flat_map(|(found, expected)| found.iter().zip(*expected)) {
            assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
        }
    }
}

#[test]
fn a_wrong_output_gradient_is_an_error() {
    let network = Policy::new(1);
    let mut tape = network.tape();
    let pass = tape.forward(&network, &states(4)).unwrap();
    let error = pass.backward(&[[1.0, 0.0]; 5]).unwrap_err();
    assert_eq!(error.to_string(), "expected 4 rows in output_gradient, one per sample, found 5");
    let pass = tape.forward(&network, &states(2)).unwrap();
    let mut sum = Policy::zeroed();
    let error = pass.add_gradient(&[[1.0, 0.0], [f64::NAN, 0.0]], &mut sum).unwrap_err();
    assert_eq!(error.to_string(), "output_gradient[(1, 0)] is NaN: every value must be finite");
    assert!(sum.as_slice().iter().all(|&gradient| gradient == 0.0));
    let error = tape.forward(&network, &[[f64::INFINITY, 0.0, 0.0]]).unwrap_err();
    assert_eq!(error.to_string(), "x[(0, 0)] is inf: every value must be finite");
    assert!(tape.forward(&network, &[[0.0; 3]; 0]).is_err());
}

sequential! {
    /// One layer of each kind that a chain can have.
    struct Every: f64 {
        Normalization(3),
        Dense(3 => 6, gelu),
        BatchNormalization(6),
        Dropout(6, rate = 0.4),
        GaussianNoise(6, stddev = 0.3),
        GaussianDropout(6, rate = 0.2),
        AlphaDropout(6, rate = 0.2),
        Dense(6 => 6, silu),
        LayerNormalization(6),
        PRelu(6),
        RmsNormalization(6),
        Activation(6, gelu),
        Rescaling(6, scale = 0.5),
        PeriodicEmbedding(6 => 12, period = 9.0),
        FourierFeatures(12 => 6, scale = 0.2, trainable = true),
        UnitNormalization(6),
        Dense(6 => 4, softmax),
    }
}

/// Gradient with respect to the output.
const WEIGHTS: nalgebra::Vector4<f64> = nalgebra::Vector4::new(0.3, -0.7, 0.2, 0.9);

/// Returns a network with all variables different from their initial values.
fn every() -> Box<Every> {
    let mut network = Every::new(7);
    let values = network.as_mut_slice().iter_mut().enumerate();
    values.for_each(|(index, value)| *value += 0.2 + 0.2 * (index as f64).sin());
    network
}

/// More samples than a tile holds, derivatives of `predict`.
#[test]
fn jacobians_agree_with_central_differences() {
    const STEP: f64 = 1e-5;
    let (network, x) = (every(), states(530));
    let jacobians = network.jacobian(&x).unwrap();
    assert_eq!(jacobians.len(), 530);
    for column in 0..3 {
        let moved = |distance: f64| {
            let mut x = x.clone();
            x.iter_mut().for_each(|x| x[column] += distance);
            network.predict(&x).unwrap()
        };
        let expected = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
        for (sample, jacobian) in jacobians.iter().enumerate() {
            for row in 0..4 {
                let (found, expected) = (jacobian[(row, column)], expected[(sample, row)]);
                assert!((found - expected).abs() < 1e-8, "[{sample}]({row}, {column}): {found}, not {expected}");
            }
        }
    }
}

/// `wᵀ J` is the input gradient for the output gradient `w`, of a batch and of single samples.
#[test]
fn jacobians_agree_with_input_gradients() {
    let (network, x) = (every(), states(20));
    let jacobians = network.jacobian(&x).unwrap();
    let mut tape = network.tape().training(false);
    let pass = tape.forward(&network, &x).unwrap();
    assert_eq!(pass.output(), &network.predict(&x).unwrap());
    let by_inputs = pass.input_gradient(&vec![<[f64; 4]>::from(WEIGHTS); 20]).unwrap();
    let mut single = SampleTape::new().training(false);
    let mut gradient = Every::zeroed();
    for (sample, jacobian) in jacobians.iter().enumerate() {
        let expected = jacobian.tr_mul(&WEIGHTS);
        assert!((by_inputs.row(sample).transpose() - expected).norm() < 1e-14);
        let by_input = single.forward(&*network, x[sample]).backward(WEIGHTS, &mut gradient);
        assert!((by_input - expected).norm() < 1e-13);
    }
}

/// In inference mode the parameters of `BatchNormalization` have gradients, and its moving averages stay.
#[test]
fn parameters_are_differentiated_in_inference_mode() {
    let (mut network, x) = (every(), states(20));
    let mut tape = network.tape().training(false);
    let gradient = tape.forward(&network, &x).unwrap().backward(&vec![<[f64; 4]>::from(WEIGHTS); 20]).unwrap().clone();
    let batch = &gradient.batch_normalization_1;
    assert_eq!(batch.moving_mean, network.batch_normalization_1.moving_mean);
    assert_eq!(batch.moving_variance, network.batch_normalization_1.moving_variance);
    let sum = |network: &Every| (network.predict(&x).unwrap() * WEIGHTS).sum();
    let trained = |network: &Every| {
        let batch = &network.batch_normalization_1;
        [network.dense_1.as_slice(), batch.gamma.as_slice(), batch.beta.as_slice(), network.dense_2.as_slice()].concat()
    };
    let expected = central_differences(&mut *network, sum);
    for (found, expected) in trained(&gradient).iter().zip(trained(&expected)) {
        assert!((found - expected).abs() < 1e-7, "{found}, not {expected}");
    }
}
