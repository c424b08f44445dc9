//! Policies: gradients by central differences, statistics of samples, extreme outputs.

use super::{Categorical, Gaussian, Policy, PolicyOutputs, ReparameterizedPolicy, SquashedGaussian};
use crate::layers::{Features, Shape};
use crate::random::Rng;
use nalgebra::{SVector, Vector1, Vector2, Vector3};

const STEP: f64 = 1e-5;

/// Returns outputs with normally distributed elements.
fn random<P: Policy>(rng: &mut Rng, scale: f64) -> PolicyOutputs<P, f64> {
    let mut outputs = P::Outputs::sample();
    P::Outputs::parts_mut(&mut outputs, &mut |part| part.iter_mut().for_each(|x| *x = scale * rng.normal()));
    outputs
}

fn elements<S: Shape>(sample: &S::Sample<f64>) -> Vec<f64> {
    let mut elements = Vec::new();
    S::parts(sample, &mut |part| elements.extend_from_slice(part));
    elements
}

/// Checks a gradient with respect to the outputs.
#[track_caller]
fn check<P: Policy>(
    outputs: &PolicyOutputs<P, f64>,
    gradient: &PolicyOutputs<P, f64>,
    f: impl Fn(&PolicyOutputs<P, f64>) -> f64,
) {
    let at = |index: usize, distance: f64| {
        let mut moved = P::Outputs::sample();
        let mut values = elements::<P::Outputs>(outputs);
        values[index] += distance;
        let mut values = values.into_iter();
        P::Outputs::parts_mut(&mut moved, &mut |part: &mut [f64]| {
            part.iter_mut().zip(&mut values).for_each(|(target, value)| *target = value);
        });
        f(&moved)
    };
    for (index, found) in elements::<P::Outputs>(gradient).into_iter().enumerate() {
        let expected = (at(index, STEP) - at(index, -STEP)) / (2.0 * STEP);
        assert!((found - expected).abs() < 1e-7 * expected.abs().max(1.0), "{index}: {found}, not {expected}");
    }
}

fn check_policy<P: Policy>(policy: P, seed: u64) {
    let mut rng = Rng::new(seed);
    for _ in 0..200 {
        let outputs = random::<P>(&mut rng, 0.5);
        let (action, log_prob) = policy.sample(&outputs, &mut rng);
        assert_eq!(policy.invalid(&action), None);
        // `atanh` magnifies the rounding error of a squashed action.
        assert!((policy.log_prob(&outputs, &action) - log_prob).abs() < 1e-6);
        let (by_log_prob, by_entropy) = (rng.normal(), rng.normal());
        check::<P>(&outputs, &policy.gradient(&outputs, &action, by_log_prob, by_entropy), |outputs| {
            by_log_prob * policy.log_prob(outputs, &action) + by_entropy * policy.entropy(outputs)
        });
    }
}

fn check_reparameterized<const N: usize, P>(policy: P, seed: u64)
where
    P: ReparameterizedPolicy<Action<f64> = [f64; N], ActionShape = Features<N>>,
{
    let mut rng = Rng::new(seed);
    for _ in 0..200 {
        let outputs = random::<P>(&mut rng, 0.7);
        let noise = policy.noise(&mut rng);
        let by_action = SVector::<f64, N>::from_fn(|_, _| rng.normal());
        let by_log_prob = rng.normal();
        let scalar = |outputs: &PolicyOutputs<P, f64>| {
            let (action, log_prob) = policy.act(outputs, &noise);
            by_action.dot(&action.into()) + by_log_prob * log_prob
        };
        check::<P>(&outputs, &policy.sample_gradient(&outputs, &noise, &by_action, by_log_prob), scalar);
    }
}

#[test]
fn gradients_agree_with_central_differences() {
    check_policy(Gaussian::<1>::new(), 0);
    check_policy(Gaussian::<3>::new(), 1);
    check_policy(SquashedGaussian::<1>::new(), 2);
    check_policy(SquashedGaussian::<3>::new(), 3);
    check_policy(Categorical::<1>::new(), 4);
    check_policy(Categorical::<2>::new(), 5);
    check_policy(Categorical::<7>::new(), 6);
}

#[test]
fn gradients_of_samples_agree_with_central_differences() {
    check_reparameterized(Gaussian::<1>::new(), 10);
    check_reparameterized(Gaussian::<4>::new(), 11);
    check_reparameterized(SquashedGaussian::<1>::new(), 12);
    check_reparameterized(SquashedGaussian::<4>::new(), 13);
}

