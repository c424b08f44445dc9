use mlp::prelude::*;

fn main() {
    let _ = sequential![Sequential(Dense(1 => 10), Dense(10 => 1))];
}
