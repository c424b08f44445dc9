//! Losses, their gradients and metrics compared with Keras, PyTorch and scikit-learn, in both precisions. `losses.py` writes
//! the files.

use crate::golden::{Golden, mixed_difference};
use mlp::losses::{LossInput, MetricInput, PointwiseLoss};
use mlp::prelude::*;
use mlp::{Buffer, Scalar, TileBuffer as _};

const SAMPLES: usize = 340;

type Number = fn(f64, f64) -> f64;

const LOGITS: Number = |row, column| 2.0 * (row * 0.7 + column * 1.3).sin();
const PROBABILITIES: Number = |row, column| 0.5 + 0.49 * (row * 0.9 + column * 2.1).sin();
const VALUES: Number = |row, column| 1.5 * (row * 0.31 + column * 0.7 + 1.0).sin();
const YES: Number = |row, column| f64::from((row * 7.0 + column * 3.0) % 5.0 < 2.0);
const ONE_HOT: Number = |row, column| f64::from(row % 3.0 == column);
const CLASS: Number = |row, _| row % 3.0;
const SHARES: Number = |row, column| (1.0 + (row + column) % 3.0) / 6.0;
const COUNTS: Number = |row, column| (row * 3.0 + column) % 4.0;

fn buffer<T: Scalar>(features: usize, rows: core::ops::Range<usize>, number: Number) -> Buffer<T> {
    let mut buffer = Buffer::new(features, rows.len());
    for feature in 0..features {
        let mut tile = buffer.tile_mut(features, rows.len());
        for (target, row) in tile.feature(feature).iter_mut().zip(rows.clone()) {
            *target = T::from_f64(number(row as f64, feature as f64));
        }
    }
    buffer
}

/// Returns a weight for each sample and zero for the padding.
fn weights(rows: core::ops::Range<usize>) -> Vec<f64> {
    let padded = rows.len().next_multiple_of(16);
    let weight = |row: usize| if rows.contains(&row) { 0.5 + (row % 4) as f64 * 0.5 } else { 0.0 };
    (rows.start..rows.start + padded).map(weight).collect()
}

fn check_loss<T, L, S>(golden: &Golden, name: &str, loss: L, predictions: Number, targets: Number, bound: f64)
where
    T: Scalar,
    L: Loss<T, S>,
    S: Shape,
{
    let (predictions, targets): (Buffer<T>, Buffer<T>) =
        (buffer(S::FEATURES, 0..SAMPLES, predictions), buffer(L::Targets::FEATURES, 0..SAMPLES, targets));
    let weights: Vec<T> = weights(0..SAMPLES).into_iter().map(T::from_f64).collect();
    for (suffix, weights) in [("", None), ("_weighted", Some(weights.as_slice()))] {
        let mut gradient = Buffer::new(S::FEATURES, SAMPLES);
        let sum = loss.evaluate(LossInput {
            pairs: MetricInput::new(
                predictions.tile(S::FEATURES, SAMPLES),
                targets.tile(L::Targets::FEATURES, SAMPLES),
                weights,
            ),
            gradient: Some(gradient.tile_mut(S::FEATURES, SAMPLES)),
            scale: T::from_f64(1.0),
        });
        let value = mixed_difference(&[sum / SAMPLES as f64], golden.get(&format!("{name}{suffix}.value")));
        assert!(value < bound, "{name}{suffix}: {value:e}");
        // scikit-learn has no gradients: the quantile's is from central differences.
        if !name.starts_with("quantile") {
            let gradient = gradient.tile(S::FEATURES, SAMPLES);
            let by_sample =
                (0..SAMPLES).step_by(9).flat_map(|sample| (0..S::FEATURES).map(move |feature| (feature, sample)));
            let derivatives: Vec<f64> =
                by_sample.map(|(feature, sample)| Scalar::to_f64(gradient.feature(feature)[sample])).collect();
            let derivative = mixed_difference(&derivatives, golden.get(&format!("{name}{suffix}.gradient")));
            assert!(derivative < bound, "the gradient of {name}{suffix}: {derivative:e}");
        }
    }
}

/// The formulas of a pointwise loss without its kernel, as those of a custom loss are evaluated.
struct Formulas<L>(L);

impl<L: PointwiseLoss> PointwiseLoss for Formulas<L> {
    const NAME: &'static str = "formulas";

    fn value<T: Scalar>(&self, prediction: T, target: T) -> T {
        self.0.value(prediction, target)
    }
    fn derivative<T: Scalar>(&self, prediction: T, target: T) -> T {
        self.0.derivative(prediction, target)
    }
}

