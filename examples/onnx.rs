//! A network that PyTorch has trained, as Rust code without a runtime, and back: ONNX in and out.
//!
//!     cargo run --release --example onnx
//!
//! `examples/data/sine.onnx` is read while this program is compiled: what it becomes is a plain struct, whose dimensions the
//! compiler has checked, with the weights in the program.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;
use mlp::{Dense, onnx};

onnx! {
    /// One period of the sine, from `tests/goldens/onnx_models.py`.
    pub struct Sine = "examples/data/sine.onnx";
}

fn main() -> Result<(), Box<dyn Error>> {
    let epochs = if std::env::args().any(|word| word == "--quick") { 20 } else { 2000 };
    let network = Sine::pretrained();
    println!("{}", network.summary());
    // Its layers have PyTorch's names, and types.
    let hidden: &Dense<1, 10, tanh> = &network.hidden;
    println!("hidden.bias[0] = {}", hidden.bias[0]);
    println!("sin 1 is about {:.4}", network.predict_one([1.0])[0]);

    // It is a network like any other: here it learns on.
    let x = linspace(0.0, TAU, 200);
    let y = x.map(f32::sin);
    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    let before = model.evaluate(&x, &y)?.loss;
    model.fit(&x, &y, Fit::new().epochs(epochs).batch_size(200).verbose(Verbose::Silent))?;
    let after = model.evaluate(&x, &y)?.loss;
    println!("squared error: {before:.2e} as PyTorch left it, {after:.2e} after {epochs} epochs more");

    let path = std::env::temp_dir().join("sine.onnx");
    model.save_onnx(&path)?;
    println!("{}: for onnxruntime and all others", path.display());
    Ok(())
}
