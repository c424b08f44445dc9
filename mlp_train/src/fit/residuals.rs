//! `solve`, the `fit` of a network that is trained on equations: each epoch is one step on all points.

use core::ops::Range;

use mlp_core::optimizers::Optimizer;
use mlp_core::{Augmented, Parameters as _, Rng};

use super::Fit;
use super::interrupt::Interrupt;
use super::least_squares::check_weights;
use super::run::{FitRun, RunSize};
use super::step::{CheckedStep, StepError};
use crate::callbacks::Callback;
use crate::error::{LeastSquaresError, TrainingError};
use crate::network::{Compiled, Learner, Network, SnapshotMode};
use crate::report::History;
use crate::residuals::{ResidualSquares, Residuals, Terms};
use crate::squares::SquaresBuffers;

impl<N, O, R> Compiled<Augmented<N>, O, Residuals<R, N::Scalar>>
where
    N: Network,
    O: Optimizer,
    R: Terms<N>,
{
    /// Trains the network on its terms, and returns the loss of every epoch: the sum, and that of each term if there are
    /// several.
    ///
    /// An epoch is one step on all points. Of the arguments, those about batches, shuffles, validation and sample weights do
    /// not apply; use [`Term::redraw`](crate::residuals::Term::redraw) for new points.
    ///
    /// # Errors
    /// - If an option of a layer or a setting is invalid. Nothing changes then.
    /// - If the loss, its gradient or a weight becomes NaN or infinite. The network then has the weights before the last good
    ///   step.
    /// - If a callback returns an error. The training ends there.
    pub fn solve<C: Callback<Augmented<N>>>(&mut self, fit: Fit<(), C>) -> Result<History, TrainingError> {
        let Fit { settings, mut callbacks, .. } = fit;
        self.learner.options.check()?;
        self.learner.check_optimizer()?;
        settings.training_samples(1, false)?;
        self.learner.prepare_residual_squares()?;
        let interrupt = settings.stop_on_ctrl_c.then(Interrupt::listen).transpose().map_err(TrainingError::CtrlC)?;
        if let Some(seed) = settings.seed.filter(|_| settings.initial_epoch == 0) {
            self.learner.rng = Rng::new(seed);
        }
        self.learner.snapshot.start(SnapshotMode::ManySteps);
        let names = self.learner.loss.loss_names();
        let (losses, size) = (names.len(), RunSize { samples: 1, batches: 1, has_validation: false });
        let mut run = FitRun::<(), ()>::new(&settings, size, names, losses, || ());
        let callback_state = core::mem::take(&mut self.learner.callback_state);
        if settings.initial_epoch > 0 {
            run.report.status.restore_state(callback_state);
            self.learner.loss.set_points(&self.learner.points);
        }
        let is_interrupted = || interrupt.as_ref().is_some_and(Interrupt::is_pressed);
        run.report.status.set_expects_logs(callbacks.logs_metrics());
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_train_begin(training))?;
        for epoch in settings.initial_epoch..settings.epochs {
            self.learner.train_epoch(epoch, &mut run, &mut callbacks)?;
            run.print_lines();
            if run.report.status.is_stopping() || self.learner.stop_reason().is_some() || is_interrupted() {
                break;
            }
        }
        self.learner.optimizer.finish(&mut self.learner.network);
        run.progress.flush();
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_train_end(training))?;
        run.print_lines();
        Ok(run.report.into_history(is_interrupted(), self.learner.stop_reason()))
    }
}

