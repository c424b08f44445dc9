//! Batches of actions, and the gradients of their log-probabilities with respect to a network's outputs.

use std::fmt;

use mlp_core::layers::Shape;
use mlp_core::policies::{Policy, PolicyOutputs, ReparameterizedPolicy};
use mlp_core::{DataError, Rng, Role, Scalar};

use crate::batch_shape::BatchShape;
use crate::custom::ReusedBatch;
use crate::dataset::{Data, check};

/// Memory for a batch of actions of a [`Policy`], and for the gradient with respect to the outputs of its network.
///
/// It continues a [`Tape`](crate::Tape): the network's forward pass returns outputs, the policy computes actions from them,
/// and the policy's backward pass returns the gradient from which the network's backward pass starts. After the first
/// call, batches of the same size allocate nothing.
///
/// # Examples
///
/// The actor's step of soft actor-critic, which minimizes the mean of `α ln π(a|s) − Q(s, a)`:
///
/// ```
/// # use mlp_core::Rng;
/// # use mlp_core::layers::Features;
/// # use mlp_core::policies::SquashedGaussian;
/// # use mlp_train::{Network, PolicyTape, TrainingError};
/// # fn step<P, C>(actor: &P, critic: &C, states: &[[f32; 3]; 256], rng: &mut Rng) -> Result<(), TrainingError>
/// # where
/// #     P: Network<Scalar = f32, Input = Features<3>, Output = (Features<1>, Features<1>)>,
/// #     C: Network<Scalar = f32, Input = (Features<3>, Features<1>), Output = Features<1>>,
/// # {
/// let (mut actor_tape, mut critic_tape) = (actor.tape(), critic.tape());
/// let mut policy_tape = PolicyTape::new(SquashedGaussian::<1>::new());
/// let alpha = 0.2;
///
/// let outputs = actor_tape.forward(actor, states)?;
/// let actions = policy_tape.sample(outputs.output(), rng)?;
/// let values = critic_tape.forward(critic, &(states, actions.actions()))?;
/// let (_, action_gradient) = values.input_gradient(&[[-1.0 / 256.0]; 256])?;
/// let output_gradient = actions.backward(action_gradient, &[alpha / 256.0; 256])?;
/// let gradient = outputs.backward(output_gradient)?;
/// # let _ = gradient;
/// # Ok(())
/// # }
/// ```
pub struct PolicyTape<P: Policy<Outputs: BatchShape>, T: Scalar = f32> {
    policy: P,
    actions: Vec<P::Action<T>>,
    noise: Vec<P::Noise<T>>,
    log_prob: Vec<T>,
    entropy: Vec<T>,
    gradient: ReusedBatch<P::Outputs, T>,
}

/// Batch of gradients with respect to the outputs of a network.
type OutputGradient<P, T> = <<P as Policy>::Outputs as BatchShape>::Batch<T>;

impl<P: Policy<Outputs: BatchShape>, T: Scalar> PolicyTape<P, T> {
    /// Creates an empty tape.
    pub fn new(policy: P) -> Self {
        Self {
            policy,
            actions: Vec::new(),
            noise: Vec::new(),
            log_prob: Vec::new(),
            entropy: Vec::new(),
            gradient: ReusedBatch::new(),
        }
    }

    /// Returns the policy, for single samples.
    pub fn policy(&self) -> &P {
        &self.policy
    }

    /// Draws an action for each row of `outputs`.
    ///
    /// # Errors
    /// If an output is NaN or infinite.
    pub fn sample<'t, 'o, O>(
        &'t mut self,
        outputs: &'o O,
        rng: &mut Rng,
    ) -> Result<SampledActions<'t, 'o, P, T, O>, DataError>
    where
        O: Data<T, P::Outputs> + ?Sized,
    {
        check::rows_of(&outputs, Role::Output, outputs.samples())?;
        let Self { policy, actions, noise, log_prob, .. } = self;
        actions.clear();
        noise.clear();
        log_prob.clear();
        for row in 0..outputs.samples() {
            let drawn = policy.noise(rng);
            let (action, logarithm) = policy.act(&sample_of::<P, T, O>(outputs, row), &drawn);
            actions.push(action);
            noise.push(drawn);
            log_prob.push(logarithm);
        }
        Ok(SampledActions { tape: self, outputs })
    }

