//! A network with all that training needs.

use core::ops::{Deref, DerefMut};
use std::collections::BTreeMap;

use crate::layers::{InvalidOption, Shape};
use crate::optimizers::{Optimizer, OptimizerState};
use crate::random::Rng;

use super::check;
use super::data::Data;
use super::error::DataError;
use super::last_good::LastGood;
use super::loss_list::LossList;
use super::metric_list::MetricList;
use super::network::{Network, options};
use super::predict_one;
use super::weighted_metrics::WithWeighted;
use super::workspace::{TILE, Workspace};

/// A network, an optimizer, a loss and metrics: what `compile` gives. Keras: a compiled `Model`.
///
/// It dereferences to the network, so `model.dense_1.weights` is there to read and write.
pub struct Compiled<N: Network, O: Optimizer, L, M = ()> {
    pub(super) network: Box<N>,
    pub(super) options: N::Options,
    pub(super) descent: OptimizerState<N, O>,
    pub(super) loss: L,
    pub(super) loss_weights: Vec<f64>,
    pub(super) metrics: M,
    pub(super) gradient: Box<N>,
    pub(super) last_good: LastGood<N>,
    pub(super) workspace: Workspace<N>,
    pub(super) rng: Rng,
    /// How many epochs the last training had behind it.
    pub(super) epochs: usize,
    /// What callbacks had remembered in the checkpoint from which the next training goes on.
    pub(super) recalled: BTreeMap<String, f64>,
    /// What no training can begin with.
    pub(super) invalid_option: Option<InvalidOption>,
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Compiled<N, O, L> {
    pub(super) fn new(network: Box<N>, optimizer: O, loss: L) -> Self {
        let (descent, (options, invalid_option)) = (OptimizerState::new(optimizer), options::<N>());
        Self {
            invalid_option,
            options,
            loss,
            loss_weights: vec![1.0; L::COUNT],
            metrics: (),
            gradient: N::zeroed(),
            last_good: LastGood::new(descent.can_undo()),
            descent,
            workspace: Workspace::training(TILE, L::Targets::FEATURES),
            rng: Rng::new(0),
            epochs: 0,
            recalled: BTreeMap::new(),
            network,
        }
    }

    /// Chooses what `fit` and `evaluate` report beside the loss: a tuple, `.metrics((MeanAbsoluteError,))`.
    pub fn metrics<M: MetricList<N::Scalar, N::Output, L::Targets>>(self, metrics: M) -> Compiled<N, O, L, M> {
        self.with_metrics(|()| metrics)
    }
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>, M> Compiled<N, O, L, M> {
    /// Adds metrics to which a sample counts as much as its weight in [`Fit::sample_weight`](super::Fit::sample_weight),
    /// [`class_weight`](super::Fit::class_weight) or [`sample_weight`](Self::sample_weight): a tuple, as for
    /// [`metrics`](Self::metrics). One that is among those too is reported as `weighted_` and its name. Keras: `weighted_metrics`.
    pub fn weighted_metrics<W>(self, weighted: W) -> Compiled<N, O, L, WithWeighted<M, W>>
    where
        W: MetricList<N::Scalar, N::Output, L::Targets>,
    {
        self.with_metrics(|plain| WithWeighted { plain, weighted })
    }

    fn with_metrics<New>(self, change: impl FnOnce(M) -> New) -> Compiled<N, O, L, New> {
        let Self { network, options, descent, loss, loss_weights, gradient, last_good, workspace, .. } = self;
        let Self { rng, epochs, recalled, invalid_option, metrics, .. } = self;
        Compiled {
            network,
            options,
            descent,
            loss,
            loss_weights,
            metrics: change(metrics),
            gradient,
            last_good,
            workspace,
            rng,
            epochs,
            recalled,
            invalid_option,
        }
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
    /// Of the loss, of each output's loss where there are several, and of the metrics.
    pub(super) fn names(&self) -> Vec<String> {
        let outputs = N::OUTPUTS.iter().take(self.losses() - 1).map(|output| format!("{output}_loss"));
        core::iter::once("loss".into()).chain(outputs).chain(self.metrics.names(N::OUTPUTS)).collect()
    }

    /// How many losses are reported.
    pub(super) fn losses(&self) -> usize {
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
    pub fn descent(&mut self) -> &mut OptimizerState<N, O> {
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
