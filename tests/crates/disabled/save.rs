//! `safetensors`

use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    let _ = model.save("model.safetensors");
}
