use core::ops::Range;

use mlp_core::optimizers::{Objective, Optimizer, Squares, Step, visit_trainable};

use super::{OptimizerProgress, OptimizerSettings};
use crate::heap::{BoxedParameters as _, Heap};
use mlp_core::kernels::{Update as _, add_scaled, blend};
use mlp_core::layers::Module;

/// An optimizer together with its state for one network.
///
/// `compile` creates one. A custom training loop needs only this and a gradient:
///
/// ```
/// # mod mlp { pub use mlp_core::Parameters; pub use mlp_train::BoxedParameters; pub mod layers { pub use mlp_core::layers::Dense; } pub mod optimizers { pub use mlp_core::optimizers::{Optimizer, Sgd}; pub use mlp_train::optimizers::OptimizerState; } }
/// use mlp::Parameters;
/// use mlp::layers::Dense;
/// use mlp::optimizers::{Optimizer, Sgd};
/// use mlp::BoxedParameters;
/// use mlp::optimizers::OptimizerState;
///
/// let mut layer = Dense::<2, 1>::zeroed();
/// let mut optimizer = OptimizerState::new(Sgd::new(0.5).clipvalue(1.0));
/// for _ in 0..20 {
///     // The gradient of half the squared distance of all parameters from 3.
///     let mut gradient = layer.to_boxed();
///     gradient.as_mut_slice().iter_mut().for_each(|value| *value -= 3.0);
///     optimizer.step(&mut layer, &mut gradient);
/// }
/// assert!(layer.as_slice().iter().all(|value| (value - 3.0).abs() < 1e-3));
/// ```
pub struct OptimizerState<N: Module, O: Optimizer> {
    /// The optimizer. Its options may change between two steps.
    pub optimizer: O,
    progress: OptimizerProgress<N, O>,
    trainable_ranges: Vec<Range<usize>>,
    /// Settings of the optimizer that this state was created with.
    settings: OptimizerSettings,
}

/// A gradient, the loss it belongs to, and how to evaluate that loss again.
pub(crate) struct GradientStep<'a, 'b, N: Module> {
    pub(crate) options: &'a N::Options,
    pub(crate) gradient: &'a mut N,
    pub(crate) loss: f64,
    pub(crate) objective: Option<&'a mut Objective<'b, N>>,
    /// The same loss as a sum of squares, if the optimizer needs it.
    pub(crate) squares: Option<&'a mut (dyn Squares<N> + 'b)>,
}

impl<N: Module, O: Optimizer> OptimizerState<N, O> {
    /// Creates the state before the first step.
    ///
    /// All memory that the configuration asks for is allocated here; steps do not allocate.
    pub fn new(optimizer: O) -> Self {
        Self {
            progress: OptimizerProgress::new(&optimizer),
            settings: OptimizerSettings::new(&optimizer),
            optimizer,
            trainable_ranges: trainable_ranges::<N>(&N::Options::default()),
        }
    }

    /// Changes the network by the gradient of a batch. Clipping and accumulation change the gradient in place.
    ///
    /// For an optimizer that evaluates the loss this does not compile; [`step_by`](Self::step_by) does:
    ///
    /// ```compile_fail,E0080
    /// # use mlp_core::layers::Dense;
    /// # use mlp_train::BoxedParameters;
    /// # use mlp_train::optimizers::{Lbfgs, OptimizerState};
    /// # let (mut layer, mut gradient) = (Dense::<2, 1>::zeroed(), Dense::<2, 1>::zeroed());
    /// OptimizerState::new(Lbfgs::default()).step(&mut layer, &mut gradient);
    /// ```
    pub fn step(&mut self, network: &mut Box<N>, gradient: &mut Box<N>) {
        const { assert!(!O::NEEDS_OBJECTIVE, "this optimizer evaluates the loss again: use `step_by`") };
        let options = &N::Options::default();
        self.step_with(network, GradientStep { options, gradient, loss: f64::NAN, objective: None, squares: None });
    }

    /// Changes the network by an objective, which returns the mean loss of a batch and sets its gradient. Returns the loss
    /// before the step.
    pub fn step_by(&mut self, network: &mut Box<N>, mut objective: impl FnMut(&N, &mut N) -> f64) -> f64 {
        let options = &N::Options::default();
        let mut gradient = N::zeroed();
        let loss = objective(network, &mut *gradient);
        let objective: &mut Objective<'_, N> = &mut objective;
        let step = GradientStep { options, gradient: &mut *gradient, loss, objective: Some(objective), squares: None };
        self.step_with(network, step);
        loss
    }