    /// Returns the action without exploration for each row of `outputs`.
    ///
    /// # Errors
    /// If an output is NaN or infinite.
    pub fn mode<O>(&mut self, outputs: &O) -> Result<&[P::Action<T>], DataError>
    where
        O: Data<T, P::Outputs> + ?Sized,
    {
        check::rows_of(&outputs, Role::Output, outputs.samples())?;
        self.actions.clear();
        let policy = &self.policy;
        self.actions.extend((0..outputs.samples()).map(|row| policy.mode(&sample_of::<P, T, O>(outputs, row))));
        Ok(&self.actions)
    }

    /// Computes the log-probability of an action for each row of `outputs`.
    ///
    /// # Errors
    /// If an output is NaN or infinite, if there are not as many actions as rows, or if the policy has no such action.
    pub fn evaluate<'t, 'o, O>(
        &'t mut self,
        outputs: &'o O,
        actions: &'o [P::Action<T>],
    ) -> Result<EvaluatedActions<'t, 'o, P, T, O>, DataError>
    where
        O: Data<T, P::Outputs> + ?Sized,
    {
        check::rows_of(&outputs, Role::Output, outputs.samples())?;
        check_length(Role::Action, actions.len(), outputs.samples())?;
        for (row, action) in actions.iter().enumerate() {
            if let Some((column, value)) = self.policy.invalid(action) {
                return Err(DataError::InvalidAction { row, column, value, policy: P::NAME });
            }
        }
        let policy = &self.policy;
        self.log_prob.clear();
        let rows = actions.iter().enumerate();
        self.log_prob.extend(rows.map(|(row, action)| policy.log_prob(&sample_of::<P, T, O>(outputs, row), action)));
        Ok(EvaluatedActions { tape: self, outputs, actions })
    }

    /// Sets the gradient of each row to the result of `f`.
    fn set_gradient(
        &mut self,
        samples: usize,
        f: impl Fn(&Self, usize) -> PolicyOutputs<P, T>,
    ) -> &OutputGradient<P, T> {
        let mut gradient = std::mem::replace(&mut self.gradient, ReusedBatch::new());
        gradient.resize(samples);
        for row in 0..samples {
            P::Outputs::set_row(&f(self, row), &mut gradient.batch, row);
        }
        self.gradient = gradient;
        &self.gradient.batch
    }
}

/// Actions that were drawn, ready for a backward pass through them.
pub struct SampledActions<'t, 'o, P: Policy<Outputs: BatchShape>, T: Scalar, O: ?Sized> {
    tape: &'t mut PolicyTape<P, T>,
    outputs: &'o O,
}

impl<'t, P: Policy<Outputs: BatchShape>, T: Scalar, O: Data<T, P::Outputs> + ?Sized> SampledActions<'t, '_, P, T, O> {
    /// Returns the actions, one per row of the outputs. Actions that are arrays are data for a critic.
    pub fn actions(&self) -> &[P::Action<T>] {
        &self.tape.actions
    }

    /// Returns the logarithm of the probability of each action, or of its density.
    pub fn log_prob(&self) -> &[T] {
        &self.tape.log_prob
    }

    /// Returns the gradient of a scalar with respect to the outputs, through the actions and their log-probabilities: the
    /// reparameterized gradient. PyTorch: `rsample`.
    ///
    /// `action_gradient` is the gradient of the scalar with respect to the actions, one row per sample, and
    /// `log_prob_gradient` that with respect to their log-probabilities. If the scalar is a mean, each contains the factor
    /// `1 / samples`.
    ///
    /// # Errors
    /// If a gradient has another number of rows than the outputs, or a value that is not finite.
    pub fn backward<G>(
        self,
        action_gradient: &G,
        log_prob_gradient: &[T],
    ) -> Result<&'t OutputGradient<P, T>, DataError>
    where
        P: ReparameterizedPolicy,
        G: Data<T, P::ActionShape> + ?Sized,
    {
        let samples = self.tape.actions.len();
        check::rows_of(&action_gradient, Role::ActionGradient, samples)?;
        check_gradient(Role::LogProbGradient, log_prob_gradient, samples)?;
        let outputs = self.outputs;
        Ok(self.tape.set_gradient(samples, |tape, row| {
            let by_action = row_of::<P::ActionShape, T, G>(action_gradient, row);
            let outputs = sample_of::<P, T, O>(outputs, row);
            tape.policy.sample_gradient(&outputs, &tape.noise[row], &by_action, log_prob_gradient[row])
        }))
    }
}

