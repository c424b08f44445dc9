use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10), Activation(relu), Dense(10 => 1)];
}
