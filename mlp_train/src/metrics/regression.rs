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
    /// Weighted sum of squared distances from the mean, by Welford's algorithm, which is accurate for large means too.
    spread: f64,
    residual: f64,
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
        input.for_each(|feature, prediction, target, weight| {
            let state = &mut state[feature];
            let [prediction, target, weight] = [prediction, target, weight].map(Scalar::to_f64);
            if weight == 0.0 {
                return;
            }
            state.weight += weight;
            let distance = target - state.mean;
            state.mean += distance * weight / state.weight;
            state.spread += weight * distance * (target - state.mean);
            state.residual += weight * (target - prediction).powi(2);
        });
    }
    fn result(&self, state: &[R2ScoreState; N]) -> f64 {
        let score = |output: &R2ScoreState| {
            if output.spread == 0.0 { 0.0 } else { 1.0 - output.residual / output.spread }
        };
        state.iter().map(score).sum::<f64>() / N as f64
    }
}
