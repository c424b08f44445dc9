use core::ops::Range;

use crate::dataset::{Batch, Dataset, Rows};
use mlp_core::Scalar;
use mlp_core::layers::Shape;

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

    /// Returns a batch of an epoch whose samples have this order. An empty order is that of the data.
    pub(super) fn batch<'b>(&self, index: usize, order: &'b [usize]) -> Batch<'b, T, X, Y>
    where
        'a: 'b,
    {
        let size = self.settings.batch_size;
        let positions = index * size..self.train_samples.min((index + 1).saturating_mul(size));
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
