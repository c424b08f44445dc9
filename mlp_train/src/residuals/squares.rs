use std::ops::Range;

use mlp_core::Augmented;
use mlp_core::Parameters as _;
use mlp_core::network::BaseNetwork;
use mlp_core::optimizers::{NormalEquations, Squares};

use super::Residuals;
use super::term::{Evaluator, TermRows};
use super::terms::{TermVisitor, Terms};
use crate::least_squares::{JacobianBlock, Unknowns};
use crate::squares::Penalty;

/// The loss of a network on its equations as a sum of squares.
pub(crate) struct ResidualSquares<'a, N: BaseNetwork, R> {
    pub(crate) residuals: &'a mut Residuals<R, N::Scalar>,
    pub(crate) options: &'a N::Options,
    pub(crate) unknowns: &'a Unknowns,
    pub(crate) block: &'a mut JacobianBlock,
    pub(crate) penalty: &'a Penalty,
}

impl<N: BaseNetwork, R: Terms<N>> Squares<Augmented<N>> for ResidualSquares<'_, N, R> {
    fn ranges(&self) -> &[Range<usize>] {
        self.unknowns.ranges()
    }

    fn loss(&mut self, network: &Augmented<N>) -> f64 {
        let penalty = self.penalty.loss(self.unknowns, network.as_slice());
        self.residuals.losses(network, self.options, &mut |_| {}) + penalty
    }

    fn linearize(&mut self, network: &Augmented<N>, equations: &mut dyn NormalEquations) {
        let Residuals { terms, pass, .. } = &mut *self.residuals;
        terms.visit(&mut TermVisitor(&mut |term| {
            let rows = TermRows { unknowns: self.unknowns, block: &mut *self.block, equations: &mut *equations };
            term.linearize(Evaluator { network, options: self.options, pass }, rows);
        }));
        self.block.flush(equations);
        self.penalty.linearize(self.unknowns, network.as_slice(), equations);
    }
}
