//! Runtime on microcontrollers under QEMU: output and exit by semihosting, a counter of instructions, and a measurement
//! of the stack. `cortex-m-rt` and `riscv-rt` start the program.

#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(target_arch = "riscv32", path = "riscv.rs")]
mod processor;
mod stack;

pub use processor::counted;
pub use stack::measured;

/// Defines the function that the start-up code calls. It calls `main` and exits with its result.
#[macro_export]
macro_rules! start {
    ($main:path) => {
        #[unsafe(export_name = "main")]
        extern "C" fn __main() -> ! {
            $crate::exit($main())
        }
    };
}

/// Operations of semihosting: requests to the debugger, which is QEMU here.
const WRITE_BYTE: usize = 0x03;
const EXIT_EXTENDED: usize = 0x20;
/// Reason of an exit that is not an error of the debugger.
const APPLICATION_EXIT: usize = 0x2_0026;

/// Exits the program.
pub fn exit(code: i32) -> ! {
    let block = [APPLICATION_EXIT, code as usize];
    loop {
        // SAFETY: the operation reads the block.
        unsafe { processor::semihosting(EXIT_EXTENDED, block.as_ptr().cast()) };
    }
}

/// Writes all bytes to the debugger's console.
pub fn write(bytes: &[u8]) {
    for byte in bytes {
        // SAFETY: the operation reads one byte.
        unsafe { processor::semihosting(WRITE_BYTE, byte) };
    }
}
