//! Reports of a training: metrics, the history, the progress on the screen.

mod history;
mod into_metrics;
mod metric_list;
mod progress;
mod progress_line;
mod verbose;
mod weighted_metrics;

pub use history::History;
pub use into_metrics::IntoMetrics;
pub use metric_list::{MetricError, MetricList, OutputContext};
pub use progress::Progress;
pub(crate) use progress_line::ProgressLine;
pub use verbose::{IntoVerbose, UnknownVerbose, Verbose};
pub use weighted_metrics::WithWeighted;
