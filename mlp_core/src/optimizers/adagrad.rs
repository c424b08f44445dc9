use super::define::{common, optimizer};
use super::{Memory, Optimizer, Step};
use crate::kernels::{Update, rule};
use crate::layers::Layer;

optimizer! {
    /// `p ← p − α g / √(s + ε)`, with `s` the sum of all `g²`.
    ///
    /// Keras: `Adagrad`, `ε` under the root as there; PyTorch adds it to the root. Source: Duchi, Hazan and Singer,
    /// "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011.
    Adagrad: learning_rate 1e-3;
    /// Where the sum starts.
    initial_accumulator_value: f64 = 0.1,
    /// `ε`
    epsilon: f64 = 1e-7,
}

rule! {
    // s ← s + g²
    // p ← p − α g / √(s + ε)
    Accumulate { rate, epsilon }: |[parameter, sum], gradient| {
        let sum = gradient.mul_add(gradient, sum);
        [parameter.sub(gradient.mul(rate).div(sum.add(epsilon).sqrt())), sum]
    }
}

impl Optimizer for Adagrad {
    type State<N: Layer> = Memory<N>;
    common!();

    fn init<N: Layer>(&self) -> Memory<N> {
        Memory::new([self.initial_accumulator_value])
    }

    fn update<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        let rule = Accumulate { rate: step.learning_rate, epsilon: self.epsilon };
        step.each(memory.values(), |parameters, gradient, [sum]| {
            N::Scalar::apply(&rule, [parameters, sum], gradient);
        });
    }
}
