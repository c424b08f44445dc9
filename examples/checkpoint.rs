//! A training that is stopped and resumed: its weights are bit-identical to those of one that never stopped.
//!
//!     cargo run --release --example checkpoint
//!
//! A callback writes the full training state to a safetensors file after every tenth epoch. A second model, as in another
//! process, loads one of these files and trains the remaining epochs.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;
use nalgebra::DVector;

sequential! { struct Net { Dense(1 => 32, tanh), BatchNormalization(32), Dropout(32, rate = 0.1), Dense(32 => 1) } }

/// Compiles the same model in each process; only the initial weights differ.
fn compiled(seed: u64) -> Compiled<Net, Adam, MeanSquaredError> {
    Net::new(seed).compile(Adam::new(CosineDecay::new(1e-2, 2000)).ema(0.99), MeanSquaredError)
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 20 } else { 100 };
    let x: DVector<f32> = linspace(0.0, TAU, 500);
    let y = x.map(f32::sin);
    let folder = std::env::temp_dir().join("mlp-checkpoint");
    let path = folder.join("{epoch:03d}.safetensors");
    let fit = || Fit::new().epochs(epochs).batch_size(50).verbose(Verbose::Silent);

    let mut whole = compiled(0);
    let checkpoint = ModelCheckpoint::new(&path.to_string_lossy()).save_freq(10).resumable();
    let history = whole.fit(&x, &y, fit().callback(checkpoint))?;
    println!("never stopped: {epochs} epochs, loss {:.3e}", history.loss()[epochs - 1]);

    let mut resumed = compiled(1);
    let done = resumed.load(folder.join(format!("{:03}.safetensors", epochs / 2)))?;
    let history = resumed.fit(&x, &y, fit().initial_epoch(done))?;
    println!("resumed at {done}: {} epochs, loss {:.3e}", history.epochs(), history.loss()[epochs - done - 1]);
    assert_eq!(resumed.as_slice(), whole.as_slice());
    println!("all {} weights are the same", resumed.as_slice().len());
    println!("checkpoints are in {}", folder.display());
    Ok(())
}
