use mlp::prelude::*;

fn main() {
    let _ = sequential![nn.Linear(1, 10), Dense(10 => 1)];
}
