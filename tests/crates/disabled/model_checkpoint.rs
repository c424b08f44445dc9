//! `safetensors`

use mlp::prelude::*;

fn main() {
    let _ = Fit::new().callback(ModelCheckpoint::new("model.safetensors"));
}
