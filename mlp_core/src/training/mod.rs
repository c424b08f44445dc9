//! Training and prediction: what turns a network into `compile`, `fit`, `evaluate` and `predict`.

#[cfg(feature = "std")]
pub mod callbacks;
mod check;
#[cfg(feature = "safetensors")]
mod checkpoint;
#[cfg(feature = "std")]
mod compiled;
mod data;
mod error;
#[cfg(feature = "std")]
mod evaluate;
#[cfg(feature = "std")]
mod extent;
#[cfg(feature = "std")]
mod fit;
#[cfg(feature = "std")]
mod fit_loop;
#[cfg(feature = "std")]
mod history;
#[cfg(feature = "std")]
mod interrupt;
#[cfg(feature = "std")]
mod last_good;
mod loss_list;
#[cfg(feature = "std")]
mod metric_list;
#[cfg(feature = "std")]
mod network;
#[cfg(feature = "std")]
mod parameters_file;
pub(crate) mod predict_one;
#[cfg(feature = "std")]
mod progress;
#[cfg(feature = "std")]
mod progress_line;
#[cfg(feature = "std")]
mod report;
#[cfg(feature = "std")]
mod sample_weights;
#[cfg(not(feature = "std"))]
mod static_network;
#[cfg(feature = "std")]
mod step;
#[cfg(feature = "std")]
mod tape;
mod trainer;
#[cfg(feature = "std")]
mod training_error;
#[cfg(feature = "std")]
mod validation;
#[cfg(feature = "std")]
mod verbose;
#[cfg(feature = "std")]
mod weighted;
#[cfg(feature = "std")]
mod weighted_metrics;
mod workspace;

#[cfg(feature = "std")]
pub use callbacks::{
    Callback, CallbackError, CallbackResult, CsvLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint,
    MonitorMode, ReduceLrOnPlateau, Status, TensorBoard, TerminateOnNan, Training,
};
pub(crate) use check::inputs as check_inputs;
#[cfg(feature = "std")]
pub use compiled::Compiled;
#[cfg(feature = "std")]
pub use data::linspace;
pub use data::{Data, Rows};
pub use error::{DataError, Role};
#[cfg(feature = "std")]
pub use evaluate::Evaluation;
#[cfg(feature = "std")]
pub use fit::Fit;
#[cfg(feature = "std")]
pub use history::History;
pub use loss_list::LossList;
#[cfg(feature = "std")]
pub use metric_list::MetricList;
#[cfg(feature = "std")]
pub use network::Network;
#[cfg(feature = "std")]
pub use parameters_file::{load_parameters, save_parameters};
#[cfg(feature = "std")]
pub use progress::Progress;
#[cfg(not(feature = "std"))]
pub use static_network::Network;
#[cfg(feature = "std")]
pub use tape::GradientTape;
pub use trainer::Trainer;
#[cfg(feature = "std")]
pub use training_error::{PartialFitError, TrainingError};
#[cfg(feature = "std")]
pub use validation::{NoData, ValidationData};
#[cfg(feature = "std")]
pub use verbose::{UnknownVerbose, Verbose};
#[cfg(feature = "std")]
pub use weighted::Weighted;
#[cfg(feature = "std")]
pub use weighted_metrics::WithWeighted;
