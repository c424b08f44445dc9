use super::define::{common, optimizer};
use super::{Checkpoint, Memory, Optimizer, StateReader, StateWriter, Step};
use crate::kernels::{Update, rule};
use crate::layers::Layer;
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

optimizer! {
    /// `p ← p − α m̂ / (√v̂ + ε)`: Adam with Nesterov's momentum.
    ///
    /// `m` and `v` are the running means of `g` and `g²`; `v̂ = v / (1 − β₂ᵗ)`, and with `uₜ = β₁ (1 − ½ · 0.96ᵗ)` and
    /// `Uₜ` the product of all `u` up to `t`, `m̂ = uₜ₊₁ m / (1 − Uₜ₊₁) + (1 − uₜ) g / (1 − Uₜ)`. Keras: `Nadam`.
    /// Source: Dozat, "Incorporating Nesterov Momentum into Adam", 2016.
    Nadam: learning_rate 1e-3;
    /// `β₁`, the decay of the mean.
    beta_1: f64 = 0.9,
    /// `β₂`, the decay of the mean square.
    beta_2: f64 = 0.999,
    /// `ε`
    epsilon: f64 = 1e-7,
}

rule! {
    // m ← m + (g − m)(1 − β₁)
    // v ← v + (g² − v)(1 − β₂)
    // p ← p − (m · mean_rate + g · gradient_rate) / (√(v · correction) + ε)
    Lookahead { mean_rate, gradient_rate, mean_gain, variance_gain, correction, epsilon }:
        |[parameter, mean, variance], gradient| {
            let mean = gradient.sub(mean).mul_add(mean_gain, mean);
            let variance = gradient.mul(gradient).sub(variance).mul_add(variance_gain, variance);
            let change = mean.mul(mean_rate).add(gradient.mul(gradient_rate));
            [parameter.sub(change.div(variance.mul(correction).sqrt().add(epsilon))), mean, variance]
        }
}

/// The memory of [`Nadam`].
#[derive(Clone, Debug, PartialEq)]
pub struct NadamState<N> {
    moments: Memory<N>,
    /// `Uₜ`
    product: f64,
}

impl<N: Layer> Checkpoint<N> for NadamState<N> {
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
    type State<N: Layer> = NadamState<N>;
    common!(beta_1);

    fn init<N: Layer>(&self) -> NadamState<N> {
        NadamState { moments: Memory::new([0.0; 2]), product: 1.0 }
    }

    fn update<N: Layer>(&self, step: Step<'_, N>, state: &mut NadamState<N>) {
        let &Self { beta_1, beta_2, epsilon, .. } = self;
        let (rate, number) = (step.learning_rate, step.number as f64);
        let momentum = |number: f64| beta_1 * (1.0 - 0.5 * 0.96_f64.powf(number));
        let (now, next) = (momentum(number), momentum(number + 1.0));
        state.product *= now;
        let rule = Lookahead {
            mean_rate: rate * next / (1.0 - state.product * next),
            gradient_rate: rate * (1.0 - now) / (1.0 - state.product),
            mean_gain: 1.0 - beta_1,
            variance_gain: 1.0 - beta_2,
            correction: 1.0 / (1.0 - beta_2.powf(number)),
            epsilon,
        };
        step.each(state.moments.values(), |parameters, gradient, [mean, variance]| {
            N::Scalar::apply(&rule, [parameters, mean, variance], gradient);
        });
    }
}
