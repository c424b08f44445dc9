use mlp::losses::{Loss, LossInput};
use mlp::prelude::*;

struct Joint;

impl Loss<f32, (Features<1>, Features<2>)> for Joint {
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "joint"
    }
    fn evaluate(&self, _input: LossInput<'_, f32>) -> f64 {
        0.0
    }
}

fn main() {
    let network = functional! {
        let x = Input(1);
        let a = Dense(1 => 1)(x);
        let b = Dense(1 => 1)(x);
        Model(x => (a, b))
    };
    network.compile(Adam::default(), Joint);
}
