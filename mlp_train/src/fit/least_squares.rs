//! Checks and memory of least squares, for an optimizer that needs the loss as a sum of squares.

use std::ops::Range;

use mlp_core::Scalar as _;
use mlp_core::layers::Shape as _;
use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;

use crate::error::LeastSquaresError;
use crate::least_squares::{NormalMatrix, Unknowns};
use crate::network::{Learner, Network};
use crate::squares::{Penalty, SquaresBuffers};

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Learner<N, O, L> {
    /// Prepares steps on samples with these weights.
    pub(super) fn prepare_squares(&mut self, weights: Option<&[N::Scalar]>) -> Result<(), LeastSquaresError> {
        if !O::NEEDS_SQUARES {
            return Ok(());
        }
        let weights = weights.unwrap_or(&[]).iter().map(|&weight| weight.to_f64());
        check_weights(self.loss_weights.iter().copied().chain(weights))?;
        self.allocate_squares(|learner| learner.optimizer.trainable_ranges().to_vec(), L::Targets::FEATURES)
    }
}

impl<N: Network, O: Optimizer, L> Learner<N, O, L> {
    /// Allocates the memory of residuals, unless it is there.
    pub(super) fn allocate_squares(
        &mut self,
        ranges: impl FnOnce(&Self) -> Vec<Range<usize>>,
        targets: usize,
    ) -> Result<(), LeastSquaresError> {
        // A change of the layers' options drops it.
        if self.squares.is_some() {
            return Ok(());
        }
        let ranges = ranges(self);
        let unknowns = Unknowns::new(ranges);
        let (parameters, max) = (unknowns.len(), self.optimizer.optimizer.max_parameters());
        if parameters > max {
            return Err(LeastSquaresError::TooManyParameters {
                parameters,
                max,
                bytes: NormalMatrix::bytes(parameters),
            });
        }
        if parameters == 0 {
            return Err(LeastSquaresError::NoParameters);
        }
        let penalty = Penalty::new::<N>(&self.options.values, &unknowns).ok_or(LeastSquaresError::Penalty)?;
        self.squares = Some(Box::new(SquaresBuffers::new::<N>(unknowns, penalty, targets)));
        Ok(())
    }
}

/// Returns an error if a weight is negative.
pub(super) fn check_weights(weights: impl IntoIterator<Item = f64>) -> Result<(), LeastSquaresError> {
    match weights.into_iter().find(|weight| *weight < 0.0) {
        Some(weight) => Err(LeastSquaresError::NegativeWeight { weight }),
        None => Ok(()),
    }
}
