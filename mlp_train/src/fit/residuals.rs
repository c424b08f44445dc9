//! `solve`, the `fit` of a network that is trained on equations: each epoch is one step on all points.

use core::ops::Range;

use mlp_core::optimizers::Optimizer;
use mlp_core::{Augmented, Parameters};

use super::Fit;
use super::least_squares::check_weights;
use super::run::{RunSize, Session, Start, Step, run};
use super::step::{CheckedStep, StepError};
use crate::callbacks::{Callback, Event, Status};
use crate::error::{LeastSquaresError, TrainingError};
use crate::network::{Compiled, Learner, Network};
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
        let interrupt = settings.interrupt()?;
        let is_resumed = settings.initial_epoch > 0;
        let names = self.learner.loss.loss_names();
        let (losses, size) = (names.len(), RunSize { samples: 1, batches: 1, has_validation: false });
        let callbacks_state = self.learner.start_run(&settings);
        if is_resumed {
            self.learner.loss.set_points(&self.learner.points);
        }
        let (metrics, modes) = (Vec::new(), Vec::new());
        let start = Start { settings, interrupt, size, names, losses, metrics, modes, callbacks: callbacks_state };
        run(start, &mut ResidualSession { learner: &mut self.learner, callbacks: &mut callbacks })
    }
}

/// A network that is trained on equations, and the callbacks.
struct ResidualSession<'a, N: Network, O: Optimizer, R> {
    learner: &'a mut ResidualLearner<N, O, R>,
    callbacks: &'a mut dyn Callback<Augmented<N>>,
}

type ResidualLearner<N, O, R> = Learner<Augmented<N>, O, Residuals<R, <N as Parameters>::Scalar>>;

impl<N, O, R> Session for ResidualSession<'_, N, O, R>
where
    N: Network,
    O: Optimizer,
    R: Terms<N>,
{
    fn call(&mut self, event: Event, status: &mut Status) -> Result<(), TrainingError> {
        self.learner.call(event, status, self.callbacks)
    }

    fn has_no_callbacks(&self) -> bool {
        self.callbacks.is_empty()
    }

    fn logs_metrics(&self) -> bool {
        self.callbacks.logs_metrics()
    }

    fn begin_epoch(&mut self, _order: &mut [usize], _is_shuffled: bool) {}

    fn step(&mut self, Step { epoch, .. }: Step<'_>, output_losses: &mut [f64]) -> Result<(usize, f64), StepError> {
        let learner = &mut *self.learner;
        if learner.loss.redraw(epoch, (&learner.network, &learner.options.values), &mut learner.rng) {
            learner.loss.copy_points(&mut learner.points);
        }
        let loss = match O::NEEDS_SQUARES {
            true => learner.squares_step(output_losses),
            false => learner.residual_step(output_losses),
        };
        Ok((1, loss?))
    }

    fn metrics(&self, _each: &mut dyn FnMut(f64)) {}

    fn validate(&mut self, _each: &mut dyn FnMut(f64)) {}

    fn set_epochs(&mut self, epochs: usize) {
        self.learner.epochs = epochs;
    }

    fn finish(&mut self) {
        self.learner.finish();
    }

    fn stop_reason(&self) -> Option<&'static str> {
        self.learner.optimizer.stop_reason()
    }
}

impl<N, O, R> ResidualLearner<N, O, R>
where
    N: Network,
    O: Optimizer,
    R: Terms<N>,
{
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
        let Some(squares) = squares else { return Ok(loss) };
        let SquaresBuffers { unknowns, block, penalty, .. } = squares.buffers();
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
