//! Memory for tiles and networks: on the heap or inside the value that owns it.
//!
//! Layers and optimizers are generic over [`Memory`]. [`Static`] needs no heap; the crate that trains with `fit` has a
//! second implementation on the heap.

use core::marker::PhantomData;
use core::ops::DerefMut;
use core::slice;

use crate::parameters::Parameters;
use crate::scalar::Scalar;
use crate::tile::{StaticSize, Tile, TileMut};

/// Kind of memory for buffers, networks and optimizer slots.
pub trait Memory: 'static {
    /// Buffer for tiles of shape `R`.
    type Buffer<T: Scalar, R: StaticSize>: TileBuffer<T>;
    /// Buffer on the heap for tiles of shape `R`. Without a heap it is empty: inference there runs sample by sample.
    type HeapBuffer<T: Scalar, R: StaticSize>: TileBuffer<T>;
    /// One network.
    type Owned<N: Parameters>: DerefMut<Target = N>;
    /// Several values for each parameter of a network.
    type Slots<N: Parameters>: SlotStorage<N>;

    /// Creates a network with all parameters zero.
    fn zeroed<N: Parameters>() -> Self::Owned<N>;
}

/// Memory of tiles.
pub trait TileBuffer<T>: Send + Sync + 'static {
    /// Creates a buffer for tiles of up to `features` by `samples`.
    fn new(features: usize, samples: usize) -> Self;

    /// Returns whether the buffer was created without any memory.
    fn is_empty(&self) -> bool;

    /// Returns the tile at the start of the buffer.
    ///
    /// # Panics
    /// If the tile is larger than the buffer.
    fn tile(&self, features: usize, samples: usize) -> Tile<'_, T>;

    /// Returns the tile at the start of the buffer, for writing.
    ///
    /// # Panics
    /// If the tile is larger than the buffer.
    fn tile_mut(&mut self, features: usize, samples: usize) -> TileMut<'_, T>;

    /// Returns the tile in this buffer, or in `shared` if this buffer is empty.
    #[inline]
    fn tile_mut_or_shared<'a>(
        &'a mut self,
        shared: &'a mut impl TileBuffer<T>,
        features: usize,
        samples: usize,
    ) -> TileMut<'a, T> {
        if self.is_empty() { shared.tile_mut(features, samples) } else { self.tile_mut(features, samples) }
    }
}

/// Values that an optimizer keeps for each parameter: some values of the network's own type.
pub trait SlotStorage<N> {
    /// Creates one slot for each initial value.
    fn new<const COUNT: usize>(initial: [f64; COUNT]) -> Self;

    /// Returns the first `COUNT` slots. Missing ones are added, filled with zeros.
    fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT];

    /// Calls `each` with every slot.
    fn for_each(&self, each: &mut dyn FnMut(&N));

    /// Calls `each` with every slot, for writing.
    fn for_each_mut(&mut self, each: &mut dyn FnMut(&mut N));
}

/// Creates the buffers of a layer's cache.
pub struct Allocator<M> {
    samples: usize,
    training: bool,
    keeps_values: bool,
    memory: PhantomData<fn() -> M>,
}

impl<M> Clone for Allocator<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Allocator<M> {}

impl<M: Memory> Allocator<M> {
    /// Creates an allocator for training on tiles of up to `samples` samples: every value is kept for `backward`.
    pub fn for_training(samples: usize) -> Self {
        Self { samples, training: true, keeps_values: true, memory: PhantomData }
    }

    /// Creates an allocator for training with a single backward pass after each forward pass. Gradients replace values that
    /// are not needed any more, so that a tile needs less of the caches.
    pub fn for_one_backward_pass(samples: usize) -> Self {
        Self { keeps_values: false, ..Self::for_training(samples) }
    }

    /// Creates an allocator for inference on tiles of up to `samples` samples: values share memory.
    pub fn for_inference(samples: usize) -> Self {
        Self { samples, training: false, keeps_values: true, memory: PhantomData }
    }

    /// Returns whether a backward pass needs the buffers.
    pub fn is_training(self) -> bool {
        self.training
    }

    /// Returns whether a backward pass keeps the values of the forward pass, so that another may follow.
    pub fn keeps_values(self) -> bool {
        self.keeps_values
    }

    /// Creates a buffer that only training needs. For inference it is empty.
    pub fn training<T: Scalar, R: StaticSize>(self, features: usize) -> M::Buffer<T, R> {
        TileBuffer::new(if self.training { features } else { 0 }, self.samples)
    }

    /// Creates a buffer of values that a backward pass can compute again. For inference, and without a heap, it is empty.
    pub fn training_on_heap<T: Scalar, R: StaticSize>(self, features: usize) -> M::HeapBuffer<T, R> {
        TileBuffer::new(if self.training { features } else { 0 }, self.samples)
    }

    /// Creates a buffer that only inference needs. For training it is empty.
    pub fn inference<T: Scalar, R: StaticSize>(self, features: usize) -> M::HeapBuffer<T, R> {
        TileBuffer::new(if self.training { 0 } else { features }, self.samples)
    }
}

/// Memory inside the value that owns it, for programs without a heap.
///
/// Buffers hold one register of samples. Inference runs sample by sample and needs no buffers.
#[derive(Debug)]
pub enum Static {}

impl Memory for Static {
    type Buffer<T: Scalar, R: StaticSize> = StaticBuffer<T, R>;
    type HeapBuffer<T: Scalar, R: StaticSize> = NoBuffer;
    type Owned<N: Parameters> = Inline<N>;
    type Slots<N: Parameters> = StaticSlots<N>;

