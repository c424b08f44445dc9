//! `onnx`

use mlp::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = sequential![Dense(1 => 1)];
    println!("{}", network.to_onnx()?.len());
    Ok(())
}
