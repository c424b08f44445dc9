use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(2 => 1)];
    let _ = network.predict([[0.0_f32, 1.0]]);
}
