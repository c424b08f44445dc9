use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => HIDDEN), Dense(HIDDEN => 1)];
}
