use core::ops::{DerefMut, Range};

use super::step::variables;
use super::{Objective, Optimizer, Past, Settings, Step};
use crate::kernels::{Update, rule};
use crate::layers::Layer;

/// An optimizer at work on one network: it counts the steps, and keeps what is remembered.
///
/// `compile` makes one. A loop of your own needs no more than it and a gradient:
///
/// ```
/// use mlp_core::Parameters;
/// use mlp_core::layers::Dense;
/// use mlp_core::optimizers::{Configure, OptimizerState, Sgd};
///
/// let mut layer = Dense::<2, 1>::zeroed();
/// let mut descent = OptimizerState::new(Sgd::new(0.5).clipvalue(1.0));
/// for _ in 0..20 {
///     // The gradient of half the squared distance of all parameters from 3.
///     let mut gradient = layer.to_boxed();
///     gradient.as_mut_slice().iter_mut().for_each(|number| *number -= 3.0);
///     descent.step(&mut layer, &mut gradient);
/// }
/// assert!(layer.as_slice().iter().all(|number| (number - 3.0).abs() < 1e-3));
/// ```
pub struct OptimizerState<N: Layer, O: Optimizer> {
    /// Whose steps are made.
    pub optimizer: O,
    past: Past<N, O>,
    variables: Vec<Range<usize>>,
}

/// A gradient, and how it came about.
pub(crate) struct Slope<'a, N: Layer> {
    pub(crate) options: &'a N::Options,
    pub(crate) gradient: &'a mut N,
    pub(crate) loss: f64,
    pub(crate) objective: Option<&'a mut Objective<'a, N>>,
}

rule! {
    // a ← a + (1 − μ)(p − a)
    Blend { gain }: |[average], parameter| [parameter.sub(average).mul_add(gain, average)]
}

rule! {
    // s ← s + w g
    Add { weight }: |[sum], gradient| [gradient.mul_add(weight, sum)]
}

impl<N: Layer, O: Optimizer> OptimizerState<N, O> {
    /// No step was made. What the settings ask for is allocated here, so that no step allocates.
    pub fn new(mut optimizer: O) -> Self {
        optimizer.follow(0);
        let (past, variables) = (Past::none(&optimizer), variables::<N>(&N::Options::default()));
        Self { optimizer, past, variables }
    }

    /// Changes the network by the gradient of a batch, which is clipped and so on where it is.
    ///
    /// With an optimizer that needs the loss too, this does not compile; [`step_by`](Self::step_by) does:
    ///
    /// ```compile_fail,E0080
    /// # use mlp_core::Parameters;
    /// # use mlp_core::layers::Dense;
    /// # use mlp_core::optimizers::{OptimizerState, Lbfgs};
    /// # let (mut layer, mut gradient) = (Dense::<2, 1>::zeroed(), Dense::<2, 1>::zeroed());
    /// OptimizerState::new(Lbfgs::default()).step(&mut layer, &mut gradient);
    /// ```
    pub fn step(&mut self, network: &mut impl DerefMut<Target = N>, gradient: &mut impl DerefMut<Target = N>) {
        const { assert!(!O::NEEDS_OBJECTIVE, "this optimizer evaluates the loss again: use `step_by`") };
        let options = &N::Options::default();
        self.descend(network, Slope { options, gradient, loss: f64::NAN, objective: None });
    }

    /// Changes the network by an objective, which gives the mean loss of a batch and sets its gradient. Gives the loss
    /// before the step.
    pub fn step_by(
        &mut self,
        network: &mut impl DerefMut<Target = N>,
        mut objective: impl FnMut(&N, &mut N) -> f64,
    ) -> f64 {
        let (options, mut gradient) = (&N::Options::default(), N::zeroed());
        let loss = objective(network, &mut gradient);
        self.descend(network, Slope { options, gradient: &mut gradient, loss, objective: Some(&mut objective) });
        loss
    }