#[test]
fn losses_and_their_gradients() {
    let golden = Golden::read("losses");
    let plus_or_minus: Number = |row, column| 2.0 * YES(row, column) - 1.0;
    let positive: Number = |row, column| VALUES(row, column).abs();
    let both: Number = |row, column| if column < 3.0 { LOGITS(row, column) } else { PROBABILITIES(row, column - 3.0) };
    let focal = BinaryFocalCrossentropy::new().from_logits(false).alpha(0.3).gamma(1.5).label_smoothing(0.1);
    macro_rules! check {
        ($shape:ty: $($name:literal: $loss:expr, $predictions:ident, $targets:ident;)*) => {$(
            // Keras's ln 2 in this loss is rounded to single precision.
            let bound = if $name == "log_cosh" { 1e-8 } else { 1e-9 };
            check_loss::<f64, _, $shape>(&golden, $name, $loss, $predictions, $targets, bound);
            check_loss::<f32, _, $shape>(&golden, $name, $loss, $predictions, $targets, 1e-5);
        )*};
        ($($name:literal: $loss:expr, $predictions:ident, $targets:ident;)*) => {
            check! { Features<3>: $($name: $loss, $predictions, $targets;)* }
            check! { Features<3>: $($name: Formulas($loss), $predictions, $targets;)* }
        };
    }
    check! {
        "mean_squared_error": MeanSquaredError, LOGITS, VALUES;
        "mean_absolute_error": MeanAbsoluteError, LOGITS, VALUES;
        "mean_absolute_percentage_error": MeanAbsolutePercentageError, LOGITS, VALUES;
        "mean_squared_logarithmic_error": MeanSquaredLogarithmicError, PROBABILITIES, positive;
        "huber": Huber::new(), LOGITS, VALUES;
        "huber_delta": Huber::new().delta(0.3), LOGITS, VALUES;
        "log_cosh": LogCosh, LOGITS, VALUES;
        "poisson": Poisson, PROBABILITIES, COUNTS;
        "quantile": Quantile::new(0.3), LOGITS, VALUES;
        "binary_crossentropy": BinaryCrossentropy::new(), LOGITS, YES;
        "binary_crossentropy_smoothed": BinaryCrossentropy::new().label_smoothing(0.2), LOGITS, YES;
        "binary_crossentropy_of_probabilities": BinaryCrossentropy::new().from_logits(false), PROBABILITIES, YES;
        "focal": BinaryFocalCrossentropy::new(), LOGITS, YES;
        "focal_balanced": focal, PROBABILITIES, YES;
        "hinge": Hinge, LOGITS, plus_or_minus;
        "squared_hinge": SquaredHinge, LOGITS, plus_or_minus;
    }
    check! { Features<3>:
        "quantiles": Quantiles::new([0.1, 0.5, 0.8]), LOGITS, VALUES;
        "categorical_crossentropy": CategoricalCrossentropy::new(), LOGITS, ONE_HOT;
        "categorical_crossentropy_smoothed": CategoricalCrossentropy::new().label_smoothing(0.1), LOGITS, ONE_HOT;
        "categorical_crossentropy_of_probabilities": CategoricalCrossentropy::new().from_logits(false), PROBABILITIES, SHARES;
        "sparse_categorical_crossentropy": SparseCategoricalCrossentropy::new(), LOGITS, CLASS;
        "sparse_categorical_crossentropy_of_probabilities":
            SparseCategoricalCrossentropy::new().from_logits(false), PROBABILITIES, CLASS;
        "kl_divergence": KlDivergence, PROBABILITIES, SHARES;
        "cosine_similarity": CosineSimilarity, LOGITS, VALUES;
    }
    check! { (Features<3>, Features<3>): "gaussian": GaussianNegativeLogLikelihood, both, VALUES; }
}

/// Each output of `Quantiles` is compared with the target as by `Quantile`. Its gradient has a weight and a scale.
#[test]
fn quantiles_are_quantiles_of_one_target() {
    let (outputs, weights) = ([0.1, 0.5, 0.8], weights(0..SAMPLES));
    let predictions: Buffer<f64> = buffer(3, 0..SAMPLES, LOGITS);
    let targets: Buffer<f64> = buffer(1, 0..SAMPLES, VALUES);
    let mut gradient = Buffer::new(3, SAMPLES);
    let pairs = MetricInput::new(predictions.tile(3, SAMPLES), targets.tile(1, SAMPLES), Some(&weights));
    let input = LossInput { pairs, gradient: Some(gradient.tile_mut(3, SAMPLES)), scale: 0.7 };
    let sum = Loss::<f64, Features<3>>::evaluate(&Quantiles::new(outputs), input);
    let mut expected = 0.0;
    for (output, quantile) in outputs.map(Quantile::new).into_iter().enumerate() {
        for (sample, &weight) in weights[..SAMPLES].iter().enumerate() {
            let at = |buffer: &Buffer<f64>, feature| buffer.tile(feature + 1, SAMPLES).feature(feature)[sample];
            let (prediction, target) = (at(&predictions, output), at(&targets, 0));
            expected += quantile.value(prediction, target) * weight / 3.0;
            let derivative = quantile.derivative(prediction, target) * weight / 3.0 * 0.7;
            assert!((at(&gradient, output) - derivative).abs() < 1e-12, "output {output} of sample {sample}");
        }
    }
    assert!((sum - expected).abs() < 1e-9, "{sum}, expected {expected}");
}

