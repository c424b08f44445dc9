//! Regression metrics: RMSE, R². The regression losses are metrics too.

use super::{Mean, Metric, MonitorMode};
use mlp_core::Scalar;
use mlp_core::layers::Features;
use mlp_core::losses::{LossInput, MeanSquaredError, MetricInput, PointwiseLoss};
use mlp_core::options;

options! {
    /// `√ mean (ŷ − y)²`, over samples and outputs.
    ///
    /// The minimum is best. Keras: `RootMeanSquaredError`. scikit-learn: `root_mean_squared_error`.
    RootMeanSquaredError;
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for RootMeanSquaredError {
    type State = Mean;

    fn name(&self) -> &'static str {
        "root_mean_squared_error"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Min)
    }
    fn init(&self) -> Mean {
        Mean::default()
    }
    fn update(&self, state: &mut Mean, input: MetricInput<'_, T>) {
        state.add(MeanSquaredError.evaluate_tile(LossInput::without_gradient(input)), input);
    }
    fn result(&self, state: &Mean) -> f64 {
        state.result().sqrt()
    }
}

options! {
    /// `1 − Σ (y − ŷ)² / Σ (y − mean(y))²`, the mean over the outputs: the coefficient of determination.
    ///
    /// It is the share of the targets' variance that the predictions explain; 0 if all targets are equal, as in Keras. The
    /// maximum, 1, is best. Keras: `R2Score`. scikit-learn: `r2_score`.
    R2Score;
}

/// State of an [`R2Score`] for one output.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct R2ScoreState {
    weight: f64,
    mean: f64,
    /// Weighted sum of squared distances from the mean, which is accurate for large means too.
    spread: f64,
    residual: f64,
}

impl R2ScoreState {
    /// Returns the state of some samples.
    fn of<T: Scalar>(predictions: &[T], targets: &[T], weights: Option<&[T]>) -> Self {
        let [weight, sum] = sums(predictions, targets, weights, |_, target| [1.0, target]);
        let mean = if weight == 0.0 { 0.0 } else { sum / weight };
        let [spread, residual] = sums(predictions, targets, weights, |prediction, target| {
            [(target - mean).powi(2), (target - prediction).powi(2)]
        });
        Self { weight, mean, spread, residual }
    }

    /// Adds the samples of another state. Source: Chan, Golub and LeVeque, 1979.
    fn merge(&mut self, other: Self) {
        let weight = self.weight + other.weight;
        if other.weight == 0.0 {
            return;
        }
        let distance = other.mean - self.mean;
        self.mean += distance * other.weight / weight;
        self.spread += other.spread + distance * distance * self.weight * other.weight / weight;
        self.residual += other.residual;
        self.weight = weight;
    }
}

/// Returns the weighted sums of two functions of a prediction and a target, in partial sums that the compiler vectorizes.
fn sums<T: Scalar>(
    predictions: &[T],
    targets: &[T],
    weights: Option<&[T]>,
    f: impl Fn(f64, f64) -> [f64; 2],
) -> [f64; 2] {
    const SUMS: usize = 8;
    let mut parts = [[0.0; SUMS]; 2];
    for (chunk, (predictions, targets)) in predictions.chunks(SUMS).zip(targets.chunks(SUMS)).enumerate() {
        for (lane, (&prediction, &target)) in predictions.iter().zip(targets).enumerate() {
            let weight = weights.map_or(1.0, |weights| Scalar::to_f64(weights[chunk * SUMS + lane]));
            let values = f(Scalar::to_f64(prediction), Scalar::to_f64(target));
            for (part, value) in parts.iter_mut().zip(values) {
                part[lane] += if weight == 0.0 { 0.0 } else { weight * value };
            }
        }
    }
    parts.map(|parts| parts.iter().sum())
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for R2Score {
    type State = [R2ScoreState; N];

    fn name(&self) -> &'static str {
        "r2_score"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Max)
    }
    fn init(&self) -> [R2ScoreState; N] {
        [R2ScoreState::default(); N]
    }
    fn update(&self, state: &mut [R2ScoreState; N], input: MetricInput<'_, T>) {
        for (feature, state) in state.iter_mut().enumerate() {
            let (predictions, targets) = (input.predictions.feature(feature), input.targets.feature(feature));
            state.merge(R2ScoreState::of(predictions, targets, input.weights));
        }
    }
    fn result(&self, state: &[R2ScoreState; N]) -> f64 {
        let score = |output: &R2ScoreState| {
            if output.spread == 0.0 { 0.0 } else { 1.0 - output.residual / output.spread }
        };
        state.iter().map(score).sum::<f64>() / N as f64
    }
}