    pub(crate) fn descend(&mut self, network: &mut N, slope: Slope<'_, N>) {
        let settings = self.optimizer.settings();
        self.optimizer.follow(self.past.batches);
        let learning_rate = self.optimizer.learning_rate(self.past.batches);
        self.past.batches += 1;
        self.past.stepped = self.accumulate(&settings, slope.gradient);
        if self.past.stepped {
            if let Some(clip) = settings.clip {
                clip.limit(slope.gradient.as_mut_slice(), &self.variables);
            }
            let number = self.number(&settings);
            let Slope { options, gradient, loss, objective } = slope;
            let decay = settings.weight_decay.unwrap_or(0.0) * learning_rate;
            let (variables, network) = (&self.variables[..], &mut *network);
            // For as long as the step, not as the slope.
            let objective = objective.map(|objective| objective as &mut Objective<'_, N>);
            let step = Step { number, learning_rate, network, options, gradient, loss, objective, variables, decay };
            self.optimizer.update(step, &mut self.past.state);
        }
        self.take_average(&settings, network);
    }

    /// The number of the last step.
    fn number(&self, settings: &Settings) -> u64 {
        self.past.batches / settings.gradient_accumulation_steps.max(1)
    }

    /// Whether a step is due, with the gradient set to the mean of those of its batches.
    fn accumulate(&mut self, settings: &Settings, gradient: &mut N) -> bool {
        let batches = settings.gradient_accumulation_steps;
        if batches <= 1 {
            return true;
        }
        let sum = self.past.accumulated.get_or_insert_with(N::zeroed).as_mut_slice();
        N::Scalar::apply(&Add { weight: 1.0 / batches as f64 }, [&mut *sum], gradient.as_slice());
        let due = self.past.batches.is_multiple_of(batches);
        if due {
            gradient.as_mut_slice().copy_from_slice(sum);
            sum.fill(num_traits::Zero::zero());
        }
        due
    }

    fn take_average(&mut self, settings: &Settings, network: &mut N) {
        let Some(momentum) = settings.ema_momentum else { return };
        let average = self.past.average.get_or_insert_with(N::zeroed);
        // As in Keras: until after the first step, the average is the weights.
        let steps_before = (self.past.batches - 1) / settings.gradient_accumulation_steps.max(1);
        let gain = if steps_before == 0 { 1.0 } else { 1.0 - momentum };
        N::Scalar::apply(&Blend { gain }, [average.as_mut_slice()], network.as_slice());
        if settings.ema_overwrite_frequency.is_some_and(|steps| steps > 0 && (steps_before + 1).is_multiple_of(steps)) {
            self.finish(network);
        }
    }

    /// Gives the network the average of its weights, if there is one: what `fit` does at its end. Keras:
    /// `finalize_variable_values`.
    pub fn finish(&mut self, network: &mut N) {
        let Some(average) = self.average() else { return };
        for variable in &self.variables {
            network.as_mut_slice()[variable.clone()].copy_from_slice(&average.as_slice()[variable.clone()]);
        }
    }

    /// Exchanges the weights and their average, if there is one: to evaluate the average while training goes on, and
    /// once more to train on. Keras: the callback `SwapEMAWeights`.
    pub fn swap_average(&mut self, network: &mut N) {
        if self.average().is_none() {
            return;
        }
        if let Some(average) = &mut self.past.average {
            for variable in &self.variables {
                network.as_mut_slice()[variable.clone()].swap_with_slice(&mut average.as_mut_slice()[variable.clone()]);
            }
        }
    }

    /// The average of the weights, if [`ema`](super::Configure::ema) asks for one and there was a batch.
    pub fn average(&self) -> Option<&N> {
        self.past
            .average
            .as_deref()
            .filter(|_| self.past.batches > 0 && self.optimizer.settings().ema_momentum.is_some())
    }

    /// What the optimizer remembers.
    pub fn state(&mut self) -> &mut O::State<N> {
        &mut self.past.state
    }

    /// Returns the state that a checkpoint holds.
    pub(crate) fn past(&self) -> &Past<N, O> {
        &self.past
    }

    /// Replaces the state that a checkpoint holds.
    #[cfg(feature = "safetensors")]
    pub(crate) fn set_past(&mut self, past: Past<N, O>) {
        self.past = past;
    }

    /// How many gradients were seen.
    pub fn batches(&self) -> u64 {
        self.past.batches
    }

    /// The learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate(self.past.batches)
    }

    /// Whether [`undo`](Self::undo) takes back a step.
    pub(crate) fn can_undo(&self) -> bool {
        // What a layer remembers of whole batches is no step of the optimizer.
        O::CAN_UNDO && !N::WHOLE_BATCH && self.optimizer.settings().ema_overwrite_frequency.is_none()
    }

    /// Takes back what the last gradient changed. `gradient` is not read.
    pub(crate) fn undo(&mut self, network: &mut N, options: &N::Options, gradient: &N) {
        if !core::mem::take(&mut self.past.stepped) {
            return;
        }
        let settings = self.optimizer.settings();
        let (number, variables) = (self.number(&settings), &self.variables[..]);
        let learning_rate = self.optimizer.learning_rate(self.past.batches - 1);
        let (loss, objective, decay) = (f64::NAN, None, 0.0);
        let step = Step {
            number,
            learning_rate,
            network: &mut *network,
            options,
            gradient,
            loss,
            objective,
            variables,
            decay,
        };
        self.optimizer.undo(step, &mut self.past.state);
        let kept = 1.0 - settings.weight_decay.unwrap_or(0.0) * learning_rate;
        if kept != 1.0 {
            for variable in variables {
                N::Scalar::scale(&mut network.as_mut_slice()[variable.clone()], 1.0 / kept);
            }
        }
    }
}
