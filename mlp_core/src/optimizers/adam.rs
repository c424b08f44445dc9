use super::Optimizer;
use crate::kernels::AdamStep;
use crate::layers::Layer;
use crate::scalar::Scalar;

/// `p ← p − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)`, with `m` and `v` the running means of `g` and `g²`.
///
/// As Keras has it, `ε` included, which is added to the uncorrected `√v`; PyTorch adds it after the correction. Source:
/// Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014, the form at the end of section 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// `α`
    pub learning_rate: f64,
    /// `β₁`, the decay of the mean.
    pub beta_1: f64,
    /// `β₂`, the decay of the mean square.
    pub beta_2: f64,
    /// `ε`
    pub epsilon: f64,
}

impl Default for Adam {
    /// Keras's defaults: 0.001, 0.9, 0.999 and 1e-7.
    fn default() -> Self {
        Self { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

impl Adam {
    /// Adam with a learning rate, and Keras's defaults for the rest.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, ..Self::default() }
    }

    fn step<T: Scalar>(&self, step: u64) -> AdamStep<T> {
        let power = |beta: f64| beta.powf(step as f64);
        let rate = self.learning_rate * (1.0 - power(self.beta_2)).sqrt() / (1.0 - power(self.beta_1));
        AdamStep {
            rate: T::from_f64(rate),
            mean_gain: T::from_f64(1.0 - self.beta_1),
            variance_gain: T::from_f64(1.0 - self.beta_2),
            epsilon: T::from_f64(self.epsilon),
        }
    }
}

/// Adam's memory: two values of the network's own type.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments<N> {
    /// The running mean of the gradient.
    pub mean: Box<N>,
    /// The running mean of the gradient's square.
    pub variance: Box<N>,
}

impl<T: Scalar> Optimizer<T> for Adam {
    type State<N: Layer<Scalar = T>> = Moments<N>;

    fn init<N: Layer<Scalar = T>>(&self) -> Moments<N> {
        Moments { mean: N::zeroed(), variance: N::zeroed() }
    }

    fn update<N: Layer<Scalar = T>>(
        &self,
        step: u64,
        network: &mut N,
        options: &N::Options,
        gradient: &N,
        state: &mut Moments<N>,
    ) {
        let step = self.step(step);
        network.update(
            options,
            gradient,
            [&mut *state.mean, &mut *state.variance],
            &|parameters, gradient, moments| {
                let [mean, variance] = moments;
                T::adam(step, parameters, gradient, mean, variance);
            },
        );
    }

    const CAN_UNDO: bool = true;

    // p ← p + rate · m / (√v + ε), with the `m` and `v` that the step has left behind
    fn undo<N: Layer<Scalar = T>>(
        &self,
        step: u64,
        network: &mut N,
        options: &N::Options,
        gradient: &N,
        state: &mut Moments<N>,
    ) {
        let AdamStep { rate, epsilon, .. } = self.step::<T>(step);
        network.update(options, gradient, [&mut *state.mean, &mut *state.variance], &|parameters, _, moments| {
            let [mean, variance] = moments;
            for ((parameter, &mean), &variance) in parameters.iter_mut().zip(&*mean).zip(&*variance) {
                *parameter += mean * rate / (variance.sqrt() + epsilon);
            }
        });
    }
}
