//! Measures the stack that a function needs: runs it on a separate stack that was filled with a pattern.

use core::arch::asm;
use core::cell::UnsafeCell;

const SIZE: usize = 1 << 20;
const PAINT: u8 = 0xA5;

#[repr(C, align(4096))]
struct Stack(UnsafeCell<[u8; SIZE]>);

// SAFETY: the programs here have one thread.
unsafe impl Sync for Stack {}

static STACK: Stack = Stack(UnsafeCell::new([0; SIZE]));

/// Runs a function and returns its result and the number of bytes of stack that it wrote.
pub fn measured<F: FnOnce() -> R, R>(function: F) -> (R, usize) {
    let mut call: Call<F, R> = (Some(function), None);
    let bottom = STACK.0.get().cast::<u8>();
    // SAFETY: only this call uses the stack, because the programs have one thread. Its top is aligned as the calling
    // convention requires. `run` returns here, and its type parameters are those of this call.
    unsafe {
        bottom.write_bytes(PAINT, SIZE);
        asm!(
            "mov r12, rsp",
            "mov rsp, {top}",
            "call {call}",
            "mov rsp, r12",
            top = in(reg) bottom.add(SIZE),
            call = in(reg) run::<F, R> as extern "C" fn(&mut Call<F, R>),
            in("rdi") &raw mut call,
            out("r12") _,
            clobber_abi("C"),
        );
    }
    // SAFETY: initialized memory of this size.
    let painted = (0..SIZE).take_while(|&byte| unsafe { bottom.add(byte).read_volatile() } == PAINT).count();
    match call.1 {
        Some(result) => (result, SIZE - painted),
        // Unreachable: `run` always stores a result.
        None => super::exit(101),
    }
}

/// A function to call, and its result.
type Call<F, R> = (Option<F>, Option<R>);

extern "C" fn run<F: FnOnce() -> R, R>(call: &mut Call<F, R>) {
    call.1 = call.0.take().map(|function| function());
}
