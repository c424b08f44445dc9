use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(2 => 8, relu), Dense(8 => 1)].compile(Adam::new(1e-3), MeanSquaredError).loss_weights([1.0, 2.0]);
}
