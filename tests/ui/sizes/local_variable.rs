use mlp::prelude::*;

fn main() {
    let n = 10;
    let _ = sequential![Dense(1 => n), Dense(n => 1)];
}
