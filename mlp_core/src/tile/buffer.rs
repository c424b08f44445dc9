//! The memory of tiles, made once, on cache lines.

use core::marker::PhantomData;
use core::slice;

#[cfg(feature = "std")]
use super::{LANES, room::Line};
use super::{Layout, Room, Tile, TileMut};

/// The memory of tiles.
///
/// With `std` it is allocated once, for tiles of any size. Without, it is part of the value that has it, for one register of
/// samples of what `R` is the shape of.
pub struct Buffer<T: Copy + 'static, R: Room = ()> {
    memory: Memory<T, R>,
}

#[cfg(feature = "std")]
struct Memory<T, R> {
    lines: Vec<Line<T>>,
    room: PhantomData<fn() -> R>,
}

#[cfg(not(feature = "std"))]
struct Memory<T: Copy + 'static, R: Room> {
    lines: R::Lines<T>,
    scalar: PhantomData<T>,
}

/// A buffer of what only the prediction of many samples needs, which without `std` is one sample at a time.
#[cfg(feature = "std")]
pub type Passing<T, R> = Buffer<T, R>;
/// A buffer of what only the prediction of many samples needs, which without `std` is one sample at a time.
#[cfg(not(feature = "std"))]
#[derive(Debug)]
pub struct Passing<T, R>(PhantomData<fn() -> (T, R)>);

#[cfg(feature = "std")]
impl<T: Copy + num_traits::Zero, R: Room> Memory<T, R> {
    fn new(features: usize, samples: usize) -> Self {
        let lines = features * Layout::new(features, samples).stride.div_ceil(LANES).max(1);
        Self { lines: vec![Line([T::zero(); LANES]); lines], room: PhantomData }
    }
}

#[cfg(feature = "std")]
impl<T, R> Memory<T, R> {
    fn numbers(&self) -> &[T] {
        // SAFETY: a line is `LANES` scalars without padding.
        unsafe { slice::from_raw_parts(self.lines.as_ptr().cast(), self.lines.len() * LANES) }
    }

    fn numbers_mut(&mut self) -> &mut [T] {
        // SAFETY: as above.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.lines.len() * LANES) }
    }
}

#[cfg(not(feature = "std"))]
impl<T: Copy + num_traits::Zero + 'static, R: Room> Memory<T, R> {
    const COUNT: usize = size_of::<R::Lines<T>>() / size_of::<T>();

    fn new(_features: usize, _samples: usize) -> Self {
        // SAFETY: lines are nothing but scalars, and zero bits are the scalar zero.
        let lines = unsafe { core::mem::zeroed() };
        Self { lines, scalar: PhantomData }
    }

    fn numbers(&self) -> &[T] {
        // SAFETY: lines are `COUNT` scalars, of which no part is ever without a value.
        unsafe { slice::from_raw_parts((&raw const self.lines).cast(), Self::COUNT) }
    }

    fn numbers_mut(&mut self) -> &mut [T] {
        // SAFETY: as above.
        unsafe { slice::from_raw_parts_mut((&raw mut self.lines).cast(), Self::COUNT) }
    }
}

impl<T: Copy + num_traits::Zero> Buffer<T> {
    /// Room for tiles of at most this many features and samples.
    #[cfg(feature = "std")]
    pub fn new(features: usize, samples: usize) -> Self {
        Self::of(features, samples)
    }
}

impl<T: Copy + num_traits::Zero, R: Room> Buffer<T, R> {
    /// Room for tiles of at most this many features and samples, or, without `std`, of the shape `R`.
    pub(crate) fn of(features: usize, samples: usize) -> Self {
        Self { memory: Memory::new(features, samples) }
    }

    /// The tile that lies at the start of the buffer.
    ///
    /// # Panics
    /// If the buffer was made for less.
    pub fn tile(&self, features: usize, samples: usize) -> Tile<'_, T> {
        let layout = Layout::new(features, samples);
        Tile { data: &self.memory.numbers()[..features * layout.stride], layout }
    }

    /// The tile that lies at the start of the buffer, to write.
    ///
    /// # Panics
    /// If the buffer was made for less.
    pub fn tile_mut(&mut self, features: usize, samples: usize) -> TileMut<'_, T> {
        let layout = Layout::new(features, samples);
        TileMut { data: &mut self.memory.numbers_mut()[..features * layout.stride], layout }
    }

    /// The tile in this buffer, or in the other one if this one has no room at all.
    pub fn tile_mut_or<'a, Other: Room>(
        &'a mut self,
        other: &'a mut Passing<T, Other>,
        features: usize,
        samples: usize,
    ) -> TileMut<'a, T> {
        #[cfg(feature = "std")]
        if self.memory.lines.is_empty() {
            return other.tile_mut(features, samples);
        }
        #[cfg(not(feature = "std"))]
        let _ = other;
        self.tile_mut(features, samples)
    }
}

#[cfg(not(feature = "std"))]
impl<T, R> Passing<T, R> {
    pub(crate) fn none() -> Self {
        Self(PhantomData)
    }
}

#[cfg(feature = "std")]
impl<T: Copy, R: Room> Clone for Buffer<T, R> {
    fn clone(&self) -> Self {
        Self { memory: Memory { lines: self.memory.lines.clone(), room: PhantomData } }
    }
}

impl<T: Copy, R: Room> core::fmt::Debug for Buffer<T, R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Buffer").finish_non_exhaustive()
    }
}
