//! Policies and their gradients compared with PyTorch's distributions, in both precisions. `policies.py` writes the file.

use crate::golden::{Golden, mixed_difference};
use mlp::Scalar;
use mlp::reinforcement::{Categorical, Gaussian, Policy, ReparameterizedPolicy, SquashedGaussian};
use nalgebra::SVector;

type Three = mlp::Features<3>;

const SAMPLES: usize = 60;
/// Samples from this one on are far in the saturation.
const SATURATED: usize = 40;

fn vectors<T: Scalar, const N: usize>(golden: &Golden, name: &str) -> Vec<SVector<T, N>> {
    golden.rows::<N>(name).into_iter().map(|row| SVector::from(row.map(T::from_f64))).collect()
}

fn scalars<T: Scalar>(golden: &Golden, name: &str) -> Vec<T> {
    golden.get(name).iter().map(|&value| T::from_f64(value)).collect()
}

/// Largest differences.
#[derive(Clone, Copy)]
struct Bounds {
    /// Bound for samples that are not saturated.
    usual: f64,
    /// Bound for saturated samples.
    saturated: f64,
    /// Bound for functions of an action without its noise: the inverse of `tanh` magnifies rounding errors. Saturated samples are
    /// not compared.
    inverse: f64,
}

impl Bounds {
    const fn all(bound: f64) -> Self {
        Self { usual: bound, saturated: bound, inverse: 10.0 * bound }
    }
}

/// Compares the values of all samples, or of those that are not saturated.
#[track_caller]
fn check<T: Scalar>(golden: &Golden, name: &str, found: impl IntoIterator<Item = T>, bounds: Bounds) {
    let found: Vec<f64> = found.into_iter().map(Scalar::to_f64).collect();
    let expected = golden.get(name);
    let usual = expected.len() / SAMPLES * SATURATED;
    assert!(found.len() == expected.len() || found.len() == usual);
    let difference = mixed_difference(&found[..usual], &expected[..usual]);
    assert!(difference < bounds.usual, "{name}: {difference:e}");
    let difference = mixed_difference(&found[usual..], &expected[usual..found.len()]);
    assert!(difference < bounds.saturated, "{name}, saturated: {difference:e}");
}

fn check_gaussian<T: Scalar, P>(policy: P, name: &str, bounds: Bounds)
where
    P: ReparameterizedPolicy<Outputs = (Three, Three), ActionShape = Three>,
    P: Policy<Action<T> = [T; 3], Noise<T> = [T; 3]>,
{
    let golden = &Golden::read("policies");
    let (means, log_stds) = (vectors(golden, "mean"), vectors(golden, "log_std"));
    let outputs: Vec<_> = means.into_iter().zip(log_stds).collect();
    let noise: Vec<[T; 3]> = vectors(golden, "noise").into_iter().map(Into::into).collect();
    let by_action = vectors::<T, 3>(golden, "weight_action");
    let (by_log_prob, by_entropy) = (scalars::<T>(golden, "weight_log_prob"), scalars(golden, "weight_entropy"));

    let acts: Vec<_> = outputs.iter().zip(&noise).map(|(outputs, noise)| policy.act(outputs, noise)).collect();
    check(golden, &format!("{name}.action"), acts.iter().flat_map(|act| act.0), bounds);
    check(golden, &format!("{name}.log_prob"), acts.iter().map(|act| act.1), bounds);
    check(
        golden,
        &format!("{name}.entropy"),
        outputs.iter().map(|outputs| policy.entropy(outputs)),
        integrated(bounds),
    );
    let elements = |(mean, log_std): (SVector<T, 3>, SVector<T, 3>)| [<[T; 3]>::from(mean), log_std.into()].concat();
    let gradients = (0..outputs.len()).flat_map(|row| {
        elements(policy.sample_gradient(&outputs[row], &noise[row], &by_action[row], by_log_prob[row]))
    });
    check(golden, &format!("{name}.sample_gradient"), gradients, bounds);

    let inverse = Bounds { usual: bounds.inverse, ..bounds };
    let rows = 0..SATURATED;
    let log_probs = rows.clone().map(|row| policy.log_prob(&outputs[row], &acts[row].0));
    check(golden, &format!("{name}.log_prob"), log_probs, inverse);
    let gradients =
        rows.flat_map(|row| elements(policy.gradient(&outputs[row], &acts[row].0, by_log_prob[row], by_entropy[row])));
    check(golden, &format!("{name}.gradient"), gradients, integrated(inverse));
}

/// Checks the entropy of a squashed Gaussian, which is an integral.
fn integrated(bounds: Bounds) -> Bounds {
    Bounds { usual: bounds.usual.max(1e-8), saturated: bounds.saturated.max(1e-8), ..bounds }
}

#[test]
fn gaussians() {
    check_gaussian::<f64, _>(Gaussian::new(), "gaussian", Bounds::all(1e-13));
    check_gaussian::<f32, _>(Gaussian::new(), "gaussian", Bounds::all(1e-5));
    // The softplus of PyTorch is a straight line above 20, so its values of saturated samples are less exact.
    let bounds = Bounds { usual: 1e-13, saturated: 1e-8, inverse: 1e-9 };
    check_gaussian::<f64, _>(SquashedGaussian::new(), "squashed_gaussian", bounds);
    let bounds = Bounds { inverse: 0.1, ..Bounds::all(1e-5) };
    check_gaussian::<f32, _>(SquashedGaussian::new(), "squashed_gaussian", bounds);
}

fn check_categorical<T: Scalar>(bounds: Bounds) {
    let golden = &Golden::read("policies");
    let policy = Categorical::<5>::new();
    let logits = vectors::<T, 5>(golden, "logits");
    let classes: Vec<usize> = golden.get("class").iter().map(|&class| class as usize).collect();
    let (by_log_prob, by_entropy) = (scalars::<T>(golden, "weight_log_prob"), scalars(golden, "weight_entropy"));
    let rows = || logits.iter().zip(&classes);
    check(golden, "categorical.log_prob", rows().map(|(logits, class)| policy.log_prob(logits, class)), bounds);
    check(golden, "categorical.entropy", logits.iter().map(|logits| policy.entropy(logits)), bounds);
    check(
        golden,
        "categorical.mode",
        logits.iter().map(|logits| policy.mode(logits) as f64),
        Bounds::all(f64::MIN_POSITIVE),
    );
    let gradients = rows()
        .zip(by_log_prob.iter().zip(&by_entropy))
        .flat_map(|((logits, class), weights)| <[T; 5]>::from(policy.gradient(logits, class, *weights.0, *weights.1)));
    check(golden, "categorical.gradient", gradients, bounds);
}

#[test]
fn categoricals() {
    check_categorical::<f64>(Bounds::all(1e-13));
    check_categorical::<f32>(Bounds::all(1e-5));
}
