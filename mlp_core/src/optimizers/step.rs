use core::ops::Range;

use super::OptimizerConfig;
use crate::kernels::{Link, Update};
use crate::layers::Module;
use crate::tile::Tile;

/// Function that returns the mean loss of a batch at other weights and sets its gradient.
pub type Objective<'a, N> = dyn FnMut(&N, &mut N) -> f64 + 'a;

/// Loss of a batch as a sum of squares `Σ r²`, at any weights.
#[doc(hidden)]
pub trait Squares<N> {
    /// Returns the ranges of the unknowns within the network's parameters, in ascending order.
    fn ranges(&self) -> &[Range<usize>];
    /// Returns the loss.
    fn loss(&mut self, network: &N) -> f64;
    /// Adds the residuals and their derivatives by the unknowns.
    fn linearize(&mut self, network: &N, equations: &mut dyn NormalEquations);
}

/// The normal equations `JᵀJ` and `Jᵀr` under construction.
#[doc(hidden)]
pub trait NormalEquations {
    /// Adds residuals, one for each sample of a tile. It has a row with the derivatives by each unknown, then a row with the
    /// residuals. The padding is zero.
    fn add_rows(&mut self, rows: Tile<'_, f64>);
    /// Adds the residual `factor · value` of an unknown with this value.
    fn add_unknown(&mut self, unknown: usize, factor: f64, value: f64);
}

/// Input of [`Optimizer::update`](super::Optimizer::update): a network and the gradient of its loss.
#[non_exhaustive]
pub struct Step<'a, N: Module> {
    /// Number of the step, counted from 1.
    pub number: u64,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Momentum of the step, if a schedule such as [`OneCycle`](super::OneCycle) sets it. It is above 0.
    ///
    /// It replaces the momentum of [`Sgd`](super::Sgd) and [`RmsProp`](super::RmsProp), and `β₁` of
    /// [`Adam`](super::Adam) and its variants.
    pub momentum: Option<f64>,
    /// Network to change.
    pub network: &'a mut N,
    /// Options of the network's layers.
    pub options: &'a N::Options,
    /// Gradient of the mean loss.
    pub gradient: &'a N,
    /// Mean loss; NaN if only the gradient is known.
    pub loss: f64,
    /// Evaluates the same loss at other weights; `None` if only the gradient is known.
    pub objective: Option<&'a mut Objective<'a, N>>,
    /// The same loss as a sum of squares, for an optimizer that [needs](super::Optimizer::NEEDS_SQUARES) it.
    #[doc(hidden)]
    pub squares: Option<&'a mut (dyn Squares<N> + 'a)>,
    /// Ranges of the trainable variables within the network's parameters.
    pub trainable_ranges: &'a [Range<usize>],
    /// `α λ`, the fraction of each parameter that [`each`](Self::each) subtracts before the rule.
    pub decay: f64,
}

impl<'a, N: Module> Step<'a, N> {
    /// Creates a step with a gradient alone, after `batches` earlier batches.
    #[doc(hidden)]
    pub fn new(
        config: &OptimizerConfig,
        batches: u64,
        network: &'a mut N,
        options: &'a N::Options,
        gradient: &'a N,
    ) -> Self {
        let learning_rate = config.learning_rate.at(batches);
        Self {
            number: (batches + 1) / config.gradient_accumulation_steps.max(1),
            learning_rate,
            momentum: config.learning_rate.momentum(batches),
            network,
            options,
            gradient,
            loss: f64::NAN,
            objective: None,
            squares: None,
            trainable_ranges: &[],
            decay: config.weight_decay.unwrap_or(0.0) * learning_rate,
        }
    }

    /// Returns `1 − βᵗ`, the sum of the weights in a running mean with the decay `β`.
    pub(super) fn weight_of_mean(&self, beta: f64) -> f64 {
        use num_traits::Float as _;

        let steps = self.number as f64;
        // Below e⁻³⁸, the power has no bit in the difference. It would take as long as the update of a hundred parameters.
        if (1.0 - beta) * steps > 38.0 { 1.0 } else { 1.0 - beta.powf(steps) }
    }

