use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(10, activation = "relu"), Dense(1)];
}
