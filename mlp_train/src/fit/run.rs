use std::io::{self, IsTerminal, Stdout};

use super::report::Report;
use crate::callbacks::Status;
use crate::report::Progress;
use mlp_core::Scalar;
use mlp_core::layers::Shape;

use super::plan::FitPlan;

/// Mutable state of a `fit` run.
pub(super) struct FitRun<S> {
    /// Order of the samples in the current epoch. Empty if they are not shuffled.
    pub(super) order: Vec<usize>,
    pub(super) report: Report,
    pub(super) progress: Progress<Stdout>,
    pub(super) metrics: S,
    pub(super) validation_metrics: S,
}

impl<S> FitRun<S> {
    /// Starts a run that reports values of these names, of which the first `losses` are losses.
    pub(super) fn new<T: Scalar, X: Shape, Y: Shape>(
        plan: &FitPlan<'_, T, X, Y>,
        names: Vec<String>,
        losses: usize,
        init_metrics: impl Fn() -> S,
    ) -> Self {
        let settings = &plan.settings;
        let batches = plan.batches();
        let is_shuffled = settings.shuffle && batches > 1;
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let status = Status::new(names, plan.validation.is_some(), plan.epochs(), batches);
        Self {
            order: if is_shuffled { (0..plan.train_samples).collect() } else { Vec::new() },
            report: Report::new(status, losses),
            progress: Progress::new(stdout, settings.verbose, is_terminal, settings.epochs, batches),
            metrics: init_metrics(),
            validation_metrics: init_metrics(),
        }
    }

    /// Restores the order of the data, so that a shuffle of it does not depend on the epochs before.
    pub(super) fn reset_order(&mut self) {
        self.order.iter_mut().enumerate().for_each(|(position, row)| *row = position);
    }

    /// Prints the lines that callbacks have printed since the last call.
    pub(super) fn print_lines(&mut self) {
        self.progress.print_lines(&self.report.status.take_lines());
    }
}
