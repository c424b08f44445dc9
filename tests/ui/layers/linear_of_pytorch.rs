use mlp::prelude::*;

fn main() {
    let _ = sequential![Linear(1 => 10, relu), Dense(10 => 1)];
}
