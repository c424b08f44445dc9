//! Trains a graph in static memory, and prints the stack that a step needs.

#![no_std]
#![no_main]

use core::array::from_fn;
use core::fmt::Write as _;
use core::panic::PanicInfo;

use embedded::networks::Graph;
use embedded::{Output, measured};
use mlp::prelude::*;
use nalgebra::SVector;

embedded::start!(main);

fn main() -> i32 {
    i32::from(!graph(&mut Output))
}

/// Trains a graph with two inputs and two losses.
fn graph(output: &mut Output) -> bool {
    let sample =
        |row: usize, phase: f32| SVector::<f32, 3>::from_fn(|column, _| (row * 3 + column) as f32 * 0.01 + phase);
    let x: [_; 20] = from_fn(|row| (sample(row, 0.0), sample(row, -0.3)));
    let y: [_; 20] = from_fn(|row| (SVector::<f32, 2>::repeat(row as f32 / 20.0), SVector::<f32, 1>::new(0.7)));
    let losses = (BinaryCrossentropy::new().from_logits(false), MeanSquaredError);
    let (mut network, mut trainer) = (Graph::new(2), Trainer::new(Sgd::new(0.1).momentum(0.9), losses));
    let mut step = || trainer.train_on_batch(&mut network, &x, &y).unwrap_or(f64::NAN);
    let (first, stack) = measured(&mut step);
    let mut last = first;
    for _ in 0..500 {
        last = step();
    }
    let _ =
        writeln!(output, "a graph of {} parameters: a step on 20 samples needs {stack} bytes of stack", Graph::COUNT);
    let _ = writeln!(output, "  its loss fell from {first:.4} to {last:.4}");
    last < first
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Output, "{info}");
    embedded::exit(101)
}