/// The constant that minimizes the loss is the quantile. Source: Koenker and Bassett (1978).
#[test]
fn the_quantile_minimizes_the_quantile_loss() {
    let targets = buffer(1, 0..39, |row, _| row);
    let total = |constant: f64| {
        let mut predictions = Buffer::new(1, 39);
        predictions.tile_mut(1, 39).fill(constant);
        let (predictions, targets) = (predictions.tile(1, 39), targets.tile(1, 39));
        let input = LossInput::without_gradient(MetricInput::new(predictions, targets, None));
        Loss::<f64, Features<1>>::evaluate(&Quantile::new(0.25), input)
    };
    let best = (0..39).min_by(|&a, &b| total(f64::from(a)).total_cmp(&total(f64::from(b))));
    assert_eq!(best, Some(9));
}

/// Compares a metric in both precisions. Keras counts in single precision.
fn check_metric<M, const TARGETS: usize>(golden: &Golden, name: &str, metric: M, predictions: Number, targets: Number)
where
    M: Metric<f64, Features<3>, Features<TARGETS>> + Metric<f32, Features<3>, Features<TARGETS>>,
{
    check_metric_of::<f64, M, TARGETS>(golden, name, &metric, predictions, targets, 1e-6);
    check_metric_of::<f32, M, TARGETS>(golden, name, &metric, predictions, targets, 1e-5);
}

fn check_metric_of<T, M, const TARGETS: usize>(
    golden: &Golden,
    name: &str,
    metric: &M,
    predictions: Number,
    targets: Number,
    bound: f64,
) where
    T: Scalar,
    M: Metric<T, Features<3>, Features<TARGETS>>,
{
    for suffix in ["", "_weighted"] {
        let mut state = metric.init();
        // What was seen before is forgotten.
        for tiles in [&[31..50, 50..60][..], &[0..7, 7..31, 31..SAMPLES]] {
            metric.reset(&mut state);
            for rows in tiles.iter().cloned() {
                let weights: Vec<T> = weights(rows.clone()).into_iter().map(T::from_f64).collect();
                let count = rows.len();
                let (given, wanted): (Buffer<T>, Buffer<T>) =
                    (buffer(3, rows.clone(), predictions), buffer(TARGETS, rows, targets));
                metric.update(
                    &mut state,
                    MetricInput::new(
                        given.tile(3, count),
                        wanted.tile(TARGETS, count),
                        (suffix == "_weighted").then_some(&weights),
                    ),
                );
            }
        }
        let expected = golden.get(&format!("{name}{suffix}"));
        let difference = mixed_difference(&[metric.result(&state)], expected);
        assert!(difference < bound, "{name}{suffix}: {} is not {expected:?}", metric.result(&state));
    }
}

