//! A network with all that training needs.

use core::ops::{Deref, DerefMut};
use std::io::{self, IsTerminal};

use crate::kernels::Kernels;
use crate::layers::Shape;
use crate::losses::{Compared, Comparison};
use crate::optimizers::{Descent, Optimizer, Slope};
use crate::random::Generator;

use super::check;
use super::data::{Data, Rows};
use super::error::{DataError, TrainingError};
use super::fit::Fit;
use super::history::History;
use super::last_good::LastGood;
use super::loss_list::{LossList, MOST_OUTPUTS};
use super::metric_list::MetricList;
use super::network::Network;
use super::predict_one;
use super::progress::Progress;
use super::report::Report;
use super::workspace::{Objective, TILE, Workspace};

/// A network, an optimizer, a loss and metrics: what `compile` gives. Keras: a compiled `Model`.
///
/// It dereferences to the network, so `model.dense_1.weights` is there to read and write.
pub struct Compiled<N: Network, O: Optimizer, L, M = ()> {
    network: Box<N>,
    options: N::Options,
    descent: Descent<N, O>,
    loss: L,
    loss_weights: Vec<f64>,
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
    /// The loss of each output, where there are several, and each metric, under its name.
    pub metrics: Vec<(String, f64)>,
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Compiled<N, O, L> {
    pub(super) fn new(network: Box<N>, optimizer: O, loss: L) -> Self {
        let descent = Descent::new(optimizer);
        Self {
            options: N::Options::default(),
            loss,
            loss_weights: vec![1.0; L::COUNT],
            metrics: (),
            gradient: N::zeroed(),
            last_good: LastGood::new(descent.can_undo()),
            descent,
            workspace: Workspace::training(TILE, L::Targets::FEATURES),
            generator: Generator::new(0),
            network,
        }
    }

    /// Chooses what `fit` and `evaluate` report beside the loss: a tuple, `.metrics((MeanAbsoluteError,))`.
    pub fn metrics<M: MetricList<N::Scalar, N::Output, L::Targets>>(self, metrics: M) -> Compiled<N, O, L, M> {
        let Self { network, options, descent, loss, loss_weights, gradient, last_good, workspace, generator, .. } =
            self;
        Compiled { network, options, descent, loss, loss_weights, metrics, gradient, last_good, workspace, generator }
    }

    /// How much the loss of each output counts in their sum, 1 if nothing is said. Keras: `loss_weights`.
    #[must_use]
    pub fn loss_weights<const OUTPUTS: usize>(mut self, weights: [f64; OUTPUTS]) -> Self {
        const { assert!(OUTPUTS == L::COUNT, "a weight for each loss") };
        self.loss_weights.copy_from_slice(&weights);
        self
    }
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
        let mut report = Report::new(self.names(), self.losses(), fit.epochs);
        let mut states = self.metrics.begin();
        let stdout = io::stdout();
        let mut progress = Progress::new(stdout.lock(), fit.verbose, stdout.is_terminal(), fit.epochs, batches);
        for epoch in 1..=fit.epochs {
            progress.begin_epoch(epoch);
            report.begin_epoch();
            self.metrics.reset(&mut states);
            self.generator.shuffle(&mut order);
            for batch in 0..batches {
                let range = batch * fit.batch_size..samples.min((batch + 1).saturating_mul(fit.batch_size));
                let rows = if order.is_empty() { Rows::Range(range) } else { Rows::Listed(&order[range]) };
                let size = rows.len();
                match self.descend((x, y), rows, &mut states, report.output_losses()) {
                    Ok(loss) => report.add(size, loss),
                    Err(loss) => return Err(TrainingError::Diverged { epoch, batch: batch + 1, loss }),
                }
                progress.step(batch + 1, report.figures(|each| self.metrics.values(&states, each)));
            }
            progress.end_epoch(report.figures(|each| self.metrics.values(&states, each)));
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
        match self.descend((x, y), Rows::Range(0..samples), &mut self.metrics.begin(), &mut []) {
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
        let names = self.names();
        let Self { network, options, loss, loss_weights, metrics, workspace, .. } = self;
        let (mut total, mut sums, mut states) = (0.0, vec![0.0; L::COUNT], metrics.begin());
        workspace.compare::<L::Targets>(network, options, x, y, |compared| {
            let Compared { predictions, targets, weights } = compared;
            let scale = num_traits::One::one();
            let comparison = Comparison { predictions, targets, weights, gradient: None, scale };
            total += loss.evaluate(comparison, loss_weights, &mut sums);
            metrics.add(&mut states, compared);
        });
        let samples = x.samples() as f64;
        let mut figures: Vec<f64> =
            if L::COUNT > 1 { sums.iter().map(|sum| sum / samples).collect() } else { Vec::new() };
        metrics.values(&states, &mut |value| figures.push(value));
        let loss = total / samples + network.penalty(options, None);
        Ok(Evaluation { loss, metrics: names.into_iter().skip(1).zip(figures).collect() })
    }

    /// A step down the gradient of some samples. Gives the sum of their losses, or, without a step, the mean loss that
    /// is not finite or whose gradient is not.
    fn descend<X, Y>(
        &mut self,
        data: (&X, &Y),
        rows: Rows<'_>,
        states: &mut M::States,
        output_losses: &mut [f64],
    ) -> Result<f64, f64>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let Self {
            network,
            options,
            descent,
            loss,
            loss_weights: weights,
            metrics,
            gradient,
            last_good,
            workspace,
            generator,
            ..
        } = self;
        let samples = rows.len();
        let mut objective = |network: &N, gradient: &mut N, each: &mut dyn FnMut(Compared<'_, _>)| {
            gradient.as_mut_slice().fill(num_traits::Zero::zero());
            let objective = Objective { network, options, loss, weights };
            let mut sums = [0.0; MOST_OUTPUTS];
            let found = (gradient, &mut sums[..L::COUNT]);
            (workspace.differentiate(objective, data, rows.clone(), generator, found, each), sums)
        };
        let (total, sums) = objective(network, gradient, &mut |compared| metrics.add(states, compared));
        if !total.is_finite() || !N::Scalar::all_finite(gradient.as_slice()) {
            last_good.restore(network, |network| descent.undo(network, options, gradient));
            return Err(total / samples as f64);
        }
        last_good.keep(network);
        let loss = total / samples as f64;
        let mut again = |network: &N, gradient: &mut N| objective(network, gradient, &mut |_| {}).0 / samples as f64;
        descent.descend(network, Slope { options, gradient, loss, objective: Some(&mut again) });
        for (sum, loss) in output_losses.iter_mut().zip(sums) {
            *sum += loss;
        }
        Ok(total)
    }

    /// Of the loss, of each output's loss where there are several, and of the metrics.
    fn names(&self) -> Vec<String> {
        let outputs = N::OUTPUTS.iter().take(self.losses() - 1).map(|output| format!("{output}_loss"));
        core::iter::once("loss".into()).chain(outputs).chain(self.metrics.names(N::OUTPUTS)).collect()
    }

    /// How many losses are reported.
    fn losses(&self) -> usize {
        if L::COUNT > 1 { 1 + L::COUNT } else { 1 }
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
