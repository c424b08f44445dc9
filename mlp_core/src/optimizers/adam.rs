use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{AdamStep, Kernels, Update, rule};
use crate::layers::Module;
use crate::tile::Memory;
use crate::scalar::Scalar;
use num_traits::Float as _;

optimizer! {
    /// `p ← p − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)`, where `m` and `v` are the running means of `g` and `g²`.
    ///
    /// Keras: `Adam`, which adds `ε` to the uncorrected `√v`; PyTorch adds it after the correction.
    /// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014, the form at the end of section 2.
    Adam: learning_rate 1e-3;
    /// `β₁`, the decay of the mean. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// `β₂`, the decay of the mean square. Defaults to 0.999.
    beta_2: f64 = 0.999,
    /// `ε`, added to the root. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
    /// `true` to use the maximum of `v` over all steps instead of `v`. Source: Reddi, Kale and Kumar, "On the Convergence of
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
    /// Returns the learning rate with both bias corrections.
    fn rate(&self, learning_rate: f64, number: u64) -> f64 {
        let power = |beta: f64| beta.powf(number as f64);
        learning_rate * (1.0 - power(self.beta_2)).sqrt() / (1.0 - power(self.beta_1))
    }

    /// Returns the optimizer with the momentum of a schedule, if there is one.
    fn scheduled(&self, momentum: Option<f64>) -> Self {
        Self { beta_1: momentum.unwrap_or(self.beta_1), ..self.clone() }
    }

    fn plain<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let constants = AdamStep {
            rate: N::Scalar::from_f64(self.rate(step.learning_rate, step.number)),
            mean_gain: N::Scalar::from_f64(1.0 - self.beta_1),
            variance_gain: N::Scalar::from_f64(1.0 - self.beta_2),
            epsilon: N::Scalar::from_f64(self.epsilon),
        };
        step.each(slots.values(), |parameters, gradient, [mean, variance]| {
            N::Scalar::adam(constants, parameters, gradient, mean, variance);
        });
    }

    fn with_largest<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let rule = AmsGrad {
            rate: self.rate(step.learning_rate, step.number),
            mean_gain: 1.0 - self.beta_1,
            variance_gain: 1.0 - self.beta_2,
            epsilon: self.epsilon,
        };
        step.each(slots.values(), |parameters, gradient, [mean, variance, largest]| {
            N::Scalar::apply(&rule, [parameters, mean, variance, largest], gradient);
        });
    }
}

impl Optimizer for Adam {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Adam);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        if self.amsgrad { Slots::<N, M>::new([0.0; 3]) } else { Slots::<N, M>::new([0.0; 2]) }
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let scheduled = self.scheduled(step.momentum);
        if self.amsgrad { scheduled.with_largest::<N, M>(step, slots) } else { scheduled.plain::<N, M>(step, slots) }
    }

    const CAN_UNDO: bool = true;

    // p ← p + rate · m / (√v + ε), with the `m` and `v` after the step
    fn undo<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let rate = self.scheduled(step.momentum).rate(step.learning_rate, step.number);
        let rate = N::Scalar::from_f64(rate);
        let epsilon = N::Scalar::from_f64(self.epsilon);
        let back = |parameters: &mut [N::Scalar], mean: &[N::Scalar], variance: &[N::Scalar]| {
            for ((parameter, &mean), &variance) in parameters.iter_mut().zip(mean).zip(variance) {
                *parameter += mean * rate / (num_traits::Float::sqrt(variance) + epsilon);
            }
        };
        if self.amsgrad {
            step.each(slots.values(), |parameters, _, [mean, _, largest]| back(parameters, mean, largest));
        } else {
            step.each(slots.values(), |parameters, _, [mean, variance]| back(parameters, mean, variance));
        }
    }
}

optimizer! {
    /// `p ← p − α λ p`, then as [`Adam`].
    ///
    /// Keras: `AdamW`. Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019. The decay `λ` is
    /// set by [`weight_decay`](super::Optimizer::weight_decay).
    AdamW: learning_rate 1e-3, weight_decay 0.004;
    /// `β₁`, the decay of the mean. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// `β₂`, the decay of the mean square. Defaults to 0.999.
    beta_2: f64 = 0.999,
    /// `ε`, added to the root. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
    /// `true` for AMSGrad, as in [`Adam`]. Defaults to `false`.
    amsgrad: bool = false,
}

impl AdamW {
    /// Returns the rule without weight decay, which `Step::each` applies.
    fn rule(&self) -> Adam {
        let &Self { beta_1, beta_2, epsilon, amsgrad, .. } = self;
        Adam { beta_1, beta_2, epsilon, amsgrad, ..Adam::default() }
    }
}

impl Optimizer for AdamW {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(AdamW);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        self.rule().init::<N, M>()
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        self.rule().update::<N, M>(step, slots);
    }

    const CAN_UNDO: bool = true;

    fn undo<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        self.rule().undo::<N, M>(step, slots);
    }
}
