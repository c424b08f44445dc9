//! A training that is stopped and goes on: the same weights, bit by bit, as one that never stopped.
//!
//!     cargo run --release --example checkpoint
//!
//! After every tenth epoch a callback writes all that the training has behind it to a file of safetensors. Another model, as
//! in another process, loads one of them and makes the remaining epochs.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;
use nalgebra::DVector;

sequential! { struct Net { Dense(1 => 32, tanh), BatchNormalization(32), Dropout(32, rate = 0.1), Dense(32 => 1) } }

/// The same in every process that works on this training.
fn compiled(seed: u64) -> Compiled<Net, Adam, MeanSquaredError> {
    Net::new(seed).compile(Adam::new(CosineDecay::new(1e-2, 2000)).ema(0.99), MeanSquaredError)
}

fn main() -> Result<(), Box<dyn Error>> {
    let epochs = if std::env::args().any(|word| word == "--quick") { 20 } else { 100 };
    let x: DVector<f32> = linspace(0.0, TAU, 500);
    let y = x.map(f32::sin);
    let folder = std::env::temp_dir().join("mlp-checkpoint");
    let path = folder.join("{epoch:03d}.safetensors");
    let fit = || Fit::new().epochs(epochs).batch_size(50).verbose(Verbose::Silent);

    let mut whole = compiled(0);
    let checkpoint = ModelCheckpoint::new(&path.to_string_lossy()).save_freq(10).resumable();
    let history = whole.fit(&x, &y, fit().callback(checkpoint))?;
    println!("never stopped: {epochs} epochs, loss {:.3e}", history.loss()[epochs - 1]);

    let mut later = compiled(1);
    let done = later.load(folder.join(format!("{:03}.safetensors", epochs / 2)))?;
    let history = later.fit(&x, &y, fit().initial_epoch(done))?;
    println!("goes on after {done}: {} epochs, loss {:.3e}", history.epochs(), history.loss()[epochs - done - 1]);
    assert_eq!(later.as_slice(), whole.as_slice());
    println!("all {} weights are the same", later.as_slice().len());

    // The weights alone, for whoever only predicts; PyTorch and Python read them too.
    let weights = folder.join("weights.safetensors");
    whole.save_weights(&weights)?;
    let mut network = Net::new(2);
    network.load_weights(&weights)?;
    assert_eq!(network.predict(&x)?, whole.predict(&x)?);
    println!("written to {}", folder.display());
    Ok(())
}
