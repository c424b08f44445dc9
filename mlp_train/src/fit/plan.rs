use core::ops::Range;

use super::ranked::{Division, Received, Shards};
use crate::batch::Leaves;
use crate::dataset::{Batch, Dataset, Rows};
use crate::ranks::SharedBatch;
use mlp_core::Scalar;
use mlp_core::layers::{Module, Shape};

use super::interrupt::Interrupt;
use super::run::RunSize;
use super::settings::Settings;

/// Read-only inputs of a `fit` run.
pub(super) struct FitPlan<'a, T: Scalar, X: Shape, Y: Shape> {
    pub(super) train: Dataset<'a, T, X, Y>,
    /// Number of samples to train on, the first ones of `train`.
    pub(super) train_samples: usize,
    /// Samples to validate on.
    pub(super) validation: Option<Batch<'a, T, X, Y>>,
    pub(super) settings: Settings,
    pub(super) interrupt: Option<Interrupt>,
    /// The ranks that train together. `train` has the rows of this one.
    pub(super) ranks: Option<RankPlan<'a>>,
}

/// The ranks of a `fit` run.
pub(super) struct RankPlan<'a> {
    pub(super) shards: Shards<'a>,
    /// Number of samples to validate on, of all ranks.
    pub(super) validation_samples: usize,
    /// `true` if each rank receives all rows and computes all of them.
    pub(super) is_replicated: bool,
}

impl RankPlan<'_> {
    fn share(&self, samples: usize) -> SharedBatch<'_> {
        SharedBatch { communicator: self.shards.communicator, samples }
    }
}

impl<'a, T: Scalar, X: Shape, Y: Shape> FitPlan<'a, T, X, Y> {
    pub(super) fn size(&self) -> RunSize {
        let has_validation = self.validation.is_some();
        RunSize { samples: self.train_samples, batches: self.batches(), has_validation }
    }

    pub(super) fn epochs(&self) -> Range<usize> {
        self.settings.initial_epoch..self.settings.epochs
    }

    /// Returns the number of batches of an epoch.
    pub(super) fn batches(&self) -> usize {
        self.train_samples.div_ceil(self.settings.batch_size)
    }

    /// Returns the number of samples of a batch.
    fn batch_samples(&self, index: usize) -> usize {
        self.positions(index).len()
    }

    fn positions(&self, index: usize) -> Range<usize> {
        let size = self.settings.batch_size;
        index * size..self.train_samples.min((index + 1).saturating_mul(size))
    }

    /// Returns the number of samples of a batch that several ranks share.
    pub(super) fn shared_batch(&self, index: usize) -> Option<SharedBatch<'_>> {
        let ranks = self.ranks.as_ref().filter(|ranks| !ranks.is_replicated)?;
        Some(ranks.share(self.batch_samples(index)))
    }

    /// Returns the number of samples to validate on, if several ranks share them.
    pub(super) fn shared_validation(&self) -> Option<SharedBatch<'_>> {
        self.ranks.as_ref().map(|ranks| ranks.share(ranks.validation_samples))
    }

    /// Receives the rows of an epoch from the ranks that have them. `None` for a single process, or if the rows that were
    /// received before are the same.
    pub(super) fn receive<N>(&self, order: &[usize], is_first: bool) -> Option<Received<T>>
    where
        N: Module<Scalar = T, Input = X>,
    {
        let ranks = self.ranks.as_ref().filter(|_| is_first || !order.is_empty())?;
        let leaves = (!ranks.is_replicated).then_some(Leaves::training::<N> as fn(usize) -> Leaves);
        let (positions, batch_size) = (0..self.train_samples, self.settings.batch_size);
        Some(ranks.shards.receive(self.train, &Division { order, positions, batch_size, leaves }))
    }

    /// Returns a batch of an epoch whose samples have this order. An empty order is that of the data.
    pub(super) fn batch<'b>(
        &self,
        index: usize,
        order: &'b [usize],
        received: Option<&'b Received<T>>,
    ) -> Batch<'b, T, X, Y>
    where
        'a: 'b,
    {
        if let Some(received) = received {
            return received.batch(index);
        }
        let positions = self.positions(index);
        let rows = if order.is_empty() { Rows::Range(positions) } else { Rows::Listed(&order[positions]) };
        Batch { data: self.train, rows }
    }

    /// Returns the samples to validate on after this epoch, if there are any.
    pub(super) fn validation_after(&self, epoch: usize) -> Option<&Batch<'a, T, X, Y>> {
        self.validation.as_ref().filter(|_| (epoch + 1).is_multiple_of(self.settings.validation_freq))
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(Interrupt::is_pressed)
    }
}