impl<N, O, R> Learner<Augmented<N>, O, Residuals<R, N::Scalar>>
where
    N: Network,
    O: Optimizer,
    R: Terms<N>,
{
    fn train_epoch(
        &mut self,
        epoch: usize,
        run: &mut FitRun<(), ()>,
        callbacks: &mut dyn Callback<Augmented<N>>,
    ) -> Result<(), TrainingError> {
        run.progress.begin_epoch(epoch + 1);
        run.report.begin_epoch(epoch);
        self.call(&mut run.report.status, &mut |training| callbacks.on_epoch_begin(training))?;
        run.print_lines();
        run.report.status.begin_batch(0);
        if !callbacks.is_empty() {
            self.call(&mut run.report.status, &mut |training| callbacks.on_batch_begin(training))?;
        }
        if self.loss.redraw(epoch, (&self.network, &self.options.values), &mut self.rng) {
            self.loss.copy_points(&mut self.points);
        }
        let losses = run.report.output_losses();
        match if O::NEEDS_SQUARES { self.squares_step(losses) } else { self.residual_step(losses) } {
            Ok(loss) => run.report.add(1, loss),
            Err(error) => return self.handle_step_error(&mut run.report, error, callbacks),
        }
        run.progress.step(1, run.report.update(|_| {}));
        if !callbacks.is_empty() {
            self.call(&mut run.report.status, &mut |training| callbacks.on_batch_end(training))?;
        }
        self.epochs = epoch + 1;
        self.call(&mut run.report.status, &mut |training| callbacks.on_epoch_end(training))?;
        run.report.status.print(&mut |metrics| run.progress.end_epoch(metrics));
        run.report.end_epoch();
        Ok(())
    }

    /// Prepares steps of least squares, if the optimizer needs them.
    fn prepare_residual_squares(&mut self) -> Result<(), LeastSquaresError> {
        if !O::NEEDS_SQUARES {
            return Ok(());
        }
        check_weights(self.loss.weights())?;
        let end = N::COUNT + self.loss.coefficients;
        let used = |range: &Range<usize>| range.start.min(end)..range.end.min(end);
        let ranges = |learner: &Self| {
            let used = learner.optimizer.trainable_ranges().iter().map(used);
            used.filter(|range| !range.is_empty()).collect()
        };
        self.allocate_squares(ranges, 0)
    }

    /// Makes a step of least squares on all points, and returns the loss before it. Adds the loss of each term to `losses`.
    fn squares_step(&mut self, losses: &mut [f64]) -> Result<f64, StepError> {
        let Self { network, options, loss: residuals, optimizer, gradient, snapshot, squares, .. } = self;
        let options = &options.values;
        let mut losses = losses.iter_mut();
        let mut each = |loss: f64| losses.next().into_iter().for_each(|sum| *sum += loss);
        let loss = residuals.losses(network, options, &mut each) + network.network.penalty(options);
        gradient.as_mut_slice().fill(num_traits::Zero::zero());
        let Some(buffers) = squares.as_deref_mut() else { return Ok(loss) };
        let SquaresBuffers { unknowns, block, penalty, .. } = buffers;
        let mut squares = ResidualSquares { residuals, options, unknowns, block, penalty };
        let mut again = |_: &Augmented<N>, _: &mut Augmented<N>| f64::NAN;
        CheckedStep { network, options, optimizer, gradient, snapshot }.make(loss, &mut again, Some(&mut squares))?;
        Ok(loss)
    }

    /// Makes a step on all points, and returns the loss before it. Adds the loss of each term to `losses`, if there are several.
    fn residual_step(&mut self, losses: &mut [f64]) -> Result<f64, StepError> {
        let Self { network, options, loss: residuals, optimizer, gradient, snapshot, .. } = self;
        let options = &options.values;
        let mut evaluate = |network: &Augmented<N>, gradient: &mut Augmented<N>, losses: &mut [f64]| {
            gradient.as_mut_slice().fill(num_traits::Zero::zero());
            let mut losses = losses.iter_mut();
            let mut each = |loss: f64| losses.next().into_iter().for_each(|sum| *sum += loss);
            let total = residuals.differentiate(network, options, gradient, &mut each);
            network.network.add_penalty_gradient(options, &mut gradient.network);
            total + network.network.penalty(options)
        };
        let loss = evaluate(network, gradient, losses);
        let mut again = |network: &Augmented<N>, gradient: &mut Augmented<N>| evaluate(network, gradient, &mut []);
        CheckedStep { network, options, optimizer, gradient, snapshot }.make(loss, &mut again, None)?;
        Ok(loss)
    }
}
