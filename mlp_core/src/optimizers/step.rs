use core::ops::Range;

use crate::kernels::Update;
use crate::layers::Layer;

/// The mean loss of a batch at other weights, whose gradient is set.
pub type Objective<'a, N> = dyn FnMut(&N, &mut N) -> f64 + 'a;

/// What an optimizer is given to make one step.
#[non_exhaustive]
pub struct Step<'a, N: Layer> {
    /// Its number, counted from 1.
    pub number: u64,
    /// What the learning rate is in this step.
    pub learning_rate: f64,
    /// What is to be changed.
    pub network: &'a mut N,
    /// The hyper-parameters of the network's layers.
    pub options: &'a N::Options,
    /// The gradient of the mean loss.
    pub gradient: &'a N,
    /// The mean loss. NaN if whoever asks for the step has not told it.
    pub loss: f64,
    /// Evaluates the same loss again, at other weights. `None` if whoever asks for the step has only a gradient.
    pub objective: Option<&'a mut Objective<'a, N>>,
    /// Where in the network the variables lie that training changes: a range for each.
    pub variables: &'a [Range<usize>],
    pub(super) decay: f64,
}

impl<N: Layer> Step<'_, N> {
    /// Changes each variable by a rule, which gets the variable, its gradient, and what is remembered of it. Weight
    /// decay comes before the rule. To be called once.
    #[inline]
    pub fn each<const MEMORY: usize>(
        self,
        memory: [&mut N; MEMORY],
        rule: impl Fn(&mut [N::Scalar], &[N::Scalar], [&mut [N::Scalar]; MEMORY]),
    ) {
        let Self { network, options, gradient, decay, .. } = self;
        let start = Start::of(network);
        let mut memory = memory.map(N::as_mut_slice);
        network.update(options, gradient, &mut |parameters, gradient| {
            if decay != 0.0 {
                N::Scalar::scale(parameters, 1.0 - decay);
            }
            let place = start.place(parameters);
            rule(parameters, gradient, memory.each_mut().map(|numbers| &mut numbers[place.clone()]));
        });
    }
}

#[cfg(feature = "std")]
/// Where the variables lie that training changes: what a rule is called with. On values that are nobody's, because a
/// layer may do more in an update than to call the rule.
pub(super) fn variables<N: Layer>(options: &N::Options) -> Vec<Range<usize>> {
    let (mut network, gradient) = (N::zeroed(), N::zeroed());
    let start = Start::of(&*network);
    let mut found = Vec::new();
    network.update(options, &gradient, &mut |parameters, _| found.push(start.place(parameters)));
    found.retain(|variable| !variable.is_empty());
    found.sort_by_key(|variable: &Range<usize>| variable.start);
    found
}

/// Where a network begins, to tell where a variable of it lies.
#[derive(Clone, Copy)]
struct Start(usize);

impl Start {
    fn of<N: Layer>(network: &N) -> Self {
        Self(network.as_slice().as_ptr().addr())
    }

    /// Which of the network's parameters these are.
    ///
    /// # Panics
    /// If they are none of its.
    fn place<T>(self, variable: &[T]) -> Range<usize> {
        // What has no numbers lies nowhere.
        if variable.is_empty() {
            return 0..0;
        }
        let first = (variable.as_ptr().addr() - self.0) / size_of::<T>();
        first..first + variable.len()
    }
}
