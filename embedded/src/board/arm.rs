//! Cortex-M.

use core::arch::asm;

use cortex_m_rt as _;

/// Registers of the system timer: control, reload, current value.
const SYSTEM_TIMER: [*mut u32; 3] = [0xE000_E010 as *mut u32, 0xE000_E014 as *mut u32, 0xE000_E018 as *mut u32];
/// The timer counts down from here.
const RELOAD: u32 = 0xFF_FFFF;
/// Enabled, with the clock of the processor.
const ENABLE: u32 = 0b101;
/// Clock in MHz: `build.rs` knows the machine.
const MEGAHERTZ: u64 = if cfg!(microbit) { 16 } else { 25 };

/// Calls the debugger.
///
/// # Safety
/// As the operation demands.
pub unsafe fn semihosting(operation: usize, argument: *const u8) {
    // SAFETY: the caller's contract.
    unsafe { asm!("bkpt #0xab", inout("r0") operation => _, in("r1") argument, options(nostack)) };
}

/// Returns the stack pointer.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack)) };
    pointer
}

/// Runs a function and returns the number of executed instructions, up to the resolution of the timer.
///
/// Under `qemu -icount shift=0` an instruction is a nanosecond. The timer wraps after 0.6 s.
pub fn counted(function: impl FnOnce()) -> u64 {
    let [control, reload, current] = SYSTEM_TIMER;
    // SAFETY: registers that every Cortex-M of these machines has. Nothing else uses the timer.
    unsafe {
        reload.write_volatile(RELOAD);
        control.write_volatile(ENABLE);
        // The first tick loads the timer.
        while current.read_volatile() == 0 {}
    }
    // SAFETY: as above.
    let read = || unsafe { current.read_volatile() };
    let before = read();
    function();
    u64::from(before.wrapping_sub(read()) & RELOAD) * 1_000 / MEGAHERTZ
}
