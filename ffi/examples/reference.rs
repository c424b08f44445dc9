//! The results that the programs in C, C++ and Fortran must match, computed by the methods of a network in Rust.
//!
//! `reference FOLDER` writes the weights `sine.bin` to a folder, and prints the bits of the results. `reference --time`
//! prints the time of a prediction.

#[path = "../src/networks.rs"]
mod networks;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use mlp::prelude::*;
use nalgebra::SVector;
use networks::{Sine, Towers};

/// Rows that are predicted at once.
const ROWS: usize = 20;

fn main() {
    let argument = env::args().nth(1).expect("a folder, or --time");
    let sine = Sine::new(1);
    if argument == "--time" {
        return time(&sine);
    }
    let bytes: Vec<u8> = sine.as_slice().iter().flat_map(|value| value.to_le_bytes()).collect();
    fs::write(Path::new(&argument).join("sine.bin"), bytes).expect("a writable folder");
    predictions(&sine);
    towers(&Towers::new(7));
}

/// Prints the bits of values.
fn print(values: &[f32]) {
    values.iter().for_each(|value| println!("{:08X}", value.to_bits()));
}

/// Prints the bits of values in double precision.
fn print_double(values: &[f64]) {
    values.iter().for_each(|value| println!("{:016X}", value.to_bits()));
}

fn predictions(sine: &Sine) {
    for row in 0..ROWS {
        print(sine.predict_one([row as f32 * 0.25]).as_slice());
    }
    let mut tape = SampleTape::new().training(false);
    let mut gradient = Sine::ZEROS;
    let by_input = tape.forward(sine, [0.75]).backward([2.0], &mut gradient);
    print(by_input.as_slice());
    print(gradient.as_slice());
}

fn towers(towers: &Towers) {
    let (user, item) = (SVector::from([0.25, -0.5, 0.75]), SVector::from([0.125, -0.625]));
    let (score, similarity) = towers.predict_one((user, item));
    print_double(score.as_slice());
    print_double(similarity.as_slice());
    let mut tape = SampleTape::new().training(false);
    let mut gradient = Towers::ZEROS;
    let ones = || SVector::from([1.0]);
    let (by_user, by_item) = tape.forward(towers, (user, item)).backward((ones(), ones()), &mut gradient);
    print_double(by_user.as_slice());
    print_double(by_item.as_slice());
}

/// Prints the shortest time of a prediction in nanoseconds among some rounds. The input of each is the output of the last.
fn time(sine: &Sine) {
    const CALLS: u32 = 1_000_000;
    let round = |_| {
        let start = Instant::now();
        let mut value = 0.5;
        for _ in 0..CALLS {
            value = black_box(sine).predict_one([value])[0];
        }
        black_box(value);
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    println!("{:.1}", (0..30).map(round).fold(f64::INFINITY, f64::min));
}
