//! Runtime on x86-64 Linux, without `std` and without a C library: entry point, output, exit, and a measurement of the
//! stack.

mod memory;
mod stack;

use core::arch::asm;

pub use stack::measured;

/// Defines the entry point, which aligns the stack, calls `main` and exits with its result.
#[macro_export]
macro_rules! start {
    ($main:path) => {
        core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "xor ebp, ebp",
            "and rsp, -16",
            "call {main}",
            "ud2",
            main = sym __main,
        );

        extern "C" fn __main() -> ! {
            $crate::exit($main())
        }
    };
}

/// Exits the program.
pub fn exit(code: i32) -> ! {
    // SAFETY: the system call `exit_group`.
    unsafe { asm!("syscall", in("rax") 231, in("rdi") code, options(noreturn, nostack)) }
}

/// Writes all bytes to standard output, or stops at the first error.
pub fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let written: isize;
        // SAFETY: the system call `write` with a readable slice.
        unsafe {
            asm!(
                "syscall",
                inlateout("rax") 1_isize => written,
                in("rdi") 1, in("rsi") bytes.as_ptr(), in("rdx") bytes.len(),
                lateout("rcx") _, lateout("r11") _,
                options(nostack),
            );
        }
        bytes = usize::try_from(written).ok().and_then(|written| bytes.get(written..)).unwrap_or_default();
    }
}

/// Runs a function. There is no counter of instructions here: the count is zero.
pub fn counted(function: impl FnOnce()) -> u64 {
    function();
    0
}
