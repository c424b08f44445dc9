use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(units = 10), Dense(10 => 1)];
}
