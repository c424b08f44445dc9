//! Predicts in floats and in 8-bit integers.

#![no_std]
#![no_main]

use core::panic::PanicInfo;

use embedded::{Output, exit, integers};

embedded::start!(main);

fn main() -> i32 {
    i32::from(!integers::predict(&mut Output))
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    exit(101)
}
