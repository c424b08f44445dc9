//! Training and prediction: what turns a network into `compile`, `fit`, `evaluate` and `predict`.

mod check;
mod compiled;
mod data;
mod error;
mod fit;
mod history;
mod last_good;
mod loss_list;
mod metric_list;
mod network;
mod predict_one;
mod progress;
mod progress_line;
mod report;
mod verbose;
mod workspace;

pub use compiled::{Compiled, Evaluation};
pub use data::{Data, Rows, linspace};
pub use error::{DataError, Role, TrainingError};
pub use fit::Fit;
pub use history::History;
pub use loss_list::LossList;
pub use metric_list::MetricList;
pub use network::Network;
pub use progress::Progress;
pub use verbose::{UnknownVerbose, Verbose};
