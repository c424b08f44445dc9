mod iterations;
mod line_search;
mod pairs;

pub use iterations::LbfgsState;

use super::{LearningRate, Optimizer, Step};
use crate::layers::Layer;

/// `p ← p − a H g`: a quasi-Newton method with limited memory, for full batches.
///
/// `H` is an inverse Hessian that the last steps tell of. `a` is found by evaluating the loss again, until the strong
/// Wolfe conditions hold: the loss falls enough, and its slope along the step nearly vanishes. The loss never rises.
///
/// One step of training is up to `max_iter` iterations on the same batch, and each evaluation costs as much as a step
/// of another optimizer. It is meant for a `batch_size` of all samples or more. With smaller batches, each step makes
/// the loss of its own batch small, without memory of the batches before, and may undo what was learned from them: take
/// another optimizer then. Layers that draw random numbers in training change the loss with each evaluation, so that
/// hardly a step is found.
///
/// PyTorch: `LBFGS(line_search_fn="strong_wolfe")`. Clipping and weight decay, which would contradict the loss, are not
/// to be had. Source: Nocedal and Wright, "Numerical Optimization", 2006, sections 7.2 and 3.5.
///
/// ```
/// use mlp_core::Parameters;
/// use mlp_core::layers::Dense;
/// use mlp_core::optimizers::{OptimizerState, Lbfgs};
///
/// let mut layer = Dense::<2, 1>::zeroed();
/// let mut descent = OptimizerState::new(Lbfgs::default());
/// // The sum of (p − 3)⁴.
/// descent.step_by(&mut layer, |layer, gradient| {
///     let far: Vec<f32> = layer.as_slice().iter().map(|number| number - 3.0).collect();
///     gradient.as_mut_slice().iter_mut().zip(&far).for_each(|(slope, x)| *slope = 4.0 * x.powi(3));
///     far.iter().map(|x| f64::from(x.powi(4))).sum()
/// });
/// assert!(layer.as_slice().iter().all(|number| (number - 3.0).abs() < 0.1));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Lbfgs {
    /// The length `a` that is tried first, in units of the quasi-Newton step: 1, if nothing speaks against it.
    pub learning_rate: LearningRate,
    /// How many iterations a step has at most.
    pub max_iter: usize,
    /// After how many evaluations of the loss in a step no further iteration begins.
    pub max_eval: usize,
    /// How many iterations are remembered, with two values of the network's type for each.
    pub history_size: usize,
}

impl Default for Lbfgs {
    /// PyTorch's defaults: a length of 1, 20 iterations, 25 evaluations, and a memory of 100.
    fn default() -> Self {
        Self { learning_rate: 1.0.into(), max_iter: 20, max_eval: 25, history_size: 100 }
    }
}

impl Lbfgs {
    /// With a number of iterations for each step, as many evaluations as they take, and PyTorch's defaults for the
    /// rest.
    pub fn new(max_iter: usize) -> Self {
        Self { max_iter, max_eval: usize::MAX, ..Self::default() }
    }

    /// The length that is tried first.
    #[must_use]
    pub fn learning_rate(self, learning_rate: impl Into<LearningRate>) -> Self {
        Self { learning_rate: learning_rate.into(), ..self }
    }

    /// After how many evaluations of the loss in a step no further iteration begins.
    #[must_use]
    pub fn max_eval(self, max_eval: usize) -> Self {
        Self { max_eval, ..self }
    }

    /// How many iterations are remembered.
    #[must_use]
    pub fn history_size(self, history_size: usize) -> Self {
        Self { history_size, ..self }
    }
}

impl Optimizer for Lbfgs {
    type State<N: Layer> = LbfgsState<N>;

    const NEEDS_OBJECTIVE: bool = true;

    fn init<N: Layer>(&self) -> LbfgsState<N> {
        LbfgsState::new(self.history_size)
    }

    fn learning_rate(&self, step: u64) -> f64 {
        self.learning_rate.at(step)
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate.into();
    }

    fn update<N: Layer>(&self, mut step: Step<'_, N>, state: &mut LbfgsState<N>) {
        let Some(objective) = step.objective.take() else { return };
        state.begin(&step);
        let mut evaluations = 1;
        for _ in 0..self.max_iter {
            if evaluations >= self.max_eval {
                break;
            }
            match state.iterate(&mut step, objective) {
                0 => break,
                more => evaluations += more,
            }
        }
        state.end(step);
    }
}
