//! Losses and metrics where numbers run out: a network that gives NaN, probabilities of 0 and 1, padding.

use mlp::Buffer;
use mlp::losses::{LossInput, MetricInput};
use mlp::prelude::*;

const SAMPLES: usize = 5;
/// With the padding: a tile of so many samples lies where that of `SAMPLES` does.
const PADDED: usize = 16;

/// `number` in every sample, NaN in the padding.
fn filled(features: usize, number: f64) -> Buffer<f64> {
    let mut buffer = Buffer::new(features, SAMPLES);
    for feature in 0..features {
        buffer.tile_mut(features, PADDED).feature(feature).fill(f64::NAN);
        buffer.tile_mut(features, SAMPLES).feature(feature).fill(number);
    }
    buffer
}

/// The loss of samples that are all the same, and its gradient with the padding.
fn evaluate<S: Shape, L: Loss<f64, S>>(loss: &L, prediction: f64, target: f64) -> (f64, Vec<f64>, Vec<f64>) {
    let (predictions, targets) = (filled(S::FEATURES, prediction), filled(L::Targets::FEATURES, target));
    let mut gradient = filled(S::FEATURES, f64::NAN);
    let sum = loss.evaluate(LossInput {
        pairs: MetricInput {
            predictions: predictions.tile(S::FEATURES, SAMPLES),
            targets: targets.tile(L::Targets::FEATURES, SAMPLES),
            weights: None,
        },
        gradient: Some(gradient.tile_mut(S::FEATURES, SAMPLES)),
        scale: 1.0,
    });
    let (mut slopes, mut padding) = (Vec::new(), Vec::new());
    for feature in 0..S::FEATURES {
        let (real, rest) = gradient.tile(S::FEATURES, PADDED).feature(feature).split_at(SAMPLES);
        slopes.extend_from_slice(real);
        padding.extend_from_slice(rest);
    }
    (sum, slopes, padding)
}

macro_rules! each_loss {
    ($check:ident) => {
        $check::<Features<2>, _>(MeanSquaredError);
        $check::<Features<2>, _>(MeanAbsoluteError);
        $check::<Features<2>, _>(MeanAbsolutePercentageError);
        $check::<Features<2>, _>(MeanSquaredLogarithmicError);
        $check::<Features<2>, _>(Huber::new());
        $check::<Features<2>, _>(LogCosh);
        $check::<Features<2>, _>(Poisson);
        $check::<Features<2>, _>(Quantile::new(0.3));
        $check::<Features<2>, _>(Quantiles::new([0.3, 0.9]));
        $check::<Features<2>, _>(BinaryCrossentropy::new());
        $check::<Features<2>, _>(BinaryCrossentropy::new().from_logits(false));
        $check::<Features<2>, _>(BinaryFocalCrossentropy::new());
        $check::<Features<2>, _>(BinaryFocalCrossentropy::new().from_logits(false));
        $check::<Features<2>, _>(Hinge);
        $check::<Features<2>, _>(SquaredHinge);
        $check::<Features<2>, _>(CategoricalCrossentropy::new());
        $check::<Features<2>, _>(CategoricalCrossentropy::new().from_logits(false));
        $check::<Features<2>, _>(SparseCategoricalCrossentropy::new());
        $check::<Features<2>, _>(SparseCategoricalCrossentropy::new().from_logits(false));
        $check::<Features<2>, _>(KlDivergence);
        $check::<Features<2>, _>(CosineSimilarity);
        $check::<(Features<2>, Features<2>), _>(GaussianNegativeLogLikelihood);
    };
}

fn padding_is_nothing<S: Shape, L: Loss<f64, S>>(loss: L) {
    let (sum, slopes, padding) = evaluate(&loss, 0.4, 1.0);
    assert!(sum.is_finite() && slopes.iter().all(|slope| slope.is_finite()), "{}: {sum}, {slopes:?}", loss.name());
    assert!(!padding.is_empty() && padding.iter().all(|&slope| slope == 0.0), "{}: {padding:?}", loss.name());
}

#[test]
fn what_lies_in_the_padding_counts_nothing() {
    each_loss!(padding_is_nothing);
}

/// Otherwise `TerminateOnNan` would see nothing.
fn nan_is_kept<S: Shape, L: Loss<f64, S>>(loss: L) {
    let (sum, _, padding) = evaluate(&loss, f64::NAN, 1.0);
    assert!(sum.is_nan(), "{} of NaN is {sum}", loss.name());
    assert!(padding.iter().all(|&slope| slope == 0.0), "{}: {padding:?}", loss.name());
}

#[test]
fn the_loss_of_a_network_that_gives_nan_is_nan() {
    each_loss!(nan_is_kept);
}

#[test]
fn a_focal_loss_that_is_certain_has_a_gradient() {
    for gamma in [0.0, 0.5, 1.0, 2.0] {
        for (loss, certain) in [
            (BinaryFocalCrossentropy::new(), [-800.0, 800.0]),
            (BinaryFocalCrossentropy::new().from_logits(false), [0.0, 1.0]),
        ] {
            for (prediction, target) in [(0, 0.0), (0, 1.0), (1, 0.0), (1, 1.0)] {
                let found = evaluate::<Features<1>, _>(&loss.gamma(gamma), certain[prediction], target);
                assert!(found.0.is_finite() && found.1.iter().all(|slope| slope.is_finite()), "{gamma}: {found:?}");
            }
        }
        // Wrong beyond doubt, each logit more costs one more.
        let (_, slopes, _) = evaluate::<Features<1>, _>(&BinaryFocalCrossentropy::new().gamma(gamma), 60.0, 0.0);
        assert!((slopes[0] - 1.0).abs() < 1e-9, "{gamma}: {slopes:?}");
    }
}

fn value<M: Metric<f64, Features<3>, Features<TARGETS>>, const TARGETS: usize>(
    metric: M,
    prediction: f64,
    target: f64,
) -> f64 {
    let (predictions, targets) = (filled(3, prediction), filled(TARGETS, target));
    let (predictions, targets) = (predictions.tile(3, SAMPLES), targets.tile(TARGETS, SAMPLES));
    let mut state = metric.init();
    metric.update(&mut state, MetricInput { predictions, targets, weights: None });
    metric.result(&state)
}

#[test]
fn an_output_that_is_nan_is_not_among_the_best() {
    assert_eq!(value::<_, 1>(SparseTopKCategoricalAccuracy::new().k(2), f64::NAN, 1.0), 0.0);
    assert_eq!(value::<_, 3>(TopKCategoricalAccuracy::new().k(2), f64::NAN, 1.0), 0.0);
}

#[test]
fn an_area_needs_three_thresholds() {
    let area = Auc::new().thresholds(0);
    assert_eq!(value::<_, 3>(area, 0.4, 1.0), value::<_, 3>(Auc::new().thresholds(3), 0.4, 1.0));
}
