//! End of the program at a panic, by the C library. The functions do not panic, unless a custom layer does.

use core::panic::PanicInfo;

unsafe extern "C" {
    safe fn abort() -> !;
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    abort()
}
