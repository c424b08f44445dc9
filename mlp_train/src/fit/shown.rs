//! `evaluate` and `predict` with a progress bar.

use std::env;
use std::io::{self, IsTerminal, Stdout};

use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;

use super::Evaluation;
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, Dataset, check};
use crate::error::TrainingError;
use crate::network::{Compiled, Learner, Network};
use crate::report::{IntoVerbose, MetricList, Progress, UnknownVerbose, Verbose};
use crate::summary::Screen;

/// Number of samples that the progress counts as a step, Keras's `batch_size`.
const STEP_SAMPLES: usize = 32;

/// A compiled network whose next call prints its progress. See [`Compiled::verbose`].
pub struct Shown<'a, N: Network, O: Optimizer, L, M> {
    model: &'a Compiled<N, O, L, M>,
    verbose: Result<Verbose, UnknownVerbose>,
    screen: Screen,
}

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// Sets what the next call prints, `evaluate` or `predict`: `model.verbose(1).evaluate(&x, &y)?`. Without it, they print
    /// nothing. Keras: the argument `verbose`.
    ///
    /// The argument is that of [`Fit::verbose`](super::Fit::verbose).
    pub fn verbose(&self, verbose: impl IntoVerbose) -> Shown<'_, N, O, L, M> {
        Shown { model: self, verbose: verbose.into_verbose(), screen: Screen::default() }
    }
}

impl<N: Network, O: Optimizer, L, M> Shown<'_, N, O, L, M> {
    /// Sets the style of what is printed. Defaults to that of Keras 3.
    #[must_use]
    pub fn screen(self, screen: Screen) -> Self {
        Self { screen, ..self }
    }

    /// Returns the predictions, as [`Compiled::predict`] does.
    ///
    /// # Errors
    /// If `x` has no rows, a value is NaN or infinite, or the number of `verbose` is invalid.
    pub fn predict<X>(self, x: &X) -> Result<<N::Output as BatchShape>::Batch<N::Scalar>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        N::Output: BatchShape,
    {
        check::inputs(&x)?;
        let mut progress = self.progress(x.samples())?;
        let mut predictions = N::Output::batch(x.samples());
        let Learner { network, options, scratch, .. } = &self.model.learner;
        scratch.with(|workers| {
            workers.infer_in_order(network, &options.values, &x, &mut |tile, first| {
                N::Output::copy_rows(tile, &mut predictions, first);
                progress.step((first + tile.samples()).div_ceil(STEP_SAMPLES), NO_METRICS);
            });
        });
        progress.end_epoch(NO_METRICS);
        Ok(predictions)
    }

    fn progress(&self, samples: usize) -> Result<Progress<Stdout>, UnknownVerbose> {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let steps = samples.div_ceil(STEP_SAMPLES);
        let mut progress = Progress::new(stdout, self.verbose.clone()?, is_terminal, 1, steps)
            .screen(self.screen)
            .colored(is_terminal && env::var_os("NO_COLOR").is_none());
        progress.begin_epoch(1);
        Ok(progress)
    }
}

const NO_METRICS: &[(&str, f64)] = &[];

impl<N, O, L, M> Shown<'_, N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Returns the loss and the metrics, as [`Compiled::evaluate`] does.
    ///
    /// # Errors
    /// If the data or the number of `verbose` is invalid.
    pub fn evaluate<X, Y>(self, x: &X, y: &Y) -> Result<Evaluation, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(&x, &y, &self.model.learner.loss)?;
        let mut progress = self.progress(x.samples())?;
        let mut step = |done: usize| progress.step(done.div_ceil(STEP_SAMPLES), NO_METRICS);
        let evaluation = self.model.evaluation(&Dataset { x: &x, y: &y, weights: None }.whole(), None, Some(&mut step));
        let metrics: Vec<_> = evaluation.iter().collect();
        progress.end_epoch(&metrics);
        Ok(evaluation)
    }
}
