//! Predicts the sine with weights in flash.

#![no_std]
#![no_main]

use core::panic::PanicInfo;

use embedded::{Output, exit, sine};

embedded::start!(main);

fn main() -> i32 {
    i32::from(!sine::predict(&mut Output))
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    exit(101)
}
