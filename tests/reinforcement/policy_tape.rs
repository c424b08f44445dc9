//! Batches of actions: through networks, against single samples, and errors.

use mlp::prelude::*;
use mlp::reinforcement::{Categorical, Gaussian, Policy, PolicyTape, SquashedGaussian};

functional! {
    struct Actor: f64 {
        let state = Input(3);
        let hidden = Dense(3 => 6, tanh)(state);
        let mean = Dense(6 => 2)(hidden);
        let log_std = Dense(6 => 2)(hidden);
        Model(state => (mean, log_std))
    }
}
functional! {
    struct Critic: f64 {
        let state = Input(3);
        let action = Input(2);
        let hidden = Dense(5 => 7, tanh)(Concatenate()(state, action));
        let value = Dense(7 => 1)(hidden);
        Model((state, action) => value)
    }
}
sequential! { struct Discrete: f64 { Dense(3 => 6, tanh), Dense(6 => 4) } }

fn states(samples: usize) -> Vec<[f64; 3]> {
    (0..samples).map(|row| [0, 1, 2].map(|column| (row as f64 * 0.37 + column as f64).sin())).collect()
}

/// Returns different weights for the samples.
fn weights(samples: usize, seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(seed);
    (0..samples).map(|_| rng.normal()).collect()
}

/// Checks a gradient with respect to all parameters against central differences.
fn assert_gradient<N: Network<Scalar = f64>>(network: &mut N, gradient: &N, scalar: impl Fn(&N) -> f64) {
    const STEP: f64 = 1e-5;
    for index in 0..N::COUNT {
        let parameter = network.as_slice()[index];
        let mut scalar_at = |value: f64| {
            network.as_mut_slice()[index] = value;
            scalar(network)
        };
        let expected = (scalar_at(parameter + STEP) - scalar_at(parameter - STEP)) / (2.0 * STEP);
        network.as_mut_slice()[index] = parameter;
        let found = gradient.as_slice()[index];
        assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{index}: {found}, not {expected}");
    }
}

/// The actor's loss of soft actor-critic: through the sample, its log-probability, and the critic. More samples than a tile
/// of the network holds.
#[test]
fn an_actor_is_differentiated_through_its_actions() {
    const SAMPLES: usize = 530;
    let (mut actor, critic, states) = (Actor::new(1), Critic::new(2), states(SAMPLES));
    let by_log_prob = weights(SAMPLES, 1);
    let by_value: Vec<_> = weights(SAMPLES, 2).into_iter().map(|weight| [weight]).collect();
    let policy = SquashedGaussian::<2>::new();
    let scalar = |actor: &Actor| {
        let mut rng = Rng::new(9);
        let of_sample = |(row, state): (usize, &[f64; 3])| {
            let (action, log_prob) = policy.sample(&actor.predict_one(*state), &mut rng);
            by_log_prob[row] * log_prob + by_value[row][0] * critic.predict_one((*state, action))[0]
        };
        states.iter().enumerate().map(of_sample).sum()
    };
    let (mut actor_tape, mut critic_tape, mut policy_tape) = (actor.tape(), critic.tape(), PolicyTape::new(policy));
    let outputs = actor_tape.forward(&actor, &states).unwrap();
    let actions = policy_tape.sample(outputs.output(), &mut Rng::new(9)).unwrap();
    let values = critic_tape.forward(&critic, &(&states, actions.actions())).unwrap();
    let (_, action_gradient) = values.input_gradient(&by_value).unwrap();
    let output_gradient = actions.backward(action_gradient, &by_log_prob).unwrap();
    let gradient = outputs.backward(output_gradient).unwrap().clone();
    assert_gradient(&mut *actor, &gradient, scalar);
}

#[test]
fn evaluated_actions_are_differentiated() {
    const SAMPLES: usize = 50;
    let (mut network, states) = (Discrete::new(3), states(SAMPLES));
    let actions: Vec<usize> = (0..SAMPLES).map(|row| row * 7 % 4).collect();
    let (by_log_prob, by_entropy) = (weights(SAMPLES, 1), weights(SAMPLES, 2));
    let policy = Categorical::<4>::new();
    let scalar = |network: &Discrete| {
        let of_sample = |row: usize| {
            let logits = network.predict_one(states[row]);
            by_log_prob[row] * policy.log_prob(&logits, &actions[row]) + by_entropy[row] * policy.entropy(&logits)
        };
        (0..SAMPLES).map(of_sample).sum()
    };
    let (mut tape, mut policy_tape) = (network.tape(), PolicyTape::new(policy));
    let outputs = tape.forward(&network, &states).unwrap();
    let mut evaluated = policy_tape.evaluate(outputs.output(), &actions).unwrap();
    let expected: f64 = scalar(&network);
    let weighted = |values: &[f64], weights: &[f64]| values.iter().zip(weights).map(|(a, b)| a * b).sum::<f64>();
    let found = weighted(evaluated.log_prob(), &by_log_prob) + weighted(evaluated.entropy(), &by_entropy);
    assert!((found - expected).abs() < 1e-12);
    let output_gradient = evaluated.backward(&by_log_prob, &by_entropy).unwrap();
    let gradient = outputs.backward(output_gradient).unwrap().clone();
    assert_gradient(&mut *network, &gradient, scalar);
}

