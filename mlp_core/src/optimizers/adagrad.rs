use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, rule};
use crate::layers::Module;
use crate::memory::Memory;

optimizer! {
    /// `p ← p − α g / √(s + ε)`, with `s` the sum of all `g²`.
    ///
    /// Keras: `Adagrad`, with `ε` under the root; PyTorch adds it to the root. Source: Duchi, Hazan and Singer,
    /// "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011.
    Adagrad: learning_rate 1e-3;
    /// Sets the initial value of the sum. Defaults to 0.1.
    initial_accumulator_value: f64 = 0.1,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
}

rule! {
    // s ← s + g²
    // p ← p − α g / √(s + ε)
    Accumulate { rate, epsilon }: |[parameter, sum], gradient| {
        let sum = gradient.mul_add(gradient, sum);
        [parameter.sub(gradient.mul(rate).div(sum.add(epsilon).root())), sum]
    }
}

impl Optimizer for Adagrad {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Adagrad);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        Slots::<N, M>::new([self.initial_accumulator_value])
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let rule = Accumulate { rate: step.learning_rate, epsilon: self.epsilon };
        step.each_parameter(slots.values(), |parameters, gradient, [sum]| {
            N::Scalar::apply(&rule, [parameters, sum], gradient);
        });
    }
}
