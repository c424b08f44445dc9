use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 1)].compile(Adam::new(Some(1e-3)), MeanSquaredError);
}