    /// Calls `rule(parameters, gradient, slots)` once for every trainable variable, after weight decay.
    ///
    /// Each of `slots` has a value for every parameter of the network; the rule receives those of the variable. An
    /// optimizer calls it exactly once in a step.
    #[inline]
    pub fn each<const SLOTS: usize>(
        self,
        mut slots: [&mut N; SLOTS],
        rule: impl Fn(&mut [N::Scalar], &[N::Scalar], [&mut [N::Scalar]; SLOTS]),
    ) {
        let Self { network, options, gradient, decay, .. } = self;
        let start = Start::of(network);
        network.update(options, gradient, &mut |parameters, gradient| {
            if decay != 0.0 {
                N::Scalar::scale(parameters, 1.0 - decay);
            }
            let range = start.range(parameters);
            rule(parameters, gradient, parts(&mut slots, range));
        });
    }

    /// Does the same as [`each`](Self::each) for a rule of single parameters. In a chain of dense layers, it calls the rule once
    /// for neighboring variables.
    #[inline]
    pub(crate) fn each_parameter<const SLOTS: usize>(
        self,
        mut slots: [&mut N; SLOTS],
        rule: impl Fn(&mut [N::Scalar], &[N::Scalar], [&mut [N::Scalar]; SLOTS]),
    ) {
        if const { !Link::all_dense(N::LINKS, usize::MAX) } || self.trainable_ranges.is_empty() {
            return self.each(slots, rule);
        }
        let Self { network, options, gradient, decay, trainable_ranges, .. } = self;
        for_each_run(trainable_ranges, &mut |range| {
            let parameters = &mut network.as_mut_slice()[range.clone()];
            if decay != 0.0 {
                N::Scalar::scale(parameters, 1.0 - decay);
            }
            rule(parameters, &gradient.as_slice()[range.clone()], parts(&mut slots, range));
        });
        // The constraints of the weights.
        network.update(options, gradient, &mut |_, _| {});
    }
}

/// Returns a range of each slot.
fn parts<'a, N: Module, const SLOTS: usize>(
    slots: &'a mut [&mut N; SLOTS],
    range: Range<usize>,
) -> [&'a mut [N::Scalar]; SLOTS] {
    // Half the code of `map`.
    let mut parts = [const { empty() }; SLOTS];
    for (part, slot) in parts.iter_mut().zip(slots) {
        *part = &mut slot.as_mut_slice()[range.clone()];
    }
    parts
}

const fn empty<'a, T>() -> &'a mut [T] {
    &mut []
}

/// Calls `each` with every run of neighboring ranges. Not generic, so that programs don't compile it.
fn for_each_run(ranges: &[Range<usize>], each: &mut dyn FnMut(Range<usize>)) {
    let Some((first, others)) = ranges.split_first() else { return };
    let mut run = first.clone();
    for range in others {
        if range.start == run.end {
            run.end = range.end;
        } else {
            each(core::mem::replace(&mut run, range.clone()));
        }
    }
    each(run);
}

/// Calls `visit` with the range of every trainable variable within the network's parameters.
///
/// `network` and `gradient` are scratch values, because an update may change more than the variables.
#[doc(hidden)]
pub fn visit_trainable<N: Module>(
    network: &mut N,
    gradient: &N,
    options: &N::Options,
    visit: &mut dyn FnMut(Range<usize>),
) {
    let start = Start::of(network);
    network.update(options, gradient, &mut |parameters, _| visit(start.range(parameters)));
}

/// Address of a network's first parameter.
#[derive(Clone, Copy)]
struct Start(usize);

impl Start {
    fn of<N: Module>(network: &N) -> Self {
        Self(network.as_slice().as_ptr().addr())
    }

    /// Returns the range of a variable within the network's parameters.
    fn range<T>(self, variable: &[T]) -> Range<usize> {
        // The address of an empty slice is arbitrary.
        if variable.is_empty() {
            return 0..0;
        }
        let first = (variable.as_ptr().addr() - self.0) / size_of::<T>();
        first..first + variable.len()
    }
}
