use core::ops::Range;

use crate::kernels::Update;
use crate::layers::Module;

/// Mean loss of a batch at other weights, together with its gradient.
pub type Objective<'a, N> = dyn FnMut(&N, &mut N) -> f64 + 'a;

/// Input of one step of an optimizer.
#[non_exhaustive]
pub struct Step<'a, N: Module> {
    /// Number of the step, counted from 1.
    pub number: u64,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Momentum of the step, if a schedule sets it.
    pub momentum: Option<f64>,
    /// Network to change.
    pub network: &'a mut N,
    /// Hyper-parameters of the network's layers.
    pub options: &'a N::Options,
    /// Gradient of the mean loss.
    pub gradient: &'a N,
    /// Mean loss, or NaN if the caller has only a gradient.
    pub loss: f64,
    /// Evaluation of the same loss at other weights. `None` if the caller has only a gradient.
    pub objective: Option<&'a mut Objective<'a, N>>,
    /// Ranges of the trained variables in the network's parameters. Empty in static memory.
    pub trainable_ranges: &'a [Range<usize>],
    /// Fraction of each weight that is subtracted before the rule: the weight decay times the learning rate.
    #[doc(hidden)]
    pub decay: f64,
}

impl<'a, N: Module> Step<'a, N> {
    /// Creates a step by a gradient alone.
    #[doc(hidden)]
    pub fn new(number: u64, network: &'a mut N, options: &'a N::Options, gradient: &'a N) -> Self {
        Self {
            number,
            learning_rate: 0.0,
            momentum: None,
            network,
            options,
            gradient,
            loss: f64::NAN,
            objective: None,
            trainable_ranges: &[],
            decay: 0.0,
        }
    }

    /// Updates each trained variable by a rule, called with the variable, its gradient, and its part of each slot. Weight
    /// decay is applied first. An optimizer calls it once per step.
    #[inline]
    pub fn each<const SLOTS: usize>(
        self,
        slots: [&mut N; SLOTS],
        rule: impl Fn(&mut [N::Scalar], &[N::Scalar], [&mut [N::Scalar]; SLOTS]),
    ) {
        let Self { network, options, gradient, decay, .. } = self;
        let start = Start::of(network);
        let mut slots = slots.map(N::as_mut_slice);
        network.update(options, gradient, &mut |parameters, gradient| {
            if decay != 0.0 {
                N::Scalar::scale(parameters, 1.0 - decay);
            }
            let range = start.range(parameters);
            rule(parameters, gradient, slots.each_mut().map(|values| &mut values[range.clone()]));
        });
    }
}

/// Calls `each` with the range of every variable that training changes, found by an update of `scratch`, whose values
/// change.
#[doc(hidden)]
pub fn visit_trainable_ranges<N: Module>(
    scratch: &mut N,
    gradient: &N,
    options: &N::Options,
    each: &mut dyn FnMut(Range<usize>),
) {
    let start = Start::of(scratch);
    scratch.update(options, gradient, &mut |parameters, _| each(start.range(parameters)));
}

/// Address of a network, to find the position of a variable in it.
#[derive(Clone, Copy)]
struct Start(usize);

impl Start {
    fn of<N: Module>(network: &N) -> Self {
        Self(network.as_slice().as_ptr().addr())
    }

    /// Returns the range of a variable among the network's parameters.
    fn range<T>(self, variable: &[T]) -> Range<usize> {
        // An empty variable has no address of its own.
        if variable.is_empty() {
            return 0..0;
        }
        let first = (variable.as_ptr().addr() - self.0) / size_of::<T>();
        first..first + variable.len()
    }
}
