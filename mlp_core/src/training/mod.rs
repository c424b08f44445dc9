//! Training: `compile`, `fit`, `evaluate` and `predict`.
//!
//! - `dataset`, `batch`: data, and the passes over one batch. They need no heap; neither does [`Trainer`].
//! - `network`: the trait [`Network`], and compiled networks.
//! - `fit`: the training loop.
//! - `callbacks`: what a training calls between epochs and batches.
//! - `report`: metrics, the history, the progress on the screen.
//! - `custom`: gradients for custom training loops.

#[cfg_attr(
    not(feature = "std"),
    expect(dead_code, unused_imports, reason = "`Trainer` neither evaluates nor predicts")
)]
pub(crate) mod batch;
#[cfg(feature = "std")]
pub mod callbacks;
#[cfg(feature = "std")]
mod custom;
mod dataset;
#[cfg(feature = "std")]
mod fit;
#[cfg(feature = "std")]
mod linspace;
#[cfg(feature = "std")]
mod network;
#[cfg(feature = "std")]
mod report;
#[cfg(not(feature = "std"))]
mod static_network;
mod trainer;

pub use batch::LossList;
#[cfg(feature = "safetensors")]
pub use callbacks::ModelCheckpoint;
#[cfg(feature = "std")]
pub use callbacks::{
    Callback, CallbackError, CallbackResult, CsvLogger, EarlyStopping, LearningRateScheduler, MonitorMode,
    ReduceLrOnPlateau, Status, TensorBoard, TerminateOnNan, Training,
};
#[cfg(feature = "std")]
pub use custom::GradientTape;
pub(crate) use dataset::check::inputs as check_inputs;
pub use dataset::{Data, DataError, Role, Rows};
#[cfg(feature = "std")]
pub use fit::{Evaluation, Fit, PartialFitError, TrainingError, ValidationData, Weighted};
#[cfg(feature = "std")]
pub use linspace::linspace;
#[cfg(feature = "std")]
pub use network::{Compiled, Network};
#[cfg(feature = "std")]
pub use report::{History, IntoMetrics, MetricList, Progress, UnknownVerbose, Verbose, WithWeighted};
#[cfg(not(feature = "std"))]
pub use static_network::Network;
pub use trainer::Trainer;