/// A batch is what the same policy computes sample by sample, also after a batch of another size.
#[test]
fn batches_agree_with_single_samples() {
    let (actor, policy) = (Actor::new(1), Gaussian::<2>::new().log_std_range(-0.2, 0.2));
    let mut tape = PolicyTape::new(policy);
    for samples in [5, 1, 9] {
        let outputs = actor.predict(&states(samples)).unwrap();
        let (mut rng, mut same) = (Rng::new(4), Rng::new(4));
        let single = |row: usize| (outputs.0.row(row).transpose(), outputs.1.row(row).transpose());
        let expected: Vec<_> = (0..samples).map(|row| policy.sample(&single(row), &mut same)).collect();
        let sampled = tape.sample(&outputs, &mut rng).unwrap();
        let found: Vec<_> = sampled.actions().iter().copied().zip(sampled.log_prob().iter().copied()).collect();
        assert_eq!(found, expected);
        let actions = sampled.actions().to_vec();
        let modes = tape.mode(&outputs).unwrap();
        assert!((0..samples).all(|row| modes[row] == policy.mode(&single(row))));
        let evaluated = tape.evaluate(&outputs, &actions).unwrap();
        assert!((0..samples).all(|row| evaluated.log_prob()[row] == policy.log_prob(&single(row), &actions[row])));
        let gradient = evaluated.backward(&vec![0.5; samples], &vec![0.1; samples]).unwrap();
        assert_eq!(gradient.0.nrows(), samples);
        for (row, action) in actions.iter().enumerate() {
            let expected = policy.gradient(&single(row), action, 0.5, 0.1);
            assert_eq!((gradient.0.row(row).transpose(), gradient.1.row(row).transpose()), expected);
        }
    }
}

#[test]
fn invalid_batches_are_errors() {
    let mut tape = PolicyTape::new(Categorical::<3>::new());
    let logits = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]];
    let error = tape.sample(&[[0.1, 0.2, 0.3], [0.4, f64::NAN, 0.6]], &mut Rng::new(0)).unwrap_err();
    assert_eq!(error.to_string(), "output[(1, 1)] is NaN: every value must be finite");
    let error = tape.evaluate(&logits, &[0, 1, 2]).unwrap_err();
    assert_eq!(error.to_string(), "expected 2 rows in action, one per sample, found 3");
    let error = tape.evaluate(&logits, &[0, 3]).unwrap_err();
    assert_eq!(error.to_string(), "action[(1, 0)] is 3: not a valid action for Categorical");
    let error = tape.evaluate(&logits, &[0, 1]).unwrap().backward(&[1.0], &[0.0, 0.0]).unwrap_err();
    assert_eq!(error.to_string(), "expected 2 rows in log_prob_gradient, one per sample, found 1");
    let error = tape.evaluate(&logits, &[0, 1]).unwrap().backward(&[1.0, 1.0], &[0.0, f64::INFINITY]).unwrap_err();
    assert_eq!(error.to_string(), "entropy_gradient[(1, 0)] is inf: every value must be finite");

    let mut tape = PolicyTape::new(SquashedGaussian::<1>::new());
    let outputs = ([[0.1], [0.2]], [[0.3], [0.4]]);
    let error = tape.evaluate(&outputs, &[[0.1], [-1.5]]).unwrap_err();
    assert_eq!(error.to_string(), "action[(1, 0)] is -1.5: not a valid action for SquashedGaussian");
    let error = tape.sample(&([[0.1], [0.2]], [[0.3]]), &mut Rng::new(0)).unwrap_err();
    assert_eq!(error.to_string(), "expected as many rows in output.1 as in output.0, found 1 and 2");
    let sampled = tape.sample(&outputs, &mut Rng::new(0)).unwrap();
    let error = sampled.backward(&[[1.0], [f64::NAN]], &[0.0, 0.0]).unwrap_err();
    assert_eq!(error.to_string(), "action_gradient[(1, 0)] is NaN: every value must be finite");
    let sampled = tape.sample(&outputs, &mut Rng::new(0)).unwrap();
    assert!(sampled.backward(&[[1.0]], &[0.0, 0.0]).is_err());
    let nothing: ([[f64; 1]; 0], [[f64; 1]; 0]) = ([], []);
    assert!(tape.sample(&nothing, &mut Rng::new(0)).unwrap().actions().is_empty());
}
