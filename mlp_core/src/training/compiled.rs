//! A network with all that training needs.

use core::ops::{Deref, DerefMut};
use std::io::{self, IsTerminal};

use crate::kernels::Kernels;
use crate::layers::Shape;
use crate::losses::{Comparison, Loss};
use crate::optimizers::{Descent, Optimizer, Slope};
use crate::random::Generator;

use super::check;
use super::data::{Data, Rows};
use super::error::{DataError, TrainingError};
use super::fit::Fit;
use super::history::History;
use super::last_good::LastGood;
use super::metric_list::MetricList;
use super::network::Network;
use super::predict_one;
use super::progress::Progress;
use super::report::Report;
use crate::tile::Tile;

use super::workspace::{Objective, TILE, Workspace};

/// A network, an optimizer, a loss and metrics: what `compile` gives. Keras: a compiled `Model`.
///
/// It dereferences to the network, so `model.dense_1.weights` is there to read and write.
pub struct Compiled<N: Network, O: Optimizer, L, M = ()> {
    network: Box<N>,
    options: N::Options,
    descent: Descent<N, O>,
    loss: L,
    metrics: M,
    gradient: Box<N>,
    last_good: LastGood<N>,
    workspace: Workspace<N>,
    generator: Generator,
}

/// The result of [`Compiled::evaluate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The mean loss.
    pub loss: f64,
    /// Each metric under its name.
    pub metrics: Vec<(&'static str, f64)>,
}

impl<N: Network, O: Optimizer, L: Loss<N::Scalar, N::Output>> Compiled<N, O, L> {
    pub(super) fn new(network: Box<N>, optimizer: O, loss: L) -> Self {
        let descent = Descent::new(optimizer);
        Self {
            options: N::Options::default(),
            loss,
            metrics: (),
            gradient: N::zeroed(),
            last_good: LastGood::new(descent.can_undo()),
            descent,
            workspace: Workspace::new(TILE, L::Targets::FEATURES),
            generator: Generator::new(0),
            network,
        }
    }

