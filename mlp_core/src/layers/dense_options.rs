use super::regularizer::{MaxNorm, Regularizer};
use crate::initializers::{Initializer, IntoInitializer, glorot_uniform, zeros};
use crate::scalar::Scalar;

/// Hyper-parameters of [`Dense`](super::Dense).
#[derive(Debug)]
pub struct DenseOptions {
    pub(super) init: Initializer,
    pub(super) bias_init: Initializer,
    /// Penalty of the weights.
    pub regularizer: Regularizer,
    /// Penalty of the bias.
    pub bias_regularizer: Regularizer,
    pub(super) max_norm: Option<MaxNorm>,
    pub(super) use_bias: bool,
    /// `true` if training changes the layer.
    pub trainable: bool,
}

impl Default for DenseOptions {
    /// Returns Keras's defaults: Glorot uniform weights and zero biases, all trained.
    fn default() -> Self {
        Self {
            init: glorot_uniform.into(),
            bias_init: zeros.into(),
            regularizer: Regularizer::default(),
            bias_regularizer: Regularizer::default(),
            max_norm: None,
            use_bias: true,
            trainable: true,
        }
    }
}

impl DenseOptions {
    /// Returns whether there may be a penalty. Inlined, so that a layer without a regularizer calls nothing.
    #[inline]
    pub(super) fn is_regularized(&self) -> bool {
        self.trainable && !(self.regularizer.is_zero() && self.bias_regularizer.is_zero())
    }

    /// Returns the penalty of the weights and the bias of a trained layer. Not inlined, so that a program compiles it once.
    #[inline(never)]
    pub(super) fn penalty<T: Scalar>(&self, weights: &[T], bias: &[T]) -> f64 {
        self.regularizer.penalty(weights) + self.regularizer_of_bias().penalty(bias)
    }

    /// Adds the gradient of the penalty of a trained layer. Each of `weights` and `bias` is a variable with its gradient.
    #[inline(never)]
    pub(super) fn add_penalty_gradient<T: Scalar>(&self, weights: (&[T], &mut [T]), bias: (&[T], &mut [T])) {
        self.regularizer.add_gradient(weights.0, weights.1);
        self.regularizer_of_bias().add_gradient(bias.0, bias.1);
    }

    fn regularizer_of_bias(&self) -> Regularizer {
        if self.use_bias { self.bias_regularizer } else { Regularizer::default() }
    }

    /// Sets the initializer of the weights: `init = he_normal`. Keras: `kernel_initializer`.
    #[must_use]
    pub fn init(self, initializer: impl IntoInitializer) -> Self {
        Self { init: initializer.into_initializer(), ..self }
    }

    /// Sets the initializer of the bias: `bias_init = constant(0.1)`. Keras: `bias_initializer`.
    #[must_use]
    pub fn bias_init(self, initializer: impl IntoInitializer) -> Self {
        Self { bias_init: initializer.into_initializer(), ..self }
    }

    /// Adds `l1 · Σ |w|` to the loss: `l1 = 1e-5`. Keras: `kernel_regularizer=L1(1e-5)`.
    #[must_use]
    pub fn l1(mut self, l1: f64) -> Self {
        self.regularizer.l1 = l1;
        self
    }

    /// Adds `l2 · Σ w²` to the loss: `l2 = 1e-4`. Keras: `kernel_regularizer=L2(1e-4)`.
    #[must_use]
    pub fn l2(mut self, l2: f64) -> Self {
        self.regularizer.l2 = l2;
        self
    }

    /// Adds `l1 · Σ |b|` to the loss: `bias_l1 = 1e-5`. Keras: `bias_regularizer=L1(1e-5)`.
    #[must_use]
    pub fn bias_l1(mut self, l1: f64) -> Self {
        self.bias_regularizer.l1 = l1;
        self
    }

    /// Adds `l2 · Σ b²` to the loss: `bias_l2 = 1e-4`. Keras: `bias_regularizer=L2(1e-4)`.
    #[must_use]
    pub fn bias_l2(mut self, l2: f64) -> Self {
        self.bias_regularizer.l2 = l2;
        self
    }

    /// Limits the norm of each output's weights after every step: `max_norm = 2.0`. `Lbfgs` ignores it. Keras:
    /// `kernel_constraint=MaxNorm(2)`.
    #[must_use]
    pub fn max_norm(self, max_norm: f64) -> Self {
        Self { max_norm: Some(MaxNorm(max_norm)), ..self }
    }

    /// Sets whether to use a bias. With `use_bias = false` the bias is fixed at zero.
    #[must_use]
    pub fn use_bias(self, use_bias: bool) -> Self {
        Self { use_bias, ..self }
    }

    /// Sets whether training changes the layer. With `trainable = false` its parameters are fixed and not regularized.
    #[must_use]
    pub fn trainable(self, trainable: bool) -> Self {
        Self { trainable, ..self }
    }
}
