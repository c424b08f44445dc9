use core::ops::Range;

use crate::batch::{Reduction, SharedBatch};
use crate::dataset::{Batch, Dataset, Rows};
use mlp_core::Scalar;
use mlp_core::layers::{Module, Shape};

use super::run::RunSize;

/// Read-only inputs of a `fit` run.
pub(super) struct FitPlan<'a, N: Module, Y: Shape> {
    pub(super) train: Dataset<'a, N::Scalar, N::Input, Y>,
    /// Number of samples to train on, the first ones of `train`.
    pub(super) train_samples: usize,
    pub(super) batch_size: usize,
    /// Index of the first batch of `train`: above 0 in a stream, of which a plan has one batch.
    pub(super) first_batch: usize,
    /// Samples to validate on.
    pub(super) validation: Option<Batch<'a, N::Scalar, N::Input, Y>>,
    /// The ranks that train together. `train` has the rows of this one.
    pub(super) ranks: Option<RankPlan<'a, N, Y>>,
}

/// Rows of an epoch that this rank has received.
pub(super) trait EpochRows<T: Scalar, X: Shape, Y: Shape> {
    /// Returns the rows of a batch.
    fn batch(&self, index: usize) -> Batch<'_, T, X, Y>;
}

/// The rows of an epoch of a network.
pub(super) type Received<N, Y> = Box<dyn EpochRows<<N as mlp_core::Parameters>::Scalar, <N as Module>::Input, Y>>;

/// The ranks of a `fit` run. Functions are objects, so that only programs with ranks contain them.
pub(super) struct RankPlan<'a, N: Module, Y> {
    pub(super) reduction: &'a dyn Reduction<N::Scalar>,
    /// Receives the rows of an epoch in the order that is its argument.
    pub(super) receive: &'a dyn Fn(&[usize]) -> Received<N, Y>,
    /// Number of samples to validate on, of all ranks.
    pub(super) validation_samples: usize,
    /// `true` if each rank receives all rows and computes all of them.
    pub(super) is_replicated: bool,
}

impl<'a, N: Module, Y> RankPlan<'a, N, Y> {
    fn share(&self, samples: usize) -> SharedBatch<'a, N::Scalar> {
        SharedBatch { reduction: self.reduction, samples }
    }
}

impl<'a, N: Module, Y: Shape> FitPlan<'a, N, Y> {
    pub(super) fn size(&self) -> RunSize {
        let has_validation = self.validation.is_some();
        RunSize { samples: self.train_samples, batches: self.batches(), has_validation }
    }

    /// Returns the number of batches of an epoch.
    fn batches(&self) -> usize {
        self.train_samples.div_ceil(self.batch_size)
    }

    /// Returns the number of samples of a batch.
    fn batch_samples(&self, index: usize) -> usize {
        self.positions(index).len()
    }

    fn positions(&self, index: usize) -> Range<usize> {
        let (index, size) = (index - self.first_batch, self.batch_size);
        index * size..self.train_samples.min((index + 1).saturating_mul(size))
    }

    /// Returns the number of samples of a batch that several ranks share.
    pub(super) fn shared_batch(&self, index: usize) -> Option<SharedBatch<'a, N::Scalar>> {
        let ranks = self.ranks.as_ref().filter(|ranks| !ranks.is_replicated)?;
        Some(ranks.share(self.batch_samples(index)))
    }

    /// Returns the number of samples to validate on, if several ranks share them.
    pub(super) fn shared_validation(&self) -> Option<SharedBatch<'a, N::Scalar>> {
        self.ranks.as_ref().map(|ranks| ranks.share(ranks.validation_samples))
    }

    /// Receives the rows of an epoch from the ranks that have them. `None` for a single process, or if the rows that were
    /// received before are the same.
    pub(super) fn receive(&self, order: &[usize], is_first: bool) -> Option<Received<N, Y>> {
        let ranks = self.ranks.as_ref().filter(|_| is_first || !order.is_empty())?;
        Some((ranks.receive)(order))
    }

    /// Returns a batch of an epoch whose samples have this order. An empty order is that of the data.
    pub(super) fn batch<'b>(
        &self,
        index: usize,
        order: &'b [usize],
        received: Option<&'b Received<N, Y>>,
    ) -> Batch<'b, N::Scalar, N::Input, Y>
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
}
