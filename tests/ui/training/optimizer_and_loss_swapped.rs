use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 1)].compile(MeanSquaredError, Adam::new(1e-3));
}
