use mlp::prelude::*;

fn main() {
    let x = vec![1.0];
    let _ = sequential![Dense(x.len() => 10), Dense(10 => 1)];
}
