use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, math, power, rule};
use crate::layers::Module;
use crate::memory::Memory;

optimizer! {
    /// `p ← (clip(z, −λ₁, λ₁) − z) / (nᵃ / α + 2 λ₂ + β / α)`: follow the regularized leader.
    ///
    /// `n` is the sum of all `g²`, `−a` the power of the learning rate, and `z` grows by
    /// `g + 2 λ₃ p − (n′ᵃ − nᵃ) / α · p` from `n` to `n′`. Where `|z| ≤ λ₁`, the parameter is zero. Keras: `Ftrl`.
    /// Source: McMahan and others, "Ad Click Prediction: a View from the Trenches", 2013.
    Ftrl: learning_rate 1e-3;
    /// Sets `−a`, the power by which the learning rate decays with `n`; at most 0, which disables the decay. Defaults
    /// to −0.5.
    learning_rate_power: f64 = -0.5,
    /// Sets the initial value of `n`. Defaults to 0.1.
    initial_accumulator_value: f64 = 0.1,
    /// Sets `λ₁`. Defaults to 0.
    l1_regularization_strength: f64 = 0.0,
    /// Sets `λ₂`. Defaults to 0.
    l2_regularization_strength: f64 = 0.0,
    /// Sets `λ₃`. Defaults to 0.
    l2_shrinkage_regularization_strength: f64 = 0.0,
    /// Sets `β`. Defaults to 0.
    beta: f64 = 0.0,
}

rule! {
    // n′ = n + g²
    // z ← z + g + 2 λ₃ p − (n′ᵃ − nᵃ) / α · p
    // p ← (clip(z, −λ₁, λ₁) − z) / (n′ᵃ / α + quadratic)
    FollowLeader { inverse_rate, exponent, l1, quadratic, shrinkage }: |[parameter, sum, linear], gradient| {
        let sum_after = gradient.mul_add(gradient, sum);
        let grown = power(sum_after, exponent).mul(inverse_rate);
        let growth = grown.sub(power(sum, exponent).mul(inverse_rate));
        let linear = linear.add(gradient.add(parameter.mul(shrinkage)).sub(growth.mul(parameter)));
        let clipped = math::clamp(linear, math::neg(l1), l1);
        [clipped.sub(linear).div(grown.add(quadratic)), sum_after, linear]
    }
}

impl Optimizer for Ftrl {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Ftrl);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        Slots::<N, M>::new([self.initial_accumulator_value, 0.0])
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let inverse_rate = 1.0 / step.learning_rate;
        let rule = FollowLeader {
            inverse_rate,
            exponent: -self.learning_rate_power,
            l1: self.l1_regularization_strength,
            quadratic: 2.0 * self.l2_regularization_strength + self.beta * inverse_rate,
            shrinkage: 2.0 * self.l2_shrinkage_regularization_strength,
        };
        step.each_parameter(slots.values(), |parameters, gradient, [sum, linear]| {
            N::Scalar::apply(&rule, [parameters, sum, linear], gradient);
        });
    }
}
