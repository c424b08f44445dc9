use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, leaky_relu(0.1)), Dense(10 => 1)];
}
