//! Kernels of single-sample inference: `y = W x + b`, the matrix-vector product, and activations.
//!
//! Outputs lie in SIMD lanes. A network of a few layers inlines these loops, with its sizes as constants, so narrow layers unroll
//! completely and their values stay in registers from one layer to the next. A network of many layers and every debug build
//! call them instead, compiled in this crate with sizes at run time.
//!
//! ```text
//! for outputs in blocks of 8, 4, 2, 1 registers
//!   sums[chains][registers] = bias, 0, 0, …
//!   for inputs in groups of one for each chain
//!     for c in 0..chains
//!       sums[c] += W[outputs, input + c] · x[input + c]
//!   y = epilogue(the sum of the chains)
//! ```
//!
//! 1. Several chains of sums hide the latency of multiply-adds.
//! 2. The loop over the registers of a block is written out by a macro, so that nothing depends on unrolling: with
//!    `opt-level = "s"`, sums in an array would stay in memory.
//! 3. Weights are column-major, so the registers of a column are contiguous. The last register of a column may hold the start
//!    of the next column: reading it whole is faster than a masked load.
//! 4. The last register of outputs does not overlap the previous one: a load of values from two stores waits for both. Both
//!    ways of calling the loops add the same terms in the same order, so that debug builds have the bits of release builds.
//! 5. A layer of one output has inputs in the lanes: a dot product.
//! 6. A load across two cache lines costs two. Memory of more than 128 KB begins 16 bytes after a multiple of 4,096, so every
//!    load of 64 bytes would. A block of a large layer has nine registers then: seven that begin with a cache line, and two
//!    that overlap them and compute the first and the last outputs.
//!
//! For 784-128-10, the weights are 406 KB. Reading them from the L2 cache at 120 GB/s takes 3.4 µs of the 3.8 µs.

use core::marker::PhantomData;

use super::dispatch::Kernel;
use super::vector::{Vector, splat};
use crate::real::Real;

/// A number of outputs that is known at run time alone.
pub(crate) const ANY: usize = usize::MAX;

/// The same for outputs in a buffer with memory for another register after them. Whole registers are stored there, because a
/// partial store is a call of `memcpy`.
pub(super) const PADDED: usize = usize::MAX - 1;

/// `y = W x + b`, and its maximum with zero if `rectify` is set. Weights are column-major.
///
/// `OUTPUTS` is the number of outputs where it is a constant of the code that the loops are inlined into, and [`ANY`] elsewhere.
/// Blocks that a layer of `OUTPUTS` outputs does not have are not compiled: they were a quarter of the LLVM lines of a program
/// with one network.
pub(crate) struct Gemv<'a, T, const OUTPUTS: usize> {
    /// A column of `outputs` weights for each input.
    weights: *const T,
    bias: *const T,
    x: &'a [T],
    rectify: bool,
    outputs: usize,
    y: *mut T,
    arguments: PhantomData<(&'a [T], &'a mut [T])>,
}

impl<'a, T, const OUTPUTS: usize> Gemv<'a, T, OUTPUTS> {
    /// # Panics
    /// If the sizes do not go together.
    #[inline(always)]
    pub(crate) fn new(weights: &'a [T], bias: &'a [T], x: &'a [T], rectify: bool, y: &'a mut [T]) -> Self {
        assert!(weights.len() == x.len() * y.len() && bias.len() == y.len(), "sizes of a layer");
        // SAFETY: slices of the sizes checked above, which the lifetime borrows.
        unsafe { Self::from_raw(weights.as_ptr(), bias.as_ptr(), x, rectify, (y.as_mut_ptr(), y.len())) }
    }

    /// Creates the product of a layer with outputs at `y`, which need not be initialized.
    ///
    /// # Safety
    /// For `'a`, there must be a weight for each input and output, a bias for each output, and memory for the outputs, with
    /// [`PADDED`] for 16 values more.
    #[inline(always)]
    pub(super) unsafe fn from_raw(
        weights: *const T,
        bias: *const T,
        x: &'a [T],
        rectify: bool,
        (y, outputs): (*mut T, usize),
    ) -> Self {
        Self { weights, bias, x, rectify, outputs, y, arguments: PhantomData }
    }
}

/// A layer of at least two registers of outputs, in a function of its own.
struct Outlined<'a, T, const OUTPUTS: usize>(Gemv<'a, T, OUTPUTS>);

impl<T: Real, const OUTPUTS: usize> Kernel<T> for Outlined<'_, T, OUTPUTS> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        self.0.wide::<V>();
    }
}

/// Returns the first output of a register of a block. With a lead, registers 1 to 7 follow it, and 0 and 8 overlap them.
#[inline(always)]
fn start<V: Vector>(index: usize, lead: Option<usize>) -> usize {
    match (lead, index) {
        (None, _) => index * V::LANES,
        (Some(_), 0) => 0,
        (Some(_), 8) => 7 * V::LANES,
        (Some(lead), _) => lead + (index - 1) * V::LANES,
    }
}

