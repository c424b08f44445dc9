//! `y = W x + b` for one sample: the lanes are outputs, and all sizes are known, so that narrow layers unroll completely
//! and their values never leave the registers.

use super::product::Epilogue;
use super::vector::Vector;
use crate::scalar::Scalar;

/// `bias[o] + Σᵢ weights[i · OUT + o] · inputs[i]`, and the epilogue of that.
#[inline(always)]
pub(crate) fn product_of_one<V: Vector<Scalar: Scalar>, const IN: usize, const OUT: usize>(
    weights: &[V::Scalar],
    bias: &[V::Scalar; OUT],
    inputs: &[V::Scalar; IN],
    epilogue: Epilogue,
) -> [V::Scalar; OUT] {
    assert_eq!(weights.len(), IN * OUT, "weights of {OUT} by {IN}");
    let product = ProductOfOne { weights, bias, inputs, rectify: epilogue == Epilogue::Relu };
    match (OUT, IN) {
        (1, ..) if IN <= V::LANES => [product.dot::<V::Half>(); OUT],
        (1, ..) => [product.dot::<V>(); OUT],
        _ if OUT <= V::LANES => product.all::<V::Half>(),
        _ => product.all::<V>(),
    }
}

struct ProductOfOne<'a, T, const IN: usize, const OUT: usize> {
    weights: &'a [T],
    bias: &'a [T; OUT],
    inputs: &'a [T; IN],
    rectify: bool,
}

impl<T: Scalar, const IN: usize, const OUT: usize> ProductOfOne<'_, T, IN, OUT> {
    #[inline(always)]
    fn all<V: Vector<Scalar = T>>(&self) -> [T; OUT] {
        let mut outputs = [T::zero(); OUT];
        let (lanes, mut output) = (V::LANES, 0);
        let last = if OUT.is_multiple_of(lanes) { lanes } else { OUT % lanes };
        // One register alone would wait for its own last sum, so a few chains of sums take turns. Which blocks there are is
        // asked of constants, because only then is the code of the others never made.
        // SAFETY: the registers begin below `OUT`, and all of them, or all but the last, end there too.
        unsafe {
            if const { OUT >= 8 * V::LANES } {
                while OUT - output >= 8 * lanes {
                    self.block::<V, 8, 1>(&mut outputs, output, lanes);
                    output += 8 * lanes;
                }
            }
            if const { OUT % (8 * V::LANES) >= 4 * V::LANES } {
                self.block::<V, 4, 2>(&mut outputs, output, lanes);
                output += 4 * lanes;
            }
            match const { (OUT % (4 * V::LANES)).div_ceil(V::LANES) } {
                0 => {}
                1 => self.block::<V, 1, 6>(&mut outputs, output, last),
                2 => self.block::<V, 2, 4>(&mut outputs, output, last),
                3 => self.block::<V, 3, 3>(&mut outputs, output, last),
                _ => self.block::<V, 4, 2>(&mut outputs, output, last),
            }
        }
        outputs
    }

    /// # Safety
    /// `REGISTERS` registers from `output` on must lie inside the outputs, the last one with `last` lanes.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const REGISTERS: usize, const CHAINS: usize>(
        &self,
        outputs: &mut [T; OUT],
        output: usize,
        last: usize,
    ) {
        let mut sums = [[V::splat(T::zero()); REGISTERS]; CHAINS];
        let place = |register: usize| output + register * V::LANES;
        let lanes = |register: usize| if register + 1 < REGISTERS { V::LANES } else { last };
        // SAFETY: the caller's contract.
        unsafe {
            for (register, sum) in sums[0].iter_mut().enumerate() {
                *sum = V::load_first(self.bias.as_ptr().add(place(register)), lanes(register));
            }
            for first in (0..IN).step_by(CHAINS) {
                for (chain, sums) in sums.iter_mut().enumerate() {
                    let input = first + chain;
                    if input < IN {
                        let factor = V::splat(self.inputs[input]);
                        for (register, sum) in sums.iter_mut().enumerate() {
                            let weight = self.weight::<V>(input * OUT + place(register), lanes(register));
                            *sum = weight.mul_add(factor, *sum);
                        }
                    }
                }
            }
            for register in 0..REGISTERS {
                let mut chains = [sums[0][register]; CHAINS];
                for (chain, sums) in chains.iter_mut().zip(&sums) {
                    *chain = sums[register];
                }
                let total = total(chains, IN);
                let total = if self.rectify { V::splat(T::zero()).max(total) } else { total };
                total.store_first(outputs.as_mut_ptr().add(place(register)), lanes(register));
            }
        }
    }

    /// The first lanes of a register of weights; the others hold anything. After the end of a column the next one
    /// follows, so that a whole register can be read of all but the last.
    ///
    /// # Safety
    /// There must be `lanes` weights from `first` on.
    #[inline(always)]
    unsafe fn weight<V: Vector<Scalar = T>>(&self, first: usize, lanes: usize) -> V {
        // SAFETY: the caller's contract, and what is checked here.
        unsafe {
            let weights = self.weights.as_ptr().add(first);
            if lanes == V::LANES || first + V::LANES <= IN * OUT {
                V::load(weights)
            } else {
                V::load_first(weights, lanes)
            }
        }
    }

    /// The only output.
    #[inline(always)]
    fn dot<V: Vector<Scalar = T>>(&self) -> T {
        const CHAINS: usize = 4;
        let mut sums = [V::splat(T::zero()); CHAINS];
        // SAFETY: there is one bias; `lanes` inputs from `input` on are inside both slices, which are `IN` long.
        let sum = unsafe {
            sums[0] = V::load_first(self.bias.as_ptr(), 1);
            for first in (0..IN).step_by(CHAINS * V::LANES) {
                for (chain, sum) in sums.iter_mut().enumerate() {
                    let input = first + chain * V::LANES;
                    if input < IN {
                        let lanes = (IN - input).min(V::LANES);
                        let weight = V::load_first(self.weights.as_ptr().add(input), lanes);
                        *sum = weight.mul_add(V::load_fresh(self.inputs.as_ptr().add(input), lanes), *sum);
                    }
                }
            }
            total(sums, IN.div_ceil(V::LANES)).sum()
        };
        // Of a NaN, `max` would make a zero.
        if self.rectify && sum < T::zero() { T::zero() } else { sum }
    }
}

/// The sum of the chains that were in use: of no more than there were terms.
#[inline(always)]
fn total<V: Vector, const CHAINS: usize>(mut chains: [V; CHAINS], terms: usize) -> V {
    let mut count = CHAINS.min(terms);
    while count > 1 {
        let half = count.div_ceil(2);
        for chain in half..count {
            chains[chain - half] = chains[chain - half].add(chains[chain]);
        }
        count = half;
    }
    chains[0]
}

/// Calls `f` with every register of a slice and keeps what it gives. The last one may be partial: its other lanes are
/// zero, and lost.
#[inline(always)]
pub(crate) fn map_in_place<V: Vector<Scalar: Scalar>>(values: &mut [V::Scalar], mut f: impl FnMut(V) -> V) {
    for register in values.chunks_mut(V::LANES) {
        let lanes = register.len();
        // SAFETY: the chunk has as many scalars.
        unsafe { f(V::load_fresh(register.as_ptr(), lanes)).store_first(register.as_mut_ptr(), lanes) };
    }
}
