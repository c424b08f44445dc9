//! Steps down the gradient, one batch at a time.

use crate::kernels::{Kernels, Update};
use crate::losses::MetricInput;
use crate::optimizers::{GradientStep, Optimizer};

use super::check;
use super::compiled::Compiled;
use super::data::{Data, Rows};
use super::error::DataError;
use super::evaluate::Evaluation;
use super::last_good::Steps;
use super::loss_list::{LossList, MOST_OUTPUTS};
use super::metric_list::MetricList;
use super::network::Network;
use super::training_error::{PartialFitError, TrainingError};
use super::workspace::{Found, Objective, Samples};

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// One step on all samples of `x` at once. Gives the loss before the step. Keras: `model.train_on_batch`.
    ///
    /// It allocates nothing. If the loss is NaN or infinite, no step is made, and the weights stay as they are: those before
    /// the step before it, to which [`fit`](Self::fit) goes back, are not kept from one call to the next.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn train_on_batch<X, Y>(&mut self, x: &X, y: &Y) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        self.step(Samples { x, y, weights: None })
    }

    pub(super) fn step<X, Y>(&mut self, data: Samples<'_, N::Scalar, X, Y>) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::option(self.invalid_option.as_ref())?;
        let samples = data.x.samples();
        self.last_good.begin(Steps::One);
        match self.descend(data, Rows::Range(0..samples), &mut self.metrics.begin(), &mut []) {
            Ok(loss) => Ok(loss / samples as f64),
            Err(loss) => Err(TrainingError::Diverged { epoch: 1, batch: 1, loss }),
        }
    }

    /// One pass over batches, a step for each, in their order; the optimizer goes on where it was. Gives the mean loss and the
    /// metrics of the pass. scikit-learn: `partial_fit`.
    ///
    /// This is how a network learns from more data than the memory holds, or from data that come one after the other: the
    /// batches are whatever an iterator gives, such as an epoch of [`Batches`](crate::data::Batches).
    ///
    /// ```
    /// use core::convert::Infallible;
    /// use mlp_core::optimizers::Sgd;
    /// # fn check<N: mlp_core::training::Network<Scalar = f32>>(
    /// #     mut model: mlp_core::training::Compiled<N, Sgd, mlp_core::losses::MeanSquaredError>,
    /// # ) where
    /// #     N: mlp_core::layers::Layer<Input = mlp_core::layers::Features<1>, Output = mlp_core::layers::Features<1>>,
    /// # {
    /// for pass in 0..3 {
    ///     let batches = (0..10_u16).map(|batch| {
    ///         let x: Vec<[f32; 1]> = (0..32).map(|sample| [f32::from(batch * 32 + sample) / 320.0]).collect();
    ///         let y: Vec<[f32; 1]> = x.iter().map(|[x]| [2.0 * x]).collect();
    ///         Ok::<_, Infallible>((x, y))
    ///     });
    ///     println!("{pass}: {}", model.partial_fit(batches).expect("the data is finite").loss);
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// The iterator's, or as [`fit`](Self::fit). The steps before it have been made.
    pub fn partial_fit<X, Y, E>(
        &mut self,
        batches: impl IntoIterator<Item = Result<(X, Y), E>>,
    ) -> Result<Evaluation, PartialFitError<E>>
    where
        X: Data<N::Scalar, N::Input>,
        Y: Data<N::Scalar, L::Targets>,
    {
        check::option(self.invalid_option.as_ref()).map_err(TrainingError::from)?;
        self.last_good.begin(Steps::Many);
        let (mut states, mut sums, mut total, mut samples) = (self.metrics.begin(), [0.0; MOST_OUTPUTS], 0.0, 0);
        for (number, batch) in batches.into_iter().enumerate() {
            let (x, y) = batch.map_err(PartialFitError::Batch)?;
            check::pair(&x, &y, &self.loss).map_err(TrainingError::Data)?;
            let data = Samples { x: &x, y: &y, weights: None };
            let descent = self.descend(data, Rows::Range(0..x.samples()), &mut states, &mut sums[..L::COUNT]);
            total += descent.map_err(|loss| TrainingError::Diverged { epoch: 1, batch: number + 1, loss })?;
            samples += x.samples();
        }
        if samples == 0 {
            return Err(TrainingError::Data(DataError::NoRows).into());
        }
        let mut figures = vec![total / samples as f64];
        figures.extend(sums[..self.losses() - 1].iter().map(|sum| sum / samples as f64));
        self.metrics.values(&states, &mut |figure| figures.push(figure));
        Ok(self.named(figures))
    }

    /// A step down the gradient of some samples. Gives the sum of their losses, or, without a step, the mean loss that
    /// is not finite or whose gradient is not.
    pub(super) fn descend<X, Y>(
        &mut self,
        data: Samples<'_, N::Scalar, X, Y>,
        rows: Rows<'_>,
        states: &mut M::States,
        output_losses: &mut [f64],
    ) -> Result<f64, f64>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let Self { network, options, descent, loss, loss_weights, metrics, gradient, last_good, .. } = self;
        let (workspace, rng, weights) = (&mut self.workspace, &mut self.rng, &loss_weights[..]);
        let samples = rows.len();
        let mut objective = |network: &N, gradient: &mut N, each: &mut dyn FnMut(MetricInput<'_, _>)| {
            N::Scalar::fill(gradient.as_mut_slice(), num_traits::Zero::zero());
            let objective = Objective { network, options, loss, weights };
            let mut sums = [0.0; MOST_OUTPUTS];
            let found = Found { gradient, sums: &mut sums[..L::COUNT], inputs: None };
            (workspace.differentiate(objective, data, rows.clone(), rng, found, each), sums)
        };
        let (total, sums) = objective(network, gradient, &mut |compared| metrics.observe(states, compared));
        if !total.is_finite() || !N::Scalar::all_finite(gradient.as_slice()) {
            last_good.restore(network, |network| descent.undo(network, options, gradient));
            return Err(total / samples as f64);
        }
        last_good.keep(network);
        let loss = total / samples as f64;
        let mut again = |network: &N, gradient: &mut N| objective(network, gradient, &mut |_| {}).0 / samples as f64;
        descent.step_with(network, GradientStep { options, gradient, loss, objective: Some(&mut again) });
        for (sum, loss) in output_losses.iter_mut().zip(sums) {
            *sum += loss;
        }
        Ok(total)
    }
}
