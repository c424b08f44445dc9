use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 1)].compile(Adam::new(1e-3).momentum(0.9), MeanSquaredError);
}
