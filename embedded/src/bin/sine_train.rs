//! Trains a network on the sine in static memory.

#![no_std]
#![no_main]

use core::panic::PanicInfo;

use embedded::{Output, exit, sine};

embedded::start!(main);

fn main() -> i32 {
    i32::from(!sine::train(&mut Output))
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    exit(101)
}
