//! `safetensors`

use mlp::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    let epochs: usize = model.load("model.safetensors")?;
    println!("{epochs}");
    Ok(())
}
