use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 20, tanh), 0 * Dense(20 => 20, tanh), Dense(20 => 1)];
}
