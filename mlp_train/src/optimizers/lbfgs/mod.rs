mod iterations;
mod line_search;
mod pairs;

pub use iterations::LbfgsState;

use mlp_core::Memory;
use mlp_core::layers::Module;
use mlp_core::optimizers::{IntoLearningRate, Optimizer, OptimizerConfig, Step};

/// `p ← p − a H g`: a limited-memory quasi-Newton method for full batches.
///
/// `H` is an inverse-Hessian approximation built from the last steps. `a` is found by a line search that evaluates the loss
/// until the strong Wolfe conditions hold: the loss falls enough, and its derivative along the step nearly vanishes. The
/// loss never rises.
///
/// One step of training makes up to `max_iter` iterations on the same batch. Each evaluation of the loss costs as much as
/// a step of another optimizer. Use a `batch_size` of all samples or more. With smaller batches, each step minimizes the
/// loss of its own batch and may undo what earlier batches taught: use another optimizer then. Layers that draw random
/// numbers in training change the loss with each evaluation, so that the line search rarely succeeds.
///
/// PyTorch: `LBFGS(line_search_fn="strong_wolfe")`. Source: Nocedal and Wright, "Numerical Optimization", 2006, sections 7.2
/// and 3.5.
///
/// ```
/// # mod mlp { pub use mlp_core::Parameters; pub use mlp_train::BoxedParameters; pub mod layers { pub use mlp_core::layers::Dense; } pub mod optimizers { pub use mlp_train::optimizers::{Lbfgs, OptimizerState}; } }
/// use mlp::Parameters;
/// use mlp::layers::Dense;
/// use mlp::BoxedParameters;
/// use mlp::optimizers::{Lbfgs, OptimizerState};
///
/// let mut layer = Dense::<2, 1>::zeroed();
/// let mut optimizer = OptimizerState::new(Lbfgs::default());
/// // The sum of (p − 3)⁴.
/// optimizer.step_by(&mut layer, |layer, gradient| {
///     let errors: Vec<f32> = layer.as_slice().iter().map(|value| value - 3.0).collect();
///     gradient.as_mut_slice().iter_mut().zip(&errors).for_each(|(derivative, e)| *derivative = 4.0 * e.powi(3));
///     errors.iter().map(|e| f64::from(e.powi(4))).sum()
/// });
/// assert!(layer.as_slice().iter().all(|value| (value - 3.0).abs() < 0.1));
/// ```
///
/// Clipping, weight decay and gradient accumulation would be inconsistent with the objective. They do not compile:
///
/// ```compile_fail,E0080
/// # mod mlp { pub mod optimizers { pub use mlp_core::optimizers::Optimizer; pub use mlp_train::optimizers::Lbfgs; } }
/// use mlp::optimizers::Optimizer;
/// use mlp::optimizers::Lbfgs;
///
/// let optimizer = Lbfgs::default().clipnorm(1.0);
/// ```
#[derive(Clone, Debug)]
pub struct Lbfgs {
    config: OptimizerConfig,
    max_iter: usize,
    max_eval: usize,
    history_size: usize,
}

impl Default for Lbfgs {
    /// Creates an `Lbfgs` with PyTorch's defaults: learning rate 1, 20 iterations, 25 evaluations, history of 100.
    fn default() -> Self {
        Self { config: OptimizerConfig::new(1.0), max_iter: 20, max_eval: 25, history_size: 100 }
    }
}

impl Lbfgs {
    /// Creates an `Lbfgs` with a max number of iterations per step, as many evaluations as they need, and PyTorch's
    /// defaults for the rest.
    pub fn new(max_iter: usize) -> Self {
        Self { max_iter, max_eval: usize::MAX, ..Self::default() }
    }

    /// Sets the first step length `a` of each line search, in units of the quasi-Newton step. Defaults to 1.
    #[must_use]
    pub fn learning_rate(self, learning_rate: impl IntoLearningRate) -> Self {
        Self { config: OptimizerConfig { learning_rate: learning_rate.into_learning_rate(), ..self.config }, ..self }
    }

    /// Sets the number of evaluations of the loss in a step after which no further iteration begins.
    #[must_use]
    pub fn max_eval(self, max_eval: usize) -> Self {
        Self { max_eval, ..self }
    }

    /// Sets the number of iterations that `H` is built from; each needs two values of the network's type. Defaults to 100.
    #[must_use]
    pub fn history_size(self, history_size: usize) -> Self {
        Self { history_size, ..self }
    }
}

impl Optimizer for Lbfgs {
    const NAME: &'static str = "Lbfgs";
    type State<N: Module, M: Memory> = LbfgsState<N>;

    const NEEDS_OBJECTIVE: bool = true;

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("max_iter", self.max_iter as f64);
        visit("max_eval", self.max_eval as f64);
        visit("history_size", self.history_size as f64);
    }

    fn config(&self) -> &OptimizerConfig {
        &self.config
    }
    fn config_mut(&mut self) -> &mut OptimizerConfig {
        &mut self.config
    }

    fn init<N: Module, M: Memory>(&self) -> LbfgsState<N> {
        LbfgsState::new(self.history_size)
    }

    fn update<N: Module, M: Memory>(&self, mut step: Step<'_, N>, state: &mut LbfgsState<N>) {
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
