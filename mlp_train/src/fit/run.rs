use std::env;
use std::io::{self, IsTerminal, Stdout};

use super::report::Report;
use crate::callbacks::Status;
use crate::report::Progress;
use mlp_core::Rng;

use super::settings::Settings;

/// Sizes of an epoch.
#[derive(Clone, Copy)]
pub(super) struct RunSize {
    /// Number of samples to train on.
    pub(super) samples: usize,
    pub(super) batches: usize,
    pub(super) has_validation: bool,
}

/// Mutable state of a `fit` run.
pub(super) struct FitRun<S, R> {
    /// Order of the samples in the current epoch. Empty if it is that of the data.
    pub(super) order: Vec<usize>,
    /// `true` if the order is shuffled before each epoch.
    pub(super) is_shuffled: bool,
    /// Samples of a bootstrap. Empty if every sample is used once.
    bootstrap: Vec<usize>,
    /// Rows of the current epoch, if several ranks train together.
    pub(super) received: Option<R>,
    pub(super) report: Report,
    pub(super) progress: Progress<Stdout>,
    pub(super) metrics: S,
    pub(super) validation_metrics: S,
}

impl<S, R> FitRun<S, R> {
    /// Starts a run that reports values of these names, of which the first `losses` are losses.
    pub(super) fn new(
        settings: &Settings,
        size: RunSize,
        names: Vec<String>,
        losses: usize,
        init_metrics: impl Fn() -> S,
    ) -> Self {
        let RunSize { samples, batches, has_validation } = size;
        let epochs = settings.initial_epoch..settings.epochs;
        let is_shuffled = settings.shuffle && batches > 1;
        let bootstrap = settings.bootstrap.map_or_else(Vec::new, |seed| {
            let mut rng = Rng::new(seed);
            (0..samples).map(|_| rng.below(samples)).collect()
        });
        let stdout = io::stdout();
        // The number was checked.
        let verbose = settings.verbose.clone().unwrap_or_default();
        let is_terminal = stdout.is_terminal();
        let status = Status::new(names, has_validation, epochs, batches);
        Self {
            order: if is_shuffled { (0..samples).collect() } else { bootstrap.clone() },
            is_shuffled,
            bootstrap,
            received: None,
            report: Report::new(status, losses),
            progress: Progress::new(stdout, verbose, is_terminal, settings.epochs, batches)
                .screen(settings.screen)
                .colored(is_terminal && env::var_os("NO_COLOR").is_none()),
            metrics: init_metrics(),
            validation_metrics: init_metrics(),
        }
    }

    /// Restores the order of the data, so that a shuffle of it does not depend on the epochs before.
    pub(super) fn reset_order(&mut self) {
        if self.bootstrap.is_empty() {
            self.order.iter_mut().enumerate().for_each(|(position, row)| *row = position);
        } else {
            self.order.copy_from_slice(&self.bootstrap);
        }
    }

    /// Prints the lines that callbacks have printed since the last call.
    pub(super) fn print_lines(&mut self) {
        self.progress.print_lines(&self.report.status.take_lines());
    }
}