    fn zeroed<N: Parameters>() -> Inline<N> {
        Inline(N::ZEROS)
    }
}

/// Network held by value.
#[derive(Clone, Debug)]
pub struct Inline<N>(N);

impl<N> core::ops::Deref for Inline<N> {
    type Target = N;
    fn deref(&self) -> &N {
        &self.0
    }
}

impl<N> DerefMut for Inline<N> {
    fn deref_mut(&mut self) -> &mut N {
        &mut self.0
    }
}

/// Tile memory of static size, for one register of samples of the shape `R`.
pub struct StaticBuffer<T: Copy + 'static, R: StaticSize> {
    lines: R::Lines<T>,
    scalar: PhantomData<T>,
}

// SAFETY: `StaticSize` promises that the lines are scalars alone, which are `Send` if `T` is.
unsafe impl<T: Copy + Send + 'static, R: StaticSize> Send for StaticBuffer<T, R> {}
// SAFETY: as above.
unsafe impl<T: Copy + Sync + 'static, R: StaticSize> Sync for StaticBuffer<T, R> {}

impl<T: Scalar, R: StaticSize> StaticBuffer<T, R> {
    const COUNT: usize = size_of::<R::Lines<T>>() / size_of::<T>();

    fn elements(&self) -> &[T] {
        // SAFETY: `StaticSize` promises `COUNT` scalars without padding, all of them initialized by `new`.
        unsafe { slice::from_raw_parts((&raw const self.lines).cast(), Self::COUNT) }
    }

    fn elements_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `elements`; any scalar is a valid value.
        unsafe { slice::from_raw_parts_mut((&raw mut self.lines).cast(), Self::COUNT) }
    }
}

impl<T: Scalar, R: StaticSize> TileBuffer<T> for StaticBuffer<T, R> {
    fn new(_features: usize, _samples: usize) -> Self {
        // SAFETY: `StaticSize` promises that zero bits are a valid value.
        let lines = unsafe { core::mem::zeroed() };
        Self { lines, scalar: PhantomData }
    }

    #[inline(always)]
    fn is_empty(&self) -> bool {
        false
    }

    fn tile(&self, features: usize, samples: usize) -> Tile<'_, T> {
        Tile::new(self.elements(), features, samples)
    }

    fn tile_mut(&mut self, features: usize, samples: usize) -> TileMut<'_, T> {
        TileMut::new(self.elements_mut(), features, samples)
    }
}

/// Buffer without memory, for tiles without features.
#[derive(Clone, Copy, Debug)]
pub struct NoBuffer;

impl<T> TileBuffer<T> for NoBuffer {
    fn new(_features: usize, _samples: usize) -> Self {
        Self
    }

    #[inline(always)]
    fn is_empty(&self) -> bool {
        true
    }

    fn tile(&self, features: usize, samples: usize) -> Tile<'_, T> {
        Tile::new(&[], features, samples)
    }

    fn tile_mut(&mut self, features: usize, samples: usize) -> TileMut<'_, T> {
        TileMut::new(&mut [], features, samples)
    }
}

/// Three slots, used or not, held by value.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticSlots<N>([N; 3]);

impl<N: Parameters> SlotStorage<N> for StaticSlots<N> {
    fn new<const COUNT: usize>(initial: [f64; COUNT]) -> Self {
        const { assert!(COUNT <= 3, "static memory has three optimizer slots") };
        let mut slots = Self([N::ZEROS; 3]);
        for (slot, value) in slots.0.iter_mut().zip(initial) {
            slot.as_mut_slice().fill(N::Scalar::from_f64(value));
        }
        slots
    }

    fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        const { assert!(COUNT <= 3, "static memory has three optimizer slots") };
        let mut values = self.0.iter_mut();
        core::array::from_fn(|_| values.next().expect("there are three slots"))
    }

    fn for_each(&self, each: &mut dyn FnMut(&N)) {
        self.0.iter().for_each(each);
    }

    fn for_each_mut(&mut self, each: &mut dyn FnMut(&mut N)) {
        self.0.iter_mut().for_each(each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Features;
    use crate::tile::LANES;

    #[test]
    fn a_static_buffer_holds_one_register_of_samples() {
        let mut buffer = StaticBuffer::<f64, Features<3>>::new(3, LANES);
        for feature in 0..3 {
            for (sample, value) in buffer.tile_mut(3, LANES).feature(feature).iter_mut().enumerate() {
                *value = (feature * LANES + sample) as f64;
            }
        }
        let tile = buffer.tile(3, LANES);
        for feature in 0..3 {
            assert!((0..LANES).all(|sample| tile.feature(feature)[sample] == (feature * LANES + sample) as f64));
        }
    }

    #[test]
    #[should_panic(expected = "range end index")]
    fn a_tile_larger_than_its_static_buffer_panics() {
        StaticBuffer::<f32, Features<3>>::new(3, LANES).tile(4, LANES);
    }

    #[test]
    fn slots_have_their_initial_values() {
        let mut slots = StaticSlots::<nalgebra::SVector<f64, 2>>::new([0.5, 0.0]);
        let [first, second, third] = slots.values();
        second[1] = 3.0;
        assert_eq!([first.as_slice(), second.as_slice(), third.as_slice()], [[0.5, 0.5], [0.0, 3.0], [0.0, 0.0]]);
    }
}
