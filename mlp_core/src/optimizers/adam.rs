use super::define::{common, optimizer};
use super::{Memory, Optimizer, Step};
use crate::kernels::{AdamStep, Kernels, Update, rule};
use crate::layers::Layer;
use crate::scalar::Scalar;
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

optimizer! {
    /// `p ← p − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)`, with `m` and `v` the running means of `g` and `g²`.
    ///
    /// As Keras has it, `ε` included, which is added to the uncorrected `√v`; PyTorch adds it after the correction.
    /// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014, the form at the end of section 2.
    Adam: learning_rate 1e-3;
    /// `β₁`, the decay of the mean.
    beta_1: f64 = 0.9,
    /// `β₂`, the decay of the mean square.
    beta_2: f64 = 0.999,
    /// `ε`
    epsilon: f64 = 1e-7,
    /// Whether the largest `v` so far takes the place of `v`. Source: Reddi, Kale and Kumar, "On the Convergence of
    /// Adam and Beyond", 2018.
    amsgrad: bool = false,
}

rule! {
    // m ← m + (g − m)(1 − β₁)
    // v ← v + (g² − v)(1 − β₂)
    // w ← max(w, v)
    // p ← p − rate · m / (√w + ε)
    AmsGrad { rate, mean_gain, variance_gain, epsilon }: |[parameter, mean, variance, largest], gradient| {
        let mean = gradient.sub(mean).mul_add(mean_gain, mean);
        let variance = gradient.mul(gradient).sub(variance).mul_add(variance_gain, variance);
        let largest = largest.max(variance);
        let change = mean.mul(rate).div(largest.sqrt().add(epsilon));
        [parameter.sub(change), mean, variance, largest]
    }
}

impl Adam {
    /// The learning rate with both corrections.
    fn rate(&self, learning_rate: f64, number: u64) -> f64 {
        let power = |beta: f64| beta.powf(number as f64);
        learning_rate * (1.0 - power(self.beta_2)).sqrt() / (1.0 - power(self.beta_1))
    }

    fn plain<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        let constants = AdamStep {
            rate: N::Scalar::from_f64(self.rate(step.learning_rate, step.number)),
            mean_gain: N::Scalar::from_f64(1.0 - self.beta_1),
            variance_gain: N::Scalar::from_f64(1.0 - self.beta_2),
            epsilon: N::Scalar::from_f64(self.epsilon),
        };
        step.each(memory.values(), |parameters, gradient, [mean, variance]| {
            N::Scalar::adam(constants, parameters, gradient, mean, variance);
        });
    }

    fn with_largest<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        let rule = AmsGrad {
            rate: self.rate(step.learning_rate, step.number),
            mean_gain: 1.0 - self.beta_1,
            variance_gain: 1.0 - self.beta_2,
            epsilon: self.epsilon,
        };
        step.each(memory.values(), |parameters, gradient, [mean, variance, largest]| {
            N::Scalar::apply(&rule, [parameters, mean, variance, largest], gradient);
        });
    }
}

impl Optimizer for Adam {
    type State<N: Layer> = Memory<N>;
    common!(beta_1);

    fn init<N: Layer>(&self) -> Memory<N> {
        if self.amsgrad { Memory::new([0.0; 3]) } else { Memory::new([0.0; 2]) }
    }

    fn update<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        if self.amsgrad { self.with_largest(step, memory) } else { self.plain(step, memory) }
    }

    const CAN_UNDO: bool = true;

    // p ← p + rate · m / (√v + ε), with the `m` and `v` that the step has left behind
    fn undo<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        let rate = N::Scalar::from_f64(self.rate(step.learning_rate, step.number));
        let epsilon = N::Scalar::from_f64(self.epsilon);
        let back = |parameters: &mut [N::Scalar], mean: &[N::Scalar], variance: &[N::Scalar]| {
            for ((parameter, &mean), &variance) in parameters.iter_mut().zip(mean).zip(variance) {
                *parameter += mean * rate / (num_traits::Float::sqrt(variance) + epsilon);
            }
        };
        if self.amsgrad {
            step.each(memory.values(), |parameters, _, [mean, _, largest]| back(parameters, mean, largest));
        } else {
            step.each(memory.values(), |parameters, _, [mean, variance]| back(parameters, mean, variance));
        }
    }
}

optimizer! {
    /// `p ← p − α λ p`, then as [`Adam`].
    ///
    /// Keras: `AdamW`. Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019. The decay `λ` is
    /// set by [`weight_decay`](super::Configure::weight_decay).
    AdamW: learning_rate 1e-3, weight_decay 0.004;
    /// `β₁`, the decay of the mean.
    beta_1: f64 = 0.9,
    /// `β₂`, the decay of the mean square.
    beta_2: f64 = 0.999,
    /// `ε`
    epsilon: f64 = 1e-7,
    /// As in [`Adam`].
    amsgrad: bool = false,
}

impl AdamW {
    fn rule(&self) -> Adam {
        let &Self { beta_1, beta_2, epsilon, amsgrad, .. } = self;
        Adam { beta_1, beta_2, epsilon, amsgrad, ..Adam::default() }
    }
}

impl Optimizer for AdamW {
    type State<N: Layer> = Memory<N>;
    common!(beta_1);

    fn init<N: Layer>(&self) -> Memory<N> {
        self.rule().init()
    }

    fn update<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        self.rule().update(step, memory);
    }

    const CAN_UNDO: bool = true;

    fn undo<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        self.rule().undo(step, memory);
    }
}
