use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, relu), MeanSquaredError, Dense(10 => 1)];
}