#[test]
fn metrics_over_batches() {
    let golden = Golden::read("metrics");
    check_metric::<_, 3>(&golden, "binary_accuracy", BinaryAccuracy::new(), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "categorical_accuracy", CategoricalAccuracy, LOGITS, ONE_HOT);
    check_metric::<_, 1>(&golden, "sparse_categorical_accuracy", SparseCategoricalAccuracy, LOGITS, CLASS);
    let top = TopKCategoricalAccuracy::new().k(2);
    check_metric::<_, 3>(&golden, "top_k_categorical_accuracy", top, LOGITS, ONE_HOT);
    let top = SparseTopKCategoricalAccuracy::new().k(2);
    check_metric::<_, 1>(&golden, "sparse_top_k_categorical_accuracy", top, LOGITS, CLASS);
    check_metric::<_, 3>(&golden, "precision", Precision::new(), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "recall", Recall::new().threshold(0.3), PROBABILITIES, YES);
    let by_threshold = F1Score::new().threshold(0.5);
    check_metric::<_, 3>(&golden, "f1_micro", by_threshold.average(Averaging::Micro), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "f1_macro", by_threshold, PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "f1_weighted", by_threshold.average(Averaging::Weighted), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "f1_largest_macro", F1Score::new(), PROBABILITIES, ONE_HOT);
    check_metric::<_, 1>(&golden, "f1_largest_macro", F1Score::new(), PROBABILITIES, CLASS);
    let weighted = F1Score::new().average(Averaging::Weighted);
    check_metric::<_, 3>(&golden, "f1_largest_weighted", weighted, PROBABILITIES, ONE_HOT);
    check_metric::<_, 1>(&golden, "f1_largest_weighted", weighted, PROBABILITIES, CLASS);
    check_metric::<_, 3>(&golden, "auc", Auc::new(), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "auc_precision_recall", Auc::new().curve(Curve::PrecisionRecall), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "auc_few", Auc::new().thresholds(5), PROBABILITIES, YES);
    check_metric::<_, 3>(&golden, "cosine_similarity", CosineSimilarity, LOGITS, VALUES);
    check_metric::<_, 3>(&golden, "r2_score", R2Score, LOGITS, VALUES);
    check_metric::<_, 3>(&golden, "root_mean_squared_error", RootMeanSquaredError, LOGITS, VALUES);
}

fn result(metric: &impl Metric<f64, Features<1>, Features<1>>, input: MetricInput<'_, f64>) -> f64 {
    let mut state = metric.init();
    metric.update(&mut state, input);
    metric.result(&state)
}

/// The first threshold is below all predictions and the last above: equal predictions are on the diagonal.
#[test]
fn predictions_at_the_ends_of_the_thresholds() {
    for end in [0.0, 1.0] {
        let mut predictions = Buffer::new(1, 8);
        predictions.tile_mut(1, 8).fill(end);
        let targets: Buffer<f64> = buffer(1, 0..8, |row, _| row % 2.0);
        let input = MetricInput::new(predictions.tile(1, 8), targets.tile(1, 8), None);
        assert_eq!(result(&Auc::new(), input), 0.5, "{end}");
    }
}

/// Names in the history, those of Keras where it has the metric, and the directions in which metrics improve.
#[test]
fn names_and_modes() {
    use MonitorMode::{Max, Min};
    fn label<const TARGETS: usize>(
        metric: impl Metric<f32, Features<3>, Features<TARGETS>>,
    ) -> (&'static str, Option<MonitorMode>) {
        (metric.name(), metric.mode())
    }
    macro_rules! check {
        ($targets:literal: $($metric:expr, $name:literal, $mode:ident;)*) => {$(
            assert_eq!(label::<$targets>($metric), ($name, Some($mode)));
        )*};
    }
    check! { 3:
        MeanSquaredError, "mean_squared_error", Min;
        MeanAbsoluteError, "mean_absolute_error", Min;
        MeanAbsolutePercentageError, "mean_absolute_percentage_error", Min;
        MeanSquaredLogarithmicError, "mean_squared_logarithmic_error", Min;
        Huber::new(), "huber", Min;
        LogCosh, "log_cosh", Min;
        Poisson, "poisson", Min;
        Quantile::new(0.3), "quantile", Min;
        BinaryCrossentropy::new(), "binary_crossentropy", Min;
        BinaryFocalCrossentropy::new(), "binary_focal_crossentropy", Min;
        Hinge, "hinge", Min;
        SquaredHinge, "squared_hinge", Min;
        CategoricalCrossentropy::new(), "categorical_crossentropy", Min;
        KlDivergence, "kl_divergence", Min;
        CosineSimilarity, "cosine_similarity", Max;
        BinaryAccuracy::new(), "binary_accuracy", Max;
        CategoricalAccuracy, "categorical_accuracy", Max;
        TopKCategoricalAccuracy::new(), "top_k_categorical_accuracy", Max;
        Precision::new(), "precision", Max;
        Recall::new(), "recall", Max;
        F1Score::new(), "f1_score", Max;
        Auc::new(), "auc", Max;
        RootMeanSquaredError, "root_mean_squared_error", Min;
        R2Score, "r2_score", Max;
    }
    check! { 1:
        SparseCategoricalCrossentropy::new(), "sparse_categorical_crossentropy", Min;
        SparseCategoricalAccuracy, "sparse_categorical_accuracy", Max;
        SparseTopKCategoricalAccuracy::new(), "sparse_top_k_categorical_accuracy", Max;
        Quantiles::new([0.1, 0.5, 0.8]), "quantiles", Min;
    }
    let name = Loss::<f32, (Features<3>, Features<3>)>::name(&GaussianNegativeLogLikelihood);
    assert_eq!(name, "gaussian_negative_log_likelihood");
}
