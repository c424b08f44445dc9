use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, rule, square_or_zero};
use crate::layers::Module;
use crate::memory::Memory;

optimizer! {
    /// `p ← p − α g / √(v + ε)`, with `v` the running mean of `g²`.
    ///
    /// With momentum: `m ← μ m + α g / √(v + ε)` and `p ← p − m`. Centered: `v − a²` replaces `v`, with `a` the running
    /// mean of `g`. Keras: `RMSprop`, with `ε` under the root; PyTorch adds it to the root. Source: Tieleman and Hinton,
    /// lecture 6.5 of "Neural Networks for Machine Learning", 2012; centered: Graves, "Generating Sequences With
    /// Recurrent Neural Networks", 2013.
    RmsProp: learning_rate 1e-3;
    /// Sets `ρ`, the decay of the means. Defaults to 0.9.
    rho: f64 = 0.9,
    /// Sets `μ`, the momentum. Defaults to 0.
    momentum: f64 = 0.0,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
    /// Sets whether `v − a²`, the variance of the gradient, replaces its mean square. Defaults to `false`.
    centered: bool = false,
}

rule! {
    // v ← ρ v + (1 − ρ) g²
    // p ← p − α g / √(v + ε)
    Plain { rate, rho, gain, epsilon }: |[parameter, square], gradient| {
        let square = square.mul(rho).add(square_or_zero(gradient).mul(gain));
        let change = gradient.mul(rate).div(square.add(epsilon).root());
        [parameter.sub(change), square]
    }
}

rule! {
    // v ← ρ v + (1 − ρ) g²
    // a ← ρ a + (1 − ρ) g
    // m ← μ m + α g / √(v − c a² + ε), where c is 1 if centered, else 0
    // p ← p − m
    Full { rate, rho, gain, epsilon, momentum, center }: |[parameter, square, mean, velocity], gradient| {
        let square = square.mul(rho).add(square_or_zero(gradient).mul(gain));
        let mean = mean.mul(rho).add(gradient.mul(gain));
        let variance = square.sub(square_or_zero(mean).mul(center));
        let velocity = velocity.mul(momentum).add(gradient.mul(rate).div(variance.add(epsilon).root()));
        [parameter.sub(velocity), square, mean, velocity]
    }
}

impl RmsProp {
    /// Returns whether the rule needs only the mean square.
    fn is_plain(&self, momentum: f64) -> bool {
        momentum == 0.0 && !self.centered
    }
}

impl Optimizer for RmsProp {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(RmsProp);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        let momentum = self.config.learning_rate.momentum(0).unwrap_or(self.momentum);
        if self.is_plain(momentum) { Slots::<N, M>::new([0.0]) } else { Slots::<N, M>::new([0.0; 3]) }
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let &Self { rho, epsilon, .. } = self;
        let momentum = step.momentum.unwrap_or(self.momentum);
        let rate = step.learning_rate;
        let gain = 1.0 - rho;
        if self.is_plain(momentum) {
            let rule = Plain { rate, rho, gain, epsilon };
            step.each_parameter(slots.values(), |parameters, gradient, [square]| {
                N::Scalar::apply(&rule, [parameters, square], gradient);
            });
        } else {
            let rule = Full { rate, rho, gain, epsilon, momentum, center: f64::from(u8::from(self.centered)) };
            step.each_parameter(slots.values(), |parameters, gradient, [square, mean, velocity]| {
                N::Scalar::apply(&rule, [parameters, square, mean, velocity], gradient);
            });
        }
    }
}
