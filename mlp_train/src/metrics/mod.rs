//! Metrics, reported in addition to the loss.
//!
//! Metrics of classification compare probabilities: an output above 0.5 is positive. Where the loss expects logits, as
//! `BinaryCrossentropy::new()` does, they compute the probabilities from the logits themselves, as the loss does, and a
//! threshold is a probability too. Targets are 0 or 1 for each output, or, for several outputs, one class index.
//!
//! ```
//! # mod mlp { pub mod metrics { pub use mlp_train::metrics::{BinaryAccuracy, Precision}; } }
//! use mlp::metrics::{BinaryAccuracy, Precision};
//!
//! let usual = BinaryAccuracy::new();
//! let cautious = Precision::new().threshold(0.7);
//! # let _ = (usual, cautious);
//! ```
//!
//! Metrics without options are unit structs, such as `R2Score`. Metrics with options have `new()` and a method for each
//! option. Both implement `Default`. The same rule holds for losses and optimizers.
//!
//! # Custom metrics
//!
//! A custom metric implements [`Metric`]: `init`, `update` and `result`. Every custom
//! [`PointwiseLoss`](mlp_core::losses::PointwiseLoss) is a metric already.

mod accuracy;
mod classification_report;
mod confusion;
mod detection;
mod regression;

pub use accuracy::*;
pub use classification_report::*;
pub use confusion::*;
pub use detection::*;
pub use regression::*;

use mlp_core::Scalar;
use mlp_core::layers::InvalidValue;
use mlp_core::layers::Shape;
use mlp_core::losses::{Logits, Loss, LossInput, LossMetric, MetricInput};

/// The direction in which a metric improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitorMode {
    /// Smaller is better, as for a loss.
    Min,
    /// Larger is better, as for an accuracy.
    Max,
}

/// A streaming metric, updated batch by batch. The losses are metrics too.
///
/// # Custom metrics
///
/// ```
/// # mod mlp { pub use mlp_core::Scalar; pub mod layers { pub use mlp_core::layers::Features; } pub mod losses { pub use mlp_core::losses::MetricInput; } pub mod metrics { pub use mlp_train::metrics::Metric; } }
/// use mlp::Scalar;
/// use mlp::layers::Features;
/// use mlp::losses::MetricInput;
/// use mlp::metrics::Metric;
///
/// /// `max |ŷ − y|` over all samples and outputs. scikit-learn: `max_error`. Its minimum is best.
/// struct MaxError;
///
/// impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for MaxError {
///     type State = f64;
///
///     fn name(&self) -> &'static str {
///         "max_error"
///     }
///     fn init(&self) -> f64 {
///         0.0
///     }
///     fn update(&self, max: &mut f64, input: MetricInput<'_, T>) {
///         input.for_each(|_, prediction, target, _| *max = max.max((prediction - target).abs().to_f64()));
///     }
///     fn result(&self, max: &f64) -> f64 {
///         *max
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric for a network with output `{Outputs}` of `{T}` and targets `{Targets}`",
    label = "not a metric for this network's output and targets"
)]
pub trait Metric<T: Scalar, Outputs: Shape, Targets: Shape>: Send + Sync {
    /// Accumulated state, such as a [`Mean`].
    type State: Send;

    /// Returns the name in the history, such as `mean_absolute_error`.
    fn name(&self) -> &'static str;

    /// Returns the direction in which the metric improves. Callbacks that monitor the metric use it; without one, they need
    /// a `mode` of their own. Defaults to none.
    fn mode(&self) -> Option<MonitorMode> {
        None
    }

    /// Returns an error if the value of an option is invalid for an output on which the loss uses `logits`. Training calls it
    /// before the first step. Defaults to no check.
    ///
    /// # Errors
    /// Names the option and its valid values.
    fn check(&self, logits: Logits) -> Result<(), InvalidValue> {
        let _ = logits;
        Ok(())
    }

    /// Returns the activation that the metric applies to the outputs, if it expects logits whatever the loss expects.
    /// Training rejects a network that ends in one, too. Defaults to none.
    fn logits_activation(&self) -> Option<&'static str> {
        None
    }

    /// Returns the initial state.
    fn init(&self) -> Self::State;

    /// Adds the samples of a tile to the state. Keras: `update_state`.
    fn update(&self, state: &mut Self::State, input: MetricInput<'_, T>);

    /// Returns the metric of all samples added so far.
    fn result(&self, state: &Self::State) -> f64;

    /// Resets the state to the initial one. Override it to keep allocated memory. Keras: `reset_state`.
    fn reset(&self, state: &mut Self::State) {
        *state = self.init();
    }
}

/// State of a metric that is a weighted mean over the samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    /// Adds the samples of a tile, given the weighted sum of their values.
    pub fn add<T: Scalar>(&mut self, sum: f64, input: MetricInput<'_, T>) {
        self.sum += sum;
        self.weight += match input.weights {
            Some(weights) => weights.iter().map(|&weight| Scalar::to_f64(weight)).sum(),
            None => input.predictions.samples() as f64,
        };
    }

    /// Returns the mean, NaN without samples.
    pub fn result(&self) -> f64 {
        self.sum / self.weight
    }
}

// Every loss is a metric: its mean over the samples.
#[diagnostic::do_not_recommend]
impl<T: Scalar, Outputs: Shape, L: LossMetric + Loss<T, Outputs>> Metric<T, Outputs, L::Targets> for L {
    type State = Mean;

    fn name(&self) -> &'static str {
        Loss::name(self)
    }
    fn check(&self, logits: Logits) -> Result<(), InvalidValue> {
        let mut expects_probabilities = false;
        Loss::settings(self, &mut |option, value| expects_probabilities |= option == "from_logits" && value == 0.0);
        let is_valid = logits == Logits::No || !expects_probabilities;
        InvalidValue::require(
            is_valid,
            "from_logits",
            0.0,
            "1 (`true`), because the loss expects logits of this output",
        )?;
        Loss::check(self)
    }
    fn logits_activation(&self) -> Option<&'static str> {
        Loss::logits_activation(self)
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(if L::SIGN < 0.0 { MonitorMode::Max } else { MonitorMode::Min })
    }
    fn init(&self) -> Mean {
        Mean::default()
    }
    fn update(&self, state: &mut Mean, input: MetricInput<'_, T>) {
        state.add(L::SIGN * self.evaluate(LossInput::without_gradient(input)), input);
    }
    fn result(&self, state: &Mean) -> f64 {
        state.result()
    }
}
