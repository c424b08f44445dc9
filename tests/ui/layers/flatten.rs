use mlp::prelude::*;

fn main() {
    let _ = sequential![Flatten(28), Dense(28 => 1)];
}
