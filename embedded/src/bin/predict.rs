//! Predicts with networks in `static` memory. Links only if no panic is reachable: the panic handler calls a function that
//! is not defined. `--features panic` adds a reachable panic, so that linking fails.

#![no_std]
#![no_main]

use core::hint::black_box;
use core::panic::PanicInfo;

use embedded::networks::{Chain, Double, Graph, IMPORTED, SINE};
use embedded::write;
use mlp::prelude::*;
use nalgebra::SVector;

embedded::start!(main);

static CHAIN: Chain = Chain::ZEROS;
static GRAPH: Graph = Graph::ZEROS;
static DOUBLE: Double = Double::ZEROS;

fn main() -> i32 {
    let sine = SINE.predict_one([black_box(1.0)]);
    let imported = IMPORTED.predict_one([black_box(1.0)]);
    let three = SVector::<f32, 3>::from(black_box([0.1, 0.2, 0.3]));
    let chain = CHAIN.predict_one(black_box([0.5, 0.25, 0.125, 1.0]));
    let (first, second) = GRAPH.predict_one((three, three));
    let double = DOUBLE.predict_one(black_box([1.0, 2.0]));
    for number in sine.iter().chain(imported.iter()).chain(chain.iter()).chain(first.iter()).chain(second.iter()) {
        write(&number.to_le_bytes());
    }
    write(&double[0].to_le_bytes());
    #[cfg(feature = "panic")]
    write(&[three.as_slice()[black_box(3)] as u8]);
    let is_sine = |found: f32| (-0.01..0.01).contains(&(found - 0.841_470_96));
    i32::from(!(is_sine(sine[0]) && is_sine(imported[0])))
}

unsafe extern "C" {
    safe fn a_panic_is_possible() -> !;
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    a_panic_is_possible()
}