/// A `log_std` outside of its range counts as the limit, and has no derivative.
#[test]
fn log_std_is_clamped() {
    fn check_clamped<P: ReparameterizedPolicy<Outputs = (Two, Two), Action<f64> = [f64; 2], Noise<f64> = [f64; 2]>>(
        policy: P,
    ) where
        P::ActionShape: Shape<Sample<f64> = Vector2<f64>>,
    {
        let mean = Vector2::new(0.1, -0.2);
        let (outside, limits) = ((mean, [-3.0, 4.0].into()), (mean, [-1.0, 0.5].into()));
        let noise = [0.3, -0.4];
        assert_eq!(policy.act(&outside, &noise), policy.act(&limits, &noise));
        assert_eq!(policy.entropy(&outside), policy.entropy(&limits));
        let action = policy.mode(&outside);
        assert_eq!(policy.gradient(&outside, &action, 1.0, 2.0).1, Vector2::zeros());
        assert_ne!(policy.gradient(&limits, &action, 1.0, 2.0).1, Vector2::zeros());
        assert_eq!(policy.sample_gradient(&outside, &noise, &[1.0, 1.0].into(), 1.0).1, Vector2::zeros());
    }
    type Two = Features<2>;
    check_clamped(Gaussian::<2>::new().log_std_range(-1.0, 0.5));
    check_clamped(SquashedGaussian::<2>::new().log_std_range(-1.0, 0.5));
    let default = SquashedGaussian::<1>::new();
    let at = |log_std: f64| default.entropy(&([0.0].into(), [log_std].into()));
    assert_eq!((at(3.0), at(-30.0)), (at(2.0), at(-20.0)));
}

// The mean of n numbers with standard deviation s has the standard deviation s / √n; five of them happen in one case of two
// million.
#[test]
fn samples_have_the_entropy() {
    fn check_entropy<P: Policy>(policy: P, seed: u64) {
        const COUNT: usize = 100_000;
        let mut rng = Rng::new(seed);
        let outputs = random::<P>(&mut rng, 0.7);
        let log_probs: Vec<f64> = (0..COUNT).map(|_| policy.sample(&outputs, &mut rng).1).collect();
        let mean = log_probs.iter().sum::<f64>() / COUNT as f64;
        let variance = log_probs.iter().map(|log_prob| (log_prob - mean).powi(2)).sum::<f64>() / COUNT as f64;
        let (found, expected) = (-mean, policy.entropy(&outputs));
        let bound = 5.0 * (variance / COUNT as f64).sqrt() + 1e-12;
        assert!((found - expected).abs() < bound, "{}: {found}, not {expected}", P::NAME);
    }
    for seed in 0..5 {
        check_entropy(Gaussian::<2>::new(), seed);
        check_entropy(SquashedGaussian::<2>::new(), seed);
        check_entropy(Categorical::<5>::new(), seed);
    }
}

#[test]
fn gaussian_samples_have_mean_and_deviation() {
    const COUNT: usize = 100_000;
    let outputs = ([0.5, -2.0].into(), [-1.0, 0.3].into());
    let mut rng = Rng::new(1);
    let samples: Vec<[f64; 2]> = (0..COUNT).map(|_| Gaussian::new().sample(&outputs, &mut rng).0).collect();
    for (index, (mean, std)) in [(0.5, (-1.0_f64).exp()), (-2.0, 0.3_f64.exp())].into_iter().enumerate() {
        let found = samples.iter().map(|sample| sample[index]).sum::<f64>() / COUNT as f64;
        assert!((found - mean).abs() < 5.0 * std / (COUNT as f64).sqrt());
        let variance = samples.iter().map(|sample| (sample[index] - mean).powi(2)).sum::<f64>() / COUNT as f64;
        assert!((variance / (std * std) - 1.0).abs() < 5.0 * (2.0 / COUNT as f64).sqrt());
    }
}

/// The share of samples below a limit is the cumulative distribution, also after `tanh`.
#[test]
fn squashed_samples_have_the_distribution() {
    const COUNT: f64 = 100_000.0;
    let outputs = ([0.4].into(), [-0.5].into());
    let mut rng = Rng::new(2);
    let samples: Vec<f64> =
        (0..COUNT as usize).map(|_| SquashedGaussian::<1>::new().sample(&outputs, &mut rng).0[0]).collect();
    let std = (-0.5_f64).exp();
    // Φ(−1) and Φ(1/2)
    for (distance, share) in [(-1.0, 0.15865525393145707), (0.5, 0.6914624612740131)] {
        let limit = f64::tanh(0.4 + std * distance);
        let below = samples.iter().filter(|&&sample| sample < limit).count() as f64;
        assert!((below - COUNT * share).abs() < 5.0 * (COUNT * share * (1.0 - share)).sqrt());
    }
}

#[test]
fn categorical_samples_have_the_probabilities() {
    const COUNT: f64 = 100_000.0;
    let logits = [1.0, -1.0, f64::NEG_INFINITY, 800.0 - 799.5].into();
    let policy = Categorical::<4>::new();
    let mut rng = Rng::new(3);
    let mut counts = [0.0; 4];
    (0..COUNT as usize).for_each(|_| counts[policy.sample(&logits, &mut rng).0] += 1.0);
    for (class, count) in counts.into_iter().enumerate() {
        let share = policy.log_prob(&logits, &class).exp();
        assert!((count - COUNT * share).abs() <= 5.0 * (COUNT * share * (1.0 - share)).sqrt(), "{class}: {count}");
    }
}

