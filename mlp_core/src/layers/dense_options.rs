use super::regularizer::{MaxNorm, Regularizer};
use crate::initializers::{Initializer, glorot_uniform, zeros};

/// The hyper-parameters of [`Dense`](super::Dense).
#[derive(Debug)]
pub struct DenseOptions {
    pub(super) init: Initializer,
    pub(super) bias_init: Initializer,
    pub(super) regularizer: Regularizer,
    pub(super) bias_regularizer: Regularizer,
    pub(super) max_norm: Option<MaxNorm>,
    pub(super) use_bias: bool,
    pub(super) trainable: bool,
}

impl Default for DenseOptions {
    /// Glorot uniform weights and zero biases, all of them trained, as in Keras.
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
    /// How the weights start: `init = he_normal`. Keras: `kernel_initializer`.
    #[must_use]
    pub fn init(self, initializer: impl Into<Initializer>) -> Self {
        Self { init: initializer.into(), ..self }
    }

    /// How the biases start: `bias_init = constant(0.1)`. Keras: `bias_initializer`.
    #[must_use]
    pub fn bias_init(self, initializer: impl Into<Initializer>) -> Self {
        Self { bias_init: initializer.into(), ..self }
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

    /// After each step, the weights of an output are made as short as this where they are longer: `max_norm = 2.0`. `Lbfgs`,
    /// which steps by itself, leaves them as they are. Keras: `kernel_constraint=MaxNorm(2)`.
    #[must_use]
    pub fn max_norm(self, max_norm: f64) -> Self {
        Self { max_norm: Some(MaxNorm(max_norm)), ..self }
    }

    /// Whether there are biases: with `use_bias = false` they are zero and stay it.
    #[must_use]
    pub fn use_bias(self, use_bias: bool) -> Self {
        Self { use_bias, ..self }
    }

    /// Whether training changes the layer: `trainable = false` leaves it as it is, and adds nothing of it to the loss.
    #[must_use]
    pub fn trainable(self, trainable: bool) -> Self {
        Self { trainable, ..self }
    }
}
