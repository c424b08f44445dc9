//! Losses and metrics at extreme values: NaN outputs, probabilities of 0 and 1, padding.

use mlp::losses::{LossInput, MetricInput};
use mlp::prelude::*;
use mlp::{Buffer, TileBuffer as _};

const SAMPLES: usize = 5;
/// Number of samples with padding. A tile of this size has the layout of one of `SAMPLES`.
const PADDED: usize = 16;

/// Returns a tile with `number` in every sample and NaN in the padding.
fn filled(features: usize, number: f64) -> Buffer<f64> {
    let mut buffer = Buffer::new(features, SAMPLES);
    for feature in 0..features {
        buffer.tile_mut(features, PADDED).feature(feature).fill(f64::NAN);
        buffer.tile_mut(features, SAMPLES).feature(feature).fill(number);
    }
    buffer
}

/// Returns the loss of equal samples, its gradient, and the gradient in the padding.
fn evaluate<S: Shape, L: Loss<f64, S>>(loss: &L, prediction: f64, target: f64) -> (f64, Vec<f64>, Vec<f64>) {
    let (predictions, targets) = (filled(S::FEATURES, prediction), filled(L::Targets::FEATURES, target));
    let mut gradient = filled(S::FEATURES, f64::NAN);
    let sum = loss.evaluate(LossInput {
        pairs: MetricInput::new(
            predictions.tile(S::FEATURES, SAMPLES),
            targets.tile(L::Targets::FEATURES, SAMPLES),
            None,
        ),
        gradient: Some(gradient.tile_mut(S::FEATURES, SAMPLES)),
        scale: 1.0,
    });
    let (mut derivatives, mut padding) = (Vec::new(), Vec::new());
    for feature in 0..S::FEATURES {
        let (real, rest) = gradient.tile(S::FEATURES, PADDED).feature(feature).split_at(SAMPLES);
        derivatives.extend_from_slice(real);
        padding.extend_from_slice(rest);
    }
    (sum, derivatives, padding)
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

fn padding_is_ignored<S: Shape, L: Loss<f64, S>>(loss: L) {
    let (sum, derivatives, padding) = evaluate(&loss, 0.4, 1.0);
    assert!(
        sum.is_finite() && derivatives.iter().all(|derivative| derivative.is_finite()),
        "{}: {sum}, {derivatives:?}",
        loss.name()
    );
    assert!(!padding.is_empty() && padding.iter().all(|&derivative| derivative == 0.0), "{}: {padding:?}", loss.name());
}

#[test]
fn padding_does_not_count() {
    each_loss!(padding_is_ignored);
}

/// Checks that NaN is propagated: `TerminateOnNan` relies on it.
fn nan_is_propagated<S: Shape, L: Loss<f64, S>>(loss: L) {
    let (sum, _, padding) = evaluate(&loss, f64::NAN, 1.0);
    assert!(sum.is_nan(), "{} of NaN is {sum}", loss.name());
    assert!(padding.iter().all(|&derivative| derivative == 0.0), "{}: {padding:?}", loss.name());
}

#[test]
fn the_loss_of_nan_is_nan() {
    each_loss!(nan_is_propagated);
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
                assert!(
                    found.0.is_finite() && found.1.iter().all(|derivative| derivative.is_finite()),
                    "{gamma}: {found:?}"
                );
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
    metric.update(&mut state, MetricInput::new(predictions, targets, None));
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
