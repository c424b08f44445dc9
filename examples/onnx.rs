//! A network that PyTorch has trained, compiled into a Rust program, and exported again as ONNX.
//!
//!     cargo run --release --example onnx
//!
//! The compiler reads `examples/data/sine.onnx` and checks its dimensions. The result is a plain struct; its weights are
//! part of the program.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;
use mlp::{Dense, onnx};

onnx! {
    /// One period of the sine, trained by `tests/goldens/onnx_models.py`.
    pub struct Sine = "examples/data/sine.onnx";
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 20 } else { 2000 };
    let network = Sine::pretrained();
    println!("{}", network.summary());
    // The layers have PyTorch's names.
    let hidden: &Dense<1, 10, tanh> = &network.hidden;
    println!("hidden.bias[0] = {}", hidden.bias[0]);
    println!("sin 1 is about {:.4}", network.predict_one([1.0])[0]);

    // The imported network trains like any other.
    let x = linspace(0.0, TAU, 200);
    let y = x.map(f32::sin);
    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    let before = model.evaluate(&x, &y)?.loss;
    model.fit(&x, &y, Fit::new().epochs(epochs).batch_size(200).verbose(Verbose::Silent))?;
    let after = model.evaluate(&x, &y)?.loss;
    println!("squared error: {before:.2e} from PyTorch, {after:.2e} after {epochs} more epochs");

    let path = std::env::temp_dir().join("sine.onnx");
    model.save_onnx(&path)?;
    println!("exported to {}", path.display());
    Ok(())
}
