//! `y += W x` for one sample: the lanes are outputs, and all sizes are known, so that narrow layers unroll completely.

use super::vector::Vector;
use crate::scalar::Scalar;

/// `outputs[o] += Σᵢ weights[i · OUT + o] · inputs[i]`
#[inline(always)]
pub(crate) fn add_product_of_one<V: Vector<Scalar: Scalar>, const IN: usize, const OUT: usize>(
    weights: &[V::Scalar],
    inputs: &[V::Scalar; IN],
    outputs: &mut [V::Scalar; OUT],
) {
    assert_eq!(weights.len(), IN * OUT, "weights of {OUT} by {IN}");
    if OUT == 1 {
        outputs[0] += dot::<V, IN>(weights, inputs);
        return;
    }
    let mut output = 0;
    while output < OUT {
        let registers = (OUT - output).div_ceil(V::LANES);
        // SAFETY: `registers` registers from `output` on, of which the last may be partial, cover no more than `OUT`.
        // One register alone would wait for its own last sum, so a few chains of sums take turns.
        unsafe {
            match registers {
                1 => block::<V, IN, OUT, 1, 4>(weights, inputs, outputs, output),
                2 => block::<V, IN, OUT, 2, 4>(weights, inputs, outputs, output),
                3 => block::<V, IN, OUT, 3, 2>(weights, inputs, outputs, output),
                4..8 => block::<V, IN, OUT, 4, 2>(weights, inputs, outputs, output),
                _ => block::<V, IN, OUT, 8, 1>(weights, inputs, outputs, output),
            }
        }
        output += V::LANES * if registers >= 8 { 8 } else { registers.min(4) };
    }
}

/// # Safety
/// `REGISTERS` registers from `output` on must begin below `OUT`.
#[inline(always)]
unsafe fn block<
    V: Vector<Scalar: Scalar>,
    const IN: usize,
    const OUT: usize,
    const REGISTERS: usize,
    const CHAINS: usize,
>(
    weights: &[V::Scalar],
    inputs: &[V::Scalar; IN],
    outputs: &mut [V::Scalar; OUT],
    output: usize,
) {
    let zero = V::splat(num_traits::Zero::zero());
    let mut sums = [[zero; REGISTERS]; CHAINS];
    let lanes = |register: usize| (OUT - output - register * V::LANES).min(V::LANES);
    // SAFETY: the caller's contract; a register that reaches beyond the last output is loaded and stored in part.
    unsafe {
        for (register, sum) in sums[0].iter_mut().enumerate() {
            *sum = load::<V>(outputs.as_ptr().add(output + register * V::LANES), lanes(register));
        }
        for first in (0..IN).step_by(CHAINS) {
            for (chain, sums) in sums.iter_mut().enumerate() {
                let input = first + chain;
                if input < IN {
                    let factor = V::splat(inputs[input]);
                    for (register, sum) in sums.iter_mut().enumerate() {
                        let weight = weights.as_ptr().add(input * OUT + output + register * V::LANES);
                        *sum = load::<V>(weight, lanes(register)).mul_add(factor, *sum);
                    }
                }
            }
        }
        for register in 0..REGISTERS {
            let mut total = sums[0][register];
            for chain in &sums[1..] {
                total = total.add(chain[register]);
            }
            let target = outputs.as_mut_ptr().add(output + register * V::LANES);
            match lanes(register) {
                all if all == V::LANES => total.store(target),
                some => total.store_first(target, some),
            }
        }
    }
}

/// `Σᵢ weights[i] · inputs[i]`
#[inline(always)]
fn dot<V: Vector<Scalar: Scalar>, const IN: usize>(weights: &[V::Scalar], inputs: &[V::Scalar; IN]) -> V::Scalar {
    let mut sums = [V::splat(num_traits::Zero::zero()); 4];
    for first in (0..IN).step_by(4 * V::LANES) {
        for (chain, sum) in sums.iter_mut().enumerate() {
            let input = first + chain * V::LANES;
            if input < IN {
                let lanes = (IN - input).min(V::LANES);
                // SAFETY: `lanes` inputs from `input` on are inside both slices, which are `IN` long.
                unsafe {
                    let weight = load::<V>(weights.as_ptr().add(input), lanes);
                    *sum = weight.mul_add(load::<V>(inputs.as_ptr().add(input), lanes), *sum);
                }
            }
        }
    }
    sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum()
}

/// Calls `f` with every register of a slice and keeps what it gives. The last one may be partial: its other lanes are
/// zero, and lost.
#[inline(always)]
pub(crate) fn map_in_place<V: Vector<Scalar: Scalar>>(values: &mut [V::Scalar], mut f: impl FnMut(V) -> V) {
    for register in values.chunks_mut(V::LANES) {
        let lanes = register.len();
        // SAFETY: the chunk has as many scalars.
        unsafe {
            let value = f(load::<V>(register.as_ptr(), lanes));
            if lanes == V::LANES {
                value.store(register.as_mut_ptr());
            } else {
                value.store_first(register.as_mut_ptr(), lanes);
            }
        }
    }
}

/// A register, or the first lanes of one.
///
/// # Safety
/// As many scalars must be readable.
#[inline(always)]
unsafe fn load<V: Vector<Scalar: Scalar>>(source: *const V::Scalar, lanes: usize) -> V {
    // SAFETY: the caller's contract.
    unsafe { if lanes == V::LANES { V::load(source) } else { V::load_first(source, lanes) } }
}
