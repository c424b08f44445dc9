//! How much stack a function takes: it runs on a stack of its own, which was painted before.

use core::arch::asm;
use core::cell::UnsafeCell;

const SIZE: usize = 1 << 20;
const PAINT: u8 = 0xA5;

#[repr(C, align(4096))]
struct Stack(UnsafeCell<[u8; SIZE]>);

// SAFETY: the programs here have one thread.
unsafe impl Sync for Stack {}

static STACK: Stack = Stack(UnsafeCell::new([0; SIZE]));

/// Runs a function and gives what it gives, and the bytes of stack that it has touched.
pub fn measured<F: FnOnce() -> R, R>(function: F) -> (R, usize) {
    let mut call: Call<F, R> = (Some(function), None);
    let bottom = STACK.0.get().cast::<u8>();
    // SAFETY: the stack is nobody else's while this runs, and its top is aligned as the calling convention asks. What is
    // called returns here. The functions called are those of this very closure.
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
        // The function was called, and returned.
        None => crate::exit(101),
    }
}

/// A function to be called, and what it gave.
type Call<F, R> = (Option<F>, Option<R>);

extern "C" fn run<F: FnOnce() -> R, R>(call: &mut Call<F, R>) {
    call.1 = call.0.take().map(|function| function());
}
