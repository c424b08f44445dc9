use super::define::{config, optimizer};
use super::{Optimizer, Slots, Step};
use crate::kernels::{Update, rule};
use crate::layers::Module;
use crate::memory::Memory;

optimizer! {
    /// `p ← p − α g`. With momentum: `v ← μ v − α g` and `p ← p + v`; Nesterov's: `p ← p + μ v − α g`.
    ///
    /// Keras: `SGD`. PyTorch's `SGD` keeps `v / α` instead, which differs when the learning rate changes. Source:
    /// Sutskever and others, "On the importance of initialization and momentum in deep learning", 2013.
    Sgd: learning_rate 0.01;
    /// Sets `μ`, the momentum. Defaults to 0, which needs no slot.
    momentum: f64 = 0.0,
    /// Sets whether the momentum is Nesterov's. Defaults to `false`.
    nesterov: bool = false,
}

rule! {
    // p ← p − α g
    Plain { rate }: |[parameter], gradient| [parameter.sub(gradient.mul(rate))]
}

rule! {
    // v ← μ v − α g
    // p ← p + v
    Momentum { rate, momentum }: |[parameter, velocity], gradient| {
        let velocity = velocity.mul(momentum).sub(gradient.mul(rate));
        [parameter.add(velocity), velocity]
    }
}

rule! {
    // v ← μ v − α g
    // p ← p + μ v − α g
    Nesterov { rate, momentum }: |[parameter, velocity], gradient| {
        let change = gradient.mul(rate);
        let velocity = velocity.mul(momentum).sub(change);
        [parameter.add(velocity.mul(momentum).sub(change)), velocity]
    }
}

impl Optimizer for Sgd {
    type State<N: Module, M: Memory> = Slots<N, M>;
    config!(Sgd);

    fn init<N: Module, M: Memory>(&self) -> Slots<N, M> {
        let momentum = self.config.learning_rate.momentum(0).unwrap_or(self.momentum);
        if momentum == 0.0 { Slots::<N, M>::new([]) } else { Slots::<N, M>::new([0.0]) }
    }

    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, slots: &mut Slots<N, M>) {
        let momentum = step.momentum.unwrap_or(self.momentum);
        let rate = step.learning_rate;
        if momentum == 0.0 {
            step.each_parameter([], |parameters, gradient, []| {
                N::Scalar::apply(&Plain { rate }, [parameters], gradient)
            });
        } else if self.nesterov {
            step.each_parameter(slots.values(), |parameters, gradient, [velocity]| {
                N::Scalar::apply(&Nesterov { rate, momentum }, [parameters, velocity], gradient);
            });
        } else {
            step.each_parameter(slots.values(), |parameters, gradient, [velocity]| {
                N::Scalar::apply(&Momentum { rate, momentum }, [parameters, velocity], gradient);
            });
        }
    }
}
