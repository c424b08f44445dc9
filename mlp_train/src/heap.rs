//! Memory on the heap.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};

use mlp_core::{CacheLine, LANES, Memory, Parameters, Scalar, SlotStorage, StaticSize, Tile, TileBuffer, TileMut};
use mlp_core::{each_scalar, padded_len};

/// Memory on the heap, for tiles and networks of any size.
#[derive(Debug)]
pub enum Heap {}

impl Memory for Heap {
    type Buffer<T: Scalar, R: StaticSize> = Buffer<T>;
    type HeapBuffer<T: Scalar, R: StaticSize> = Buffer<T>;
    type Owned<N: Parameters> = Box<N>;
    type Slots<N: Parameters> = HeapSlots<N>;

    fn zeroed<N: Parameters>() -> Box<N> {
        N::zeroed()
    }
}

/// Parameters in place on the heap: a network larger than the stack never passes through it.
pub trait BoxedParameters: Parameters {
    /// Creates a value with all scalars zero.
    fn zeroed() -> Box<Self> {
        let layout = Layout::new::<Self>();
        if layout.size() == 0 {
            // SAFETY: a value without bytes has no invalid bits; `Parameters` promises scalars alone.
            return unsafe { Box::<Self>::new_uninit().assume_init() };
        }
        // The system has zeroed pages, which are not written again.
        // SAFETY: the size is not zero.
        let memory = unsafe { alloc_zeroed(layout) }.cast::<Self>();
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: the memory has the layout of a box of `Self`, which owns it from here on. `Parameters` promises scalars
        // alone, for which zero bits are a valid value.
        unsafe { Box::from_raw(memory) }
    }

    /// Creates a copy. `clone` does the same for a network that fits on the stack.
    fn to_boxed(&self) -> Box<Self> {
        let mut copy = Self::zeroed();
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

impl<P: Parameters> BoxedParameters for P {}

/// Tile memory, allocated once, on cache lines.
#[derive(Clone)]
pub struct Buffer<T> {
    lines: Vec<CacheLine<T>>,
}

impl<T: Scalar> TileBuffer<T> for Buffer<T> {
    fn new(features: usize, samples: usize) -> Self {
        Self { lines: T::select::<Zeros>()(padded_len(features, samples.max(1)) / LANES) }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn tile(&self, features: usize, samples: usize) -> Tile<'_, T> {
        Tile::new(CacheLine::elements(&self.lines), features, samples)
    }

    fn tile_mut(&mut self, features: usize, samples: usize) -> TileMut<'_, T> {
        TileMut::new(CacheLine::elements_mut(&mut self.lines), features, samples)
    }
}

each_scalar! {
    /// The function that returns so many cache lines of zeros.
    Zeros<T>: fn(usize) -> Vec<CacheLine<T>> = |lines| vec![CacheLine::splat(num_traits::Zero::zero()); lines]
}

impl<T> core::fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Buffer").finish_non_exhaustive()
    }
}

/// Optimizer slots on the heap, as many as the optimizer needs.
#[derive(Clone, Debug, PartialEq)]
pub struct HeapSlots<N>(Vec<Box<N>>);

impl<N: Parameters> HeapSlots<N> {
    /// Returns all slots.
    pub fn as_slice(&self) -> &[Box<N>] {
        &self.0
    }
}

/// Creates a slot for each initial value.
fn initial_slots<N: Parameters>(initial: &[f64]) -> Vec<Box<N>> {
    let mut slots = Vec::with_capacity(initial.len());
    for &value in initial {
        let mut slot = N::zeroed();
        // Zeros are not written, so an unused slot uses no physical memory.
        if value != 0.0 {
            slot.as_mut_slice().fill(N::Scalar::from_f64(value));
        }
        slots.push(slot);
    }
    slots
}

impl<N: Parameters> SlotStorage<N> for HeapSlots<N> {
    fn new<const COUNT: usize>(initial: [f64; COUNT]) -> Self {
        Self(initial_slots(&initial))
    }

    fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        while self.0.len() < COUNT {
            self.0.push(N::zeroed());
        }
        let mut slots = self.0.iter_mut();
        core::array::from_fn(|_| &mut **slots.next().expect("as many slots were created"))
    }

    fn for_each(&self, each: &mut dyn FnMut(&N)) {
        self.0.iter().for_each(|slot| each(slot));
    }

    fn for_each_mut(&mut self, each: &mut dyn FnMut(&mut N)) {
        self.0.iter_mut().for_each(|slot| each(slot));
    }
}
