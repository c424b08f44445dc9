use crate::callbacks::{Status, VisibleMetrics};
use crate::report::History;

/// Maximum number of epochs that the history reserves memory for: 8 MB per metric.
const MAX_EPOCHS_RESERVED: usize = 1 << 20;

/// The metrics of the current epoch, over the samples seen so far, and the history of the epochs before.
pub(crate) struct Report {
    pub(crate) status: Status,
    history: History,
    row: Vec<f64>,
    samples: usize,
    /// Sums of the losses: the total loss and, if there are several outputs, the loss of each.
    losses: Vec<f64>,
    has_diverged: bool,
}

impl Report {
    /// Allocates memory for all epochs, so that none of them allocates. The first `losses` metrics are losses.
    pub(crate) fn new(status: Status, losses: usize) -> Self {
        let names: Vec<_> = status.names().collect();
        // A training of more epochs than the limit is expected to stop early.
        let epochs = status.epochs().saturating_sub(status.epoch()).min(MAX_EPOCHS_RESERVED);
        let mut history = History::with_capacity(&names, epochs);
        history.set_initial_epoch(status.epoch());
        Self {
            history,
            row: Vec::with_capacity(names.len() + 1),
            status,
            samples: 0,
            losses: vec![0.0; losses],
            has_diverged: false,
        }
    }

    pub(crate) fn begin_epoch(&mut self, epoch: usize) {
        self.samples = 0;
        self.losses.fill(0.0);
        self.status.begin_epoch(epoch);
    }

    /// Adds the total loss of a batch. The caller adds the losses of its outputs to [`output_losses`](Self::output_losses).
    pub(crate) fn add(&mut self, samples: usize, loss: f64) {
        self.samples += samples;
        self.losses[0] += loss;
    }

    /// Returns the sum of each output's loss, if there are several outputs.
    pub(crate) fn output_losses(&mut self) -> &mut [f64] {
        &mut self.losses[1..]
    }

    /// Marks the epoch as diverged. It has no metrics, and is not in the history.
    pub(crate) fn diverge(&mut self) {
        self.has_diverged = true;
    }

    pub(crate) fn has_diverged(&self) -> bool {
        self.has_diverged
    }

    /// Updates the losses and, with the values that `metrics` produces, the metrics. Returns all of them by name.
    pub(crate) fn update(&mut self, metrics: impl FnOnce(&mut dyn FnMut(f64))) -> &[(String, f64)] {
        let (losses, others) = self.status.training_metrics().split_at_mut(self.losses.len());
        for ((_, mean), sum) in losses.iter_mut().zip(&self.losses) {
            *mean = sum / self.samples as f64;
        }
        set(others, metrics);
        self.status.training_metrics()
    }

    /// Sets the metrics of the validation to the values that `evaluate` produces.
    pub(crate) fn validate(&mut self, evaluate: impl FnOnce(&mut dyn FnMut(f64))) {
        set(self.status.validation_metrics(), evaluate);
        self.status.show(VisibleMetrics::All);
    }

    /// Adds the metrics of the epoch to the history.
    pub(crate) fn end_epoch(&mut self) {
        let known = self.history.names().len();
        for (name, _) in &self.status.metrics()[known..] {
            self.history.add_name(name);
        }
        let status = &self.status;
        self.row.clear();
        self.row.extend(status.names().map(|name| status.get(name).unwrap_or(f64::NAN)));
        self.history.push(&self.row);
    }

    pub(crate) fn into_history(mut self, interrupted: bool, stop_reason: Option<&'static str>) -> History {
        self.history.set_interrupted(interrupted);
        self.history.set_stop_reason(stop_reason);
        self.history.set_restored_epoch(self.status.restored_epoch());
        self.history
    }
}

/// Sets metrics to the values that `produce` passes to its argument, in order.
fn set(metrics: &mut [(String, f64)], produce: impl FnOnce(&mut dyn FnMut(f64))) {
    let mut metrics = metrics.iter_mut();
    produce(&mut |value| {
        if let Some((_, metric)) = metrics.next() {
            *metric = value;
        }
    });
}