/// Defines a function for each size of a block: the sums of each chain with the indices of their registers, and the total of
/// each register.
macro_rules! blocks {
    ($(
        $name:ident: [$($first:ident + $index:literal)+] $([$($sum:ident + $register:literal)+])*,
        totals $($total:expr),+;
    )*) => {$(
        /// Computes the outputs of a block.
        ///
        /// # Safety
        /// The outputs of the block, from `output` on, must be outputs of the layer.
        #[inline(always)]
        unsafe fn $name<V: Vector<Scalar = T>>(&mut self, output: usize, lead: Option<usize>) {
            const CHAINS: usize = 1 $(+ { let _ = [$($register),+]; 1 })*;
            let outputs = self.outputs;
            let bias = self.bias.wrapping_add(output);
            let mut column = self.weights.wrapping_add(output);
            let (groups, rest) = self.x.as_chunks::<CHAINS>();
            // SAFETY: the caller's contract. There is a bias for each output, and a column of weights for each input.
            unsafe {
                $(let mut $first = V::load(bias.add(start::<V>($index, lead)));)+
                $($(let mut $sum = splat::<V>(0.0);)+)*
                for group in groups {
                    let mut inputs = group.iter();
                    let factor = V::splat(*inputs.next().unwrap_unchecked());
                    $($first = V::load(column.add(start::<V>($index, lead))).mul_add(factor, $first);)+
                    column = column.wrapping_add(outputs);
                    $(
                        let factor = V::splat(*inputs.next().unwrap_unchecked());
                        $($sum = V::load(column.add(start::<V>($register, lead))).mul_add(factor, $sum);)+
                        column = column.wrapping_add(outputs);
                    )*
                }
                for &input in rest {
                    let factor = V::splat(input);
                    $($first = V::load(column.add(start::<V>($index, lead))).mul_add(factor, $first);)+
                    column = column.wrapping_add(outputs);
                }
                if groups.is_empty() {
                    $(self.store($first, output + start::<V>($index, lead));)+
                } else {
                    $(self.store($total, output + start::<V>($index, lead));)+
                }
            }
        }
    )*};
}

