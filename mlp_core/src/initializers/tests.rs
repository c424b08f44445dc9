use nalgebra::SMatrix;

use super::*;

const FAN: Fan = Fan { inputs: 30, outputs: 50 };
const COUNT: usize = 100_000;

fn weights(initializer: impl Into<Initializer>) -> Vec<f64> {
    let mut weights = vec![f64::NAN; COUNT];
    initializer.into().fill(&mut weights, FAN, &mut Rng::new(7));
    weights
}

/// Checks mean and variance within five standard deviations of their estimates. The largest deviation must be within a
/// thousandth below the limit, which so many weights miss with a probability of at most e⁻⁵⁰.
///
/// `kurtosis` is the fourth moment divided by the square of the variance.
fn check_moments(weights: &[f64], mean: f64, variance: f64, kurtosis: f64, limit: f64) {
    let count = weights.len() as f64;
    let sample_mean = weights.iter().sum::<f64>() / count;
    let sample_variance = weights.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / count;
    let mean_bound = 5.0 * (variance / count).sqrt();
    let variance_bound = 5.0 * variance * ((kurtosis - 1.0) / count).sqrt();
    assert!((sample_mean - mean).abs() < mean_bound, "mean {sample_mean}, expected {mean}");
    assert!((sample_variance - variance).abs() < variance_bound, "variance {sample_variance}, expected {variance}");
    let max = weights.iter().map(|w| (w - mean).abs()).fold(0.0, f64::max);
    assert!(max <= limit, "{max} is above {limit}");
    assert!(max > 0.999 * limit || limit.is_infinite(), "{max} is far below {limit}");
}

#[test]
fn uniform_initializers_have_their_variance_and_limit() {
    let check = |weights: Vec<f64>, variance: f64| {
        check_moments(&weights, 0.0, variance, 1.8, (3.0 * variance).sqrt());
    };
    check(weights(he_uniform), 2.0 / 30.0);
    check(weights(glorot_uniform), 2.0 / 80.0);
    check(weights(lecun_uniform), 1.0 / 30.0);
    check(weights(siren_first(30.0)), 1.0 / 3.0);
    check(weights(siren_hidden), 2.0 / 30.0);
    check(weights(siren_last(30.0)), 2.0 / 30.0 / 900.0);
    check_moments(&weights(uniform(2.0, 5.0)), 3.5, 9.0 / 12.0, 1.8, 1.5);
}

#[test]
fn normal_initializers_have_their_variance_and_are_truncated_at_two_deviations() {
    // The fourth moment of a standard normal distribution truncated at ±2 is 1.4165, the second 0.87962…².
    let kurtosis = 1.4165 / 0.87962566_f64.powi(4);
    let check = |weights: Vec<f64>, variance: f64| {
        check_moments(&weights, 0.0, variance, kurtosis, 2.0 * variance.sqrt() / 0.8796256610342398 * (1.0 + 1e-12));
    };
    check(weights(he_normal), 2.0 / 30.0);
    check(weights(glorot_normal), 2.0 / 80.0);
    check(weights(lecun_normal), 1.0 / 30.0);
}

#[test]
fn normal_is_not_truncated() {
    let weights = weights(normal(1.0, 0.5));
    check_moments(&weights, 1.0, 0.25, 3.0, f64::INFINITY);
    assert!(weights.iter().any(|w| (w - 1.0).abs() > 1.5), "none beyond three standard deviations");
}

#[test]
fn constants_are_constant() {
    assert!(weights(zeros).iter().all(|&w| w == 0.0));
    assert!(weights(ones).iter().all(|&w| w == 1.0));
    assert!(weights(constant(0.1)).iter().all(|&w| w == 0.1));
}

#[test]
fn single_precision_is_double_precision_rounded() {
    for initializer in [he_normal.into(), glorot_uniform.into(), normal(0.0, 1.0)] {
        let initializer: Initializer = initializer;
        let (mut single, mut double) = ([0.0_f32; 12], [0.0_f64; 12]);
        let fan = Fan { inputs: 3, outputs: 4 };
        initializer.fill(&mut single, fan, &mut Rng::new(8));
        initializer.fill(&mut double, fan, &mut Rng::new(8));
        assert_eq!(single, double.map(|w| w as f32), "{initializer:?}");
    }
}

#[test]
fn a_layer_without_inputs_has_finite_weights() {
    let fan = Fan { inputs: 0, outputs: 3 };
    assert!(he_normal(fan, &mut Rng::new(9)).is_finite());
}

#[test]
fn debug_output_names_the_function() {
    assert_eq!(
        format!("{:?}", Initializer::from(he_normal)),
        "Initializer(mlp_core::initializers::distributions::he_normal)"
    );
}

#[test]
fn a_matrix_is_filled_in_column_major_order() {
    let matrix = |_: Fan, _: &mut Rng| SMatrix::<f64, 3, 2>::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    let mut weights = [0.0_f32; 6];
    Initializer::from(matrix).fill(&mut weights, Fan { inputs: 2, outputs: 3 }, &mut Rng::new(0));
    assert_eq!(weights, [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
}

#[test]
#[should_panic(expected = "expected a matrix of outputs by inputs")]
fn a_matrix_of_the_wrong_size_panics() {
    let matrix = |_: Fan, _: &mut Rng| SMatrix::<f64, 3, 2>::zeros();
    Initializer::from(matrix).fill(&mut [0.0_f64; 5], Fan { inputs: 2, outputs: 3 }, &mut Rng::new(0));
}
