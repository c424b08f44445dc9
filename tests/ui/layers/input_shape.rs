use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(10, input_shape = (1,)), Dense(10 => 1)];
}
