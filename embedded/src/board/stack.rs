//! Measures the stack that a function needs: fills the free stack with a pattern, and looks what is left of it.

use super::processor::stack_pointer;

/// Bytes below the stack pointer that are filled. More than any function here needs, and less than the free memory.
const SIZE: usize = 6 << 10;
const PAINT: u32 = 0xA5A5_A5A5;

/// Runs a function and returns its result and the number of bytes of stack that it wrote.
#[inline(never)]
pub fn measured<F: FnOnce() -> R, R>(function: F) -> (R, usize) {
    let top = stack_pointer();
    let words = SIZE / size_of::<u32>();
    let word = |index: usize| top.wrapping_sub((index + 1) * size_of::<u32>()) as *mut u32;
    for index in 0..words {
        // SAFETY: memory below the stack pointer is free: no interrupt is enabled.
        unsafe { word(index).write_volatile(PAINT) };
    }
    let result = call(function);
    // SAFETY: initialized above.
    let unused = (0..words).rev().take_while(|&index| unsafe { word(index).read_volatile() } == PAINT).count();
    (result, SIZE - unused * size_of::<u32>())
}

#[inline(never)]
fn call<F: FnOnce() -> R, R>(function: F) -> R {
    function()
}
