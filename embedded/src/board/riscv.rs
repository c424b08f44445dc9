//! RISC-V, 32 bits.

use core::arch::asm;

use riscv_rt as _;

/// Calls the debugger.
///
/// # Safety
/// As the operation demands.
pub unsafe fn semihosting(operation: usize, argument: *const u8) {
    // SAFETY: the caller's contract. The debugger knows the call by the instructions around the breakpoint, none of
    // them compressed.
    unsafe {
        asm!(
            ".balign 16",
            ".option push",
            ".option norvc",
            "slli x0, x0, 0x1f",
            "ebreak",
            "srai x0, x0, 7",
            ".option pop",
            inout("a0") operation => _, in("a1") argument,
            options(nostack),
        );
    }
}

/// Returns the stack pointer.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: reads a register.
    unsafe { asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack)) };
    pointer
}

/// Runs a function and returns the number of executed instructions, under `qemu -icount shift=0`.
pub fn counted(function: impl FnOnce()) -> u64 {
    let read = || {
        let count: u32;
        // SAFETY: reads the counter `minstret`, which is 0xB02.
        unsafe { asm!("csrr {}, 0xb02", out(reg) count, options(nostack)) };
        count
    };
    let before = read();
    function();
    u64::from(read().wrapping_sub(before))
}
