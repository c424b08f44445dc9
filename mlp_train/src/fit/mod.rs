//! The `fit` loop, and the steps and evaluations that it is made of.
//!
//! ```text
//! fit(x, y, settings):
//!     check the options, the data and the settings
//!     callbacks.on_train_begin()
//!     for epoch in initial_epoch..epochs:
//!         shuffle the order of the samples
//!         callbacks.on_epoch_begin()
//!         for batch in order:
//!             callbacks.on_batch_begin()
//!             loss, gradient = differentiate(batch)          // see `batch`
//!             if loss or gradient is not finite: restore the last good weights, stop
//!             save the weights; optimizer.step(gradient)
//!             callbacks.on_batch_end()
//!         evaluate the validation data
//!         callbacks.on_epoch_end()
//!     callbacks.on_train_end()
//! ```

mod evaluate;
mod interrupt;
mod least_squares;
mod plan;
mod ranked;
mod report;
mod residuals;
mod run;
mod sample_weights;
mod session;
mod settings;
mod shown;
mod step;
mod stream;
mod validation;
mod weighted;

pub use evaluate::Evaluation;
pub use ranked::OnRanks;
pub use settings::Fit;
pub use shown::Shown;
pub use validation::ValidationData;
pub use weighted::Weighted;

use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;

use crate::callbacks::Callback;
use crate::dataset::{Batch, Data, Dataset, RowMajor, Rows, check};
use crate::error::TrainingError;
use crate::network::{Compiled, Network};
use crate::report::{History, MetricList};
use interrupt::Interrupt;
use plan::FitPlan;
use run::run;
use sample_weights::FitWeights;
use session::{FitSession, SessionStates};
use settings::Settings;
use validation::Pair;

/// Shape of the targets of a loss.
type Targets<N, L> =
    <L as LossList<<N as mlp_core::Parameters>::Scalar, <N as mlp_core::layers::Module>::Output>>::Targets;

/// The plan for a network and the targets of its loss.
type Plan<'a, N, L> = FitPlan<'a, N, Targets<N, L>>;

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains the network on inputs `x` and targets `y`, and returns the loss and the metrics of every epoch. Keras:
    /// `model.fit`.
    ///
    /// # Errors
    /// - If an option of a layer, the data or a setting is invalid. Nothing changes then.
    /// - If the loss, its gradient or a weight becomes NaN or infinite. The network then has the weights before the last good
    ///   step: exactly, or, for a network of more than 16 MB whose optimizer can undo a step, as Adam can, up to rounding.
    /// - If a callback returns an error. The training ends there.
    pub fn fit<X, Y, V, C>(&mut self, x: &X, y: &Y, fit: Fit<V, C>) -> Result<History, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        V: ValidationData<N::Scalar, N::Input, L::Targets>,
        C: Callback<N>,
    {
        let Fit { mut settings, validation, mut callbacks } = fit;
        let validation = validation.pair();
        let weights = self.check_shard((&x, &y), validation, &settings)?;
        let samples = x.samples();
        let train_samples = settings.training_samples(samples, validation.is_some())?;
        if O::NEEDS_SQUARES {
            settings.batch_size = samples;
        }
        let copy = if settings.is_random_access(train_samples) { RowMajor::of(&x, &y) } else { None };
        let (x_copy, y_copy) = (copy.as_ref().map(RowMajor::inputs), copy.as_ref().map(RowMajor::targets));
        let x: &dyn Data<_, _> = if let Some(copy) = &x_copy { copy } else { &x };
        let y: &dyn Data<_, _> = if let Some(copy) = &y_copy { copy } else { &y };
        let train = Dataset { x, y, weights: weights.train.as_deref() };
        let validation = match validation {
            Some((x, y)) => Some(Dataset { x, y, weights: weights.validation.as_deref() }.whole()),
            None if train_samples == samples => None,
            None => {
                let data = Dataset { weights: weights.held_out.as_deref(), ..train };
                Some(Batch { data, rows: Rows::Range(train_samples..samples) })
            }
        };
        let interrupt = settings.interrupt()?;
        let plan =
            FitPlan { train, train_samples, batch_size: settings.batch_size, first_batch: 0, validation, ranks: None };
        self.run_epochs(&plan, settings, interrupt, &mut callbacks)
    }

    /// Checks the rows of this process, and returns their weights. Prepares the optimizer.
    fn check_shard(
        &mut self,
        (x, y): Pair<'_, N::Scalar, N::Input, L::Targets>,
        validation: Option<Pair<'_, N::Scalar, N::Input, L::Targets>>,
        settings: &Settings,
    ) -> Result<FitWeights<N::Scalar>, TrainingError> {
        self.check()?;
        self.learner.update_loss_text();
        check::pair(x, y, &self.learner.loss)?;
        if let Some((x, y)) = validation {
            check::pair(x, y, &self.learner.loss)?;
        }
        let weights = FitWeights::new(settings, y, validation.map(|(_, y)| y), L::COUNT)?;
        self.learner.prepare_squares(weights.train.as_deref())?;
        Ok(weights)
    }

    fn run_epochs(
        &mut self,
        plan: &Plan<'_, N, L>,
        settings: Settings,
        interrupt: Option<Interrupt>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<History, TrainingError> {
        let start = self.start_run(settings, interrupt, plan.size());
        let states = &mut SessionStates::new(|| self.metrics.init());
        run(start, &mut FitSession { model: self, plan, callbacks, states })
    }
}
