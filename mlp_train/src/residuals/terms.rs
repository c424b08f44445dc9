use mlp_core::layers::{Shape, TwiceDifferentiable};
use mlp_core::losses::SumOfSquares;
use mlp_core::network::BaseNetwork;
use mlp_core::{Augmented, Residual, Rng, Scalar};

use super::Term;
use super::coefficients::Coefficients;
use super::term::{AnyTerm, Evaluator};
use crate::streams::StreamPass;

/// Visitor of terms of different residuals.
pub struct TermVisitor<'a, N: BaseNetwork>(pub(super) &'a mut dyn FnMut(&mut dyn AnyTerm<N>));

/// Terms of a loss: one [`Term`], or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "these are not terms for the network",
    label = "expected terms for `{N}`",
    note = "terms are one `Term` or a tuple of up to six, whose residuals have the inputs and outputs of the network"
)]
pub trait Terms<N: BaseNetwork> {
    /// Number of terms.
    const COUNT: usize;

    /// Calls the visitor with each term.
    #[doc(hidden)]
    fn visit(&mut self, visitor: &mut TermVisitor<'_, N>);

    /// Computes the solution of the first term from a point and the network's output: see
    /// [`Residual::solution`](mlp_core::Residual::solution).
    fn solution(&self, point: &[f64], output: &[f64], solution: &mut [f64]);
}

/// Shape that a network has in common with equations.
#[diagnostic::on_unimplemented(
    message = "expected a network of shape `{Self}`, as its equations have, found `{Found}`",
    label = "has equations for `{Self}`, and the network has `{Found}`",
    note = "the first and last sizes of the network are the numbers of inputs and outputs of `residual!`"
)]
pub trait SameShape<Found> {}

impl<S> SameShape<S> for S {}

impl<N, R> Terms<N> for Term<R, N::Scalar>
where
    N: BaseNetwork + TwiceDifferentiable,
    R: Residual<Input: SameShape<N::Input>, Output: SameShape<N::Output>>,
{
    const COUNT: usize = 1;

    fn visit(&mut self, visitor: &mut TermVisitor<'_, N>) {
        visitor.0(self);
    }

    fn solution(&self, point: &[f64], output: &[f64], solution: &mut [f64]) {
        self.residual().solution(point, output, solution);
    }
}

macro_rules! tuples {
    ($($count:literal: $($term:ident $index:tt),*;)*) => {$(
        impl<N: BaseNetwork, $($term: Terms<N>),*> Terms<N> for ($($term,)*) {
            const COUNT: usize = $count;

            fn visit(&mut self, visitor: &mut TermVisitor<'_, N>) {
                $(self.$index.visit(visitor);)*
            }

            fn solution(&self, point: &[f64], output: &[f64], solution: &mut [f64]) {
                self.0.solution(point, output, solution);
            }
        }
    )*};
}

tuples! {
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
}

impl<R, T: Scalar, Outputs: Shape> SumOfSquares<T, Outputs> for Residuals<R, T> {}

/// Loss of a network that is trained on equations, with the memory of its passes.
pub struct Residuals<R, T> {
    /// The terms, with the current values of their trained parameters.
    pub terms: R,
    pub(super) pass: StreamPass<T>,
    /// Number of coefficients of the network that belong to a term.
    pub(crate) coefficients: usize,
}

impl<R, T: Scalar> Residuals<R, T> {
    /// Creates the loss, and connects the trained parameters of the terms with coefficients of the network.
    pub(crate) fn new<N: BaseNetwork<Scalar = T>>(mut terms: R, network: &mut Augmented<N>) -> Self
    where
        R: Terms<N>,
    {
        let mut names = Coefficients::default();
        terms.visit(&mut TermVisitor(&mut |term| term.connect(&mut names, network)));
        Self { terms, pass: StreamPass::new(), coefficients: names.count() }
    }

