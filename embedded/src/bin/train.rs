//! Trains networks in static memory until their loss is small, and prints the stack that a step needs.

#![no_std]
#![no_main]

use core::fmt::Write as _;
use core::hint::black_box;
use core::panic::PanicInfo;

use embedded::networks::{Graph, SINE, SineNet};
use embedded::{Output, stack};
use mlp::prelude::*;
use nalgebra::{SMatrix, SVector};

embedded::start!(main);

const SAMPLES: usize = 50;

fn main() -> i32 {
    let output = &mut Output;
    let (one, stack) = stack::measured(|| SINE.predict_one([black_box(1.0)])[0]);
    let _ = writeln!(output, "sin 1 is about {one}; the prediction needs {stack} bytes of stack");
    let learned = sine(output) && graph(output);
    i32::from(!learned)
}

/// Trains a chain on batches of static size. The targets are the outputs of `SINE`.
fn sine(output: &mut Output) -> bool {
    let x = SMatrix::<f32, SAMPLES, 1>::from_fn(|row, _| row as f32 * 0.125);
    let y = SMatrix::<f32, SAMPLES, 1>::from_fn(|row, _| SINE.predict_one([x[row]])[0]);
    let (mut network, mut trainer) = (SineNet::seeded(1), Trainer::new(Adam::new(1e-2), MeanSquaredError));
    let mut step = || trainer.train_on_batch(&mut network, &x, &y).unwrap_or(f64::NAN);
    let (first, stack) = stack::measured(&mut step);
    let mut last = first;
    for _ in 0..3_000 {
        last = step();
    }
    let _ = writeln!(
        output,
        "a chain of {} parameters: a step on {SAMPLES} samples needs {stack} bytes of stack",
        SineNet::COUNT
    );
    let _ = writeln!(output, "  its loss fell from {first:.4} to {last:.6}");
    last < first / 1_000.0
}

/// Trains a graph with two inputs and two losses.
fn graph(output: &mut Output) -> bool {
    let samples = |phase: f32| SMatrix::<f32, 20, 3>::from_fn(|row, column| (row * 3 + column) as f32 * 0.01 + phase);
    let x = (samples(0.0), samples(-0.3));
    let y = (SMatrix::<f32, 20, 2>::from_fn(|row, _| row as f32 / 20.0), SVector::<f32, 20>::repeat(0.7));
    let losses = (BinaryCrossentropy::new().from_logits(false), MeanSquaredError);
    let (mut network, mut trainer) = (Graph::seeded(2), Trainer::new(Sgd::new(0.1).momentum(0.9), losses));
    let mut step = || trainer.train_on_batch(&mut network, &x, &y).unwrap_or(f64::NAN);
    let (first, stack) = stack::measured(&mut step);
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
