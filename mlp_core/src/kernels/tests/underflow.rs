//! Subnormal numbers: Intel cores take 20 to 40 times as long for an operation with one. The processor's flags state whether
//! there was one, so that no test measures time.

use super::Element;
use super::slices::OwnedAdam;
use crate::kernels::adam::AdamStep;

/// Returns whether an operand or a result was subnormal since the last call. `false` on other processors.
pub(crate) fn take_underflow() -> bool {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        const DENORMAL_OPERAND: u32 = 1 << 1;
        const UNDERFLOW: u32 = 1 << 4;
        const FLAGS: u32 = (1 << 6) - 1;
        let mut status = 0_u32;
        // SAFETY: the instructions read and write `status`, and change no bit of the register but the flags of exceptions,
        // which no code relies on.
        unsafe {
            core::arch::asm!("stmxcsr [{}]", in(reg) &mut status, options(nostack));
            let cleared = status & !FLAGS;
            core::arch::asm!("ldmxcsr [{}]", in(reg) &cleared, options(nostack, readonly));
        }
        status & (DENORMAL_OPERAND | UNDERFLOW) != 0
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    false
}

/// Returns whether products of a set are not rounded in a multiply-add, on which the functions rely.
pub(crate) fn has_multiply_add(set: &str) -> bool {
    set.starts_with("AVX")
}

/// Checks steps of Adam on gradients of all magnitudes that meet the moments which such gradients leave.
fn adam<T: Element>() {
    let [rate, mean_gain, variance_gain, epsilon] = [1e-3, 0.1, 0.001, 1e-8].map(T::nearest);
    let step = AdamStep { rate, mean_gain, variance_gain, epsilon };
    // Below, the products of the mean are subnormal.
    let lowest = T::min_positive_value().widen().log2() as i32 + 20;
    for exponent in lowest..20 {
        let gradient = vec![T::nearest(1.3 * f64::from(exponent).exp2()); 33];
        let state = [vec![T::one(); 33], gradient.clone(), gradient.iter().map(|&g| g * g).collect()];
        let is_square_kept = state[2][0] >= T::min_positive_value() * T::nearest(4.0);
        let state = if is_square_kept { state } else { [state[0].clone(), gradient.clone(), vec![T::zero(); 33]] };
        T::dispatch_to_each(
            || {
                let kernel = OwnedAdam { step, gradient: &gradient, state: state.clone() };
                take_underflow();
                kernel
            },
            |set, _| assert!(!take_underflow() || !has_multiply_add(set), "{set}, a gradient of 2^{exponent}"),
        );
    }
}

#[test]
fn no_step_of_adam_is_slow() {
    adam::<f32>();
    adam::<f64>();
}
