use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, math, rule};
use crate::layers::Module;
use crate::memory::Memory;
use num_traits::Float as _;

optimizer! {
    /// `p ← p − α / (1 − β₁ᵗ) · m / (u + ε)`, with `m` the running mean of `g` and `u ← max(β₂ u, |g|)`.
    ///
    /// Keras and PyTorch: `Adamax`. Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014, section
    /// 7.
    Adamax: learning_rate 1e-3;
    /// Sets `β₁`, the decay of the mean. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// Sets `β₂`, the decay of the max magnitude. Defaults to 0.999.
    beta_2: f64 = 0.999,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
}

rule! {
    // m ← m + (g − m)(1 − β₁)
    // u ← max(β₂ u, |g|)
    // p ← p − rate · m / (u + ε)
    InfinityNorm { rate, mean_gain, beta_2, epsilon }: |[parameter, mean, max], gradient| {
        let mean = gradient.sub(mean).mul_add(mean_gain, mean);
        let max = max.mul(beta_2).max(math::abs(gradient));
        [parameter.sub(mean.mul(rate).div(max.add(epsilon))), mean, max]
    }
}

impl Optimizer for Adamax {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Adamax);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        Slots::<N, M>::new([0.0; 2])
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let &Self { beta_2, epsilon, .. } = self;
        let beta_1 = step.momentum.unwrap_or(self.beta_1);
        let rate = step.learning_rate / step.weight_of_mean(beta_1);
        let rule = InfinityNorm { rate, mean_gain: 1.0 - beta_1, beta_2, epsilon };
        step.each_parameter(slots.values(), |parameters, gradient, [mean, max]| {
            N::Scalar::apply(&rule, [parameters, mean, max], gradient);
        });
    }
}
