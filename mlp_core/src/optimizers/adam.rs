use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{AdamStep, Kernels, Update, rule, square_or_zero};
use crate::layers::Module;
use crate::memory::Memory;
use crate::scalar::Scalar;
use num_traits::Float as _;

optimizer! {
    /// `p ← p − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)`, with `m` and `v` the running means of `g` and `g²`.
    ///
    /// Keras: `Adam`, with `ε` added to the uncorrected `√v`; PyTorch adds it after the correction. Source: Kingma and
    /// Ba, "Adam: A Method for Stochastic Optimization", 2014, the form at the end of section 2.
    Adam: learning_rate 1e-3;
    /// Sets `β₁`, the decay of the mean. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// Sets `β₂`, the decay of the mean square. Defaults to 0.999.
    beta_2: f64 = 0.999,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
    /// Sets whether the max of all `v` so far replaces `v`. Defaults to `false`. Source: Reddi, Kale and Kumar, "On the
    /// Convergence of Adam and Beyond", 2018.
    amsgrad: bool = false,
}

optimizer! {
    /// `p ← p − α λ p`, then the rule of [`Adam`].
    ///
    /// [`weight_decay`](Optimizer::weight_decay) sets the decay `λ`. Defaults to 0.004. Keras and PyTorch: `AdamW`. Source:
    /// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
    AdamW: learning_rate 1e-3, weight_decay 0.004;
    /// Sets `β₁`, the decay of the mean. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// Sets `β₂`, the decay of the mean square. Defaults to 0.999.
    beta_2: f64 = 0.999,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
    /// Sets whether the max of all `v` so far replaces `v`. Defaults to `false`.
    amsgrad: bool = false,
}

rule! {
    // m ← m + (g − m)(1 − β₁)
    // v ← v + (g² − v)(1 − β₂)
    // w ← max(w, v)
    // p ← p − rate · m / (√w + ε)
    AmsGrad { rate, mean_gain, variance_gain, epsilon }: |[parameter, mean, variance, max], gradient| {
        let mean = gradient.sub(mean).mul_add(mean_gain, mean);
        let variance = square_or_zero(gradient).sub(variance).mul_add(variance_gain, variance);
        let max = max.max(variance);
        let change = mean.mul(rate).div(max.root().add(epsilon));
        [parameter.sub(change), mean, variance, max]
    }
}

/// Hyper-parameters of one step of [`Adam`] or [`AdamW`].
#[derive(Clone, Copy)]
struct Rule {
    /// `α √(1 − β₂ᵗ) / (1 − β₁ᵗ)`
    rate: f64,
    mean_gain: f64,
    variance_gain: f64,
    epsilon: f64,
}

impl Rule {
    fn new<N: Module>(step: &Step<'_, N>, beta_1: f64, beta_2: f64, epsilon: f64) -> Self {
        let beta_1 = step.momentum.unwrap_or(beta_1);
        let weight = |beta: f64| step.weight_of_mean(beta);
        Self {
            rate: step.learning_rate * weight(beta_2).sqrt() / weight(beta_1),
            mean_gain: 1.0 - beta_1,
            variance_gain: 1.0 - beta_2,
            epsilon,
        }
    }

    fn update<N: Module, M: Memory>(self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let constants = AdamStep {
            rate: N::Scalar::from_f64(self.rate),
            mean_gain: N::Scalar::from_f64(self.mean_gain),
            variance_gain: N::Scalar::from_f64(self.variance_gain),
            epsilon: N::Scalar::from_f64(self.epsilon),
        };
        step.each_parameter(slots.values(), |parameters, gradient, [mean, variance]| {
            N::Scalar::adam(constants, parameters, gradient, mean, variance);
        });
    }

    fn update_amsgrad<N: Module, M: Memory>(self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let Self { rate, mean_gain, variance_gain, epsilon } = self;
        let rule = AmsGrad { rate, mean_gain, variance_gain, epsilon };
        step.each_parameter(slots.values(), |parameters, gradient, [mean, variance, max]| {
            N::Scalar::apply(&rule, [parameters, mean, variance, max], gradient);
        });
    }

    // p ← p + rate · m / (√v + ε), with the `m` and `v` after the step
    fn undo<N: Module, M: Memory>(self, amsgrad: bool, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let [mean, variance] = if amsgrad {
            let [mean, _, max] = slots.values();
            [mean, max]
        } else {
            slots.values()
        };
        step.each([mean, variance], |parameters, _, [mean, variance]| {
            N::Scalar::add_quotients(parameters, mean, variance, self.rate, self.epsilon);
        });
    }
}

/// Implements both optimizers, which differ in their weight decay alone.
macro_rules! adam {
    ($($name:ident),*) => {$(
        impl Optimizer for $name {
            type State<N: Module, M: Memory> = Slots<N, M>;
            config!($name);

            const CAN_UNDO: bool = true;

            fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
                if self.amsgrad { Slots::new([0.0; 3]) } else { Slots::new([0.0; 2]) }
            }

            fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
                let rule = Rule::new(&step, self.beta_1, self.beta_2, self.epsilon);
                if self.amsgrad { rule.update_amsgrad(step, slots) } else { rule.update(step, slots) }
            }

            fn undo<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
                Rule::new(&step, self.beta_1, self.beta_2, self.epsilon).undo(self.amsgrad, step, slots);
            }
        }
    )*};
}

adam!(Adam, AdamW);
