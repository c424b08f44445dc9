use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, relu), Dropout(10, rate = 50), Dense(10 => 1)];
}
