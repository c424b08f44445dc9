//! `fit` on a stream of batches.

use mlp_core::layers::Shape;
use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;
use mlp_core::{DataError, Scalar, TileMut};

use super::interrupt::Interrupt;
use super::plan::FitPlan;
use super::sample_weights::sample_weights;
use super::settings::Settings;
use super::{Fit, Plan, Run, ValidationData};
use crate::callbacks::Callback;
use crate::dataset::{Data, Dataset, Rows, check};
use crate::error::{PartialFitError, TrainingError};
use crate::network::{Compiled, Network};
use crate::report::{History, MetricList};

/// The samples of a plan whose batches come from a stream.
struct Streamed;

impl<T: Scalar, S: Shape> Data<T, S> for Streamed {
    fn samples(&self) -> usize {
        0
    }
    fn get(&self, _sample: usize, _feature: usize) -> T {
        T::nan()
    }
    fn copy_to(&self, _rows: Rows<'_>, _tile: TileMut<'_, T>) {}
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains the network on a stream of batches, with the validation, the callbacks, the progress and the history of
    /// [`fit`](Self::fit): data larger than memory, or data that is made on the way. Keras: `model.fit(dataset)`.
    ///
    /// `batches` is called before every epoch with its index, 0-based, and returns the batches of the epoch in their order. The
    /// number of batches is unknown until the first epoch ends, so its progress is `7/Unknown`.
    ///
    /// ```
    /// use core::convert::Infallible;
    /// # use mlp_core::layers::{Features, Module};
    /// # use mlp_core::optimizers::Adam;
    /// # mod mlp { pub use mlp_train::{EarlyStopping, Fit}; }
    /// use mlp::{EarlyStopping, Fit};
    ///
    /// # fn check<N: mlp_train::Network<Scalar = f32>>(
    /// #     mut model: mlp_train::Compiled<N, Adam, mlp_core::losses::MeanSquaredError>,
    /// # ) where
    /// #     N: Module<Input = Features<1>, Output = Features<1>>,
    /// # {
    /// let batches = |epoch: usize| {
    ///     let batch = move |index: usize| {
    ///         let x: Vec<f32> = (0..32).map(|sample| (epoch + index * 32 + sample) as f32 / 320.0).collect();
    ///         let y: Vec<f32> = x.iter().map(|x| 2.0 * x).collect();
    ///         Ok::<_, Infallible>((x, y))
    ///     };
    ///     Ok((0..10).map(batch))
    /// };
    /// let fit = Fit::new().epochs(20).callback(EarlyStopping::new("loss").patience(3));
    /// let history = model.fit_batches(batches, fit).expect("the data is finite");
    /// # let _ = history;
    /// # }
    /// ```
    ///
    /// With files, `|epoch| batches.epoch(epoch as u64)` is the stream of [`Batches`](mlp_data::Batches).
    ///
    /// # Errors
    /// - That of the stream. The steps on the batches before are kept.
    /// - As for [`fit`](Self::fit), and if a setting needs all samples at once: `validation_split`, `sample_weight`, `bootstrap`.
    pub fn fit_batches<X, Y, E, I, V, C>(
        &mut self,
        mut batches: impl FnMut(usize) -> Result<I, E>,
        fit: Fit<V, C>,
    ) -> Result<History, PartialFitError<E>>
    where
        X: Data<N::Scalar, N::Input>,
        Y: Data<N::Scalar, L::Targets>,
        I: IntoIterator<Item = Result<(X, Y), E>>,
        V: ValidationData<N::Scalar, N::Input, L::Targets>,
        C: Callback<N>,
    {
        let Fit { settings, validation, mut callbacks } = fit;
        let callbacks: &mut dyn Callback<N> = &mut callbacks;
        self.check()?;
        self.learner.update_loss_text();
        settings.check_stream()?;
        let validation = validation.pair();
        let mut weights = None;
        if let Some((x, y)) = validation {
            check::pair(x, y, &self.learner.loss).map_err(TrainingError::from)?;
            weights = sample_weights(y, L::COUNT, settings.validation_sample_weight.as_deref(), &[])?;
        }
        let validation = validation.map(|(x, y)| Dataset { x, y, weights: weights.as_deref() }.whole());
        self.learner.prepare_squares(None).map_err(TrainingError::from)?;
        let interrupt = settings.stop_on_ctrl_c.then(Interrupt::listen).transpose().map_err(TrainingError::CtrlC)?;
        let train = Dataset { x: &Streamed, y: &Streamed, weights: None };
        let plan = FitPlan { train, train_samples: 0, validation, settings, interrupt, ranks: None };

        let mut run = self.start_run(&plan);
        run.progress.set_steps(None);
        run.report.status.set_expects_logs(callbacks.logs_metrics());
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_train_begin(training))?;
        for epoch in plan.epochs() {
            self.begin_epoch(epoch, &plan, &mut run, callbacks)?;
            let stream = batches(epoch).map_err(PartialFitError::Batch)?;
            let steps = self.train_on_stream(stream, &plan, &mut run, callbacks)?;
            if steps == 0 {
                return Err(TrainingError::Data(DataError::Empty).into());
            }
            self.end_epoch(epoch, &plan, &mut run, callbacks)?;
            run.progress.set_steps(Some(steps));
            run.report.status.set_batches(steps);
            run.print_lines();
            if run.report.status.is_stopping() || self.learner.stop_reason().is_some() {
                break;
            }
        }
        Ok(self.end_training(&plan, run, callbacks)?)
    }

    /// Makes a step for each batch of an epoch, and returns their number.
    fn train_on_stream<X, Y, E>(
        &mut self,
        stream: impl IntoIterator<Item = Result<(X, Y), E>>,
        plan: &Plan<'_, N, L>,
        run: &mut Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<usize, PartialFitError<E>>
    where
        X: Data<N::Scalar, N::Input>,
        Y: Data<N::Scalar, L::Targets>,
    {
        let mut steps = 0;
        for batch in stream {
            let (x, y) = batch.map_err(PartialFitError::Batch)?;
            check::pair(&x, &y, &self.learner.loss).map_err(TrainingError::from)?;
            let weights = sample_weights::<_, L::Targets>(&y, L::COUNT, None, &plan.settings.class_weight)?;
            let batch = Dataset { x: &x, y: &y, weights: weights.as_deref() }.whole();
            self.train_on(steps, &batch, None, run, callbacks)?;
            steps += 1;
            if plan.is_interrupted() {
                run.report.status.stop();
            }
            if run.report.status.is_stopping() {
                break;
            }
        }
        Ok(steps)
    }
}

impl Settings {
    /// Checks the settings for a stream of batches.
    fn check_stream(&self) -> Result<(), TrainingError> {
        let needs_all = [
            ("validation_split", self.validation_split != 0.0),
            ("sample_weight", self.sample_weight.is_some()),
            ("bootstrap", self.bootstrap.is_some()),
        ];
        if let Some((setting, _)) = needs_all.into_iter().find(|(_, is_set)| *is_set) {
            return Err(TrainingError::Stream { setting });
        }
        self.training_samples(usize::MAX, true).map(|_| ())
    }
}
