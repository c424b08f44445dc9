use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, relu, kernel_regularizer = 1e-4), Dense(10 => 1)];
}
