//! Training for some epochs.

#[cfg(feature = "safetensors")]
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Stdout};

use crate::optimizers::Optimizer;
use crate::random::Rng;
#[cfg(feature = "safetensors")]
use crate::weights::Behind;

use super::callbacks::{Callback, CallbackResult, Shown, Status, Training};
use super::check;
use super::compiled::Compiled;
use super::data::{Data, Rows};
use super::extent;
use super::fit::{Fit, Settings};
use super::history::History;
use super::interrupt::Interrupt;
use super::last_good::Steps;
use super::loss_list::LossList;
use super::metric_list::MetricList;
use super::network::Network;
use super::progress::Progress;
use super::report::Report;
use super::sample_weights;
use super::training_error::TrainingError;
use super::validation::ValidationData;
use super::workspace::Samples;

/// What a training goes through.
struct Course<'a, T, X: ?Sized, Y: ?Sized, VX: ?Sized, VY: ?Sized> {
    training: Samples<'a, T, X, Y>,
    /// How many of the samples are trained on. The others are kept for validation.
    trained: usize,
    /// The same samples with their weights in validation.
    kept: Samples<'a, T, X, Y>,
    validation: Option<Samples<'a, T, VX, VY>>,
    batch_size: usize,
    validation_freq: usize,
    interrupt: Option<Interrupt>,
}

/// What changes on the way.
struct Travel<S> {
    order: Vec<usize>,
    report: Report,
    progress: Progress<Stdout>,
    states: S,
    validation_states: S,
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains the network on samples `x` and targets `y`. Keras: `model.fit`.
    ///
    /// # Errors
    /// Data that cannot be used changes nothing. If the loss becomes NaN or infinite, the network has the weights of the
    /// last good step again, exactly; those of a network of more than 16 MB up to rounding, if the optimizer can undo a
    /// step, as Adam can. A callback's error ends the training where it is.
    pub fn fit<X, Y, V, C>(&mut self, x: &X, y: &Y, fit: Fit<V, C>) -> Result<History, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        V: ValidationData<N::Scalar, N::Input, L::Targets>,
        C: Callback<N>,
    {
        let Fit { settings, validation, mut callbacks } = fit;
        check::option(self.invalid_option.as_ref())?;
        check::pair(x, y, &self.loss)?;
        let validation = validation.pair();
        if let Some((x, y)) = validation {
            check::pair(x, y, &self.loss)?;
        }
        let trained = extent::of(&settings, x.samples(), validation.is_some())?;
        let (of_samples, of_classes) = (settings.sample_weight.as_deref(), &settings.class_weight);
        let weights = sample_weights::of::<_, L::Targets>(y, L::COUNT, of_samples, of_classes)?;
        let kept_weights = sample_weights::of::<_, L::Targets>(y, L::COUNT, of_samples, &[])?;
        let of_validation = settings.validation_sample_weight.as_deref();
        let validation_weights = match validation {
            Some((_, y)) => sample_weights::of::<_, L::Targets>(y, L::COUNT, of_validation, &[])?,
            None => None,
        };
        let course = Course {
            training: Samples { x, y, weights: weights.as_deref() },
            trained,
            kept: Samples { x, y, weights: kept_weights.as_deref() },
            validation: validation.map(|(x, y)| Samples { x, y, weights: validation_weights.as_deref() }),
            batch_size: settings.batch_size,
            validation_freq: settings.validation_freq,
            interrupt: settings.stop_on_ctrl_c.then(Interrupt::listen).transpose().map_err(TrainingError::CtrlC)?,
        };
        self.travel(&course, &settings, &mut callbacks)
    }

    fn travel<X, Y, VX, VY, C>(
        &mut self,
        course: &Course<'_, N::Scalar, X, Y, VX, VY>,
        settings: &Settings,
        callbacks: &mut C,
    ) -> Result<History, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        VX: Data<N::Scalar, N::Input> + ?Sized,
        VY: Data<N::Scalar, L::Targets> + ?Sized,
        C: Callback<N>,
    {
        if let Some(seed) = settings.seed.filter(|_| settings.initial_epoch == 0) {
            self.rng = Rng::new(seed);
        }
        self.last_good.begin(Steps::Many);
        let mut travel = self.set_out(course, settings);
        let recalled = core::mem::take(&mut self.recalled);
        if settings.initial_epoch > 0 {
            *travel.report.status.memory() = recalled;
        }
        self.call(&mut travel.report.status, |training| callbacks.on_train_begin(training))?;
        for epoch in settings.initial_epoch..settings.epochs {
            let goes_on = self.epoch(epoch, course, &mut travel, callbacks)?;
            travel.progress.say(&travel.report.status.take_said());
            if !goes_on {
                break;
            }
        }
        self.descent.finish(&mut self.network);
        let Travel { mut report, mut progress, .. } = travel;
        progress.flush();
        self.call(&mut report.status, |training| callbacks.on_train_end(training))?;
        progress.say(&report.status.take_said());
        if course.interrupt.as_ref().is_some_and(Interrupt::is_pressed) {
            report.history.interrupt();
        }
        Ok(report.history)
    }