    /// Returns the names of the losses: `loss`, and that of each term if there are several, after its residual.
    pub(crate) fn loss_names<N: BaseNetwork<Scalar = T>>(&mut self) -> Vec<String>
    where
        R: Terms<N>,
    {
        let mut names = vec!["loss".to_owned()];
        if R::COUNT > 1 {
            self.terms.visit(&mut TermVisitor(&mut |term| {
                let name = format!("{}_loss", term.name());
                let same = names
                    .iter()
                    .filter(|known| known.trim_end_matches(|c: char| c == '_' || c.is_ascii_digit()) == name);
                let count = same.count();
                names.push(if count == 0 { name } else { format!("{name}_{}", count + 1) });
            }));
        }
        names
    }

    /// Returns the loss, sets its gradient, and calls `each` with the loss of each term.
    pub(crate) fn differentiate<N: BaseNetwork<Scalar = T>>(
        &mut self,
        network: &Augmented<N>,
        options: &N::Options,
        gradient: &mut Augmented<N>,
        each: &mut dyn FnMut(f64),
    ) -> f64
    where
        R: Terms<N>,
    {
        let Self { terms, pass, .. } = self;
        let mut total = 0.0;
        terms.visit(&mut TermVisitor(&mut |term| {
            let loss = term.differentiate(Evaluator { network, options, pass }, gradient);
            total += loss;
            each(loss);
        }));
        total
    }

    /// Returns the loss, and calls `each` with the loss of each term.
    pub(crate) fn losses<N: BaseNetwork<Scalar = T>>(
        &mut self,
        network: &Augmented<N>,
        options: &N::Options,
        each: &mut dyn FnMut(f64),
    ) -> f64
    where
        R: Terms<N>,
    {
        let Self { terms, pass, .. } = self;
        let mut total = 0.0;
        terms.visit(&mut TermVisitor(&mut |term| {
            let loss = term.loss(Evaluator { network, options, pass });
            total += loss;
            each(loss);
        }));
        total
    }

    /// Returns the weight of each term.
    pub(crate) fn weights<N: BaseNetwork<Scalar = T>>(&mut self) -> Vec<f64>
    where
        R: Terms<N>,
    {
        let mut weights = Vec::with_capacity(R::COUNT);
        self.terms.visit(&mut TermVisitor(&mut |term| weights.push(term.loss_weight())));
        weights
    }

    /// Draws the points that are due before an epoch. Returns whether there were any.
    pub(crate) fn redraw<N: BaseNetwork<Scalar = T>>(
        &mut self,
        epoch: usize,
        (network, options): (&Augmented<N>, &N::Options),
        rng: &mut Rng,
    ) -> bool
    where
        R: Terms<N>,
    {
        let Self { terms, pass, .. } = self;
        let mut is_new = false;
        terms.visit(&mut TermVisitor(&mut |term| {
            is_new |= term.redraw(epoch, Evaluator { network, options, pass }, rng);
        }));
        is_new
    }

    /// Copies the points of all terms that draw new ones. It allocates only if there are more than before.
    pub(crate) fn copy_points<N: BaseNetwork<Scalar = T>>(&mut self, points: &mut Vec<Vec<f64>>)
    where
        R: Terms<N>,
    {
        points.resize(R::COUNT, Vec::new());
        let mut targets = points.iter_mut();
        self.terms.visit(&mut TermVisitor(&mut |term| {
            targets.next().into_iter().for_each(|target| term.copy_points(target));
        }));
    }

    /// Sets the points of the terms to those of a checkpoint, if there are as many.
    pub(crate) fn set_points<N: BaseNetwork<Scalar = T>>(&mut self, points: &[Vec<f64>])
    where
        R: Terms<N>,
    {
        let mut sources = points.iter();
        self.terms.visit(&mut TermVisitor(&mut |term| {
            sources.next().into_iter().for_each(|source| term.set_points(source));
        }));
    }
}