    // accumulate -> clip -> weight decay and rule (`Optimizer::update`) -> average
    pub(crate) fn step_with(&mut self, network: &mut Box<N>, input: GradientStep<'_, '_, N>) {
        let GradientStep { options, gradient, loss, objective, squares } = input;
        self.progress.batches += 1;
        self.progress.stepped = self.accumulate(gradient);
        if self.progress.stepped {
            let config = self.optimizer.config();
            if let Some(clip) = config.clip {
                clip.limit(gradient.as_mut_slice(), &self.trainable_ranges);
            }
            let mut step = Step::new(config, self.progress.batches - 1, &mut **network, options, gradient);
            step.loss = loss;
            // Borrowed for the step, which is shorter than the lifetime of the input.
            step.objective = objective.map(|objective| objective as &mut Objective<'_, N>);
            step.squares = squares.map(|squares| squares as &mut (dyn Squares<N> + '_));
            step.trainable_ranges = &self.trainable_ranges;
            self.optimizer.update(step, &mut self.progress.state);
        }
        self.update_average(network);
    }

    /// Returns whether a step is due; if so, sets the gradient to the mean of the accumulated gradients.
    fn accumulate(&mut self, gradient: &mut N) -> bool {
        let batches = self.optimizer.config().gradient_accumulation_steps;
        if batches <= 1 {
            return true;
        }
        let sum = self.progress.accumulated.get_or_insert_with(N::zeroed).as_mut_slice();
        add_scaled(sum, gradient.as_slice(), 1.0 / batches as f64);
        let due = self.progress.batches.is_multiple_of(batches);
        if due {
            gradient.as_mut_slice().copy_from_slice(sum);
            sum.fill(num_traits::Zero::zero());
        }
        due
    }

    fn update_average(&mut self, network: &mut Box<N>) {
        let config = self.optimizer.config();
        let Some(momentum) = config.ema_momentum else { return };
        let average = self.progress.average.get_or_insert_with(N::zeroed);
        // As in Keras, the average equals the weights until the first step is complete.
        let steps_before = (self.progress.batches - 1) / config.gradient_accumulation_steps.max(1);
        let gain = if steps_before == 0 { 1.0 } else { 1.0 - momentum };
        blend(average.as_mut_slice(), network.as_slice(), gain);
        if config.ema_overwrite_frequency.is_some_and(|steps| steps > 0 && (steps_before + 1).is_multiple_of(steps)) {
            self.finish(network);
        }
    }

    /// Replaces the trainable weights by their average, if there is one. `fit` calls it at its end. Keras:
    /// `finalize_variable_values`.
    pub fn finish(&mut self, network: &mut Box<N>) {
        let Some(average) = self.average() else { return };
        for range in &self.trainable_ranges {
            network.as_mut_slice()[range.clone()].copy_from_slice(&average.as_slice()[range.clone()]);
        }
    }

    /// Swaps the trainable weights and their average, if there is one. A second call undoes the first.
    ///
    /// It allows to evaluate the average during training. Keras: the callback `SwapEMAWeights`.
    pub fn swap_average(&mut self, network: &mut Box<N>) {
        if self.average().is_none() {
            return;
        }
        if let Some(average) = &mut self.progress.average {
            for range in &self.trainable_ranges {
                let weights = &mut network.as_mut_slice()[range.clone()];
                weights.swap_with_slice(&mut average.as_mut_slice()[range.clone()]);
            }
        }
    }

    /// Returns the average of the weights, if [`ema`](Optimizer::ema) asks for one and there was a batch.
    pub fn average(&self) -> Option<&N> {
        let is_kept = self.progress.batches > 0 && self.optimizer.config().ema_momentum.is_some();
        self.progress.average.as_deref().filter(|_| is_kept)
    }

    /// Returns the state that the optimizer keeps for the network.
    pub fn state(&mut self) -> &mut O::State<N, Heap> {
        &mut self.progress.state
    }

    /// Returns the part that a checkpoint holds.
    #[doc(hidden)]
    pub fn progress(&self) -> &OptimizerProgress<N, O> {
        &self.progress
    }

    /// Replaces the part that a checkpoint holds.
    #[doc(hidden)]
    pub fn set_progress(&mut self, progress: OptimizerProgress<N, O>) {
        self.progress = progress;
    }

    /// Returns the settings of the optimizer that this state was created with.
    pub(crate) fn settings(&self) -> &OptimizerSettings {
        &self.settings
    }

    /// Returns the number of gradients received.
    pub fn batches(&self) -> u64 {
        self.progress.batches
    }

    /// Returns the learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.optimizer.config().learning_rate.at(self.progress.batches)
    }

    /// Returns the ranges of the trainable variables within the network's parameters, in ascending order.
    pub(crate) fn trainable_ranges(&self) -> &[Range<usize>] {
        &self.trainable_ranges
    }

    /// Returns the ranges of the trainable variables, to replace them after a change of the options.
    pub(crate) fn trainable_ranges_mut(&mut self) -> &mut Vec<Range<usize>> {
        &mut self.trainable_ranges
    }

    /// Returns why no further step can reduce the loss, if that is so.
    pub(crate) fn stop_reason(&self) -> Option<&'static str> {
        self.optimizer.stop_reason(&self.progress.state)
    }

    /// Returns whether [`undo`](Self::undo) restores the weights before a step.
    pub(crate) fn can_undo(&self) -> bool {
        // The running statistics of whole-batch layers are not part of the optimizer's step.
        O::CAN_UNDO && !N::WHOLE_BATCH && self.optimizer.config().ema_overwrite_frequency.is_none()
    }

    /// Undoes the change by the last gradient, up to rounding. `gradient` is not read.
    pub(crate) fn undo(&mut self, network: &mut N, options: &N::Options, gradient: &N) {
        if !core::mem::take(&mut self.progress.stepped) {
            return;
        }
        let config = self.optimizer.config();
        let mut step = Step::new(config, self.progress.batches - 1, &mut *network, options, gradient);
        let kept = 1.0 - step.decay;
        step.decay = 0.0;
        step.trainable_ranges = &self.trainable_ranges;
        self.optimizer.undo(step, &mut self.progress.state);
        if kept != 1.0 {
            for range in &self.trainable_ranges {
                N::Scalar::scale(&mut network.as_mut_slice()[range.clone()], 1.0 / kept);
            }
        }
    }
}

/// Returns the ranges of the trainable variables within the network's parameters, in ascending order.
pub(crate) fn trainable_ranges<N: Module>(options: &N::Options) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    visit_trainable(&mut *N::zeroed(), &*N::zeroed(), options, &mut |range| ranges.push(range));
    sort(&mut ranges);
    ranges
}

// Not generic, so that programs don't compile it.
fn sort(ranges: &mut Vec<Range<usize>>) {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
}