    /// Chooses what `fit` and `evaluate` report beside the loss: a tuple, `.metrics((MeanAbsoluteError,))`.
    pub fn metrics<M: MetricList<N::Scalar, N::Output, L::Targets>>(self, metrics: M) -> Compiled<N, O, L, M> {
        let Self { network, options, descent, loss, gradient, last_good, workspace, generator, .. } = self;
        Compiled { network, options, descent, loss, metrics, gradient, last_good, workspace, generator }
    }
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: Loss<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains the network on samples `x` and targets `y`. Keras: `model.fit`.
    ///
    /// # Errors
    /// Data that cannot be used changes nothing. If the loss becomes NaN or infinite, the network has the weights of the
    /// last good step again, exactly; those of a network of more than 16 MB up to rounding, if the optimizer can undo a
    /// step, as Adam can.
    pub fn fit<X, Y>(&mut self, x: &X, y: &Y, fit: Fit) -> Result<History, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        check::extent(&fit)?;
        if let Some(seed) = fit.seed {
            self.generator = Generator::new(seed);
        }
        self.last_good.begin(&self.network);
        let samples = x.samples();
        let batches = samples.div_ceil(fit.batch_size);
        let mut order: Vec<usize> = if fit.shuffle && batches > 1 { (0..samples).collect() } else { Vec::new() };
        let mut report = Report::new(self.names(), fit.epochs);
        let stdout = io::stdout();
        let mut progress = Progress::new(stdout.lock(), fit.verbose, stdout.is_terminal(), fit.epochs, batches);
        for epoch in 1..=fit.epochs {
            progress.begin_epoch(epoch);
            report.begin_epoch();
            self.generator.shuffle(&mut order);
            for batch in 0..batches {
                let range = batch * fit.batch_size..samples.min((batch + 1).saturating_mul(fit.batch_size));
                let rows = if order.is_empty() { Rows::Range(range) } else { Rows::Listed(&order[range]) };
                let size = rows.len();
                match self.descend((x, y), rows, report.sums()) {
                    Ok(loss) => report.add(size, loss),
                    Err(loss) => return Err(TrainingError::Diverged { epoch, batch: batch + 1, loss }),
                }
                progress.step(batch + 1, report.means());
            }
            progress.end_epoch(report.means());
            report.end_epoch();
        }
        self.descent.finish(&mut self.network);
        progress.finish();
        Ok(report.history)
    }

    /// One step on all samples of `x` at once. Gives the loss before the step. Keras: `model.train_on_batch`.
    ///
    /// It allocates nothing.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn train_on_batch<X, Y>(&mut self, x: &X, y: &Y) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        let samples = x.samples();
        self.last_good.begin(&self.network);
        match self.descend((x, y), Rows::Range(0..samples), &mut M::Sums::default()) {
            Ok(loss) => Ok(loss / samples as f64),
            Err(loss) => Err(TrainingError::Diverged { epoch: 1, batch: 1, loss }),
        }
    }

    /// The loss and the metrics of samples that are not trained on. Keras: `model.evaluate`.
    ///
    /// # Errors
    /// If the data cannot be used.
    pub fn evaluate<X, Y>(&mut self, x: &X, y: &Y) -> Result<Evaluation, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        let Self { network, options, loss, metrics, workspace, .. } = self;
        let (mut total, mut sums) = (0.0, M::Sums::default());
        workspace.compare::<L::Targets>(network, options, x, y, |predictions, targets| {
            let scale = num_traits::One::one();
            total += loss.evaluate(Comparison { predictions, targets, gradient: None, scale });
            metrics.add(&mut sums, predictions, targets);
        });
        let mean = |sum: f64| sum / x.samples() as f64;
        let metrics = metrics.names().into_iter().zip(sums.as_ref().iter().copied().map(mean)).collect();
        Ok(Evaluation { loss: mean(total), metrics })
    }

    /// A step down the gradient of some samples. Gives the sum of their losses, or, without a step, the mean loss that
    /// is not finite or whose gradient is not.
    fn descend<X, Y>(&mut self, data: (&X, &Y), rows: Rows<'_>, sums: &mut M::Sums) -> Result<f64, f64>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let Self { network, options, descent, loss, metrics, gradient, last_good, workspace, .. } = self;
        let samples = rows.len();
        let mut objective = |network: &N, gradient: &mut N, each: &mut dyn FnMut(Tile<'_, _>, Tile<'_, _>)| {
            gradient.as_mut_slice().fill(num_traits::Zero::zero());
            workspace.differentiate(Objective { network, options, loss }, data, rows.clone(), gradient, each)
        };
        let total = objective(network, gradient, &mut |predictions, targets| metrics.add(sums, predictions, targets));
        if !total.is_finite() || !N::Scalar::all_finite(gradient.as_slice()) {
            last_good.restore(network, |network| descent.undo(network, options, gradient));
            return Err(total / samples as f64);
        }
        last_good.keep(network);
        let loss = total / samples as f64;
        let mut again = |network: &N, gradient: &mut N| objective(network, gradient, &mut |_, _| {}) / samples as f64;
        descent.descend(network, Slope { options, gradient, loss, objective: Some(&mut again) });
        Ok(total)
    }

    fn names(&self) -> Vec<&'static str> {
        core::iter::once("loss").chain(self.metrics.names()).collect()
    }
}

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// The predictions for all samples of `x`, a row a sample. Keras: `model.predict`.
    ///
    /// # Errors
    /// If `x` has no rows, or a number in it is NaN or infinite.
    pub fn predict<X>(&mut self, x: &X) -> Result<<N::Output as Shape>::Batch<N::Scalar>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        check::inputs(x)?;
        Ok(self.workspace.predict(&self.network, &self.options, x))
    }

    /// The prediction for one sample: no allocation, no check, the shortest way through the network.
    #[inline]
    pub fn predict_one(
        &self,
        sample: impl Into<<N::Input as Shape>::Sample<N::Scalar>>,
    ) -> <N::Output as Shape>::Sample<N::Scalar> {
        predict_one::of(&*self.network, &self.options, &sample.into())
    }

    /// The network alone, without what training needs.
    pub fn into_network(self) -> Box<N> {
        self.network
    }

    /// The optimizer: to change its learning rate between two calls of `fit`.
    pub fn optimizer(&mut self) -> &mut O {
        &mut self.descent.optimizer
    }

    /// The optimizer at work: the steps it has made, what it remembers, the average of the weights.
    pub fn descent(&mut self) -> &mut Descent<N, O> {
        &mut self.descent
    }

    /// Exchanges the weights and their average, if the optimizer was told to take one. A second time takes that back. When
    /// `fit` ends, the network has the average anyway.
    pub fn swap_average(&mut self) {
        self.descent.swap_average(&mut self.network);
    }
}

impl<N: Network, O: Optimizer, L, M> Deref for Compiled<N, O, L, M> {
    type Target = N;
    fn deref(&self) -> &N {
        &self.network
    }
}

impl<N: Network, O: Optimizer, L, M> DerefMut for Compiled<N, O, L, M> {
    fn deref_mut(&mut self) -> &mut N {
        &mut self.network
    }
}