/// Actions with their log-probabilities, ready for a backward pass.
pub struct EvaluatedActions<'t, 'o, P: Policy<Outputs: BatchShape>, T: Scalar, O: ?Sized> {
    tape: &'t mut PolicyTape<P, T>,
    outputs: &'o O,
    actions: &'o [P::Action<T>],
}

impl<'t, P: Policy<Outputs: BatchShape>, T: Scalar, O: Data<T, P::Outputs> + ?Sized> EvaluatedActions<'t, '_, P, T, O> {
    /// Returns the logarithm of the probability of each action, or of its density.
    pub fn log_prob(&self) -> &[T] {
        &self.tape.log_prob
    }

    /// Computes the entropy of the policy for each row of the outputs, in nats.
    pub fn entropy(&mut self) -> &[T] {
        let (policy, outputs) = (&self.tape.policy, self.outputs);
        self.tape.entropy.clear();
        let rows = 0..self.actions.len();
        self.tape.entropy.extend(rows.map(|row| policy.entropy(&sample_of::<P, T, O>(outputs, row))));
        &self.tape.entropy
    }

    /// Returns the gradient of a scalar with respect to the outputs, for constant actions.
    ///
    /// `log_prob_gradient` is the gradient of the scalar with respect to the log-probabilities, one element per sample, and
    /// `entropy_gradient` that with respect to the entropies. If the scalar is a mean, each contains the factor
    /// `1 / samples`.
    ///
    /// # Errors
    /// If a gradient has another number of rows than the outputs, or a value that is not finite.
    pub fn backward(
        self,
        log_prob_gradient: &[T],
        entropy_gradient: &[T],
    ) -> Result<&'t OutputGradient<P, T>, DataError> {
        let Self { tape, outputs, actions } = self;
        check_gradient(Role::LogProbGradient, log_prob_gradient, actions.len())?;
        check_gradient(Role::EntropyGradient, entropy_gradient, actions.len())?;
        Ok(tape.set_gradient(actions.len(), |tape, row| {
            let outputs = sample_of::<P, T, O>(outputs, row);
            tape.policy.gradient(&outputs, &actions[row], log_prob_gradient[row], entropy_gradient[row])
        }))
    }
}

/// Returns a row of the outputs.
fn sample_of<P: Policy, T: Scalar, O: Data<T, P::Outputs> + ?Sized>(outputs: &O, row: usize) -> PolicyOutputs<P, T> {
    row_of::<P::Outputs, T, O>(outputs, row)
}

/// Returns a row of data.
fn row_of<S: Shape, T: Scalar, X: Data<T, S> + ?Sized>(data: &X, row: usize) -> S::Sample<T> {
    let mut sample = S::sample();
    let mut feature = 0;
    S::parts_mut(&mut sample, &mut |part: &mut [T]| {
        for value in part {
            *value = data.get(row, feature);
            feature += 1;
        }
    });
    sample
}

fn check_length(role: Role, rows: usize, samples: usize) -> Result<(), DataError> {
    if rows == samples { Ok(()) } else { Err(DataError::SampleMismatch { role, rows, samples }) }
}

/// Checks a gradient with one element per sample.
fn check_gradient<T: Scalar>(role: Role, gradient: &[T], samples: usize) -> Result<(), DataError> {
    check_length(role, gradient.len(), samples)?;
    match gradient.iter().position(|value| !value.is_finite()) {
        Some(row) => {
            let value = Scalar::to_f64(gradient[row]);
            Err(DataError::NotFinite { role, part: None, row, column: 0, value })
        }
        None => Ok(()),
    }
}

impl<P: Policy<Outputs: BatchShape>, T: Scalar> fmt::Debug for PolicyTape<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyTape").finish_non_exhaustive()
    }
}

impl<P: Policy<Outputs: BatchShape>, T: Scalar, O: ?Sized> fmt::Debug for SampledActions<'_, '_, P, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampledActions").finish_non_exhaustive()
    }
}

impl<P: Policy<Outputs: BatchShape>, T: Scalar, O: ?Sized> fmt::Debug for EvaluatedActions<'_, '_, P, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvaluatedActions").finish_non_exhaustive()
    }
}
