//! Policies: distributions of actions, whose parameters are the outputs of a network.
//!
//! A [`Policy`] has the functions of a distribution, for a single sample, and their gradients with respect to the network's
//! outputs. It holds options only. `PolicyTape` of `mlp_train` computes batches.
//!
//! | policy | outputs of the network | action |
//! |---|---|---|
//! | [`Gaussian`] | mean, logarithm of the standard deviation | `[T; N]` |
//! | [`SquashedGaussian`] | the same, before `tanh` | `[T; N]` in [−1, 1] |
//! | [`Categorical`] | logits | `usize` |
//!
//! # Examples
//!
//! ```
//! # mod mlp { pub use mlp_core::Rng; pub mod reinforcement { pub use mlp_core::policies::{Policy, SquashedGaussian}; } }
//! use mlp::Rng;
//! use mlp::reinforcement::{Policy, SquashedGaussian};
//! use nalgebra::Vector2;
//!
//! let policy = SquashedGaussian::<2>::new();
//! // `network.predict_one(state)` returns such a pair.
//! let outputs = (Vector2::new(0.3, -0.1), Vector2::new(-1.0, -1.0));
//! let (action, log_prob) = policy.sample(&outputs, &mut Rng::new(0));
//! assert!(action.iter().all(|torque: &f64| torque.abs() < 1.0));
//! assert!((policy.log_prob(&outputs, &action) - log_prob).abs() < 1e-12);
//! ```

mod categorical;
mod gaussian;
mod squashed_gaussian;
#[cfg(test)]
mod tests;

pub use categorical::Categorical;
pub use gaussian::Gaussian;
pub use squashed_gaussian::SquashedGaussian;

use core::fmt;

use crate::layers::Shape;
use crate::random::Rng;
use crate::scalar::Scalar;

/// Outputs of a network, the parameters of a policy, for a single sample. Their gradient has the same type.
pub type PolicyOutputs<P, T> = <<P as Policy>::Outputs as Shape>::Sample<T>;

/// Distribution of actions, whose parameters are the outputs of a network. PyTorch: `torch.distributions`.
///
/// Nothing is checked for single samples: NaN propagates.
///
/// A custom policy implements this trait. The noise is separate from the action, so that a sample can be differentiated:
/// [`ReparameterizedPolicy`].
pub trait Policy {
    /// Shape of the network's outputs.
    type Outputs: Shape;
    /// One action.
    type Action<T: Scalar>: Copy + PartialEq + fmt::Debug;
    /// Random numbers that an action is computed from. Their distribution does not depend on the outputs.
    type Noise<T: Scalar>: Copy + fmt::Debug;

    /// Name of the policy in error messages.
    const NAME: &'static str;

    /// Draws random numbers.
    fn noise<T: Scalar>(&self, rng: &mut Rng) -> Self::Noise<T>;

    /// Computes an action from random numbers, and the logarithm of its probability, or of its density.
    fn act<T: Scalar>(&self, outputs: &PolicyOutputs<Self, T>, noise: &Self::Noise<T>) -> (Self::Action<T>, T);

    /// Returns the action without exploration.
    fn mode<T: Scalar>(&self, outputs: &PolicyOutputs<Self, T>) -> Self::Action<T>;

    /// Returns the logarithm of the probability of an action, or of its density. PyTorch: `log_prob`.
    fn log_prob<T: Scalar>(&self, outputs: &PolicyOutputs<Self, T>, action: &Self::Action<T>) -> T;

    /// Returns the entropy in nats, `−E ln π(a)`. PyTorch: `entropy`.
    fn entropy<T: Scalar>(&self, outputs: &PolicyOutputs<Self, T>) -> T;

    /// Returns the gradient of a scalar with respect to the outputs, for a constant action.
    ///
    /// `log_prob_gradient` and `entropy_gradient` are the derivatives of the scalar by the log-probability of the action and
    /// by the entropy.
    fn gradient<T: Scalar>(
        &self,
        outputs: &PolicyOutputs<Self, T>,
        action: &Self::Action<T>,
        log_prob_gradient: T,
        entropy_gradient: T,
    ) -> PolicyOutputs<Self, T>;

    /// Returns the column and the value of the first component that no action of this policy has.
    fn invalid<T: Scalar>(&self, action: &Self::Action<T>) -> Option<(usize, f64)>;

    /// Draws an action, and returns it with the logarithm of its probability, or of its density.
    fn sample<T: Scalar>(&self, outputs: &PolicyOutputs<Self, T>, rng: &mut Rng) -> (Self::Action<T>, T) {
        self.act(outputs, &self.noise(rng))
    }
}

/// Policy whose actions are differentiable functions of the network's outputs, for constant noise. PyTorch: `rsample`.
#[diagnostic::on_unimplemented(
    message = "samples of `{Self}` have no derivative",
    label = "not reparameterized",
    note = "`PolicyTape::evaluate` has the gradient of the log-probability of an action"
)]
pub trait ReparameterizedPolicy: Policy {
    /// Shape of an action, as input of a critic.
    type ActionShape: Shape;

    /// Returns the gradient of a scalar with respect to the outputs, through an action and its log-probability, both
    /// computed from `noise`.
    ///
    /// `action_gradient` and `log_prob_gradient` are the derivatives of the scalar by the action and by its log-probability.
    fn sample_gradient<T: Scalar>(
        &self,
        outputs: &PolicyOutputs<Self, T>,
        noise: &Self::Noise<T>,
        action_gradient: &<Self::ActionShape as Shape>::Sample<T>,
        log_prob_gradient: T,
    ) -> PolicyOutputs<Self, T>;
}

/// Returns the first component that is not in the range.
fn first_outside<T: Scalar>(action: &[T], low: f64, high: f64) -> Option<(usize, f64)> {
    let mut values = action.iter().map(|&value| Scalar::to_f64(value)).enumerate();
    values.find(|(_, value)| !(low..=high).contains(value))
}
