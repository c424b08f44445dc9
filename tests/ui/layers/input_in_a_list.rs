use mlp::prelude::*;

fn main() {
    let _ = sequential![Input(1), Dense(1 => 10, relu), Dense(10 => 1)];
}
