//! Programs for places without an operating system, and their runtime: entry point, output, exit, and a measurement of
//! the stack and of instructions.
//!
//! | place | runtime | program |
//! |---|---|---|
//! | x86-64 Linux without `std` and C library | `linux` | all |
//! | Cortex-M4F, Cortex-M0, RISC-V (RV32IMC) under QEMU | `board` | `sine_predict`, `sine_train` |

#![no_std]

#[cfg(target_os = "none")]
mod board;
pub mod integers;
#[cfg(target_os = "linux")]
mod linux;
pub mod networks;
pub mod sine;

use core::fmt;

#[cfg(target_os = "none")]
pub use board::*;
#[cfg(target_os = "linux")]
pub use linux::*;

/// Standard output.
pub struct Output;

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write(text.as_bytes());
        Ok(())
    }
}