    fn set_out<X, Y: ?Sized, VX: ?Sized, VY: ?Sized>(
        &self,
        course: &Course<'_, N::Scalar, X, Y, VX, VY>,
        settings: &Settings,
    ) -> Travel<M::States>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        let batches = course.trained.div_ceil(settings.batch_size);
        let is_validated = course.validation.is_some() || course.trained < course.training.x.samples();
        let epochs = (settings.initial_epoch, settings.epochs);
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        Travel {
            order: if settings.shuffle && batches > 1 { (0..course.trained).collect() } else { Vec::new() },
            report: Report::new(Status::new(self.names(), is_validated, epochs, batches), self.losses()),
            progress: Progress::new(stdout, settings.verbose, is_terminal, settings.epochs, batches),
            states: self.metrics.begin(),
            validation_states: self.metrics.begin(),
        }
    }

    /// Trains for an epoch and says whether to go on.
    fn epoch<X, Y, VX, VY, C>(
        &mut self,
        epoch: usize,
        course: &Course<'_, N::Scalar, X, Y, VX, VY>,
        travel: &mut Travel<M::States>,
        callbacks: &mut C,
    ) -> Result<bool, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        VX: Data<N::Scalar, N::Input> + ?Sized,
        VY: Data<N::Scalar, L::Targets> + ?Sized,
        C: Callback<N>,
    {
        travel.progress.begin_epoch(epoch + 1);
        travel.report.begin_epoch(epoch);
        self.metrics.reset(&mut travel.states);
        // From the same order each time: what a rng makes of it does not depend on the epochs before.
        travel.order.iter_mut().enumerate().for_each(|(position, row)| *row = position);
        self.rng.shuffle(&mut travel.order);
        self.call(&mut travel.report.status, |training| callbacks.on_epoch_begin(training))?;
        travel.progress.say(&travel.report.status.take_said());
        for batch in 0..travel.report.status.batches() {
            travel.report.status.batch = batch;
            self.batch(course, travel, callbacks)?;
            if travel.report.status.is_stopping() {
                break;
            }
        }
        if travel.report.has_diverged() {
            return Ok(false);
        }
        self.validate(course, travel);
        self.epochs = epoch + 1;
        self.call(&mut travel.report.status, |training| callbacks.on_epoch_end(training))?;
        let Travel { report, progress, .. } = travel;
        report.status.print(|figures| progress.end_epoch(figures));
        report.end_epoch();
        Ok(!report.status.is_stopping())
    }

    /// A step, with what is called before and after it.
    fn batch<X, Y, VX, VY, C>(
        &mut self,
        course: &Course<'_, N::Scalar, X, Y, VX, VY>,
        travel: &mut Travel<M::States>,
        callbacks: &mut C,
    ) -> Result<(), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        VX: ?Sized,
        VY: ?Sized,
        C: Callback<N>,
    {
        let Travel { order, report, progress, states, .. } = travel;
        let batch = report.status.batch;
        let range = batch * course.batch_size..course.trained.min((batch + 1).saturating_mul(course.batch_size));
        let rows = if order.is_empty() { Rows::Range(range) } else { Rows::Listed(&order[range]) };
        let size = rows.len();
        if !callbacks.is_empty() {
            self.call(&mut report.status, |training| callbacks.on_batch_begin(training))?;
        }
        match self.descend(course.training, rows, states, report.output_losses()) {
            Ok(loss) => report.add(size, loss),
            Err(loss) => return self.diverge(report, loss, callbacks),
        }
        progress.step(batch + 1, report.figures(|each| self.metrics.values(states, each)));
        if !callbacks.is_empty() {
            self.call(&mut report.status, |training| callbacks.on_batch_end(training))?;
            progress.say(&report.status.take_said());
        }
        if course.interrupt.as_ref().is_some_and(Interrupt::is_pressed) {
            report.status.stop();
        }
        Ok(())
    }

    /// An error, unless a callback ends the training instead.
    fn diverge(
        &mut self,
        report: &mut Report,
        loss: f64,
        callbacks: &mut impl Callback<N>,
    ) -> Result<(), TrainingError> {
        report.diverge();
        self.call(&mut report.status, |training| callbacks.on_diverged(training))?;
        if report.status.is_stopping() {
            return Ok(());
        }
        Err(TrainingError::Diverged { epoch: report.status.epoch() + 1, batch: report.status.batch() + 1, loss })
    }

    /// The figures of the samples that are not trained on, if it is their turn.
    fn validate<X, Y, VX, VY>(
        &mut self,
        course: &Course<'_, N::Scalar, X, Y, VX, VY>,
        Travel { report, validation_states: states, .. }: &mut Travel<M::States>,
    ) where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        VX: Data<N::Scalar, N::Input> + ?Sized,
        VY: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let samples = course.training.x.samples();
        report.status.show(Shown::Unvalidated);
        if !(report.status.epoch() + 1).is_multiple_of(course.validation_freq) {
            return;
        }
        match course.validation {
            Some(data) => report.validate(|each| self.assess(data, 0..data.x.samples(), states, each)),
            None if course.trained == samples => {}
            None => report.validate(|each| self.assess(course.kept, course.trained..samples, states, each)),
        }
    }

    /// Calls a callback, and does what it asks for.
    fn call(
        &mut self,
        status: &mut Status,
        call: impl FnOnce(&mut Training<'_, N>) -> CallbackResult,
    ) -> Result<(), TrainingError> {
        let learning_rate = self.descent.learning_rate();
        status.begin_call(learning_rate);
        let mut training = Training {
            network: &mut *self.network,
            status,
            #[cfg(feature = "safetensors")]
            behind: Behind {
                optimizer: O::NAME,
                past: self.descent.progress(),
                learning_rate,
                rng: &mut self.rng,
                epochs: self.epochs,
                callbacks: BTreeMap::new(),
            },
        };
        call(&mut training).map_err(|error| TrainingError::Callback(error.into()))?;
        if let Some(learning_rate) = status.end_call() {
            self.descent.optimizer.set_learning_rate(learning_rate);
        }
        Ok(())
    }
}
