use core::cell::RefCell;
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
        if decay == 0.0 {
            network.update(options, gradient, memory, &rule);
        } else {
            network.update(options, gradient, memory, &|parameters, gradient, memory| {
                N::Scalar::scale(parameters, 1.0 - decay);
                rule(parameters, gradient, memory);
            });
        }
    }
}

/// Where the variables lie that training changes: what a rule is called with. On values that are nobody's, because a
/// layer may do more in an update than to call the rule.
pub(super) fn variables<N: Layer>(options: &N::Options) -> Vec<Range<usize>> {
    let (mut network, gradient) = (N::zeroed(), N::zeroed());
    let start = network.as_slice().as_ptr().addr();
    let found = RefCell::new(Vec::new());
    network.update(options, &gradient, [], &|parameters: &mut [N::Scalar], _: &[N::Scalar], []| {
        // What has no numbers lies nowhere.
        if parameters.is_empty() {
            return;
        }
        let first = (parameters.as_ptr().addr() - start) / size_of::<N::Scalar>();
        found.borrow_mut().push(first..first + parameters.len());
    });
    let mut found = found.into_inner();
    found.sort_by_key(|variable: &Range<usize>| variable.start);
    found
}
