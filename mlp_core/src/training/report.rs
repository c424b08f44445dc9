//! The figures of an epoch while it goes on, and of all epochs before it.

use super::callbacks::{Shown, Status};
use super::history::History;

/// Of this many epochs the history has room before the first one: 8 MB a figure.
const MOST_EPOCHS_RESERVED: usize = 1 << 20;

/// The mean loss, the mean loss of each output where there are several, and the metrics of the samples seen so far in this
/// epoch.
pub(super) struct Report {
    pub(super) history: History,
    pub(super) status: Status,
    row: Vec<f64>,
    samples: usize,
    losses: Vec<f64>,
    diverged: bool,
}

impl Report {
    /// Room for the epochs to come, so that none of them allocates. The first `losses` figures are losses.
    pub(super) fn new(status: Status, losses: usize) -> Self {
        let names: Vec<_> = status.names().collect();
        // Who asks for more epochs than this expects to stop before.
        let epochs = (status.epochs() - status.epoch()).min(MOST_EPOCHS_RESERVED);
        let mut history = History::with_capacity(&names, epochs);
        history.begin_at(status.epoch());
        Self {
            history,
            row: Vec::with_capacity(names.len() + 1),
            status,
            samples: 0,
            losses: vec![0.0; losses],
            diverged: false,
        }
    }

    pub(super) fn begin_epoch(&mut self, epoch: usize) {
        self.samples = 0;
        self.losses.fill(0.0);
        self.status.epoch = epoch;
        self.status.show(Shown::Training);
    }

    /// Counts a batch of this loss. The sums of its outputs' losses are [added](Self::output_losses) by whoever has them.
    pub(super) fn add(&mut self, samples: usize, loss: f64) {
        self.samples += samples;
        self.losses[0] += loss;
    }

    /// The epoch has no figures, and is no part of the history.
    pub(super) fn diverge(&mut self) {
        self.diverged = true;
    }

    pub(super) fn has_diverged(&self) -> bool {
        self.diverged
    }

    /// The sum of each output's loss, where there are several outputs.
    pub(super) fn output_losses(&mut self) -> &mut [f64] {
        &mut self.losses[1..]
    }

    /// Every figure of training under its name, the loss first. `metrics` gives the others.
    pub(super) fn figures(&mut self, metrics: impl FnOnce(&mut dyn FnMut(f64))) -> &[(String, f64)] {
        let (losses, others) = self.status.training_figures().split_at_mut(self.losses.len());
        for ((_, mean), sum) in losses.iter_mut().zip(&self.losses) {
            *mean = sum / self.samples as f64;
        }
        set(others, metrics);
        self.status.training_figures()
    }

    /// The figures of the validation, each given to the closure in order.
    pub(super) fn validate(&mut self, evaluate: impl FnOnce(&mut dyn FnMut(f64))) {
        set(self.status.validation_figures(), evaluate);
        self.status.show(Shown::All);
    }

    pub(super) fn end_epoch(&mut self) {
        let known = self.history.names().len();
        for (name, _) in &self.status.figures()[known..] {
            self.history.add(name);
        }
        self.row.clear();
        let status = &self.status;
        self.row.extend(status.names().map(|name| status.get(name).unwrap_or(f64::NAN)));
        self.history.push(&self.row);
    }
}

/// Sets figures to the values given one after the other.
fn set(figures: &mut [(String, f64)], values: impl FnOnce(&mut dyn FnMut(f64))) {
    let mut figures = figures.iter_mut();
    values(&mut |value| {
        if let Some((_, figure)) = figures.next() {
            *figure = value;
        }
    });
}
