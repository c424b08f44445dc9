//! `safetensors`

use mlp::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut network = sequential![Dense(1 => 1)];
    network.load_weights("net.safetensors")?;
    Ok(())
}