impl<T: Real, const OUTPUTS: usize> Gemv<'_, T, OUTPUTS> {
    blocks! {
        block_9: [a + 0 b + 1 c + 2 d + 3 e + 4 f + 5 g + 6 h + 7 i + 8],
            totals a, b, c, d, e, f, g, h, i;
        block_8: [a + 0 b + 1 c + 2 d + 3 e + 4 f + 5 g + 6 h + 7],
            totals a, b, c, d, e, f, g, h;
        block_4: [a + 0 b + 1 c + 2 d + 3] [e + 0 f + 1 g + 2 h + 3],
            totals a.add(e), b.add(f), c.add(g), d.add(h);
        block_2: [a + 0 b + 1] [c + 0 d + 1] [e + 0 f + 1] [g + 0 h + 1],
            totals a.add(c).add(e.add(g)), b.add(d).add(f.add(h));
        block_1: [a + 0] [b + 0] [c + 0] [d + 0] [e + 0] [f + 0],
            totals a.add(b).add(c.add(d).add(e.add(f)));
    }

    /// Writes a register of outputs.
    ///
    /// # Safety
    /// They must be outputs of the layer, or lie in the memory after them with [`PADDED`].
    #[inline(always)]
    unsafe fn store<V: Vector<Scalar = T>>(&mut self, sum: V, output: usize) {
        // SAFETY: the caller's contract.
        unsafe { self.rectified(sum).store(self.y.add(output)) };
    }

    #[inline(always)]
    fn rectified<V: Vector<Scalar = T>>(&self, z: V) -> V {
        if self.rectify { splat::<V>(0.0).max(z) } else { z }
    }

    /// Returns the number of outputs before the first whole register in memory, if all columns of a large layer begin within a
    /// register.
    #[inline(always)]
    fn lead<V: Vector<Scalar = T>>(&self) -> Option<usize> {
        let is_large = self.x.len() >= 256 && self.outputs >= 8 * V::LANES && self.outputs.is_multiple_of(V::LANES);
        let lead = if is_large { self.weights.align_offset(size_of::<V>()) } else { 0 };
        (0 < lead && lead < V::LANES).then_some(lead)
    }

    /// Computes a layer of at least as many outputs as a register has lanes.
    #[inline(always)]
    fn wide<V: Vector<Scalar = T>>(&mut self) {
        let (outputs, mut output) = (self.outputs, 0);
        let lead = self.lead::<V>();
        // SAFETY: each block ends at the last output at most.
        unsafe {
            if const { has(OUTPUTS, 8 * V::LANES, ANY) } {
                while outputs - output >= 8 * V::LANES {
                    if lead.is_some() {
                        self.block_9::<V>(output, lead);
                    } else {
                        self.block_8::<V>(output, None);
                    }
                    output += 8 * V::LANES;
                }
            }
            if const { has(OUTPUTS, 4 * V::LANES, 8 * V::LANES) } && outputs - output >= 4 * V::LANES {
                self.block_4::<V>(output, None);
                output += 4 * V::LANES;
            }
            if const { has(OUTPUTS, 2 * V::LANES, 4 * V::LANES) } && outputs - output >= 2 * V::LANES {
                self.block_2::<V>(output, None);
                output += 2 * V::LANES;
            }
            if const { has(OUTPUTS, V::LANES, 2 * V::LANES) } && outputs - output >= V::LANES {
                self.block_1::<V>(output, None);
                output += V::LANES;
            }
            if const { has(OUTPUTS, 1, V::LANES) } && output < outputs {
                self.partial::<V>(output);
            }
        }
    }

    /// Does the same with sizes at run time. Only layers of one register and a part of one are inlined: the addresses of other
    /// blocks would be a third of their instructions.
    #[inline(always)]
    fn wide_at_run_time<V: Vector<Scalar = T>>(mut self) {
        if self.outputs >= 2 * V::LANES {
            return V::call(Outlined(self));
        }
        // SAFETY: there is a register of outputs.
        unsafe { self.block_1::<V>(0, None) };
        if self.outputs > V::LANES {
            self.partial::<V>(V::LANES);
        }
    }

    /// Adds an input times a register of its weights, which begins at `weight`. Not a closure, which is a call with
    /// `opt-level = "z"`.
    ///
    /// # Safety
    /// The input must exist, and the register must end within the weights.
    #[inline(always)]
    unsafe fn add_column<V: Vector<Scalar = T>>(&self, weight: usize, input: usize, sum: V) -> V {
        // SAFETY: the caller's contract.
        unsafe { V::load(self.weights.add(weight)).mul_add(V::splat(*self.x.get_unchecked(input)), sum) }
    }

    /// Adds a register of inputs times their weights, for the only output of a layer.
    ///
    /// # Safety
    /// The register must end within the inputs.
    #[inline(always)]
    unsafe fn add_row<V: Vector<Scalar = T>>(&self, input: usize, sum: V) -> V {
        // SAFETY: the caller's contract. There is a weight for each input.
        unsafe { V::load(self.weights.add(input)).mul_add(V::load(self.x.as_ptr().add(input)), sum) }
    }

    /// Computes a partial register: the last outputs, from `output` on, fewer than a register has lanes.
    ///
    /// Sums of indices wrap, because debug builds check others for overflow. They end at most four columns after the weights.
    #[inline(always)]
    fn partial<V: Vector<Scalar = T>>(&mut self, output: usize) {
        let (outputs, lanes, inputs) = (self.outputs, self.outputs - output, self.x.len());
        let [count, two, three] = [outputs.wrapping_mul(inputs), outputs.wrapping_mul(2), outputs.wrapping_mul(3)];
        let [mut b, mut c, mut d] = [splat::<V>(0.0); 3];
        // Index of the register's first weight for each input.
        let (mut input, mut weight) = (0_usize, output);
        // SAFETY: the registers end within the weights, as each loop checks for its last one, and then there are as many inputs.
        // The partial ones have a lane for each output.
        unsafe {
            let mut a = V::load_partial(self.bias.add(output), lanes);
            // A whole register ends within the weights, and its other lanes are not used.
            while weight.wrapping_add(three).wrapping_add(V::LANES) <= count {
                a = self.add_column(weight, input, a);
                b = self.add_column(weight.wrapping_add(outputs), input.wrapping_add(1), b);
                c = self.add_column(weight.wrapping_add(two), input.wrapping_add(2), c);
                d = self.add_column(weight.wrapping_add(three), input.wrapping_add(3), d);
                input = input.wrapping_add(4);
                weight = weight.wrapping_add(three).wrapping_add(outputs);
            }
            let is_short = input == 0;
            while weight.wrapping_add(V::LANES) <= count {
                a = self.add_column(weight, input, a);
                input = input.wrapping_add(1);
                weight = weight.wrapping_add(outputs);
            }
            while input < inputs {
                let weights = V::load_partial(self.weights.add(weight), lanes);
                a = weights.mul_add(V::splat(*self.x.get_unchecked(input)), a);
                input = input.wrapping_add(1);
                weight = weight.wrapping_add(outputs);
            }
            let sum = if is_short { a } else { a.add(b).add(c.add(d)) };
            if const { OUTPUTS == PADDED } {
                self.store(sum, output);
            } else {
                self.rectified(sum).store_partial(self.y.add(output), lanes);
            }
        }
    }

    /// Computes the only output of a layer, with inputs in the lanes.
    #[inline(always)]
    fn dot<V: Vector<Scalar = T>>(&mut self) {
        let (weights, x, count) = (self.weights, self.x.as_ptr(), self.x.len());
        let [mut b, mut c, mut d] = [splat::<V>(0.0); 3];
        let mut input = 0_usize;
        // SAFETY: there is one bias; all registers, and the partial one at the end, lie in both slices.
        let sum = unsafe {
            let mut a = V::load_partial(self.bias, 1);
            while input.wrapping_add(4 * V::LANES) <= count {
                a = self.add_row(input, a);
                b = self.add_row(input.wrapping_add(V::LANES), b);
                c = self.add_row(input.wrapping_add(2 * V::LANES), c);
                d = self.add_row(input.wrapping_add(3 * V::LANES), d);
                input = input.wrapping_add(4 * V::LANES);
            }
            while input.wrapping_add(V::LANES) <= count {
                a = self.add_row(input, a);
                input = input.wrapping_add(V::LANES);
            }
            if input < count {
                let weight = V::load_partial(weights.add(input), count - input);
                // The previous layer has just written the inputs.
                let x = if const { OUTPUTS < PADDED } {
                    V::load_partial_by_copy(x.add(input), count - input)
                } else {
                    V::load_partial(x.add(input), count - input)
                };
                b = weight.mul_add(x, b);
            }
            let sum = if count < 4 * V::LANES { a.add(b) } else { a.add(b).add(c.add(d)) };
            sum.sum()
        };
        // Not `max`, which would turn NaN into zero.
        let output = if self.rectify && sum < T::zero() { T::zero() } else { sum };
        // SAFETY: there is one output.
        unsafe { *self.y = output };
    }
}

