//! `fit` on a stream of batches.

use mlp_core::layers::Shape;
use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;
use mlp_core::{DataError, Scalar, TileMut};

use super::plan::FitPlan;
use super::run::FitRun;
use super::sample_weights::sample_weights;
use super::session::{FitSession, SessionStates};
use super::settings::Settings;
use super::{Fit, ValidationData};
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
        let interrupt = settings.interrupt()?;
        let train = Dataset { x: &Streamed, y: &Streamed, weights: None };
        let plan = FitPlan { train, train_samples: 0, batch_size: 1, first_batch: 0, validation, ranks: None };
        let mut run = FitRun::new(self.start_run(settings, interrupt, plan.size()));
        let states = &mut SessionStates::new(|| self.metrics.init());
        run.set_batches(None);
        run.begin(&mut FitSession { model: self, plan: &plan, callbacks, states })?;
        for epoch in run.epochs() {
            run.begin_epoch(epoch, &mut FitSession { model: self, plan: &plan, callbacks, states })?;
            let mut steps = 0;
            for batch in batches(epoch).map_err(PartialFitError::Batch)? {
                let (x, y) = batch.map_err(PartialFitError::Batch)?;
                let weights = self.check_batch_of_stream(&x, &y, run.settings())?;
                let train = Dataset { x: &x, y: &y, weights: weights.as_deref() };
                let (train_samples, batch_size) = (x.samples(), x.samples());
                let plan =
                    FitPlan { train, train_samples, batch_size, first_batch: steps, validation: None, ranks: None };
                run.step(epoch, steps, &mut FitSession { model: self, plan: &plan, callbacks, states })?;
                steps += 1;
                if run.is_stopping() {
                    break;
                }
            }
            if steps == 0 {
                return Err(TrainingError::Data(DataError::Empty).into());
            }
            let session = &mut FitSession { model: self, plan: &plan, callbacks, states };
            run.end_epoch(epoch, session)?;
            run.set_batches(Some(steps));
            if run.is_done(session) {
                break;
            }
        }
        Ok(run.finish(&mut FitSession { model: self, plan: &plan, callbacks, states })?)
    }

    /// Checks a batch, and returns the weights of its samples.
    fn check_batch_of_stream(
        &self,
        x: &dyn Data<N::Scalar, N::Input>,
        y: &dyn Data<N::Scalar, L::Targets>,
        settings: &Settings,
    ) -> Result<Option<Vec<N::Scalar>>, TrainingError> {
        check::pair(x, y, &self.learner.loss)?;
        sample_weights::<_, L::Targets>(y, L::COUNT, None, &settings.class_weight)
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
