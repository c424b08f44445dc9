//! Training of `mlp`: `compile`, `fit`, `evaluate`, `predict`, callbacks, metrics and files. Use the crate `mlp`.
//!
//! - `dataset`, `batch`: data, and the passes over one batch.
//! - `network`: the trait [`Network`], and compiled networks.
//! - `optimizers`: the state of an optimizer, and L-BFGS.
//! - `least_squares`: normal equations and the steps of Levenberg-Marquardt.
//! - `squares`: the loss of a batch as a sum of squares.
//! - `fit`: the training loop.
//! - `ensemble`: several networks of one type.
//! - `population`: evolution strategies.
//! - `search`: hyper-parameters.
//! - `callbacks`: actions between epochs and batches.
//! - `metrics`, `report`: metrics, the history, the progress on the screen.
//! - `custom`: gradients for custom training loops.
//! - `reinforcement`: batches of actions, replay, normalization of observations.
//! - `weights`, `onnx`: files.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod adapt;
mod batch;
mod batch_shape;
mod callback_state;
pub mod callbacks;
mod class_weight;
mod custom;
mod dataset;
pub mod diagram;
#[doc(hidden)]
pub mod disabled;
mod ensemble;
mod error;
mod fit;
mod heap;
pub mod initializers;
mod least_squares;
mod linspace;
pub mod metrics;
mod network;
#[cfg(feature = "onnx")]
pub mod onnx;
pub mod optimizers;
mod parallel;
mod population;
mod ranks;
mod reinforcement;
mod report;
pub mod residuals;
mod search;
mod seeds;
mod squares;
mod streams;
mod summary;
#[cfg(feature = "safetensors")]
pub mod weights;

pub use adapt::Adapt;
pub use batch_shape::BatchShape;
#[cfg(feature = "safetensors")]
pub use callbacks::ModelCheckpoint;
pub use callbacks::{
    Callback, CallbackResult, CsvLogger, EarlyStopping, LearningRateScheduler, MonitorMode, ReduceLrOnPlateau, Status,
    TensorBoard, TerminateOnNan, Training,
};
pub use class_weight::{compute_class_weight, compute_sample_weight};
pub use custom::{ForwardPass, GradientTape, Tape};
pub use dataset::{ColumnMismatch, Data, Rows};
pub use ensemble::{CompiledEnsemble, Ensemble, EnsembleError, EnsemblePrediction, InvalidQuantile};
pub use error::{CallbackError, LeastSquaresError, PartialFitError, TableError, TrainingError};
pub use fit::{Evaluation, Fit, OnRanks, Shown, ValidationData, Weighted};
pub use heap::{BoxedParameters, Buffer, Heap, HeapSlots};
pub use linspace::linspace;
#[doc(hidden)]
pub use network::{BeforeCompile, ForeignMethods, IsCompiled};
pub use network::{Compiled, Network, OptionsMut, Predictor};
pub use population::{Generation, Population, PopulationError};
pub use ranks::{Communicator, RankError};
pub use reinforcement::{EvaluatedActions, PolicyTape, ReplayBuffer, RunningNormalizer, SampledActions};
pub use report::{
    History, IntoMetrics, IntoVerbose, MetricError, MetricList, OutputContext, Progress, UnknownVerbose, Verbose,
    WithWeighted,
};
pub use search::{
    ScoreError, Search, SearchError, SearchResults, Trial, TrialScores, UnknownParameter, UnlistedSize, Values,
};
pub use squares::Uncertainty;
pub use summary::{InvalidOption, NamedVariable, Row, Screen, Summary};
