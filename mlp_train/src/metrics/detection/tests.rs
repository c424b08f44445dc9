use super::*;
use mlp_core::{Tile, padded_len};

const SAMPLES: usize = 40;

/// Predictions that lie on, between and at the ends of the thresholds, with targets 0, ½ and 1, and weights.
fn data() -> ([f64; SAMPLES], [f64; SAMPLES], [f64; SAMPLES]) {
    let predictions = core::array::from_fn(|sample| (sample * 7 % 11) as f64 / 10.0);
    let targets = core::array::from_fn(|sample| (sample * 5 % 3) as f64 / 2.0);
    let weights = core::array::from_fn(|sample| (1 + sample % 4) as f64 / 4.0);
    (predictions, targets, weights)
}

/// Returns the weight of the samples that are predicted and actually positive or not.
fn weight(threshold: f64, predicted: bool, actual: bool) -> f64 {
    let (predictions, targets, weights) = data();
    let chosen = |&sample: &usize| (predictions[sample] > threshold) == predicted && (targets[sample] > 0.5) == actual;
    (0..SAMPLES).filter(chosen).map(|sample| weights[sample]).sum()
}

fn result<M: Metric<f64, Features<1>, Features<1>>>(metric: M) -> f64 {
    let padded = |values: [f64; SAMPLES]| {
        let mut padded = vec![0.0; padded_len(1, SAMPLES)];
        padded[..SAMPLES].copy_from_slice(&values);
        padded
    };
    let (predictions, targets, weights) = data();
    let (predictions, targets, weights) = (padded(predictions), padded(targets), padded(weights));
    let tile = |values| Tile::new(values, 1, SAMPLES);
    let mut state = metric.init();
    metric.update(&mut state, MetricInput::new(tile(&predictions), tile(&targets), Some(&weights)));
    metric.result(&state)
}

#[test]
fn metrics_at_a_threshold_are_their_definitions() {
    for threshold in [0.0, 0.3, 0.5, 0.95, 1.0] {
        let [right, false_alarms, missed] = [(true, true), (true, false), (false, true)]
            .map(|(predicted, actual)| weight(threshold, predicted, actual));
        let (precision, recall) = (ratio(right, right + false_alarms), ratio(right, right + missed));
        assert_eq!(result(Precision::new().threshold(threshold)), precision, "{threshold}");
        assert_eq!(result(Recall::new().threshold(threshold)), recall, "{threshold}");
        let f1 = ratio(2.0 * precision * recall, precision + recall);
        assert!((result(F1Score::new().threshold(threshold)) - f1).abs() < 1e-12, "{threshold}");
    }
}

#[test]
fn the_area_under_a_curve_is_its_definition() {
    for count in [2, 3, 11, 50] {
        let steps = count.max(3) - 1;
        let threshold = |index: usize| match index {
            0 => -1e-7,
            index if index == steps => 1.0 + 1e-7,
            index => index as f64 / steps as f64,
        };
        let rate = |index: usize, actual: bool| {
            let above = weight(threshold(index), true, actual);
            ratio(above, above + weight(threshold(index), false, actual))
        };
        let area = |index| {
            let width = rate(index, false) - rate(index + 1, false);
            width * (rate(index, true) + rate(index + 1, true)) / 2.0
        };
        let expected: f64 = (0..steps).map(area).sum();
        assert!((result(Auc::new().thresholds(count)) - expected).abs() < 1e-12, "{count} thresholds");
    }
}
