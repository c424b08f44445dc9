use super::define::{common, optimizer};
use super::{Memory, Optimizer, Step};
use crate::kernels::{Update, rule};
use crate::layers::Layer;

optimizer! {
    /// `p ← p − α g`; with momentum `v ← μ v − α g` and `p ← p + v`, with Nesterov's `p ← p + μ v − α g`.
    ///
    /// Keras: `SGD`. PyTorch's `SGD` keeps `v / α` instead, which differs when the learning rate changes. Source:
    /// Sutskever and others, "On the importance of initialization and momentum in deep learning", 2013.
    Sgd: learning_rate 0.01;
    /// `μ`; at zero, nothing is remembered.
    momentum: f64 = 0.0,
    /// Whether the momentum is Nesterov's.
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
        let descent = gradient.mul(rate);
        let velocity = velocity.mul(momentum).sub(descent);
        [parameter.add(velocity.mul(momentum).sub(descent)), velocity]
    }
}

impl Optimizer for Sgd {
    type State<N: Layer> = Memory<N>;
    common!(momentum);

    fn init<N: Layer>(&self) -> Memory<N> {
        if self.momentum == 0.0 { Memory::new([]) } else { Memory::new([0.0]) }
    }

    fn update<N: Layer>(&self, step: Step<'_, N>, memory: &mut Memory<N>) {
        let &Self { momentum, nesterov, .. } = self;
        let rate = step.learning_rate;
        if momentum == 0.0 {
            step.each([], |parameters, gradient, []| N::Scalar::apply(&Plain { rate }, [parameters], gradient));
        } else if nesterov {
            step.each(memory.values(), |parameters, gradient, [velocity]| {
                N::Scalar::apply(&Nesterov { rate, momentum }, [parameters, velocity], gradient);
            });
        } else {
            step.each(memory.values(), |parameters, gradient, [velocity]| {
                N::Scalar::apply(&Momentum { rate, momentum }, [parameters, velocity], gradient);
            });
        }
    }
}
