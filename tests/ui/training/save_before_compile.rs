use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 1)];
    let _ = model.save("model.safetensors");
}
