use super::define::{config, optimizer};
use super::{Checkpoint, Optimizer, Slots, StateReader, StateWriter, Step};
use crate::kernels::{Update, rule, square_or_zero};
use crate::layers::Module;
use crate::memory::Memory;
use crate::parameters::Parameters;
use num_traits::Float as _;

optimizer! {
    /// `p ← p − α m̂ / (√v̂ + ε)`: Adam with Nesterov's momentum.
    ///
    /// `m` and `v` are the running means of `g` and `g²`; `v̂ = v / (1 − β₂ᵗ)`, and with `uₜ = β₁ (1 − ½ · 0.96ᵗ)` and
    /// `Uₜ` the product of all `u` up to `t`, `m̂ = uₜ₊₁ m / (1 − Uₜ₊₁) + (1 − uₜ) g / (1 − Uₜ)`. Keras: `Nadam`.
    /// Source: Dozat, "Incorporating Nesterov Momentum into Adam", 2016.
    Nadam: learning_rate 1e-3;
    /// Sets `β₁`, the decay of the mean. Defaults to 0.9.
    beta_1: f64 = 0.9,
    /// Sets `β₂`, the decay of the mean square. Defaults to 0.999.
    beta_2: f64 = 0.999,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
}

rule! {
    // m ← m + (g − m)(1 − β₁)
    // v ← v + (g² − v)(1 − β₂)
    // p ← p − (m · mean_rate + g · gradient_rate) / (√(v · correction) + ε)
    Lookahead { mean_rate, gradient_rate, mean_gain, variance_gain, correction, epsilon }:
        |[parameter, mean, variance], gradient| {
            let mean = gradient.sub(mean).mul_add(mean_gain, mean);
            let variance = square_or_zero(gradient).sub(variance).mul_add(variance_gain, variance);
            let change = mean.mul(mean_rate).add(gradient.mul(gradient_rate));
            [parameter.sub(change.div(variance.mul(correction).root().add(epsilon))), mean, variance]
        }
}

/// State of [`Nadam`].
pub struct NadamState<N: Parameters, M: Memory> {
    moments: Slots<N, M>,
    /// `Uₜ`
    product: f64,
}

impl<N: Parameters, M: Memory> Checkpoint<N> for NadamState<N, M> {
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        self.moments.write(writer);
        writer.number("product", self.product);
    }
    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        self.moments.read(reader);
        reader.number("product", &mut self.product);
    }
}

impl Optimizer for Nadam {
    type State<N: Module, M: Memory> = NadamState<N, M>;
    config!(Nadam);

    fn init<N: Module, M: Memory>(&self) -> NadamState<N, M> {
        NadamState { moments: Slots::<N, M>::new([0.0; 2]), product: 1.0 }
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, state: &mut NadamState<N, M>) {
        let &Self { beta_2, epsilon, .. } = self;
        let beta_1 = step.momentum.unwrap_or(self.beta_1);
        let rate = step.learning_rate;
        let number = step.number as f64;
        let momentum = |number: f64| beta_1 * (1.0 - 0.5 * 0.96_f64.powf(number));
        let now = momentum(number);
        let next = momentum(number + 1.0);
        state.product *= now;
        let rule = Lookahead {
            mean_rate: rate * next / (1.0 - state.product * next),
            gradient_rate: rate * (1.0 - now) / (1.0 - state.product),
            mean_gain: 1.0 - beta_1,
            variance_gain: 1.0 - beta_2,
            correction: 1.0 / step.weight_of_mean(beta_2),
            epsilon,
        };
        step.each_parameter(state.moments.values(), |parameters, gradient, [mean, variance]| {
            N::Scalar::apply(&rule, [parameters, mean, variance], gradient);
        });
    }
}