impl<T: Real, const OUTPUTS: usize> Kernel<T> for Gemv<'_, T, OUTPUTS> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (outputs, half) = (self.outputs, <V::Half as Vector>::LANES);
        if const { has(OUTPUTS, V::LANES + 1, ANY) } && outputs > V::LANES {
            if const { OUTPUTS < PADDED } { self.wide::<V>() } else { self.wide_at_run_time::<V>() }
        } else if const { OUTPUTS == 1 || OUTPUTS >= PADDED } && outputs == 1 {
            if self.x.len() <= V::LANES { self.dot::<V::Half>() } else { self.dot::<V>() }
        } else if const { has(OUTPUTS, <V::Half as Vector>::LANES, ANY) } && outputs >= half {
            if const { OUTPUTS < PADDED } { self.wide::<V::Half>() } else { self.wide_at_run_time::<V::Half>() }
        } else if const { OUTPUTS >= PADDED || 1 < OUTPUTS && OUTPUTS < <V::Half as Vector>::LANES } && outputs > 0 {
            self.partial::<V::Half>(0);
        }
    }
}

/// Returns whether a layer may have a block of so many outputs, after larger blocks, the smallest of which has `larger`.
const fn has(outputs: usize, block: usize, larger: usize) -> bool {
    outputs >= PADDED || outputs % larger >= block
}

/// Replaces every value of a slice by a function of it.
pub(crate) struct MapSample<'a, T, F> {
    pub(crate) values: &'a mut [T],
    pub(crate) function: F,
}

/// Function of registers.
pub(crate) trait RegisterFunction<T> {
    /// Returns the function of a register.
    fn of<V: Vector<Scalar = T>>(&self, values: V) -> V;
}

impl<T: Real, F: RegisterFunction<T>> Kernel<T> for MapSample<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let (start, count) = (self.values.as_mut_ptr(), self.values.len());
        let mut index = 0;
        // SAFETY: all registers, and the partial one at the end, lie in the slice.
        unsafe {
            while index + V::LANES <= count {
                self.function.of(V::load(start.add(index))).store(start.add(index));
                index += V::LANES;
            }
            if index < count {
                let rest = V::load_partial(start.add(index), count - index);
                self.function.of(rest).store_partial(start.add(index), count - index);
            }
        }
    }
}

/// Replaces every register of a slice by `f` of it. In a partial register at the end, the other lanes are zero.
#[inline(always)]
pub(crate) fn map_in_place<V: Vector<Scalar: Real>>(values: &mut [V::Scalar], mut f: impl FnMut(V) -> V) {
    for register in values.chunks_mut(V::LANES) {
        let lanes = register.len();
        // SAFETY: the chunk has `lanes` scalars, at most `V::LANES`.
        unsafe { f(V::load_partial_by_copy(register.as_ptr(), lanes)).store_partial(register.as_mut_ptr(), lanes) };
    }
}
