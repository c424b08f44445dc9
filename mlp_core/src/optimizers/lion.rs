use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, rule};
use crate::layers::Module;
use crate::memory::Memory;

optimizer! {
    /// `p ← p − α sign(β₁ m + (1 − β₁) g)`, then `m ← β₂ m + (1 − β₂) g`.
    ///
    /// Every element of a step has the size `α`: use a third to a tenth of Adam's learning rate. Keras: `Lion`. Source:
    /// Chen and others, "Symbolic Discovery of Optimization Algorithms", 2023.
    Lion: learning_rate 1e-3;
    /// Sets `β₁`, the share of the mean in the direction of the step. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// Sets `β₂`, the decay of the mean. Defaults to 0.99.
    beta_2: f64 = 0.99,
}

rule! {
    // p ← p − α sign(β₁ m + (1 − β₁) g)
    // m ← β₂ m + (1 − β₂) g
    Sign { rate, beta_1, gain_1, beta_2, gain_2 }: |[parameter, mean], gradient| {
        let direction = mean.mul(beta_1).add(gradient.mul(gain_1));
        let zero = splat::<V>(0.0);
        let up_or_zero = zero.sub(direction).select_positive(rate, zero);
        let change = direction.select_positive(zero.sub(rate), up_or_zero);
        [parameter.add(change), mean.mul(beta_2).add(gradient.mul(gain_2))]
    }
}

impl Optimizer for Lion {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Lion);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        Slots::<N, M>::new([0.0])
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let &Self { beta_1, beta_2, .. } = self;
        let rule = Sign { rate: step.learning_rate, beta_1, gain_1: 1.0 - beta_1, beta_2, gain_2: 1.0 - beta_2 };
        step.each_parameter(slots.values(), |parameters, gradient, [mean]| {
            N::Scalar::apply(&rule, [parameters, mean], gradient);
        });
    }
}
