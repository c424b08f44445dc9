use mlp::prelude::*;

fn main() {
    let _ = sequential![Reshape(28 => 28), Dense(28 => 1)];
}
