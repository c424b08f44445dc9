use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 20, tanh), 7 * Dense(20 => 10, tanh), Dense(10 => 1)];
}
