use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, rule, square_or_zero};
use crate::layers::Module;
use crate::memory::Memory;

optimizer! {
    /// `p ← p − α d` with `d = √(w + ε) / √(v + ε) · g`, where `v` and `w` are the running means of `g²` and `d²`.
    ///
    /// The paper uses a learning rate of 1, Keras defaults to 0.001. Keras and PyTorch: `Adadelta`. Source: Zeiler,
    /// "ADADELTA: An Adaptive Learning Rate Method", 2012.
    Adadelta: learning_rate 1e-3;
    /// Sets `ρ`, the decay of the means. Defaults to 0.95.
    rho: f64 = 0.95,
    /// Sets `ε`, which avoids division by zero. Defaults to 1e-7.
    epsilon: f64 = 1e-7,
}

rule! {
    // v ← ρ v + (1 − ρ) g²
    // d = √(w + ε) g / √(v + ε)
    // w ← ρ w + (1 − ρ) d²
    // p ← p − α d
    Adapt { rate, rho, gain, epsilon }: |[parameter, square, change_square], gradient| {
        let square = square.mul(rho).add(square_or_zero(gradient).mul(gain));
        let change = change_square.add(epsilon).root().mul(gradient).div(square.add(epsilon).root());
        let change_square = change_square.mul(rho).add(square_or_zero(change).mul(gain));
        [parameter.sub(change.mul(rate)), square, change_square]
    }
}

impl Optimizer for Adadelta {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Adadelta);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        Slots::<N, M>::new([0.0; 2])
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let &Self { rho, epsilon, .. } = self;
        let rule = Adapt { rate: step.learning_rate, rho, gain: 1.0 - rho, epsilon };
        step.each_parameter(slots.values(), |parameters, gradient, [square, change_square]| {
            N::Scalar::apply(&rule, [parameters, square, change_square], gradient);
        });
    }
}
