//! The metric that a callback monitors.

use super::{CallbackResult, Status};
use crate::metrics::MonitorMode;

/// A metric that the training does not report.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{callback} monitors `{name}`, but the training reports {}", known.join(", "))]
pub struct UnknownMetric {
    /// Name of the callback.
    pub callback: &'static str,
    /// Name of the metric.
    pub name: String,
    /// Names of the reported metrics, each in backticks.
    pub known: Vec<String>,
}

mlp_core::debug_as_display!(UnknownMetric);

/// A metric that does not say in which direction it improves.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{callback} monitors `{name}`, which does not say whether larger values are better: add \
     `.mode(MonitorMode::Max)` or `.mode(MonitorMode::Min)`, or implement `Metric::mode`"
)]
pub struct UnknownMode {
    /// Name of the callback.
    pub callback: &'static str,
    /// Name of the metric.
    pub name: String,
}

mlp_core::debug_as_display!(UnknownMode);

/// A metric, the direction in which it improves, and its best value so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Monitor {
    pub(super) name: String,
    /// Direction that the user has set.
    pub(super) mode: Option<MonitorMode>,
    /// Direction of the training.
    direction: MonitorMode,
    pub(super) min_delta: f64,
    pub(super) best: Option<f64>,
    /// Names of the state of the callback. Empty before the training begins.
    keys: Vec<String>,
    /// Number of epochs for which a metric was awaited that another callback may log.
    awaited: usize,
}

/// Number of epochs for which a metric that callbacks may log is awaited. A callback after this one logs it only at the end of
/// the first epoch.
const MAX_AWAITED: usize = 2;

impl Monitor {
    pub(super) fn new(name: &str) -> Self {
        let direction = MonitorMode::Min;
        Self { name: name.to_owned(), mode: None, direction, min_delta: 0.0, best: None, keys: Vec::new(), awaited: 0 }
    }

    /// Checks that the training reports the metric, and in which direction it improves.
    pub(super) fn check(&mut self, callback: &'static str, status: &Status) -> CallbackResult {
        self.awaited = 0;
        if !status.expects_logs() {
            self.check_name(callback, status)?;
        }
        let mode = self.mode.or_else(|| status.mode(&self.name));
        self.direction = mode.ok_or_else(|| UnknownMode { callback, name: self.name.clone() })?;
        Ok(())
    }

    /// Checks that the training reports the metric, once callbacks had the time to log it. Called after every epoch.
    pub(super) fn check_logged(&mut self, callback: &'static str, status: &Status) -> CallbackResult {
        let is_last = status.epoch() + 1 >= status.epochs();
        self.awaited = (self.awaited + 1).min(MAX_AWAITED);
        if is_last || self.awaited == MAX_AWAITED { self.check_name(callback, status) } else { Ok(()) }
    }

    fn check_name(&self, callback: &'static str, status: &Status) -> CallbackResult {
        if status.names().any(|known| known == self.name) {
            return Ok(());
        }
        let known = status.names().map(|name| format!("`{name}`")).collect();
        Err(UnknownMetric { callback, name: self.name.clone(), known }.into())
    }

    /// Restores the best value and the counters of the callback from a checkpoint, or resets them. Returns the counters.
    pub(super) fn restore<const COUNT: usize>(
        &mut self,
        callback: &str,
        status: &Status,
        counters: [&str; COUNT],
    ) -> [usize; COUNT] {
        let key = |what: &str| format!("{callback}:{}:{what}", self.name);
        self.keys = core::iter::once("best").chain(counters).map(key).collect();
        self.best = status.state(&self.keys[0]);
        // The limit leaves room for further counting.
        let counter = |index: usize| status.state(&self.keys[1 + index]).map_or(0, |count| count.min(1e9) as usize);
        core::array::from_fn(counter)
    }

    /// Saves the best value and the counters for checkpoints.
    pub(super) fn save(&self, status: &mut Status, counters: &[usize]) {
        let best = self.best.into_iter().map(|best| (0, best));
        let counters = counters.iter().enumerate().map(|(index, &count)| (1 + index, count as f64));
        for (index, value) in best.chain(counters) {
            // There are no keys if `on_train_begin` was not called.
            if let Some(key) = self.keys.get(index) {
                status.set_state(key, value);
            }
        }
    }

    /// Returns whether `current` is better than `reference` by more than `min_delta`.
    pub(super) fn is_better(&self, current: f64, reference: f64) -> bool {
        match self.direction {
            MonitorMode::Min => current + self.min_delta < reference,
            MonitorMode::Max => current - self.min_delta > reference,
        }
    }

    /// Returns whether `current` is the best value so far, and keeps it if so. NaN never is.
    pub(super) fn improve(&mut self, current: f64) -> bool {
        let better = !current.is_nan() && self.best.is_none_or(|best| self.is_better(current, best));
        if better {
            self.best = Some(current);
        }
        better
    }
}
