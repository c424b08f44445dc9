//! Networks that train in a browser: the functions of the WebAssembly module.
//!
//! The page calls `create`, then `train` in each frame, and reads the results from memory. All pointers are valid until the
//! next call.

pub mod data;
pub mod model;
pub mod networks;
pub mod playground;
pub mod training;

use std::cell::RefCell;

use data::Task;
use playground::{Playground, Settings};

thread_local! {
    static PLAYGROUND: RefCell<Option<Playground>> = const { RefCell::new(None) };
}

/// Returns the result of a function of the playground, or the default before it is created.
fn with<R: Default>(function: impl FnOnce(&mut Playground) -> R) -> R {
    PLAYGROUND.with_borrow_mut(|playground| playground.as_mut().map(function).unwrap_or_default())
}

/// Creates a network and its data. Returns 1, or 0 if a setting does not exist.
#[unsafe(no_mangle)]
pub extern "C" fn create(task: usize, network: usize, activation: usize, noise: f32, seed: u32) -> u32 {
    let task = Task::ALL.get(task).copied();
    let settings = task.map(|task| Settings { task, network, activation, noise, seed: u64::from(seed) });
    let created = settings.and_then(Playground::new);
    let is_created = created.is_some();
    PLAYGROUND.set(created);
    u32::from(is_created)
}

/// Makes training steps and returns the mean of their losses.
#[unsafe(no_mangle)]
pub extern "C" fn train(steps: usize, batch: usize, learning_rate: f64) -> f64 {
    with(|playground| playground.train(steps, batch, learning_rate))
}

/// Returns the loss on all samples.
#[unsafe(no_mangle)]
pub extern "C" fn evaluate() -> f64 {
    with(Playground::evaluate)
}

/// Returns the number of samples.
#[unsafe(no_mangle)]
pub extern "C" fn samples() -> usize {
    with(|playground| playground.samples().len())
}

/// Returns the samples, each with two inputs and a target.
#[unsafe(no_mangle)]
pub extern "C" fn data() -> *const f32 {
    PLAYGROUND.with_borrow(|playground| playground.as_ref().map_or(std::ptr::null(), |p| p.samples().as_ptr().cast()))
}

/// Returns the outputs on a grid over the plane, row by row from the top, or of a curve if there is one row.
#[unsafe(no_mangle)]
pub extern "C" fn grid(columns: usize, rows: usize) -> *const f32 {
    PLAYGROUND.with_borrow_mut(|p| p.as_mut().map_or(std::ptr::null(), |p| p.grid(columns, rows).as_ptr()))
}

/// Returns the parameters: for each layer the weights, column by column, and the bias.
#[unsafe(no_mangle)]
pub extern "C" fn parameters() -> *const f32 {
    PLAYGROUND.with_borrow(|p| p.as_ref().map_or(std::ptr::null(), |p| p.parameters().as_ptr()))
}

/// Returns the width of layer `index`, where 0 is the input, or 0 after the last.
#[unsafe(no_mangle)]
pub extern "C" fn width(index: usize) -> usize {
    with(|playground| playground.widths().get(index).copied().unwrap_or(0))
}
