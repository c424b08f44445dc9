//! Training and prediction: what turns a network into `compile`, `fit`, `evaluate` and `predict`.

pub mod callbacks;
mod check;
#[cfg(feature = "safetensors")]
mod checkpoint;
mod compiled;
mod data;
mod error;
mod evaluate;
mod fit;
mod fit_loop;
mod history;
mod interrupt;
mod last_good;
mod loss_list;
mod metric_list;
mod network;
mod parameters_file;
pub(crate) mod predict_one;
mod progress;
mod progress_line;
mod report;
mod sample_weights;
mod step;
mod tape;
mod validation;
mod verbose;
mod weighted;
mod weighted_metrics;
mod workspace;

pub use callbacks::{
    Callback, CallbackError, CallbackResult, CsvLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint,
    MonitorMode, ReduceLROnPlateau, Status, TensorBoard, TerminateOnNaN, Training,
};
pub(crate) use check::inputs as check_inputs;
pub use compiled::Compiled;
pub use data::{Data, Rows, linspace};
pub use error::{DataError, PartialFitError, Role, TrainingError};
pub use evaluate::Evaluation;
pub use fit::Fit;
pub use history::History;
pub use loss_list::LossList;
pub use metric_list::MetricList;
pub use network::Network;
pub use parameters_file::{load_parameters, save_parameters};
pub use progress::Progress;
pub use tape::GradientTape;
pub use validation::{NoData, ValidationData};
pub use verbose::{UnknownVerbose, Verbose};
pub use weighted::Weighted;
pub use weighted_metrics::WithWeighted;