/// A class with probability zero is never drawn, at either end of the random numbers.
#[test]
fn masked_classes_are_not_drawn() {
    let policy = Categorical::<4>::new();
    let masked = [f64::NEG_INFINITY, 0.0, 3.0, f64::NEG_INFINITY].into();
    let largest = 1.0 - f64::EPSILON / 2.0;
    assert_eq!(policy.act(&masked, &0.0).0, 1);
    assert_eq!(policy.act(&masked, &largest).0, 2);
    let single = masked.map(|logit| logit as f32);
    assert_eq!((policy.act(&single, &0.0).0, policy.act(&single, &largest).0), (1, 2));
    assert_eq!(policy.log_prob(&masked, &0), f64::NEG_INFINITY);
    assert!(policy.entropy(&masked).is_finite());
    let gradient = policy.gradient(&masked, &1, 1.0, 1.0);
    assert!(gradient.iter().all(|derivative| derivative.is_finite()));
    assert_eq!((gradient[0], gradient[3]), (0.0, 0.0));
}

#[test]
fn large_logits_are_exact() {
    let policy = Categorical::<3>::new();
    for scale in [1e3, 1e30, 1e300] {
        let logits = [scale, -scale, scale].into();
        assert_eq!(policy.log_prob(&logits, &0), 0.5_f64.ln());
        assert_eq!(policy.entropy(&logits), 2.0_f64.ln());
        assert_eq!(policy.gradient(&logits, &2, 1.0, 0.0), Vector3::new(-0.5, 0.0, 0.5));
        assert_eq!(policy.mode(&logits), 0);
    }
    assert_eq!(policy.log_prob(&[0.0, 0.0, 0.0].into(), &3), f64::NEG_INFINITY);
    assert_eq!(policy.invalid::<f32>(&3), Some((0, 3.0)));
}

/// Log-probability and gradients of a sample stay exact where `tanh` rounds to 1.
#[test]
fn saturated_samples_are_exact() {
    let policy = SquashedGaussian::<1>::new();
    for mean in [20.0, -20.0, 400.0] {
        let outputs = ([mean].into(), [0.0].into());
        let (action, log_prob) = policy.act(&outputs, &[0.5]);
        assert_eq!(action, [f64::signum(mean)]);
        // ln(1 − tanh² u) is 2 ln 2 − 2 |u|.
        let u: f64 = mean + 0.5;
        let expected = -0.125 - 0.5 * core::f64::consts::TAU.ln() - 2.0 * core::f64::consts::LN_2 + 2.0 * u.abs();
        assert!((log_prob - expected).abs() < 1e-12 * expected.abs());
        let gradient = policy.sample_gradient(&outputs, &[0.5], &[0.0].into(), 1.0);
        assert_eq!(gradient, (Vector1::new(2.0 * action[0]), Vector1::new(action[0] - 1.0)));
        assert!(policy.log_prob(&outputs, &action).is_finite());
        assert!(policy.entropy(&outputs).is_finite());
    }
}

/// An action at the limit counts as the next scalar inside.
#[test]
fn actions_at_the_limits_have_a_density() {
    let policy = SquashedGaussian::<2>::new();
    let outputs = ([0.0_f32, 0.0].into(), [0.0, 0.0].into());
    assert!(policy.log_prob(&outputs, &[1.0, -1.0]).is_finite());
    assert!(policy.gradient(&outputs, &[1.0, -1.0], 1.0, 1.0).0.iter().all(|derivative| derivative.is_finite()));
    assert_eq!(policy.invalid(&[0.5_f32, -1.5]), Some((1, -1.5)));
    assert_eq!(policy.invalid(&[1.0, -1.0]), None);
    assert!(policy.invalid(&[f64::NAN, 0.0]).is_some());
}

#[test]
fn nan_propagates() {
    let outputs = ([0.1].into(), [f64::NAN].into());
    assert!(Gaussian::<1>::new().act(&outputs, &[0.1]).1.is_nan());
    assert!(SquashedGaussian::<1>::new().act(&outputs, &[0.1]).0[0].is_nan());
    assert!(SquashedGaussian::<1>::new().entropy(&outputs).is_nan());
    assert!(Categorical::<2>::new().act(&[f64::NAN, 0.0].into(), &0.5).1.is_nan());
}

/// Single precision agrees with double precision.
#[test]
fn single_precision() {
    fn check_single<P>(policy: P)
    where
        P: Policy<Outputs = (Features<2>, Features<2>), Noise<f32> = [f32; 2]>,
        // A second bound, because Rust 1.89 considers both the same one.
        P: Policy<Noise<f64> = [f64; 2]>,
    {
        let mut rng = Rng::new(5);
        for _ in 0..100 {
            let outputs = random::<P>(&mut rng, 0.7);
            let single = (outputs.0.map(|x| x as f32), outputs.1.map(|x| x as f32));
            let noise = [rng.normal(), rng.normal()];
            let found = f64::from(policy.act(&single, &noise.map(|x| x as f32)).1);
            assert!((found - policy.act(&outputs, &noise).1).abs() < 1e-5);
            assert!((f64::from(policy.entropy(&single)) - policy.entropy(&outputs)).abs() < 1e-5);
        }
    }
    check_single(Gaussian::<2>::new());
    check_single(SquashedGaussian::<2>::new());
}
